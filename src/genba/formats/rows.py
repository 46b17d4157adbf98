"""Rows of text as Arrow record batches, made each time they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class TextRows:
    """Batches of text columns over rows that `rows` gives anew on every call; a row has as many cells as names."""

    names: tuple[str, ...]
    rows: Callable[[], Iterable[Sequence[str | None]]]

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Go through the rows from the start."""
        import pyarrow as pa

        source = iter(self.rows())
        while part := list(islice(source, BATCH_ROWS)):
            arrays = [pa.array(column, pa.string()) for column in zip(*part, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, names=list(self.names))
