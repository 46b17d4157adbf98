"""How one clock's times read on another: an estimate with the interval it vouches for, or a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockModel:
    """reference = t + offset_ns + drift · (t − epoch_ns), for times t of `clock` in nanoseconds.

    The stated 95 % interval at t is the estimate ± 1.96 standard deviations, widened by `margin_ns` for what no
    statistics can know, such as the shortest delay of messages that only ever travel one way.
    """

    clock: str
    reference: str
    method: str  # same, declared, pairs, events, correlation, chain
    epoch_ns: int
    offset_ns: int  # whole: a float has steps of 256 ns at today's Unix time
    drift: float = 0.0  # seconds per second
    variance: tuple[float, float, float] = (0.0, 0.0, 0.0)  # of offset (ns²), of both (ns), of drift
    margin_ns: tuple[float, float] = (0.0, 0.0)  # below and above the estimate
    valid_ns: tuple[int, int] = (-(2**63), 2**63 - 1)  # on `clock`: where there was evidence
    evidence: Mapping[str, float] = field(default_factory=dict)  # counts, correlation, peak ratio …


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRefusal:
    """Why two clocks were not aligned; `candidates` are the alignments that the data cannot tell apart."""

    clock: str
    reference: str
    method: str
    code: str  # of a message: clock.ambiguous, clock.weak, clock.too_short …
    details: Mapping[str, str | int | float] = field(default_factory=dict)
    candidates: tuple[ClockModel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timebase:
    """How every clock of a capture reads on one of them; a clock in `refusals` has no common time."""

    reference: str
    models: tuple[ClockModel, ...] = ()  # of several stretches of a clock (it was reset) the one valid at a time holds
    refusals: tuple[ClockRefusal, ...] = ()
