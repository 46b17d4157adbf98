"""A Python for Windows is taken only in the shape we know, and opened to our packages alone."""

import zipfile
from pathlib import Path

import pytest

from distribution.bundle import unpack_embeddable
from distribution.wheels import DistributionError


def embeddable(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as container:
        for name in names:
            container.writestr(name, "#import site\n")
    return path


@pytest.mark.parametrize("top", ["", "cp312/"])
def test_an_embeddable_python_is_unpacked_and_finds_our_packages_only(tmp_path: Path, top: str) -> None:
    source = embeddable(tmp_path / "p.zip", f"{top}python.exe", f"{top}python312._pth", f"{top}LICENSE.txt")
    assert unpack_embeddable(source, tmp_path / "python") == "3.12"
    assert (tmp_path / "python" / "LICENSE.txt").exists()
    lines = (tmp_path / "python" / "python312._pth").read_bytes()
    assert lines == b"python312.zip\r\n.\r\nLib\\site-packages\r\n"


@pytest.mark.parametrize("names", [("readme.txt",), ("python.exe",), ("python.exe", "python312._pth", "../evil")])
def test_anything_else_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(DistributionError):
        unpack_embeddable(embeddable(tmp_path / "p.zip", *names), tmp_path / "python")
    assert not (tmp_path / "evil").exists()
