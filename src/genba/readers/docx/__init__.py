"""Word documents (docx, docm, dotx): the final text with structure; changed, hidden and struck text apart."""

from collections.abc import Iterator

from genba.formats.ooxml.package import Package
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part
from genba.readers.docx.document import read_document


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Read a Word document in reading order: properties, headers, body with notes and comments in place, footers."""
    with blob.open() as stream:
        package = Package(
            stream,
            unpacked_bytes=limits.unpacked_bytes,
            member_bytes=limits.member_bytes,
            members=limits.members,
            ratio=limits.ratio,
        )
        yield from read_document(package, limits)
