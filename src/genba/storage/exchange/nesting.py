"""One transaction at a time in a thread: a second one inside it would wait for itself for ever."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

Kind = Literal["reading", "writing"]


class Nesting:
    """Knows what each thread has open; reading may stand inside reading, nothing else inside anything."""

    def __init__(self) -> None:
        """Begin with nothing open."""
        self._open = threading.local()

    @contextmanager
    def entered(self, kind: Kind) -> Iterator[bool]:
        """Say whether this is the outermost; raises RuntimeError where the caller would block itself."""
        outer: list[Kind] = self._open.__dict__.setdefault("kinds", [])
        if outer and "writing" in (kind, *outer):
            raise RuntimeError(f"{kind} begun while {outer[-1]} is open in the same thread")
        outer.append(kind)
        try:
            yield len(outer) == 1
        finally:
            outer.pop()
