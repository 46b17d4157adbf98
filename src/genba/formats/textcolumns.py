"""Normalises the texts of Arrow columns: values that need nothing are passed by unread, odd ones are read once each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from genba.formats.text import Change, normalise

if TYPE_CHECKING:
    import pyarrow as pa

REMEMBERED = 32_768  # distinct odd values; longer ones than this many characters are read every time
REMEMBERED_CHARS = 120
_CONTROL = bytes(set(range(32)) - {0x09, 0x0A}) + b"\x7f"
_WORD = "[々〇\u3041-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
# What `normalise` may want to change, and a little more: Arrow's expressions cannot look behind.
_ODD = (
    "[\u00a0\u00ad\u2000-\u2015\u2028\u2029\u202f\u205f\u2060\u2116\u2121\u2160-\u217f\u2212\u2500\u3000\u301c"
    "\u3220-\u3243\u3280-\u33ff\ufeff\uff01-\uff9f\u0300-\u036f\u3099\u309a\x00-\x08\x0b-\x1f\x7f\x85]"
    f"|{_WORD}[ \n]+{_WORD}|(?:^|[^\u3041-\u3096\u309d-\u30fe])ー|ー[0-9]"
)


class Note(Protocol):
    """Is told of a change, and in how many values it was made."""

    def __call__(self, change: Change, count: int) -> None:
        """Take note."""


@dataclass(frozen=True, slots=True)
class NormalTexts:
    """Batches whose columns `at` are normalised each time they are iterated; columns get `names`."""

    source: Iterable[pa.RecordBatch]
    at: frozenset[int]
    names: tuple[str, ...]

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Normalise batch by batch."""
        import pyarrow as pa

        for batch in self.source:
            columns = [
                normal_column(column) if index in self.at else column for index, column in enumerate(batch.columns)
            ]
            yield pa.RecordBatch.from_arrays(columns, names=list(self.names))


def columns_to_change(batches: Iterable[pa.RecordBatch], at: Sequence[int], note: Note) -> frozenset[int]:
    """Go through all batches once: tells every change to `note` and gives the columns that hold any."""
    found: set[int] = set()
    for batch in batches:
        for index in at:
            column = batch.column(index)
            if normal_column(column, note) is not column:
                found.add(index)
    return frozenset(found)


def normal_column(column: Any, note: Note | None = None) -> Any:
    """The column with its texts normalised; the very same column where nothing changes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(column.type) or _is_plain(column):
        return column
    odd = pc.fill_null(pc.match_substring_regex(column, _ODD), False)
    if not odd.true_count:
        return column
    counts = column.filter(odd).dictionary_encode()
    texts = counts.dictionary.to_pylist()
    read = [_read(text) for text in texts]
    if all(made == text for text, (made, _) in zip(texts, read, strict=True)):
        return column
    if note is not None:
        _tell(counts.indices, read, note)
    made = pa.array([made for made, _ in read], pa.string()).take(counts.indices)
    return pc.replace_with_mask(column, odd, made)


def _tell(indices: Any, read: list[tuple[str, tuple[Change, ...]]], note: Note) -> None:
    for entry in indices.value_counts():
        for change in read[entry["values"].as_py()][1]:
            if change.before != change.after:
                note(change, entry["counts"].as_py())


def bytes_of(column: Any) -> bytes:
    """All texts of a column of strings as they lie in memory, one after the other."""
    _, offsets, data = column.buffers()
    if offsets is None or data is None:
        return b""
    ends = memoryview(offsets).cast("i")
    return bytes(memoryview(data)[ends[column.offset] : ends[column.offset + len(column)]])


def _is_plain(column: Any) -> bool:
    """Whether all bytes of the texts are printable ASCII, tabs and line feeds."""
    text = bytes_of(column)
    return text.isascii() and len(text.translate(None, _CONTROL)) == len(text)


def _read(text: str) -> tuple[str, tuple[Change, ...]]:
    return _remembered(text) if len(text) <= REMEMBERED_CHARS else normalise(text)


@lru_cache(maxsize=REMEMBERED)
def _remembered(text: str) -> tuple[str, tuple[Change, ...]]:
    return normalise(text)
