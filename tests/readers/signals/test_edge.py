"""Reading edge batches: equal to what was recorded, and honest about damage, cuts, changes and forgeries."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genba.formats.edgebatch.seals import key_id, trust
from genba.model.signals import LossEvidence, LossKind
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits
from genba.readers.signals.edge import read
from genba_edge import RAGGED, Calibration, Channel, Clock, Limits, Loss, Options, Recorder, Request
from genba_edge.declared import DTYPES
from genba_edge.frames import MARKER
from tests.readers.signals.edge_batches import AT_ONCE, KEY, STARTED, Told, blob_of, record, told, vibration

TRUST = trust(f"# line 1\n{KEY.hex()}\n")
INT64 = st.integers(-(2**63), 2**63 - 1)


def heads(raw: bytes) -> list[int]:
    """Where the records of a batch begin."""
    found, at = [], 16
    while at < len(raw):
        assert raw[at : at + 4] == MARKER
        found.append(at)
        at += 40 + struct.unpack_from("<I", raw, at + 12)[0] + 36
    return found


def test_counts_times_numbers_and_arrivals_come_back_as_they_were_recorded(tmp_path: Path) -> None:
    (raw,) = record(tmp_path, vibration)
    found = told(raw)
    assert found.codes == {} and found.losses == []
    assert found.times("spindle/vibration") == [place * 1_000_000 for place in range(100)]
    assert found.column("spindle/vibration", 0).tolist() == [place % 7 for place in range(100)]
    assert found.column("spindle/vibration", 1).tolist() == [-place for place in range(100)]
    assert found.column("spindle/vibration", 1).dtype == np.dtype("<i4")
    numbers = np.concatenate([block.sequence for block in found.blocks if block.sequence is not None])
    assert numbers.tolist() == [*range(100)]
    arrivals = np.concatenate([block.host_ns for block in found.blocks if block.host_ns is not None])
    assert arrivals.tolist() == [STARTED + place * 1_000_000 for place in range(100)]
    assert all(block.host_index is not None and block.host_index.tolist() == [*range(20)] for block in found.blocks)
    assert found.properties["edge_run"] == "r1" and found.properties["edge_last"] == "true"


def test_declarations_keep_units_calibration_saturation_and_the_request(tmp_path: Path) -> None:
    channel = Channel(
        name="力",
        dtype="<i2",
        kind="force",
        unit="N",
        calibration=Calibration(coefficients=(1.5, 0.25, 1e-9), formula="F = …"),
        saturates_at=(-32768, 32767),
        properties={"serial": "A-1"},
    )
    request = Request(model="m1", deployment="d1", rule="uncertain")
    with Recorder(tmp_path, "press", request=request, options=AT_ONCE, properties={"line": "2"}) as recorder:
        track = recorder.stream("力/手首", [channel], clock=Clock(id="ft", epoch="boot"), rate_hz=1000)
        track.record(5, (7,))
    found = told(recorder.queue.final()[0].read_bytes())
    (made,) = found.streams["力/手首"].channels
    assert (made.name, made.unit, made.kind, made.properties) == ("力", "N", "force", {"serial": "A-1"})
    assert made.calibration.coefficients == (1.5, 0.25, 1e-9) and made.calibration.formula == "F = …"
    assert made.saturates_at == (-32768.0, 32767.0)
    assert found.requests[0].model == "m1" and found.properties["line"] == "2"
    assert found.streams["力/手首"].rate_hz == 1000 and found.streams["力/手首"].host_clock == "host"


def values_of(dtype: str) -> st.SearchStrategy[Any]:
    """Raw counts of a type, its limits included."""
    size = int(dtype[2]) * 8
    if dtype[1] == "f":
        return st.floats(width=size)  # type: ignore[arg-type]
    low, high = (-(2 ** (size - 1)), 2 ** (size - 1) - 1) if dtype[1] == "i" else (0, 2**size - 1)
    return st.integers(low, high)


@st.composite
def recordings(draw: st.DrawFn) -> tuple[list[Channel], list[tuple[int, list[Any], int | None, int]]]:
    """Channels of any types and shapes, and samples for them."""
    dtypes = draw(st.lists(st.sampled_from([*DTYPES, RAGGED]), min_size=1, max_size=4))
    channels, strategies = [], []
    for place, dtype in enumerate(dtypes):
        shape = () if dtype == RAGGED or RAGGED in dtypes else draw(st.sampled_from([(), (1,), (2, 3)]))
        channels.append(Channel(name=f"c{place}", dtype=dtype, shape=shape))
        strategies += [st.binary(max_size=9) if dtype == RAGGED else values_of(dtype)] * int(np.prod(shape))
    rows = draw(st.lists(st.tuples(INT64, st.tuples(*strategies), st.none() | INT64, INT64), min_size=1, max_size=12))
    return channels, [(time, list(row), number, host) for time, row, number, host in rows]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(recordings(), st.integers(0, 2), st.booleans())
def test_whatever_is_recorded_is_read_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory,
    recording: tuple[list[Channel], list[tuple[int, list[Any], int | None, int]]],
    level: int,
    is_keyed: bool,
) -> None:
    channels, rows = recording
    options = Options(in_background=False, level=level)
    with Recorder(tmp_path_factory.mktemp("q"), "r", key=KEY if is_keyed else b"", options=options) as recorder:
        track = recorder.stream("s", channels, clock=Clock(id="c"))
        for time, row, number, host in rows:
            track.record(time, row, number, host)
    found = Told()
    for path in recorder.queue.final():
        blob = Blob(name=path.name, size_bytes=path.stat().st_size, open=lambda path=path: path.open("rb"))
        found.add(read(blob, SignalLimits(), trust=TRUST if is_keyed else trust("")))
    assert found.codes == {} and not found.refused
    assert found.times("s") == [row[0] for row in rows]
    numbers = [n for b in found.blocks for n in ([None] * len(b.device_ns) if b.sequence is None else b.sequence)]
    assert numbers == [row[2] for row in rows]
    assert [int(t) for b in found.blocks for t in ([] if b.host_ns is None else b.host_ns)] == [row[3] for row in rows]
    at = 0
    for place, channel in enumerate(channels):
        width = int(np.prod(channel.shape))
        given_values = [value for row in rows for value in row[1][at : at + width]]
        at += width
        if channel.dtype == RAGGED:
            assert found.strings("s", place) == given_values
        else:
            expected = b"".join(struct.pack("<" + DTYPES[channel.dtype], value) for value in given_values)
            assert found.column("s", place).tobytes() == expected


def test_pictures_and_packed_bytes_come_back(tmp_path: Path) -> None:
    frames = np.random.default_rng(3).integers(0, 255, (9, 48, 64), np.uint8)
    counts = np.random.default_rng(4).integers(-900, 900, (5000, 16)).cumsum(axis=0).astype("<i2")

    def fill(recorder: Recorder) -> None:
        camera = recorder.stream("camera", [Channel(name="p", dtype="|u1", shape=(48, 64))], clock=Clock(id="cam"))
        camera.extend(range(9), frames.tobytes(), range(9), STARTED)
        channels = [Channel(name=f"c{place}") for place in range(16)]
        many = recorder.stream("many", channels, clock=Clock(id="daq"))
        many.extend(range(5000), counts.tobytes(), host_ns=STARTED)

    (raw,) = record(tmp_path, fill)
    found = told(raw)
    assert found.column("camera", 0).tobytes() == frames.tobytes() and found.column("camera", 0).shape == (9, 48, 64)
    assert np.stack([found.column("many", place) for place in range(16)], axis=1).tobytes() == counts.tobytes()
    (arrival,) = [block for block in found.blocks if block.stream == "many"]
    assert arrival.host_index is not None and arrival.host_index.tolist() == [4999]


def test_blocks_over_the_limit_come_in_pieces(tmp_path: Path) -> None:
    (raw,) = record(tmp_path, lambda recorder: vibration(recorder, blocks=1, samples=50))
    found = told(raw, limits=SignalLimits(block_samples=8))
    assert [len(block.device_ns) for block in found.blocks] == [8, 8, 8, 8, 8, 8, 2]
    assert found.column("spindle/vibration", 1).tolist() == [-place for place in range(50)]
    assert [b.host_index.tolist() for b in found.blocks if b.host_index is not None][-1] == [0, 1]


def test_a_file_cut_at_any_byte_loses_at_most_one_block_more_than_the_cut_and_says_so(tmp_path: Path) -> None:
    (raw,) = record(tmp_path, vibration)
    ends = [at + 40 + struct.unpack_from("<I", raw, at + 12)[0] + 36 for at in heads(raw)]
    whole = told(raw)
    for size in range(len(raw)):
        found = told(raw[:size])
        if size < ends[0]:
            assert found.refused == "edge.header_unreadable" or "edge.truncated" in found.codes
            continue
        blocks = sum(end <= size for end in ends[1:6])
        assert found.times("spindle/vibration") == whole.times("spindle/vibration")[: 20 * blocks], size
        assert "edge.truncated" in found.codes
        assert any(loss.kind is LossKind.TRUNCATED for loss in found.losses)


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Five blocks of twenty samples."""
    return record(tmp_path_factory.mktemp("q"), vibration)[0]


