"""Production records as stretches of time: which lot was on which machine from when to when, to the nanosecond of UTC.

Records show local time, so a zone has to be stated. What people write is only as sharp as they write it: 8:30 is any
moment of that minute. Overlaps, missing ends and doubled rows are reported, never mended by a guess; samples that may
belong to either of two lots are marked by `assign`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from genba.clocks import zones
from genba.errors import InvalidInput
from genba.formats.calendar import parse_date, parse_datetime, parse_time
from genba.model.finding import Finding, Severity
from genba.model.place import Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times

DAY_NS = 86_400_000_000_000
LONGEST_NS = 31 * DAY_NS  # of a lot; longer is a date that was mistyped
GRAINS_NS = {"hour": 3_600_000_000_000, "minute": 60_000_000_000, "second": 1_000_000_000}
LOCAL = "local"  # the zone of records whose clock is the signals' own, whatever it shows
# How columns are headed, most telling first; spaces, signs and width do not count. Latin words only count whole.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    role: tuple(names.split())
    for role, names in {
        "break_start": "休憩開始 中断開始 breakstart",
        "break_end": "休憩終了 中断終了 breakend",
        "start": "開始日時 開始時刻 開始時間 加工開始 着手日時 着手 投入日時 投入 開始 "
        "start starttime startdatetime startedat startat begin",
        "end": "終了日時 終了時刻 終了時間 加工終了 完了日時 完了時刻 完了 払出 終了 "
        "end endtime enddatetime endedat endat finish",
        "lot": "ロット番号 ロットno ロット 製造番号 製番 バッチ番号 バッチ シリアル番号 "
        "lot lotno lotid lotnumber batch batchno batchid",
        "machine": "設備番号 設備名 設備 号機 機械番号 機械名 機械 装置 機番 machine machineid machineno equipment",
        "date": "作業日 生産日 製造日 加工日 日付 年月日 date",
        "judgement": "総合判定 判定 合否 検査結果 結果 judgement judgment result label",
        "product": "品名 製品名 品番 作業名 作業内容 工程 product task",
    }.items()
}
_PLANNED = ("予定", "計画", "目標", "planned")
NEEDED = ("lot", "start")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotWindow:
    """A stretch in which a lot was on a machine; the edges may lie this much to either side of where they are."""

    lot: str
    machine: str
    first_ns: int
    last_ns: int
    first_half_width_ns: int
    last_half_width_ns: int
    row: int  # 1-based, of the records
    judgement: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lots:
    """What the records say, in order of machine and time, and what is wrong with them."""

    windows: tuple[LotWindow, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assigned:
    """For each time the number of its window (−1: none, or several), and whether it may belong to another."""

    window: Times
    is_doubtful: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Moment:
    ns: int
    grain_ns: int
    has_date: bool


def find_columns(header: Sequence[str]) -> dict[str, int]:
    """Find which column is what by its heading; the most telling heading wins, each column is used once."""
    folded = [_fold(name) for name in header]
    found: dict[str, int] = {}
    for exact in (True, False):
        for role, names in COLUMNS.items():
            for name in () if role in found else names:
                places = (
                    at
                    for at, head in enumerate(folded)
                    if at not in found.values() and _is_named(head, name, is_exact=exact)
                )
                place = next(places, None)
                if place is not None:
                    found[role] = place
                    break
    return found


def _is_named(head: str, name: str, *, is_exact: bool) -> bool:
    if is_exact or name.isascii():
        return head == name
    return name in head and not any(word in head for word in _PLANNED)


def read(header: Sequence[str], rows: Iterable[Sequence[str]], *, zone: str = "", clock_half_width_ns: int = 0) -> Lots:
    """Make windows of records; raises InvalidInput where columns are missing or local times have no zone.

    `clock_half_width_ns`: how far the clock by which the records were made may be off, where somebody knows.
    """
    columns = find_columns(header)
    missing = [role for role in NEEDED if role not in columns]
    if missing:
        raise InvalidInput("lots.no_column", missing=", ".join(missing), header=", ".join(header)[:200])
    findings: list[Finding] = []
    seen: dict[tuple[str, ...], int] = {}
    windows: list[LotWindow] = []
    open_rows: list[LotWindow] = []
    doubled = 0
    for number, cells in enumerate(rows, start=1):
        row = {role: _clean(cells[at]) if at < len(cells) else "" for role, at in columns.items()}
        if not any(row.values()):
            continue
        key = tuple(row.values())
        if seen.setdefault(key, number) != number:
            doubled += 1
            continue
        parts, is_open = _row(row, number, zone, findings)
        for part in parts:
            wide = part.first_half_width_ns + clock_half_width_ns, part.last_half_width_ns + clock_half_width_ns
            part = replace(part, first_half_width_ns=wide[0], last_half_width_ns=wide[1])
            (open_rows if is_open else windows).append(part)
    if doubled:
        findings.append(
            Finding(code="lots.doubled", severity=Severity.NOTICE, count=doubled, details={"rows": doubled})
        )
    windows += _closed(open_rows, windows, findings, has_ends="end" in columns)
    windows.sort(key=lambda one: (one.machine, one.first_ns, one.last_ns, one.row))
    findings += _overlaps(windows)
    return Lots(windows=tuple(windows), findings=tuple(findings))


def assign(windows: Sequence[LotWindow], times: Times, half_width_ns: Times | int = 0) -> Assigned:
    """Tell each time's window, of the windows of one machine; near an edge, and in overlaps, it is doubtful.

    A time on the edge between two lots belongs to the later one: a window ends before its last moment.
    """
    import numpy as np

    found = np.full(len(times), -1, np.int64)
    doubtful = np.zeros(len(times), np.bool_)
    held = np.zeros(len(times), np.int16)
    for number, one in enumerate(windows):
        inside = (times >= one.first_ns) & (times < one.last_ns)
        held += inside
        found[inside] = number
        for edge, width in ((one.first_ns, one.first_half_width_ns), (one.last_ns, one.last_half_width_ns)):
            doubtful |= np.abs(times - edge) <= width + np.asarray(half_width_ns)
    found[held > 1] = -1
    return Assigned(window=found, is_doubtful=doubtful | (held > 1))


def _row(row: dict[str, str], number: int, zone: str, findings: list[Finding]) -> tuple[list[LotWindow], bool]:
    """Give a row's windows, several where a break parts it; and whether its end is not known."""
    start = _moment(row["start"], row.get("date", ""), zone)
    written_end = row.get("end", "")
    end = _moment(written_end, row.get("date", ""), zone) if written_end else None
    if start is None or (written_end and end is None):
        what = row["start"] if start is None else written_end
        findings.append(_finding("lots.no_time", number, text=what[:40]))
        return [], False
    window = LotWindow(
        lot=row["lot"],
        machine=row.get("machine", ""),
        first_ns=start.ns,
        last_ns=start.ns,
        # A moment that is written to the minute is the minute's beginning here, and may be all of it.
        first_half_width_ns=start.grain_ns,
        last_half_width_ns=start.grain_ns,
        row=number,
        judgement=row.get("judgement", ""),
        product=row.get("product", ""),
    )
    if end is None:
        return [window], True
    last = end.ns
    if last < start.ns and not end.has_date:
        last += DAY_NS  # a shift over midnight
    if not start.ns <= last <= start.ns + LONGEST_NS:
        findings.append(_finding("lots.end_before_start", number, start=row["start"][:40], end=written_end[:40]))
        return [], False
    window = replace(window, last_ns=last, last_half_width_ns=end.grain_ns)
    return _without_break(window, row, zone, findings), False


