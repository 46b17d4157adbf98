"""Texts of steps: quantities with name, unit and limits; nothing said twice; numbers as people write them."""

from genba.formats.instruction_text import (
    duration_text,
    hazard_text,
    number_text,
    parameter_text,
    part_text,
    step_lines,
)
from genba.model.instruction import Hazard, Parameter, Part, Step, WarningLevel


def test_a_quantity_is_said_once_with_all_that_belongs_to_it() -> None:
    whole = Parameter(as_written="締付けトルク 12 N·m", name="締付けトルク", value=12, tolerance="±0.5", unit="N·m")
    assert parameter_text(whole) == "締付けトルク 12 N·m ±0.5"
    bare = Parameter(as_written="180±5", name="温度", value=180, lower=175, upper=185, unit="℃")
    assert parameter_text(bare) == "温度 180±5 ℃（175～185 ℃）"
    assert parameter_text(Parameter(as_written="0.5以下", upper=0.5, unit="mm")) == "0.5以下 mm"


def test_a_level_stands_before_its_warning_once() -> None:
    assert hazard_text(Hazard(level=WarningLevel.DANGER, text="感電する")) == "危険: 感電する"
    assert hazard_text(Hazard(level=WarningLevel.DANGER, text="【危険】感電する")) == "【危険】感電する"


def test_what_the_wording_says_is_not_said_again_and_markup_stays_text() -> None:
    step = Step(
        number="1",
        text="トルクレンチで対角の順に締める。",
        key_points=("対角の順に締める", "<b>2回</b>に分ける"),
        tools=("トルクレンチ",),
        parts=(Part(name="ボルト", quantity=2.5, unit="kg"),),
    )
    assert list(step_lines(step)) == ["急所: &lt;b>2回&lt;/b>に分ける", "部品: ボルト ×2.5kg"]


def test_numbers_and_times_are_written_as_people_write_them() -> None:
    assert [number_text(number) for number in (12.0, 0.25, 1e-7, -3.0)] == ["12", "0.25", "1e-07", "-3"]
    assert [duration_text(seconds) for seconds in (30, 90, 120, 61.5)] == ["30秒", "1分30秒", "2分", "1分1.5秒"]
    assert part_text(Part(number="BT-1", name="ボルト", quantity=4, unit="本")) == "BT-1 ボルト ×4本"
