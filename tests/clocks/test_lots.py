"""Production records as people keep them, read as stretches of time."""

import numpy as np
import pytest

from genba.clocks import lots
from genba.clocks.lots import LotWindow
from genba.errors import InvalidInput

HEADER = ["設備", "ロット番号", "作業日", "開始時刻", "終了時刻", "判定"]
HOUR = 3_600_000_000_000
# 2026-04-01 00:00 in Tokyo
DAY = 1_774_969_200_000_000_000


def _read(*rows: list[str], header: list[str] | None = None, zone: str = "Asia/Tokyo") -> lots.Lots:
    return lots.read(header or HEADER, rows, zone=zone)


def _codes(found: lots.Lots) -> list[str]:
    return [finding.code for finding in found.findings]


def test_local_time_becomes_utc_by_the_stated_zone() -> None:
    found = _read(["1号機", "L1", "2026/4/1", "8:30:00", "9:00:00", "OK"])
    (window,) = found.windows
    assert (window.first_ns, window.last_ns) == (DAY + 8 * HOUR + HOUR // 2, DAY + 9 * HOUR)
    assert (window.machine, window.lot, window.judgement) == ("1号機", "L1", "OK")
    assert found.findings == ()


def test_a_moment_is_only_as_sharp_as_it_was_written() -> None:
    (window,) = _read(["1", "L1", "2026/4/1", "8:30", "9:00:00", ""]).windows
    assert (window.first_half_width_ns, window.last_half_width_ns) == (60_000_000_000, 1_000_000_000)


def test_local_time_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"lots\.zone_needed"):
        _read(["1", "L1", "2026/4/1", "8:30", "9:00", ""], zone="")


def test_a_written_offset_needs_no_zone() -> None:
    (window,) = _read(
        ["L1", "2026-04-01T08:00:00+09:00", "2026-04-01T00:00:00.25Z"], header=["lot", "start", "end"], zone=""
    ).windows
    assert (window.first_ns, window.last_ns) == (DAY + 8 * HOUR, DAY + 9 * HOUR + 250_000_000)


def test_a_shift_over_midnight_ends_the_next_day() -> None:
    found = _read(
        ["1", "L1", "2026/4/1", "22:00", "6:00", ""],
        ["2", "L2", "2026/4/1", "22:00", "30:00", ""],
        ["3", "L3", "2026/4/1", "22:00", "25:30", ""],
    )
    assert [(one.last_ns - one.first_ns) / HOUR for one in found.windows] == [8, 3.5]
    assert _codes(found) == ["lots.no_time"]  # 30:00 is no time of day in any shift


def test_a_lot_goes_on_after_its_break() -> None:
    found = _read(
        ["L1", "2026/4/1 8:00", "2026/4/1 17:00", "2026/4/1 12:00", "2026/4/1 13:00"],
        header=["ロット", "開始日時", "終了日時", "休憩開始時刻", "休憩終了時刻"],
    )
    hours = [((one.first_ns - DAY) / HOUR, (one.last_ns - DAY) / HOUR) for one in found.windows]
    assert hours == [(8, 12), (13, 17)]
    assert {one.lot for one in found.windows} == {"L1"}


def test_overlaps_are_reported_and_belong_to_neither() -> None:
    found = _read(
        ["1", "L1", "2026/4/1", "8:00:00", "10:00:00", ""], ["1", "L2", "2026/4/1", "9:00:00", "11:00:00", ""]
    )
    assert _codes(found) == ["lots.overlap"]
    times = DAY + np.array([8.5, 9.5, 10.5, 12]) * HOUR
    assigned = lots.assign(found.windows, times.astype(np.int64))
    assert assigned.window.tolist() == [0, -1, 1, -1]
    assert assigned.is_doubtful.tolist() == [False, True, False, False]


def test_the_same_time_on_another_machine_is_no_overlap() -> None:
    rows = [["1", "L1", "2026/4/1", "8:00", "10:00", ""], ["2", "L2", "2026/4/1", "9:00", "11:00", ""]]
    assert _codes(_read(*rows)) == []


def test_a_row_that_stands_there_twice_counts_once() -> None:
    row = ["1", "L1", "2026/4/1", "8:00", "10:00", ""]
    found = _read(row, list(row))
    assert len(found.windows) == 1
    assert _codes(found) == ["lots.doubled"]


def test_a_missing_end_is_not_guessed() -> None:
    found = _read(["1", "L1", "2026/4/1", "8:00", "", ""], ["1", "L2", "2026/4/1", "9:00", "10:00", ""])
    assert [one.lot for one in found.windows] == ["L2"]
    assert _codes(found) == ["lots.no_end"]


def test_records_without_ends_at_all_end_at_the_next_start() -> None:
    found = _read(["L1", "2026/4/1 8:00"], ["L2", "2026/4/1 9:30"], header=["ロット", "開始日時"])
    assert [(one.lot, (one.last_ns - one.first_ns) / HOUR) for one in found.windows] == [("L1", 1.5)]
    assert sorted(_codes(found)) == ["lots.ends_at_next", "lots.no_end"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["1", "L1", "", "8:00", "9:00", ""], "lots.no_time"),
        (["1", "L1", "4/1", "8:00", "9:00", ""], "lots.no_time"),
        (["1", "L1", "2026/4/1", "2026/4/1 8:00", "2026/4/1 7:00", ""], "lots.end_before_start"),
    ],
)
def test_what_cannot_be_is_left_out_and_said(row: list[str], code: str) -> None:
    found = _read(row)
    assert found.windows == ()
    assert _codes(found) == [code]


def test_records_without_a_lot_or_a_start_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"lots\.no_column"):
        _read(["1"], header=["設備"])


def test_columns_are_found_by_their_headings() -> None:
    header = ["No.", "開始予定", "号機", "ロットＮｏ．", "開始　日時", "終了日時", "vendor", "合否"]
    found = lots.find_columns(header)
    assert found == {"machine": 2, "lot": 3, "start": 4, "end": 5, "judgement": 7}


def test_samples_near_an_edge_may_belong_to_either_lot() -> None:
    edges = {"machine": "1", "first_half_width_ns": 5, "last_half_width_ns": 5}
    windows = [
        LotWindow(lot="A", first_ns=0, last_ns=100, row=1, **edges),
        LotWindow(lot="B", first_ns=100, last_ns=200, row=2, **edges),
    ]
    times = np.array([50, 94, 95, 100, 106, 108], np.int64)
    assigned = lots.assign(windows, times, 2)
    assert assigned.window.tolist() == [0, 0, 0, 1, 1, 1]
    assert assigned.is_doubtful.tolist() == [False, True, True, True, True, False]
