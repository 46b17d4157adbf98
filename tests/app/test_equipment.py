"""Readers are given the programs of this machine."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from genba.app.equipment import reader_of
from genba.app.reading import Found, read_tree
from genba.engines.libreoffice import find_soffice
from genba.model.nodes import Paragraph
from genba.ports.reader import Limits
from genba.storage.files import blob_of
from tests.readers.test_legacy_office import ole_file


@pytest.fixture(autouse=True)
def _forget() -> None:
    reader_of.cache_clear()


def codes(path: Path) -> tuple[list[str], list[str]]:
    found: list[Found] = []
    read_tree(lambda: blob_of(path, path.name), path.name, limits=Limits(), finish=found.append)
    document = found[0].document
    texts = [node.text for node in document.nodes if isinstance(node, Paragraph)]
    return [finding.code for finding in document.findings], texts


def test_without_libreoffice_an_old_word_file_is_told_how_to_convert(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "/opt" in find_soffice() or "Program" in find_soffice():
        pytest.skip("LibreOffice is found beside PATH")
    monkeypatch.setenv("PATH", str(tmp_path))
    with ole_file("WordDocument").open() as stream:
        (tmp_path / "a.doc").write_bytes(stream.read())
    assert codes(tmp_path / "a.doc")[0] == ["legacy_office.convert"]


def test_with_libreoffice_it_is_read(tmp_path: Path, needs: Callable[[str, str], str]) -> None:
    soffice = needs("soffice", "apt-get install libreoffice-writer")
    made = docx.Document()
    made.add_paragraph("保護めがねを着ける。")
    made.save(str(tmp_path / "a.docx"))
    subprocess.run(
        [soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
         "doc:MS Word 97", "--outdir", str(tmp_path), str(tmp_path / "a.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert codes(tmp_path / "a.doc") == (["legacy_office.converted"], ["保護めがねを着ける。"])
