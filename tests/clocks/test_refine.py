"""The exact fit: cut edges must not speak, and evidence from one moment is not enough."""

from __future__ import annotations

import numpy as np
from scipy.fft import irfft, rfft
from scipy.signal import butter, sosfiltfilt

from genba.clocks import correlation, refine
from genba.model.clock import ClockRefusal
from tests.clocks.signals import UNIX_NS, broadband, two


def test_low_frequencies_that_leak_from_cut_edges_do_not_pull_the_delay_to_nothing() -> None:
    rng, count, delay = np.random.default_rng(5), 32_000, 0.3
    low = butter(4, (0.01, 0.3), "bandpass", fs=1.0, output="sos")
    motion, one, other = (sosfiltfilt(low, rng.normal(size=count)) for _ in range(3))
    slow = 3 * sosfiltfilt(butter(2, 0.004, fs=1.0, output="sos"), rng.normal(size=count)) * np.sqrt(100)
    omega = 2 * np.pi * np.fft.rfftfreq(count)
    b = motion + slow
    a = irfft(rfft(b) * np.exp(-1j * omega * delay), count)
    found = refine.line([((a + one).astype(np.float32), (b + other).astype(np.float32))], 1)
    assert found is not None
    assert abs(found.offset - delay) < 4 * np.sqrt(found.variance[0])
    assert found.variance[0] ** 0.5 < 0.05


def test_motion_in_a_small_part_of_the_recording_is_refused_since_its_drift_is_unknown() -> None:
    motion = broadband(11, 400, 41)
    pair = two(11, lambda t: motion(t) * np.exp(-(((t - 5) / 0.4) ** 2)), rate=400, seconds=40, noise=0.3)
    found = correlation.align(*pair, search_ns=(UNIX_NS - 3_000_000_000, UNIX_NS + 3_000_000_000))
    assert isinstance(found, ClockRefusal)
