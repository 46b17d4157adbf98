"""Every column comes out as it went in, whatever it holds; bytes that were changed are refused or proven wrong."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from genba.errors import InvalidInput
from genba.formats.lossless.columns import pack, pack_text, unpack, unpack_text

DTYPES = ["|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8"]


def assert_exact(values: np.ndarray) -> bytes:
    data = pack(values)
    back = unpack(data, values.dtype, values.shape)
    assert back.dtype == values.dtype
    assert back.shape == values.shape
    assert back.tobytes() == values.tobytes()
    return data


def vibration(seed: int, size: int, amplitude: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    noise = np.convolve(rng.normal(size=size + 40), rng.normal(size=40), "valid")[:size]
    return amplitude * (noise / np.abs(noise).max() + 0.2 * np.sin(np.arange(size) * rng.uniform(0.01, 1)))


@settings(max_examples=150)
@given(data=st.data(), dtype=st.sampled_from(DTYPES))
def test_any_bits_of_any_type_come_back(data: st.DataObject, dtype: str) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=9))
    if dtype == "|b1":
        values: Any = data.draw(hnp.arrays(np.bool_, shape))
    else:
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        raw = data.draw(st.binary(min_size=size, max_size=size))
        values = np.frombuffer(raw, dtype).reshape(shape)
    assert_exact(values)


@settings(max_examples=30)
@given(
    seed=st.integers(0, 1 << 32),
    size=st.sampled_from([1, 63, 64, 65, 2_047, 2_048, 4_097, 9_001]),
    dtype=st.sampled_from(["<i2", "<i4", "<u2", "<f4", "<f8"]),
    spikes=st.integers(0, 5),
)
def test_signals_come_back_with_spikes_and_silence(seed: int, size: int, dtype: str, spikes: int) -> None:
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype)
    values = vibration(seed, size, 20_000).astype("<i4").astype(dtype)
    if kind.kind in "iu":
        info: Any = np.iinfo(kind)
        ends = [info.min, info.max, 0]
    else:
        ends = [np.nan, np.inf, -0.0, np.finfo(kind).tiny]
    for _ in range(spikes):
        values[rng.integers(size)] = ends[int(rng.integers(len(ends)))]
    values[size // 2 : size // 2 + size // 8] = 0
    assert_exact(values)


def test_the_payload_of_nan_and_the_sign_of_zero_are_kept() -> None:
    values = np.zeros(5_000)
    values.view("<u8")[17] = 0x7FF8_0000_DEAD_BEEF
    values[18] = -0.0
    assert_exact(values)
    assert_exact(values[:20].astype("<f4"))


@pytest.mark.parametrize("step", [0.1, 0.01, 1.624e-4, 1 / 3, 5e-9])
@pytest.mark.parametrize("dtype", ["<f4", "<f8"])
def test_counts_behind_floats_are_found_again(step: float, dtype: str) -> None:
    counts = vibration(5, 40_000, 6_000).astype("<i2")
    floats = (counts * step).astype(dtype)
    # A step and corrections of the last place beside the counts themselves.
    assert len(assert_exact(floats)) < 1.15 * len(assert_exact(counts)) + 500


def test_counts_are_found_behind_floats_with_an_offset_and_holes() -> None:
    counts = vibration(6, 40_000, 6_000).astype("<i2")
    floats = counts * 0.000_305_17 + 12.5
    floats[::97] = np.nan
    assert len(assert_exact(floats)) < 0.3 * floats.nbytes


def test_prediction_beats_plain_coding_on_vibration() -> None:
    from genba.formats.lossless.entropy import pack_numbers

    values = vibration(9, 60_000, 12_000).astype("<i2")
    assert len(assert_exact(values)) < 0.97 * len(pack_numbers(values))


def test_unused_low_bits_cost_nothing() -> None:
    values = vibration(10, 20_000, 900).astype("<i4")
    assert len(assert_exact(values << 8)) < len(assert_exact(values)) + 60


def test_a_regular_clock_costs_next_to_nothing() -> None:
    assert len(assert_exact(1_700_000_000_000_000_000 + np.arange(1_000_000) * 200_000)) < 200
    assert len(assert_exact(np.zeros((1_000, 480), "<f8"))) < 40


@pytest.mark.parametrize("dtype", ["|u1", "<u2"])
def test_pictures_come_back_and_pack_better_than_their_bytes(dtype: str) -> None:
    rng = np.random.default_rng(4)
    rows, columns = np.mgrid[0:48, 0:64]
    smooth = 90 + 40 * np.sin(rows / 9) + 50 * np.cos(columns / 11)
    frames = (smooth + rng.normal(0, 1.5, (12, 48, 64))).astype(dtype)
    assert len(assert_exact(frames)) < 0.6 * frames.size
    assert_exact(rng.integers(0, 200, (5, 7, 6, 3)).astype(dtype))


@cache
def packed_once(kind: str) -> tuple[np.ndarray, bytes]:
    values = vibration(3, 4_500, 100).astype(kind)
    return values, pack(values)


@settings(max_examples=60)
@given(data=st.data(), kind=st.sampled_from(["<i2", "<f8", "|u1", "<i8"]))
def test_changed_bytes_are_refused_or_decode_to_something_of_the_same_shape(data: st.DataObject, kind: str) -> None:
    values, sound = packed_once(kind)
    packed = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = unpack(bytes(packed), values.dtype, values.shape)
    except InvalidInput as error:
        assert error.code == "store.cannot_decode"
    else:
        assert found.shape == values.shape


@given(raw=st.binary(max_size=200), size=st.integers(0, 300))
def test_bytes_that_are_no_column_are_refused(raw: bytes, size: int) -> None:
    try:
        assert len(unpack_text(raw, size)) == size
    except InvalidInput:
        pass
    try:
        assert len(unpack(raw, np.dtype("<i4"), (size,))) == size
    except InvalidInput:
        pass


@given(raw=st.binary(max_size=500))
def test_text_comes_back(raw: bytes) -> None:
    assert unpack_text(pack_text(raw), len(raw)) == raw
