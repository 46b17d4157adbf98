"""Floats that are counts in disguise: whole multiples of a step, found again with what rounding did to each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from genba.formats.lossless.entropy import damaged, pack_numbers, unpack_numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[Any]

FEWEST = 64
LOOKED_AT = 4096
MOST_COUNT = 1 << 31
DECIMALS = 9
# Steps of the last place by which a value may differ from its multiple; more, and it is kept as it is.
MOST_ULPS = 127
MOST_EXCEPTIONS = 0.1


class Gridded(msgspec.Struct, tag="grid", array_like=True, forbid_unknown_fields=True):
    """Value = offset + count · step, or count ÷ 10^decimals where decimals is not below 0; then the corrections."""

    decimals: int
    offset: float
    step: float
    counts: bytes  # a form of its own, of `width` bytes a count
    width: int
    ulps: bytes  # differences in the last place; empty where there are none
    places: bytes  # of values that are no multiples, as steps from one to the next
    exceptions: bytes  # their bits
    kept: int  # how many


def counts_of(values: Floats) -> tuple[Gridded, Ints] | None:
    """Find the grid of some floats: the form without its counts, and the counts; None where there is none."""
    import numpy as np

    finite = np.isfinite(values)
    if len(values) < FEWEST or not finite.any():
        return None
    good = values[finite]
    for decimals, offset, step in _grids(good):
        counts = _counts(values, finite, decimals, offset, step)
        if counts is None:
            continue
        made = _values(counts, decimals, offset, step, values.dtype)
        ulps = _bits(values) - _bits(made)
        odd = np.abs(ulps) > MOST_ULPS
        odd |= ulps == np.iinfo(ulps.dtype).min
        if odd.mean() > MOST_EXCEPTIONS:
            continue
        places = np.flatnonzero(odd)
        ulps[places] = 0
        form = Gridded(
            decimals,
            offset,
            step,
            b"",
            0,
            pack_numbers(ulps.astype(np.int16)) if ulps.any() else b"",
            pack_numbers(np.diff(places, prepend=0)) if len(places) else b"",
            pack_numbers(np.ascontiguousarray(_bits(values)[places])) if len(places) else b"",
            len(places),
        )
        return form, counts
    return None


def restored(form: Gridded, counts: Ints, dtype: np.dtype[Any]) -> Floats:
    """Give the floats again, bit for bit."""
    import numpy as np

    if not -1 <= form.decimals <= DECIMALS or not 0 <= form.kept <= len(counts):
        raise damaged("grid")
    with np.errstate(all="ignore"):
        bits = _bits(_values(counts, form.decimals, form.offset, form.step, dtype)).copy()
    if form.ulps:
        bits += unpack_numbers(form.ulps, np.dtype("<i2"), len(counts)).astype(bits.dtype)
    if form.kept:
        places = np.cumsum(unpack_numbers(form.places, np.dtype("<i8"), form.kept))
        if int(places.min()) < 0 or int(places.max()) >= len(counts):
            raise damaged("grid")
        bits[places] = unpack_numbers(form.exceptions, bits.dtype, form.kept)
    floats: Floats = bits.view(dtype)
    return floats


def _values(counts: Ints, decimals: int, offset: float, step: float, dtype: np.dtype[Any]) -> Floats:
    import numpy as np

    floats = counts.astype(np.float64)
    if decimals >= 0:
        return (floats / 10.0**decimals).astype(dtype)
    return (floats * step + offset).astype(dtype)


def _bits(values: Floats) -> Any:
    return values.view(f"<i{values.dtype.itemsize}")


def _counts(values: Floats, finite: Any, decimals: int, offset: float, step: float) -> Ints | None:
    """Give the nearest multiples; values that have none get the count before them, which costs least."""
    import numpy as np

    wide = np.where(finite, values, 0.0).astype(np.float64)
    with np.errstate(over="ignore"):
        scaled = wide * 10.0**decimals if decimals >= 0 else (wide - offset) / step
    inside = finite & (np.abs(scaled) < MOST_COUNT)
    if inside.mean() < 1 - MOST_EXCEPTIONS:
        return None
    counts = np.rint(np.where(inside, scaled, 0.0)).astype(np.int64)
    if not inside.all():
        last = np.maximum.accumulate(np.where(inside, np.arange(len(counts)), 0))
        counts = counts[last]
    return counts


def _grids(good: Floats) -> list[tuple[int, float, float]]:
    """Propose grids, the plainest first: decimal digits as people write them, then any step with any offset."""
    import numpy as np

    spread = np.linspace(0, len(good) - 1, min(len(good), LOOKED_AT)).astype(np.int64)
    some = good[spread]
    found: list[tuple[int, float, float]] = []
    for decimals in range(DECIMALS + 1):
        scaled = some.astype(np.float64) * 10.0**decimals
        if np.abs(scaled).max() >= MOST_COUNT:
            break
        again = (np.rint(scaled) / 10.0**decimals).astype(some.dtype)
        if (again == some).mean() >= 1 - MOST_EXCEPTIONS:
            return [(decimals, 0.0, 0.0)]
    step = _step(np.concatenate([some, good[:LOOKED_AT]]).astype(np.float64), np.finfo(good.dtype).eps)
    if step:
        nearest = float(some[np.abs(some).argmin()].astype(np.float64))
        shift = nearest - round(nearest / step) * step
        if abs(shift) < 1e-6 * step:
            found.append((-1, 0.0, step))
        found.append((-1, nearest, step))
    return found


def _step(some: Any, epsilon: float) -> float:
    """Find the step of which all differences are multiples, as Euclid would, with room for rounding; 0 without one."""
    import numpy as np

    levels = np.unique(some)
    room = 8 * float(epsilon) * float(np.abs(levels).max())
    steps = np.diff(levels)
    steps = np.sort(steps[steps > room])
    if len(steps) < 8:
        return 0.0
    step = float(steps[0])
    for other in steps[:256:1].tolist():
        one, two = step, other
        for _ in range(64):
            if two <= 16 * room:
                break
            one, two = two, one - two * round(one / two)
            two = abs(two)
        step = one
    if step <= 32 * room or (levels[-1] - levels[0]) / step >= MOST_COUNT:
        return 0.0
    # Ever larger differences make the step as exact as their rounding allows.
    for share in (0.001, 0.01, 0.1, 0.3, 1.0):
        near = levels[levels - levels[0] <= share * (levels[-1] - levels[0])] - levels[0]
        counts = np.rint(near / step)
        if len(near) > 1 and counts[-1] > 0:
            step = float((near @ counts) / (counts @ counts))
    off = np.abs((levels - levels[0]) / step - np.rint((levels - levels[0]) / step))
    return step if float(off.max()) < 0.05 else 0.0
