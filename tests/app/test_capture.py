"""Recordings are captured whole and once; what cannot be read is said and stops nothing else."""

from __future__ import annotations

import json
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from genba.app.capture import CaptureRequest, capture
from genba.cli.main import main
from genba.storage.captures.store import CaptureStore


def wav(path: Path, values: np.ndarray, rate_hz: int = 8_000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(values.astype("<i2").tobytes())
    return path


def noise(seed: int, samples: int = 3_000) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 900, samples).astype("<i2")


def test_samples_of_a_file_come_back_as_they_were(tmp_path: Path) -> None:
    source = wav(tmp_path / "press.wav", noise(1))
    done = capture(CaptureRequest(sources=(source,), store=tmp_path / "store"))
    (found,) = done.sources
    assert (done.exit_status, found.files, found.samples, found.title) == (0, 1, 3_000, "press.wav")
    store = CaptureStore(tmp_path / "store")
    kept = store.load(found.capture)
    (stream,) = kept.streams
    assert np.array_equal(store.stream(kept, stream.id).values[0], noise(1))
    assert [(item.name, item.kind, item.size_bytes) for item in kept.sources] == [
        ("press.wav", "wav", source.stat().st_size)
    ]


def test_what_is_in_the_store_is_not_taken_again(tmp_path: Path) -> None:
    folder, store = tmp_path / "day", tmp_path / "store"
    wav(folder / "a.wav", noise(1))
    first = capture(CaptureRequest(sources=(folder,), store=store)).sources[0]
    again = capture(CaptureRequest(sources=(folder,), store=store))
    assert (again.exit_status, again.sources[0].capture, again.sources[0].known_files) == (0, "", 1)
    wav(folder / "b.wav", noise(2))
    more = capture(CaptureRequest(sources=(folder,), store=store)).sources[0]
    assert more.capture not in ("", first.capture)
    assert (more.files, more.known_files, more.samples) == (2, 1, 3_000)


def test_files_that_do_not_belong_together_keep_their_streams_apart(tmp_path: Path) -> None:
    folder = tmp_path / "day"
    for number, name in enumerate(("a.wav", "left/x.wav", "right/x.wav")):
        wav(folder / name, noise(number))
    wav(folder / "copy.wav", noise(0))
    (found,) = capture(CaptureRequest(sources=(folder,), store=tmp_path / "store")).sources
    assert found.samples == 9_000
    assert len({stream.id for stream in found.streams}) == 3
    assert found.losses == {}


def test_a_file_that_cannot_be_read_is_a_finding_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "day"
    wav(folder / "good.wav", noise(1))
    (folder / "bad.wav").write_bytes(b"RIFF\x10\x00\x00\x00WAVEfmt \xff\xff\xff\xff")
    (folder / "lots.csv").write_text("lot,machine\nL1,M1\n", "utf-8")
    (folder / "note.pdf").write_bytes(b"%PDF-1.4\n")
    done = capture(CaptureRequest(sources=(folder,), store=tmp_path / "store"))
    (found,) = done.sources
    assert (done.exit_status, found.samples) == (1, 3_000)
    assert "day/bad.wav" in {finding.place.part for finding in found.findings}


def test_a_cut_file_keeps_what_was_there_and_says_so(tmp_path: Path) -> None:
    source = wav(tmp_path / "cut.wav", noise(1))
    source.write_bytes(source.read_bytes()[:-1_001])
    (found,) = capture(CaptureRequest(sources=(source,), store=tmp_path / "store")).sources
    assert found.samples == 2_499
    assert found.losses.get("truncated") == 1


def test_a_source_without_recordings_ends_with_status_two(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "note.md").write_text("# note\n", "utf-8")
    done = capture(CaptureRequest(sources=(tmp_path / "docs",), store=tmp_path / "store"))
    assert done.exit_status == 2
    assert [finding.code for finding in done.sources[0].findings] == ["capture.nothing_to_read"]
    assert CaptureStore(tmp_path / "store").captures() == ()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_command_says_what_came_in_and_what_is_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    source, store = wav(tmp_path / "press.wav", noise(3)), tmp_path / "store"
    assert main(["capture", str(source), "--store", str(store), "--lang", lang]) == 0
    said = capsys.readouterr().out
    assert "3,000" in said
    assert f"genba align {store}" in said
    assert main(["capture", str(source), "--store", str(store), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sources"][0]["known_files"] == 1
    assert main(["capture", str(tmp_path / "nothing"), "--store", str(store), "--lang", lang]) == 2


def test_a_run_that_is_killed_anywhere_leaves_a_store_that_opens(tmp_path: Path) -> None:
    import subprocess
    import time

    source = wav(tmp_path / "long.wav", np.tile(noise(1, 60_000), 40))
    store = tmp_path / "store"
    whole = capture(CaptureRequest(sources=(source,), store=tmp_path / "whole")).sources[0].capture
    for delay_s in (0.25, 0.4, 0.6):
        process = subprocess.Popen([sys.executable, "-m", "genba", "capture", str(source), "--store", str(store)])
        time.sleep(delay_s)
        process.kill()
        process.wait()
        opened = CaptureStore(store)
        assert [found.id for found in opened.captures()] in ([], [whole])
        assert all(opened.verify(found.id) == () for found in opened.captures())
    assert capture(CaptureRequest(sources=(source,), store=store)).exit_status == 0
    assert [found.id for found in CaptureStore(store).captures()] == [whole]
    assert not (store / "captures" / ".unfinished").exists()
