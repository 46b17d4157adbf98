"""Streams on one raster of frames: which measured sample stands at each, how far it is, where frames are missing."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from genba.app.rendering_sources import Source
from genba.clocks import resampling
from genba.clocks.joins import join_one

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Array = NDArray[Any]
    Mask = NDArray[np.bool_]

SECOND_NS = 1_000_000_000
# A sample may stand for a frame while it is no farther than this many usual steps of its stream.
REACH_STEPS = 1.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placed:
    """A stream's samples at the frames: which one, and how far from the frame it was measured."""

    source: Source
    index: Times  # into `moments`; -1 where none is near
    distance_ns: Times  # measured time minus the frame's

    @property
    def is_there(self) -> Mask:
        """Tell at which frames a sample is near enough."""
        return self.index >= 0


def raster(sources: Sequence[Source], rate_hz: Fraction) -> Times:
    """Give the frames' times: from where all streams have begun to where the first one ends, each exact to 1 ns."""
    import numpy as np

    spans = [source.moments() for source in sources]
    if not spans or any(not span.count for span in spans):
        return np.zeros(0, np.int64)
    first = max(int(span.reference_ns[0]) for span in spans)
    last = min(int(span.reference_ns[-1]) for span in spans)
    if last < first:
        return np.zeros(0, np.int64)
    count = int((last - first) * rate_hz / SECOND_NS) + 1
    return first + offsets_ns(count, rate_hz)


def offsets_ns(count: int, rate_hz: Fraction) -> Times:
    """Give k / rate in whole nanoseconds for k = 0 …; whole seconds first, so that nothing overflows."""
    import numpy as np

    step = np.arange(count, dtype=np.int64) * rate_hz.denominator
    seconds, rest = np.divmod(step, rate_hz.numerator)
    return np.asarray(seconds * SECOND_NS + (rest * SECOND_NS) // rate_hz.numerator)


def place(source: Source, axis_ns: Times, rate_hz: Fraction, *, reading: str) -> Placed:
    """Find the sample of each frame: the nearest, or the last before it where causes must not come after effects."""
    import numpy as np

    moments = source.moments()
    half_frame = int(SECOND_NS / (2 * rate_hz))
    reach = max(int(REACH_STEPS * moments.step_ns()), half_frame)
    joined = join_one(
        axis_ns,
        moments.reference_ns,
        (np.arange(moments.count),),
        strategy="backward" if reading == "previous" else "nearest",
        tolerance_ns=reach,
    )
    distance = joined.distance_ns.astype(np.int64)
    index = np.where(joined.is_valid, joined.values[0], -1)
    return Placed(source=source, index=index, distance_ns=np.where(joined.is_valid, distance, 0))


def stretches(present: Mask, longest: int, cuts: Times) -> list[tuple[int, int]]:
    """Give the runs of frames at which every stream is there, cut where asked and where one is too long."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate([[False], present, [False]]).astype(np.int8)))
    found = []
    for begin, end in edges.reshape(-1, 2).tolist():
        inner = [begin, *(cut for cut in cuts.tolist() if begin < cut < end), end]
        for low, high in itertools.pairwise(inner):
            found += [(at, min(at + longest, high)) for at in range(low, high, longest)]
    return found


def numbers_at(placed: Placed, values: Array, axis_ns: Times, *, reading: str, rate_hz: Fraction) -> tuple[Array, Mask]:
    """Read the numbers (samples, columns) at the frames, and tell where there are any.

    As measured; or on a line between two measured ones, or low-passed first so that nothing faster than the frames is
    mistaken for something slower. States and events are the last ones before a frame.
    """
    import numpy as np

    taken: Array = values[np.maximum(placed.index, 0)]
    if reading not in ("linear", "lowpass"):
        return taken, placed.is_there
    found, valid, times = taken.copy(), placed.is_there.copy(), placed.source.moments().reference_ns
    column = 0
    for channel in placed.source.numbers():
        part = slice(column, column + int(np.prod(channel.shape, dtype=np.int64)))
        column = part.stop
        method = resampling.method_of(channel)
        if method == "linear" and reading == "lowpass":
            read = resampling.resample(axis_ns, times, values[:, part], rate_hz=float(rate_hz))
        else:
            read = resampling.interpolate(axis_ns, times, values[:, part], method=method)
        found[:, part] = read.values
        valid &= read.is_valid
    return found, valid
