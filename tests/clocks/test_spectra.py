"""Signals on even grids, and sums along slanted lines."""

from __future__ import annotations

import numpy as np
import pytest

from genba.clocks import spectra, stamps


@pytest.mark.parametrize("rate", [700.0, 1300.0, 190.0])
def test_a_grid_reads_between_samples_what_its_rate_can_hold(rate: float) -> None:
    times = np.arange(4000) / 1000
    line, _ = stamps.evened(np.rint(times * 1e9).astype(np.int64))
    found, known = spectra.on_grid(line, np.sin(2 * np.pi * 31 * times), 0.5, rate, int(rate * 2))
    wanted = np.sin(2 * np.pi * 31 * (0.5 + np.arange(int(rate * 2)) / rate))
    assert known.all()
    assert np.abs(found - wanted).max() < 0.003


def test_nothing_is_read_across_a_hole() -> None:
    times = np.r_[0:1000, 2000:3000] / 1000
    line, _ = stamps.evened(np.rint(times * 1e9).astype(np.int64))
    _, known = spectra.on_grid(line, np.ones(2000), 0.0, 1000.0, 3000)
    assert not known[1010:1990].any()
    assert known[:990].all()


def test_the_tree_sums_along_lines_of_every_slope() -> None:
    rows = np.zeros((16, 60), dtype=np.float32)
    for row in range(16):
        rows[row, 20 + row * 7 // 15] = 1.0
    sums = spectra.slanted(rows, 10)
    slope, column = np.unravel_index(int(sums.argmax()), sums.shape)
    assert sums.max() >= 13
    assert abs(int(column) - 20) <= 1
    assert abs(int(slope) - 7) <= 1
