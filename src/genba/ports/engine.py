"""How work over many files is run: tasks go in, events come out, and a task that dies takes nothing else with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One unit of work; `body` is understood by the work function alone."""

    key: str
    body: bytes
    extra_time_s: float = 0.0  # on top of the engine's limit, for work known to be large


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A task has turned to a part of its work; time limits count from here."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A task has finished a part of its work."""

    key: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A task has ended by itself."""

    key: str


class Cause(StrEnum):
    """Why a task did not end by itself."""

    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Died:
    """A task was ended, or ended its worker; `label` names the part it was at."""

    key: str
    label: str
    cause: Cause
    detail: str = ""
    lost: bool = False  # the worker ended by itself or by somebody else's hand: a second try may go well


Event = Started | Output | Finished | Died


class Engine(Protocol):
    """Runs tasks and tells what becomes of them."""

    def submit(self, task: Task) -> None:
        """Queue a task; allowed while events are being taken."""
        ...

    def events(self) -> Iterator[Event]:
        """Give what happens until every task has finished or died; raises Unavailable when none can go on."""
        ...

    def close(self) -> None:
        """End all workers at once."""
        ...
