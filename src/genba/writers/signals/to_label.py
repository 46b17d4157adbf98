"""Writes the stretches that somebody should look at as a CSV to be filled in with a spreadsheet and given back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

TABLE = "windows/to_label.csv"
COLUMNS = ("capture", "stream", "first_ns", "last_ns", "label", "time")
# A number with so many digits loses half of them in a spreadsheet; with its unit it is a text and stays whole.
UNIT = " ns"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = tuple[str, str, int, int]


def rows(facts: Mapping[str, Any], step_ns: float) -> list[Row]:
    """Join the windows that a model asked for and nobody has labelled, as long as they follow each other."""
    found: list[Row] = []
    before_ns: int | None = None  # where the window before began, if it is of the row that is open
    for capture, stream, first, last, label, asked in zip(
        *(facts[name] for name in ("capture", "stream", "first_ns", "last_ns", "label", "asked_by")), strict=True
    ):
        first_ns, last_ns = int(first), int(last)
        if label or not asked:
            before_ns = None
            continue
        if before_ns is not None and found[-1][:2] == (capture, stream) and 0 <= first_ns - before_ns < 1.5 * step_ns:
            found[-1] = (capture, stream, found[-1][2], last_ns)
        else:
            found.append((capture, stream, first_ns, last_ns))
        before_ns = first_ns
    return found


def encode(stretches: list[Row], *, is_utc: Mapping[str, bool]) -> bytes:
    """Write UTF-8 with a byte order mark, by which spreadsheets know it; `time` is UTC where the clock is."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for capture, stream, first_ns, last_ns in stretches:
        time = _time(first_ns) if is_utc.get(capture) else ""
        writer.writerow((capture, stream, f"{first_ns}{UNIT}", f"{last_ns}{UNIT}", "", time))
    return text.getvalue().encode("utf-8-sig")


def _time(at_ns: int) -> str:
    """2026-04-06T14:59:18.125Z, as far as calendars reach."""
    try:
        moment = EPOCH + timedelta(microseconds=at_ns // 1000)
    except OverflowError:
        return ""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
