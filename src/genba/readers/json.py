"""Read JSON and lines of JSON: lists of objects become tables, everything else labels with values."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from genba.errors import InvalidInput
from genba.formats.delimited.chunks import chunks, encoding_of
from genba.formats.delimited.columns import time_column
from genba.formats.records_of_objects import columns_of, row_of, text_of
from genba.formats.rows import TextRows
from genba.model.finding import Finding
from genba.model.nodes import Pair, Paragraph, Role
from genba.model.place import Place
from genba.model.table import Column, Table
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part

DOCUMENT_BYTES = 256 << 20  # a JSON document is held whole; lines of JSON are not
DEPTH = 100
VALUE = "値"
SAMPLE_ROWS = 300
# An escaped backslash, a pair of surrogates, or half of one, which JSON may hold and no text file.
_HALF = re.compile(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield a table for each list of objects and a pair for each other value, with JSON pointers as places."""
    encoding = encoding_of(blob).encoding
    if blob.size_bytes <= DOCUMENT_BYTES:
        text = "".join(chunk.text for chunk in chunks(blob, encoding))
        try:
            value = _parse(text)
        except ValueError as error:
            if not _is_lines(text):
                line = getattr(error, "lineno", 0)
                raise InvalidInput("json.broken", line=line) from None
        else:
            yield from _Walk(blob, limits).nodes(value, "", "", 0)
            return
    elif not _is_lines(next((chunk.text for chunk in chunks(blob, encoding)), "")):
        raise InvalidInput("json.too_large", size_mb=blob.size_bytes >> 20, limit_mb=DOCUMENT_BYTES >> 20)
    yield from _lines(blob, encoding)


def _parse(text: str) -> object:
    """Parse with numbers as written, so that nothing is rounded."""
    if "\\ud" in text or "\\uD" in text:
        text = _HALF.sub(_whole, text)
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except RecursionError:
        raise InvalidInput("json.too_deep", limit=DEPTH) from None


def _whole(found: re.Match[str]) -> str:
    return found[0] if len(found[0]) != len("\\ud800") else "\\ufffd"


def _is_lines(text: str) -> bool:
    lines = [line for line in text[: 1 << 20].split("\n")[:5] if line.strip()]
    return len(lines) > 1 and sum(1 for line in lines if line.lstrip()[:1] in "{[") > len(lines) / 2


def _records(blob: Blob, encoding: str, broken: list[int]) -> Iterator[dict[str, object]]:
    for chunk in chunks(blob, encoding):
        for number, line in enumerate(chunk.text.split("\n"), chunk.line):
            if not line.strip():
                continue
            try:
                value = _parse(line)
            except ValueError:
                broken.append(number)
                value = {VALUE: line.strip()}
            yield value if isinstance(value, dict) else {VALUE: value}


def _lines(blob: Blob, encoding: str) -> Iterator[Part]:
    broken: list[int] = []
    count = 0

    def counted() -> Iterator[dict[str, object]]:
        nonlocal count
        for record in _records(blob, encoding, broken):
            count += 1
            yield record

    records = counted()
    names = tuple(columns_of(records)) or (VALUE,)
    for _ in records:
        pass
    yield Table(
        name=blob.name.rpartition(".")[0] or blob.name,
        columns=tuple(Column(name=name, source=name) for name in names),
        batches=TextRows(names, lambda: (row_of(record, names) for record in _records(blob, encoding, []))),
        rows=count,
        time_column=_time_column(names, islice(_records(blob, encoding, []), SAMPLE_ROWS)),
        place=Place(line=1),
    )
    if broken:
        yield Finding(code="json.broken_lines", place=Place(line=broken[0]), count=len(broken))


class _Walk:
    """Goes through a value and gives its nodes."""

    def __init__(self, blob: Blob, limits: Limits) -> None:
        self._stem = blob.name.rpartition(".")[0] or blob.name
        self._limits = limits

    def nodes(self, value: object, label: str, pointer: str, depth: int) -> Iterator[Part]:
        """Give the nodes of a value in the order of the file."""
        place = Place(pointer=pointer or "/")
        if depth > DEPTH:
            raise InvalidInput("json.too_deep", limit=DEPTH)
        if isinstance(value, dict):
            for name, inner in value.items():
                path = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
                yield from self.nodes(inner, f"{label}/{name}" if label else name, path, depth + 1)
        elif isinstance(value, list):
            yield from self._list(value, label, pointer, depth)
        elif label:
            yield Pair(label=label, value=text_of(value) or "", place=place)
        else:
            yield Paragraph(text=text_of(value) or "", place=place)

    def _list(self, value: list[object], label: str, pointer: str, depth: int) -> Iterator[Part]:
        place = Place(pointer=pointer or "/")
        objects = [item for item in value if isinstance(item, dict)]
        if not any(objects) and len(objects) == len(value):
            return  # nothing but empty objects
        if objects and len(objects) == len(value) and all(_is_flat(item) for item in objects[:100]):
            yield _table(objects, label or self._stem, place)
        elif not any(isinstance(item, dict | list) for item in value):
            text = text_of(value) or ""
            yield (
                Pair(label=label, value=text, place=place)
                if label
                else Paragraph(text=text, role=Role.LIST_ITEM, place=place)
            )
        elif table := _table_of_lists(value, label or self._stem, place):
            yield table
        else:
            for number, item in enumerate(value):
                yield from self.nodes(
                    item, f"{label}/{number + 1}" if label else str(number + 1), f"{pointer}/{number}", depth + 1
                )


def _is_flat(record: dict[str, object]) -> bool:
    """Accept what a row can hold without losing structure: no lists of objects inside."""
    return all(
        not (isinstance(value, list) and any(isinstance(item, dict | list) for item in value))
        and not (isinstance(value, dict) and not _is_flat(value))
        for value in record.values()
    )


def _time_column(names: tuple[str, ...], records: Iterable[dict[str, object]]) -> str:
    return time_column(list(names), [[text or "" for text in row_of(record, names)] for record in records])


def _table(records: list[dict[str, object]], name: str, place: Place) -> Table:
    names = tuple(columns_of(records)) or (VALUE,)
    return Table(
        name=name,
        columns=tuple(Column(name=column, source=column) for column in names),
        batches=TextRows(names, lambda: (row_of(record, names) for record in records)),
        rows=len(records),
        time_column=_time_column(names, records[:SAMPLE_ROWS]),
        place=place,
    )


def _table_of_lists(value: list[object], name: str, place: Place) -> Table | None:
    """Take lists of equal length for rows, the first of them for the header when it alone holds only text."""
    rows = [item for item in value if isinstance(item, list)]
    if len(rows) < 2 or len(rows) < len(value) or len({len(row) for row in rows}) > 1 or not rows[0]:
        return None
    if any(isinstance(cell, dict | list) for row in rows for cell in row):
        return None
    header = [text_of(cell) or "" for cell in rows[0]]
    body = rows
    if len(set(header)) == len(header) and all(header) and not any(cell[:1].isdigit() for cell in header):
        body = rows[1:]
    else:
        header = [f"列{number}" for number in range(1, len(header) + 1)]
    return Table(
        name=name,
        columns=tuple(Column(name=column, source=str(at)) for at, column in enumerate(header, 1)),
        batches=TextRows(tuple(header), lambda: ([text_of(cell) for cell in row] for row in body)),
        rows=len(body),
        place=place,
    )
