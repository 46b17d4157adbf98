"""PDFs of work instructions: wrapped cells, steps counted in the house's way, steps of one line, captions in cells."""

import pytest
from PIL import Image as Pillow
from reportlab.lib.utils import ImageReader

from tests.readers.pdf.pages import MINCHO, make_pdf, read_pdf, ruled

LEFT, RIGHT = 50.0, 545.0


def cell(canvas, x, y, width, height, lines, *, indents=()):
    """A cell with its lines from the top, each moved to the right by its indent."""
    canvas.rect(x, y - height, width, height)
    canvas.setFont(MINCHO, 9)
    for place, text in enumerate(lines):
        indent = indents[place] if place < len(indents) else 0
        canvas.drawString(x + 3 + indent, y - 13 - 13 * place, text)


def photograph(shade):
    return ImageReader(Pillow.new("RGB", (40, 30), (shade, 120, 40)))


def full(canvas, y):
    """A line from edge to edge, with a short one to end its paragraph."""
    canvas.drawString(LEFT, y, "あ" * 49)
    canvas.drawString(LEFT, y - 16, "い" * 6)
    return y - 36


def listed(canvas, y, numbers, texts, hang=50):
    """Steps with their numbers hanging out to the left."""
    for number, text in zip(numbers, texts, strict=True):
        canvas.drawString(LEFT, y, number)
        canvas.drawString(LEFT + hang, y, text)
        y -= 20
    return y


@pytest.mark.parametrize("indents", [(0.02, 0.0, 0.01), (0.0, 0.02, 0.01), (12.0, 9.0, 0.0), (0.0, 9.0, 12.0)])
def test_the_lines_of_a_cell_come_from_top_to_bottom_wherever_they_start(indents):
    def page(canvas):
        cell(canvas, 50, 780, 120, 60, ["12345678901234567890", "abcdefghijklmnopqrst", "klm"], indents=indents)
        cell(canvas, 170, 780, 120, 60, ["値"])

    assert read_pdf(make_pdf(page)).grids[0][0][0].split() == ["12345678901234567890", "abcdefghijklmnopqrst", "klm"]


def test_a_figure_with_its_tolerance_moved_down_whole_goes_on_with_its_sentence():
    def page(canvas):
        cell(canvas, 50, 780, 140, 40, ["左側のオイルシールを", "1000±150Nの力で圧入する"])
        cell(canvas, 190, 780, 120, 40, ["締付トルク79.5N･", "m±0.5"])

    texts = read_pdf(make_pdf(page)).grids[0][0]
    assert texts[0] == "左側のオイルシールを1000±150Nの力で圧入する"


@pytest.mark.parametrize(("first", "second"), [("34.000(+0.010)m", "mを仕上げる"), ("100～0.550M", "Paに保つ")])
def test_a_unit_broken_at_the_edge_of_a_cell_is_one_unit(first, second):
    def page(canvas):
        canvas.setFont(MINCHO, 9)
        cell(canvas, 50, 780, canvas.stringWidth(first, MINCHO, 9) + 6, 40, [first, second])
        cell(canvas, 250, 780, 100, 40, ["図面"])

    parts = read_pdf(make_pdf(page))
    assert f"{first}{second}" in [*parts.texts, *(text for grid in parts.grids for row in grid for text in row)]


def test_lines_within_brackets_go_on_behind_a_colon():
    def page(canvas):
        cell(canvas, 50, 780, 100, 40, ["接続する（カバー：", "KG-5812-05）"])
        cell(canvas, 150, 780, 100, 40, ["温度"])

    assert read_pdf(make_pdf(page)).grids == [[["接続する（カバー：KG-5812-05）", "温度"]]]


def test_a_mark_that_hangs_out_of_its_cell_stays_in_it():
    def page(canvas):
        cell(canvas, 50, 780, 60, 40, ["端から拭く。", "（仕上げは）"], indents=(3, 0))
        cell(canvas, 110, 780, 59, 40, ["さびを防ぐた", "めに行う事。"], indents=(0, 3))

    parts = read_pdf(make_pdf(page))
    (row,) = parts.grids[0]
    assert [text.replace("\n", "") for text in row] == ["端から拭く。（仕上げは）", "さびを防ぐために行う事。"]
    assert parts.texts == []


