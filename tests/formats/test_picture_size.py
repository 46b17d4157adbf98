"""The size of a picture is told from its header, and never raises on damaged bytes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from genba.formats.picture_size import picture_size


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_width_and_height_are_those_the_picture_was_saved_with(form: str) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (37, 21)).save(stream, form)
    assert picture_size(stream.getvalue()) == (37, 21)


@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"GIF89a", b"BM", b"RIFF0000WEBPVP8X"]), st.binary(max_size=64)
)
def test_damaged_headers_give_numbers_or_nothing(start: bytes, rest: bytes) -> None:
    width, height = picture_size(start + rest)
    assert width >= 0 and height >= 0
