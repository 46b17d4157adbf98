"""Integers of sensors: a common step taken out, each sample predicted, and what is left coded by how wide it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from genba.formats.lossless import prediction
from genba.formats.lossless.entropy import damaged, pack_bytes, pack_numbers, unpack_bytes, unpack_numbers
from genba.formats.lossless.residuals import GROUP, classes_of, pack_by_class, unpack_by_class

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

# Fewer samples than this are not worth a predictor.
FEWEST = 2048
# Which predictors suit is tried on stretches from all over; for short columns the best few are measured.
STRETCHES, STRETCH = 8, 4096
TRIED = STRETCHES * STRETCH
MEASURED = 1 << 18
WIDEST_BITS = 31
FEW_CLASSES = 5


class Predicted(msgspec.Struct, tag="predicted", array_like=True, forbid_unknown_fields=True):
    """Residuals of a linear prediction, with the predictors."""

    lane: int
    levels: int
    reach_bits: int
    order: int
    centre: bytes
    reflections: tuple[bytes, ...]
    classes: bytes
    widths: bytes
    parts: tuple[bytes, ...]


class Stepped(msgspec.Struct, tag="stepped", array_like=True, forbid_unknown_fields=True):
    """Whole multiples of a step above a base; `form` encodes the multiples as integers of `width` bytes."""

    base: int
    step: int
    width: int
    form: bytes


def common_step(values: NDArray[Any]) -> tuple[int, int]:
    """Give the smallest value, and the greatest step of which all values are whole multiples above it."""
    import numpy as np

    base = int(values.min())
    head = values[:1024].astype(np.int64) - base
    step = int(np.gcd.reduce(head))
    if step != 1:
        step = int(np.gcd.reduce(values.astype(np.int64) - base, initial=step))
    return base, max(step, 1)


def predicted(values: Ints) -> Predicted | None:
    """Predict as the middle of the values suggests; None where they are few, wide or hard to predict."""
    import numpy as np

    low, high = int(values.min()), int(values.max())
    if len(values) < FEWEST or (high - low).bit_length() > WIDEST_BITS:
        return None
    starts = np.linspace(0, max(0, len(values) - STRETCH), STRETCHES).astype(np.int64)
    trial = np.concatenate([values[at : at + STRETCH] for at in starts]) if len(values) > TRIED else values
    costs = [(_cost(trial, settings), number) for number, settings in enumerate(prediction.CHOICES)]
    if min(costs)[0] > 1.1 * 8 * len(pack_numbers(trial.astype(np.int32))):
        return None
    best = sorted(costs)[: 3 if len(values) <= MEASURED else 1]
    forms = [_predicted(values, prediction.CHOICES[number]) for _, number in best]
    return min(forms, key=_size)


def restored(form: Predicted, count: int) -> Ints:
    """Give the values again."""
    import numpy as np

    if not (64 <= form.lane <= 1 << 16 and 0 <= form.order <= prediction.MOST_ORDER) or count > 1 << 28:
        raise damaged("predictors")
    if not (2 <= form.levels <= prediction.MOST_LEVELS and 0 <= form.reach_bits <= 40):
        raise damaged("predictors")
    if len(form.reflections) != form.order or len(form.parts) != len(form.widths) or set(form.widths) - {2, 4, 8}:
        raise damaged("predictors")
    lanes, _ = prediction.lanes_of(count, form.lane)
    columns = [unpack_numbers(data, np.dtype("<i2"), lanes).astype(np.int64) for data in form.reflections]
    reflections = np.stack(columns, axis=1) if columns else np.zeros((lanes, 0), np.int64)
    if reflections.size and int(np.abs(reflections).max()) >= form.levels:
        raise damaged("predictors")
    predictors = prediction.Predictors(
        unpack_numbers(form.centre, np.dtype("<i8"), lanes), reflections, form.levels, form.lane, form.reach_bits
    )
    groups = -(-count // GROUP)
    classes = np.frombuffer(unpack_bytes(form.classes, groups), np.uint8) if form.classes else np.zeros(groups, "u1")
    return prediction.restore(predictors, unpack_by_class(form.parts, form.widths, classes, count))


def _predicted(values: Ints, settings: prediction.Settings) -> Predicted:
    import numpy as np

    predictors, residuals = prediction.predict(values, settings)
    classes = classes_of(residuals)
    widths, parts = pack_by_class(residuals, classes)
    kept = pack_bytes(classes.tobytes())
    if len(parts) == 1:
        kept = b""
    elif len(values) <= TRIED or len(parts) < FEW_CLASSES:  # their names may cost more than they save
        one = pack_by_class(residuals, np.zeros_like(classes))
        if sum(map(len, one[1])) <= sum(map(len, parts)) + len(kept):
            (widths, parts), kept = one, b""
    columns = np.ascontiguousarray(predictors.reflections.T).astype(np.int16)
    return Predicted(
        settings.lane,
        settings.levels,
        predictors.reach_bits,
        len(columns),
        pack_numbers(predictors.centre),
        tuple(pack_numbers(column, plain=True) for column in columns),
        kept,
        widths,
        tuple(parts),
    )


def _size(form: Predicted) -> int:
    return len(form.classes) + sum(map(len, (*form.parts, *form.reflections)))


def _cost(values: Ints, settings: prediction.Settings) -> float:
    """Estimate the bits of a prediction: residuals as a two-sided exponential of their surroundings' width."""
    import numpy as np

    predictors, residuals = prediction.predict(values, settings)
    whole = residuals[: len(residuals) // GROUP * GROUP].reshape(-1, GROUP)
    width = np.abs(whole).mean(axis=1)
    kept = int((predictors.reflections != 0).sum())
    return float(GROUP * np.log2(2 * np.e * width + 1).sum() + kept * (np.log2(settings.levels) - 2))
