"""Windows of one stream as learning takes them: values from one or several datasets and a row of facts for each.

Values stay where they lie (memory-mapped) until rows of them are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genba.errors import Conflict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Floats = NDArray[np.float64]
    Index = NDArray[np.int64]
    Mask = NDArray[np.bool_]

BLOCK_BYTES = 64 << 20
NORMAL = "normal"
# Times from here on (2001) are taken for Unix time: two captures that name the same moment then mean the same moment.
WALL_NS = 10**18
COLUMNS = (
    *("window", "capture", "stream", "first_ns", "last_ns", "half_width_ns", "farthest_ns"),
    *("lot", "machine", "label", "lost", "asked_by"),
)
WHOLE = frozenset({"window", "first_ns", "last_ns", "half_width_ns", "farthest_ns", "lost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What windows must agree on to be learnt from, or judged, together."""

    stream: str
    channels: tuple[str, ...]
    units: tuple[str, ...]
    rate_hz: float
    window: int
    step: int

    def fits(self, other: Shape) -> bool:
        """Whether a model of the one can be asked about the other; a step between windows changes nothing for it."""
        mine = (self.stream, self.channels, self.units, round(self.rate_hz, 6), self.window)
        return mine == (other.stream, other.channels, other.units, round(other.rate_hz, 6), other.window)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Windows:
    """Windows and what is known of each; `parts` are (n, window, channels) of float32, one after the other."""

    shape: Shape
    parts: tuple[Array, ...]
    columns: Mapping[str, Array]

    def __len__(self) -> int:
        """How many windows there are."""
        return len(self.columns["first_ns"])

    def values(self, index: Index) -> Array:
        """The values of some windows, in the order asked for."""
        import numpy as np

        found = np.empty((len(index), self.shape.window, len(self.shape.channels)), np.float32)
        begin = 0
        for part in self.parts:
            here = (index >= begin) & (index < begin + len(part))
            if here.any():
                found[here] = part[index[here] - begin]
            begin += len(part)
        return found

    def blocks(self, index: Index) -> Iterator[Array]:
        """The values of some windows, in pieces that memory bears."""
        size = max(1, BLOCK_BYTES // (self.shape.window * len(self.shape.channels) * 8))
        for begin in range(0, len(index), size):
            yield self.values(index[begin : begin + size])

    def is_fault(self) -> Mask:
        """Which windows are labelled with a fault."""
        label = self.columns["label"]
        found: Mask = (label != "") & (label != NORMAL)
        return found

    def is_normal(self, *, assume: bool) -> Mask:
        """Which windows are normal: those labelled so, and with `assume` those that nobody has labelled."""
        label = self.columns["label"]
        found: Mask = (label == NORMAL) | (assume & (label == ""))
        return found


def joined(windows: tuple[Windows, ...]) -> Windows:
    """Put windows of several datasets after each other; refuses what has another stream, rate, window or channels."""
    import numpy as np

    first = windows[0]
    for other in windows[1:]:
        if not first.shape.fits(other.shape):
            raise Conflict("learn.other_windows", first=first.shape.stream, other=other.shape.stream)
    return Windows(
        shape=first.shape,
        parts=tuple(part for one in windows for part in one.parts),
        columns={name: np.concatenate([one.columns[name] for one in windows]) for name in first.columns},
    )