def _without_break(window: LotWindow, row: dict[str, str], zone: str, findings: list[Finding]) -> list[LotWindow]:
    texts = row.get("break_start", ""), row.get("break_end", "")
    if not any(texts):
        return [window]
    first, last = (_moment(text, row.get("date", ""), zone) for text in texts)
    if first is None or last is None:
        findings.append(_finding("lots.no_time", window.row, text=(texts[0] or texts[1])[:40]))
        return [window]
    begin = first.ns if first.ns >= window.first_ns or first.has_date else first.ns + DAY_NS
    end = last.ns if last.ns >= begin or last.has_date else last.ns + DAY_NS
    if not window.first_ns <= begin <= end <= window.last_ns:
        findings.append(_finding("lots.break_outside", window.row, start=texts[0][:40], end=texts[1][:40]))
        return [window]
    before = replace(window, last_ns=begin, last_half_width_ns=first.grain_ns)
    after = replace(window, first_ns=end, first_half_width_ns=last.grain_ns)
    return [part for part in (before, after) if part.last_ns > part.first_ns]


def _closed(
    open_rows: Sequence[LotWindow], windows: Sequence[LotWindow], findings: list[Finding], *, has_ends: bool
) -> list[LotWindow]:
    """Close rows without an end by the machine's next start, but only where the records have no ends at all."""
    if has_ends:
        findings += [_finding("lots.no_end", one.row, lot=one.lot[:40]) for one in open_rows]
        return []
    closed = []
    ordered = sorted([*open_rows, *windows], key=lambda one: (one.machine, one.first_ns, one.row))
    for one, following in zip(ordered, [*ordered[1:], None], strict=True):
        if following is None or following.machine != one.machine:
            findings.append(_finding("lots.no_end", one.row, lot=one.lot[:40]))
        elif following.first_ns > one.first_ns:
            width = following.first_half_width_ns
            closed.append(replace(one, last_ns=following.first_ns, last_half_width_ns=width))
    if closed:
        count = len(closed)
        findings.append(
            Finding(code="lots.ends_at_next", severity=Severity.NOTICE, count=count, details={"rows": count})
        )
    return closed


