"""Tests of FLAC: files made here, sample by sample, come out as the integers that went in."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from genba.errors import InvalidInput
from genba.model.signals import LossKind
from tests.readers.signals.recordings import read

BLOCK = 256


def crc(data: bytes, polynomial: int, width: int) -> int:
    value, top = 0, 1 << (width - 1)
    for byte in data:
        value ^= byte << (width - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & ((1 << width) - 1)
    return value


def flac(samples: np.ndarray, bits: int, rate: int = 48_000, tags: dict[str, str] | None = None) -> bytes:
    """A stream of verbatim frames, as the format's description (RFC 9639) has them."""
    count, channels = samples.shape
    raw = samples.astype("<i4").view("|u1").reshape(-1, 4)[:, : (bits + 7) // 8].tobytes()
    packed = rate << 44 | (channels - 1) << 41 | (bits - 1) << 36 | count
    info = BLOCK.to_bytes(2, "big") * 2 + bytes(6) + packed.to_bytes(8, "big") + hashlib.md5(raw).digest()
    pairs = [f"{name}={value}".encode() for name, value in (tags or {}).items()]
    comment = (4).to_bytes(4, "little") + b"test" + len(pairs).to_bytes(4, "little")
    comment += b"".join(len(pair).to_bytes(4, "little") + pair for pair in pairs)
    out = b"fLaC" + b"\0" + len(info).to_bytes(3, "big") + info + b"\x84" + len(comment).to_bytes(3, "big") + comment
    for number, first in enumerate(range(0, count, BLOCK)):
        part = samples[first : first + BLOCK]
        sizes = {8: 1, 16: 4, 24: 6}[bits]
        head = b"\xff\xf8" + bytes([7 << 4, (channels - 1) << 4 | sizes << 1]) + chr(number).encode()
        head += (len(part) - 1).to_bytes(2, "big")
        head += bytes([crc(head, 0x07, 8)])
        body = b"".join(
            b"\x02" + b"".join(int(value).to_bytes(bits // 8, "big", signed=True) for value in column)
            for column in part.T
        )
        out += head + body + crc(head + body, 0x8005, 16).to_bytes(2, "big")
    return out


@pytest.mark.parametrize(("bits", "dtype"), [(8, "<i2"), (16, "<i2"), (24, "<i4")])
@pytest.mark.parametrize("channels", [1, 2])
def test_samples_are_the_integers_that_went_in(bits: int, dtype: str, channels: int) -> None:
    full = 1 << (bits - 1)
    samples = np.random.default_rng(bits).integers(-full, full, (1000, channels))
    found = read(flac(samples, bits), "flac", "a.flac")
    for at in range(channels):
        values = found.values("a", f"ch{at + 1}")
        assert values.dtype.str == dtype
        assert (values == samples[:, at]).all()
    assert found.streams["a"].rate_hz == 48_000
    assert found.streams["a"].channels[0].saturates_at == (-full, full - 1)
    assert not found.codes


def test_tags_are_properties() -> None:
    found = read(flac(np.zeros((300, 1), int), 16, tags={"TITLE": "主軸", "Machine": "A-3"}), "flac")
    assert found.properties == {"title": "主軸", "machine": "A-3"}


def test_a_cut_file_gives_what_is_there_and_how_much_is_missing() -> None:
    samples = np.arange(2000).reshape(-1, 1)
    data = flac(samples, 16)
    found = read(data[: len(data) // 2], "flac")
    values = found.values("a", "ch1")
    assert 0 < len(values) < 2000
    assert (values == samples[: len(values), 0]).all()
    assert [(loss.kind, loss.count) for loss in found.losses] == [(LossKind.TRUNCATED, 2000 - len(values))]


def test_a_checksum_that_does_not_hold_is_told() -> None:
    data = bytearray(flac(np.zeros((300, 1), int), 16))
    data[26] ^= 1  # of the MD5 in the header
    assert read(bytes(data), "flac").codes == ["signals.checksum"]


def test_other_bytes_are_refused_and_damaged_ones_never_break_the_reader() -> None:
    with pytest.raises(InvalidInput):
        read(b"fLaC" + bytes(100), "flac")
    data = flac(np.arange(1500).reshape(-1, 1), 16)
    rng = np.random.default_rng(2)
    for _ in range(60):
        changed = bytearray(data)
        for at in rng.integers(4, len(data), 5):
            changed[at] = int(rng.integers(256))
        try:
            read(bytes(changed), "flac")
        except InvalidInput:
            pass
