"""Every detector says the same in numpy and as an ONNX file, and finds what is unlike what it was fitted on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from genba.errors import InvalidInput
from genba.learning import detectors, forest, graph, minirocket, subspace
from genba.learning.calibration import calibrate
from genba.learning.windows import Shape, Windows

SHAPES = ((64, 2), (50, 1), (33, 3))


def windows_of(values: Any) -> Windows:
    shape = Shape(
        stream="s",
        channels=tuple("abcdef"[: values.shape[2]]),
        units=("",) * values.shape[2],
        rate_hz=100.0,
        window=values.shape[1],
        step=values.shape[1],
    )
    return Windows(shape=shape, parts=(values,), columns={"first_ns": np.arange(len(values))})


def sample(window: int, channels: int, count: int = 300, seed: int = 0) -> Any:
    """Counts of a coarse converter, so that equal values and ties are common."""
    random = np.random.default_rng(seed)
    return (np.round(random.normal(size=(count, window, channels)) * 20) * np.float32(0.05) + 3).astype(np.float32)


@pytest.mark.parametrize("name", detectors.DETECTORS)
@pytest.mark.parametrize(("window", "channels"), SHAPES)
def test_the_onnx_file_scores_as_numpy_does_and_calls_what_differs(name: str, window: int, channels: int) -> None:
    values = sample(window, channels)
    values[240:] = 3 + 2.5 * (values[240:] - 3)
    values[0], values[1, :, 0] = 3.0, 0.0  # a machine that stands still
    windows = windows_of(values)
    detector = detectors.fit(name, windows, np.arange(2, 150))
    raw = detector.score(windows.blocks(np.arange(len(values))))
    calibration = calibrate(raw[150:240], 0.05)
    model = detector.drawn(calibration, window=window, channels=channels, facts={"detector": name})
    scores, wanted = graph.run(model, values), calibration.apply(raw)
    assert scores.dtype == np.float32 and scores.shape == (300,)
    np.testing.assert_allclose(scores, wanted, rtol=1e-5, atol=1e-5)
    assert np.median(wanted[240:]) > 1 > np.median(wanted[150:240])
    again = detectors.fit(name, windows, np.arange(2, 150)).drawn(
        calibration, window=window, channels=channels, facts={"detector": name}
    )
    assert again == model


def test_a_forest_scores_as_the_library_that_grew_it() -> None:
    from sklearn.ensemble import IsolationForest

    rows = np.random.default_rng(3).normal(size=(400, 5)).astype(np.float32).astype(np.float64)
    grown = IsolationForest(n_estimators=forest.TREES, max_samples=forest.SAMPLES, random_state=0).fit(rows)
    np.testing.assert_allclose(forest.fit(rows).score(rows), -grown.score_samples(rows), rtol=1e-9)


def test_a_kernel_of_minirocket_is_a_dilated_convolution() -> None:
    random = np.random.default_rng(5)
    series = random.normal(size=(2, 40))
    convolved = minirocket._convolved(series, 3)
    for number in (0, 17, 83):
        weights = np.full(9, -1.0)
        weights[list(minirocket.KERNELS[number])] = 2.0
        kernel = np.zeros(25)
        kernel[::3] = weights
        wanted = np.convolve(series[1], kernel[::-1], "full")[12:52]
        np.testing.assert_allclose(convolved[1, number], wanted, atol=1e-12)


def test_a_bias_never_lies_on_a_value_that_occurs() -> None:
    values = np.repeat(np.arange(6.0), 10)
    for share in np.linspace(0, 0.999, 23):
        bias = minirocket._bias(values, float(share))
        assert np.abs(values - bias).min() > 1e-7


def test_t2_and_spe_together_see_a_move_within_and_beyond_the_components() -> None:
    random = np.random.default_rng(7)
    hidden = random.normal(size=(500, 1))
    rows = np.hstack([hidden, 2 * hidden, -hidden]) + 0.05 * random.normal(size=(500, 3))
    space = subspace.fit(rows)
    usual = space.score(rows)
    within, beyond = space.score(np.array([[9.0, 18.0, -9.0]])), space.score(np.array([[1.0, -2.0, 1.0]]))
    assert min(within[0], beyond[0]) > np.quantile(usual, 0.999)
    assert space.components.shape[1] == 1


def test_unknown_names_and_too_few_windows_are_refused() -> None:
    windows = windows_of(sample(32, 1, count=20))
    with pytest.raises(InvalidInput, match=r"learn\.unknown_detector"):
        detectors.fit("magic", windows, np.arange(20))
    with pytest.raises(InvalidInput, match=r"learn\.too_few_normal"):
        detectors.fit("pca", windows, np.arange(3))
