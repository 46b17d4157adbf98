"""A page picture read into nodes, with recognisers that know what was drawn: order, tables, turns, seals, columns."""

import cv2
import numpy as np
import pytest

from genba.formats.scans.page import PageReading, read_page
from genba.formats.scans.rasters import to_array, to_raster
from genba.model.marks import Mark
from genba.model.nodes import Grid, Heading, Paragraph
from genba.ports.recognisers import Quad, Raster, TextLine

DPI = 200.0


class KnownLines:
    """Gives the lines that a test has placed, whatever the picture."""

    name = "known"

    def __init__(self, *lines: TextLine) -> None:
        self.found = lines

    def lines(self, page: Raster) -> tuple[TextLine, ...]:
        return self.found


class UprightOnly:
    """Reads a bar with confidence only when it lies level with its tick below the left end."""

    name = "upright"

    def lines(self, page: Raster) -> tuple[TextLine, ...]:
        dark = to_array(page, channels=1) < 100
        ys, xs = np.nonzero(dark)
        x0, y0, x1, y1 = (float(side) for side in (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))
        below = dark[int((y0 + y1) / 2) + 1 : int(y1), int(x0) : int(x1)]
        half = below.shape[1] // 2
        upright = x1 - x0 > y1 - y0 and below[:, :half].any() and not below[:, half:].any()
        corners: Quad = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        return (TextLine(text="上を向いている", corners=corners, confidence=0.99 if upright else 0.3),)


def line(text: str, x: float, y: float, size: float = 40, confidence: float = 0.98, vertical: bool = False) -> TextLine:
    """A line of square characters at a place, its box a little wider as detectors give it."""
    length, pad = size * len(text), 0.15 * size
    if vertical:
        x0, y0, x1, y1 = x - pad, y - pad, x + size + pad, y + length + pad
        corners: Quad = ((x1, y0), (x1, y1), (x0, y1), (x0, y0))
    else:
        x0, y0, x1, y1 = x - pad, y - pad, x + length + pad, y + size + pad
        corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    places = tuple((pad + (index + 0.5) * size) / (length + 2 * pad) for index in range(len(text)))
    return TextLine(text=text, corners=corners, confidence=confidence, vertical=vertical, positions=places)


def blank(width: int = 1200, height: int = 900) -> np.ndarray:
    return np.full((height, width), 255, dtype=np.uint8)


def read(picture: np.ndarray, *lines: TextLine, **options: object) -> PageReading:
    return read_page(to_raster(picture, DPI), 3, text_recogniser=KnownLines(*lines), **options)  # type: ignore[arg-type]


def ruled(picture: np.ndarray, xs: list[int], ys: list[int], skip: set[tuple[int, int]] = frozenset()) -> None:
    """Draw a lattice; `skip` names (row line, column) pieces left out."""
    for x in xs:
        cv2.line(picture, (x, ys[0]), (x, ys[-1]), 0, 2)
    for row, y in enumerate(ys):
        for column in range(len(xs) - 1):
            if (row, column) not in skip:
                cv2.line(picture, (xs[column], y), (xs[column + 1], y), 0, 2)


def test_an_empty_page_gives_nothing() -> None:
    reading = read(blank())
    assert reading.nodes == ()
    assert reading.confidence == 1.0
    assert reading.size == (432.0, 324.0)


def test_larger_lines_are_headings_and_lines_of_a_column_are_a_paragraph() -> None:
    text = "この作業標準書は機械加工の段取りに適用する"
    reading = read(
        blank(),
        line(text, 100, 300),
        line("作業標準書", 300, 100, size=70),
        line(text, 100, 364),
        line("以上とする。", 100, 428),
    )
    heading, paragraph = reading.nodes
    assert isinstance(heading, Heading)
    assert heading.text == "作業標準書"
    assert isinstance(paragraph, Paragraph)
    assert paragraph.text == f"{text}{text}以上とする。"
    assert paragraph.place.page == 3
    assert paragraph.place.box == pytest.approx((36, 108, 338.4, 168.5), abs=2)
    assert paragraph.confidence == pytest.approx(0.98)


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [line("左の段の文章がここまで続いている", 60, 100 + 64 * row, size=30) for row in range(6)]
    right = [line("右の段の文章がここまで続いている", 640, 100 + 64 * row, size=30) for row in range(6)]
    mixed = [one for pair in zip(right, left, strict=True) for one in pair]
    texts = "".join(node.text for node in read(blank(), *mixed).nodes if isinstance(node, Paragraph))
    assert texts.rindex("左") < texts.index("右")


