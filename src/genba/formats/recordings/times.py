"""Times of samples that a recording numbers but does not time: exact to the nanosecond, without overflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genba.model.signals import Times

SECOND_NS = 1_000_000_000
SINCE_UNIX_NS = 100_000_000 * SECOND_NS  # 1973: a smaller number of nanoseconds counts from something else
UNTIL_UNIX_NS = 4_102_444_800 * SECOND_NS  # 2100


def nominal_ns(first: int, count: int, rate: int) -> Times:
    """Give the nominal times of samples first … first + count − 1 at a whole rate, from 0, rounded down."""
    import numpy as np

    seconds, rest = divmod(first, rate)
    times: Times = np.arange(rest, rest + count, dtype=np.int64)
    times *= SECOND_NS  # of less than 9.2e9 samples: a block and one second
    times //= rate
    times += seconds * SECOND_NS
    return times


def epoch_of(first_ns: int) -> str:
    """Say what the zero of nanoseconds is that may count from 1970 or from the start of a machine."""
    return "unix" if SINCE_UNIX_NS <= first_ns <= UNTIL_UNIX_NS else "unknown"
