"""Tests of WAV: every width comes out as the file's own integers, and a cut file as far as it goes."""

from __future__ import annotations

import io
import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import wavfile

from genba.errors import InvalidInput
from genba.model.signals import LossKind
from tests.readers.signals.recordings import read


def pcm(samples: np.ndarray, width: int, rate: int = 8000) -> bytes:
    """A file by the standard library's own writer."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(width)
        file.setframerate(rate)
        if width == 3:
            raw = samples.astype("<i4").view("|u1").reshape(-1, 4)[:, :3].tobytes()
        else:
            raw = samples.astype({1: "|u1", 2: "<i2", 4: "<i4"}[width]).tobytes()
        file.writeframes(raw)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def riff(*chunks: bytes, form: bytes = b"RIFF") -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return form + struct.pack("<I", len(body) if form == b"RIFF" else 0xFFFFFFFF) + body


FORMAT = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 1000, 2000, 2, 16))


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 3])
def test_samples_of_every_width_are_the_integers_of_the_file(width: int, channels: int) -> None:
    low, high = (0, 255) if width == 1 else (-(1 << 8 * width - 1), (1 << 8 * width - 1) - 1)
    samples = np.random.default_rng(1).integers(low, high, (5000, channels), endpoint=True)
    samples[0], samples[1] = low, high
    found = read(pcm(samples, width), "wav", "spindle.wav")
    for at in range(channels):
        assert (found.values("spindle", f"ch{at + 1}") == samples[:, at]).all()
    assert found.streams["spindle"].channels[0].properties["bits"] == str(8 * width)
    assert not found.losses


@settings(max_examples=20)
@given(st.sampled_from(["<i2", "<i4", "<f4", "<f8", "|u1"]), st.integers(1, 3), st.integers(1, 400), st.integers(0, 99))
def test_what_scipy_reads_is_what_is_read(dtype: str, channels: int, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples = rng.integers(0, 100, (count, channels)).astype(dtype)
    out = io.BytesIO()
    wavfile.write(out, 44100, samples)
    found = read(out.getvalue(), "wav")
    _, expected = wavfile.read(io.BytesIO(out.getvalue()))
    for at, column in enumerate(expected.reshape(count, channels).T, 1):
        assert (found.values("a", f"ch{at}") == column).all()


def test_times_are_nominal_and_exact_over_hours() -> None:
    samples = np.zeros((3, 1))
    found = read(pcm(samples, 2, rate=44100), "wav")
    assert found.times("a") == [0, 1_000_000_000 // 44100, 2_000_000_000 // 44100]
    assert found.streams["a"].rate_hz == 44100
    assert found.clocks["samples"].epoch == "start"


def test_a_cut_file_gives_what_is_there_and_says_how_much_is_missing() -> None:
    data = riff(FORMAT, chunk(b"data", np.arange(100, dtype="<i2").tobytes()))
    found = read(data[:-51], "wav")
    assert found.values("a", "ch1").tolist() == list(range(74))
    assert [(loss.kind, loss.count) for loss in found.losses] == [(LossKind.TRUNCATED, 26)]


def test_a_recorder_that_never_wrote_the_size_loses_nothing() -> None:
    data = riff(FORMAT) + b"data" + b"\xff" * 4 + np.arange(50, dtype="<i2").tobytes()
    found = read(data, "wav")
    assert found.values("a", "ch1").tolist() == list(range(50))
    assert not found.losses


def test_rf64_states_its_size_in_a_chunk_of_its_own() -> None:
    samples = np.arange(40, dtype="<i2").tobytes()
    sizes = chunk(b"ds64", struct.pack("<QQQI", 0, len(samples), 40, 0))
    data = riff(sizes, FORMAT, b"data" + b"\xff" * 4 + samples + chunk(b"junk", b"behind"), form=b"RF64")
    assert read(data, "wav").values("a", "ch1").tolist() == list(range(40))


def test_odd_chunks_and_tags_before_the_samples_are_passed_over() -> None:
    info = chunk(b"LIST", b"INFO" + chunk(b"INAM", "主軸".encode("cp932") + b"\0") + chunk(b"ISFT", b"abc"))
    data = riff(chunk(b"odd ", b"123"), info, FORMAT, chunk(b"data", b"\1\0\2\0"))
    found = read(data, "wav")
    assert found.values("a", "ch1").tolist() == [1, 2]
    assert found.properties == {"title": "主軸", "software": "abc"}


def test_an_extensible_header_tells_the_bits_that_bear_a_value() -> None:
    guid = struct.pack("<HHI", 1, 0, 0x00100000) + bytes.fromhex("800000aa00389b71")
    extended = struct.pack("<HHIIHHHHI", 0xFFFE, 1, 1000, 4000, 4, 32, 22, 20, 0) + guid
    found = read(riff(chunk(b"fmt ", extended), chunk(b"data", np.arange(4, dtype="<i4").tobytes())), "wav")
    assert found.streams["a"].channels[0].properties["bits"] == "20"
    assert found.values("a", "ch1").tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"RIFF\0\0\0\0WAVE", "signals.no_samples"),
        (riff(chunk(b"data", b"\0\0")), "signals.not_of_kind"),
        (riff(chunk(b"fmt ", struct.pack("<HHIIHH", 2, 1, 8000, 4000, 256, 4))), "signals.encoding_unknown"),
    ],
)
def test_a_file_without_samples_to_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(data, "wav")
    assert raised.value.code == code


@settings(max_examples=40)
@given(st.data())
def test_damaged_bytes_never_break_the_reader(data: st.DataObject) -> None:
    whole = bytearray(pcm(np.arange(60).reshape(-1, 2), 2))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(whole[: data.draw(st.integers(0, len(whole)))]), "wav")
    except InvalidInput:
        pass


def test_blocks_stay_within_the_limit(tmp_path: Path) -> None:
    found = read(pcm(np.arange(1000).reshape(-1, 1), 2), "wav", block_samples=64)
    assert max(len(block.device_ns) for block in found.blocks["a"]) == 64
    assert found.times("a") == sorted(found.times("a"))
