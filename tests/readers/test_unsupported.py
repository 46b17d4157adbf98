"""Tests that a file nobody can read says how to convert it, in both languages."""

import pytest

from genba.formats.kinds import MEDIA_TYPES
from genba.i18n import title, translate
from genba.readers import READERS
from genba.readers.unsupported import CODES
from tests.readers.blobs import codes_of, parts_of


@pytest.mark.parametrize(
    ("data", "code", "advice"),
    [
        (bytes.fromhex("600e820107800300c013830401") + bytes(40), "file.unsupported_docuworks", "PDF"),
        (b"AC1032" + bytes(40), "file.unsupported_drawing", "PDF"),
        (b"JwwData.\x58\x02\0\0", "file.unsupported_drawing", "PDF"),
        (b"\0\1\0\0Standard Jet DB\0", "file.unsupported_database", "CSV"),
        (b"Rar!\x1a\x07\x01\0", "file.unsupported_archive", "zip"),
    ],
)
def test_the_finding_names_the_way_out(data: bytes, code: str, advice: str) -> None:
    assert codes_of(parts_of(data, "a.bin")) == [code]
    assert advice in translate(code, "ja", kind="x")
    assert advice in translate(code, "en", kind="x")


def test_every_kind_without_a_reader_has_a_sentence() -> None:
    ours = {kind for kind, target in READERS.items() if target.startswith("genba.readers.unsupported")}
    assert ours - set(CODES) == {"unknown"}
    assert set(CODES) <= set(MEDIA_TYPES)
    for code in CODES.values():
        for lang in ("ja", "en"):
            assert translate(code, lang, kind="x") != code
            assert title(code, lang) != code
