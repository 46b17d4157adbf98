"""What Windows does to names and files, by rule: long paths, files in use, names that are no text."""

import os
from pathlib import Path

import pytest

from genba.errors import Unavailable
from genba.formats.paths import extended
from genba.storage import files
from genba.storage.files import ProductFolder, is_in_use, replace_patiently
from genba.storage.scan import nfc


def refused(winerror: int) -> PermissionError:
    error = PermissionError(13, "denied")
    error.winerror = winerror  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(("winerror", "in_use"), [(32, True), (33, True), (5, False)])
def test_a_file_in_use_is_told_from_a_forbidden_one(winerror: int, in_use: bool) -> None:
    assert is_in_use(refused(winerror)) is in_use


def test_an_output_that_a_scanner_holds_for_a_moment_is_replaced_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(b"new")
    refusals = [refused(32), refused(5)]

    def replace(source: Path, target: Path) -> None:
        if refusals:
            raise refusals.pop()
        Path(source).replace(target)

    waits: list[float] = []
    replace_patiently(tmp_path / "new", tmp_path / "old", wait=waits.append, replace=replace)
    assert (tmp_path / "old").read_bytes() == b"new"
    assert len(waits) == 2


def test_an_output_that_stays_open_is_an_error_with_what_to_do(tmp_path: Path) -> None:
    def replace(source: Path, target: Path) -> None:
        raise refused(5)

    with pytest.raises(PermissionError):
        replace_patiently(tmp_path / "a", tmp_path / "b", wait=lambda pause: None, replace=replace)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_nobody_may_write_to_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Unavailable, match="write_failed"):
        ProductFolder(tmp_path).put("a.json", b"{}")


def test_every_name_the_product_writes_stays_writable_below_a_deep_folder() -> None:
    out = "C:\\" + "\\".join(["生産技術部の共有フォルダー"] * 17)
    for name in ("documents\\539981141aa7d044a6de.json", ".genba\\state.sqlite-wal", "run.json.12345.part"):
        assert extended(f"{out}\\{name}", windows=True).startswith("\\\\?\\")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\x95\x94\x95i\x95\\.csv", "部品表.csv"),
        (b"\xff\xfe.csv", "%FF%FE.csv"),
        ("検査".encode() + b"\x82.csv", "検査%82.csv"),
        ("か\u3099.csv".encode(), "が.csv"),
    ],
)
def test_names_become_text_that_every_file_and_database_takes(raw: bytes, text: str) -> None:
    name = raw.decode("utf-8", "surrogateescape")
    assert nfc(name) == text


def test_half_a_pair_in_a_windows_name_becomes_a_mark() -> None:
    assert nfc("\ud83d.csv") == "\ufffd.csv"


def test_scratch_left_by_a_killed_run_goes_with_the_next(tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    (tmp_path / "scratch" / "genba-secret").write_bytes(b"x")
    with files.scratch_folder(tmp_path / "scratch") as scratch:
        assert list(scratch.iterdir()) == []
    assert not (tmp_path / "scratch").exists()
