"""The content of one paragraph while it is read: text that stands, hidden and struck text, and what hangs on it."""

from dataclasses import dataclass, field
from enum import IntEnum

from lxml import etree

from genba.model.marks import Mark, Reading


class State(IntEnum):
    """How a run is set."""

    STANDS = 0
    HIDDEN = 1
    STRUCK = 2


@dataclass(slots=True)
class Change:
    """A tracked change within a paragraph."""

    kind: str
    author: str
    date: str
    text: str
    end: int  # number of pieces when it ended: changes that touch are one


@dataclass(slots=True)
class Line:
    """A paragraph's content in order, not yet a node."""

    pieces: list[str] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    length: int = 0  # of the standing text so far
    readings: list[Reading] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    drawings: list[etree._Element] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)  # kind, id, mark shown
    comments: list[tuple[str, int, int]] = field(default_factory=list)  # id, start and end in the standing text
    link: str = ""

    def add(self, text: str, state: State) -> None:
        """Append a run's text."""
        self.pieces.append(text)
        self.states.append(state)
        if state is State.STANDS:
            self.length += len(text)

    def change(self, kind: str, author: str, date: str, text: str, start: int) -> None:
        """Record a tracked change that began at piece `start`; alike changes that touch are one."""
        if not text:
            return
        last = self.changes[-1] if self.changes else None
        if last is not None and last.end >= start and (last.kind, last.author, last.date) == (kind, author, date):
            last.text += text
            last.end = len(self.pieces)
        else:
            self.changes.append(Change(kind, author, date, text, len(self.pieces)))

    def text(self, state: State) -> str:
        """Give the text set in one way."""
        return "".join([piece for piece, found in zip(self.pieces, self.states, strict=True) if found is state])

    def leading(self) -> int:
        """Count the blanks in front of the standing text, which the node's text does not have."""
        text = self.text(State.STANDS)
        return len(text) - len(text.lstrip())

    def said(self) -> tuple[str, str, str, frozenset[Mark]]:
        """Give the text, what was struck out of it, what is hidden, and the marks that follow.

        A paragraph that is struck as a whole keeps its text and is marked.
        """
        if not any(self.states):
            return "".join(self.pieces).strip(), "", "", frozenset()
        standing, struck = self.text(State.STANDS).strip(), self.text(State.STRUCK).strip()
        hidden = self.text(State.HIDDEN).strip()
        if not struck:
            return standing, "", hidden, frozenset()
        if not standing:
            return struck, "", hidden, frozenset((Mark.WITHDRAWN,))
        return standing, struck, hidden, frozenset((Mark.PARTLY_WITHDRAWN,))
