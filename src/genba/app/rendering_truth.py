"""What people know of a stretch of time: which lot was on which machine, and what was wrong with it."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genba.app.rendering_sources import Source
from genba.clocks import solve
from genba.clocks.lots import LOCAL, NEEDED, LotWindow, assign, find_columns
from genba.clocks.lots import read as read_lots
from genba.errors import InvalidInput
from genba.model.finding import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Array = NDArray[Any]

NORMAL = "normal"
# The columns of a table in which people name what they saw; times are nanoseconds of the dataset's reference clock.
ANNOTATION_COLUMNS = ("capture", "stream", "first_ns", "last_ns", "label")
# How people write that a lot was good; anything else is the name of what was wrong.
GOOD = frozenset("ok 良 合 合格 良品 ○ 〇 ◯ 正常 異常なし normal pass passed good".split())
# Columns in which records say what was wrong with a lot.
DEFECTS = frozenset("不良区分 不良内容 不良名 不良項目 不良 異常内容 異常 defect fault failure".split())
LARGEST_TABLE_BYTES = 64 << 20
# Titles and notes may stand above a table's heads.
HEAD_ROWS = 20
HASH_DIGITS = 20
UNIX = "unix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Somebody's word on a stretch of time; empty capture or stream means any."""

    capture: str
    stream: str
    first_ns: int
    last_ns: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Lots and annotations, asked window by window."""

    annotations: tuple[Annotation, ...] = ()
    windows: tuple[LotWindow, ...] = ()  # times are UTC's, or of the signals' own clock where that was stated
    is_local: bool = False
    findings: tuple[Finding, ...] = ()
    tables: tuple[str, ...] = ()  # hashes of the files

    def lots(self, source: Source) -> tuple[LotWindow, ...]:
        """Give the lots on a stream's machine; none where its clock or its machine is not known."""
        if _epoch(source) != ("local" if self.is_local else UNIX):
            return ()
        machines = {window.machine for window in self.windows}
        mine = machine_of(source)
        if mine:
            return tuple(window for window in self.windows if _same(window.machine, mine) or not window.machine)
        return self.windows if len(machines) <= 1 else ()

    def of(self, source: Source, first_ns: Times, last_ns: Times, half_width_ns: Times) -> tuple[Array, Array, Array]:
        """Give each window's lot, machine and label; empty where nobody knows, or two lots may be meant.

        A fault is named where it covers half of a window or lies in it by half; "normal" only where all of it is.
        """
        import numpy as np

        lot = np.full(len(first_ns), "", object)
        machine = np.full(len(first_ns), machine_of(source), object)
        label = np.full(len(first_ns), "", object)
        lots = self.lots(source)
        if lots:
            begun, ended = assign(lots, first_ns, half_width_ns), assign(lots, last_ns, half_width_ns)
            sure = (begun.window == ended.window) & (begun.window >= 0) & ~begun.is_doubtful & ~ended.is_doubtful
            for number, window in enumerate(lots):
                held = sure & (begun.window == number)
                lot[held], label[held] = window.lot, judged(window.judgement)
                if window.machine:
                    machine[held] = window.machine
        mine = [
            note
            for note in self.annotations
            if note.capture in ("", source.capture.id) and note.stream in ("", source.stream.id, source.name)
        ]
        for note in sorted(mine, key=lambda note: note.label != NORMAL):
            if note.label == NORMAL:
                label[(first_ns >= note.first_ns) & (last_ns <= note.last_ns)] = NORMAL
                continue
            inside = np.minimum(last_ns, note.last_ns) - np.maximum(first_ns, note.first_ns)
            whole = np.minimum(last_ns - first_ns, note.last_ns - note.first_ns)
            touched = inside >= 0
            label[touched & (label == NORMAL)] = ""
            label[touched & (2 * inside >= whole)] = note.label
        return lot, machine, label


def is_unix(source: Source) -> bool:
    """Tell whether a stream's common time is Unix time."""
    return _epoch(source) == UNIX


def _epoch(source: Source) -> str:
    epochs = {clock.id: clock.epoch for clock in source.capture.clocks}
    return UNIX if source.reference == solve.UTC else epochs.get(source.reference, "")


