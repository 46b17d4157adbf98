"""Rows of a delimited table as Arrow record batches, streamed from the file each time they are asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from genba.formats.delimited.chunks import chunks
from genba.formats.delimited.dialect import Dialect
from genba.formats.delimited.layout import is_blank
from genba.formats.delimited.records import Block, blocks
from genba.formats.delimited.survey import Segment
from genba.ports.blob import Blob

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 65_536
BATCH_CHARS = 8 << 20
BLOCK_BYTES = 8 << 20  # more than the longest line of a regular segment
BULK_CHARS = 4 << 20  # below, loading Arrow's own parser costs more than it saves
COMMA_NUMBER = r"^\s*[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?([eE][-+]?\d+)?\s*$"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedRows:
    """Iterates a segment's rows as batches of text columns; both ways of reading give the same."""

    blob: Blob
    encoding: str
    dialect: Dialect
    segment: Segment
    names: tuple[str, ...]
    raw: bool = False  # the file's bytes can be given to Arrow as they are
    decimal_commas: frozenset[int] = frozenset()  # columns whose numbers are written with a decimal comma
    bulk_chars: int = BULK_CHARS

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Read from the start of the segment again."""
        mend = self._mend()
        if self.is_bulk:
            for batch in self._bulk():
                yield mend(batch)
        else:
            for batch in self._own():
                yield mend(batch)

    @property
    def is_bulk(self) -> bool:
        """Whether the segment is regular enough, and large enough, for Arrow's parser."""
        segment, mark = self.segment, self.dialect.delimiter
        return (
            segment.regular
            and segment.rows > 0
            and segment.size_chars >= self.bulk_chars
            and len(mark) == 1
            and mark != " "
            and not self.dialect.skip_spaces
            and segment.width >= 2
        )

    def _mend(self) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
        if not self.decimal_commas:
            return lambda batch: batch
        import pyarrow as pa
        import pyarrow.compute as pc

        def mend(batch: pa.RecordBatch) -> pa.RecordBatch:
            columns = list(batch.columns)
            for at in self.decimal_commas:
                column = columns[at]
                plain = pc.replace_substring(pc.replace_substring(column, ".", ""), ",", ".")
                columns[at] = pc.if_else(pc.match_substring_regex(column, COMMA_NUMBER), plain, column)
            return pa.RecordBatch.from_arrays(columns, schema=batch.schema)

        return mend

    def _blocks(self) -> Iterator[tuple[Block, int, int]]:
        """Give the blocks of the body with the range of records in each that belong to it."""
        offset, line = self.segment.restart
        first, last = self.segment.body_line, self.segment.last_line
        for block in blocks(chunks(self.blob, self.encoding, offset=offset, line=line), self.dialect):
            if block.line > last:
                return
            count = len(block.lines) if block.parsed is None else len(block.parsed)
            begin, end = 0, count
            if block.line < first:
                begin = next((at for at in range(count) if block.line_of(at) >= first), count)
            if count and block.line_of(count - 1) > last:
                end = next((at for at in range(begin, count) if block.line_of(at) > last), count)
            if begin < end:
                yield block, begin, end

    def _kept(self, block: Block, begin: int, end: int) -> list[list[str]]:
        rows = block.rows()[begin:end]
        excluded, header = self.segment.excluded, self.segment.header
        if excluded:
            rows = [row for at, row in enumerate(rows, begin) if block.line_of(at) not in excluded]
        if header:
            return [row for row in rows if not is_blank(row) and row not in header]
        return [row for row in rows if not is_blank(row)]

    def _own(self) -> Iterator[pa.RecordBatch]:
        held: list[list[str]] = []
        chars = 0
        for block, begin, end in self._blocks():
            held.extend(self._kept(block, begin, end))
            chars += len(block.text)
            while len(held) >= BATCH_ROWS or (held and chars >= BATCH_CHARS):
                yield self._batch(held[:BATCH_ROWS])
                held = held[BATCH_ROWS:]
                chars = 0
        if held:
            yield self._batch(held)

    def _batch(self, rows: list[list[str]]) -> pa.RecordBatch:
        import pyarrow as pa

        width = len(self.names)
        if set(map(len, rows)) == {width}:
            columns: list[tuple[str | None, ...]] = list(zip(*rows, strict=True))
        else:
            padded = [[*row[:width], *([None] * (width - len(row)))] for row in rows]
            columns = list(zip(*padded, strict=True))
        arrays = [pa.array(column, pa.string()) for column in columns]
        return pa.RecordBatch.from_arrays(arrays, names=list(self.names))

    def _bulk(self) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        columns = [str(at) for at in range(self.segment.width)]
        kept = columns[: len(self.names)]
        reader = arrow_csv.open_csv(
            self._raw() if self.raw and self.segment.to_the_end else pa.PythonFile(_Feed(self._pieces()), mode="r"),
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, column_names=columns),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self.dialect.delimiter, newlines_in_values=self.segment.multi_line, ignore_empty_lines=True
            ),
            convert_options=arrow_csv.ConvertOptions(
                check_utf8=False,
                column_types={name: pa.string() for name in columns},
                include_columns=kept,
                strings_can_be_null=False,
                null_values=[],
            ),
        )
        for batch in reader:
            for start in range(0, batch.num_rows, BATCH_ROWS):
                part = batch.slice(start, BATCH_ROWS)
                yield pa.RecordBatch.from_arrays(part.columns, names=list(self.names))

    def _raw(self) -> BinaryIO:
        """Open the file at the first row."""
        offset, line = self.segment.restart
        stream = self.blob.open()
        stream.seek(offset)
        for _ in range(self.segment.body_line - line):
            stream.readline()
        return stream

    def _pieces(self) -> Iterator[bytes]:
        lines = sorted(self.segment.excluded)
        for block, begin, end in self._blocks():
            text = block.text
            whole = begin == 0 and end == (len(block.lines) if block.plain else len(block.rows()))
            excluded = lines and lines[0] <= block.line_of(end - 1) and lines[-1] >= block.line_of(begin)
            if not whole or excluded or self._has_unwanted(block):
                written = io.StringIO(newline="")
                csv.writer(
                    written, delimiter=self.dialect.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n"
                ).writerows(self._kept(block, begin, end))
                text = written.getvalue()
            yield (text if text.endswith("\n") else text + "\n").encode("utf-8", "replace")

    def _has_unwanted(self, block: Block) -> bool:
        header = self.segment.header
        if not block.plain:
            rows = block.rows()
            return not all(map(any, rows)) or any(row in rows for row in header)
        blank = block.joined([""] * self.segment.width) + "\n"
        return blank in block.text or any(block.joined(row) in block.text for row in header)


class _Feed:
    """The little of a file that Arrow asks for, over pieces of bytes."""

    closed = False

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        """Give up to `size` bytes."""
        held = self._held or next(self._pieces, b"")
        data, self._held = (held, b"") if size < 0 or len(held) <= size else (held[:size], held[size:])
        return data

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say no: Arrow reads on."""
        return False

    def close(self) -> None:
        """Let go of the pieces."""
        self.closed = True
        self._held = b""
