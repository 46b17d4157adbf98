"""Writes windows as one array that training maps into memory, a row of facts for each beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import RawIOBase
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from numpy.typing import NDArray

VALUES = "windows/values.npy"
TABLE = "windows/windows.parquet"
SHAPE = "windows/windows.json"
FEATURES = "windows/features.parquet"
FORMAT = "genba-windows/1.0"
WHOLE = ("window", "first_ns", "last_ns", "half_width_ns", "farthest_ns", "lost")
COLUMNS = (
    *("window", "capture", "stream", "first_ns", "last_ns", "half_width_ns", "farthest_ns"),
    *("lot", "machine", "label", "lost", "asked_by"),
)
BLOCK_BYTES = 32 << 20


def write_values(
    stream: RawIOBase, shape: tuple[int, int, int], blocks: Iterable[NDArray[Any]], *, buffer_bytes: int = BLOCK_BYTES
) -> None:
    """Write (windows, samples, channels) of float32 in C order as .npy; `blocks` follow each other along windows."""
    import numpy as np

    header = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, header)
    written = 0
    for block in blocks:
        rows = max(1, buffer_bytes // max(1, 4 * shape[1] * shape[2]))
        for begin in range(0, len(block), rows):
            part = np.ascontiguousarray(block[begin : begin + rows], "<f4")
            stream.write(part.reshape(-1).data.cast("B"))
        written += len(block)
    if written != shape[0]:
        raise ValueError(f"{written} windows instead of {shape[0]}")


def write_table(stream: RawIOBase, columns: Mapping[str, Sequence[Any] | NDArray[Any]]) -> None:
    """Write one row for each window."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.int64() if name in WHOLE else pa.string()) for name in COLUMNS])
    table = pa.table({name: pa.array(columns[name], schema.field(name).type) for name in COLUMNS}, schema=schema)
    with pq.ParquetWriter(stream, schema, compression="zstd", version="2.6") as writer:
        writer.write_table(table)


@contextmanager
def feature_table(stream: RawIOBase, names: Sequence[str], units: Sequence[str]) -> Iterator[Callable[[Any], None]]:
    """Open a table of one row for each window and one column for each feature; what is given takes rows in order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = [
        pa.field(name, pa.float32(), metadata={"unit": unit} if unit else None)
        for name, unit in zip(names, units, strict=True)
    ]
    schema = pa.schema([pa.field("window", pa.int64()), *fields])
    written = 0

    def add(rows: Any) -> None:
        nonlocal written
        numbers = pa.array(range(written, written + len(rows)), pa.int64())
        columns = [pa.array(column, pa.float32()) for column in rows.astype("f4").T]
        table.write_table(pa.Table.from_arrays([numbers, *columns], schema=schema))
        written += len(rows)

    with pq.ParquetWriter(stream, schema, compression="zstd", version="2.6") as table:
        yield add


def encode_shape(
    *, channels: Sequence[str], units: Sequence[str], rate_hz: float, window: int, step: int, stream: str
) -> bytes:
    """Say what the numbers are."""
    data = {
        "format": FORMAT,
        "stream": stream,
        "channels": list(channels),
        "units": list(units),
        "rate_hz": rate_hz,
        "window": window,
        "step": step,
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"
