"""Batches side by side, key files, and records that somebody made up."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.formats.edgebatch.runs import Runs
from genba.formats.edgebatch.seals import trust
from genba.ports.signals import SignalLimits
from genba.readers.signals.edge import read
from genba_edge import frames
from tests.readers.signals.edge_batches import blob_of, several, told


def runs_of(batches: list[bytes]) -> dict[str, int]:
    runs = Runs()
    for raw in batches:
        for part in read(blob_of(raw), SignalLimits()):
            runs.see(part)
    return {finding.code: finding.count for finding in runs.findings()}


def test_missing_exchanged_and_disordered_batches_are_said(tmp_path: Path) -> None:
    batches = several(tmp_path / "a")
    assert len(batches) > 3 and runs_of(batches) == {}
    assert runs_of([batches[0], *batches[2:]]) == {"edge.batch_missing": 1}
    assert runs_of(batches[2:]) == {"edge.batch_missing": 2}
    assert runs_of(batches[:-1]) == {"edge.run_open": 1}
    assert runs_of([batches[1], batches[0], *batches[2:]]) == {"edge.batch_order": 1}
    assert runs_of([batches[0], *batches]) == {"edge.batch_twice": 1}
    other = several(tmp_path / "b")
    if other[0] != batches[0]:
        assert runs_of([other[0], *batches[1:]]) == {"edge.batch_exchanged": 1}


@pytest.mark.parametrize("text", ["abc", "ed25519:12", "00" * 31, "zz" * 32])
def test_a_key_file_that_is_none_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        trust(f"# keys\n{text}\n")
    assert refused.value.code == "edge.key_file" and refused.value.details["line"] == 2


def crafted(kind: int, payload: bytes, count: int) -> bytes:
    """A batch with a record that somebody made up, whose checksums and chain are right."""
    channels = [{"name": "x", "dtype": "<i2", "shape": [2], "kind": "", "unit": "", "coefficients": [0.0, 1.0],
                 "formula": "", "saturates_at": None, "properties": {}}]  # fmt: skip
    entries = {
        "format": "genba edge batch", "version": "1.0", "recorder": "r", "run": "1", "batch": 0, "previous": None,
        "chain": {"algorithm": "sha256", "key": ""}, "clocks": [{"id": "c", "epoch": "", "description": ""}],
        "streams": [{"id": "s", "clock": "c", "host_clock": "", "rate_hz": 1.0, "channels": channels,
                     "properties": {}}], "request": None, "properties": {},
    }  # fmt: skip
    header = json.dumps(entries).encode()
    chain = frames.Chain()
    raw = frames.PREAMBLE + frames.record(frames.Frame(frames.HEADER, length=len(header)), header, chain)
    return raw + frames.record(frames.Frame(kind, 0, 1, len(payload), 0, 0, count), payload, chain)


SECTIONS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 15), st.integers(0, 2), st.integers(0, 2**32 - 1) | st.integers(0, 40),
              st.binary(max_size=40) | st.binary(max_size=40).map(zlib.compress)), max_size=5)  # fmt: skip


@settings(max_examples=300)
@given(st.integers(2, 7), SECTIONS, st.integers(0, 6), st.booleans())
def test_a_record_that_was_made_up_never_breaks_the_reader(
    kind: int, sections: list[tuple[int, int, int, int, bytes]], count: int, is_fitting: bool
) -> None:
    payload = bytes([len(sections)])
    for name, transform, packing, size, data in sections:
        length = len(data) if is_fitting else size
        payload += struct.pack("<BBBBII", name, transform, packing, 0, length, len(data)) + data
    found = told(crafted(kind, payload, count))
    assert not found.refused and found.codes


def test_a_block_that_would_unpack_to_more_than_the_limit_is_left_out() -> None:
    data = zlib.compress(bytes(1 << 20))
    payload = b"\1" + struct.pack("<BBBBII", 1, 0, 1, 0, 1 << 20, len(data)) + data
    raw = crafted(frames.BLOCK, payload, 1 << 17)
    assert told(raw, limits=SignalLimits(block_bytes=1 << 16)).codes["edge.damaged"] == 1
