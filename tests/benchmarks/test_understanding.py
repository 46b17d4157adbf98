"""What was understood of an instruction is scored by meaning, place and order."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.meaningvalues import key, keys, unit
from benchmarks.product import Output
from benchmarks.tally import Tally
from benchmarks.understanding import in_order, match_steps, score_file

ROOT = Path(__file__).resolve().parents[2]


def parameter(**fields: object) -> dict[str, object]:
    return {
        "kind": "torque",
        "name": "",
        "form": "pm",
        "unit": "N·m",
        "value": None,
        "lower": None,
        "upper": None,
        "fit": "",
        **fields,
    }


def truth(*steps: dict[str, object], warnings: list[list[str]] | None = None) -> dict[str, object]:
    filled = [
        {"number": str(n), "verb": "", "section": "", "parameters": [], "figures": [], "is_withdrawn": False, **step}
        for n, step in enumerate(steps, 1)
    ]
    return {
        "file": "a.docx", "layout": "word", "style": "A", "kind": "work_instruction", "steps": filled,
        "warnings": warnings or [], "parts": [], "tools": [], "ppe": [],
    }  # fmt: skip


def scores(wanted: dict[str, object], instruction: dict[str, object], **document: object) -> dict[str, float]:
    tally = Tally("")
    score_file(tally, wanted, Output("", document={"instruction": instruction, **document}))
    return {measure.bar.removeprefix("instructions."): measure.value for measure in tally.measures()}


STEPS = ({"text": "カバーを外す"}, {"text": "ボルトを24.5±1.5N・mで締め付ける"}, {"text": "外観を確認する"})


def test_steps_in_another_order_count_only_as_far_as_they_rise():
    found = [
        {"number": "1", "text": "カバーを外す"},
        {"number": "2", "text": "外観を確認する。"},
        {"number": "3", "text": "ボルトを24.5±1.5N・mで締め付ける"},
    ]
    measured = scores(truth(*STEPS), {"kind": "work_instruction", "steps": found})
    assert measured["steps"] == pytest.approx(2 * 2 / 6)


def test_a_step_too_much_and_a_step_too_few_both_cost():
    found = [{"number": "1", "text": "カバーを外す"}, {"number": "2", "text": "目的"}]
    assert scores(truth(*STEPS), {"kind": "work_instruction", "steps": found})["steps"] == pytest.approx(2 / 5)


def test_a_document_that_is_no_instruction_must_not_be_taken_for_one():
    other = {"file": "b.docx", "kind": ""}
    tally = Tally("")
    score_file(tally, other, Output("", document={"instruction": {"kind": "work_instruction", "steps": []}}))
    assert tally.measures()[0].value == 0


def test_a_quantity_counts_at_its_own_step_only():
    step = {"text": "ボルトを締め付ける", "parameters": [parameter(value=24.5, lower=23, upper=26)]}
    right = {"lower": 23.0, "upper": 26.0, "value": 24.5, "tolerance": "±1.5", "unit": "N・m"}
    here = [
        {"number": "1", "text": "ボルトを締め付ける", "parameters": [right]},
        {"number": "2", "text": "外観を確認する"},
    ]
    there = [
        {"number": "1", "text": "ボルトを締め付ける"},
        {"number": "2", "text": "外観を確認する", "parameters": [right]},
    ]
    wanted = truth(step, {"text": "外観を確認する"})
    assert scores(wanted, {"kind": "work_instruction", "steps": here})["parameters"] == 1
    assert scores(wanted, {"kind": "work_instruction", "steps": there})["parameters"] == 0


def test_a_quantity_without_its_limits_or_with_another_unit_is_wrong():
    wanted = key(parameter(value=24.5, lower=23, upper=26))
    assert wanted not in keys({"value": 24.5, "unit": "N·m"})
    assert wanted not in keys({"value": 24.5, "lower": 23, "upper": 26, "unit": "kN"})
    assert wanted in keys({"value": 24.5, "lower": 23, "upper": 26, "unit": "N･m"})


def test_a_fit_counts_by_its_symbol():
    wanted = key(parameter(value=10, fit="H7", unit="mm"), "fit")
    assert wanted in keys({"value": 10.0, "tolerance": "H7"})
    assert wanted in keys({"value": 10.0, "tolerance": "(H7)", "unit": "mm"})
    assert wanted not in keys({"value": 10.0, "tolerance": "H8"})


def test_a_warning_of_another_level_is_neither_found_nor_right():
    wanted = truth({"text": "カバーを外す"}, warnings=[["danger", "感電する"], ["caution", "滑る"]])
    found = {
        "kind": "work_instruction",
        "steps": [],
        "warnings": [{"level": "warning", "text": "感電する"}, {"level": "caution", "text": "滑る"}],
    }
    measured = scores(wanted, found)
    assert (measured["warnings"], measured["warnings_precision"]) == (0.5, 0.5)


def test_a_link_to_another_picture_is_no_link():
    wanted = truth({"text": "カバーを外す", "figures": ["図1 締付け順序"]})
    figures = [{"id": "f1", "caption": "図1 締付け順序"}, {"id": "f2", "caption": "図2 外観見本"}]
    for figure, value in (("f1", 1.0), ("f2", 0.0)):
        steps = [{"number": "1", "text": "カバーを外す", "figures": [figure]}]
        assert scores(wanted, {"kind": "work_instruction", "steps": steps}, figures=figures)["figures"] == value


def test_equal_wordings_are_paired_in_order():
    wanted = [{"text": "確認する"}, {"text": "清掃する"}, {"text": "確認する"}]
    assert match_steps(wanted, [{"text": "確認する"}, {"text": "清掃する"}, {"text": "確認する"}]) == [
        (0, 0),
        (1, 1),
        (2, 2),
    ]


@given(st.lists(st.integers(0, 20), unique=True, max_size=10))
def test_what_rises_is_never_more_than_all_and_all_when_sorted(places: list[int]):
    pairs = list(enumerate(places))
    assert in_order(pairs) <= len(places)
    assert in_order(list(enumerate(sorted(places)))) == len(places)


@pytest.mark.parametrize("written", ["N・m", "N･m", "N·m", "Nm", "N-m"])
def test_a_unit_has_many_spellings(written: str):
    assert unit(written) == "N·m"


def test_the_second_style_is_known_to_the_benchmarks_only():
    name = "style" + "_b"
    for folder in ("src", "tests", "examples"):
        for path in (ROOT / folder).rglob("*.py"):
            assert name not in path.read_text(encoding="utf-8"), path