def machine_of(source: Source) -> str:
    """Give the machine that a stream was recorded on, where the recording says so."""
    return source.stream.properties.get("machine", "") or source.capture.properties.get("machine", "")


def judged(judgement: str) -> str:
    """Read a lot's judgement as a label."""
    text = unicodedata.normalize("NFKC", judgement).strip()
    return NORMAL if text.casefold() in GOOD else text


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFKC", one).casefold() == unicodedata.normalize("NFKC", other).casefold()


def read_truth(tables: Sequence[str]) -> Truth:
    """Read tables of annotations and of production records, each as FILE or ZONE=FILE."""
    notes: list[Annotation] = []
    windows: list[LotWindow] = []
    findings: list[Finding] = []
    hashes: list[str] = []
    is_local = False
    for text in tables:
        zone, path = _zoned(text)
        data = _read(path)
        hashes.append(f"{zone}={sha256(data).hexdigest()[:HASH_DIGITS]}")
        rows = _rows(data, path.name)
        if rows and set(ANNOTATION_COLUMNS) <= {cell.strip() for cell in rows[0]}:
            notes += _annotations(rows, path.name)
            continue
        at = next((at for at, row in enumerate(rows[:HEAD_ROWS]) if set(NEEDED) <= set(find_columns(row))), 0)
        if not rows:
            raise InvalidInput("render.broken_table", path=path.name, reason="empty")
        found = read_lots(rows[at], rows[at + 1 :], zone=zone)
        windows += _with_defects(found.windows, rows[at], rows[at + 1 :])
        findings += found.findings
        is_local = is_local or zone == LOCAL
    return Truth(
        annotations=tuple(notes),
        windows=tuple(windows),
        is_local=is_local,
        findings=tuple(findings),
        tables=tuple(hashes),
    )


def _with_defects(
    windows: Sequence[LotWindow], header: Sequence[str], rows: Sequence[Sequence[str]]
) -> list[LotWindow]:
    """Take what was wrong with a lot for its judgement, where a column names it."""
    places = [at for at, head in enumerate(header) if unicodedata.normalize("NFKC", head).strip().casefold() in DEFECTS]
    found = []
    for window in windows:
        cells = rows[window.row - 1]
        named = next((cells[at].strip() for at in places if at < len(cells) and cells[at].strip()), "")
        is_bad = judged(window.judgement) != NORMAL
        found.append(replace(window, judgement=named) if named and is_bad else window)
    return found


def _zoned(text: str) -> tuple[str, Path]:
    """Part a zone from a file's name; a file whose own name has a = is taken as it is."""
    zone, equals, rest = text.partition("=")
    if not equals or Path(text).is_file():
        return "", Path(text)
    return zone, Path(rest)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_TABLE_BYTES:
            raise InvalidInput("render.broken_table", path=path.name, reason="too large")
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput("render.broken_table", path=path.name, reason=error.strerror or "unreadable") from None


def _rows(data: bytes, name: str) -> list[list[str]]:
    """Read a CSV as factories write it: UTF-8 or CP932, commas, semicolons or tabs."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp932")
        except UnicodeDecodeError:
            raise InvalidInput("render.broken_table", path=name, reason="encoding") from None
    head = text[:4096]
    delimiter = max(",;\t", key=head.count)
    try:
        return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error:
        raise InvalidInput("render.broken_table", path=name, reason="csv") from None


def _annotations(rows: Sequence[Sequence[str]], name: str) -> list[Annotation]:
    """Read rows of capture, stream, first_ns, last_ns, label; those without a label say nothing."""
    places = {cell.strip(): at for at, cell in enumerate(rows[0])}
    found = []
    for number, cells in enumerate(rows[1:], start=2):
        row = {key: cells[places[key]].strip() if places[key] < len(cells) else "" for key in ANNOTATION_COLUMNS}
        if not row["label"]:
            continue
        try:
            first, last = (int(row[name].removesuffix("ns")) for name in ("first_ns", "last_ns"))
            if not -(2**63) <= first <= last < 2**63:
                raise ValueError
        except ValueError:
            raise InvalidInput("render.broken_table", path=name, reason=f"line {number}") from None
        found.append(
            Annotation(capture=row["capture"], stream=row["stream"], first_ns=first, last_ns=last, label=row["label"])
        )
    return found