def test_a_ruled_table_keeps_its_spans_and_empty_cells() -> None:
    picture = blank()
    ruled(picture, [100, 300, 600, 900], [100, 200, 300, 400], skip={(2, 0)})
    reading = read(
        picture,
        line("区分", 120, 130),
        line("規格値", 320, 130),
        line("寸法", 120, 260),
        line("外径", 320, 230),
        line("全長", 320, 330),
        line("合", 700, 330),
    )
    (grid,) = reading.nodes
    assert isinstance(grid, Grid)
    assert (grid.rows, grid.columns) == (3, 3)
    cells = {(cell.row, cell.column): cell for cell in grid.cells}
    assert cells[1, 0].text == "寸法"
    assert cells[1, 0].row_span == 2
    assert cells[1, 2].text == ""
    assert cells[2, 2].text == "合"
    assert len(cells) == 8


def test_a_line_that_crosses_a_rule_is_cut_between_its_characters() -> None:
    picture = blank()
    ruled(picture, [100, 300, 500], [100, 200, 300])
    (grid,) = read(picture, line("外径硬度合否", 180, 130), line("全長", 120, 230)).nodes
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells] == ["外径硬", "度合否", "全長", ""]


def test_broken_and_noisy_rules_make_the_same_table() -> None:
    picture = blank()
    ruled(picture, [100, 400, 700], [100, 200, 300, 400])
    noise = np.random.default_rng(5)
    for start in noise.integers(90, 700, 60):
        picture[:, start : start + 2] = np.maximum(picture[:, start : start + 2], 255 * (noise.random((900, 2)) < 0.5))
    picture = np.clip(picture + noise.normal(0, 12, picture.shape), 0, 255).astype(np.uint8)
    (grid,) = read(picture, line("外径", 120, 130), line("合格", 450, 330)).nodes
    assert isinstance(grid, Grid)
    assert (grid.rows, grid.columns) == (3, 2)


def test_a_round_letter_alone_in_a_cell_is_the_mark() -> None:
    picture = blank()
    ruled(picture, [100, 400, 700], [100, 200, 300])
    (grid,) = read(picture, line("外径", 120, 130), line("O", 450, 130), line("O2", 450, 230)).nodes
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells] == ["外径", "○", "", "O2"]


def test_a_border_around_the_page_is_no_table() -> None:
    picture = blank()
    ruled(picture, [20, 1180], [20, 880])
    (paragraph,) = read(picture, line("枠の中の文章である。", 100, 130)).nodes
    assert isinstance(paragraph, Paragraph)


@pytest.mark.parametrize("angle", [-7.5, -1.3, 0.4, 3.0, 9.0])
def test_a_skewed_page_is_set_level_and_places_lead_back(angle: float) -> None:
    picture = blank(1400, 1000)
    for row in range(12):
        for column in range(30):
            cv2.rectangle(picture, (200 + 30 * column, 200 + 50 * row), (222 + 30 * column, 224 + 50 * row), 0, -1)
    matrix = cv2.getRotationMatrix2D((700, 500), -angle, 1)
    askew = cv2.warpAffine(picture, matrix, (1400, 1000), borderValue=255)
    reading = read(askew)
    assert reading.skew == pytest.approx(angle, abs=0.1)


def test_a_page_on_its_side_is_turned_and_its_places_are_those_of_the_picture() -> None:
    picture = blank(900, 600)
    cv2.rectangle(picture, (60, 60), (330, 80), 0, -1)
    cv2.rectangle(picture, (60, 80), (80, 100), 0, -1)
    for turns in (1, 2, 3):
        turned = np.ascontiguousarray(np.rot90(picture, turns))  # counterclockwise: a turn clockwise mends it
        reading = read_page(to_raster(turned, DPI), 1, text_recogniser=UprightOnly())
        assert reading.turned == turns
        (node,) = reading.nodes
        assert isinstance(node, Paragraph)
        assert node.text == "上を向いている"
        x0, y0, x1, y1 = node.place.box or (0, 0, 0, 0)
        inside = turned[int(y0 / 72 * DPI) : int(y1 / 72 * DPI), int(x0 / 72 * DPI) : int(x1 / 72 * DPI)]
        assert (inside < 100).mean() > 0.4


def test_what_cannot_be_read_is_told_of_and_left_out() -> None:
    reading = read(blank(), line("読める文章である。", 100, 100), line("謎の走り書き", 100, 300, confidence=0.35))
    assert [node.text for node in reading.nodes if isinstance(node, Paragraph)] == ["読める文章である。"]
    (box,) = reading.handwriting
    assert box[1] == pytest.approx(106, abs=3)


def test_doubtful_lines_are_marked() -> None:
    reading = read(blank(), line("少し怪しい行", 100, 100, confidence=0.6))
    (node,) = reading.nodes
    assert isinstance(node, Paragraph)
    assert node.marks == {Mark.UNCERTAIN}
    assert reading.uncertain == 1


