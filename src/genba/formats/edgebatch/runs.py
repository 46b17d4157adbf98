"""Whether batches follow each other: what each file says of its place in its run, put side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.ports.signals import SignalPart


@dataclass(slots=True)
class _Batch:
    """What a file said of itself."""

    recorder: str
    run: str = ""
    number: int = 0
    previous: str = ""
    end: str = ""
    is_last: bool = False


class Runs:
    """Listens to the parts of several batches as they are read, and says what is missing between them."""

    def __init__(self) -> None:
        """No batch was read yet."""
        self._batches: list[_Batch] = []

    def see(self, part: SignalPart) -> None:
        """Take note of a part; only what a batch says of itself matters here."""
        if not isinstance(part, Property):
            return
        if part.name == "edge_recorder":
            self._batches.append(_Batch(part.value))
        elif self._batches:
            batch = self._batches[-1]
            match part.name:
                case "edge_run":
                    batch.run = part.value
                case "edge_batch":
                    batch.number = int(part.value) if part.value.isdecimal() else 0
                case "edge_previous":
                    batch.previous = part.value
                case "edge_end":
                    batch.end = part.value
                case "edge_last":
                    batch.is_last = True

    def findings(self) -> Iterator[Finding]:
        """What a person should know, run by run."""
        runs: dict[tuple[str, str], list[_Batch]] = {}
        for batch in self._batches:
            runs.setdefault((batch.recorder, batch.run), []).append(batch)
        for (_, run), batches in runs.items():
            yield from _order(run, batches)
            yield from _links(run, sorted(batches, key=lambda batch: batch.number))


def _order(run: str, batches: list[_Batch]) -> Iterator[Finding]:
    for before, after in pairwise(batches):
        if after.number < before.number:
            yield Finding(code="edge.batch_order", details={"run": run, "batch": after.number})


def _links(run: str, batches: list[_Batch]) -> Iterator[Finding]:
    first = batches[0].number
    if first > 0:
        yield _missing(run, 0, first - 1, Severity.NOTICE)  # captured earlier, perhaps
    for before, after in pairwise(batches):
        if after.number == before.number:
            yield Finding(code="edge.batch_twice", details={"run": run, "batch": after.number})
        elif after.number > before.number + 1:
            yield _missing(run, before.number + 1, after.number - 1, Severity.PROBLEM)
        elif before.end and after.previous != before.end:
            yield Finding(code="edge.batch_exchanged", details={"run": run, "batch": after.number})
    if batches[-1].end and not batches[-1].is_last:
        yield Finding(code="edge.run_open", severity=Severity.NOTICE, details={"run": run})


def _missing(run: str, first: int, last: int, severity: Severity) -> Finding:
    details: dict[str, str | int | float] = {"run": run, "first": first, "last": last}
    return Finding(code="edge.batch_missing", severity=severity, details=details, count=last - first + 1)
