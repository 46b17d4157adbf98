"""Dates and times as written in Japan; doubtful ones are refused with a reason."""

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.calendar import (
    Refused,
    era_of,
    parse_date,
    parse_datetime,
    parse_fiscal_year,
    parse_time,
    read_date,
)


@pytest.mark.parametrize(
    ("text", "iso", "precision", "era"),
    [
        ("令和6年3月16日", "2024-03-16", "day", "令和"),
        ("令和６年３月１６日", "2024-03-16", "day", "令和"),
        ("令和 6年 3月 16日", "2024-03-16", "day", "令和"),
        ("令和六年三月十六日", "2024-03-16", "day", "令和"),
        ("平成三十一年四月三十日", "2019-04-30", "day", "平成"),
        ("二〇二四年三月十六日", "2024-03-16", "day", ""),
        ("R6.3.16", "2024-03-16", "day", "令和"),
        ("R6/3/16", "2024-03-16", "day", "令和"),
        ("R6-3-16", "2024-03-16", "day", "令和"),
        ("R06.03.16", "2024-03-16", "day", "令和"),
        ("Ｒ６．３．１６", "2024-03-16", "day", "令和"),
        ("令和元年5月1日", "2019-05-01", "day", "令和"),
        ("R元.5.1", "2019-05-01", "day", "令和"),
        ("㋿6年3月", "2024-03", "month", "令和"),
        ("㋿6年", "2024", "year", "令和"),
        ("㍻31年4月30日", "2019-04-30", "day", "平成"),
        ("平成31/4/30", "2019-04-30", "day", "平成"),
        ("S63.1.7", "1988-01-07", "day", "昭和"),
        ("昭和64年1月7日", "1989-01-07", "day", "昭和"),
        ("H.5.4.1", "1993-04-01", "day", "平成"),
        ("H5年4月", "1993-04", "month", "平成"),
        ("大正元年7月30日", "1912-07-30", "day", "大正"),
        ("M45.7.29", "1912-07-29", "day", "明治"),
        ("2024年3月16日(土)", "2024-03-16", "day", ""),
        ("2024年3月16日（土曜日）", "2024-03-16", "day", ""),
        ("2024年3月16日土曜日", "2024-03-16", "day", ""),
        ("2024/3/16(Sat)", "2024-03-16", "day", ""),
        ("2024/3/16", "2024-03-16", "day", ""),
        ("2024.03.16", "2024-03-16", "day", ""),
        ("2024-03-16", "2024-03-16", "day", ""),
        ("西暦2024年3月", "2024-03", "month", ""),
        ("2024年", "2024", "year", ""),
        ("2024/03", "2024-03", "month", ""),
        ("20240316", "2024-03-16", "day", ""),
        ("２０２４０３１６", "2024-03-16", "day", ""),
        ("'24.3.16", "2024-03-16", "day", ""),
        ("’24/3/16", "2024-03-16", "day", ""),
        ("'98/3/16", "1998-03-16", "day", ""),
        ("16-Mar-2024", "2024-03-16", "day", ""),
        ("2024年2月29日", "2024-02-29", "day", ""),
    ],
)
def test_dates_become_iso(text, iso, precision, era):
    assert parse_date(text) == (iso, precision, era)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("令和6年2月30日", "text.date_impossible"),
        ("令和0年1月1日", "text.date_impossible"),
        ("令和1年4月30日", "text.date_impossible"),
        ("2023年2月29日", "text.date_impossible"),
        ("2024/13/1", "text.date_impossible"),
        ("昭和65年1月1日", "text.era_ended"),
        ("昭和64年1月8日", "text.era_ended"),
        ("平成31年5月1日", "text.era_ended"),
        ("平成32年", "text.era_ended"),
        ("24/3/16", "text.date_ambiguous"),
        ("24.3.16", "text.date_ambiguous"),
        ("3月16日", "text.date_ambiguous"),
        ("2024年3月16日(金)", "text.date_weekday"),
    ],
)
def test_dates_that_cannot_be_are_refused_with_the_reason(text, code):
    assert read_date(text) == Refused(code, text)
    assert parse_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "M8-1.25",
        "M10-20",
        "S45C",
        "S45",
        "H7",
        "R5.0",
        "T3.2",
        "1.2.3",
        "3/16",
        "2024",
        "2024.3",
        "99999999",
        "12345678",
        "20241301",
        "ABC",
        "10:20",
        "2024-3/16",
        "2024年3/16",
        "令和",
        "R6",
        "0120-12-1234",
        "x" * 100,
        "1234/5/6",
        "2024/3/16/1",
    ],
)
def test_what_is_no_date_is_nothing(text):
    assert read_date(text) is None


def test_a_missing_year_is_completed_only_when_given():
    assert parse_date("3月16日", year=2024).iso == "2024-03-16"
    assert parse_date("3/16", year=2024).iso == "2024-03-16"
    assert parse_date("2月29日", year=2023) is None


@pytest.mark.parametrize(
    ("text", "iso", "precision"),
    [
        ("午後3時20分", "15:20", "minute"),
        ("午前3時", "03:00", "hour"),
        ("午後0時5分", "12:05", "minute"),
        ("15時20分30秒", "15:20:30", "second"),
        ("15時半", "15:30", "minute"),
        ("１５：２０", "15:20", "minute"),
        ("13:20:30.123", "13:20:30.123", "second"),
        ("3:20 PM", "15:20", "minute"),
        ("12:00 AM", "00:00", "minute"),
        ("午後3:20", "15:20", "minute"),
        ("9:05", "09:05", "minute"),
        ("十五時二十分", "15:20", "minute"),
    ],
)
def test_times_become_iso(text, iso, precision):
    assert parse_time(text) == (iso, precision, 0)


