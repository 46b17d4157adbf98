"""The command line says what is wrong in both languages, and by its exit status."""

from __future__ import annotations

import ast
import json
import string
import subprocess
import sys
from pathlib import Path

import pytest

from genba_edge import Channel, Clock, Options, Recorder
from genba_edge.command import COMMANDS, main
from genba_edge.frames import HEADER, LOSS, PREAMBLE, Chain, Frame
from genba_edge.frames import record as frame_record
from genba_edge.keys import read_key
from genba_edge.wording import HELP, WORDS

SOURCE = Path(__file__).resolve().parents[1] / "src" / "genba_edge"


def record(folder: Path, key: bytes = b"") -> list[Path]:
    options = Options(in_background=False, batch_bytes=1500)
    with Recorder(folder, "r", run="1", key=key, options=options) as recorder:
        track = recorder.stream("s", [Channel(name="x")], clock=Clock(id="c"))
        for place in range(1000):
            track.record(place, (place,), place, place)
            if place % 40 == 39:
                track.cut()
    return recorder.queue.final()


def test_sound_batches_are_told_with_their_samples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path)
    assert main(["verify", str(tmp_path)]) == 0
    assert "1,000" in capsys.readouterr().out


def test_each_trouble_has_its_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = record(tmp_path)
    assert len(paths) > 4
    paths[0].write_bytes(paths[0].read_bytes()[:-10])
    raw = bytearray(paths[1].read_bytes())
    raw[-900] ^= 1
    paths[1].write_bytes(raw)
    paths[3].unlink()
    (tmp_path / "x.gbatch").write_bytes(b"no")
    assert main(["verify", "--json", str(tmp_path)]) == 1
    codes = {one["name"]: one["codes"] for one in json.loads(capsys.readouterr().out)}
    assert codes[paths[0].name] == ["cut_off"]
    assert codes[paths[1].name] == ["damaged"]
    assert codes[paths[4].name] == ["gap_before"]
    assert codes["x.gbatch"] == ["no_batch"]
    assert main(["verify", str(tmp_path / "x.gbatch")]) == 2


@pytest.mark.parametrize(
    "header",
    [
        b"[]",
        b"{}",
        b'{"recorder": [], "run": 1, "batch": "x", "previous": null, "chain": {"algorithm": "sha256", "key": ""}}',
        b'{"recorder": "r", "run": "1", "batch": 0, "previous": 7, "chain": {"algorithm": "sha256", "key": ""}}',
        b"[" * 200_000,
    ],
)
@pytest.mark.parametrize("loss", [b"{}", b"[]", b'{"count": null}', b'{"count": Infinity}', b"[" * 200_000])
def test_batches_whose_records_hold_and_say_nonsense_are_damaged_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], header: bytes, loss: bytes
) -> None:
    record(tmp_path)
    chain = Chain()
    raw = PREAMBLE + frame_record(Frame(HEADER, length=len(header)), header, chain)
    raw += frame_record(Frame(LOSS, number=1, length=len(loss)), loss, chain)
    (tmp_path / "x.gbatch").write_bytes(raw)
    assert main(["verify", "--json", str(tmp_path)]) == 1
    codes = {one["name"]: one["codes"] for one in json.loads(capsys.readouterr().out)}
    assert codes.pop("x.gbatch") in (["damaged"], ["no_batch"])
    assert not any(codes.values())


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_bytes(b"a file")
    assert main(["simulate", "--duration-s", "1", "--out", str(tmp_path / "taken")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("genba-edge: ") and said.count("\n") == 1 and "taken" in said


def test_a_key_made_here_proves_what_was_recorded_with_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key", str(tmp_path / "key")]) == 0
    assert main(["key", str(tmp_path / "key")]) == 2
    assert main(["key", str(tmp_path / "other")]) == 0
    (path, *_) = record(tmp_path / "q", read_key(tmp_path / "key"))
    assert main(["verify", str(path), "--key-file", str(tmp_path / "key")]) == 0
    assert main(["verify", str(path), "--key-file", str(tmp_path / "other")]) == 2
    capsys.readouterr()


def test_upload_to_a_folder_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = record(tmp_path / "q")
    (tmp_path / "share").mkdir()
    assert main(["upload", str(tmp_path / "q"), str(tmp_path / "share"), "--delete"]) == 0
    assert len(list((tmp_path / "share").iterdir())) == len(paths)
    assert main(["upload", str(tmp_path / "missing"), str(tmp_path / "share")]) == 2
    capsys.readouterr()


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_sentence_exists_in_both_languages_with_the_same_placeholders() -> None:
    for code, (ja, en) in {**WORDS, **HELP}.items():
        assert ja and en and placeholders(ja) == placeholders(en), code


def test_every_code_that_is_raised_has_a_sentence() -> None:
    raised = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("EdgeError", "Refused") and node.args:
                code = node.args[0]
                raised |= {code.value} if isinstance(code, ast.Constant) else set()
    assert raised <= WORDS.keys(), raised - WORDS.keys()
    assert COMMANDS.keys() <= HELP.keys()


def test_everything_is_written_in_the_python_of_gateways() -> None:
    for path in SOURCE.rglob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 10))


def test_recording_needs_nothing_but_the_standard_library_and_no_network_module() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(SOURCE.parent)!r}); import genba_edge.command, genba_edge.recorder;"
        "tops = {name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names;"
        "print(sorted(tops - {'genba_edge', '__main__'}));"
        "print([name for name in ('ssl', 'socket', 'http.client') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-S", "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "[]"]
