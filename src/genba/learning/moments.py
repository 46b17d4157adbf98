"""The smallest set of features, in numpy and as a graph: level, spread, peak, shape and bands of the spectrum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.learning.graph import Graph

    Floats = NDArray[np.float64]
    Array = NDArray[Any]

BANDS = 8
_TINY = 1e-12


def apply(values: Array) -> Floats:
    """(n, window, channels) to (n, features): each feature of every channel, then the next."""
    import numpy as np

    x = values.astype(np.float64)
    mean = x.mean(axis=1)
    centred = x - mean[:, None, :]
    power = (centred**2).mean(axis=1)
    peak = np.abs(centred).max(axis=1)
    fourth = (centred**4).mean(axis=1)
    found = [mean, np.log(power + _TINY), np.log(peak + _TINY), np.log(fourth / (power**2 + _TINY) + _TINY)]
    step = np.diff(x, axis=1)
    found.append(np.log((step**2).mean(axis=1) + _TINY))
    spectrum = np.abs(np.fft.rfft(centred, axis=1)) ** 2 / x.shape[1] ** 2
    for begin, end in bands(x.shape[1]):
        found.append(np.log(spectrum[:, begin:end].sum(axis=1) + _TINY))
    return np.concatenate(found, axis=1)


def bands(window: int) -> list[tuple[int, int]]:
    """Which lines of the spectrum belong together: eight bands of equal width, without the mean."""
    lines = window // 2
    edges = [1 + lines * band // BANDS for band in range(BANDS + 1)]
    return [(begin, end) for begin, end in zip(edges, edges[1:], strict=False) if end > begin]


def draw(graph: Graph, window: int) -> str:
    """Put the same into a graph."""
    tiny = graph.constant(_TINY)

    def logarithm(name: str) -> str:
        return graph.op("Log", graph.op("Add", name, tiny))

    mean = graph.mean(graph.input, 1)
    centred = graph.op("Sub", graph.input, graph.mean(graph.input, 1, keep=True))
    squared = graph.op("Mul", centred, centred)
    power = graph.mean(squared, 1)
    absolute = graph.op("Abs", centred)
    peak = graph.op("ReduceMax", absolute, graph.constant([1], "i8"), keepdims=0)
    fourth = graph.mean(graph.op("Mul", squared, squared), 1)
    floor = graph.op("Add", graph.op("Mul", power, power), tiny)
    found = [mean, logarithm(power), logarithm(peak), logarithm(graph.op("Div", fourth, floor))]
    step = graph.op("Sub", graph.part(graph.input, 1, 1, window), graph.part(graph.input, 1, 0, window - 1))
    found.append(logarithm(graph.mean(graph.op("Mul", step, step), 1)))
    spectrum = _spectrum(graph, centred, window)
    for begin, end in bands(window):
        found.append(logarithm(graph.total(graph.part(spectrum, 1, begin, end), 1)))
    return graph.op("Concat", *found, axis=1)


def _spectrum(graph: Graph, centred: str, window: int) -> str:
    """Squared magnitudes of (n, window, channels) along the window, by the matrix of the transform."""
    import numpy as np

    angles = 2 * np.pi * (np.outer(np.arange(window // 2 + 1), np.arange(window)) % window) / window
    real = graph.op("MatMul", graph.constant(np.cos(angles)), centred)
    imaginary = graph.op("MatMul", graph.constant(np.sin(angles)), centred)
    whole = graph.op("Add", graph.op("Mul", real, real), graph.op("Mul", imaginary, imaginary))
    return graph.op("Div", whole, graph.constant(float(window) ** 2))
