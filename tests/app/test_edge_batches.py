"""Capturing edge batches: proven by the user's keys, and missing batches are said."""

from __future__ import annotations

from pathlib import Path

import pytest

from genba.app.capture import Captured, CaptureRequest, capture
from genba.app.edge_batches import trust_of
from genba.errors import InvalidInput
from tests.readers.signals.edge_batches import KEY, record, several, vibration

pytest.importorskip("pcodec")


def captured(folder: Path, store: Path, key_file: Path | None = None) -> Captured:
    return capture(CaptureRequest(sources=(folder,), store=store, edge_key_file=key_file))


def codes(result: Captured) -> set[str]:
    return {finding.code for source in result.sources for finding in source.findings}


def test_batches_of_one_run_are_one_recording(tmp_path: Path) -> None:
    several(tmp_path / "queue")
    for path in (tmp_path / "queue").iterdir():
        if path.suffix != ".gbatch":
            path.unlink()
    result = captured(tmp_path / "queue", tmp_path / "store")
    assert result.exit_status == 0 and codes(result) == set()
    (stream,) = result.sources[0].streams
    assert stream.id == "spindle/vibration" and stream.samples == 600


def test_a_batch_that_is_missing_is_said(tmp_path: Path) -> None:
    several(tmp_path / "queue")
    sorted((tmp_path / "queue").glob("*.gbatch"))[1].unlink()
    assert "edge.batch_missing" in codes(captured(tmp_path / "queue", tmp_path / "store"))


def test_the_key_file_decides_what_is_proven(tmp_path: Path) -> None:
    record(tmp_path / "queue", vibration, key=KEY)
    key_file = tmp_path / "keys"
    key_file.write_text(f"# line 2\n{KEY.hex()}\n", encoding="ascii")
    assert "edge.not_verified" in codes(captured(tmp_path / "queue", tmp_path / "a"))
    assert "edge.not_verified" not in codes(captured(tmp_path / "queue", tmp_path / "b", key_file))


def test_a_key_file_that_cannot_be_read_stops_the_capture(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        trust_of(tmp_path / "missing")
    assert refused.value.code == "edge.key_file_missing"
    assert trust_of(None).keys == {}
