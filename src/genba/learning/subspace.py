"""Principal components of what is normal: Hotelling's T² within them, the squared prediction error (SPE, Q) beyond.

Jackson & Mudholkar, Technometrics 21 (1979) 341; both are divided by a high quantile of what was fitted and summed
(combined index: Yue & Qin, Ind. Eng. Chem. Res. 40 (2001) 4403).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.learning.graph import Graph

    Floats = NDArray[np.float64]
    Array = NDArray[Any]

EXPLAINED = 0.95
MOST = 64  # components
REFERENCE = 0.95
# A column that moves less than this beside its mean is taken for constant.
SMALLEST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subspace:
    """A fitted subspace; rows are scaled by `mean` and `scale` first."""

    mean: Floats  # (d,)
    scale: Floats  # (d,)
    components: Floats  # (d, k), of unit length
    variances: Floats  # (k,)
    t2_reference: float
    spe_reference: float

    def score(self, rows: Floats) -> Floats:
        """The root of T² and SPE, each by its reference, summed."""
        import numpy as np

        t2, spe = self._both(rows)
        return np.asarray(np.sqrt(t2 / self.t2_reference + spe / self.spe_reference))

    def _both(self, rows: Floats) -> tuple[Floats, Floats]:
        import numpy as np

        scaled = (rows - self.mean) / self.scale
        within = scaled @ self.components
        rest = scaled - within @ self.components.T
        return np.asarray((within**2 / self.variances).sum(axis=1)), np.asarray((rest**2).sum(axis=1))

    def draw(self, graph: Graph, rows: str) -> str:
        """Put the same into a graph."""
        centred = graph.op("Sub", rows, graph.constant(self.mean))
        scaled = graph.op("Div", centred, graph.constant(self.scale))
        within = graph.op("MatMul", scaled, graph.constant(self.components))
        rest = graph.op("Sub", scaled, graph.op("MatMul", within, graph.constant(self.components.T)))
        t2 = graph.total(graph.op("Div", graph.op("Mul", within, within), graph.constant(self.variances)), 1)
        spe = graph.total(graph.op("Mul", rest, rest), 1)
        t2 = graph.op("Div", t2, graph.constant(self.t2_reference))
        return graph.op("Sqrt", graph.op("Add", t2, graph.op("Div", spe, graph.constant(self.spe_reference))))


def fit(rows: Floats) -> Subspace:
    """Find the components that hold most of the variance of normal rows."""
    import numpy as np

    mean = rows.mean(axis=0)
    scale = rows.std(axis=0)
    # A constant column keeps its unit: a fault that moves it must show, but not be divided by nothing.
    scale = np.where(scale > SMALLEST * np.maximum(1.0, np.abs(mean)), scale, np.maximum(1e-3 * np.abs(mean), SMALLEST))
    scaled = (rows - mean) / scale
    variances, components = _axes(scaled)
    whole = max(float(variances.sum()), np.finfo(float).tiny)
    # One direction at least is left for the rest: SPE of nothing says nothing.
    count = int(np.searchsorted(np.cumsum(variances) / whole, EXPLAINED)) + 1
    count = max(1, min(count, MOST, len(variances) - 1, scaled.shape[1]))
    variances = np.maximum(variances[:count], 1e-12)
    space = Subspace(
        mean=mean,
        scale=scale,
        components=components[:, :count],
        variances=variances,
        t2_reference=1.0,
        spe_reference=1.0,
    )
    t2, spe = space._both(rows)
    return Subspace(
        mean=mean,
        scale=scale,
        components=space.components,
        variances=variances,
        t2_reference=max(float(np.quantile(t2, REFERENCE)), 1e-12),
        spe_reference=max(float(np.quantile(spe, REFERENCE)), 1e-12),
    )


def _axes(scaled: Floats) -> tuple[Floats, Floats]:
    """Variances, falling, and unit axes with a sign that does not depend on the solver."""
    import numpy as np

    count, width = scaled.shape
    if count >= width:
        values, axes = np.linalg.eigh(scaled.T @ scaled / max(count - 1, 1))
    else:  # fewer rows than columns: the small Gram matrix has the same values
        values, inner = np.linalg.eigh(scaled @ scaled.T / max(count - 1, 1))
        axes = scaled.T @ inner
        lengths = np.linalg.norm(axes, axis=0)
        axes = axes / np.where(lengths > 0, lengths, 1.0)
    order = np.argsort(values)[::-1]
    values, axes = np.maximum(values[order], 0.0), axes[:, order]
    kept = values > 1e-12 * max(float(values[0]) if len(values) else 0.0, 1e-300)
    kept[:1] = True
    values, axes = values[kept], axes[:, kept]
    heaviest = np.abs(axes).argmax(axis=0)
    signs = np.sign(axes[heaviest, np.arange(axes.shape[1])])
    return values, axes * np.where(signs == 0, 1.0, signs)
