"""MiniRocket: shares of positive values after a fixed set of dilated kernels (Dempster, Schmidt & Webb, KDD 2021).

84 kernels of length 9 with weights −1 and 2; every channel has its own. Own implementation, without any randomness:
biases are spaced by the golden ratio between convolutions of normal windows, and lie between two values that occur,
so that no comparison hangs on rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.learning.graph import Graph

    Floats = NDArray[np.float64]
    Index = NDArray[np.int64]
    Array = NDArray[Any]

LENGTH = 9
KERNELS = tuple(combinations(range(LENGTH), 3))  # where the weight is 2
FEATURES = 840  # of all channels together, where the fewest dilations do not need more
LEAST_DILATIONS, MOST_DILATIONS = 3, 8
EXAMPLES = 64
_GOLDEN = (5**0.5 + 1) / 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dilated:
    """The kernels at one dilation, with their biases: one each for every channel."""

    dilation: int
    biases: Floats  # (channels, 84)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MiniRocket:
    """A fitted transform from windows to shares; channels are scaled first."""

    mean: Floats  # (channels,)
    scale: Floats
    dilations: tuple[Dilated, ...]

    def apply(self, values: Array) -> Floats:
        """(n, window, channels) to (n, features)."""
        import numpy as np

        scaled = (values.astype(np.float64) - self.mean) / self.scale
        found = []
        for one in self.dilations:
            for channel in range(values.shape[2]):
                convolved = _convolved(scaled[:, :, channel], one.dilation)
                found.append((convolved > one.biases[channel][:, None]).mean(axis=2))
        return np.concatenate(found, axis=1)

    def draw(self, graph: Graph, window: int) -> str:
        """Put the same into a graph."""
        import numpy as np

        scaled = graph.op("Div", graph.op("Sub", graph.input, graph.constant(self.mean)), graph.constant(self.scale))
        by_channel = [graph.part(scaled, 2, channel, channel + 1) for channel in range(len(self.mean))]
        flat = [graph.shaped(one, 0, 1, window) for one in by_channel]
        weights = graph.constant(_weights())
        found = []
        for one in self.dilations:
            reach = one.dilation * (LENGTH // 2)
            pads = graph.constant([0, 0, reach, 0, 0, reach], "i8")
            for channel, series in enumerate(flat):
                padded = graph.op("Pad", series, pads)
                taps = [graph.part(padded, 2, tap * one.dilation, tap * one.dilation + window) for tap in range(LENGTH)]
                convolved = graph.op("MatMul", weights, graph.op("Concat", *taps, axis=1))
                above = graph.op("Greater", convolved, graph.constant(one.biases[channel][:, None]))
                found.append(graph.mean(graph.op("Cast", above, to=11), 2))
        return graph.op("Concat", *found, axis=1) if len(found) > 1 else np.array(found)[0]


def fit(values: Array) -> MiniRocket:
    """Choose scales, dilations and biases from normal windows."""
    import numpy as np

    count, window, channels = values.shape
    mean = values.mean(axis=(0, 1), dtype=np.float64)
    scale = np.maximum(values.std(axis=(0, 1), dtype=np.float64), 1e-12)
    examples = values[np.unique(np.linspace(0, count - 1, min(EXAMPLES, count)).astype(np.int64))]
    scaled = (examples.astype(np.float64) - mean) / scale
    reach = max(0, (window - 1) // (LENGTH - 1))
    most = min(MOST_DILATIONS, max(LEAST_DILATIONS, FEATURES // (len(KERNELS) * channels)))
    dilations = sorted({int(2**power) for power in np.linspace(0, np.log2(max(reach, 1)), most)})
    found = []
    for position, dilation in enumerate(dilations):
        biases = np.empty((channels, len(KERNELS)))
        for channel in range(channels):
            convolved = _convolved(scaled[:, :, channel], dilation)
            for kernel in range(len(KERNELS)):
                place = 1 + kernel + len(KERNELS) * (channel + channels * position)
                biases[channel, kernel] = _bias(convolved[:, kernel].ravel(), place * _GOLDEN % 1)
        found.append(Dilated(dilation=dilation, biases=biases))
    return MiniRocket(mean=mean, scale=scale, dilations=tuple(found))


def _bias(values: Floats, share: float) -> float:
    """A quantile, moved half the way to the next value above it that is not the same but for rounding."""
    import numpy as np

    ordered = np.sort(values)
    low = ordered[min(int(share * len(ordered)), len(ordered) - 1)]
    least = 1e-9 * max(1.0, float(np.abs(ordered[[0, -1]]).max()))
    above = ordered[np.searchsorted(ordered, low + least, "right") :]
    return float((low + above[0]) / 2 if len(above) else low + 1e3 * least)


def _weights() -> Floats:
    import numpy as np

    weights = np.full((len(KERNELS), LENGTH), -1.0)
    for row, places in enumerate(KERNELS):
        weights[row, list(places)] = 2.0
    return weights


def _convolved(series: Floats, dilation: int) -> Floats:
    """(n, window) to (n, 84, window), with zeros beyond both ends."""
    import numpy as np

    window = series.shape[1]
    reach = dilation * (LENGTH // 2)
    padded = np.pad(series, ((0, 0), (reach, reach)))
    taps = np.stack([padded[:, tap * dilation : tap * dilation + window] for tap in range(LENGTH)], axis=1)
    return np.asarray(_weights() @ taps)
