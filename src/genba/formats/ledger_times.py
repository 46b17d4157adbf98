"""Losses that a stream's times show where its samples bear no numbers: gaps, late samples, clocks set anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genba.model.signals import Loss, LossEvidence, LossKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Times = NDArray[np.int64]

WARM_UP = 4096
# A gap is told only of streams whose steps are alike: at least this share within a quarter of the usual step.
REGULAR = 0.9
# A step of this many usual ones is a gap, above what the jitter of the stamps explains.
GAP_STEPS = 1.75
JITTERS = 6.0
# Samples that went back in time are late ones only if the stream goes on where it was, soon.
LATE_SAMPLES = 4096
MOST_EVENTS = 100_000


class TimeLedger:
    """Follows one stream's device times; a stream without rhythm is not blamed for its pauses."""

    def __init__(self, stream: str, rate_hz: float) -> None:
        """The rate is the stated one; the measured rhythm decides, since statements are often nominal."""
        self._stream = stream
        self._rate_hz = rate_hz
        self._held: list[Times] = []
        self._is_ready = False
        self._period_ns = 0.0
        self._gap_ns = 0.0  # 0: no gaps are told
        self._jitter_ns = 0.0
        self._last: int | None = None
        self._newest: int | None = None
        self._back: tuple[int, int] | None = None  # the first late time, and how many came since
        self._events = 0

    def add(self, times: Times) -> list[Loss]:
        """Take the next samples in the order in which they came."""
        if self._is_ready:
            return self._follow(times)
        self._held.append(times)
        return self._begin() if sum(map(len, self._held)) >= WARM_UP else []

    def close(self) -> list[Loss]:
        """Decide what was open."""
        found = [] if self._is_ready or not self._held else self._begin()
        if self._back is not None and self._last is not None:
            found.append(self._judged(self._last, has_returned=False))
        return found

    def _begin(self) -> list[Loss]:
        import numpy as np

        times = np.concatenate(self._held)
        self._held, self._is_ready = [], True
        steps = np.diff(times)
        steps = steps[steps > 0]
        if len(steps) >= 16:
            period = float(np.median(steps))
            stated = 1e9 / self._rate_hz if self._rate_hz > 0 else period
            if abs(stated - period) < 0.1 * period:
                period = stated
            self._period_ns = period
            self._jitter_ns = 1.4826 * float(np.median(np.abs(steps - period)))
            if np.mean(np.abs(steps - period) <= 0.25 * period) >= REGULAR:
                self._gap_ns = GAP_STEPS * period + JITTERS * self._jitter_ns
        return self._follow(times)

    def _follow(self, times: Times) -> list[Loss]:
        import numpy as np

        if not len(times) or self._events > MOST_EVENTS:
            return []
        steps = np.diff(times, prepend=self._last if self._last is not None else times[0])
        odd = steps < -JITTERS * self._jitter_ns
        if self._gap_ns:
            odd |= steps > self._gap_ns
        elif self._back is not None or odd.any():
            newest = np.maximum.accumulate(times)
            odd |= (steps > 0) & (times >= newest)
        found: list[Loss] = []
        at = 0
        places = np.flatnonzero(odd)
        self._events += len(places)
        for place in places[: MOST_EVENTS + 1].tolist():
            found += self._pass(times[at:place])
            found += self._odd(int(times[place]), int(steps[place]))
            at = place + 1
        return [*found, *self._pass(times[at:])]

    def _pass(self, times: Times) -> list[Loss]:
        """Take samples without anything odd among them."""
        if not len(times):
            return []
        found = []
        if self._back is not None:
            first, count = self._back
            self._back = (first, count + len(times))
            if count + len(times) > LATE_SAMPLES:
                found.append(self._judged(int(times[-1]), has_returned=False))
        self._last = int(times[-1])
        newest = int(times.max())
        self._newest = newest if self._newest is None or self._back is None else max(self._newest, newest)
        return found

    def _odd(self, at_ns: int, step: int) -> list[Loss]:
        """Take the sample after an odd step."""
        last, newest = self._last, self._newest
        assert last is not None
        assert newest is not None
        self._last = at_ns
        if step < 0:
            found = [] if self._back is None else [self._judged(last, has_returned=False)]
            self._back = (at_ns, 1)
            return found
        if self._back is not None:
            if at_ns <= newest:
                self._back = (self._back[0], self._back[1] + 1)
                return []
            found = [self._judged(last, has_returned=True)]
            if self._gap_ns and at_ns - newest > self._gap_ns:
                found.append(self._gap(newest, at_ns))
            self._newest = at_ns
            return found
        self._newest = at_ns
        return [self._gap(last, at_ns)] if self._gap_ns and step > self._gap_ns else []

    def _judged(self, last_ns: int, *, has_returned: bool) -> Loss:
        """Say what a step back was: late samples, if the stream went on where it had been; else a clock set anew."""
        assert self._back is not None
        assert self._newest is not None
        (first, count), newest = self._back, self._newest
        self._back = None
        near = LATE_SAMPLES * self._period_ns if self._period_ns else 0.0
        if count <= LATE_SAMPLES and (has_returned or (last_ns < newest and newest - first <= near)):
            kind, count = LossKind.REORDER, count
        else:
            kind, count, first, last_ns = LossKind.RESET, 0, newest, first
            self._newest = self._last
        return Loss(
            kind=kind,
            evidence=LossEvidence.TIME,
            stream=self._stream,
            first_ns=first,
            last_ns=last_ns,
            count=count,
        )

    def _gap(self, before_ns: int, after_ns: int) -> Loss:
        return Loss(
            kind=LossKind.GAP,
            evidence=LossEvidence.TIME,
            stream=self._stream,
            first_ns=before_ns,
            last_ns=after_ns,
        )
