"""Cells that mean "as above" get the value above: marks such as 〃 and 同上, and the blanks below a group's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, MutableSequence, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from genba.formats.textcolumns import bytes_of
from genba.steps.tables.values import DITTO, read_value

if TYPE_CHECKING:
    import pyarrow as pa

# Pairs of mark and value that are told one by one; further ones are counted together.
LOGGED = 1_000
OTHERS = "…"
# Blanks are taken for "as above" only where groups show: so many of the rows at least are blank …
BLANK_SHARE = 0.25
# … and hardly any group comes twice.
DISTINCT_SHARE = 0.9
KEY_COLUMNS = 6

_SPACES = " \u3000\t"
_REMARKS = re.compile(r"備考|特記|コメント|メモ|注記|摘要|理由|remark|note|comment|memo", re.IGNORECASE)


@dataclass(slots=True)
class DittoFill:
    """Fills marks in batches that come in order; a value is carried from one batch to the next."""

    at: Sequence[int]
    last: dict[int, str] = field(default_factory=dict)
    done: Counter[tuple[str, str]] = field(default_factory=Counter)  # mark, value
    found: set[int] = field(default_factory=set)  # columns that bear marks

    def fill(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the values above in place of marks; the same batch where there are none."""
        import pyarrow as pa

        columns = batch.columns
        for index in self.at:
            columns[index] = self._column(index, columns[index])
        return pa.RecordBatch.from_arrays(columns, schema=batch.schema) if self.found else batch

    def _column(self, index: int, column: Any) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        if not len(column):
            return column
        marks = None
        if _may_hold_marks(column):
            trimmed = pc.utf8_trim(column, characters=_SPACES)
            marks = pc.is_in(trimmed, value_set=pa.array(sorted(DITTO), pa.string()))
        if marks is None or not marks.true_count:
            self.last[index] = column[-1].as_py() or ""
            return column
        own = pc.if_else(marks, pa.scalar(None, pa.int64()), pa.array(range(len(column)), pa.int64()))
        source = pc.fill_null_forward(own)
        above = pc.if_else(pc.is_null(source), pa.scalar(self.last.get(index, ""), pa.string()), column.take(source))
        named = pc.fill_null(pc.not_equal(pc.utf8_trim(above, characters=_SPACES), ""), False)
        filled = pc.and_(marks, named)
        if source[-1].as_py() is not None:
            self.last[index] = column[source[-1].as_py()].as_py() or ""
        if not filled.true_count:
            return column
        self.found.add(index)
        for pair in zip(trimmed.filter(filled).to_pylist(), above.filter(filled).to_pylist(), strict=True):
            self.done[pair if pair in self.done or len(self.done) < LOGGED else (pair[0], OTHERS)] += 1
        return pc.if_else(filled, above, column)


def _may_hold_marks(column: Any) -> bool:
    data = bytes_of(column)
    return not data.isascii() or b'"' in data or b"''" in data


@dataclass(frozen=True, slots=True)
class FilledBatches:
    """Batches whose marks are filled each time they are iterated."""

    source: Any  # Iterable[pa.RecordBatch], re-iterable
    at: tuple[int, ...]

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        filler = DittoFill(self.at)
        for batch in self.source:
            yield filler.fill(batch)


@dataclass(frozen=True, slots=True)
class ReplacedColumns:
    """A table of one batch with some of its columns in place of those of the source."""

    source: Any
    columns: Mapping[int, Any]

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        for batch in self.source:
            columns = [self.columns.get(index, column) for index, column in enumerate(batch.columns)]
            yield pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def fill_blanks(
    rows: Sequence[MutableSequence[str]], names: Sequence[str], starts: frozenset[int] = frozenset((0,))
) -> dict[int, Counter[str]]:
    """Fill blanks below the names of groups, in place; gives the values filled by column.

    Only leading columns are filled, and only where all speaks for groups: the first row is named, blanks are many,
    stand beside other values and never where a wider group begins, and no group comes again. `starts` are rows
    that nothing may be carried into.
    """
    filled: dict[int, Counter[str]] = {}
    if len(rows) < 4 or len(names) < 2:
        return filled
    opening: set[int] = set(starts)  # rows where a wider group begins
    parents: list[int] = []
    for column in range(min(KEY_COLUMNS, len(names) - 1)):
        values = [row[column].strip() for row in rows]
        blank = [number for number, value in enumerate(values) if not value]
        if not blank:
            if column or not _is_running(values):
                break
            continue
        if not _is_grouped(values, blank, names[column], opening) or not _stands_beside(rows, blank, column):
            break
        heads = [number for number, value in enumerate(values) if value]
        if not (parents and set(heads) <= opening) and not _is_distinct(rows, heads, [*parents, column]):
            break
        filled[column] = _fill(rows, column)
        opening.update(heads)
        parents.append(column)
    return filled


def _is_grouped(values: Sequence[str], blank: Sequence[int], name: str, opening: set[int]) -> bool:
    if len(blank) < max(2, len(values) * BLANK_SHARE) or _REMARKS.search(name) or not opening.isdisjoint(blank):
        return False
    heads = [value for value in values if value]
    if not DITTO.isdisjoint(heads):
        return False
    return len(heads) >= 2 and (_is_running(heads) or _is_worded(heads))


def _is_running(values: Sequence[str]) -> bool:
    """Numbers that only count: 1, 2, 3."""
    if not all(value.isdecimal() and len(value) < 9 for value in values):
        return False
    return all(int(value) == number for number, value in enumerate(values, int(values[0])))


def _is_worded(heads: Sequence[str]) -> bool:
    kinds = [read_value(value).kind for value in heads[:100]]
    return kinds.count("string") * 2 > len(kinds)


def _stands_beside(rows: Sequence[Sequence[str]], blank: Sequence[int], column: int) -> bool:
    return all(any(value.strip() for value in rows[number][column + 1 :]) for number in blank)


def _is_distinct(rows: Sequence[Sequence[str]], heads: Sequence[int], columns: Sequence[int]) -> bool:
    seen = {tuple(rows[number][column] for column in columns) for number in heads}
    return len(seen) >= 2 and len(seen) >= len(heads) * DISTINCT_SHARE


def _fill(rows: Sequence[MutableSequence[str]], column: int) -> Counter[str]:
    done: Counter[str] = Counter()
    above = ""
    for row in rows:
        if row[column].strip():
            above = row[column]
        else:
            row[column] = above
            done[above] += 1
    return done
