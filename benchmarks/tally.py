"""Adds up scores of several files by tool and turns them into measures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from benchmarks.matching import Score
from benchmarks.results import Measure

MISSES_KEPT = 400


class Tally:
    """Scores by bar and tool; for genba also what was missed, by file."""

    def __init__(self, data: str) -> None:
        self.data = data
        self._scores: dict[str, dict[str, Score]] = defaultdict(dict)
        self._misses: dict[str, list[str]] = defaultdict(list)

    def add(self, bar: str, tool: str, score: Score, file: str = "", misses: Iterable[object] = ()) -> None:
        """Add a file's score."""
        before = self._scores[bar].get(tool)
        self._scores[bar][tool] = score if before is None else before + score
        if tool == "genba":
            self._misses[bar] += [f"{file}: {miss}" for miss in misses]

    def measures(self) -> list[Measure]:
        """One measure for each bar that genba was scored on."""
        found = []
        for bar, by_tool in self._scores.items():
            values = {tool: score.value for tool, score in by_tool.items()}
            own = values.pop("genba", None)
            if own is None:
                continue
            peers = {tool: value for tool, value in values.items() if value is not None}
            count, misses = int(by_tool["genba"].expected), self._misses[bar][:MISSES_KEPT]
            found.append(Measure(bar=bar, value=own, data=self.data, peers=peers, count=count, misses=misses))
        return found