def test_a_red_seal_is_taken_out_and_told_of_while_print_under_it_stays() -> None:
    picture = np.full((900, 1200, 3), 255, dtype=np.uint8)
    cv2.rectangle(picture, (560, 290), (640, 310), (20, 20, 20), -1)
    cv2.circle(picture, (600, 300), 60, (40, 45, 215), 5)
    cv2.line(picture, (570, 330), (630, 330), (40, 45, 215), 5)
    seen: list[np.ndarray] = []

    class Looks(KnownLines):
        def lines(self, page: Raster) -> tuple[TextLine, ...]:
            seen.append(to_array(page, channels=3))
            return ()

    reading = read_page(to_raster(picture, DPI), 1, text_recogniser=Looks())
    (stamp,) = reading.stamps
    assert stamp == pytest.approx((193, 85, 239, 131), abs=2)
    assert seen[0][300, 600].max() < 60
    assert seen[0][300 - 60, 600].min() > 200
    assert seen[0][330, 600].min() > 200


def test_red_writing_is_no_seal() -> None:
    picture = np.full((900, 1200, 3), 255, dtype=np.uint8)
    cv2.putText(picture, "CAUTION", (300, 300), cv2.FONT_HERSHEY_SIMPLEX, 2, (40, 45, 215), 5)
    assert read_page(to_raster(picture, DPI), 1, text_recogniser=KnownLines()).stamps == ()


def test_columns_are_read_by_the_recogniser_made_for_them() -> None:
    columns = [line("縦書きの文章", 800 - 70 * index, 100, vertical=True) for index in range(3)]
    again = KnownLines(line("縦書きの文章。", 150, 10, vertical=True), line("二列目の文章。", 80, 10, vertical=True))
    reading = read(blank(), *columns, vertical_recogniser=again)
    assert "".join(node.text for node in reading.nodes if isinstance(node, Paragraph)) == "縦書きの文章。二列目の文章。"
    assert reading.unread_columns == ()


def test_columns_that_come_back_worse_keep_their_first_reading() -> None:
    reading = read(blank(), line("縦書きの文章", 800, 100, vertical=True), vertical_recogniser=KnownLines())
    assert [node.text for node in reading.nodes if isinstance(node, Paragraph)] == ["縦書きの文章"]


def test_columns_without_their_recogniser_are_told_of() -> None:
    reading = read(blank(), line("縦書きの文章", 800, 100, vertical=True))
    assert len(reading.unread_columns) == 1
    (node,) = reading.nodes
    assert isinstance(node, Paragraph)
    assert node.marks == {Mark.UNCERTAIN}


def test_every_line_is_mended() -> None:
    (node,) = read(blank(), line("外観検查", 100, 100), mend=lambda text: text.replace("查", "査")).nodes
    assert isinstance(node, Paragraph)
    assert node.text == "外観検査"


def test_strokes_of_a_large_title_in_a_cell_are_no_rules() -> None:
    picture = blank()
    ruled(picture, [100, 600, 900], [100, 260, 360])
    for x in (200, 260):
        cv2.line(picture, (x, 140), (x, 215), 0, 4)
    cv2.line(picture, (200, 180), (262, 180), 0, 4)
    (grid,) = read(picture, line("判定", 180, 140, size=80), line("合", 120, 290), line("否", 620, 290)).nodes
    assert isinstance(grid, Grid)
    assert (grid.rows, grid.columns) == (2, 2)
    assert [cell.text for cell in grid.cells] == ["判定", "", "合", "否"]


def test_a_lone_ring_that_the_recogniser_overlooked_is_the_mark_and_a_speck_or_cross_is_none() -> None:
    picture = blank()
    ruled(picture, [100, 300, 500, 700], [100, 200, 300])
    cv2.circle(picture, (400, 150), 14, 0, 2)
    cv2.line(picture, (590, 140), (610, 160), 0, 3)
    cv2.circle(picture, (400, 250), 3, 0, -1)
    cv2.ellipse(picture, (600, 250), (9, 16), 0, 0, 360, 0, 2)  # the figure 0

    class Once(KnownLines):
        def lines(self, page: Raster) -> tuple[TextLine, ...]:
            return self.found if page.width > 1000 else ()

    zero = line("0", 586, 236, size=28)
    poor = line("。", 386, 136, size=28, confidence=0.2)
    reading = read_page(to_raster(picture, DPI), 1, text_recogniser=Once(line("外径", 120, 130), zero, poor))
    (grid,) = reading.nodes
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells] == ["外径", "○", "", "", "", "0"]
    assert reading.handwriting == ()


def test_a_cell_that_was_overlooked_is_read_by_itself() -> None:
    picture = blank()
    ruled(picture, [100, 300, 500], [100, 200, 300])
    cv2.rectangle(picture, (350, 130), (420, 170), 0, -1)

    class Twice(KnownLines):
        def lines(self, page: Raster) -> tuple[TextLine, ...]:
            return self.found if page.width > 1000 else (line("否", 60, 60),)

    (grid,) = read_page(to_raster(picture, DPI), 1, text_recogniser=Twice(line("外径", 120, 130))).nodes
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells] == ["外径", "否", "", ""]
