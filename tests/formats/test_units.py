"""Units and quantities as Japanese factories write them; doubtful ones are nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.units import parse_unit, split_header, split_quantity
from genba.formats.units_table import UNITS

UCUM = """
mm mm|㎜ mm|ｍｍ mm|μm um|µm um|ミクロン um|℃ Cel|°C Cel|N・m N.m|N·m N.m
N･m N.m|Nm N.m|kgf・cm kgf.cm|kN kN|MPa MPa|kgf/cm² kgf/cm2|kgf/㎠ kgf/cm2|㎏ kg|kg kg|ＫＧ kg
g g|t t|トン t|㍑ L|ℓ L|L L|mL mL|㎖ mL|cc cm3|㏄ cm3
sec s|秒 s|s s|分 min|min min|時間 h|h h|Hr h|rpm {rev}/min|min-1 {rev}/min
min⁻¹ {rev}/min|回転 {rev}|回転/分 {rev}/min|r/min {rev}/min|Hz Hz|㎐ Hz|% %|％ %|‰ [ppth]|ppm [ppm]
V V|A A|mA mA|kW kW|㎾ kW|kWh kW.h|kW・h kW.h|Ω Ohm|㏀ kOhm|dB dB
㏈ dB|dB(A) dB{A}|lx lx|個 {個}|本 {本}|枚 {枚}|台 {台}|件 {件}|人 {人}|回 {回}
ロット {ロット}|点 {点}|日 d|月 mo|年 a|ヶ月 mo|HRC {HRC}|HV {HV}|inch [in_i]|尺 m
寸 m|㎡ m2|㎥ m3|m/s² m/s2|m/min m/min|mm/rev mm/{rev}|L/min L/min|N/mm² N/mm2|g/cm³ g/cm3|mPa・s mPa.s
個/時間 {個}/h|個/分 {個}/min|kg/h kg/h|個/kg {個}/kg|Raμm {Ra}um|°F [degF]|rad rad|deg deg|%RH %{RH}|wt% %{wt}
mmHg mm[Hg]
"""


@pytest.mark.parametrize(
    ("text", "ucum"), [tuple(case.split(" ")) for line in UCUM.split("\n") if line for case in line.split("|")]
)
def test_units_have_their_ucum_code(text, ucum):
    unit = parse_unit(text)
    assert unit.ucum == ucum
    assert unit.as_written == text


@pytest.mark.parametrize(
    ("text", "currency", "factor", "kind"),
    [
        ("円", "JPY", 1, "money"),
        ("千円", "JPY", 1000, "money"),
        ("百万円", "JPY", 1_000_000, "money"),
        ("￥", "JPY", 1, "money"),
        ("USD", "USD", 1, "money"),
        ("円/個", "JPY", 1, "price"),
        ("千円/kg", "JPY", 1000, "price"),
    ],
)
def test_money_is_a_currency_with_a_scale_and_not_ucum(text, currency, factor, kind):
    unit = parse_unit(text)
    assert (unit.ucum, unit.currency, unit.factor, unit.kind) == ("", currency, factor, kind)


def test_old_units_are_converted_by_their_factor():
    assert parse_unit("尺").factor == pytest.approx(10 / 33)
    assert parse_unit("坪")[1:4] == ("m2", "area", pytest.approx(400 / 121))


@pytest.mark.parametrize(
    ("text", "context", "ucum"),
    [
        ("度", "角度", "deg"),
        ("°", "テーパ角", "deg"),
        ("度", "炉内温度", "Cel"),
        ("°", "水温", "Cel"),
        ("K", "絶対温度", "K"),
    ],
)
def test_context_decides_what_is_ambiguous(text, context, ucum):
    assert parse_unit(text, context=context).ucum == ucum


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("度", ""),
        ("°", ""),
        ("°", "温度と角度"),
        ("K", ""),
        ("H", ""),
        ("G", ""),
        ("M", ""),
        ("NM", ""),
        ("xyz", ""),
        ("", ""),
        ("/", ""),
        ("mm/", ""),
        ("/mm", ""),
        ("mm 3", ""),
        ("x" * 200, ""),
        ("日/月", ""),
        ("円/円", ""),
        ("A/B", ""),
    ],
)
def test_unknown_and_ambiguous_units_are_nothing(text, context):
    assert parse_unit(text, context=context) is None


@pytest.mark.parametrize(
    ("header", "name", "ucum", "written"),
    [
        ("長さ[mm]", "長さ", "mm", "mm"),
        ("長さ［㎜］", "長さ", "mm", "㎜"),
        ("重量（kg）", "重量", "kg", "kg"),
        ("重量 (kg)", "重量", "kg", "kg"),
        ("温度 ℃", "温度", "Cel", "℃"),
        ("温度(度)", "温度", "Cel", "度"),
        ("角度(°)", "角度", "deg", "°"),
        ("締付けトルク\n（N・m）", "締付けトルク", "N.m", "N・m"),
        ("電流(A)", "電流", "A", "A"),
        ("X[m]", "X", "m", "m"),
        ("回転数(min-1)", "回転数", "{rev}/min", "min-1"),
        ("数量(個)", "数量", "{個}", "個"),
        ("期間(月)", "期間", "mo", "月"),
        ("騒音 dB(A)", "騒音", "dB{A}", "dB(A)"),
        ("長さ/mm", "長さ", "mm", "mm"),
        ("圧力【MPa】", "圧力", "MPa", "MPa"),
    ],
)
def test_headers_are_parted_from_their_unit(header, name, ucum, written):
    found, unit = split_header(header)
    assert (found, unit.ucum, unit.as_written) == (name, ucum, written)


def test_a_price_header_has_a_currency():
    assert split_header("単価/円")[1].currency == "JPY"
    assert split_header("金額（千円）")[1].factor == 1000


@pytest.mark.parametrize(
    "header",
    [
        "品名",
        "分類(A)",
        "ランク[A]",
        "測定値 A",
        "日/月",
        "入/出",
        "売上(年)",
        "備考(回)",
        "重量/個",
        "型式(V)",
        "",
        "(mm)",
        "mm",
        "備考（任意）",
        "a/b/c",
        "x" * 500,
    ],
)
def test_headers_without_a_certain_unit_stay_whole(header):
    assert split_header(header) == (header, None)


@pytest.mark.parametrize(
    ("text", "value", "lower", "upper", "ucum", "comparator"),
    [
        ("24.5 N・m", 24.5, None, None, "N.m", ""),
        ("24.5N・m", 24.5, None, None, "N.m", ""),
        ("±0.05mm", None, -0.05, 0.05, "mm", "±"),
        ("10.0±0.05", 10.0, 9.95, 10.05, None, "±"),
        ("10.0 ± 0.05 mm", 10.0, 9.95, 10.05, "mm", "±"),
        ("10mm±0.05mm", 10.0, 9.95, 10.05, "mm", "±"),
        ("10+/-0.5%", 10.0, 9.5, 10.5, "%", "±"),
        ("φ10 +0.02/-0.01", 10.0, 9.99, 10.02, None, "±"),
        ("10 +0.02 0", 10.0, 10.0, 10.02, None, "±"),
        ("10 0/-0.03", 10.0, 9.97, 10.0, None, "±"),
        ("10+0.02-0.01mm", 10.0, 9.99, 10.02, "mm", "±"),
        ("10(+0.02/-0.01)mm", 10.0, 9.99, 10.02, "mm", "±"),
        ("１２０℃以下", None, None, 120.0, "Cel", "<="),
        ("120 ℃ 以上", None, 120.0, None, "Cel", ">="),
        ("5kg未満", None, None, 5.0, "kg", "<"),
        ("5kg超", None, 5.0, None, "kg", ">"),
        ("5分以内", None, None, 5.0, "min", "<="),
        ("≦3.2μm", None, None, 3.2, "um", "<="),
        ("≥ 10", None, 10.0, None, None, ">="),
        ("max 5mm", None, None, 5.0, "mm", "<="),
        ("5mm max", None, None, 5.0, "mm", "<="),
        ("▲1,200円", -1200.0, None, None, "", ""),
        ("△5", -5.0, None, None, None, ""),
        ("¥1,200", 1200.0, None, None, "", ""),
        ("-¥500", -500.0, None, None, "", ""),
        ("5～8", None, 5.0, 8.0, None, "range"),
        ("5〜8mm", None, 5.0, 8.0, "mm", "range"),
        ("20℃～30℃", None, 20.0, 30.0, "Cel", "range"),
        ("-0.1～0.1mm", None, -0.1, 0.1, "mm", "range"),
        ("10-20mm", None, 10.0, 20.0, "mm", "range"),
        ("5から8個", None, 5.0, 8.0, "{個}", "range"),
        ("10以上20未満", None, 10.0, 20.0, None, "range"),
        ("10mm以上、20mm以下", None, 10.0, 20.0, "mm", "range"),
        ("-5℃", -5.0, None, None, "Cel", ""),
        ("−5℃", -5.0, None, None, "Cel", ""),
        ("約5kg", 5.0, None, None, "kg", ""),
        ("1時間30分", 5400.0, None, None, "s", ""),
        ("5分30秒", 330.0, None, None, "s", ""),
        ("30％", 30.0, None, None, "%", ""),
        ("1,234,567", 1234567.0, None, None, None, ""),
        ("0", 0.0, None, None, None, ""),
        ("0.50", 0.5, None, None, None, ""),
        ("１２．５㎜", 12.5, None, None, "mm", ""),
        ("3個", 3.0, None, None, "{個}", ""),
        ("1200min⁻¹", 1200.0, None, None, "{rev}/min", ""),
    ],
)
def test_quantities_say_what_is_written(text, value, lower, upper, ucum, comparator):
    found = split_quantity(text)
    assert (found.value, found.lower, found.upper, found.comparator) == (value, lower, upper, comparator)
    assert (found.unit.ucum if found.unit else None) == ucum
    assert found.as_written == text
    assert found.unit is None or found.unit.as_written in text or "時間" in text or "分" in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ABC",
        "A-123",
        "00123",
        "10-20",
        "10-20-5",
        "2024-03-16",
        "2024/3/16",
        "03-1234-5678",
        "M6",
        "Ra3.2",
        "R5",
        "25°",
        "90度",
        "1.5×10³",
        "①5",
        "5mm 3",
        "8～5",
        "1,00",
        "±",
        "5±",
        "10mm±1kg",
        "5 ▲3",
        "½",
        "1e5x",
        "5/3",
        "10:20",
        "1.2.3",
        "5mm以上以下",
        "x" * 200,
        "1" * 79 + "x",
    ],
)
def test_what_is_no_certain_quantity_is_nothing(text):
    assert split_quantity(text) is None


def test_context_decides_degrees_in_quantities():
    assert split_quantity("90度", context="曲げ角度").unit.ucum == "deg"
    assert split_quantity("25°", context="室温").unit.ucum == "Cel"


def test_a_diameter_and_the_deviations_are_kept():
    found = split_quantity("φ10 +0.02/-0.01")
    assert (found.symbol, found.tolerance) == ("φ", (-0.01, 0.02))


@given(
    st.decimals(0, 9999, places=2, allow_nan=False),
    st.sampled_from(
        sorted(spelling for spelling, known in UNITS.items() if known.kind != "money" and spelling[0] != "/")
    ),
)
def test_every_number_with_every_unit_is_read_back(number, spelling):
    found = split_quantity(f"{number}{spelling}")
    assert found.value == float(number)
    assert found.unit.ucum == UNITS[spelling].ucum


@given(st.decimals(0, 999, places=3, allow_nan=False), st.decimals("0.001", 9, places=3, allow_nan=False))
def test_bounds_are_exact_to_the_written_digits(value, by):
    found = split_quantity(f"{value}±{by}mm")
    assert (found.lower, found.upper) == (float(value - by), float(value + by))


@given(st.text("0123456789.,+-±~/φ▲ mkgN・℃%以上下未満個円¥()", max_size=16))
def test_nothing_breaks_the_readers(text):
    found = split_quantity(text, context="温度")
    assert found is None or found.as_written == text.strip()
    split_header(text)