def test_a_line_written_over_the_edge_of_a_low_row_stays_whole():
    def page(canvas):
        ruled(canvas, 50, 780, [200, 60], [["", "1"], ["", "2"]], height=16)
        canvas.setFont(MINCHO, 10)
        canvas.drawString(53, 761.35, "あいを照合し、合うものを選ぶ")

    texts = [row[0] for row in read_pdf(make_pdf(page)).grids[0]]
    assert sorted(texts) == ["", "あいを照合し、合うものを選ぶ"]


@pytest.mark.parametrize(
    "numbers",
    [
        ["STEP 1", "STEP 2", "STEP 3", "STEP 4"],
        ["Step9．", "Step10．", "Step11．", "Step12．"],
        ["1-1", "1-2", "1-3", "2-1"],
        ["手順7", "手順8", "手順9", "手順10"],
        ["①-1", "①-2", "①-3", "②-1"],
    ],
)
def test_counters_that_hang_out_to_the_left_stand_before_their_texts(numbers):
    texts = ["治具を外す", "端面を軽く削り、ばりを取る", "圧力計を確認する", "ねじを締め付ける"]

    def page(canvas):
        y = listed(canvas, 700, numbers, texts)
        canvas.drawString(LEFT, y, "以上")

    expected = [f"{number} {text}" for number, text in zip(numbers, texts, strict=True)]
    assert read_pdf(make_pdf(page)).texts == [*expected, "以上"]


def test_columns_that_are_not_counted_stay_columns():
    left = [
        "検査工程で部品の寸法を測り、",
        "結果を記録して責任者に渡す。",
        "異常の時は設備を止めること。",
        "以上を毎日行うものとします。",
    ]
    right = [
        "締付けは対角の順に行います。",
        "規定の範囲を外れたものには、",
        "赤い札を付けて別に置くこと。",
        "処置は品質管理課が決めます。",
    ]

    def page(canvas):
        for row in range(4):
            canvas.drawString(60, 700 - 16 * row, left[row])
            canvas.drawString(310, 700 - 16 * row, right[row])

    text = "".join(read_pdf(make_pdf(page)).texts)
    assert text == "".join(left + right)


def test_a_counter_opens_an_item_even_where_the_line_before_is_the_longest():
    def page(canvas):
        for y, text in (
            (700, "STEP 3 スペーサーを治具に固定します"),
            (684, "STEP 4 台まで運びます"),
            (668, "STEP 5 拭きます"),
        ):
            canvas.drawString(LEFT, y, text)

    assert read_pdf(make_pdf(page)).texts == [
        "STEP 3 スペーサーを治具に固定します",
        "STEP 4 台まで運びます",
        "STEP 5 拭きます",
    ]


def test_a_line_under_the_text_of_a_counted_step_goes_on_with_it():
    def page(canvas):
        canvas.setFont(MINCHO, 10)
        listed(canvas, 700, ["2-9", "2-10"], ["ねじを外す", "確" * 46])
        canvas.drawString(LEFT + 50, 664, "認する")

    assert read_pdf(make_pdf(page)).texts == ["2-9 ねじを外す", "2-10 " + "確" * 46 + "認する"]


def test_lines_that_end_far_from_the_edge_of_the_page_are_paragraphs_of_their_own():
    def page(canvas):
        canvas.setFont(MINCHO, 10)
        ruled(canvas, LEFT, 780, [247.5, 247.5], [["管理番号", "KH-1"], ["版数", "3"]])
        canvas.drawString(LEFT, 700, "マイクロメーターとハンドプレスを準備して並べる")
        canvas.drawString(LEFT, 684, "手袋を着ける")
        ruled(canvas, LEFT, 660, [247.5, 247.5], [["数", "名称"], ["8", "銘板"]])

    assert read_pdf(make_pdf(page)).texts == ["マイクロメーターとハンドプレスを準備して並べる", "手袋を着ける"]


