import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal, stats

from genba.learning import features as f
from genba.learning.described import apply

RATE = 5000.0
NAMES = [feature.name for feature in f.FEATURES]


def described(row: np.ndarray, rate_hz: float = RATE) -> dict[str, float]:
    found = apply(row.astype(np.float32)[None, :, None], rate_hz)[0]
    return dict(zip(NAMES, map(float, found), strict=True))


def test_levels_are_those_of_the_books() -> None:
    row = np.random.default_rng(1).normal(2.0, 3.0, 1024)
    found = described(row)
    assert found["mean"] == pytest.approx(row.mean(), rel=1e-4)
    assert found["std"] == pytest.approx(row.std(), rel=1e-4)
    assert found["rms"] == pytest.approx(np.sqrt((row**2).mean()), rel=1e-4)
    assert found["kurtosis"] == pytest.approx(stats.kurtosis(row, fisher=False), rel=1e-4)
    assert found["skewness"] == pytest.approx(stats.skew(row), abs=1e-4)
    assert found["crest"] == pytest.approx(np.abs(row - row.mean()).max() / row.std(), rel=1e-4)


def test_octaves_hold_the_power_that_welch_finds() -> None:
    row = np.random.default_rng(2).normal(size=2048)
    hertz, power = signal.welch(row, RATE, "hann", len(row), detrend="constant", scaling="density")
    upper = power[hertz > RATE / 4].sum() * RATE / len(row)
    assert described(row)["band_1"] == pytest.approx(np.sqrt(upper), rel=1e-3)


def test_a_tone_is_found_at_its_frequency_with_its_strength() -> None:
    row = 3 * np.sin(2 * np.pi * 500 * np.arange(1000) / RATE)
    found = described(row)
    assert found["centroid"] == pytest.approx(500, rel=1e-3)
    assert found["dominant"] == pytest.approx(500, rel=1e-3)
    assert found["envelope_mean"] == pytest.approx(3, rel=1e-3)


def test_the_envelope_shows_how_often_something_knocks() -> None:
    time = np.arange(5000) / RATE
    row = (1 + np.cos(2 * np.pi * 30 * time)) * np.sin(2 * np.pi * 1200 * time)
    assert described(row)["envelope_dominant"] == pytest.approx(30, rel=0.02)


@pytest.mark.parametrize("length", [64, 65, 1024])
def test_the_envelope_is_the_one_that_scipy_gives(length: int) -> None:
    row = np.random.default_rng(3).normal(size=length)
    envelope = np.abs(signal.hilbert(row - row.mean()))
    assert described(row)["envelope_mean"] == pytest.approx(envelope.mean(), rel=1e-3)
    assert described(row)["envelope_std"] == pytest.approx(envelope.std(), rel=1e-3)


@given(st.floats(-1e6, 1e6, width=32), st.integers(8, 300), st.integers(1, 3))
def test_a_window_in_which_nothing_moves_has_numbers_too(level: float, length: int, channels: int) -> None:
    found = apply(np.full((2, length, channels), level, np.float32), RATE)
    assert found.shape == (2, channels * len(f.FEATURES))
    assert np.isfinite(found).all()


def test_columns_are_named_and_have_units() -> None:
    assert len(f.FEATURES) == len(set(NAMES)) == 30
    names, units = f.names(["x", "y"]), f.units(["g", "N"])
    assert names[30] == "y.mean" and units[30] == "N"
    assert units[names.index("x.centroid")] == "Hz" and units[names.index("x.crest")] == ""


def test_windows_are_described_alike_alone_and_among_many() -> None:
    windows = np.random.default_rng(4).normal(size=(50, 128, 2)).astype(np.float32)
    together = apply(windows, RATE)
    alone = np.concatenate([apply(windows[at : at + 1], RATE) for at in range(len(windows))])
    assert np.allclose(together, alone, rtol=1e-5, atol=1e-6)
