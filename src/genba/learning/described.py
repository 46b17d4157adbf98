"""The numbers that `features.py` names, in double precision, written once and computed twice: by numpy, and as a graph.

Judges divide by small spreads, where single precision would let the two sides differ; the formulas are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genba.learning import features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.learning.graph import Graph

    Floats = NDArray[np.float64]
    Array = NDArray[Any]


class Numbers:
    """What formulas ask for beyond + − · / and @, by numpy, along the last axis."""

    def constant(self, values: Any) -> Any:
        """A constant in double precision."""
        import numpy as np

        return np.asarray(values, np.float64)

    def mean(self, x: Any) -> Any:
        """Average, the axis kept."""
        return x.mean(axis=-1, keepdims=True)

    def total(self, x: Any) -> Any:
        """Sum, the axis kept."""
        return x.sum(axis=-1, keepdims=True)

    def largest(self, x: Any) -> Any:
        """Maximum, the axis kept."""
        return x.max(axis=-1, keepdims=True)

    def floor(self, x: Any, least: float) -> Any:
        """No value below the least."""
        import numpy as np

        return np.maximum(x, least)

    def size(self, x: Any) -> Any:
        """Absolute values."""
        return abs(x)

    def root(self, x: Any) -> Any:
        """Square root."""
        import numpy as np

        return np.sqrt(x)

    def steps(self, x: Any) -> Any:
        """Differences of neighbours."""
        import numpy as np

        return np.diff(x, axis=-1)

    def beside(self, parts: list[Any]) -> Any:
        """Put columns beside each other."""
        import numpy as np

        return np.concatenate(parts, axis=-1)

    def power(self, x: Any) -> Any:
        """Squared magnitudes of the one-sided discrete Fourier transform."""
        import numpy as np

        found = np.fft.rfft(x, axis=-1)
        return found.real**2 + found.imag**2

    def turned(self, x: Any) -> Any:
        """The Hilbert transform: every tone a quarter of its period later."""
        import numpy as np

        length = x.shape[-1]
        return np.fft.ifft(np.fft.fft(x, axis=-1) * _gains(length), axis=-1).imag


class Term:
    """The output of a node of a graph, with the operators that arrays have."""

    def __init__(self, graph: Graph, name: str) -> None:
        """Name an output."""
        self.graph, self.name = graph, name

    def _with(self, kind: str, other: Any) -> Term:
        name = other.name if isinstance(other, Term) else self.graph.constant(other)
        return Term(self.graph, self.graph.op(kind, self.name, name))

    def __add__(self, other: Any) -> Term:
        """Add."""
        return self._with("Add", other)

    def __sub__(self, other: Any) -> Term:
        """Subtract."""
        return self._with("Sub", other)

    def __mul__(self, other: Any) -> Term:
        """Multiply."""
        return self._with("Mul", other)

    def __truediv__(self, other: Any) -> Term:
        """Divide."""
        return self._with("Div", other)

    def __matmul__(self, other: Any) -> Term:
        """Multiply matrices."""
        return self._with("MatMul", other)


class Terms:
    """What formulas ask for, as nodes of a graph."""

    def __init__(self, graph: Graph, length: int) -> None:
        """The graph that nodes are added to."""
        self._graph, self._length = graph, length

    def _one(self, kind: str, x: Term, *more: str, **attributes: Any) -> Term:
        return Term(self._graph, self._graph.op(kind, x.name, *more, **attributes))

    def _last(self) -> str:
        return self._graph.constant([-1], "i8")

    def constant(self, values: Any) -> Term:
        """A constant in double precision."""
        return Term(self._graph, self._graph.constant(values))

    def mean(self, x: Term) -> Term:
        """Average, the axis kept."""
        return self._one("ReduceMean", x, self._last(), keepdims=1)

    def total(self, x: Term) -> Term:
        """Sum, the axis kept."""
        return self._one("ReduceSum", x, self._last(), keepdims=1)

    def largest(self, x: Term) -> Term:
        """Maximum, the axis kept."""
        return self._one("ReduceMax", x, self._last(), keepdims=1)

    def floor(self, x: Term, least: float) -> Term:
        """No value below the least."""
        return self._one("Max", x, self._graph.constant(least))

    def size(self, x: Term) -> Term:
        """Absolute values."""
        return self._one("Abs", x)

    def root(self, x: Term) -> Term:
        """Square root."""
        return self._one("Sqrt", x)

    def steps(self, x: Term) -> Term:
        """Differences of neighbours."""
        after = Term(self._graph, self._graph.part(x.name, 2, 1, self._length))
        return after - Term(self._graph, self._graph.part(x.name, 2, 0, self._length - 1))

    def beside(self, parts: list[Term]) -> Term:
        """Put columns beside each other."""
        return Term(self._graph, self._graph.op("Concat", *(part.name for part in parts), axis=-1))

    def power(self, x: Term) -> Term:
        """Squared magnitudes of the one-sided discrete Fourier transform."""
        found = self._fourier(self._graph.op("Unsqueeze", x.name, self._last()), onesided=1)
        return Term(self._graph, self._graph.op("ReduceSumSquare", found, self._last(), keepdims=0))

    def turned(self, x: Term) -> Term:
        """The Hilbert transform: every tone a quarter of its period later."""
        forth = self._fourier(self._graph.op("Unsqueeze", x.name, self._last()))
        gained = self._graph.op("Mul", forth, self._graph.constant(_gains(self._length)[:, None]))
        back = self._fourier(gained, inverse=1)
        return self._one("Squeeze", Term(self._graph, self._graph.part(back, 3, 1, 2)), self._last())

    def _fourier(self, name: str, **kind: Any) -> str:
        return self._graph.op("DFT", name, axis=2, **kind)


def apply(values: Array, rate_hz: float) -> Floats:
    """(n, window, channels) to (n, channels · 30), as `features.names` calls them."""
    import numpy as np

    rows = np.ascontiguousarray(values.transpose(0, 2, 1), dtype=np.float64)
    return np.asarray(_formulas(Numbers(), rows, values.shape[1], rate_hz).reshape(len(values), -1))


def draw(graph: Graph, window: int, channels: int, rate_hz: float) -> str:
    """Put the same into a graph."""
    rows = Term(graph, graph.op("Transpose", graph.input, perm=[0, 2, 1]))
    found: Term = _formulas(Terms(graph, window), rows, window, rate_hz)
    return graph.shaped(found.name, 0, channels * len(features.FEATURES))


def _formulas(by: Any, rows: Any, length: int, rate_hz: float) -> Any:
    import numpy as np

    hertz = np.arange(length // 2 + 1) * (rate_hz / length)
    mean = by.mean(rows)
    centred = rows - mean
    turned = by.turned(centred)
    envelope = by.root(centred * centred + turned * turned)
    level = by.mean(envelope)
    swing = envelope - level
    swing_std = by.root(by.mean(swing * swing))
    spectrum, beaten = _spectrum(by, centred, length), _spectrum(by, swing, length)
    even = swing / by.floor(swing_std, features.SILENCE)
    return by.beside(
        [
            *_levels(by, rows, mean, centred),
            by.root(spectrum @ features.bands(length)),
            *_tones(by, spectrum, hertz, with_spread=True),
            level,
            swing_std,
            by.mean(even * even * even * even),
            *_tones(by, beaten, hertz, with_spread=False),
        ]
    )


def _levels(by: Any, rows: Any, mean: Any, centred: Any) -> list[Any]:
    silence = features.SILENCE
    size = by.size(centred)
    std = by.root(by.mean(centred * centred))
    shape = centred / by.floor(std, silence)
    peak, mean_abs = by.largest(size), by.mean(size)
    cubed = shape * shape * shape
    lowest = by.largest(rows * -1.0)  # of the mirrored rows
    return [
        mean,
        std,
        by.root(std * std + mean * mean),
        peak,
        by.largest(rows) + lowest,
        peak / by.floor(std, silence),
        by.mean(cubed),
        by.mean(cubed * shape),
        mean_abs,
        std / by.floor(mean_abs, silence),
        peak / by.floor(mean_abs, silence),
        by.mean(by.size(by.steps(rows))),
    ]


def _tones(by: Any, power: Any, hertz: Any, *, with_spread: bool) -> list[Any]:
    silence = features.SILENCE
    largest = by.largest(power)
    share = power / by.floor(largest, silence * silence)
    total = by.floor(by.total(share), silence)
    centroid = by.total(share * hertz) / total
    squared = share * share
    found = [centroid]
    if with_spread:
        away = centroid * -1.0 + hertz
        found.append(by.root(by.total(share * away * away) / total))
    found.append(by.total(squared * hertz) / by.floor(by.total(squared), silence))
    found.append(by.root(largest))
    return found


def _spectrum(by: Any, rows: Any, length: int) -> Any:
    return by.power(rows * features.taper(length)) * features.sides(length)


def _gains(length: int) -> Floats:
    """Double what turns forward and drop what turns back: the transform of the analytic signal (Marple 1999)."""
    import numpy as np

    gains = np.zeros(length)
    gains[1 : (length + 1) // 2] = 2.0
    return gains
