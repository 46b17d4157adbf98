"""Presentations (pptx, pptm, ppsx, potx): slides in order, shapes by where they stand, notes and comments."""

from collections.abc import Iterator

from genba.formats.ooxml.package import Package
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part
from genba.readers.pptx.presentation import read_presentation


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Read a presentation slide by slide: title, content, notes, comments."""
    with blob.open() as stream:
        package = Package(
            stream,
            unpacked_bytes=limits.unpacked_bytes,
            member_bytes=limits.member_bytes,
            members=limits.members,
            ratio=limits.ratio,
        )
        yield from read_presentation(package, limits)