@settings(max_examples=150)
@given(st.data())
def test_every_flipped_bit_is_found_and_costs_at_most_the_records_it_touches(batch: bytes, data: st.DataObject) -> None:
    raw = batch
    place = data.draw(st.integers(0, len(raw) - 1))
    bad = bytearray(raw)
    bad[place] ^= 1 << data.draw(st.integers(0, 7))
    found = told(bytes(bad))
    if found.refused:
        assert place < heads(raw)[1]
        return
    assert found.codes
    expected = [time * 1_000_000 for time in range(100)]
    given_times = found.times("spindle/vibration")
    assert set(given_times) <= set(expected) and len(given_times) >= 80
    if len(given_times) < 100:
        assert any(loss.kind in (LossKind.DAMAGED, LossKind.TRUNCATED) for loss in found.losses)
    lost = [loss for loss in found.losses if loss.count]
    assert sum(loss.count for loss in lost) in (0, 100 - len(given_times))


@settings(max_examples=100)
@given(st.binary(max_size=400), st.booleans())
def test_bytes_that_are_no_batch_are_refused_in_words(raw: bytes, is_marked: bool) -> None:
    start = b"\x89GBE\r\n\x1a\n" + struct.pack("<HHI", 1, 0, 0) if is_marked else b""
    found = told(start + raw)
    assert "edge.truncated" in found.codes or found.refused in (
        "edge.not_a_batch",
        "edge.header_unreadable",
        "edge.version",
    )


