"""Quantities in the words of a step, in the notations of Japanese factories, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.steps.instructions.quantities import parameters

LIMITS = [
    ("締付けトルク 24.5±1.5 N·m で締め付ける", 24.5, 23.0, 26.0, "N·m"),
    ("炉温を60〜70℃に保つ", None, 60.0, 70.0, "℃"),
    ("エア圧力は0.3MPa以上とする", None, 0.3, None, "MPa"),
    ("寸法 100 +0.2/-0.1 mm に仕上げる", 100.0, 99.9, 100.2, "mm"),
    ("12 (+0.1/-0.2) mm", 12.0, 11.8, 12.1, "mm"),
    ("26.000mm +0.025 -0.005", 26.0, 25.995, 26.025, "mm"),
    ("25.0 N・m(±10%)", 25.0, 22.5, 27.5, "N・m"),
    ("トルク：２４．５±１．５ Ｎ・ｍ", 24.5, 23.0, 26.0, "Ｎ・ｍ"),
    ("24.5±1.5[N・m]で締める", 24.5, 23.0, 26.0, "N・m"),
    ("温度(℃)：60〜70", None, 60.0, 70.0, "℃"),
    ("締付けトルク 24.5N・m(23.0〜26.0)", 24.5, 23.0, 26.0, "N・m"),
    ("MAX 0.5mm", None, None, 0.5, "mm"),
    ("17分 min.", None, 17.0, None, "分"),
    ("0.3MPa↑", None, 0.3, None, "MPa"),
    ("すき間は0.5mmを超えないこと", None, None, 0.5, "mm"),
    ("上限0.5mm、下限0.3mm", None, 0.3, 0.5, "mm"),
    ("塗布量 0.3g以上0.5g以下", None, 0.3, 0.5, "g"),
    ("電圧10.8から11.1Vを印加する", None, 10.8, 11.1, "V"),
    ("37.0-38.0N-m", None, 37.0, 38.0, "N-m"),
    ("試運転を5分間行う", 5.0, None, None, "分間"),
    ("潤滑油を2回/日給油", 2.0, None, None, "回/日"),
    ("2700min-1±50", 2700.0, 2650.0, 2750.0, "min-1"),
]


@pytest.mark.parametrize(("text", "value", "lower", "upper", "unit"), LIMITS)
def test_a_quantity_is_read_with_its_limits_and_unit(
    text: str, value: float | None, lower: float | None, upper: float | None, unit: str
) -> None:
    (found,) = parameters(text)
    assert (found.value, found.lower, found.upper, found.unit) == (value, lower, upper, unit)
    assert found.as_written in text or "、" in found.as_written


@pytest.mark.parametrize(
    ("text", "tolerance"), [("穴径 φ10 H7", "H7"), ("Φ33(g6)", "g6"), ("軸径20h6", "h6"), ("24.5±1.5mm", "±1.5")]
)
def test_fits_and_tolerances_are_kept_as_written(text: str, tolerance: str) -> None:
    (found,) = parameters(text)
    assert found.tolerance == tolerance


def test_roughness_and_hardness_have_their_scale_before_or_behind_the_figure() -> None:
    assert [(item.upper, item.ucum) for item in parameters("面粗さ Ra1.6以下")] == [(1.6, "um")]
    assert [(item.lower, item.upper, item.unit) for item in parameters("HRC 58～62")] == [(58.0, 62.0, "HRC")]
    assert [(item.lower, item.upper, item.unit) for item in parameters("硬さ 58～62HRC")] == [(58.0, 62.0, "HRC")]


@pytest.mark.parametrize(
    "text",
    [
        "対角の順に2回に分けて締める。",
        "ボルト M8×20 を4本取り付ける",
        "図3を参照し、手順5へ戻る",
        "六角ソケット 10mm で締める",
        "KG-2140-01 を 2026/11/22 までに",
        "記録は3年間保管する。",
        "100個ごとに抜取検査する",
        "油温が 45℃ を超えた場合",
        "標準時間 30秒",
        "8時間ごと",
        "No.3 プログラム",
        "第2工程",
    ],
)
def test_counts_codes_dates_and_conditions_are_no_parameters(text: str) -> None:
    assert parameters(text) == ()


def test_plain_figures_count_where_values_stand() -> None:
    assert parameters("1200") == ()
    (found,) = parameters("1200", name="回転数", unit="rpm", is_value=True)
    assert (found.value, found.unit, found.name) == (1200.0, "rpm", "回転数")


@given(st.text(alphabet="0123456789.±~-+/()mMNm・℃φRa以上下、 図[]", max_size=40))
def test_any_mixture_of_signs_is_read_without_failing(text: str) -> None:
    for found in parameters(text, is_value=True):
        assert found.lower is None or found.upper is None or found.lower <= found.upper


@given(st.integers(1, 9999), st.integers(1, 99), st.sampled_from(["mm", "N・m", "℃", "MPa", "秒"]))
def test_value_and_symmetric_tolerance_come_back(value: int, by: int, unit: str) -> None:
    (found,) = parameters(f"設定は{value}±{by}{unit}とする", is_value=False)
    assert (found.value, found.lower, found.upper, found.unit) == (value, value - by, value + by, unit)
