"""Tests of enDAQ's recordings against the maker's own library: raw counts, polynomials and times."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.polynomial import polynomial

from genba.errors import InvalidInput
from tests.readers.signals.recordings import read


@pytest.mark.parametrize("name", ["test3", "test4", "DAQ12006_000005"])
def test_counts_times_and_calibration_are_those_of_the_library(real_data: Path, name: str) -> None:
    import idelib

    path = real_data / f"sensors/endaq/batch/{name}.IDE"
    found = read(path.read_bytes(), "ide")
    recording = idelib.importFile(str(path))
    numbers = {int(stream.properties["channel"]): stream for stream in found.streams.values()}
    assert set(numbers) == {number for number, channel in recording.channels.items() if len(channel.getSession())}
    for number, stream in numbers.items():
        events = recording.channels[number].getSession()
        events.allowMeanRemoval = False
        events.noBivariates = True
        expected = events.arraySlice()
        raw = np.concatenate([np.asarray(block.payload) for block in events._data])
        assert np.abs(np.array(found.times(stream.id)) - expected[0] * 1000).max() <= 0.5
        for at, channel in enumerate(stream.channels):
            counts = found.values(stream.id, channel.name)
            assert (counts == raw[raw.dtype.names[at]]).all()
            if at + 1 < len(expected):
                calibrated = polynomial.polyval(counts.astype(float), channel.calibration.coefficients)
                assert np.allclose(calibrated, expected[at + 1], rtol=1e-12, atol=1e-9)
    assert len({stream.clock for stream in found.streams.values()}) == len(found.streams)
    assert found.properties["session_started"].endswith("Z")
    assert not found.codes


def test_units_and_kinds_are_those_of_the_sensors(real_data: Path) -> None:
    found = read((real_data / "sensors/endaq/batch/test3.IDE").read_bytes(), "ide")
    channel = found.streams["40g DC Acceleration"].channels[0]
    assert (channel.dtype, channel.unit, channel.kind) == ("<i4", "g", "vibration")


def test_a_cut_recording_gives_what_was_there(real_data: Path) -> None:
    data = (real_data / "sensors/endaq/batch/test4.IDE").read_bytes()
    whole, half = read(data, "ide"), read(data[: len(data) // 2], "ide")
    times = half.times("Rotation")
    assert 0 < len(times) < len(whole.times("Rotation"))
    assert times == whole.times("Rotation")[: len(times)]


@pytest.mark.filterwarnings("ignore")
def test_damaged_recordings_never_break_the_reader(real_data: Path) -> None:
    data = (real_data / "sensors/endaq/batch/test4.IDE").read_bytes()[:60_000]
    rng = np.random.default_rng(5)
    for _ in range(25):
        changed = bytearray(data)
        for at in rng.integers(0, 3000, 12):
            changed[at] = int(rng.integers(256))
        try:
            read(bytes(changed), "ide")
        except InvalidInput:
            pass
