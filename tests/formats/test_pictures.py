"""Tests of decoding within limits."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from genba.errors import InvalidInput
from genba.formats.pictures import decode, facts_of
from tests.formats.test_tiff_pages import tiff


@pytest.fixture(autouse=True)
def _with_opencv(needs: Callable[[str, str], str]) -> None:
    needs("python:cv2", "pip install genba[ocr]")


def picture(
    kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", colour: object = "red", **more: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP", "TIFF", "GIF"])
def test_colours_come_as_red_green_blue(kind: str) -> None:
    raster = decode(picture(kind))
    assert (raster.width, raster.height, raster.channels) == (40, 30, 3)
    red, green, blue = raster.data[:3]
    assert red > 240
    assert green < 15
    assert blue < 15


def test_a_picture_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x112] = 6
    raster = decode(picture("JPEG", exif=exif))
    assert (raster.width, raster.height) == (30, 40)


def test_what_is_transparent_lies_on_white() -> None:
    assert set(decode(picture("PNG", mode="RGBA", colour=(0, 0, 0, 0))).data) == {255}


def test_any_page_of_a_tiff_is_decoded_alone_with_its_resolution() -> None:
    data = tiff((40, 30), (50, 20), dpi=(300, 300), compression="group4")
    assert (decode(data, frame=1).width, decode(data, frame=1).dpi) == (50, 300.0)
    assert facts_of(data).frames == 2


def test_a_large_jpeg_is_decoded_at_a_fraction_with_its_resolution() -> None:
    raster = decode(picture("JPEG", (4000, 3000), dpi=(400, 400)), most_px=1_000_000)
    assert raster.width * raster.height <= 1_000_000
    assert raster.dpi == pytest.approx(400 * raster.width / 4000, abs=0.5)


def test_a_bomb_is_refused_by_its_header() -> None:
    with pytest.raises(InvalidInput) as refused:
        decode(huge_png(30_000, 30_000))
    assert refused.value.code == "scans.too_large"
    assert refused.value.details == {"width": 30_000, "height": 30_000, "limit": 100}


def test_a_progressive_jpeg_has_a_limit_of_its_own_as_it_is_held_whole() -> None:
    size = (7000, 6000)
    assert decode(picture("JPEG", size, "L", 200)).width
    with pytest.raises(InvalidInput) as refused:
        decode(picture("JPEG", size, "L", 200, progressive=True))
    assert refused.value.details["limit"] == 40


@given(st.binary(max_size=300), st.sampled_from(["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"]), st.integers(0, 400))
def test_what_is_damaged_is_decoded_or_refused(junk: bytes, kind: str, at: int) -> None:
    whole = picture(kind)
    for data in (whole[:at] + junk, junk):
        try:
            raster = decode(data)
        except InvalidInput as error:
            assert error.code in ("scans.not_decoded", "scans.too_large")
        else:
            assert len(raster.data) == raster.width * raster.height * raster.channels


def test_of_a_very_large_picture_transparency_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    import cv2
    import numpy as np

    from genba.formats import pictures

    data = bytes(cv2.imencode(".png", np.zeros((50, 60, 4), np.uint8))[1])
    assert set(pictures.decode(data).data) == {255}  # laid on white
    monkeypatch.setattr(pictures, "MOST_COLOUR_PX", 2_999)
    assert pictures.decode(data).channels == 1
