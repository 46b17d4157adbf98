"""Draw pages and make them look scanned: a little aslant, with specks and grain; needs a Japanese font to be there."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

DPI = 200
A4 = (1654, 2339)
A5_WIDE = (1654, 1165)
FONTS = (
    "ipag.ttf",
    "ipaexg.ttf",
    "NotoSansCJK-Regular.ttc",
    "msgothic.ttc",
    "YuGothR.ttc",
    "ヒラギノ角ゴシック W3.ttc",
)
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "C:/Windows/Fonts", "/System/Library/Fonts", "/Library/Fonts")
VERMILION = (214, 52, 38)


@cache
def font_file() -> str:
    """Find a Japanese font; empty where there is none."""
    for name in FONTS:
        for folder in FOLDERS:
            found = sorted(Path(folder).rglob(name)) if Path(folder).is_dir() else []
            if found:
                return str(found[0])
    return ""


@cache
def font(points: float) -> ImageFont.FreeTypeFont:
    """The font at a size in points."""
    return ImageFont.truetype(font_file(), round(points * DPI / 72))


class Sheet:
    """A page to draw on, in pixels at 200 dpi."""

    def __init__(self, size: tuple[int, int] = A4) -> None:
        self.image = Image.new("RGB", size, (253, 253, 250))
        self.pen = ImageDraw.Draw(self.image)

    def text(self, x: float, y: float, text: str, points: float = 11) -> float:
        """Write a line; gives where the next one may begin."""
        self.pen.text((x, y), text, font=font(points), fill=(25, 25, 28))
        return y + points * DPI / 72 * 1.7

    def table(self, x: int, y: int, widths: Sequence[int], rows: Sequence[Sequence[str]], height: int = 62) -> int:
        """Draw a ruled table with its texts; gives its bottom."""
        right, bottom = x + sum(widths), y + height * len(rows)
        for row in range(len(rows) + 1):
            self.pen.line((x, y + row * height, right, y + row * height), fill=(30, 30, 30), width=3)
        edge = x
        for column in range(len(widths) + 1):
            self.pen.line((edge, y, edge, bottom), fill=(30, 30, 30), width=3)
            edge += widths[column] if column < len(widths) else 0
        for row, texts in enumerate(rows):
            edge = x
            for width, text in zip(widths, texts, strict=True):
                self.pen.text((edge + 14, y + row * height + 15), text, font=font(10.5), fill=(25, 25, 28))
                edge += width
        return bottom

    def seal(self, x: int, y: int, name: str) -> None:
        """Stamp a round seal."""
        self.pen.ellipse((x - 52, y - 52, x + 52, y + 52), outline=VERMILION, width=5)
        for order, char in enumerate(name[:2]):
            self.pen.text((x - 21, y - 46 + order * 44), char, font=font(15), fill=VERMILION)

    def scanned(self, rng: random.Random, *, grain: int = 14) -> Image.Image:
        """The page as a scanner gives it."""
        angle = rng.uniform(-0.8, 0.8)
        page = self.image.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=(253, 253, 250))
        pen = ImageDraw.Draw(page)
        for _ in range(30):
            x, y = rng.randrange(page.width), rng.randrange(page.height)
            pen.ellipse((x, y, x + rng.randrange(1, 3), y + rng.randrange(1, 3)), fill=(120, 120, 120))
        half = (page.width // 2, page.height // 2)
        noise = Image.frombytes("L", half, rng.randbytes(half[0] * half[1]))
        noise = noise.point([value * grain // 255 for value in range(256)])
        coarse = noise.resize(page.size, Image.Resampling.NEAREST)
        return ImageChops.subtract(page, Image.merge("RGB", (coarse, coarse, coarse)))


def jpeg(page: Image.Image, quality: int = 80) -> bytes:
    """The page as a JPEG with its resolution."""
    out = io.BytesIO()
    page.save(out, "JPEG", quality=quality, dpi=(DPI, DPI))
    return out.getvalue()


def tiff(pages: Sequence[Image.Image]) -> bytes:
    """Pages as one TIFF in black and white, as fax machines send them."""
    out = io.BytesIO()
    plain = [page.convert("L").point(lambda value: 255 if value > 150 else 0).convert("1") for page in pages]
    plain[0].save(
        out, "TIFF", save_all=True, append_images=plain[1:], compression="group4", dpi=(DPI, DPI), software=""
    )
    return out.getvalue()
