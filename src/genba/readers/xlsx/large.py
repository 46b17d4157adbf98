"""Sheets with more cells than can be held as objects: read as one table, streamed again whenever it is asked for."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genba.errors import InvalidInput
from genba.formats.numberformat import Displayed
from genba.formats.ooxml.package import Package
from genba.formats.ranges import column_index, column_letters
from genba.model.place import Place
from genba.model.table import Column, Table
from genba.readers.xlsx.canonical import cell_text
from genba.readers.xlsx.cells import Surroundings, lay_out
from genba.readers.xlsx.figures import numeric
from genba.readers.xlsx.scan import ROW_START, canonical_tokens, row_blocks
from genba.readers.xlsx.strings import SharedStrings
from genba.readers.xlsx.styles import Styles

if TYPE_CHECKING:
    import pyarrow as pa

_LAST_CELL = re.compile(r'.*<c r="([A-Z]{1,3})[0-9]+"[^>]*[^/]>', re.DOTALL)
_BATCH_ROWS = 20_000

Opening = Callable[[], AbstractContextManager[Package]]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a large sheet below its header, as displayed; each iteration opens the file anew."""

    open: Opening
    part: str
    strings: SharedStrings
    styles: Styles
    names: tuple[str, ...]

    def __iter__(self) -> "Iterator[pa.RecordBatch]":
        """Stream the rows in batches of strings."""
        import pyarrow as pa

        schema = pa.schema([(name, pa.string()) for name in self.names])
        with self.open() as package:
            rows: list[list[str | None]] = []
            texts = row_texts(package.chunks(self.part), len(self.names), self.strings, self.styles)
            next(texts, None)  # the header
            for row in texts:
                rows.append(row)
                if len(rows) >= _BATCH_ROWS:
                    yield _batch(rows, schema)
                    rows = []
            if rows:
                yield _batch(rows, schema)


def _batch(rows: list[list[str | None]], schema: "pa.Schema") -> "pa.RecordBatch":
    import pyarrow as pa

    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.record_batch(columns, schema=schema)


def read_large(open_package: Opening, part: str, sheet: str, strings: SharedStrings, styles: Styles) -> Table:
    """Count the rows once and take the first for the header; raises InvalidInput for a form that cannot be streamed."""
    count = columns = 0
    with open_package() as package:
        for row in _rows(package.chunks(part)):
            count += 1
            last = _LAST_CELL.match(row)
            if last:
                columns = max(columns, column_index(last.group(1)) + 1)
        if not columns:
            raise InvalidInput("xlsx.sheet_not_streamed", sheet=sheet)
    with open_package() as package:
        header = next(row_texts(package.chunks(part), columns, strings, styles))
    names = _unique_names(header)
    return Table(
        name=sheet,
        columns=tuple(Column(name=name, source=column_letters(index)) for index, name in enumerate(names)),
        batches=Rows(open_package, part, strings, styles, names),
        rows=count - 1,
        place=Place(sheet=sheet, range=f"A1:{column_letters(columns - 1)}{count}"),
    )


def _rows(chunks: Iterable[bytes]) -> Iterator[str]:
    """Give the rows that hold anything, as written."""
    for block in row_blocks(chunks):
        for row in block.split("</row>"):
            if "<v" in row or "<is>" in row:
                yield row


def row_texts(
    chunks: Iterable[bytes], columns: int, strings: SharedStrings, styles: Styles
) -> Iterator[list[str | None]]:
    """Give each row's texts as displayed."""
    around = Surroundings(strings=strings, styles=styles)
    shows: dict[str, Callable[[float | int | str | bool], Displayed]] = {}
    get_string = strings.get
    for row in _rows(chunks):
        texts: list[str | None] = [None] * columns
        tokens = canonical_tokens(row + "</row>")
        for tag, letters, index, kind, _, plain, inline, inner in tokens or ():
            if tag or not (plain or inline or inner):
                continue
            column = column_index(letters)
            if column >= columns:
                continue
            if kind == "s" and plain:
                found = get_string(plain)
                texts[column] = (found if isinstance(found, str) else found.text) or None
            elif plain and not kind:
                show = shows.get(index) or shows.setdefault(index, styles.get(index).show)
                value = numeric(plain)
                texts[column] = plain if value is None else show(value).text or None
            elif inline:
                texts[column] = cell_text(inline)
            else:
                cells = lay_out([ROW_START, ("", letters, index, kind, "", plain, inline, inner)], around).cells
                texts[column] = cells[0].text or None if cells else None
        yield texts


def _unique_names(header: list[str | None]) -> tuple[str, ...]:
    """Name columns without a header by their letters, and number names that repeat."""
    names: list[str] = []
    taken: set[str] = set()
    for index, text in enumerate(header):
        base = " ".join((text or "").split()) or column_letters(index)
        name, count = base, 1
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name)
        names.append(name)
    return tuple(names)
