"""Figures on the frozen set are those of the textbooks, with intervals over lots."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from genba.learning.evaluation import Truth, compared, measured


def truth_of(fault: list[bool], per_group: int = 4) -> Truth:
    count = len(fault)
    group = np.arange(count) // per_group
    flags = np.array(fault)
    episode = np.where(flags, group, -1)
    return Truth(
        fault=flags, group=group, episode=episode, begins_s=np.arange(count) * 1.0, ends_s=np.arange(count) + 0.9
    )


@settings(max_examples=25)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=8, max_size=60))
def test_auroc_and_average_precision_are_those_of_the_textbook_with_ties(rows: list[tuple[bool, int]]) -> None:
    fault = [one for one, _ in rows]
    if all(fault) or not any(fault):
        return
    scores = np.array([float(score) for _, score in rows])
    found = {one.name: one for one in measured(scores, 4.0, truth_of(fault), seed=1)}
    assert found["auroc"].value == pytest.approx(roc_auc_score(fault, scores), abs=1e-6)
    assert found["average_precision"].value == pytest.approx(average_precision_score(fault, scores), abs=1e-6)
    flags = np.array(fault)
    assert found["detection_rate"].value == pytest.approx((scores[flags] >= 4).mean(), abs=1e-6)
    assert found["false_alarms_per_1000"].value == pytest.approx((scores[~flags] >= 4).mean() * 1000, abs=1e-3)
    for one in found.values():
        assert one.low <= one.value <= one.high


def test_intervals_over_lots_are_wider_than_over_windows_that_resemble_each_other() -> None:
    random = np.random.default_rng(2)
    fault = [number % 2 == 1 for number in range(12) for _ in range(20)]
    by_lot = np.repeat(random.normal(size=12), 20) + np.where(fault, 1.0, 0.0)
    of_lots = truth_of(fault, per_group=20)
    alone = truth_of(fault, per_group=1)
    wide, narrow = ({one.name: one for one in measured(by_lot, 1.0, each, seed=1)} for each in (of_lots, alone))
    assert wide["auroc"].high - wide["auroc"].low > 2 * (narrow["auroc"].high - narrow["auroc"].low)


def test_paired_draws_tell_a_small_but_constant_gain_from_chance() -> None:
    random = np.random.default_rng(4)
    fault = [number % 3 == 0 for number in range(60) for _ in range(4)]
    first = random.normal(size=240) + np.where(fault, 1.0, 0.0)
    truth = truth_of(fault)
    gain = compared(first, first + np.where(fault, 0.5, 0.0), (1.0, 1.0), truth, seed=1).difference[0]
    same = compared(first, first, (1.0, 1.0), truth, seed=1).difference[0]
    assert gain.low > 0
    assert (same.low, same.value, same.high) == (0, 0, 0)


def test_an_episode_is_found_once_and_its_delay_counts_from_its_beginning() -> None:
    fault = [False] * 8 + [True] * 4 + [False] * 8
    scores = np.zeros(20)
    scores[10:12] = 2.0
    found = {one.name: one.value for one in measured(scores, 1.0, truth_of(fault), seed=1)}
    assert found["episodes_found"] == 1
    assert found["delay_s"] == pytest.approx(2.9)


def test_fewer_than_five_lots_of_either_kind_are_too_few() -> None:
    assert not truth_of([True] * 16 + [False] * 40).is_enough
    assert truth_of([True] * 20 + [False] * 40).is_enough
    assert not truth_of([True] * 40 + [False] * 16).is_enough
