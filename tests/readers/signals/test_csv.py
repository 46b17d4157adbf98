"""Tests of logs in CSV: times as factories write them, and numbers of which nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.errors import InvalidInput
from tests.readers.signals.recordings import read

JST = timezone(timedelta(hours=9))
LOCAL = int(datetime(2024, 3, 1, 10, tzinfo=UTC).timestamp()) * 10**9


def log(header: str, row: Callable[[int], str], encoding: str = "utf-8") -> bytes:
    return f"{header}\n{''.join(row(at) + chr(10) for at in range(12))}".encode(encoding)


@pytest.mark.parametrize(
    ("header", "row", "epoch", "first", "step"),
    [
        ("日時,x", lambda at: f"2024/03/01 10:00:{at:02d},{at}", "local", LOCAL, 10**9),
        ("日付,時刻,x", lambda at: f"2024/3/1,10:00:{at:02d},{at}", "local", LOCAL, 10**9),
        ("日時,x", lambda at: f"令和6年3月1日 10時0分{at}秒,{at}", "local", LOCAL, 10**9),
        ("日時,x", lambda at: f"2024年3月1日 10時00分{at:02d}秒,{at}", "local", LOCAL, 10**9),
        ("日時,x", lambda at: f"R6.3.1 10:00:{at:02d},{at}", "local", LOCAL, 10**9),
        ("t,x", lambda at: f"20240301T1000{at:02d}.123456,{at}", "local", LOCAL + 123_456_000, 10**9),
        ("time,x", lambda at: f"2024-03-01T10:00:00.{at:09d}+09:00,{at}", "unix", LOCAL - 32_400 * 10**9, 1),
        ("time,x", lambda at: f"2024-03-01T10:00:{at:02d}Z,{at}", "unix", LOCAL, 10**9),
        (
            "time,x",
            lambda at: f"{13 + at:02d}/03/2024 10:00:00,{at}",
            "local",
            LOCAL + 12 * 86_400 * 10**9,
            86_400 * 10**9,
        ),
        ("時刻,x", lambda at: f"10:00:00.{at:03d},{at}", "unknown", 36_000 * 10**9, 10**6),
        ("時刻,x", lambda at: f"午前10時0分{at}秒,{at}", "unknown", 36_000 * 10**9, 10**9),
        ("時間[ms],x", lambda at: f"{at * 0.25:.2f},{at}", "start", 0, 250_000),
        ("経過時間(秒),x", lambda at: f"{at}e-3,{at}", "start", 0, 10**6),
        ("time/s,x", lambda at: f"{at / 10:.1f},{at}", "start", 0, 10**8),
        ("t[us],x", lambda at: f"{at * 125},{at}", "start", 0, 125_000),
        ("timestamp,x", lambda at: f"{1_700_000_000 + at}.000000001,{at}", "unix", 1_700_000_000 * 10**9 + 1, 10**9),
        ("timestamp,x", lambda at: f"{1_700_000_000_000 + at},{at}", "unix", 1_700_000_000 * 10**9, 10**6),
        ("日時,x", lambda at: f"{45352 + at}.5,{at}", "local", LOCAL + 7200 * 10**9, 86_400 * 10**9),
    ],
)
def test_times_are_exact_and_say_what_they_count_from(
    header: str, row: Callable[[int], str], epoch: str, first: int, step: int
) -> None:
    found = read(log(header, row), "csv", "log.csv")
    (stream,) = found.streams.values()
    assert found.clocks[stream.clock].epoch == epoch
    assert found.times(stream.id) == [first + at * step for at in range(12)]
    assert found.values(stream.id, "x").tolist() == list(range(12))


def test_a_log_in_cp932_with_a_row_of_units_keeps_units_kinds_and_words() -> None:
    header = "時間,振動,温度(℃),状態\n(ms),(m/s2),,"
    found = read(log(header, lambda at: f"{at},{at * 3},{20 + at / 10:.1f},運転", "cp932"), "csv", "振動.csv")
    channels = {channel.name: channel for channel in found.streams["振動"].channels}
    assert (channels["振動"].unit, channels["振動"].kind) == ("m/s2", "vibration")
    assert (channels["温度(℃)"].unit, channels["温度(℃)"].kind) == ("℃", "temperature")
    assert found.values("振動", "状態") == ["運転".encode()] * 12


@settings(max_examples=40)
@given(st.integers(0, 9), st.lists(st.integers(-(10**15), 10**15), min_size=5, max_size=30))
def test_fixed_decimals_are_counts_with_a_scale(decimals: int, counts: list[int]) -> None:
    texts = [f"{Decimal(count).scaleb(-decimals):f}" for count in counts]
    limit = 15 if decimals == 0 else 14
    texts = [text for text in texts if len(text.replace("-", "").split(".")[0]) <= limit]
    if len(texts) < 4:
        return
    body = "time[s],x\n" + "".join(f"{at},{text}\n" for at, text in enumerate(texts))
    found = read(body.encode(), "csv")
    (channel,) = found.streams["a"].channels
    values = found.values("a", "x")
    if channel.dtype == "<i8":
        places = int(channel.properties.get("decimals", 0))
        assert [Decimal(int(value)).scaleb(-places) for value in values] == [Decimal(text) for text in texts]
    else:
        assert values.tolist() == [float(text) for text in texts]


def test_what_is_missing_is_no_number_and_codes_are_no_numbers() -> None:
    found = read(log("time[s],x,lot,big", lambda at: f"{at},{at if at % 2 else ''},00{at},{10**17 + at}"), "csv")
    assert np.isnan(found.values("a", "x")[0])
    assert found.values("a", "lot")[3] == b"003"
    assert found.values("a", "big").tolist() == [10**17 + at for at in range(12)]


def test_day_and_month_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(InvalidInput) as raised:
        read(log("time,x", lambda at: f"02/03/2024 10:00:{at:02d},{at}"), "csv")
    assert raised.value.code == "signals.no_time"


def test_the_course_of_a_whole_log_tells_the_day_from_the_month() -> None:
    rows = [f"0{day}/0{3}/2024 10:0{minute}:00,1" for day in range(1, 6) for minute in range(10)]
    found = read(("time,x\n" + "\n".join(rows) + "\n").encode(), "csv")
    days = {ns // (86_400 * 10**9) for ns in found.times("a")}
    assert max(days) - min(days) == 4


def test_a_row_without_a_readable_time_is_told_and_left_out() -> None:
    found = read(log("time,x", lambda at: f"2024-03-01 10:00:{at:02d},{at}" if at != 5 else "??,5"), "csv")
    assert found.values("a", "x").tolist() == [at for at in range(12) if at != 5]
    assert [(loss.count, loss.detail) for loss in found.losses] == [(1, "time_unreadable")]
    assert found.codes == ["signals.time_unreadable"]


def test_a_table_without_a_time_is_no_recording() -> None:
    with pytest.raises(InvalidInput) as raised:
        read(log("a,b", lambda at: f"{at * 7 % 3},{at}"), "csv")
    assert raised.value.code == "signals.no_time"


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("mcap/bus.csv", 2961),
        ("nab/data/realKnownCause/nyc_taxi.csv", 10320),
        ("ur3_cobotops/dataset_02052023.csv", 7409),
        ("battery_beep/test_loopsnewoutput_MB_CE1_short10k.csv", 9999),
    ],
)
def test_real_logs_are_read_whole(real_data: Path, path: str, rows: int) -> None:
    file = real_data / "sensors" / path
    found = read(file.read_bytes(), "csv", file.name)
    (stream,) = found.streams
    assert len(found.times(stream)) == rows
    assert not found.losses


def test_a_maccor_file_has_the_cycler_s_clock_and_the_computer_s(real_data: Path) -> None:
    (path,) = (real_data / "sensors/battery_beep").glob("*.034")
    found = read(path.read_bytes(), "maccor", path.name)
    (stream,) = found.streams.values()
    assert (stream.clock, stream.host_clock) == ("cycler", "computer")
    assert found.times(stream.id)[:3] == [0, 30 * 10**9, 60 * 10**9]
    first = datetime(2019, 12, 16, 14, 3, 25, tzinfo=UTC)
    assert found.arrivals(stream.id)[0] == int(first.timestamp()) * 10**9
    assert found.values(stream.id, "Volts")[:2].tolist() == [345922026, 345914397]
    assert next(channel for channel in stream.channels if channel.name == "Volts").unit == "V"
    assert set(found.values(stream.id, "State")) <= {b"R", b"C", b"D", b"S", b"P", b"O"}


def test_an_arbin_file_has_the_cycler_s_clock_and_the_computer_s() -> None:
    header = "Data_Point,Test_Time,DateTime,Step_Time,Step_Index,Cycle_Index,Current,Voltage"
    data = log(header, lambda at: f"{at + 1},{at * 10}.5,{1_500_000_000 + at * 10},{at},1,0,1.1,{3 + at / 1000:.4f}")
    found = read(data, "arbin", "cell.csv")
    stream = found.streams["cell"]
    assert (stream.clock, stream.host_clock) == ("cycler", "computer")
    assert found.times("cell")[:2] == [500_000_000, 10_500_000_000]
    assert found.arrivals("cell")[0] == 1_500_000_000 * 10**9
    assert {channel.name: channel.unit for channel in stream.channels}["Current"] == "A"
