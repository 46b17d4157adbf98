"""Pictures of a page: as stored where the file holds a JPEG, else their pixels as PNG."""

import ctypes
import hashlib
from dataclasses import dataclass, field
from typing import Any

from genba.formats.pagelayout.glyphs import Box
from genba.formats.png import GRAY, RGB, RGBA, write_png
from genba.model.image import Image
from genba.readers.pdf.drawings import PlacedImage
from genba.readers.pdf.library import read_bytes

SMALLEST_PX = 12
SMALLEST_PT = 12.0  # smaller ones are bullets, lines and shading
THINNEST_RATIO = 30.0
MOST_PER_PAGE = 200
MAGIC = (b"\xff\xd8", b"\x00\x00\x00\x0cjP", b"\xff\x4f\xff\x51")  # JPEG, JP2, JPEG 2000 codestream
STORED = {"DCTDecode": ("image/jpeg", ".jpg"), "JPXDecode": ("image/jp2", ".jp2")}


@dataclass(frozen=True, slots=True)
class ShownImage:
    """A picture on a page, by the name of its image."""

    name: str
    box: Box
    digest: str
    is_upright: bool = False


@dataclass(slots=True)
class Album:
    """The pictures of a document, each once however often it is shown."""

    most_bytes: int
    names: dict[str, str] = field(default_factory=dict)  # digest → name
    small: int = 0
    failed: int = 0
    too_large: int = 0
    beyond: int = 0

    def take(self, placed: list[PlacedImage], page: int) -> tuple[list[ShownImage], list[Image]]:
        """Take the pictures of one page: where they are shown, and those not seen before."""
        shown: list[ShownImage] = []
        fresh: list[Image] = []
        for order, item in enumerate(placed):
            if order >= MOST_PER_PAGE:
                self.beyond += len(placed) - order
                break
            if is_small(item):
                self.small += 1
                continue
            content = self._content(item.handle)
            if content is None:
                continue
            media_type, extension, data, width, height = content
            digest = hashlib.sha256(data).hexdigest()
            if digest not in self.names:
                self.names[digest] = f"p{page:04d}-{order + 1}{extension}"
                fresh.append(
                    Image(name=self.names[digest], media_type=media_type, data=data, width_px=width, height_px=height)
                )
            shown.append(ShownImage(self.names[digest], item.box, digest, item.is_upright))
        return shown, fresh

    def forget(self, names: set[str]) -> None:
        """Take pictures again where they are shown next: they have become part of a page's picture."""
        self.names = {digest: name for digest, name in self.names.items() if name not in names}

    def _content(self, handle: Any) -> tuple[str, str, bytes, int, int] | None:
        import pypdfium2.raw as pdfium

        width, height = pixels(handle)
        filters = [filter_name(handle, index) for index in range(pdfium.FPDFImageObj_GetImageFilterCount(handle))]
        if filters and filters[-1] in STORED:
            # "Decoded" undoes what was packed around the picture, such as ASCII85, and leaves the picture as it is.
            data = read_bytes(pdfium.FPDFImageObj_GetImageDataDecoded, handle, most_bytes=self.most_bytes)
            if data is None:
                self.too_large += 1
                return None
            if data.startswith(MAGIC):
                return (*STORED[filters[-1]], data, width, height)
        if width * height * 4 > self.most_bytes:
            self.too_large += 1
            return None
        bitmap = pdfium.FPDFImageObj_GetBitmap(handle)
        if not bitmap:
            self.failed += 1
            return None
        try:
            data = bitmap_png(bitmap)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)
        if data is None:
            self.failed += 1
            return None
        return "image/png", ".png", data, width, height


def pixels(handle: Any) -> tuple[int, int]:
    """Width and height as stored."""
    import pypdfium2.raw as pdfium

    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(handle, width, height)
    return width.value, height.value


def filter_name(handle: Any, index: int) -> str:
    """The name of a decoding step."""
    import pypdfium2.raw as pdfium

    data = read_bytes(lambda *rest: pdfium.FPDFImageObj_GetImageFilter(handle, index, *rest), most_bytes=256)
    return (data or b"").rstrip(b"\x00").decode("ascii", "replace")


def is_small(item: PlacedImage) -> bool:
    """Decoration: a few pixels or points, or a stripe."""
    width, height = item.box[2] - item.box[0], item.box[3] - item.box[1]
    shorter, longer = min(width, height), max(width, height)
    return min(pixels(item.handle)) < SMALLEST_PX or shorter < SMALLEST_PT or longer > THINNEST_RATIO * shorter


def bitmap_png(bitmap: Any) -> bytes | None:
    """Write a bitmap of pdfium as PNG; its channels stand in the order blue, green, red."""
    import pypdfium2.raw as pdfium

    width, height = pdfium.FPDFBitmap_GetWidth(bitmap), pdfium.FPDFBitmap_GetHeight(bitmap)
    stride, kind = pdfium.FPDFBitmap_GetStride(bitmap), pdfium.FPDFBitmap_GetFormat(bitmap)
    channels = {
        pdfium.FPDFBitmap_Gray: 1,
        pdfium.FPDFBitmap_BGR: 3,
        pdfium.FPDFBitmap_BGRx: 4,
        pdfium.FPDFBitmap_BGRA: 4,
    }
    if kind not in channels or width <= 0 or height <= 0:
        return None
    raw = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    row = width * channels[kind]
    if stride != row:
        raw = b"".join(raw[start : start + row] for start in range(0, stride * height, stride))
    if kind == pdfium.FPDFBitmap_Gray:
        return write_png(raw, width, height, GRAY)
    step = channels[kind]
    has_alpha = kind == pdfium.FPDFBitmap_BGRA
    out = bytearray(width * height * (4 if has_alpha else 3))
    wide = 4 if has_alpha else 3
    out[0::wide], out[1::wide], out[2::wide] = raw[2::step], raw[1::step], raw[0::step]
    if has_alpha:
        out[3::4] = raw[3::4]
    return write_png(out, width, height, RGBA if has_alpha else RGB)
