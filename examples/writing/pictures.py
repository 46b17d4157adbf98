"""Draw pictures that pass for photographs of parts and machines."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw, ImageFilter


def _scene(rng: random.Random, width: int, height: int, subject: str) -> Image.Image:
    tone = rng.randrange(150, 190)
    image = Image.new("RGB", (width, height), (tone, tone + 4, tone + 8))
    draw = ImageDraw.Draw(image)
    for band in range(0, height, 4):
        shade = tone - 50 * band // height
        draw.rectangle((0, band, width, band + 4), fill=(shade, shade + 3, shade + 6))
    cx, cy = width // 2 + rng.randrange(-20, 20), height // 2 + rng.randrange(-10, 10)
    size = height // 3
    if subject == "machine":
        draw.rectangle((cx - size, cy - size, cx + size, cy + size), fill=(70, 90, 80), outline=(20, 25, 22), width=3)
        draw.rectangle((cx - size // 2, cy - size // 2, cx + size // 3, cy + size // 2), fill=(30, 40, 50))
        draw.ellipse((cx + size // 2, cy - size + 10, cx + size // 2 + 14, cy - size + 24), fill=(210, 40, 30))
    else:
        draw.ellipse((cx - size, cy - size, cx + size, cy + size), fill=(120, 122, 126), outline=(40, 40, 44), width=3)
        hole = size // 3 + rng.randrange(6)
        draw.ellipse((cx - hole, cy - hole, cx + hole, cy + hole), fill=(45, 46, 50))
        for dx, dy in ((-0.7, 0), (0.7, 0), (0, -0.7), (0, 0.7)):
            x, y = cx + int(dx * size), cy + int(dy * size)
            draw.ellipse((x - 5, y - 5, x + 5, y + 5), fill=(35, 36, 38))
    if subject == "defect":
        x, y = cx + size // 2, cy - size // 2
        draw.line((x, y, x + 18, y - 12), fill=(230, 230, 235), width=2)
        draw.ellipse((x - 14, y - 26, x + 34, y + 14), outline=(220, 20, 20), width=3)
    return image.filter(ImageFilter.GaussianBlur(0.8))


def photograph(
    rng: random.Random, subject: str = "part", *, format: str = "JPEG", size: tuple[int, int] = (320, 240)
) -> bytes:
    """A drawn photograph of a part, a machine or a defect, as JPEG or PNG."""
    buffer = io.BytesIO()
    image = _scene(rng, *size, subject)
    if format == "JPEG":
        image.save(buffer, "JPEG", quality=82)
    else:
        image.save(buffer, "PNG", optimize=False, compress_level=6)
    return buffer.getvalue()
