"""Columns of Parquet as channels: numbers as they are stored, lists of one length as shapes, the rest as bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from genba.formats.recordings.quantities import kind_of, unit_in
from genba.formats.recordings.topics import ragged
from genba.model.signals import RAGGED, Channel, Ragged

if TYPE_CHECKING:
    import pyarrow as pa

    from genba.model.signals import Values

LONGEST_LIST = 1 << 16
EXACT = 2**53


@dataclass(slots=True)
class ArrowColumn:
    """How the values of one column become those of a channel."""

    name: str
    dtype: str
    shape: tuple[int, ...] = ()
    unit: str = ""
    properties: dict[str, str] = field(default_factory=dict)

    @property
    def channel(self) -> Channel:
        """Describe it."""
        unit = self.unit or unit_in(self.name)
        kind = "state" if self.dtype == RAGGED else kind_of(self.name, unit)
        return Channel(
            name=self.name, dtype=self.dtype, shape=self.shape, kind=kind, unit=unit, properties=self.properties
        )

    def values(self, column: pa.Array) -> Values | Ragged:
        """Convert a batch."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        if self.dtype == RAGGED:
            return _bytes_of(column)
        if self.shape:
            flat = pc.list_flatten(column)
            if column.null_count or len(flat) != len(column) * self.shape[0]:
                return self._padded(column)
            return np.ascontiguousarray(_numbers(flat, self.dtype).reshape(len(column), *self.shape))
        if pa.types.is_timestamp(column.type) or pa.types.is_time(column.type) or pa.types.is_date(column.type):
            column = column.cast(pa.int32() if column.type.bit_width == 32 else pa.int64())
        return _numbers(column, self.dtype)

    def _padded(self, column: pa.Array) -> Values:
        """Lists that are missing or of another length: only floats can say that a number is not there."""
        import numpy as np

        out = np.full((len(column), *self.shape), np.nan if self.dtype[1] == "f" else 0, self.dtype)
        for row, value in enumerate(column.to_pylist()):
            given = [item for item in value or () if item is not None][: self.shape[0]]
            out[row, : len(given)] = given
        return out


def _numbers(column: pa.Array, dtype: str) -> Values:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_boolean(column.type):
        column = pc.cast(column, pa.uint8())
    if column.null_count and dtype[1] == "f":
        column = pc.cast(column, pa.float64()) if not pa.types.is_floating(column.type) else column
    return np.ascontiguousarray(column.to_numpy(zero_copy_only=False).astype(dtype, copy=False))


def _bytes_of(column: pa.Array) -> Ragged:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    pieces: list[bytes] = []
    for value in column.to_pylist():
        if isinstance(value, dict):  # a picture as LeRobot keeps it: its bytes, or where they lie
            value = value.get("bytes") or value.get("path")
        if value is None:
            pieces.append(b"")
        elif isinstance(value, bytes):
            pieces.append(value)
        else:
            pieces.append(str(value).encode("utf-8", "replace"))
    return ragged(pieces)


def column_of(found: pa.Field, first: pa.Array, *, may_lack: bool, is_long: bool = False) -> ArrowColumn:
    """Decide how a column is read, by its type and its first values; `may_lack` says that some may be missing."""
    import pyarrow as pa

    kind = found.type
    metadata = {key.decode("utf-8", "replace"): value for key, value in (found.metadata or {}).items()}
    unit = metadata.get("unit", b"").decode("utf-8", "replace")
    name = found.name
    if pa.types.is_fixed_size_list(kind) or pa.types.is_list(kind) or pa.types.is_large_list(kind):
        length = _length(kind, first)
        inner = dtype_of(kind.value_type)
        if length and inner and (inner[1] == "f" or pa.types.is_fixed_size_list(kind)) and not may_lack:
            return ArrowColumn(name, inner, (length,), unit)
        return ArrowColumn(name, RAGGED, (), unit, {"encoding": "text of a list"})
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        return ArrowColumn(name, RAGGED, (), unit) if may_lack else _stamp(name, kind)
    dtype = dtype_of(kind)
    if not dtype:
        text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind)
        return ArrowColumn(name, RAGGED, (), unit, {"encoding": "utf-8"} if text else {"type": str(kind)})
    if may_lack and dtype[1] != "f":
        as_text = dtype[2:] == "8" and is_long
        return ArrowColumn(name, RAGGED if as_text else "<f8", (), unit, {"missing": "empty" if as_text else "nan"})
    return ArrowColumn(name, dtype, (), unit, {"missing": "nan"} if may_lack else {})


def _stamp(name: str, kind: pa.DataType) -> ArrowColumn:
    return ArrowColumn(name, "<i4" if kind.bit_width == 32 else "<i8", (), str(kind.unit), {"type": str(kind)})


def _length(kind: pa.DataType, first: pa.Array) -> int:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_fixed_size_list(kind):
        return int(kind.list_size) if kind.list_size <= LONGEST_LIST else 0
    lengths = pc.unique(pc.list_value_length(first)).to_pylist()
    return int(lengths[0]) if len(lengths) == 1 and lengths[0] and lengths[0] <= LONGEST_LIST else 0


def dtype_of(kind: pa.DataType) -> str:
    """Give numpy's name of a type of numbers; empty for what is none."""
    import pyarrow as pa

    if pa.types.is_boolean(kind):
        return "|u1"
    if pa.types.is_date32(kind):
        return "<i4"
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return ""
    letter = "f" if pa.types.is_floating(kind) else "i" if pa.types.is_signed_integer(kind) else "u"
    size = kind.bit_width // 8
    return ("|" if size == 1 else "<") + letter + str(size)