def test_a_narrow_column_beside_something_keeps_its_own_edge():
    def page(canvas):
        canvas.setFont(MINCHO, 10)
        ruled(canvas, LEFT, 780, [247.5, 247.5], [["管理番号", "KH-1"], ["版数", "3"]])
        canvas.drawString(LEFT, 700, "マイクロメーターとハンドプレスを準備して作")
        canvas.drawString(LEFT, 684, "業台に並べる")
        canvas.drawImage(photograph(90), 330, 640, 200, 90)

    assert read_pdf(make_pdf(page)).texts == ["マイクロメーターとハンドプレスを準備して作業台に並べる"]


def test_wider_steps_part_paragraphs_that_end_near_the_edge():
    def page(canvas):
        canvas.setFont(MINCHO, 10)
        y = full(canvas, full(canvas, 760))
        for text in ("部品をそろえる" * 7, "工具をそろえる", "図面を読む", "治具を外す"):
            canvas.drawString(LEFT, y, text)
            y -= 20

    texts = read_pdf(make_pdf(page)).texts
    assert texts[2:] == ["部品をそろえる" * 7, "工具をそろえる", "図面を読む", "治具を外す"]


def test_labels_begin_paragraphs_of_their_own():
    def page(canvas):
        canvas.setFont(MINCHO, 10)
        canvas.drawString(LEFT, 700, "準備するもの：マイクロメーター・ハンドプレス")
        canvas.drawString(LEFT, 684, "着用するもの：手袋・保護めがね・ヘルメット")

    assert len(read_pdf(make_pdf(page)).texts) == 2


def test_a_number_that_an_item_speaks_of_does_not_begin_another():
    def page(canvas):
        canvas.setFont(MINCHO, 10)
        canvas.drawString(LEFT, 700, "(16)")
        canvas.drawString(LEFT + 30, 700, "固" * 40 + "場合は手順")
        canvas.drawString(LEFT + 30, 684, "(2)へ戻る。")
        canvas.drawString(LEFT, 664, "(17)")
        canvas.drawString(LEFT + 30, 664, "拭く。")

    assert read_pdf(make_pdf(page)).texts == ["固" * 40 + "場合は手順(2)へ戻る。", "拭く。"]


def test_pictures_in_cells_have_the_caption_of_their_cell():
    def page(canvas):
        for row, caption in enumerate(("写真1：端子の配列", "写真2：塗布範囲")):
            top = 780 - 100 * row
            canvas.rect(50, top - 100, 120, 100)
            canvas.drawImage(photograph(30 + 90 * row), 55, top - 80, 100, 75)
            canvas.setFont(MINCHO, 9)
            canvas.drawString(53, top - 93, caption)
            cell(canvas, 170, top, 120, 100, ["締め付ける"])

    assert [figure.caption for figure in read_pdf(make_pdf(page)).figures] == ["写真1：端子の配列", "写真2：塗布範囲"]


def test_a_picture_alone_in_its_cell_has_the_caption_of_the_cell_below():
    def page(canvas):
        canvas.rect(50, 680, 120, 100)
        canvas.drawImage(photograph(30), 55, 690, 100, 75)
        cell(canvas, 170, 780, 120, 100, ["締め付ける"])
        cell(canvas, 50, 680, 120, 20, ["図3 締付けの順序"])
        cell(canvas, 170, 680, 120, 20, ["20 N·m"])

    (figure,) = read_pdf(make_pdf(page)).figures
    assert figure.caption == "図3 締付けの順序"


def test_text_in_a_picture_s_cell_that_names_no_figure_is_no_caption():
    def page(canvas):
        canvas.rect(50, 680, 120, 100)
        canvas.drawImage(photograph(30), 55, 700, 100, 75)
        canvas.drawString(55, 685, "良品の例を見る")
        cell(canvas, 170, 780, 120, 100, ["締め付ける"])

    (figure,) = read_pdf(make_pdf(page)).figures
    assert figure.caption == ""
