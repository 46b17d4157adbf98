"""Device and host times of messages that travel one way, with their truth: offset, drift and the shortest delay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SECOND = 1_000_000_000
KINDS = ("usb", "lan", "field_bus", "wifi", "batched", "few")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrivals:
    """Pairs in order of arrival, and what the host's clock would have shown without any delay."""

    kind: str
    device_ns: Any
    host_ns: Any
    offset_ns: int
    drift: float
    shortest_ns: int

    def truth_ns(self, device_ns: Any) -> Any:
        """What the host's clock showed when the device's showed this."""
        import numpy as np

        return device_ns + self.offset_ns + np.rint(device_ns * self.drift).astype(np.int64)


def arrivals(kind: str, seed: int) -> Arrivals:
    """Draw a recording of 20 s to 5 min: any offset, ±300 ppm, delays as the kind of connection has them."""
    import numpy as np

    rng = np.random.default_rng([seed, KINDS.index(kind)])
    span = int(rng.uniform(20, 300) * SECOND)
    rate = {"usb": 100, "lan": 50, "field_bus": 200, "wifi": 30, "batched": 200, "few": 1}[kind]
    count = max(span * rate // SECOND, 40)
    device = np.arange(count, dtype=np.int64) * (span // count) + rng.integers(0, 50_000, count)
    drift = float(rng.uniform(-300e-6, 300e-6))
    offset = int(rng.integers(1_500_000_000, 1_800_000_000)) * SECOND + int(rng.integers(SECOND))
    shortest = int(rng.uniform(50_000, 2_000_000))
    late = shortest + _beyond(rng, kind, count)
    host = device + offset + np.rint(device * drift).astype(np.int64) + late.astype(np.int64)
    if kind == "batched":
        last = np.minimum(np.arange(count) // 20 * 20 + 19, count - 1)
        host = host[last]
    order = np.argsort(host, kind="stable")
    return Arrivals(
        kind=kind, device_ns=device[order], host_ns=host[order], offset_ns=offset, drift=drift, shortest_ns=shortest
    )


def _beyond(rng: Any, kind: str, count: int) -> Any:
    """What comes on top of the shortest delay, in nanoseconds."""
    import numpy as np

    if kind == "usb":  # polled each millisecond
        return rng.uniform(0, 1e6, count) + (rng.random(count) < 0.05) * rng.exponential(3e6, count)
    if kind == "field_bus":
        return np.abs(rng.normal(0, 5e4, count))
    if kind == "wifi":  # queues that build up and drain
        late = rng.exponential(8e5, count)
        for start in rng.integers(0, count, 4):
            late[start : start + count // 30] += rng.exponential(2e7)
        return late
    return rng.exponential(3e5, count)
