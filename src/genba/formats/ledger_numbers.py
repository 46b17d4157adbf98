"""Losses that a source's own numbers prove: drops, re-orders, duplicates and resets, wrap-around told apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genba.model.signals import Loss, LossEvidence, LossKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Times = NDArray[np.int64]

# How many samples are looked at before it is decided whether the numbers count samples at all.
WARM_UP = 1024
# A missing number may still come until so many later ones have come.
HISTORY = 1 << 15
# How late a copy may come: a machine that starts anew from zero gives old numbers and old times again.
LATEST_COPY_S = 2.0
FEWEST_COPIES = 64
COPIES_WITHOUT_RATE = 4096
# Where so many jumps have come, the numbers mean something else than we think.
MOST_EVENTS = 100_000
SIZES = tuple(1 << bits for bits in (8, 12, 16, 24, 32))  # of counters
LARGEST = 1 << 60


@dataclass(slots=True)
class _Hole:
    """Numbers that have not come, and the times between which they were made."""

    first: int
    last: int
    before_ns: int
    after_ns: int


class NumberLedger:
    """Follows one stream's sequence numbers; `top` is the newest, counted on through wraps of the counter."""

    def __init__(self, stream: str, modulus: int = 0) -> None:
        """The modulus is 0 where the source does not say at which number it begins again."""
        self._stream = stream
        self._modulus = modulus
        self._is_stated = modulus > 0
        self._wraps: Counter[int] = Counter()  # seen exactly at a counter's end, by its size
        self._restarts = 0
        self._first: int | None = None
        self._held: list[tuple[Times, Times]] = []
        self._is_ready = False
        self.is_counting = True
        self._period_ns = 0.0  # of one sample; 0 where the numbers do not come in a steady rhythm
        self._slack = 0.0  # of the rhythm, in samples
        self._back_ns = 0
        self._top: int | None = None
        self._top_ns = 0
        self._ns = 0
        self._raw = 0
        self._largest = 0
        self._holes: list[_Hole] = []
        self._history: tuple[Times, Times] | None = None
        self._events = 0

    def add(self, numbers: Times, times: Times) -> list[Loss]:
        """Take the next samples in the order in which they came."""
        if self._is_ready:
            return self._follow(numbers, times)
        self._held.append((numbers, times))
        return self._begin() if sum(len(held) for held, _ in self._held) >= WARM_UP else []

    def close(self) -> list[Loss]:
        """Give what never came."""
        found = [] if self._is_ready or not self._held else self._begin()
        return [*found, *self._drops(None)]

    def _begin(self) -> list[Loss]:
        """Judge from the first samples whether they are counted, and in which rhythm."""
        import numpy as np

        numbers = np.concatenate([held for held, _ in self._held])
        times = np.concatenate([held for _, held in self._held])
        self._held, self._is_ready = [], True
        steps = np.diff(numbers)
        follows = steps == 1
        self.is_counting = len(steps) > 0 and follows.mean() >= 0.5
        if not self.is_counting:
            return []
        periods = np.diff(times)[follows]
        period = float(np.median(periods))
        spread = 1.4826 * float(np.median(np.abs(periods - period)))
        if period > 0 and spread < 0.5 * period:
            self._period_ns, self._slack = period, 6 * spread / period
        self._back_ns = max(int(20 * period), 10_000_000)
        return self._follow(numbers, times)

    def _follow(self, numbers: Times, times: Times) -> list[Loss]:
        import numpy as np

        if not self.is_counting or not len(numbers):
            return []
        jumps = np.diff(numbers, prepend=self._raw) != 1
        jumps |= np.diff(times, prepend=self._ns if self._top is not None else times[0]) < -self._back_ns
        jumps[0] = True
        starts = np.flatnonzero(jumps)
        self._events += len(starts) - 1
        if self._events > MOST_EVENTS:
            self.is_counting = False
            return self._drops(None)
        self._largest = max(self._largest, int(numbers.max()))
        self._learn(numbers)
        if max(self._largest, -int(numbers.min()), abs(self._top or 0)) > LARGEST:
            self.is_counting = False
            return self._drops(None)
        found: list[Loss] = []
        for start, stop in zip(starts, [*starts[1:], len(numbers)], strict=True):
            found += self._run(int(numbers[start]), times[start:stop])
        self._raw, self._ns = int(numbers[-1]), int(times[-1])
        return [*found, *self._drops((self._top or 0) - HISTORY)]

    def _run(self, raw: int, times: Times) -> list[Loss]:
        """Take samples that are numbered one after the other."""
        if self._top is None:
            return self._walk(raw, times)
        at_ns, number = int(times[0]), self._place(raw, int(times[0]))
        if number is None:
            self._restarts += raw not in (0, 1, self._first)  # the others were counted when they were looked at
            found = [*self._drops(None), self._reset(at_ns, LossEvidence.SEQUENCE)]
            self._top, self._history = None, None
            return [*found, *self._walk(raw, times)]
        if number == self._top + 1 and at_ns - self._top_ns < -self._back_ns:
            return [self._reset(at_ns, LossEvidence.TIME), *self._walk(number, times)]
        return self._walk(number, times)

    def _walk(self, number: int, times: Times) -> list[Loss]:
        """Go through a run: what fills a hole came late, what was there is a copy, the rest is new."""
        found: list[Loss] = []
        while len(times):
            if self._top is None or number > self._top:
                if self._top is not None and number > self._top + 1:
                    self._holes.append(_Hole(self._top + 1, number - 1, self._top_ns, int(times[0])))
                self._remember(number, times)
                self._top, self._top_ns = number + len(times) - 1, int(times[-1])
                return found
            hole = next((hole for hole in self._holes if hole.first <= number <= hole.last), None)
            if hole is not None:
                count = min(len(times), hole.last - number + 1)
                self._fill(hole, number, number + count - 1)
                self._remember(number, times[:count])
                found.append(self._told(LossKind.REORDER, times[:count]))
            else:
                end = min((hole.first for hole in self._holes if hole.first > number), default=self._top + 1)
                count = min(len(times), end - number)
                found.append(self._told(LossKind.DUPLICATE, times[:count]))
            number, times = number + count, times[count:]
        return found

    def _place(self, raw: int, at_ns: int) -> int | None:
        """Give the number that a raw one stands for; None where the counter began again."""
        top = self._top or 0
        step = raw - (top % self._modulus if self._modulus else top)
        expected = (at_ns - self._top_ns) / self._period_ns if self._period_ns else None
        if self._modulus:
            is_next = (step - 1) % self._modulus == 0
            step += round(((expected or 0.0) - step) / self._modulus) * self._modulus
            if is_next and (step < 1 or expected is None or not self._is_in_time(step, expected)):
                return top + 1  # a pause of the device is no loss
        elif raw == 0 and top + 1 in SIZES and top == self._largest and self._is_in_time(1, expected, both=True):
            self._turn(top + 1)  # the counter's end is a likely one, and nothing is missing
            return 0
        if step == 1:
            return top + 1
        if step > 1:
            is_forward = at_ns >= self._top_ns - self._back_ns
            return top + step if is_forward and self._is_in_time(step, expected) else None
        return top + step if self._was_there(top + step, at_ns) else None

    def _learn(self, numbers: Times) -> None:
        """Look where the counter ends: where it was seen to (255, 0) more often than it began again elsewhere."""
        import numpy as np

        if self._is_stated:
            return
        if self._first is None:
            self._first = self._raw = int(numbers[0])
        before = np.concatenate([[self._raw], numbers[:-1]])
        back = numbers < before
        starts, ends = numbers[back], before[back]
        at_end = np.zeros(len(ends), bool)
        for size in SIZES:
            exact = (ends == size - 1) & (starts == 0)
            self._wraps[size] += int(exact.sum())
            at_end |= exact
        self._restarts += int((~at_end & np.isin(starts, (0, 1, self._first))).sum())
        sizes = (size for size, seen in self._wraps.items() if seen > self._restarts and size > self._largest)
        known = next(sizes, 0)
        if self._modulus and known != self._modulus:
            self._turn((self._top or 0) // self._modulus * self._modulus)
        self._modulus = known

    def _turn(self, by: int) -> None:
        """Count on from a smaller number, as the counter itself does."""
        self._top = None if self._top is None else self._top - by
        for hole in self._holes:
            hole.first, hole.last = hole.first - by, hole.last - by
        self._history = None if self._history is None else (self._history[0] - by, self._history[1])

    def _is_in_time(self, step: int, expected: float | None, *, both: bool = False) -> bool:
        """Compare a step of the numbers with the time that has passed: a counter can't run ahead of its clock."""
        if expected is None:
            return True
        ahead = step - expected
        if both or self._modulus:  # numbers that wrap fit any time within half a turn: only a close one is believed
            return abs(ahead) <= 1.0 + 0.02 * step + self._slack
        return ahead <= max(3.0, 0.05 * step) + self._slack

    def _was_there(self, number: int, at_ns: int) -> bool:
        """Tell whether a sample can be a late one or a copy of one that came."""
        import numpy as np

        if any(
            hole.first <= number <= hole.last
            and hole.before_ns - self._back_ns <= at_ns <= hole.after_ns + self._back_ns
            for hole in self._holes
        ):
            return True
        if self._history is None:
            return False
        latest = int(LATEST_COPY_S * 1e9 / self._period_ns) if self._period_ns else COPIES_WITHOUT_RATE
        if (self._top or 0) - number > max(latest, FEWEST_COPIES):
            return False
        numbers, times = self._history
        return bool(np.any((numbers == number) & (times == at_ns)))

    def _remember(self, number: int, times: Times) -> None:
        import numpy as np

        numbers = np.arange(number, number + len(times))
        if self._history is not None and len(times) < HISTORY:
            numbers = np.concatenate([self._history[0], numbers])
            times = np.concatenate([self._history[1], times])
        self._history = (numbers[-HISTORY:], times[-HISTORY:])

    def _fill(self, hole: _Hole, first: int, last: int) -> None:
        at = self._holes.index(hole)
        rest = [
            _Hole(hole.first, first - 1, hole.before_ns, hole.after_ns),
            _Hole(last + 1, hole.last, hole.before_ns, hole.after_ns),
        ]
        self._holes[at : at + 1] = [one for one in rest if one.first <= one.last]

    def _drops(self, before: int | None) -> list[Loss]:
        """Give up the holes that are older than a number; all of them without one."""
        gone = [hole for hole in self._holes if before is None or hole.last < before]
        self._holes = [] if before is None else [hole for hole in self._holes if hole.last >= before]
        return [
            Loss(
                kind=LossKind.DROP,
                evidence=LossEvidence.SEQUENCE,
                stream=self._stream,
                first_ns=hole.before_ns,
                last_ns=hole.after_ns,
                count=hole.last - hole.first + 1,
            )
            for hole in gone
        ]

    def _reset(self, at_ns: int, evidence: LossEvidence) -> Loss:
        return Loss(kind=LossKind.RESET, evidence=evidence, stream=self._stream, first_ns=self._top_ns, last_ns=at_ns)

    def _told(self, kind: LossKind, times: NDArray[Any]) -> Loss:
        return Loss(
            kind=kind,
            evidence=LossEvidence.SEQUENCE,
            stream=self._stream,
            first_ns=int(times[0]),
            last_ns=int(times[-1]),
            count=len(times),
        )
