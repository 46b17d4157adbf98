"""Keep a picture as it is, with its size and the time it was taken; what it shows is read by the step `scans.read`.

A TIFF of many pages stays one image, with a figure for each page.
"""

from collections.abc import Iterator

from genba.formats.exif import exif_of
from genba.formats.kinds import MEDIA_TYPES
from genba.formats.picture_size import picture_size
from genba.formats.signatures import kind_by_signature
from genba.formats.tiff_pages import tiff_pages
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.image import Image
from genba.model.nodes import Figure
from genba.model.place import NOWHERE, Place
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part

HEAD_BYTES = 512 << 10


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield the picture and a figure for each of its pages; beyond the limit only its facts."""
    with blob.open() as stream:
        head = stream.read(HEAD_BYTES)
        kept = blob.size_bytes <= limits.image_bytes
        data = head + stream.read(limits.image_bytes) if kept else b""
    media_type = MEDIA_TYPES[kind_by_signature(head) or "svg"]
    exif = exif_of(head)
    width, height = picture_size(head)
    if not width:
        width, height = exif.width, exif.height
    if exif.orientation >= 5:
        width, height = height, width
    if kept:
        yield Image(name=blob.name, media_type=media_type, data=data, width_px=width, height_px=height)
    else:
        yield Finding(
            code="image.too_large",
            severity=Severity.PROBLEM,
            details={"size_mb": blob.size_bytes >> 20, "limit_mb": limits.image_bytes >> 20},
        )
    pages = [number for number, page in enumerate(tiff_pages(data), 1) if not page.is_reduced]
    for number in pages[: limits.pages] or [0]:
        place = Place(page=number) if len(pages) > 1 else NOWHERE
        yield Figure(image=blob.name if kept else "", kind="picture", place=place)
    if len(pages) > limits.pages:
        yield Finding(code="image.too_many_pages", details={"count": len(pages), "limit": limits.pages})
    if width and height:
        yield Property(name="image_size", value=f"{width}x{height}", origin="properties")
    if exif.taken:
        yield Property(name="taken", value=exif.taken, origin="properties")
    if exif.camera:
        yield Property(name="camera", value=exif.camera, origin="properties")
