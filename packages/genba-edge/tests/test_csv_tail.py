"""Following a log: nothing twice, nothing half, nothing lost unsaid, and every number as it is written."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone
from decimal import Decimal as Exact
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba_edge.csv_tail import CsvTail, LogFormat, Rows
from genba_edge.log_columns import channel_of, kind_of, packed
from genba_edge.log_recording import LogRecording
from genba_edge.log_values import decimal, elapsed, moment
from genba_edge.recorder import Options, Recorder

HEAD = "時刻,温度,回転数,状態\n"
DAY_NS = 1_775_433_600_000_000_000  # 2026-04-06T00:00:00Z


def line(second: int, rest: str) -> str:
    return f"2026-04-06 00:00:{second:02d},{rest}\n"


def tail(path: Path, **written: object) -> CsvTail:
    return CsvTail(path, "log", LogFormat(**written))  # type: ignore[arg-type]


def cells(found: list[Rows]) -> list[tuple[object, ...]]:
    return [row for rows in found for row in zip(*rows.columns, strict=True)]


def append(path: Path, text: str, encoding: str = "utf-8") -> None:
    with path.open("ab") as file:
        file.write(text.encode(encoding))


def test_each_look_gives_the_lines_added_since_and_no_half_line(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    follow = tail(log)
    assert follow.poll(1) == []
    append(log, HEAD + line(1, "21.5,100,ok") + line(2, "21.6,10")[:-1])
    first = follow.poll(10)
    assert cells(first) == [(215, 100, b"ok")]
    assert (first[0].host_ns, list(first[0].device_ns)) == (10, [DAY_NS + 1_000_000_000])
    assert follow.poll(11) == []
    append(log, "1,ok\n")
    assert cells(follow.poll(12)) == [(216, 101, b"ok")]


def test_numbers_are_counts_with_a_scale_and_words_stay_words(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    append(log, HEAD + line(1, "21.5,100,運転") + line(2, "-0.25,7,停止"))
    (rows,) = tail(log).poll(0)
    temperature, turns, state = rows.stream.channels
    assert (temperature.dtype, temperature.calibration.coefficients) == ("<i8", (0.0, 0.01))
    assert (turns.dtype, turns.calibration.coefficients) == ("<i8", (0.0, 1.0))
    assert state.dtype == "bytes"
    assert cells([rows]) == [(2150, 100, "運転".encode()), (-25, 7, "停止".encode())]
    assert rows.clock.epoch == "local"


def test_a_log_in_cp932_is_read_from_its_first_japanese_line_on(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    append(log, HEAD + line(1, "1,2,運転"), "cp932")
    (rows,) = tail(log).poll(0)
    assert [channel.name for channel in rows.stream.channels] == ["温度", "回転数", "状態"]
    assert cells([rows]) == [(1, 2, "運転".encode())]


def test_a_rotated_log_is_read_to_its_end_before_the_new_one(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    append(log, HEAD + line(1, "1,1,a"))
    follow = tail(log)
    follow.poll(0)
    append(log, line(2, "2,2,b"))
    log.rename(tmp_path / "log.csv.1")
    append(log, HEAD + line(3, "3,3,c"))
    assert cells(follow.poll(1)) == [(2, 2, b"b"), (3, 3, b"c")]
    assert follow.losses == []


def test_a_log_that_was_emptied_is_read_from_its_beginning_and_the_gap_is_said(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    append(log, HEAD + line(1, "1,1,a") + line(2, "2,2,b"))
    follow = tail(log)
    follow.poll(0)
    log.write_bytes((HEAD + line(3, "3,3,c")).encode())
    assert cells(follow.poll(1)) == [(3, 3, b"c")]
    assert [(loss.kind, loss.detail) for loss in follow.losses] == [("gap", "source_replaced")]


def test_a_log_replaced_by_a_longer_one_of_the_same_name_is_not_taken_for_its_continuation(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    append(log, HEAD + line(1, "1,1,a"))
    follow = tail(log)
    follow.poll(0)
    log.write_bytes((HEAD + line(3, "3,3,c") + line(4, "4,4,d")).encode())
    assert cells(follow.poll(1)) == [(3, 3, b"c"), (4, 4, b"d")]


def test_more_digits_than_declared_begin_another_stream_and_nothing_is_rounded(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    append(log, HEAD + line(1, "1.5,1,a"))
    follow = tail(log)
    assert [rows.stream.id for rows in follow.poll(0)] == ["log"]
    append(log, line(2, "1.2345,1,a"))
    (rows,) = follow.poll(1)
    assert (rows.stream.id, cells([rows])) == ("log/2", [(12345, 1, b"a")])
    append(log, line(3, "1.5,1,a"))
    (rows,) = follow.poll(2)
    assert (rows.stream.id, cells([rows])) == ("log/2", [(15000, 1, b"a")])


def test_an_empty_cell_makes_a_column_of_numbers_floats(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    append(log, HEAD + line(1, "1.5,1,a") + line(2, ",2,b"))
    (rows,) = tail(log).poll(0)
    assert rows.stream.channels[0].dtype == "<f8"
    assert rows.columns[0][0] == 1.5
    assert math.isnan(float(rows.columns[0][1]))


def test_lines_that_are_no_samples_are_counted_and_the_rest_is_taken(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    append(log, HEAD + "こわれた行\n" + "きのう,1,2,a\n" + line(3, "3,3,c"))
    follow = tail(log)
    assert cells(follow.poll(0)) == [(3, 3, b"c")]
    assert sorted((loss.detail, loss.count) for loss in follow.losses) == [("number_of_columns", 1), ("time", 1)]


def test_date_and_time_in_two_columns_are_one_moment(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    append(log, "日付,時刻,値\n2026/4/6,0:00:01.250,7\n")
    (rows,) = tail(log, time_columns=("日付", "時刻")).poll(0)
    assert list(rows.device_ns) == [DAY_NS + 1_250_000_000]
    assert [channel.name for channel in rows.stream.channels] == ["値"]


def test_elapsed_times_are_whole_nanoseconds_of_their_unit(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    append(log, "t,v\n0.000001,1\n1234567.000001,2\n")
    (rows,) = tail(log, time_unit="ms", epoch="start").poll(0)
    assert list(rows.device_ns) == [1, 1_234_567_000_001]
    assert rows.clock.epoch == "start"


def test_a_log_goes_into_a_recorder_line_by_line(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    append(log, HEAD + line(1, "1.5,1,a") + line(2, "1.25,2,b") + "nothing\n")
    with Recorder(tmp_path / "queue", "line-3", options=Options(in_background=False)) as recorder:
        recording = LogRecording(tail(log), recorder)
        assert recording.look(5) == 2
        append(log, line(3, "2,3,c"))
        assert recording.look(6) == 1
        recorder.flush()
        assert recorder.state().written == 3
    assert (recording.rows, recording.unread) == (3, 1)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**13), max_value=10**13))
def test_a_decimal_is_kept_to_its_last_digit(number: Exact) -> None:
    found = decimal(format(number, "f"))
    if number == 0 and number.is_signed():
        assert found is None
    else:
        assert found is not None
        assert Exact(found.count).scaleb(-found.digits) == number


@pytest.mark.parametrize("text", ["", "-", ".", "1e5", "0x10", "１２", "1,5", "1234567890123456789", "nan", "-0.0"])
def test_what_is_no_plain_decimal_is_not_taken_for_one(text: str) -> None:
    assert decimal(text) is None


@settings(max_examples=60)
@given(st.lists(st.from_regex(r"-?[0-9]{0,9}(\.[0-9]{0,9})?|[a-z]{1,3}|", fullmatch=True), min_size=1, max_size=8))
def test_a_column_gives_back_every_cell_it_was_made_for(texts: list[str]) -> None:
    column = kind_of(texts)
    channel = channel_of("c", column)
    for text in texts:
        value = packed(text, column)
        if channel.dtype == "bytes":
            assert value == text.encode()
        elif channel.dtype == "<i8":
            assert isinstance(value, int)
            assert Exact(value).scaleb(-column.digits) == Exact(text)
        elif not text:
            assert math.isnan(float(value))
        else:
            assert float(value) == float(text)


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones), st.integers(0, 999))
def test_a_time_with_its_zone_is_exact_to_the_nanosecond(time: datetime, more_ns: int) -> None:
    found = moment(f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond:06d}{more_ns:03d}{_zone(time)}")
    since = time - datetime(1970, 1, 1, tzinfo=timezone.utc)
    whole = (since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1000
    assert found is not None
    assert (found.ns, found.has_zone) == (whole + more_ns, True)


def _zone(time: datetime) -> str:
    minutes = int((time.utcoffset() or timedelta()).total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026/4/6 9:05", 32_700),
        ("2026年4月6日 9時5分30秒", 32_730),
        ("2026-04-06T09:05:30.25", 32_730.25),
        ("2026.04.06", 0),
    ],
)
def test_times_as_factories_write_them(text: str, seconds: float) -> None:
    found = moment(text)
    assert found is not None
    assert (found.ns - DAY_NS, found.has_zone) == (int(seconds * 10**9), False)


@pytest.mark.parametrize(
    "text", ["", "12:00", "2026-13-01 00:00", "2026-04-06 25:00", "2026-04-06 00:61", "4/6/2026 1:00"]
)
def test_what_may_be_another_time_is_not_taken_for_one(text: str) -> None:
    assert moment(text) is None


def test_elapsed_times_finer_than_a_nanosecond_are_cut_off() -> None:
    assert elapsed("0.1234567891", "s") == 123_456_789
    assert elapsed("abc", "s") is None
