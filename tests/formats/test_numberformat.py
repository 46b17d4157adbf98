"""Number formats: what Excel in Japanese shows, case by case."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from genba.formats.numberformat import (
    BUILTIN,
    builtin,
    compiled,
    is_date,
    kind_of,
    render,
    to_datetime,
    unit_of,
)

DAY = 45367  # 2024-03-16, a Saturday
AFTERNOON = 45367.638888888891  # 15:20:00

GENERAL = [
    (0, "0"),
    (1, "1"),
    (-5, "-5"),
    (1.0, "1"),
    (1234.5, "1234.5"),
    (-1234.5, "-1234.5"),
    (0.1 + 0.2, "0.3"),
    (1 / 3, "0.333333333"),
    (-1 / 3, "-0.333333333"),
    (2 / 3, "0.666666667"),
    (1234.56789012, "1234.56789"),
    (12345678901, "12345678901"),
    (123456789012, "1.23457E+11"),
    (100000000000, "1E+11"),
    (1234567890.12, "1234567890"),
    (9999999999.6, "10000000000"),
    (99999999999.9, "1E+11"),
    (0.0001234567, "0.000123457"),
    (0.00001, "0.00001"),
    (1.234567e-5, "1.23457E-05"),
    (0.0000000012, "1.2E-09"),
    (1e-9, "0.000000001"),
    (1e-10, "1E-10"),
    (1.5e300, "1.5E+300"),
    (-1.234567e11, "-1.23457E+11"),
    (999999.5e6, "1E+12"),
    (-45969.895495, "-45969.8955"),
    (45969.8954949999, "45969.89549"),
]

NUMBERS = [
    ("0", 1234.5, "1235"),
    ("0", -0.4, "0"),
    ("0", 0.5, "1"),
    ("0", -0.5, "-1"),
    ("0", 123456789, "123456789"),
    ("0", -123456789, "-123456789"),
    ("0", 1e20, "100000000000000000000"),
    ("0.00", 0.125, "0.13"),
    ("0.00", 1.005, "1.01"),
    ("0.00", 2.675, "2.68"),
    ("0.00", -1.005, "-1.01"),
    ("0.00", -0.001, "0.00"),
    ("0.0", 0.25, "0.3"),
    ("0.0", 0.35, "0.4"),
    ("0.000", 24.5, "24.500"),
    ("0.00", 1e9 + 0.125, "1000000000.13"),
    ("0.00000000000000000000", 0.1, "0.10000000000000000000"),
    ("#,##0", 0, "0"),
    ("#,##0", 999, "999"),
    ("#,##0", 1000, "1,000"),
    ("#,##0", -1234567, "-1,234,567"),
    ("#,##0", 1234567890123, "1,234,567,890,123"),
    ("#,##0.00", 1234567.891, "1,234,567.89"),
    ("#,###", 0, ""),
    ("#,###", 12345.6789, "12,346"),
    ("##,##", 12345, "12,345"),
    ("#", 0, ""),
    ("#.##", 1, "1."),
    ("#.##", 0, "."),
    ("0.##", 1.1, "1.1"),
    ("0.0#", 12345.0, "12345.0"),
    ("0.0#", 12.345, "12.35"),
    ("0.0#", 0.0012345, "0.0"),
    (".00", 0.125, ".13"),
    ("00000", 7, "00007"),
    ("00000", 123456, "123456"),
    ("00,000.00", 12.345, "00,012.35"),
    ("00,000.00,", 12345, "00,012.35"),
    ("0,000", 5, "0,005"),
    ("#,##0,", 1234567, "1,235"),
    ('#,##0,"千円"', 1234567, "1,235千円"),
    ('#,##0,,"百万円"', 123456789, "123百万円"),
    ('0.0,,"M"', 1234567, "1.2M"),
    ('#,##0"円"', 12000, "12,000円"),
    ('#,##0"円"', -12000, "-12,000円"),
    ('"±"0.00"mm"', 0.5, "±0.50mm"),
    ('0.0"℃"', 25, "25.0℃"),
    ('0.00"N·m"', 24.5, "24.50N·m"),
    ('General"個"', 12, "12個"),
    ('G/標準"個"', 12.5, "12.5個"),
    ("0.0%", 0.125, "12.5%"),
    ("0%", 0.005, "1%"),
    ("0.00%", -0.12345, "-12.35%"),
    ("0%", 1, "100%"),
    ("%0", 0.5, "%50"),
    ('#,##0;"▲"#,##0', -1234, "▲1,234"),
    ('#,##0;"▲ "#,##0', -1234, "▲ 1,234"),
    ('#,##0;"△"#,##0;"-"', 0, "-"),
    ("#,##0;[Red]-#,##0", -5, "-5"),
    ("#,##0;[赤]-#,##0", -5, "-5"),
    ("[Red]0;[Color 3]0", 3, "3"),
    ("[色5]0", 3, "3"),
    ("0;0", -1.1, "1"),
    ("0;;", -1, ""),
    ("0;;", 0, ""),
    (";;;", 5, ""),
    ("0;-0;0;@", 0, "0"),
    ("(#,##0.00)", -5.5, "-(5.50)"),
    ("0.00_);(0.00)", -1.5, "(1.50)"),
    ("0.00_);(0.00)", 1.5, "1.50"),
    ('_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 1234, "1,234"),
    ('_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', -1234, "-1,234"),
    ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 0, "-"),
    ('_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ', 1234, "¥1,234"),
    ("[$¥-411]#,##0", -1234, "-¥1,234"),
    ("[$¥-ja-JP]#,##0.00", 1.5, "¥1.50"),
    ("[$-411]#,##0", 1234, "1,234"),
    ("[$USD] #,##0.00", 3.14159, "USD 3.14"),
    ('"Rs."#,##0.00', -51968287, "-Rs.51,968,287.00"),
    ('[>=100]0"個";[<100]0.0"個"', 99.5, "99.5個"),
    ('[>=100]0"個";[<100]0.0"個"', 100, "100個"),
    ("[=1]0;[=2]0;0.0", 3, "3.0"),
    ('[=1]"合格";[=0]"不合格";General', 1, "合格"),
    ('[=1]"合格";[=0]"不合格";General', 0, "不合格"),
    ('[=1]"合格";[=0]"不合格";General', 7, "7"),
    ("[<=9999999]###-####;(###) ###-####", 8675309, "867-5309"),
    ("[<=9999999]###-####;(###) ###-####", 2813308004, "(281) 330-8004"),
    ("[Red][<-25]General;[Blue][>25]General;[Green]General;[Yellow]General", -26, "26"),
    ("[Red][<-25]General;[Blue][>25]General;[Green]General;[Yellow]General", -1, "-1"),
    ("[Red][=50]General;[Blue]000", 49, "049"),
    ("[>5]0", 3, "3"),
    ("[>5]0;[<2]0", 3, "####"),
    ("000-0000", 2200023, "220-0023"),
    ("00000-0000", 941051630, "94105-1630"),
    ("000-00-0000", 123456789, "123-45-6789"),
    ("#0#######", 12345, "012345"),
    ("0#######0.##0##0######00######0", 12.3456789, "012.3456789000"),
    ("###\\###\\##0.00", 101, "#1#01.00"),
    ('"This is a ".00"test"000', 3.14159, "This is a 3.14test159"),
    ("???", 5, "5"),
    ("0.???", 1.5, "1.5"),
    ("?0.0?", 1.5, "1.5"),
    ('0"×"?0', 5, "0× 5"),
    ("\\A0", 5, "A5"),
    ("0\\ \\m\\m", 5, "5 mm"),
    ("0.00mm", 1.5, "1.50mm"),
    ("0.0sec", 1.5, "1.5sec"),
    ("0!.0", 12, "1.2"),
    ("No.000", 12, "No12.000"),
    ('"No."000', 12, "No.012"),
    ("0.00E+00", 12345.678, "1.23E+04"),
    ("0.00E+00", 0, "0.00E+00"),
    ("0.00E+00", 9.999, "1.00E+01"),
    ("0.00E-00", 12345, "1.23E04"),
    ("0.00E-00", 0.00012, "1.20E-04"),
    ("##0.0E+0", 12345, "12.3E+3"),
    ("##0.0E+0", 123456789, "123.5E+6"),
    ("##0.0E+0", 0.00123, "1.2E-3"),
    ("0E+0", 1e300, "1E+300"),
    ("# ?/?", 0.5, "1/2"),
    ("# ?/?", 1, "1"),
    ("# ?/?", -1.2, "-1 1/5"),
    ("# ?/?", 12.3, "12 1/3"),
    ("# ?/?", 123.45, "123 4/9"),
    ("# ?/?", 0, "0"),
    ("# ?/?", 12345.6789, "12345 2/3"),
    ("# ??/??", 12.3, "12  3/10"),
    ("# ??/??", -12.34, "-12 17/50"),
    ("# ??/??", 12.3456789, "12 28/81"),
    ("# ???/???", -123.456, "-123  57/125"),
    ("# ?/2", 12.3, "12 1/2"),
    ("# ?/4", 123.45, "123 2/4"),
    ("# ??/16", 0.3125, "5/16"),
    ("# ??/16", 2, "2"),
    ("??/??", 12.3456789, "1000/81"),
    ("0/0", 0.75, "3/4"),
    ("[DBNum1]General", 1234, "千二百三十四"),
    ("[DBNum1]General", 10, "十"),
    ("[DBNum1]General", 100010, "十万十"),
    ("[DBNum1]0", 1234, "一二三四"),
    ("[DBNum2][$-411]General", 12345, "壱萬弐阡参百四拾伍"),
    ("[DBNum3]0", 1234, "１２３４"),
    ("[DBNum3]#,##0", 1234, "１,２３４"),
    ('"foo";"bar"', -1, "bar"),
    ('"OK"', -1, "-OK"),
    ("@", 12.5, "12.5"),
    ('@"様"', 12, "12"),
    ("0;@", -3, "-3"),
]

DATES = [
    ("yyyy/m/d", DAY, "2024/3/16"),
    ("yyyy/mm/dd", DAY, "2024/03/16"),
    ("yy.m.d", DAY, "24.3.16"),
    ("yyyy-mm-dd;@", DAY, "2024-03-16"),
    ("yyyymmdd", DAY, "20240316"),
    ('yyyy"年"m"月"d"日"', DAY, "2024年3月16日"),
    ("yyyy年m月d日", DAY, "2024年3月16日"),
    ('yyyy"年"m"月"d"日"(aaa)', DAY, "2024年3月16日(土)"),
    ("aaaa", DAY, "土曜日"),
    ("ddd", DAY, "Sat"),
    ("dddd", DAY, "Saturday"),
    ("[$-411]ddd", DAY, "土"),
    ("[$-ja-JP]dddd", DAY, "土曜日"),
    ("mmm-yy", DAY, "Mar-24"),
    ("mmmm d, yyyy", DAY, "March 16, 2024"),
    ("mmmmm", DAY, "M"),
    ("d-mmm", DAY, "16-Mar"),
    ("[$-409]mmm\\-yy", 12345, "Oct-33"),
    ("YYYY/MM/DD", DAY, "2024/03/16"),
    ("m/d", DAY, "3/16"),
    ('[$-411]ggge"年"m"月"d"日"', DAY, "令和6年3月16日"),
    ('[$-411]ggge"年"m"月"d"日"', 43585, "平成31年4月30日"),
    ('[$-411]ggge"年"m"月"d"日"', 43586, "令和1年5月1日"),
    ('[$-ja-JP-x-gannen]ggge"年"m"月"d"日"', 43586, "令和元年5月1日"),
    ('[$-ja-JP-x-gannen]ggge"年"m"月"d"日";@', 45000, "令和5年3月15日"),
    ('[$-411]ggge"年"', 32515, "昭和64年"),
    ('[$-411]ggge"年"', 32516, "平成1年"),
    ('[$-411]ggge"年"', 4595, "大正1年"),
    ('[$-411]ggge"年"', 4594, "明治45年"),
    ("[$-411]ge.m.d", DAY, "R6.3.16"),
    ("[$-411]gee.mm.dd", DAY, "R06.03.16"),
    ("ge.m.d", DAY, "R6.3.16"),
    ("gge", DAY, "令6"),
    ("[$-409]e", DAY, "2024"),
    ("[$-1030411]ggge", DAY, "令和6"),
    ('[DBNum1][$-411]ggge"年"m"月"d"日"', DAY, "令和六年三月十六日"),
    ('[DBNum1]yyyy"年"m"月"d"日"', DAY, "二〇二四年三月十六日"),
    ('[DBNum3][$-411]m"月"d"日"', DAY, "３月１６日"),
    ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", DAY, "2024年3月16日"),
    ("[$-F400]h:mm:ss\\ AM/PM", AFTERNOON, "15:20:00"),
    ("h:mm", AFTERNOON, "15:20"),
    ("h:mm:ss", AFTERNOON, "15:20:00"),
    ("h:mm AM/PM", AFTERNOON, "3:20 PM"),
    ("hh:mm A/P", 0.25, "06:00 A"),
    ("[$-411]AM/PM h:mm", AFTERNOON, "午後 3:20"),
    ('[$-411]AM/PMh"時"mm"分"', 0.25, "午前6時00分"),
    ('午前/午後h"時"', AFTERNOON, "午後3時"),
    ("上午/下午h:mm", 0.5, "下午12:00"),
    ("h AM/PM", 0, "12 AM"),
    ('h"時"mm"分"ss"秒"', AFTERNOON, "15時20分00秒"),
    ("yyyy/m/d h:mm", AFTERNOON, "2024/3/16 15:20"),
    ("mm:ss.0", 0.00070707, "01:01.1"),
    ("hh:mm:ss.000", 0.70707, "16:58:10.848"),
    ("hh:mm:ss", 0.999999, "00:00:00"),
    ("h:mm", 0.4166666666, "10:00"),
    ("m", DAY, "3"),
    ("h:m", AFTERNOON, "15:20"),
    ("m:ss", 0.0007, "1:00"),
    ("h m s", AFTERNOON, "15 20 0"),
    ("[h]:mm:ss", 1.5, "36:00:00"),
    ("[h]:mm:ss;@", 2.9999999999999996, "72:00:00"),
    ("[hh]:mm", 0.125, "03:00"),
    ('[h]"時間"mm"分"', 1.0625, "25時間30分"),
    ("[mm]:ss", 0.0625, "90:00"),
    ("[ss]", 0.001, "86"),
    ("[ss].00", 0.001, "86.40"),
    ("[h]", 100000, "2400000"),
    ("yyyy/m/d", 0, "1900/1/0"),
    ("yyyy/m/d", 1, "1900/1/1"),
    ("yyyy/m/d", 59, "1900/2/28"),
    ("yyyy/m/d", 60, "1900/2/29"),
    ("yyyy/m/d", 61, "1900/3/1"),
    ("ddd", 1, "Sun"),
    ("yyyy/m/d", 2958465, "9999/12/31"),
    ("yyyy/m/d", 2958466, "####"),
    ("yyyy/m/d", -1, "####"),
    ("[h]:mm", -0.5, "####"),
    ("yyyy/m/d", DAY + 0.99999, "2024/3/16"),
    ("b", 1, "43"),
    ("[<1]h:mm;yyyy/m/d", 0.5, "12:00"),
    ("[<1]h:mm;yyyy/m/d", DAY, "2024/3/16"),
]

TEXTS = [
    ("General", "部品A", "部品A"),
    ("@", "部品A", "部品A"),
    ('@"様"', "山田", "山田様"),
    ('0;0;0;"「"@"」"', "ばり", "「ばり」"),
    ("0;-0;;@", "x", "x"),
    ("0.00", "N/A", "N/A"),
    (";;;", "hidden", ""),
    ("_ @_ ", "x", "x"),
    ("@@", "ab", "abab"),
    ("0.00", True, "TRUE"),
    ("@", False, "FALSE"),
    ("yyyy/m/d", "未定", "未定"),
]


@pytest.mark.parametrize(("value", "text"), GENERAL)
def test_general_shows_what_fits_in_eleven_characters(value, text):
    assert render(value, "General").text == text


@pytest.mark.parametrize(("code", "value", "text"), NUMBERS)
def test_numbers_show_as_in_excel(code, value, text):
    assert render(value, code).text == text


@pytest.mark.parametrize(("code", "value", "text"), DATES)
def test_dates_and_times_show_as_in_excel(code, value, text):
    assert render(value, code).text == text


@pytest.mark.parametrize(("code", "value", "text"), TEXTS)
def test_texts_pass_through_their_own_section(code, value, text):
    assert render(value, code).text == text


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("yyyy/m/d", 0, "1904/1/1"),
        ("yyyy/m/d", 43905, "2024/3/16"),
        ("aaa", 43905, "土"),
        ("h:mm", 0.5, "12:00"),
        ("yyyy/m/d", -1, "-1904/1/2"),
        ("[h]:mm", -0.5, "-12:00"),
    ],
)
def test_the_1904_system_counts_from_its_own_day_and_knows_negative_times(code, value, text):
    assert render(value, code, date1904=True).text == text


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ('#,##0"円"', "円"),
        ('#,##0;"▲"#,##0', ""),
        ('"±"0.00"mm"', "mm"),
        ("0.0%", "%"),
        ('0.0"℃"', "℃"),
        ('0.00"kN·m"', "kN·m"),
        ('0"個"', "個"),
        ('General"本"', "本"),
        ('#,##0,"千円"', "千円"),
        ("0.00\\m\\m", "mm"),
        ("0.00mm", "mm"),
        ('0.00" mm"', "mm"),
        ('0.0"mm以下"', "mm"),
        ('0"以上"', ""),
        ('"第"0"版"', ""),
        ('0"回目"', ""),
        ('0.0"[mm]"', "mm"),
        ('#,##0"円(税込)"', "円"),
        ('"φ"0.0', ""),
        ('"¥"#,##0', "¥"),
        ('"¥"#,##0;"¥"-#,##0', "¥"),
        ("[$¥-411]#,##0", "¥"),
        ("[$USD] #,##0", "USD"),
        ("0.00_);(0.00)", ""),
        ("yyyy/m/d", ""),
        ('[h]"時間"', ""),
        ('0"kg/cm²"', "kg/cm²"),
        ('0.0"m/s"', "m/s"),
        ("0.00", ""),
        ("General", ""),
        ("@", ""),
        ('@"様"', ""),
        ("000-0000", ""),
    ],
)
def test_the_unit_is_the_literal_beside_the_digits(code, unit):
    assert unit_of(code) == unit


def test_the_unit_shown_is_that_of_the_section_used():
    code = '[>=1000]#,##0.0,"kg";0"g"'
    assert render(1500, code) == ("1.5kg", "kg")
    assert render(15, code) == ("15g", "g")
    assert render("なし", code) == ("なし", "")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", "general"),
        ("", "general"),
        ("0.00", "number"),
        ("@", "text"),
        ("yyyy/m/d", "date"),
        ('m"月"', "date"),
        ("ge.m.d", "date"),
        ("aaa", "date"),
        ("h:mm", "time"),
        ("mm:ss.0", "time"),
        ("yyyy/m/d h:mm", "datetime"),
        ("[h]:mm", "elapsed"),
        ("[Red]0", "number"),
        ('0"日"', "number"),
        ('"yyyy"0', "number"),
        ("0.00E+00", "number"),
        ("[$-F800]dddd", "date"),
        ("[$-411]General", "general"),
    ],
)
def test_the_kind_of_a_format_is_told(code, kind):
    assert kind_of(code) == kind
    assert is_date(code) is (kind in ("date", "time", "datetime", "elapsed"))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (14, "2024/3/16"),
        (27, "R6.3.16"),
        (28, "令和6年3月16日"),
        (31, "2024年3月16日"),
        (34, "2024年3月"),
        (58, "令和6年3月16日"),
    ],
)
def test_built_in_ids_are_those_of_japanese_excel(number, text):
    assert render(DAY, builtin(number)).text == text


def test_unknown_built_in_ids_are_general_and_all_known_ones_compile():
    assert builtin(23) == builtin(163) == "General"
    for code in BUILTIN.values():
        assert render(DAY, code).text


@pytest.mark.parametrize(
    ("serial", "date1904", "moment"),
    [
        (DAY, False, "2024-03-16T00:00:00"),
        (AFTERNOON, False, "2024-03-16T15:20:00"),
        (1, False, "1900-01-01T00:00:00"),
        (61, False, "1900-03-01T00:00:00"),
        (60, False, None),
        (-1, False, None),
        (2958466, False, None),
        (0, True, "1904-01-01T00:00:00"),
        (60, True, "1904-03-01T00:00:00"),
        (float("nan"), False, None),
    ],
)
def test_serials_become_moments_or_nothing(serial, date1904, moment):
    found = to_datetime(serial, date1904)
    assert (found.isoformat() if found else None) == moment


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_shows_as_an_error(value):
    assert render(value, "0.00").text == "#NUM!"
    assert render(value, "0;0").text == "#NUM!"


@pytest.mark.parametrize(
    "code", ['"open', "[open", "\\", "_", "*", "E+", "0E", "[$", "0" * 2000, "!", ";;;;;;", "/", "?/", "/?"]
)
def test_damaged_formats_show_something(code):
    assert isinstance(render(1.5, code).text, str)


@given(
    st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**18), 10**18),
    st.text('0#?.,%/E+-ymdhs[]$;@"\\_* G年円a', max_size=20),
)
@example(1.5, "[h]?")
def test_no_format_breaks_on_any_number(value, code):
    assert isinstance(render(value, code).text, str)


@given(st.decimals(min_value=-(10**8), max_value=10**8, places=5, allow_nan=False), st.integers(0, 4))
def test_halves_go_away_from_zero(value, places):
    expected = abs(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    sign = "-" if value < 0 and expected else ""
    code = "0." + "0" * places if places else "0"
    assert render(float(value), code).text == f"{sign}{expected}"


@given(st.integers(0, 2958465))
def test_every_day_shows_what_it_converts_to(serial):
    if serial in (0, 60):
        return
    moment = to_datetime(serial)
    assert render(serial, "yyyy/m/d").text == f"{moment.year:04d}/{moment.month}/{moment.day}"


def test_a_compiled_format_is_kept():
    assert compiled('0.00"mm"') is compiled('0.00"mm"')
