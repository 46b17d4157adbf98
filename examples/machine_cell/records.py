"""Production records as a factory's system exports them: CP932, local time without a zone, and the usual mistakes."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

JST = timezone(timedelta(hours=9))
SECOND = 1_000_000_000
COLUMNS = ("設備", "ロット", "品番", "開始", "終了", "数量", "判定", "不良区分", "備考")
FAULT_NAMES = {"bearing_wear": "軸受異音", "chatter": "びびり", "imbalance": "振れ"}


@dataclass(frozen=True)
class Record:
    """A line of the records, and in `troubles` what is wrong with it."""

    machine: str
    lot: str
    part: str
    start_ns: int  # true Unix time, to the second as people write it
    end_ns: int | None
    count: int
    verdict: str = "OK"
    fault: str = ""
    note: str = ""
    troubles: tuple[str, ...] = ()

    def cells(self) -> tuple[str, ...]:
        """The line as it stands in the file."""
        end = "" if self.end_ns is None else local(self.end_ns)
        count = str(self.count) if self.lot else ""
        return (
            self.machine,
            self.lot,
            self.part,
            local(self.start_ns),
            end,
            count,
            self.verdict,
            self.fault,
            self.note,
        )


def local(time_ns: int) -> str:
    """2026/04/06 23:59:31, in Japan and without saying so."""
    moment = datetime.fromtimestamp(time_ns // SECOND, JST)
    return moment.strftime("%Y/%m/%d %H:%M:%S")


def records_of(truths: Sequence[Mapping[str, Any]], rng: random.Random) -> list[Record]:
    """The lines of all days, with an overlap, a line entered twice, a missing end, breaks and another machine."""
    lines: list[Record] = []
    for day, truth in enumerate(truths):
        made = [_of_lot(truth, lot) for lot in truth["lots"]]
        if day == 0:
            made = _overlapping(made)
            made[-1] = replace(made[-1], end_ns=None, troubles=("missing_end",))
        lines += made
        lines += _breaks(truth)
        lines += _other_machine(truth, rng)
    lines.sort(key=lambda line: (line.start_ns, line.machine))
    twice = next(line for line in lines if line.lot and not line.troubles and line.verdict == "OK")
    lines.insert(lines.index(twice) + 1, replace(twice, troubles=("duplicate",)))
    return lines


def _of_lot(truth: Mapping[str, Any], lot: Mapping[str, Any]) -> Record:
    """A lot as the operator booked it: seconds, begun no later and ended no earlier than it was."""
    start = truth["start_ns"] + int(lot["start_s"] * SECOND)
    end = truth["start_ns"] + int(lot["end_s"] * SECOND)
    fault = FAULT_NAMES.get(lot["fault"], "")
    return Record(
        machine=truth["machine"],
        lot=str(lot["number"]),
        part=lot["part"],
        start_ns=start // SECOND * SECOND,
        end_ns=-(-end // SECOND) * SECOND,
        count=sum(cycle["lot"] == lot["number"] for cycle in truth["cycles"]),
        verdict="NG" if fault else "OK",
        fault=fault,
    )


def _overlapping(lines: list[Record]) -> list[Record]:
    """One end was booked after the next lot had begun."""
    for place in range(1, len(lines) - 1):
        line, following = lines[place], lines[place + 1]
        if line.verdict == following.verdict == "OK" and line.end_ns is not None:
            late = following.start_ns + 2 * SECOND
            lines[place] = replace(line, end_ns=late, note="終了登録遅れ", troubles=("overlap",))
            break
    return lines


def _breaks(truth: Mapping[str, Any]) -> list[Record]:
    lots = truth["lots"]
    found = []
    for before, after in pairwise(lots):
        if after["start_s"] - before["end_s"] > 2.5:
            start = truth["start_ns"] + int((before["end_s"] + 1) * SECOND)
            end = truth["start_ns"] + int(after["start_s"] * SECOND)
            times = (start // SECOND * SECOND, end // SECOND * SECOND)
            found.append(Record(truth["machine"], "", "", *times, 0, verdict="", note="休憩", troubles=("break",)))
    return found


def _other_machine(truth: Mapping[str, Any], rng: random.Random) -> list[Record]:
    """The machine beside it, of which there are no signals."""
    found = []
    time = truth["start_ns"] // SECOND + rng.randrange(2, 9)
    number = 1
    while time < truth["start_ns"] // SECOND + truth["duration_s"] - 12:
        end = time + rng.randrange(9, 14)
        lot = f"{truth['lots'][0]['number'] // 1000}8{number:02d}"
        times = (time * SECOND, end * SECOND)
        found.append(Record("MC-08", lot, "KS-4400", *times, rng.randrange(2, 5), troubles=("no_signals",)))
        time, number = end + rng.randrange(1, 4), number + 1
    return found


def as_csv(lines: Sequence[Record]) -> bytes:
    """The export: CP932 with the line ends of Windows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(line.cells() for line in lines)
    return text.getvalue().encode("cp932")