def _overlaps(windows: Sequence[LotWindow]) -> list[Finding]:
    """Name rows whose time another lot on the same machine has too."""
    found = []
    latest: LotWindow | None = None
    for one in windows:
        if latest is not None and one.machine == latest.machine and one.first_ns < latest.last_ns:
            found.append(_finding("lots.overlap", one.row, lot=one.lot[:40], other=latest.lot[:40], row=latest.row))
        if latest is None or one.machine != latest.machine or one.last_ns > latest.last_ns:
            latest = one
    return found


def _moment(text: str, day: str, zone: str) -> _Moment | None:
    """Read a date with a time, or a time on the row's own day, as UTC; nothing is completed that is not there."""
    if not text:
        return None
    both = parse_datetime(text, late_night=True)
    if both is not None:
        return _Moment(_utc(both.iso.removesuffix(both.offset), both.offset or zone), _grain(both.iso, both), True)
    time = parse_time(text, late_night=True)
    written = parse_date(day) if day else None
    if time is None or written is None or written.day is None:
        return None
    iso = f"{date.fromordinal(written.day.toordinal() + time.days).isoformat()}T{time.iso}"
    return _Moment(_utc(iso, zone), _grain(time.iso, time), bool(time.days))


def _utc(iso: str, zone: str) -> int:
    """Turn a local time into nanoseconds of Unix time; a fraction keeps all its digits."""
    whole, _, fraction = iso.partition(".")
    moment = datetime.fromisoformat(whole)
    seconds = (moment.toordinal() - date(1970, 1, 1).toordinal()) * 86_400
    seconds += moment.hour * 3_600 + moment.minute * 60 + moment.second
    local = seconds * 1_000_000_000 + int(fraction[:9].ljust(9, "0") or 0)
    if zone == LOCAL:
        return local
    if not zone:
        raise InvalidInput("lots.zone_needed")
    return local - zones.offset_ns(zone, local)


def _grain(iso: str, found: object) -> int:
    fraction = iso.partition(".")[2].partition("+")[0].partition("-")[0].rstrip("Z")
    if fraction:
        return int(10 ** max(9 - len(fraction), 0))
    return GRAINS_NS.get(str(getattr(found, "precision", "second")), GRAINS_NS["second"])


def _finding(code: str, number: int, **details: str | int) -> Finding:
    place = Place(line=number + 1)  # the header is the first
    return Finding(code=code, severity=Severity.PROBLEM, place=place, details={"line": number, **details})


def _clean(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _fold(name: str) -> str:
    folded = unicodedata.normalize("NFKC", str(name)).casefold()
    return "".join(char for char in folded if char not in " _-./()\u3000")
