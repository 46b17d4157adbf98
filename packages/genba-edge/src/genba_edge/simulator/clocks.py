"""The cell's clocks: each counts from its own zero at its own pace, and says nothing of it."""

from __future__ import annotations

from dataclasses import dataclass

from genba_edge.simulator.program import SECOND, Plan

JUST_NOW_NS = 7_200 * SECOND


@dataclass(frozen=True)
class Pace:
    """A clock's reading for true seconds since the plan's start: zero_ns + (1 + drift) · seconds."""

    zero_ns: int
    drift: float
    from_s: float = 0.0  # a clock that was reset has several, each from a moment on

    def read(self, true_s: float) -> int:
        """Whole nanoseconds; a float of today's Unix time would have steps of 256."""
        return self.zero_ns + round((true_s + self.drift * true_s) * SECOND)

    def rate(self) -> float:
        """Seconds of this clock in a true second."""
        return 1.0 + self.drift


@dataclass(frozen=True)
class DeviceClock:
    """A clock with what a data sheet would not say of it."""

    id: str
    epoch: str  # unix, boot, start
    pace: Pace
    resolution_ns: int
    jitter_ns: float  # standard deviation of its stamps
    description: str


def clocks(plan: Plan) -> dict[str, DeviceClock]:
    """The clocks of a cell, each at odds with true time by its own offset and up to ±100 ppm."""
    rng, crystals = plan.rng("clocks"), plan.made("crystals")

    def drift() -> float:
        return crystals.choice((-1, 1)) * crystals.uniform(5e-6, 100e-6)

    boot = rng.randrange(600 * SECOND, JUST_NOW_NS, 1000)
    made = [
        DeviceClock("host", "unix", _unix(plan, rng.randrange(-4_000_000, 4_000_000), rng.uniform(-2e-6, 2e-6)), 1,
                    0.0, "edge gateway, set by NTP"),
        DeviceClock("plc", "unix", _unix(plan, rng.randrange(-9 * SECOND, 9 * SECOND, 1_000_000), drift()), 1_000_000,
                    0.0, "PLC, set by hand"),
        DeviceClock("arm", "boot", Pace(boot, drift()), 1000, 40_000.0, "robot controller since power-on"),
        DeviceClock("daq", "start", Pace(0, drift()), 1, 0.0, "sample counter of the vibration front end"),
        DeviceClock("ft", "boot", Pace(boot // 3, drift()), 1000, 15_000.0, "force sensor since power-on"),
        DeviceClock("camera", "boot", Pace(boot // 2, drift()), 1000, 60_000.0, "camera since power-on"),
    ]  # fmt: skip
    return {clock.id: clock for clock in made}


def _unix(plan: Plan, wrong_ns: int, drift: float) -> Pace:
    return Pace(plan.start_ns + wrong_ns, drift)


def to_host(pace: Pace, host: Pace) -> dict[str, float | int]:
    """How a clock reads on the host's: host = t + offset_ns + drift · (t − epoch_ns)."""
    return {
        "epoch_ns": pace.zero_ns,
        "offset_ns": host.zero_ns - pace.zero_ns,
        "drift": (host.drift - pace.drift) / (1 + pace.drift),
    }