def test_a_damaged_block_says_which_samples_are_gone_and_the_rest_goes_on(tmp_path: Path) -> None:
    (raw,) = record(tmp_path, vibration)
    bad = bytearray(raw)
    bad[heads(raw)[2] + 60] ^= 0xFF
    found = told(bytes(bad))
    assert len(found.times("spindle/vibration")) == 80
    (loss,) = found.losses
    assert (loss.kind, loss.evidence, loss.count) == (LossKind.DAMAGED, LossEvidence.FILE, 20)
    assert (loss.first_ns, loss.last_ns) == (20_000_000, 39_000_000)
    assert found.codes == {"edge.damaged": 1}


def replaced(raw: bytes, place: int, change: bytes) -> bytes:
    """A record with another payload of the same size and a checksum that fits: what somebody with a tool can do."""
    at = heads(raw)[place]
    length = struct.unpack_from("<I", raw, at + 12)[0]
    payload = (change + raw[at + 40 + len(change) : at + 40 + length])[:length]
    chain = raw[at + 40 + length : at + 72 + length]
    check = struct.pack("<I", zlib.crc32(chain, zlib.crc32(payload)))
    return raw[: at + 40] + payload + chain + check + raw[at + 76 + length :]


def test_a_changed_record_with_a_mended_checksum_is_withheld_where_there_is_a_key(tmp_path: Path) -> None:
    (raw,) = record(tmp_path, vibration, key=KEY)
    bad = replaced(raw, 3, raw[heads(raw)[3] + 40 : heads(raw)[3] + 44] + b"\x01")
    found = told(bad, TRUST)
    assert found.codes["edge.changed"] == 1
    assert 40_000_000 not in found.times("spindle/vibration")
    assert told(raw, TRUST).codes == {}


def test_a_removed_record_is_noticed_without_a_key_too(tmp_path: Path) -> None:
    (raw,) = record(tmp_path, vibration)
    begin = heads(raw)
    found = told(raw[: begin[2]] + raw[begin[3] :])
    assert found.codes == {"edge.chain_broken": 1} and len(found.times("spindle/vibration")) == 80


def test_protection_that_could_not_be_checked_is_said(tmp_path: Path) -> None:
    (keyed,) = record(tmp_path / "a", vibration, key=KEY)
    (plain,) = record(tmp_path / "b", vibration)
    assert "edge.not_verified" in told(keyed).codes
    assert "edge.not_verified" in told(keyed, trust("ab" * 32)).codes
    assert "edge.without_key" in told(plain, TRUST).codes


