"""Figures about a running exchange in Prometheus' text format: counters, gauges and histograms with bounded labels."""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MOST_SERIES = 500  # per metric; whatever comes after is counted under "other"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})

Labels = tuple[str, ...]


class Counter:
    """A number that only grows, one for each set of labels."""

    kind = "counter"

    def __init__(self, name: str, about: str, labels: Sequence[str] = ()) -> None:
        """Labels must come from small closed sets: never a participant, a path or an id."""
        self.name, self.about, self.labels = name, about, tuple(labels)
        self._values: dict[Labels, float] = {} if labels else {(): 0.0}
        self._lock = threading.Lock()

    def add(self, *labels: str, by: float = 1.0) -> None:
        """Count something that happened."""
        with self._lock:
            key = _bounded(self._values, labels)
            self._values[key] = self._values.get(key, 0.0) + by

    def lines(self) -> Iterator[str]:
        """Give the samples."""
        with self._lock:
            values = sorted(self._values.items())
        for labels, value in values:
            yield f"{self.name}{_labels(self.labels, labels)} {_number(value)}"


class Gauge:
    """Numbers that are asked for when somebody looks."""

    kind = "gauge"

    def __init__(
        self, name: str, about: str, labels: Sequence[str], read: Callable[[], Mapping[Labels, float]]
    ) -> None:
        """`read` gives the value of each set of labels; what it raises leaves the metric out of this look."""
        self.name, self.about, self.labels, self._read = name, about, tuple(labels), read

    def lines(self) -> Iterator[str]:
        """Give the samples."""
        for labels, value in sorted(self._read().items())[:MOST_SERIES]:
            yield f"{self.name}{_labels(self.labels, labels)} {_number(value)}"


class Histogram:
    """How long things took, counted in buckets."""

    kind = "histogram"

    def __init__(self, name: str, about: str, labels: Sequence[str] = (), bounds: Sequence[float] = SECONDS) -> None:
        """`bounds` are the upper ends of the buckets, ascending."""
        self.name, self.about, self.labels, self._bounds = name, about, tuple(labels), tuple(bounds)
        self._counts: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = {}
        self._lock = threading.Lock()

    def add(self, value: float, *labels: str) -> None:
        """Count one observation."""
        with self._lock:
            key = _bounded(self._counts, labels)
            counts = self._counts.setdefault(key, [0] * (len(self._bounds) + 1))
            counts[bisect_left(self._bounds, value)] += 1
            self._sums[key] = self._sums.get(key, 0.0) + value

    def lines(self) -> Iterator[str]:
        """Give cumulative buckets, sum and count."""
        with self._lock:
            observed = [(labels, list(counts), self._sums[labels]) for labels, counts in sorted(self._counts.items())]
        for labels, counts, total in observed:
            reached = 0
            for bound, count in zip((*map(_number, self._bounds), "+Inf"), counts, strict=True):
                reached += count
                yield f"{self.name}_bucket{_labels((*self.labels, 'le'), (*labels, bound))} {reached}"
            yield f"{self.name}_sum{_labels(self.labels, labels)} {_number(total)}"
            yield f"{self.name}_count{_labels(self.labels, labels)} {reached}"


Metric = Counter | Gauge | Histogram


def text(metrics: Sequence[Metric]) -> str:
    """Write all metrics; one whose reading fails is left out, so that a look never fails as a whole."""
    lines: list[str] = []
    for metric in metrics:
        try:
            samples = list(metric.lines())
        except Exception:  # noqa: BLE001 -- a database that is away is told by /health, not by a broken page
            continue
        lines += [f"# HELP {metric.name} {metric.about}", f"# TYPE {metric.name} {metric.kind}", *samples]
    return "\n".join(lines) + "\n"


def _bounded(known: Mapping[Labels, object], labels: Labels) -> Labels:
    if labels in known or len(known) < MOST_SERIES:
        return labels
    return tuple("other" for _ in labels)


def _labels(names: Sequence[str], values: Sequence[str]) -> str:
    if not names:
        return ""
    pairs = (f'{name}="{value.translate(_ESCAPES)}"' for name, value in zip(names, values, strict=True))
    return "{" + ",".join(pairs) + "}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
