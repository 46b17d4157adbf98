"""What people know of a stretch of time: which lot was on which machine, and what was wrong with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genba.app.rendering_sources import Source
from genba.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Array = NDArray[Any]

NORMAL = "normal"
# The columns of a table in which people name what they saw; times are nanoseconds of the dataset's reference clock.
ANNOTATION_COLUMNS = ("capture", "stream", "first_ns", "last_ns", "label")
LARGEST_TABLE_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Somebody's word on a stretch of time; empty capture or stream means any."""

    capture: str
    stream: str
    first_ns: int
    last_ns: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A lot on a machine, from its first to its last moment on a capture's reference clock."""

    lot: str
    machine: str
    first_ns: int
    last_ns: int
    task: str = ""  # what was made, in words
    label: str = ""  # normal, or what was wrong, where the records say so


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Lots and annotations, asked window by window."""

    annotations: tuple[Annotation, ...] = ()

    def lots(self, source: Source) -> tuple[Lot, ...]:
        """Give the lots on a capture's machine, in the order of time."""
        return ()

    def of(self, source: Source, first_ns: Times, last_ns: Times, half_width_ns: Times) -> tuple[Array, Array, Array]:
        """Give each window's lot, machine and label; empty where nobody knows.

        A fault is named where it covers half of a window or lies in it by half; "normal" only where all of it is.
        """
        import numpy as np

        lot = np.full(len(first_ns), "", object)
        machine = np.full(len(first_ns), source.capture.properties.get("machine", ""), object)
        label = np.full(len(first_ns), "", object)
        mine = [
            note
            for note in self.annotations
            if note.capture in ("", source.capture.id) and note.stream in ("", source.stream.id, source.name)
        ]
        for note in sorted(mine, key=lambda note: note.label != NORMAL):
            inside = np.minimum(last_ns, note.last_ns) - np.maximum(first_ns, note.first_ns)
            if note.label == NORMAL:
                label[(first_ns >= note.first_ns) & (last_ns <= note.last_ns)] = NORMAL
                continue
            whole = np.minimum(last_ns - first_ns, max(note.last_ns - note.first_ns, 0))
            touched = inside >= 0
            label[touched & (label == NORMAL)] = ""
            label[touched & (2 * inside >= whole)] = note.label
        return lot, machine, label


def read_truth(tables: Sequence[Path]) -> Truth:
    """Read tables of annotations."""
    found: list[Annotation] = []
    for path in tables:
        found += read_annotations(path)
    return Truth(annotations=tuple(found))


def read_annotations(path: Path) -> list[Annotation]:
    """Read a CSV with the columns capture, stream, first_ns, last_ns, label; rows without a label say nothing."""
    try:
        if path.stat().st_size > LARGEST_TABLE_BYTES:
            raise InvalidInput("render.broken_table", path=path.name, reason="too large")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("render.broken_table", path=path.name, reason=type(error).__name__) from None
    rows = csv.DictReader(io.StringIO(text))
    if not set(ANNOTATION_COLUMNS) <= set(rows.fieldnames or ()):
        raise InvalidInput("render.broken_table", path=path.name, reason=", ".join(ANNOTATION_COLUMNS))
    found = []
    for number, row in enumerate(rows, start=2):
        label = (row["label"] or "").strip()
        if not label:
            continue
        try:
            first, last = int(row["first_ns"]), int(row["last_ns"])
        except (TypeError, ValueError):
            raise InvalidInput("render.broken_table", path=path.name, reason=f"line {number}") from None
        found.append(
            Annotation(
                capture=(row["capture"] or "").strip(),
                stream=(row["stream"] or "").strip(),
                first_ns=first,
                last_ns=max(first, last),
                label=label,
            )
        )
    return found
