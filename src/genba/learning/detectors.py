"""The detectors by name: each a view of a window (features, the samples themselves, kernels) and what judges it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genba.errors import InvalidInput
from genba.learning import described, forest, minirocket, subspace
from genba.learning.calibration import Calibration
from genba.learning.graph import Graph

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.learning.minirocket import MiniRocket
    from genba.learning.windows import Windows

    Floats = NDArray[np.float64]
    Index = NDArray[np.int64]
    Array = NDArray[Any]

DETECTORS = ("pca", "sub_pca", "isolation_forest", "minirocket")
# Windows that are fitted, evenly chosen among all; the larger views bear fewer.
FITTED = {"pca": 20_000, "sub_pca": 2_000, "isolation_forest": 20_000, "minirocket": 2_000}
LEAST = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Features:
    """Features of each channel."""

    channels: int
    rate_hz: float

    def apply(self, values: Array) -> Floats:
        """(n, window, channels) to (n, features)."""
        return described.apply(values, self.rate_hz)

    def draw(self, graph: Graph, window: int) -> str:
        """Put the same into a graph."""
        return described.draw(graph, window, self.channels, self.rate_hz)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """The window's own samples, one after the other, channels scaled."""

    mean: Floats
    scale: Floats

    def apply(self, values: Array) -> Floats:
        """(n, window, channels) to (n, window · channels)."""
        import numpy as np

        return np.asarray(((values.astype(np.float64) - self.mean) / self.scale).reshape(len(values), -1))

    def draw(self, graph: Graph, window: int) -> str:
        """Put the same into a graph."""
        centred = graph.op("Sub", graph.input, graph.constant(self.mean))
        return graph.shaped(graph.op("Div", centred, graph.constant(self.scale)), 0, window * len(self.mean))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detector:
    """A fitted detector: higher scores are less like what it was fitted on."""

    name: str
    view: Features | Samples | MiniRocket
    judge: subspace.Subspace | forest.Forest
    fitted: int  # windows

    def score(self, blocks: Iterator[Array]) -> Floats:
        """Raw scores of windows that come in blocks."""
        import numpy as np

        found = [self.judge.score(self.view.apply(block)) for block in blocks]
        return np.concatenate(found) if found else np.zeros(0)

    def drawn(self, calibration: Calibration, *, window: int, channels: int, facts: dict[str, str]) -> bytes:
        """The whole path from raw window to calibrated score as an ONNX file."""
        graph = Graph()
        raw = self.judge.draw(graph, self.view.draw(graph, window))
        return graph.finished(calibration.draw(graph, raw), window=window, channels=channels, facts=facts)


def fit(name: str, windows: Windows, normal: Index) -> Detector:
    """Fit a detector on normal windows alone; refuses names it does not know and too few windows."""
    import numpy as np

    if name not in DETECTORS:
        raise InvalidInput("learn.unknown_detector", name=name, known=", ".join(DETECTORS))
    if len(normal) < LEAST:
        raise InvalidInput("learn.too_few_normal", count=len(normal), least=LEAST)
    chosen = normal[np.unique(np.linspace(0, len(normal) - 1, min(len(normal), FITTED[name])).astype(np.int64))]
    view = _view(name, windows, chosen)
    rows = np.concatenate([view.apply(block) for block in windows.blocks(chosen)])
    judge = forest.fit(rows) if name == "isolation_forest" else subspace.fit(rows)
    return Detector(name=name, view=view, judge=judge, fitted=len(chosen))


def _view(name: str, windows: Windows, chosen: Index) -> Features | Samples | MiniRocket:
    import numpy as np

    if name in ("pca", "isolation_forest"):
        return Features(channels=len(windows.shape.channels), rate_hz=windows.shape.rate_hz)
    values = windows.values(chosen)
    if name == "minirocket":
        return minirocket.fit(values)
    scale = np.maximum(values.std(axis=(0, 1), dtype=np.float64), 1e-12)
    return Samples(mean=values.mean(axis=(0, 1), dtype=np.float64), scale=scale)
