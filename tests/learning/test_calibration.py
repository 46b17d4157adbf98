"""The threshold keeps the share of false alarms that it states, or is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.learning.calibration import calibrate


def test_over_many_samples_the_stated_share_of_false_alarms_holds() -> None:
    random = np.random.default_rng(1)
    rates = []
    for _ in range(400):
        calibration = calibrate(random.exponential(size=199), 0.02)
        rates.append((calibration.apply(random.exponential(size=500)) >= 1).mean())
    assert 0.014 < np.mean(rates) <= 0.0225


def test_a_rate_that_so_few_windows_cannot_vouch_for_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"learn\.too_few_for_rate") as refusal:
        calibrate(np.arange(98.0), 0.01)
    assert refusal.value.details == {"count": 98, "least": 99}
    assert calibrate(np.arange(99.0), 0.01).held_out == 99


@given(st.lists(st.floats(-1e6, 1e6), min_size=25, max_size=120), st.sampled_from((0.05, 0.1, 0.3)))
def test_the_uncertain_band_holds_the_threshold_and_a_middling_score_is_nought(
    scores: list[float], rate: float
) -> None:
    raw = np.array(scores)
    calibration = calibrate(raw, rate)
    low, high = calibration.uncertain
    assert low <= 1 + 1e-6 and high >= 1 - 1e-6
    assert abs(calibration.apply(np.array([np.median(raw)]))[0]) < 1e-9
    assert (calibration.apply(raw) > 1 + 1e-6).sum() <= rate * (len(raw) + 1)
