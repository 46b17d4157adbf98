"""Writes a stream as Parquet for exchange: common and measured times, raw counts, and calibrated values beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import RawIOBase
from typing import TYPE_CHECKING, Any

import msgspec

from genba.model.signals import RAGGED, Block, Channel, Ragged, Stream

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Array = NDArray[Any]

ROW_GROUP_ROWS = 131_072
RAW = ".raw"
TIMES = ("reference_ns", "half_width_ns", "device_ns", "sequence", "host_ns")


def columns(stream: Stream) -> list[tuple[str, str]]:
    """Name the columns that hold one number or text each, with Croissant's types."""
    found = [(name, "sc:Integer") for name in TIMES]
    for channel in stream.channels:
        if not channel.shape and channel.dtype != RAGGED:
            whole = channel.dtype[1] in "iub" and not is_calibrated(channel)
            found.append((channel.name, "sc:Integer" if whole else "sc:Float"))
    return found


def is_calibrated(channel: Channel) -> bool:
    """Tell whether physical values differ from the counts."""
    return channel.dtype != RAGGED and channel.calibration.coefficients != (0.0, 1.0)


def write(
    out: RawIOBase,
    stream: Stream,
    pieces: Iterable[tuple[Block, Array, Array, Sequence[Array | None]]],
    about: Mapping[str, str],
) -> int:
    """Write blocks with their times on the reference clock, half widths and calibrated values; returns the rows."""
    import pyarrow.parquet as pq

    schema = _schema(stream, about)
    rows = 0
    with pq.ParquetWriter(out, schema, compression="zstd", version="2.6") as writer:
        for block, reference, width, physical in pieces:
            batch = _batch(schema, stream, block, (reference, width), physical)
            for start in range(0, batch.num_rows, ROW_GROUP_ROWS):
                writer.write_batch(batch.slice(start, ROW_GROUP_ROWS))
            rows += batch.num_rows
    return rows


def _schema(stream: Stream, about: Mapping[str, str]) -> pa.Schema:
    import pyarrow as pa

    fields = [pa.field(name, pa.int64()) for name in TIMES]
    for channel in stream.channels:
        told = {"unit": channel.unit, "kind": channel.kind, "formula": channel.calibration.formula}
        told["calibration"] = msgspec.json.encode(channel.calibration.coefficients).decode()
        metadata = {key: value for key, value in {**channel.properties, **told}.items() if value}
        if is_calibrated(channel):
            fields.append(pa.field(channel.name, _kind(channel, "<f8"), metadata=metadata))
            fields.append(pa.field(channel.name + RAW, _kind(channel, channel.dtype)))
        else:
            fields.append(pa.field(channel.name, _kind(channel, channel.dtype), metadata=metadata))
    return pa.schema(fields, metadata={f"genba.{key}": value for key, value in about.items()})


def _kind(channel: Channel, dtype: str) -> pa.DataType:
    import numpy as np
    import pyarrow as pa

    if dtype == RAGGED:
        return pa.binary()
    size = int(np.prod(channel.shape, dtype=np.int64))
    inner = pa.from_numpy_dtype(np.dtype(dtype))
    return pa.list_(inner, size) if channel.shape else inner


def _batch(
    schema: pa.Schema, stream: Stream, block: Block, times: tuple[Array, Array], physical: Sequence[Array | None]
) -> pa.RecordBatch:
    import numpy as np
    import pyarrow as pa

    count = len(block.device_ns)
    arrays = [pa.array(times[0]), pa.array(times[1]), pa.array(block.device_ns)]
    arrays.append(pa.nulls(count, pa.int64()) if block.sequence is None else pa.array(block.sequence))
    host, is_missing = np.zeros(count, np.int64), np.ones(count, np.bool_)
    if block.host_index is not None and block.host_ns is not None:
        host[block.host_index], is_missing[block.host_index] = block.host_ns, False
    arrays.append(pa.array(host, mask=is_missing))
    for channel, values, calibrated in zip(stream.channels, block.values, physical, strict=True):
        if calibrated is not None:
            arrays.append(_array(channel, calibrated))
        arrays.append(_array(channel, values))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(channel: Channel, values: Array | Ragged) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    if isinstance(values, Ragged):
        offsets = pa.array(values.offsets.astype(np.int32)).buffers()[1]
        return pa.Array.from_buffers(pa.binary(), len(values.offsets) - 1, [None, offsets, pa.py_buffer(values.data)])
    if not channel.shape:
        return pa.array(np.ascontiguousarray(values))
    flat = np.ascontiguousarray(values).reshape(-1)
    return pa.FixedSizeListArray.from_arrays(pa.array(flat), int(np.prod(channel.shape, dtype=np.int64)))
