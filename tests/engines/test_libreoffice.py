"""LibreOffice as a converter of old Office files."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from genba.engines.libreoffice import converter
from genba.errors import InvalidInput
from genba.model.nodes import Paragraph
from genba.ports.blob import Blob
from genba.ports.reader import Limits
from genba.readers import reader_for
from genba.readers.legacy_office import read


def program(folder: Path, script: str) -> str:
    """A program that stands for LibreOffice."""
    path = folder / "soffice"
    path.write_text(f"#!{sys.executable}\n{script}", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def blob_of(data: bytes) -> Blob:
    return Blob(name="手順.doc", size_bytes=len(data), open=lambda: io.BytesIO(data))


@pytest.mark.skipif(sys.platform == "win32", reason="scripts do not start by themselves on Windows")
def test_a_converter_that_hangs_or_fails_is_ended(tmp_path: Path):
    with pytest.raises(InvalidInput, match=r"conversion_failed.*0\.5 s"):
        converter(program(tmp_path, "import time; time.sleep(60)"), timeout_s=0.5)(blob_of(b"x"), "docx")
    with pytest.raises(InvalidInput, match="exit 3"):
        converter(program(tmp_path, "raise SystemExit(3)"))(blob_of(b"x"), "docx")
    with pytest.raises(InvalidInput, match="no output"):
        converter(program(tmp_path, ""))(blob_of(b"x"), "docx")


def test_a_missing_program_is_reported():
    with pytest.raises(InvalidInput, match="conversion_failed"):
        converter("no-such-program")(blob_of(b"x"), "docx")


def test_an_old_word_file_is_read_through_libreoffice(tmp_path: Path, needs: Callable[[str, str], str]):
    soffice = needs("soffice", "apt-get install libreoffice-writer")
    source = tmp_path / "a.docx"
    document = docx.Document()
    document.add_paragraph("保護めがねを着ける。")
    document.save(str(source))
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "doc:MS Word 97", "--outdir",
         str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    old = (tmp_path / "a.doc").read_bytes()
    found = list(read(blob_of(old), Limits(), convert=converter(soffice), readers=reader_for))
    assert [part.text for part in found if isinstance(part, Paragraph)] == ["保護めがねを着ける。"]
