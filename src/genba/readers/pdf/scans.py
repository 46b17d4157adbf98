"""The picture of a whole page, for those whose text must be read from it: the scan itself, or the page as shown."""

from dataclasses import dataclass
from typing import Any

from genba.errors import InvalidInput
from genba.formats.pictures import PAGE_PX, jpeg
from genba.model.image import Image
from genba.readers.pdf.frame import PageFrame
from genba.readers.pdf.pictures import ShownImage, bitmap_png

DPI = 200.0
FULL_SHARE = 0.85  # of the page: the scan stands for it
MOST_BYTES = 384 << 20  # of rendered pages of one document, which are held until it is written


@dataclass(slots=True)
class Camera:
    """Renders pages, as long as their pictures stay within the limit."""

    is_allowed: bool
    taken_bytes: int = 0
    beyond: int = 0
    failed: int = 0

    def picture(self, page: Any, number: int, *, coloured: bool) -> Image | None:
        """Render a page at 200 dpi: a scan in colour, for its stamps, and text in grey."""
        import pypdfium2

        if not self.is_allowed:
            return None
        if self.taken_bytes > MOST_BYTES:
            self.beyond += 1
            return None
        width, height = page.get_size()
        scale = min(DPI / 72, (PAGE_PX / max(width * height, 1.0)) ** 0.5)
        try:
            bitmap = page.render(scale=scale, grayscale=not coloured)
            data = jpeg(bitmap.to_numpy()) if coloured else bitmap_png(bitmap.raw)
        except (pypdfium2.PdfiumError, InvalidInput, ValueError):
            data = None
        if not data:
            self.failed += 1
            return None
        self.taken_bytes += len(data)
        kind, suffix = ("image/jpeg", "jpg") if coloured else ("image/png", "png")
        name = f"p{number:04d}.{suffix}"
        return Image(name=name, media_type=kind, data=data, width_px=bitmap.width, height_px=bitmap.height)


def scan_among(shown: list[ShownImage], frame: PageFrame) -> ShownImage | None:
    """Give the one picture that is the page, stored as it is shown."""
    if len(shown) != 1 or not shown[0].is_upright:
        return None
    left, top, right, bottom = shown[0].box
    covers = (min(right, frame.width) - max(left, 0.0)) * (min(bottom, frame.height) - max(top, 0.0))
    return shown[0] if covers >= FULL_SHARE * frame.width * frame.height else None
