"""Tesseract's table of words to columns, and a column read by the program where it is installed."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.errors import Unavailable
from genba.formats.scans.rasters import to_raster
from genba.recognisers.tesseract import ask, columns, find_tesseract, words

TABLE = """level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
4\t1\t1\t1\t1\t0\t100\t10\t30\t120\t-1\t
5\t1\t1\t1\t1\t2\t101\t70\t28\t60\t96.0\t基準
5\t1\t1\t1\t1\t1\t100\t10\t30\t60\t90.0\t作業
5\t1\t1\t1\t2\t1\t50\t10\t30\t30\t12.0\t々
5\t1\t1\t1\t3\t1\tx\t10\t30\t30\t99.0\t壊
"""


def test_the_words_of_a_column_are_joined_from_top_to_bottom() -> None:
    (column,) = columns(words(TABLE))
    assert column.text == "作業基準"
    assert column.vertical
    assert column.corners == ((130, 10), (130, 130), (100, 130), (100, 10))
    assert column.confidence == pytest.approx(0.93)
    assert column.positions == (0.125, 0.375, 0.625, 0.875)


@given(st.text(max_size=200))
def test_any_output_is_read_without_an_error(text: str) -> None:
    assert [*columns(words(text))] == [] or "\t" in text


def test_a_program_that_fails_or_hangs_is_unavailable() -> None:
    with pytest.raises(Unavailable) as failed:
        ask([sys.executable, "-c", "raise SystemExit(3)"], b"", 20)
    assert failed.value.details["reason"] == "tesseract: 3"
    with pytest.raises(Unavailable):
        ask([sys.executable, "-c", "import time; time.sleep(20)"], b"", 0.3)
    with pytest.raises(Unavailable):
        ask(["no-such-program-here"], b"", 1)


def test_an_empty_block_has_no_columns(needs) -> None:
    needs("tesseract", "apt-get install tesseract-ocr tesseract-ocr-jpn-vert")
    reader = find_tesseract()
    if reader is None:
        pytest.skip("needs tesseract-ocr-jpn-vert")
    assert reader.lines(to_raster(np.full((300, 200), 255, dtype=np.uint8), 200)) == ()
    assert reader.name.endswith("jpn_vert")
