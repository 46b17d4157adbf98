"""Records out of chunks of text: rows of cells with the lines they stand on, quotes mended where they never close."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat

from genba.formats.delimited.chunks import LINE_BYTES, Chunk
from genba.formats.delimited.dialect import Dialect, positions

RECORD_LINES = 500  # a quoted cell that spans more lines was never closed
csv.field_size_limit(LINE_BYTES)


@dataclass(slots=True)
class Block:
    """Consecutive records; `starts` is None when every record is one line."""

    offset: int  # where reading can start again at or before this block, at a record's start
    offset_line: int
    line: int  # of its first record
    text: str
    dialect: Dialect
    parsed: list[list[str]] | None = None
    starts: list[int] | None = None  # line of each record
    literal_quotes: int = 0  # quotes taken as they stand because they never close
    multi_line: bool = False
    inner: list[str] | None = None  # lines without their outer quotes, where all cells and nothing else is quoted
    _lines: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """The lines of a block without quotes."""
        if not self._lines:
            self._lines = self.text.split("\n")
            if not self._lines[-1]:
                self._lines.pop()
        return self._lines

    @property
    def plain(self) -> bool:
        """Whether cells are found by splitting lines at the delimiter."""
        return self.parsed is None

    def rows(self) -> list[list[str]]:
        """Give the cells of every record."""
        if self.parsed is not None:
            return self.parsed
        if self.inner is not None:
            return list(map(str.split, self.inner, repeat(f'"{self.dialect.delimiter}"')))
        if self.dialect.cuts:
            return [_slices(line, self.dialect.cuts) for line in self.lines]
        if self.dialect.delimiter == " ":
            return [line.split() for line in self.lines]
        if not self.dialect.delimiter:
            return [[line] for line in self.lines]
        return list(map(str.split, self.lines, repeat(self.dialect.delimiter)))

    def joined(self, row: list[str]) -> str:
        """Write a row as the lines of a block without irregular quotes bear it."""
        mark = self.dialect.delimiter
        return mark.join(row) if self.inner is None else '"' + f'"{mark}"'.join(row) + '"'

    def after(self, index: int) -> Block | None:
        """Give what follows a record as a block of its own, where that is cheap."""
        lines = self.lines[index + 1 :]
        if not self.plain or not lines:
            return None
        inner = None if self.inner is None else self.inner[index + 1 :]
        text = "\n".join(lines) + "\n"
        return Block(
            self.offset, self.offset_line, self.line + index + 1, text, self.dialect, inner=inner, _lines=lines
        )

    def line_of(self, index: int) -> int:
        """Give the line of a record."""
        return self.line + index if self.starts is None else self.starts[index]


def blocks(pieces: Iterator[Chunk], dialect: Dialect) -> Iterator[Block]:
    """Cut chunks into records; a record that crosses chunks goes to the later one."""
    quotes = bool(dialect.delimiter) and dialect.delimiter != " "
    carry = ""
    carry_line = 1
    restart = (0, 1)
    for chunk, last in _marking_last(pieces):
        line = carry_line if carry else chunk.line
        if not carry:
            restart = (chunk.offset, chunk.line)
        text = carry + chunk.text
        if not (quotes and ('"' in text or dialect.skip_spaces)):
            carry = ""
            yield Block(*restart, line, text, dialect)
            continue
        regular = _regular_block(text, line, restart, dialect)
        if regular is not None:
            carry = ""
            yield regular
            continue
        parser = _Parser(text, line, dialect)
        parser.run(last=last)
        carry, carry_line = text[parser.position :], parser.line
        if parser.rows:
            yield Block(
                *restart,
                line,
                text[: parser.position],
                dialect,
                parsed=parser.rows,
                starts=parser.starts if parser.multi_line else None,
                literal_quotes=parser.literal_quotes,
                multi_line=parser.multi_line,
            )


def _regular_block(text: str, line: int, restart: tuple[int, int], dialect: Dialect) -> Block | None:
    """Take the common cases quickly: all cells quoted, or no record of more than one line."""
    mark = dialect.delimiter
    block = Block(*restart, line, text, dialect)
    lines = block.lines
    quotes = set(map(str.count, lines, repeat('"')))
    if len(quotes) == 1 and not dialect.skip_spaces:
        cells = quotes.pop() // 2
        framed = f"\n{text}" if text.endswith("\n") else f"\n{text}\n"
        if cells > 0 and framed.count('\n"') == framed.count('"\n') == len(lines):
            inner = [line[1:-1] for line in lines]
            if set(map(str.count, inner, repeat(f'"{mark}"'))) == {cells - 1}:
                block.inner = inner
                return block
    spaces = dialect.skip_spaces
    try:
        # Strict tells whether a quote is still open at the end, where nothing follows that could close it.
        next(csv.reader(lines[-1:], delimiter=mark, skipinitialspace=spaces, strict=True), None)
        rows = list(csv.reader(lines, delimiter=mark, skipinitialspace=spaces))
    except csv.Error:
        return None
    if len(rows) != len(lines):
        return None
    block.parsed = [row or [""] for row in rows] if [] in rows else rows
    return block


def _marking_last(pieces: Iterator[Chunk]) -> Iterator[tuple[Chunk, bool]]:
    held = next(pieces, None)
    for piece in pieces:
        if held is not None:
            yield held, False
        held = piece
    if held is not None:
        yield held, True


class _Parser:
    """Reads records with the standard library's reader and takes back what a quote that never closes swallowed."""

    def __init__(self, text: str, line: int, dialect: Dialect) -> None:
        self.text = text
        self.position = 0  # characters that are read for good
        self.line = line
        self.rows: list[list[str]] = []
        self.starts: list[int] = []
        self.literal_quotes = 0
        self.multi_line = False
        self._dialect = dialect
        self._fed = 0  # characters given to the reader
        self._fed_lines = 0
        self._record_lines = 0  # given for the record being read
        self._dry = False  # the reader asked for more than there is, or than one record may span

    def run(self, *, last: bool) -> None:
        """Read all whole records; an open one at the end is left for the next chunk unless this is the last."""
        while self.position < len(self.text):
            if self._read_records():
                return
            if self._fed >= len(self.text) and self._record_lines <= RECORD_LINES and not last:
                return
            self._take_literally()

    def _feed(self) -> Iterator[str]:
        for line in io.StringIO(self.text[self.position :], newline="\n"):
            self._record_lines += 1
            if self._record_lines > RECORD_LINES:
                break
            self._fed += len(line)
            self._fed_lines += 1
            yield line
        self._dry = True

    def _read_records(self) -> bool:
        """Read until the text ends; False when the record at `position` cannot be read as it stands."""
        self._fed, self._fed_lines, self._record_lines, self._dry = self.position, self.line, 0, False
        dialect = self._dialect
        reader = csv.reader(self._feed(), delimiter=dialect.delimiter, skipinitialspace=dialect.skip_spaces)
        try:
            for row in reader:
                if self._dry:
                    return False
                if self._record_lines > 1:
                    if self._is_fused(row):
                        return False
                    self.multi_line = True
                self.rows.append(row or [""])
                self.starts.append(self.line)
                self.position = self._fed
                self.line = self._fed_lines
                self._record_lines = 0
        except csv.Error:
            return False
        return True

    def _is_fused(self, row: list[str]) -> bool:
        """Say whether stray quotes joined lines that are records by themselves."""
        mark, expected = self._dialect.delimiter, self._dialect.columns - 1
        if len(row) != expected + 1:
            return self._first_line().count(mark) == expected
        lines = self.text[self.position : self._fed].rstrip("\n").split("\n")
        return expected > 0 and all(line.count(mark) == expected for line in lines)

    def _first_line(self) -> str:
        end = self.text.find("\n", self.position)
        return self.text[self.position : end if end >= 0 else len(self.text)]

    def _take_literally(self) -> None:
        line = self._first_line()
        self.rows.append(line.split(self._dialect.delimiter))
        self.starts.append(self.line)
        self.literal_quotes += 1
        self.position = min(self.position + len(line) + 1, len(self.text))
        self.line += 1


def _slices(line: str, cuts: tuple[tuple[int, int], ...]) -> list[str]:
    if line.isascii():
        return [line[a:b].strip() for a, b in cuts]
    spread = positions(line)
    return [spread[a:b].replace("\0", "").strip(" \t\u3000") for a, b in cuts]
