"""Small classes that satisfy ports."""

from collections.abc import Iterator

from genba.ports.engine import Event, Task
from genba.ports.recognisers import Raster, TextLine


class ScriptedEngine:
    """Answers each task with the events a test has written for it, in the order the tasks come."""

    def __init__(self, *scripts: list[Event]) -> None:
        self.submitted: list[Task] = []
        self._scripts = list(scripts)
        self._done = 0

    def submit(self, task: Task) -> None:
        self.submitted.append(task)

    def events(self) -> Iterator[Event]:
        while self._done < len(self.submitted):
            self._done += 1
            yield from self._scripts.pop(0)

    def close(self) -> None:
        return None


class FakeTextRecogniser:
    """Gives the same lines for every picture, or breaks at those whose turn is named."""

    name = "fake-1"

    def __init__(self, *lines: TextLine, breaks_at: tuple[int, ...] = ()) -> None:
        self.seen: list[Raster] = []
        self._lines = lines
        self._breaks_at = breaks_at

    def lines(self, page: Raster) -> tuple[TextLine, ...]:
        self.seen.append(page)
        if len(self.seen) in self._breaks_at:
            raise ValueError
        return self._lines


def text_line(text: str, x: float, y: float, *, size: float = 30.0, confidence: float = 0.99) -> TextLine:
    """A straight line of full-width characters, its left upper corner at (x, y)."""
    right, bottom = x + size * len(text), y + size
    return TextLine(text=text, corners=((x, y), (right, y), (right, bottom), (x, bottom)), confidence=confidence)