@pytest.mark.parametrize(
    "text", ["25:10", "24:00", "12:60", "午前12時", "午後12時", "午後13時", "1:2", "15", "", "10:20:99", "abc"]
)
def test_times_that_cannot_be_are_nothing(text):
    assert parse_time(text) is None


def test_late_night_hours_are_the_next_morning_only_when_asked():
    assert parse_time("25:10", late_night=True) == ("01:10", "minute", 1)
    assert parse_time("30:00", late_night=True) is None
    assert parse_datetime("2024/2/29 25:10", late_night=True).iso == "2024-03-01T01:10"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-03-16T13:20:30+09:00", "2024-03-16T13:20:30+09:00"),
        ("2024-03-16T13:20:30Z", "2024-03-16T13:20:30Z"),
        ("2024-03-16 13:20:30.123456", "2024-03-16T13:20:30.123456"),
        ("2024/3/16 15:20", "2024-03-16T15:20"),
        ("２０２４／３／１６　１５：２０", "2024-03-16T15:20"),
        ("令和6年3月16日 午後3時20分", "2024-03-16T15:20"),
        ("令和6年3月16日午後3時20分", "2024-03-16T15:20"),
        ("2024年3月16日(土)15:20", "2024-03-16T15:20"),
        ("2024年3月16日 15時", "2024-03-16T15:00"),
        ("20240316132030", "2024-03-16T13:20:30"),
        ("20240316T132030Z", "2024-03-16T13:20:30Z"),
        ("20240316 132030", "2024-03-16T13:20:30"),
        ("20240316_132030", "2024-03-16T13:20:30"),
        ("2024/03/16 13:20:30:123", "2024-03-16T13:20:30.123"),
        ("2024-03-16 13:20 JST", "2024-03-16T13:20+09:00"),
        ("R6.3.16 9:05", "2024-03-16T09:05"),
    ],
)
def test_moments_become_iso(text, iso):
    assert parse_datetime(text).iso == iso


@pytest.mark.parametrize(
    "text", ["2024-03-16", "15:20", "24/3/16 15:20", "2024/2/30 1:00", "2024年3月 15:20", "", "9999/12/31"]
)
def test_what_is_no_moment_is_nothing(text):
    assert parse_datetime(text) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("令和6年度", "2024-04-01", "2025-03-31"),
        ("R6年度", "2024-04-01", "2025-03-31"),
        ("令和元年度", "2019-04-01", "2020-03-31"),
        ("2023年度", "2023-04-01", "2024-03-31"),
        ("FY2024", "2024-04-01", "2025-03-31"),
        ("2024年度上期", "2024-04-01", "2024-09-30"),
        ("2024年度下期", "2024-10-01", "2025-03-31"),
        ("2024年度第4四半期", "2025-01-01", "2025-03-31"),
        ("FY2024Q1", "2024-04-01", "2024-06-30"),
    ],
)
def test_fiscal_years_run_from_april(text, start, end):
    assert parse_fiscal_year(text) == (date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize("text", ["令和6年", "24年度", "昭和70年度", "年度", "2024"])
def test_what_is_no_fiscal_year_is_nothing(text):
    assert parse_fiscal_year(text) is None


def test_eras_change_within_a_day():
    assert era_of(date(2019, 4, 30))[0].name == "平成"
    assert era_of(date(2019, 5, 1))[0].name == "令和"
    assert era_of(date(1868, 1, 24)) is None


@given(st.dates(date(1873, 1, 1), date(2099, 12, 31)))
def test_every_day_written_in_its_era_is_read_back(day):
    era, year = era_of(day)
    for text in (f"{era.name}{year}年{day.month}月{day.day}日", f"{era.letter}{year}.{day.month}.{day.day}"):
        assert parse_date(text) == (day.isoformat(), "day", era.name)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.times(), st.sampled_from([" ", "T", "　"]))
def test_every_moment_is_read_back(day, time, between):
    assert parse_datetime(f"{day.isoformat()}{between}{time.strftime('%H:%M:%S')}").iso == (
        f"{day.isoformat()}T{time.strftime('%H:%M:%S')}"
    )


@given(st.text("令和平成元年月日時分秒RHSTM0123456789./-:(土) 午前後Z+", max_size=20))
def test_nothing_breaks_the_readers(text):
    read_date(text, year=2024)
    parse_time(text, late_night=True)
    parse_datetime(text, late_night=True)
    parse_fiscal_year(text)


@given(st.dates(date(1900, 1, 1), date(2098, 12, 31)))
def test_a_day_lies_in_its_fiscal_year(day):
    start, end = parse_fiscal_year(f"{(day - timedelta(days=90)).year if day.month < 4 else day.year}年度")
    assert start <= day <= end


def test_every_way_to_write_a_figure_counts_as_one():
    figures = [
        chr(code) for code in range(0x2F800) if unicodedata.normalize("NFKC", chr(code)) in set("123456789一二三")
    ]
    assert len(figures) > 100
    assert [figure for figure in figures if parse_date(f"令和{figure}年") is None] == []
