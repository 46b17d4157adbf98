"""Columns of a LeRobot dataset as channels: numbers of the shape that info.json states, a channel for each name."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genba.formats.recordings.arrowcolumns import ArrowColumn, column_of, dtype_of
from genba.formats.recordings.lerobot import DEVICE, DISTANCE, OWN, TIME, Feature, Info
from genba.formats.recordings.naming import unique
from genba.formats.recordings.quantities import kind_of, unit_in
from genba.model.signals import RAGGED, Channel, Ragged

if TYPE_CHECKING:
    import pyarrow as pa

    from genba.model.signals import Times, Values


@dataclass(frozen=True, slots=True)
class Measured:
    """Of each frame, the time on the reference clock; of each stream, what its own clock said, and when that was."""

    frame_ns: Times  # (n,)
    device_ns: Times  # (n, streams)
    reference_ns: Times  # (n, streams)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a column is read: as numbers of the feature's shape, or as bytes."""

    feature: Feature
    column: ArrowColumn
    is_split: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Name the channels that the column is split into; empty where it is one."""
        count = self.column.shape[0] if self.column.shape else 1
        is_flat = len(self.feature.shape) <= 1 and self.column.dtype != RAGGED
        return self.feature.names if self.is_split and is_flat and len(self.feature.names) == count else ()

    def channels(self) -> Iterator[Channel]:
        """Describe the channels."""
        feature, column = self.feature, self.column
        units = feature.units
        if self.names:
            for at, name in enumerate(unique(list(self.names))):
                unit = (units[at] if len(units) == len(self.names) else units[0] if units else "") or unit_in(name)
                kind = kind_of(name, unit) or kind_of(feature.key)
                yield Channel(name=name, dtype=column.dtype, kind=kind, unit=unit)
            return
        kind = "state" if column.dtype == RAGGED else kind_of(feature.key)
        is_picture, is_own = feature.dtype == "image", feature.key in OWN
        names = "" if is_picture else ", ".join(feature.names)
        yield Channel(
            name=feature.key,
            dtype=column.dtype,
            shape=feature.shape if column.shape else (),
            kind="time" if is_own else "image" if is_picture else kind,
            unit=units[0] if units else "ns" if is_own else unit_in(feature.key),
            properties={**column.properties, **({"names": names} if names else {})},
        )

    def values(self, batch: pa.RecordBatch) -> Iterator[Values | Ragged]:
        """Convert rows that are whole."""
        import numpy as np

        found = self.column.values(_flat(batch.column(_place(batch, self.feature.key)), self.feature.shape))
        if isinstance(found, Ragged) or not self.column.shape:
            yield found
        elif self.names:
            yield from (np.ascontiguousarray(found[:, at]) for at in range(len(self.names)))
        else:
            yield found.reshape(len(found), *self.feature.shape)

    def is_whole(self, batch: pa.RecordBatch) -> Values:
        """Tell which rows hold all the numbers of the shape, in the type that the first rows had."""
        import numpy as np
        import pyarrow.compute as pc

        at = _place(batch, self.feature.key)
        if at < 0 or (
            self.column.dtype != RAGGED and dtype_of(_inner(batch.schema.field(at).type)[0]) != self.column.dtype
        ):
            return np.zeros(len(batch), bool)
        column = batch.column(at)
        if self.column.dtype == RAGGED:
            return np.ones(len(column), bool)
        good = np.array(column.is_valid())
        if (_inner(column.type)[1] > 0) != bool(self.column.shape):
            return np.zeros(len(batch), bool)
        row = np.arange(len(column))
        for size in self.feature.shape if self.column.shape else ():
            lengths = pc.fill_null(pc.list_value_length(column), -1).to_numpy(zero_copy_only=False)
            good[row[lengths != size]] = False
            row = row[pc.list_parent_indices(column).to_numpy(zero_copy_only=False)]
            column = pc.list_flatten(column)
        if self.column.shape and column.null_count:
            good[row[np.array(column.is_null())]] = False
        return good


def plan_of(feature: Feature, batch: pa.RecordBatch, *, is_split: bool = True) -> Plan:
    """Decide by the first rows how a column is read."""
    field = batch.schema.field(feature.key)
    inner, depth = _inner(field.type)
    dtype = dtype_of(inner)
    if dtype and depth in (0, len(feature.shape)):
        return Plan(feature, ArrowColumn(feature.key, dtype, (math.prod(feature.shape),) if depth else ()), is_split)
    found = column_of(field, batch.column(_place(batch, feature.key)), may_lack=True)
    return Plan(feature, ArrowColumn(feature.key, RAGGED, (), "", found.properties), is_split)


def measured_plans(info: Info) -> list[Plan]:
    """Give the columns that genba's own datasets keep the measured times in; none where there are none."""
    shape = (len(info.measured),)
    vector = ArrowColumn("", "<i8", shape if len(info.measured) > 1 else ())
    plans = [Plan(Feature(key=key, dtype="int64", shape=shape), vector) for key in (DEVICE, DISTANCE)]
    alone = Plan(Feature(key=TIME, dtype="int64", shape=(1,)), ArrowColumn("", "<i8"))
    return [alone, *plans] if info.measured else []


def measured_in(plans: list[Plan], batch: pa.RecordBatch) -> Measured | None:
    """Read the measured times of rows that are whole."""
    if not plans:
        return None
    frame, device, distance = (next(plan.values(batch)).reshape(len(batch), -1) for plan in plans)  # type: ignore[union-attr]
    return Measured(frame_ns=frame[:, 0].copy(), device_ns=device, reference_ns=frame + distance)


def whole_numbers(batch: pa.RecordBatch, name: str) -> Times:
    """Read a column of whole numbers; −1 where there is none."""
    import numpy as np
    import pyarrow as pa

    column = batch.column(_place(batch, name)).cast(pa.int64()).fill_null(-1)
    return np.asarray(column.to_numpy(zero_copy_only=False), np.int64)


def _place(batch: pa.RecordBatch, name: str) -> int:
    return int(batch.schema.get_field_index(name))


def _inner(kind: pa.DataType) -> tuple[pa.DataType, int]:
    import pyarrow as pa

    depth = 0
    while pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind) or pa.types.is_large_list(kind):
        kind, depth = kind.value_type, depth + 1
    return kind, depth


def _flat(column: pa.Array, shape: tuple[int, ...]) -> pa.Array:
    """Lay nested lists of one shape flat."""
    import math

    import pyarrow as pa
    import pyarrow.compute as pc

    kind, depth = _inner(column.type)
    if depth == 0 or not dtype_of(kind):
        return column
    for _ in range(depth):
        column = pc.list_flatten(column)
    return pa.FixedSizeListArray.from_arrays(column, math.prod(shape))
