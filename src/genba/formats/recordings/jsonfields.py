"""Numbers in JSON messages: a channel for each path at which the first messages hold one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from genba.model.signals import Values

LOOKED_AT = 256
MOST_PATHS = 512
MOST_DEPTH = 8
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class JsonFields:
    """The paths of numbers; what a message does not hold there is no number (NaN)."""

    keys: tuple[Path, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """Name each path with dots, elements of lists in brackets."""
        return tuple(_written(path) for path in self.keys)

    @classmethod
    def of(cls, messages: Sequence[bytes]) -> JsonFields:
        """Find the paths in the first messages, in the order in which they appear."""
        found: dict[Path, None] = {}
        for message in messages[:LOOKED_AT]:
            _collect(_decoded(message), (), found)
        named: dict[str, Path] = {}
        for path in list(found)[:MOST_PATHS]:
            if _written(path) not in ("message", "sequence"):
                named.setdefault(_written(path), path)
        return cls(tuple(named.values()))

    def decode(self, messages: Sequence[bytes]) -> list[Values]:
        """Give an array for each path; booleans count as 0 and 1."""
        import numpy as np

        if not self.keys:
            return []
        rows = [[_at(value, path) for path in self.keys] for value in map(_decoded, messages)]
        return list(np.ascontiguousarray(np.array(rows, np.float64).reshape(len(messages), len(self.keys)).T))


def _decoded(message: bytes) -> Any:
    try:
        return msgspec.json.decode(message)
    except (msgspec.DecodeError, RecursionError):
        return None


def _collect(value: Any, path: Path, found: dict[Path, None]) -> None:
    if isinstance(value, int | float):
        found[path] = None
    elif len(path) < MOST_DEPTH and len(found) < MOST_PATHS:
        if isinstance(value, dict):
            for name, inner in value.items():
                _collect(inner, (*path, str(name)), found)
        elif isinstance(value, list) and len(value) <= 64:
            for at, inner in enumerate(value):
                _collect(inner, (*path, at), found)


def _at(value: Any, path: Path) -> float:
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return float("nan")
    return float("nan")


def _written(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "value"
