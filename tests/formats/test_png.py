"""PNG files written from raw pixels."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from genba.formats.png import CHANNELS, GRAY, RGB, RGBA, write_png

MODES = {GRAY: "L", RGB: "RGB", RGBA: "RGBA"}


@given(st.sampled_from(sorted(MODES)), st.integers(1, 20), st.integers(1, 20), st.randoms(use_true_random=False))
def test_another_library_reads_the_same_pixels(colour_type, width, height, random):
    pixels = random.randbytes(width * height * CHANNELS[colour_type])
    image = Image.open(io.BytesIO(write_png(pixels, width, height, colour_type)))
    assert (image.mode, image.size) == (MODES[colour_type], (width, height))
    assert image.tobytes() == pixels


def test_pixels_that_do_not_fit_the_size_are_refused():
    with pytest.raises(ValueError, match="need 12 bytes"):
        write_png(b"\x00" * 11, 2, 2, RGB)
