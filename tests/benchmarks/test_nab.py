"""NAB's scoring is NAB's: silence is worth 0, the first row of every window 100, and earlier is better than later."""

import numpy as np
import pytest

from benchmarks import nab


def series() -> list[nab.Series]:
    return [nab.Series("a", np.zeros(400), ((200, 239),)), nab.Series("b", np.zeros(400), ((100, 119), (300, 339)))]


def scores(hits: dict[str, list[int]]) -> dict[str, np.ndarray]:
    found = {one.name: np.zeros(len(one.values)) for one in series()}
    for name, rows in hits.items():
        found[name][rows] = 1.0
    return found


@pytest.mark.parametrize("profile", nab.PROFILES)
def test_silence_is_0_and_the_first_row_of_every_window_100(profile: str) -> None:
    assert nab.score(series(), scores({}), profile) == pytest.approx(0)
    assert nab.score(series(), scores({"a": [200], "b": [100, 300]}), profile) == pytest.approx(100)


def test_late_and_false_alarms_cost_and_those_in_the_probation_do_not() -> None:
    perfect = {"a": [200], "b": [100, 300]}
    assert nab.score(series(), scores({**perfect, "a": [10, 200]}), "standard") == pytest.approx(100)
    assert nab.score(series(), scores({**perfect, "a": [225]}), "standard") < 97
    false = nab.score(series(), scores({**perfect, "a": [80, 200]}), "standard")
    assert false == pytest.approx(100 * (6 - 0.11) / 6)
