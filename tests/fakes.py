"""Small classes that satisfy ports."""

from collections.abc import Iterator

from genba.ports.engine import Event, Task


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
