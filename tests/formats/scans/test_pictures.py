"""Photographs and drawings on a page become figures; writing, shading, frames and tables do not."""

import cv2
import numpy as np
import pytest

from genba.formats.scans.page import PageReading, read_page
from genba.formats.scans.rasters import to_array, to_raster
from genba.model.nodes import Figure, Grid, Paragraph
from genba.ports.recognisers import Quad, Raster, TextLine

DPI = 200.0
PT = DPI / 72


class KnownLines:
    """Gives the lines that a test has placed, whatever the picture."""

    name = "known"

    def __init__(self, *lines: TextLine) -> None:
        self.found = lines

    def lines(self, page: Raster) -> tuple[TextLine, ...]:
        return self.found if min(page.width, page.height) > 600 else ()


def line(text: str, x: float, y: float, size: float = 40, confidence: float = 0.98) -> TextLine:
    x1, y1 = x + size * len(text), y + size
    corners: Quad = ((x - 6, y - 6), (x1 + 6, y - 6), (x1 + 6, y1 + 6), (x - 6, y1 + 6))
    places = tuple((index + 0.5) / len(text) for index in range(len(text)))
    return TextLine(text=text, corners=corners, confidence=confidence, positions=places)


def blank(width: int = 1654, height: int = 2339) -> np.ndarray:
    return np.full((height, width), 250, dtype=np.uint8)