def test_a_signature_is_trusted_only_from_a_known_key(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from genba_edge.keys import Ed25519

    private = Ed25519PrivateKey.from_private_bytes(KEY)
    pem = tmp_path / "signer.pem"
    pem.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    signer = Ed25519(pem)
    (raw,) = record(tmp_path / "q", vibration, signer=signer)
    known = told(raw, trust(f"ed25519:{signer.public}"))
    assert known.properties["edge_signed_by"] == signer.public and known.codes == {}
    assert "edge.signer_unknown" in told(raw).codes
    payload = raw[heads(raw)[-1] + 40 : -36]
    place = payload.index(b'"signature":"') + len(b'"signature":"')
    other = b"0" if payload[place : place + 1] != b"0" else b"1"
    changed = replaced(raw, len(heads(raw)) - 1, payload[:place] + other + payload[place + 1 :])
    found = told(changed, trust(f"ed25519:{signer.public}"))
    assert "edge.signature_wrong" in found.codes and "edge_signed_by" not in found.properties


def test_a_whole_batch_forged_with_another_key_is_not_taken_for_verified(tmp_path: Path) -> None:
    (forged,) = record(tmp_path, vibration, key=bytes(32))
    assert "edge.not_verified" in told(forged, TRUST).codes
    named = forged.replace(key_id(bytes(32)).encode(), key_id(KEY).encode(), 1)
    length = struct.unpack_from("<I", named, 28)[0]
    check = struct.pack("<I", zlib.crc32(named[56 + length : 88 + length], zlib.crc32(named[56 : 56 + length])))
    assert told(named[: 88 + length] + check + named[92 + length :], TRUST).refused == "edge.header_changed"


def test_what_the_recorder_lost_stands_in_the_ledger(tmp_path: Path) -> None:
    def fill(recorder: Recorder) -> None:
        track = recorder.stream("s", [Channel(name="x")], clock=Clock(id="c"))
        recorder.lost(Loss(kind="drop", stream="s", detail="source", count=3, first_ns=1, last_ns=4))
        track.record(5, (1,))

    (raw,) = record(tmp_path, fill)
    (loss,) = told(raw).losses
    assert (loss.kind, loss.evidence, loss.count, loss.detail) == (LossKind.DROP, LossEvidence.RECORDER, 3, "source")


def test_a_stream_declared_later_is_read(tmp_path: Path) -> None:
    def fill(recorder: Recorder) -> None:
        vibration(recorder, blocks=1)
        late = recorder.stream("late", [Channel(name="x", dtype="<f4")], clock=Clock(id="plc"))
        late.record(1, (0.5,))

    (raw,) = record(tmp_path, fill)
    assert told(raw).column("late", 0).tolist() == [0.5]


def test_a_version_that_is_not_known_is_refused(tmp_path: Path) -> None:
    (raw,) = record(tmp_path, vibration)
    assert told(raw[:8] + struct.pack("<HH", 2, 0) + raw[12:]).refused == "edge.version"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["record", "one", "each"])), min_size=1, max_size=8),
    st.integers(1, 7),
)
def test_samples_given_one_by_one_and_in_chunks_are_cut_into_blocks_without_losing_an_arrival(
    tmp_path_factory: pytest.TempPathFactory, chunks: list[tuple[int, str]], most: int
) -> None:
    options = Options(in_background=False, block=Limits(samples=most))
    arrivals: dict[int, int] = {}
    with Recorder(tmp_path_factory.mktemp("q"), "r", options=options) as recorder:
        track = recorder.stream("s", [Channel(name="x", dtype="<i4")], clock=Clock(id="c"))
        number = 0
        for count, how in chunks:
            numbers = range(number, number + count)
            packed = b"".join(one.to_bytes(4, "little") for one in numbers)
            if how == "record":
                for one in numbers:
                    track.record(one, (one,), one, STARTED + one)
            else:
                track.extend(
                    numbers, packed, numbers, STARTED + number if how == "one" else [STARTED + n for n in numbers]
                )
            if how == "one" and count:
                arrivals[number + count - 1] = STARTED + number
            elif how != "one":
                arrivals |= {one: STARTED + one for one in numbers}
            number += count
    found = Told()
    for path in recorder.queue.final():
        found.add(read(blob_of(path.read_bytes()), SignalLimits()))
    assert found.codes == {}
    assert found.times("s") == [*range(number)]
    seen = {}
    for block in found.blocks:
        assert len(block.device_ns) <= most and block.sequence is not None
        if block.host_index is not None and block.host_ns is not None:
            places = block.sequence[block.host_index]
            seen |= dict(zip(places.tolist(), block.host_ns.tolist(), strict=True))
    assert seen == arrivals
