"""The table of rules and the formula of the score, against the published ones."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.i18n import LANGUAGES, catalog
from genba.schemes.machine_readability.judgement import JUDGEMENTS
from genba.schemes.machine_readability.rules import DEDUCTIONS, LEVELS, RULES, Weight, failed, level_of, level_score

ALL = sorted(RULES)


def test_there_are_thirty_rules_each_with_a_judgement_and_titles() -> None:
    assert len(RULES) == 30
    assert set(JUDGEMENTS) | {"L3-07"} == set(RULES)
    assert all(f"readability.{rule}" in catalog(lang) for rule in RULES for lang in LANGUAGES)


def test_weights_and_titles_are_the_published_ones(real_data: Path) -> None:
    with (real_data / "machine-readability" / "rules.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["id"]: row["severity"].lower() for row in rows} == {rule: str(weight) for rule, weight in RULES.items()}
    for row in rows:
        level = int(row["level"])
        stated = row["deduction"]
        assert level_of(row["id"]) == level
        if stated != "level=0":
            assert DEDUCTIONS[RULES[row["id"]]][level - 1] == int(stated)
        assert catalog("ja")[f"readability.{row['id']}"] == row["title"]


@pytest.mark.parametrize(
    ("judged", "level", "score"),
    [
        ({}, 1, None),
        ({"L2-04": True}, 1, None),
        ({"L1-03": True}, 1, 100),
        ({"L1-03": False, "L1-09": False}, 1, 88),
        ({"L1-01": False, "L1-03": True}, 1, 0),
        ({"L2-04": False, "L2-05": False, "L2-06": False}, 2, 0),
        ({"L3-02": False, "L3-04": False, "L3-08": False}, 3, 65),
    ],
)
def test_a_level_loses_what_its_failed_rules_weigh(judged: dict[str, bool], level: int, score: int | None) -> None:
    assert level_score(judged, level) == score


@given(st.dictionaries(st.sampled_from(ALL), st.booleans()))
def test_scores_stay_within_0_and_100_and_fall_with_every_failure(judged: dict[str, bool]) -> None:
    for level in LEVELS:
        score = level_score(judged, level)
        assert score is None or 0 <= score <= 100
        if score is None:
            continue
        for rule in failed(judged, level):
            better = level_score({**judged, rule: True}, level)
            assert better is not None and better >= score
        fatal = any(RULES[rule] is Weight.FATAL for rule in failed(judged, level))
        assert not fatal or score == 0
