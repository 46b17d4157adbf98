"""Old Word and PowerPoint files: what is said of them, and how a converter is used."""

import io
from collections.abc import Iterator

import pytest

from genba.errors import InvalidInput
from genba.model.finding import Finding
from genba.model.nodes import Paragraph
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part
from genba.readers.legacy_office import read


def sector(data: bytes) -> bytes:
    return data.ljust(512, b"\0")


def entry(name: str, kind: int, child: int = 0xFFFFFFFF, start: int = 0xFFFFFFFE, size: int = 0) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    free = b"\xff\xff\xff\xff"
    return (
        encoded.ljust(64, b"\0") + len(encoded).to_bytes(2, "little") + bytes((kind, 1)) + free + free
        + child.to_bytes(4, "little") + bytes(36) + start.to_bytes(4, "little") + size.to_bytes(8, "little")
    )  # fmt: skip


def ole_file(stream: str, content: bytes = b"") -> Blob:
    """A compound file with one stream of 4096 bytes (so that it lies in ordinary sectors)."""
    body = content.ljust(4096, b"\0")
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00" + bytes(6)
        + (0).to_bytes(4, "little") + (1).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(4)
        + (4096).to_bytes(4, "little") + b"\xfe\xff\xff\xff" + bytes(4) + b"\xfe\xff\xff\xff" + bytes(4)
        + (0).to_bytes(4, "little") + b"\xff" * 432
    )  # fmt: skip
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 10), 0xFFFFFFFE]
    fat = b"".join(link.to_bytes(4, "little") for link in chain).ljust(512, b"\xff")
    directory = sector(entry("Root Entry", 5, child=1) + entry(stream, 2, start=2, size=4096) + bytes(256))
    data = head + fat + directory + body
    return Blob(name="古い.doc", size_bytes=len(data), open=lambda: io.BytesIO(data))


def codes(parts: list[Part]) -> list[str]:
    return [part.code for part in parts if isinstance(part, Finding)]


@pytest.mark.parametrize(("stream", "kind"), [("WordDocument", "docx"), ("PowerPoint Document", "pptx")])
def test_an_old_file_is_reported_with_the_way_to_convert_it(stream: str, kind: str):
    found = list(read(ole_file(stream), Limits()))
    assert codes(found) == ["legacy_office.convert"]
    assert isinstance(found[0], Finding) and found[0].details == {"kind": kind}


def test_a_converter_makes_the_file_readable():
    def convert(blob: Blob, kind: str) -> Blob:
        return Blob(name=kind, size_bytes=0, open=blob.open)

    def reader(blob: Blob, limits: Limits) -> Iterator[Part]:
        yield Paragraph(text=f"read as {blob.name}")

    found = list(read(ole_file("WordDocument"), Limits(), convert=convert, readers=lambda kind: reader))
    assert codes(found) == ["legacy_office.converted"]
    assert found[-1] == Paragraph(text="read as docx")


def test_a_conversion_that_fails_is_a_finding():
    def convert(blob: Blob, kind: str) -> Blob:
        raise InvalidInput("legacy_office.conversion_failed", reason="exit 1")

    found = list(read(ole_file("WordDocument"), Limits(), convert=convert, readers=lambda kind: None))
    assert codes(found) == ["legacy_office.conversion_failed"]


def test_encrypted_and_broken_files_are_refused():
    with pytest.raises(InvalidInput, match=r"legacy_office\.encrypted"):
        list(read(ole_file("WordDocument", bytes(11) + b"\x01"), Limits()))
    with pytest.raises(InvalidInput, match=r"legacy_office\.encrypted"):
        list(read(ole_file("EncryptedPackage"), Limits()))
    with pytest.raises(InvalidInput, match=r"legacy_office\.broken"):
        list(read(Blob(name="x.doc", size_bytes=5, open=lambda: io.BytesIO(b"plain")), Limits()))
