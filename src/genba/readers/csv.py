"""Read CSV, TSV and their kin as Japanese factories write them: streamed text columns, and all that is odd."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from genba.formats.delimited.batches import StreamedRows
from genba.formats.delimited.chunks import Damage, chunks, encoding_of
from genba.formats.delimited.columns import decimal_commas, mixed_decimals, time_column, unique_names
from genba.formats.delimited.dialect import sniff
from genba.formats.delimited.layout import compose_names
from genba.formats.delimited.records import blocks
from genba.formats.delimited.survey import Segment, Survey
from genba.formats.encoding import Detection
from genba.formats.kinds import extension
from genba.model.document import Edit
from genba.model.finding import Finding, Severity
from genba.model.nodes import Paragraph
from genba.model.place import Place
from genba.model.table import Column, Table
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part

STEP = "read.csv"
MAX_COLUMNS = 16_384
UNSURE = 0.3


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield a table for every table in the file; notes around a table stay with it."""
    found = encoding_of(blob)
    encoding = found.encoding
    head = "".join(chunk.text for chunk in islice(chunks(blob, encoding), 1))
    dialect = sniff(head, promised=extension(blob.name))
    damage = Damage()
    survey = Survey(dialect)
    for block in blocks(chunks(blob, encoding, damage=damage), dialect):
        survey.take(block)
    segments, notes = survey.finish()
    yield from _text_findings(found, damage)
    for note in notes:
        yield Paragraph(text=note)
    if not segments and not notes:
        yield Finding(code="csv.no_records", severity=Severity.PROBLEM)
    if len(segments) > 1:
        yield Finding(code="csv.several_tables", severity=Severity.NOTICE, details={"tables": len(segments)})
    stem = blob.name.rpartition(".")[0] or blob.name
    for number, segment in enumerate(segments, 1):
        name = stem if len(segments) == 1 else f"{stem} ({number})"
        rows = StreamedRows(
            blob=blob,
            encoding=encoding,
            dialect=dialect,
            segment=segment,
            raw=encoding in ("ascii", "utf-8") and not damage.altered,
            names=(),
        )
        yield from _table(rows, dialect.delimiter, segment, name)


def _table(rows: StreamedRows, delimiter: str, segment: Segment, title: str) -> Iterator[Part]:
    width = max(segment.width, segment.widest) - (segment.empty_tail if segment.widest <= segment.width else 0)
    if width > MAX_COLUMNS:
        yield Finding(
            code="csv.too_many_columns", details={"columns": width, "limit": MAX_COLUMNS}, place=_place(segment)
        )
        width = MAX_COLUMNS
    composed, units, unnamed = compose_names(segment.header, width)
    names, repeated = unique_names(composed)
    commas, example = decimal_commas(segment.sample, width)
    yield Table(
        name=title,
        columns=tuple(
            Column(name=name, unit=unit, source=str(at))
            for at, (name, unit) in enumerate(zip(names, units, strict=True), 1)
        ),
        batches=replace(rows, names=tuple(names), decimal_commas=commas),
        rows=segment.rows,
        notes=tuple(segment.notes),
        time_column=time_column(names, segment.sample),
        place=_place(segment),
    )
    if example is not None:
        before, after = example
        yield Edit(
            step=STEP, rule="decimal_comma", before=before, after=after, place=_place(segment), count=len(commas)
        )
    elif mixed_decimals(segment.sample, width):
        yield Finding(code="csv.mixed_decimals", place=_place(segment))
    if segment.empty_tail and width < segment.width:
        yield Edit(
            step=STEP,
            rule="empty_columns",
            before=delimiter * segment.empty_tail,
            after="",
            place=_place(segment),
            count=segment.empty_tail,
        )
    yield from _findings(segment, repeated, unnamed)


def _findings(segment: Segment, repeated: list[str], unnamed: list[int]) -> Iterator[Finding]:
    place = _place(segment)
    if not segment.header:
        yield Finding(code="csv.no_header", place=place)
    elif unnamed:
        columns = "、".join(str(column + 1) for column in unnamed[:5])
        yield Finding(code="csv.unnamed_columns", place=place, details={"columns": columns}, count=len(unnamed))
    if repeated:
        yield Finding(
            code="csv.duplicate_headers", place=place, details={"names": "、".join(repeated[:5])}, count=len(repeated)
        )
    if segment.short_or_long:
        yield Finding(
            code="csv.ragged_rows", place=place, details={"columns": segment.width}, count=segment.short_or_long
        )
    if segment.notes:
        yield Finding(code="csv.notes", severity=Severity.NOTICE, place=place, count=len(segment.notes))
    if segment.repeated_headers:
        yield Finding(code="csv.repeated_header", severity=Severity.NOTICE, place=place, count=segment.repeated_headers)
    if segment.blank_rows:
        yield Finding(code="csv.blank_rows", severity=Severity.NOTICE, place=place, count=segment.blank_rows)
    if segment.totals:
        yield Finding(code="csv.totals", severity=Severity.NOTICE, place=place, count=segment.totals)
    if segment.subtotals:
        yield Finding(code="csv.subtotals", place=place, count=segment.subtotals)
    if segment.literal_quotes:
        yield Finding(code="csv.open_quote", place=place, count=segment.literal_quotes)


def _text_findings(found: Detection, damage: Damage) -> Iterator[Finding]:
    if found.confidence < UNSURE:
        yield Finding(code="text.encoding_unsure", details={"encoding": found.encoding})
    if damage.undecodable:
        yield Finding(code="csv.undecodable", count=damage.undecodable)
    if damage.nul:
        yield Finding(code="csv.nul", count=damage.nul)
    if damage.cut_lines:
        yield Finding(code="csv.line_too_long", place=Place(line=damage.cut_lines[0]), count=len(damage.cut_lines))
    yield from damage.findings()


def _place(segment: Segment) -> Place:
    return Place(line=segment.first_line, line_end=max(segment.first_line, segment.last_line))
