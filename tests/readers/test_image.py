"""Tests of the picture reader."""

import io

import pytest
from PIL import Image as Pillow

from genba.model.document import Property
from genba.model.image import Image
from genba.model.nodes import Figure
from tests.readers.blobs import codes_of, of_kind, parts_of


def picture(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", (40, 30)).save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_the_size_is_read_from_the_header(kind: str) -> None:
    (image,) = of_kind(parts_of(picture(kind), "写真.dat"), Image)
    assert (image.width_px, image.height_px) == (40, 30)
    assert image.media_type == f"image/{kind.lower()}"
    assert image.data == picture(kind)


def test_a_turned_photograph_has_its_time_and_its_sides_swapped() -> None:
    exif = Pillow.Exif()
    exif[0x112] = 6
    exif[0x132] = "2024:03:05 10:20:30"
    exif[0x110] = "CAM-1"
    parts = parts_of(picture("JPEG", exif=exif), "a.jpg")
    (image,) = of_kind(parts, Image)
    assert (image.width_px, image.height_px) == (30, 40)
    facts = {part.name: part.value for part in of_kind(parts, Property)}
    assert facts == {"image_size": "30x40", "taken": "2024-03-05T10:20:30", "camera": "CAM-1"}


def test_a_picture_beyond_the_limit_is_only_recorded() -> None:
    parts = parts_of(picture("BMP"), "a.bmp", image_bytes=100)
    assert codes_of(parts) == ["image.too_large"]
    assert not of_kind(parts, Image)
    assert of_kind(parts, Figure)[0].image == ""
