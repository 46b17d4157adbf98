"""Archives are the same from the same files and carry the permissions their users need."""

import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from distribution import archive
from distribution.__main__ import ended
from distribution.targets import LINUX, WINDOWS


def folder(parent: Path) -> Path:
    top = parent / "genba-1"
    (top / "program").mkdir(parents=True)
    (top / "install.sh").write_bytes(b"#!/bin/sh\n")
    (top / "program" / "現場.txt").write_bytes("現場\n".encode())
    return top


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_the_same_files_give_the_same_archive_whenever_they_were_written(tmp_path: Path, name: str) -> None:
    first, second = folder(tmp_path / "1"), folder(tmp_path / "2")
    os.utime(second / "install.sh", (1, 1))
    (second / "install.sh").chmod(0o600)
    archive.write(first, tmp_path / "1" / name)
    archive.write(second, tmp_path / "2" / name)
    assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_shell_scripts_come_out_executable_and_names_as_they_were(tmp_path: Path) -> None:
    top = folder(tmp_path)
    archive.write(top, tmp_path / "a.tar.gz")
    with tarfile.open(tmp_path / "a.tar.gz") as container:
        assert {entry.name: oct(entry.mode) for entry in container} == {
            "genba-1/install.sh": "0o755",
            "genba-1/program/現場.txt": "0o644",
        }
    archive.write(top, tmp_path / "a.zip")
    assert zipfile.ZipFile(tmp_path / "a.zip").read("genba-1/program/現場.txt") == "現場\n".encode()


def test_windows_gets_carriage_returns_exactly_once() -> None:
    assert ended("a\nb\r\n", WINDOWS) == b"a\r\nb\r\n"
    assert ended("a\nb\r\n", LINUX) == b"a\nb\n"


def test_batch_files_are_plain_ascii_so_that_any_code_page_reads_them() -> None:
    scripts = sorted(Path(archive.__file__).parent.glob("files/windows/*.cmd"))
    assert len(scripts) >= 4
    assert all(script.read_bytes().isascii() for script in scripts)
