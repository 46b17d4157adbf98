"""A share full of files that mean harm or met with an accident: each is told of, none stops the rest."""

import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from genba.app.pipeline import open_patiently
from genba.app.reading import Found, read_tree
from genba.model.document import Document
from genba.ports.blob import Blob
from genba.ports.reader import Limits
from tests.journeys.conftest import Run, product_of
from tests.journeys.hostile_files import all_files

# What genba says when it did not foresee something.
UNFORESEEN = {"reading.crashed_reader", "reading.took_too_long", "reading.needed_too_much_memory", "recipe.step_failed"}
# Nothing stands in these, so nothing is said of them.
EMPTY = {"spans.docx", "fields.docx", "deep.html", "names.xlsx", "cycle.xlsx", "cycle.pdf", "numbers.pdf"}
NAMES = (
    b"\x95\x94\x95i\x95\\.csv",  # CP932
    b"\xff\xfe\x80.csv",  # no encoding at all
    "\u202efdp.exe.csv".encode(),
    b"new\nline.csv",
    b"   ",
    b"...",
    b"\x1b[2J\x1b]0;x\x07.csv",
    b"<img src=x onerror=alert(1)>.csv",
    b"'; DROP TABLE documents; --.csv",
    b"=cmd.csv",
    "か\u3099.csv".encode(),
    "が.csv".encode(),
    "長".encode() * 83 + b".csv",
    b"%s%n{path}.csv",
)


def records(out: Path) -> dict[str, dict[str, object]]:
    data = json.loads((out / "dataset.json").read_text(encoding="utf-8"))
    return {document["path"].removeprefix("share/"): document for document in data["documents"]}


