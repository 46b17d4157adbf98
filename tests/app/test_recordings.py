"""Tests that a recording among documents is described by its streams, and that its signals are left to capture."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from genba.app import recordings
from genba.app.equipment import reader_of
from genba.model.finding import Finding
from genba.model.nodes import Pair
from genba.model.table import Table
from genba.ports.blob import Blob
from genba.ports.reader import Limits
from tests.readers.signals.test_ulog import log


def parts(data: bytes, kind: str) -> list[object]:
    reader = reader_of(kind)
    assert reader is not None
    return list(reader(Blob(name=f"a.{kind}", size_bytes=len(data), open=lambda: io.BytesIO(data)), Limits()))


def rows(table: Table) -> list[dict[str, str]]:
    return [row for batch in table.batches for row in batch.to_pylist()]


def test_a_log_is_a_table_of_its_channels() -> None:
    found = parts(log(), "ulog")
    settings, streams = [part for part in found if isinstance(part, Table)]
    assert rows(settings) == [{"項目": "parameter.GAIN_XY", "値": "0.5"}]
    first = rows(streams)[4]
    assert (first["ストリーム"], first["チャンネル"], first["型"], first["サンプル数"]) == (
        "force/0",
        "raw",
        "i2×3",
        "10",
    )
    assert (first["最初の時刻"], first["時計"], first["欠落"]) == ("0.001000000 s", "boot (boot)", "drop 1")
    assert Pair(label="sys_name", value="cell") in found
    assert [part.code for part in found if isinstance(part, Finding)] == ["signals.kept_by_capture"]


def test_what_was_read_before_the_break_stands_in_the_table() -> None:
    found = parts(log()[:-10], "ulog")
    assert [part.code for part in found if isinstance(part, Finding)] == [
        *("signals.truncated", "signals.kept_by_capture")
    ]


def test_a_large_recording_is_described_by_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "DESCRIBED_BYTES", 1 << 20)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(np.zeros(6 << 20, "<i2").tobytes())
    codes = [part.code for part in parts(out.getvalue(), "wav") if isinstance(part, Finding)]
    assert codes == ["signals.described_in_part", "signals.kept_by_capture"]


def test_without_the_extra_a_finding_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "find_spec", lambda name: None)
    assert not recordings.can_be_described("wav")
    reader_of.cache_clear()
    try:
        found = parts(b"RIFF\0\0\0\0WAVEfmt ", "wav")
    finally:
        reader_of.cache_clear()
    assert [part.code for part in found if isinstance(part, Finding)] == ["file.recording_not_described"]