def photograph(picture: np.ndarray, x: int, y: int, width: int = 400, height: int = 300) -> None:
    """Tones that rise from the left to the right, with a dark part in the middle."""
    picture[y : y + height, x : x + width] = np.linspace(90, 210, width).astype(np.uint8)
    cv2.circle(picture, (x + width // 2, y + height // 2), height // 4, 40, -1)


def drawing(picture: np.ndarray, x: int, y: int, size: int = 300) -> None:
    """Circles and slanted lines."""
    cv2.circle(picture, (x + size // 2, y + size // 2), size // 2 - 4, 0, 3)
    cv2.circle(picture, (x + size // 2, y + size // 2), size // 4, 0, 3)
    cv2.line(picture, (x + 40, y + 40), (x + size - 40, y + size - 40), 0, 3)
    cv2.line(picture, (x + size - 40, y + 40), (x + 40, y + size - 40), 0, 3)


def strokes(picture: np.ndarray, text: TextLine) -> None:
    """Ink where a line stands."""
    (x0, y0), _, (x1, y1), _ = text.corners
    for x in range(int(x0) + 8, int(x1) - 8, 10):
        cv2.line(picture, (x, int(y0) + 10), (x + 3, int(y1) - 10), 0, 3)


def read(picture: np.ndarray, *lines: TextLine) -> PageReading:
    for one in lines:
        strokes(picture, one)
    return read_page(to_raster(picture, DPI), 2, text_recogniser=KnownLines(*lines))


def figures(reading: PageReading) -> list[Figure]:
    return [node for node in reading.nodes if isinstance(node, Figure)]


def near(box: tuple[float, ...] | None, x: float, y: float, width: float, height: float) -> bool:
    wanted = (x / PT, y / PT, (x + width) / PT, (y + height) / PT)
    return box is not None and all(abs(a - b) < 5 for a, b in zip(box, wanted, strict=True))


def test_a_photograph_becomes_a_figure_between_the_lines_it_stands_between_with_the_caption_below_it() -> None:
    picture = blank()
    photograph(picture, 600, 500)
    reading = read(
        picture,
        line("手順一を行って写真を見る", 200, 400),
        line("写真1：塗布範囲", 620, 820),
        line("手順二を行う", 200, 960),
    )
    kinds = [type(node) for node in reading.nodes]
    assert kinds.index(Figure) == 1
    (figure,) = figures(reading)
    assert figure.caption == "写真1：塗布範囲"
    assert figure.place.page == 2
    assert near(figure.place.box, 600, 500, 400, 300)
    assert not any(isinstance(node, Paragraph) and "写真1" in node.text for node in reading.nodes)


def test_the_cut_out_picture_is_what_was_scanned() -> None:
    picture = blank()
    photograph(picture, 600, 500)
    reading = read(picture, line("手順一を行って写真を見る", 200, 400))
    (cutting,) = reading.pictures
    assert cutting.key == figures(reading)[0].image
    assert cutting.media_type == "image/jpeg"
    pixels = cv2.imdecode(np.frombuffer(cutting.data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels.shape == (cutting.height_px, cutting.width_px)
    assert abs(int(pixels[pixels.shape[0] // 2, pixels.shape[1] // 2]) - 40) < 12


def test_a_drawing_of_lines_becomes_a_figure_with_the_texts_in_it() -> None:
    picture = blank()
    drawing(picture, 600, 500)
    reading = read(picture, line("次の図を見る", 200, 400), line("穴", 730, 630, size=30), line("図1 外観", 640, 820))
    (figure,) = figures(reading)
    assert figure.texts == ("穴",)
    assert figure.caption == "図1 外観"
    assert reading.pictures[0].media_type == "image/png"
    assert not any(isinstance(node, Paragraph) and node.text == "穴" for node in reading.nodes)


def test_a_photograph_in_a_cell_follows_its_table_and_lies_in_the_row_of_the_cell() -> None:
    picture = blank()
    for x in (150, 700, 1400):
        cv2.line(picture, (x, 300), (x, 1200), 0, 2)
    for y in (300, 700, 1200):
        cv2.line(picture, (150, y), (1400, y), 0, 2)
    photograph(picture, 850, 800)
    reading = read(picture, line("一番目の手順", 200, 450), line("二番目の手順", 200, 900), line("確認する", 800, 450))
    grid = next(node for node in reading.nodes if isinstance(node, Grid))
    (figure,) = figures(reading)
    assert reading.nodes.index(figure) > reading.nodes.index(grid)
    box, row = figure.place.box, grid.row_places[1].box
    assert box is not None
    assert row is not None
    assert row[1] <= box[1] < box[3] <= row[3]


def test_shaded_rows_framed_text_and_large_writing_are_no_pictures() -> None:
    picture = blank()
    cv2.rectangle(picture, (150, 300), (1400, 400), 200, -1)
    for x in (150, 700, 1400):
        cv2.line(picture, (x, 300), (x, 500), 0, 2)
    for y in (300, 400, 500):
        cv2.line(picture, (150, y), (1400, y), 0, 2)
    cv2.rectangle(picture, (150, 700), (1400, 860), 0, 3)
    cv2.rectangle(picture, (150, 1000), (1400, 1120), 120, -1)
    lines = [line("品番", 200, 330), line("品名", 800, 330), line("甲", 200, 430), line("乙", 800, 430)]
    lines += [line("注意：ホースに足を掛けない", 200, 760), line("作業標準書", 400, 100, size=120)]
    lines += [line("濃い帯に白い字", 200, 1040)]
    assert figures(read(picture, *lines)) == []


def test_writing_that_nobody_could_read_is_no_drawing() -> None:
    picture = blank()
    unread = line("読めない手書きの文字", 300, 600, size=120, confidence=0.2)
    reading = read(picture, line("点検の結果", 200, 400), unread)
    assert figures(reading) == []
    assert len(reading.handwriting) == 1


def test_a_photograph_that_is_taken_for_a_line_is_still_a_photograph_and_no_handwriting() -> None:
    picture = blank()
    photograph(picture, 600, 500)
    taken = TextLine(text="田", corners=((590, 490), (900, 490), (900, 810), (590, 810)), confidence=0.3)
    raster = to_raster(picture, DPI)
    reading = read_page(raster, 1, text_recogniser=KnownLines(line("手順を行う", 200, 300), taken))
    assert len(figures(reading)) == 1
    assert reading.handwriting == ()


def test_a_picture_as_large_as_the_page_is_the_page() -> None:
    picture = blank()
    photograph(picture, 20, 20, 1614, 2299)
    assert figures(read(picture)) == []


@pytest.mark.parametrize("turned", [1, 2, 3])
def test_figures_of_a_page_are_the_same_whenever_it_is_read(turned: int) -> None:
    picture = blank()
    photograph(picture, 600, 500)
    drawing(picture, 300, 1200 + 50 * turned)
    first, second = (read(picture.copy(), line("手順", 200, 400)) for _ in range(2))
    assert first == second
    assert len(figures(first)) == 2


def test_a_red_button_in_a_photograph_is_no_seal() -> None:
    grey = blank()
    photograph(grey, 600, 500)
    picture = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    cv2.circle(picture, (800, 650), 90, (30, 30, 220), 16)
    raster = to_raster(picture, DPI)
    assert to_array(raster, channels=3).shape == picture.shape
    reading = read_page(raster, 1, text_recogniser=KnownLines(line("非常停止", 200, 400)))
    assert reading.stamps == ()
    assert len(figures(reading)) == 1