@pytest.fixture(scope="module")
def refined(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Every hostile file and one good one, refined once."""
    import subprocess

    from tests.journeys.conftest import command, environment

    base = tmp_path_factory.mktemp("hostile")
    share = base / "share"
    share.mkdir()
    expected = {}
    for name, data, code in all_files():
        (share / name).write_bytes(data)
        expected[name] = code
    (share / "good.csv").write_text("項目,値\n圧力,0.5\n", encoding="utf-8")
    done = subprocess.run(
        command("refine", share, "--out", base / "out", "--workers", 2),
        env=environment(base), capture_output=True, text=True, encoding="utf-8", timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return base / "out", expected


def found_codes(out: Path) -> dict[str, set[str]]:
    """The codes of all findings by file, those of files inside counted to their container."""
    found: dict[str, set[str]] = {}
    for path in (out / "documents").iterdir():
        document = json.loads(path.read_text(encoding="utf-8"))
        name = document["source"]["path"].removeprefix("share/").split("!/")[0]
        found.setdefault(name, set()).update(finding["code"] for finding in document["findings"])
    return found


def test_nothing_that_was_built_here_is_a_surprise(refined: tuple[Path, dict[str, str]]) -> None:
    out, expected = refined
    codes = found_codes(out)
    assert {name: sorted(said & UNFORESEEN) for name, said in codes.items() if said & UNFORESEEN} == {}
    assert set(expected) <= set(codes) | {name.split("!/")[0] for name in records(out)}


def test_what_must_be_said_is_said(refined: tuple[Path, dict[str, str]]) -> None:
    out, expected = refined
    codes = found_codes(out)
    silent = {n: c for n, c in expected.items() if c and not any(s.startswith(c) for s in codes.get(n, ()))}
    assert silent == {}


def test_every_file_is_told_of_or_readable(refined: tuple[Path, dict[str, str]]) -> None:
    out, expected = refined
    codes, read = found_codes(out), {}
    for path in (out / "documents").iterdir():
        document = json.loads(path.read_text(encoding="utf-8"))
        name = document["source"]["path"].removeprefix("share/").split("!/")[0]
        read[name] = read.get(name, "") + document["content"]
    assert [name for name in expected if not codes.get(name) and not read[name] and name not in EMPTY] == []


def test_the_rest_goes_on(refined: tuple[Path, dict[str, str]]) -> None:
    assert records(refined[0])["good.csv"]["usability"] == "fully"


def test_nothing_is_written_outside_the_product(refined: tuple[Path, dict[str, str]]) -> None:
    out = refined[0]
    assert sorted(path.name for path in out.parent.iterdir()) == ["logs", "out", "share"]
    assert not list((out / ".genba").glob("scratch*"))
    plain = {"documents", "tables", "images", "lineage", "chunks"}
    assert all(
        path.relative_to(out).parts[0] in plain
        for path in out.rglob("*.*")
        if len(path.relative_to(out).parts) > 1 and ".genba" not in path.parts
    )


def test_text_stays_text_in_the_report(refined: tuple[Path, dict[str, str]]) -> None:
    report = (refined[0] / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in report
    assert "<img src=x" not in report


@pytest.mark.skipif(sys.platform != "linux", reason="only here are names bytes")
def test_names_that_are_no_text_or_command_something_harm_nothing(genba: Run, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    for name in NAMES:
        (share / os.fsdecode(name)).write_bytes("日付,数量\n2025-10-01,3\n".encode())
    done = genba("refine", share, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    known = records(tmp_path / "out")
    assert len(known) == len(NAMES)
    assert {"部品表.csv", "%FF%FE%80.csv", "が.csv", "が.csv#2"} <= set(known)
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<img src=x" not in report
    inspected = genba("inspect", share / os.fsdecode(NAMES[6]))
    assert "\x1b" not in inspected.stdout
    again = genba("refine", share, "--out", tmp_path / "out")
    assert f"変更なし {len(NAMES)}件" in again.stdout
    genba("refine", share, "--out", tmp_path / "other", LC_ALL="C", PYTHONUTF8="0")
    assert product_of(tmp_path / "other") == product_of(tmp_path / "out")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_links_and_devices_are_named_and_never_followed(genba: Run, tmp_path: Path) -> None:
    share = tmp_path / "share"
    (share / "folder").mkdir(parents=True)
    (share / "good.txt").write_text("点検", encoding="utf-8")
    (share / "folder" / "loop").symlink_to(share, target_is_directory=True)
    (share / "self").symlink_to(share / "self")
    (share / "passwd").symlink_to("/etc/passwd")
    os.mkfifo(share / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        old = Path.cwd()
        os.chdir(share)  # a socket's path must be short
        try:
            listener.bind("socket")
        finally:
            os.chdir(old)
        done = genba("refine", share, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert set(records(tmp_path / "out")) == {"good.txt"}
    loop = genba("refine", share / "self", "--out", tmp_path / "second")
    assert "Traceback" not in loop.stderr


def read(blob: Callable[[], Blob]) -> Document:
    found: list[Found] = []
    read_tree(blob, "share/a.csv", limits=Limits(), finish=found.append)
    return found[0].document


def sharing_violation() -> PermissionError:
    error = PermissionError(13, "The process cannot access the file because it is being used by another process")
    error.winerror = 32  # type: ignore[attr-defined]
    return error


def test_a_locked_file_is_waited_for_and_then_told(tmp_path: Path) -> None:
    waits: list[float] = []

    def locked(path: Path, name: str) -> Blob:
        raise sharing_violation()

    document = read(lambda: open_patiently(tmp_path / "a.csv", blob_of=locked, wait=waits.append))
    assert len(waits) == 3
    assert [finding.code for finding in document.findings] == ["reading.locked"]


def test_a_lock_that_is_let_go_of_in_time_costs_nothing(tmp_path: Path) -> None:
    from genba.storage.files import blob_of

    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    tries = iter((True, True, False))

    def sometimes(path: Path, name: str) -> Blob:
        if next(tries):
            raise sharing_violation()
        return blob_of(path, name)

    document = read(lambda: open_patiently(tmp_path / "a.csv", blob_of=sometimes, wait=lambda pause: None))
    assert len(document.tables) == 1


def test_a_forbidden_file_is_not_waited_for(tmp_path: Path) -> None:
    def forbidden(path: Path, name: str) -> Blob:
        raise PermissionError(13, "denied")

    def never(pause: float) -> None:
        raise AssertionError("waited")

    document = read(lambda: open_patiently(tmp_path / "a.csv", blob_of=forbidden, wait=never))
    assert [finding.code for finding in document.findings] == ["reading.locked"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FileNotFoundError(2, "gone"), "reading.vanished"),
        (sharing_violation(), "reading.locked"),
        (OSError(5, "Input/output error"), "reading.unreadable"),
    ],
)
def test_a_file_that_goes_away_while_it_is_read_is_told(tmp_path: Path, error: OSError, code: str) -> None:
    def fails() -> None:
        raise error

    blob = Blob(name="a.csv", size_bytes=10, open=fails)  # type: ignore[arg-type]
    assert [finding.code for finding in read(lambda: blob).findings] == [code]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user whom permissions hold for")
def test_a_file_made_readable_later_is_read_by_the_next_run(genba: Run, small_factory: Path, tmp_path: Path) -> None:
    path = small_factory / "議事録.md"
    path.chmod(0)
    genba("refine", small_factory, "--out", tmp_path / "out")
    path.chmod(0o644)
    assert "変更なし 8件" in genba("refine", small_factory, "--out", tmp_path / "out").stdout
