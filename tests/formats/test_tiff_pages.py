"""Tests of the directories of a TIFF."""

import io

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from genba.formats.tiff_pages import tiff_pages


def tiff(*sizes: tuple[int, int], **options: object) -> bytes:
    out = io.BytesIO()
    first, *rest = [Image.new("1", size, 1) for size in sizes]
    first.save(out, "TIFF", save_all=True, append_images=rest, **options)  # type: ignore[arg-type]
    return out.getvalue()


def test_every_page_tells_its_size_and_resolution() -> None:
    pages = tiff_pages(tiff((40, 30), (50, 20), dpi=(200, 200), compression="group4"))
    assert [(page.width, page.height, page.dpi, page.orientation) for page in pages] == [
        (40, 30, 200.0, 1),
        (50, 20, 200.0, 1),
    ]


def test_directories_that_lead_back_to_themselves_end() -> None:
    data = bytearray(b"II*\0\x08\0\0\0" + b"\0\0" + b"\x08\0\0\0")
    assert len(tiff_pages(bytes(data))) == 1


@given(st.binary(max_size=200))
def test_what_is_damaged_ends_the_list(tail: bytes) -> None:
    assert isinstance(tiff_pages(b"II*\0" + tail), tuple)
    assert isinstance(tiff_pages(tiff((8, 8))[: len(tail)]), tuple)
