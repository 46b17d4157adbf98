"""Many streams on one time axis: each sample taken as measured, with how far in time it lies from where it stands now.

Nothing is interpolated here. In one piece or stretch by stretch from blocks, the results are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genba.clocks import asof

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times, Values

    Samples = tuple[Times, Sequence[Values]]  # times on the reference clock, and each channel's values

THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joined:
    """Samples of one stream for each time of the axis, one array a channel."""

    values: tuple[Values, ...]  # NaN, or zero where the dtype has none, for what is not valid
    distance_ns: NDArray[np.signedinteger]  # measured time minus the axis's; the dtype's least number where not valid

    @property
    def is_valid(self) -> NDArray[np.bool_]:
        """Tell where a sample lies within the tolerance."""
        import numpy as np

        valid: NDArray[np.bool_] = self.distance_ns != np.iinfo(self.distance_ns.dtype).min
        return valid


def join(
    axis_ns: Times,
    streams: Sequence[Samples],
    *,
    strategy: str = "backward",
    tolerance_ns: int | None = None,
    threads: int = THREADS,
) -> tuple[Joined, ...]:
    """Put streams on one sorted axis: `backward`, `forward` or `nearest`, within the tolerance or not at all."""
    from concurrent.futures import ThreadPoolExecutor

    def one(samples: Samples) -> Joined:
        return join_one(axis_ns, *samples, strategy=strategy, tolerance_ns=tolerance_ns)

    if threads < 2 or len(streams) < 2:
        return tuple(one(samples) for samples in streams)
    with ThreadPoolExecutor(threads) as pool:
        return tuple(pool.map(one, streams))


def join_one(
    axis_ns: Times,
    times: Times,
    values: Sequence[Values],
    *,
    strategy: str = "backward",
    tolerance_ns: int | None = None,
) -> Joined:
    """Put one stream on a sorted axis; its samples are sorted first where they came in another order."""
    import numpy as np

    times, values = in_order(times, values)
    narrow = tolerance_ns is not None and tolerance_ns < 2**31 - 1
    distance: NDArray[np.signedinteger]
    distance = np.empty(len(axis_ns), np.int32) if narrow else np.empty(len(axis_ns), np.int64)
    none = int(np.iinfo(distance.dtype).min)
    out = tuple(np.empty((len(axis_ns), *one.shape[1:]), one.dtype) for one in values)
    room = np.empty(min(asof.STRETCH, len(axis_ns)), np.int64)  # made once: fresh memory costs more than the work in it
    for first, end, found in asof.found_in_stretches(axis_ns, times, strategy=strategy):
        if not len(times):
            distance[first:end] = none
            _blank(out, values, slice(first, end))
            continue
        away = np.take(times, found, out=room[: end - first], mode="clip")
        away -= axis_ns[first:end]
        is_whole = _is_whole(found, away, tolerance_ns)
        for target, source in zip(out, values, strict=True):
            np.take(source, found, axis=0, out=target[first:end], mode="clip")
        if not is_whole:
            missing = found < 0
            if tolerance_ns is not None:
                missing |= np.abs(away) > tolerance_ns
            away[missing] = none
            rows = np.flatnonzero(missing) + first
            _blank(out, values, rows)
        distance[first:end] = away
    return Joined(values=out, distance_ns=distance)


def join_blocks(
    axis: Iterable[Times],
    streams: Sequence[Iterable[Samples]],
    *,
    tolerance_ns: int,
    strategy: str = "backward",
) -> Iterator[tuple[Times, tuple[Joined, ...]]]:
    """Join stretch by stretch: sorted pieces of the axis against blocks in order of time, each read once.

    Memory is one piece and the blocks that reach into it, however long the recordings are.
    """
    feeds = [_Feed(blocks) for blocks in streams]
    for piece in axis:
        if len(piece):
            first, last = int(piece[0]) - tolerance_ns, int(piece[-1]) + tolerance_ns
            near = [feed.between(first, last) for feed in feeds]
            yield piece, join(piece, near, strategy=strategy, tolerance_ns=tolerance_ns)


def in_order(times: Times, values: Sequence[Values]) -> tuple[Times, Sequence[Values]]:
    """Sort samples by time where they are not; of equal times those that came first stay first."""
    import numpy as np

    step = 1 << 16  # small pieces, so that no array of the whole's size is made to find out
    pieces = range(0, max(len(times) - 1, 0), step)
    if all(
        bool((times[at + 1 : at + step + 1] >= times[at : at + step][: len(times) - 1 - at]).all()) for at in pieces
    ):
        return times, values
    order = np.argsort(times, kind="stable")
    return times[order], tuple(one[order] for one in values)


class _Feed:
    """Blocks of a stream, held only while a piece of the axis can reach them."""

    def __init__(self, blocks: Iterable[Samples]) -> None:
        self.blocks = iter(blocks)
        self.held: list[Samples] = []
        self.spare: Samples | None = None  # the last block's shape, for a piece that none reaches
        self.newest: int | None = None

    def between(self, first_ns: int, last_ns: int) -> Samples:
        """Give all samples within the limits, and what else their blocks hold."""
        import numpy as np

        self.held = [samples for samples in self.held if int(samples[0].max()) >= first_ns]
        while self.newest is None or self.newest <= last_ns:
            samples = next(self.blocks, None)
            if samples is None:
                break
            if len(samples[0]):
                self.spare = (samples[0][:0], tuple(one[:0] for one in samples[1]))
                self.newest = int(samples[0].max())
                if self.newest >= first_ns:
                    self.held.append(samples)
        if not self.held:
            return self.spare or (np.empty(0, np.int64), ())
        if len(self.held) == 1:
            return self.held[0]
        columns = zip(*(samples[1] for samples in self.held), strict=True)
        return np.concatenate([times for times, _ in self.held]), tuple(np.concatenate(one) for one in columns)


def _is_whole(found: Times, away: Times, tolerance_ns: int | None) -> bool:
    """Tell at little cost that nothing is missing, as it mostly is."""
    if int(found[0]) < 0 or int(found[-1]) < 0:  # positions rise with the axis
        return False
    return tolerance_ns is None or (int(away.min()) >= -tolerance_ns and int(away.max()) <= tolerance_ns)


def _blank(out: tuple[Values, ...], values: Sequence[Values], rows: slice | Times) -> None:
    import numpy as np

    for target, source in zip(out, values, strict=True):
        target[rows] = np.nan if np.issubdtype(source.dtype, np.inexact) else 0
