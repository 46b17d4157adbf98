"""Tables of PDFs: ruled and aligned, with spans, captions, and rest on the next page."""

from genba.model.nodes import Grid, Paragraph
from tests.readers.pdf.pages import BODY, MINCHO, make_pdf, paragraph, read_pdf, ruled

HEADER = ["No.", "項目", "規格", "測定値"]


def rows(first, last):
    return [[str(n), f"寸法{n}", "12.0±0.05", f"12.0{n % 10}"] for n in range(first, last)]


def test_a_ruled_table_has_its_cells_place_and_caption():
    def page(canvas):
        paragraph(canvas, 60, 780, BODY)
        canvas.drawString(200, 700, "表1 検査項目")
        ruled(canvas, 60, 692, [60, 120, 120, 120], [HEADER, *rows(1, 4)])
        paragraph(canvas, 60, 560, BODY)

    parts = read_pdf(make_pdf(page))
    assert parts.grids == [[HEADER, *rows(1, 4)]]
    (grid,) = parts.of(Grid)
    assert grid.caption == "表1 検査項目"
    assert (grid.place.page, grid.place.box) == (1, (60.0, 150.0, 480.0, 230.0))
    kinds = [type(part) for part in parts.parts if isinstance(part, Grid | Paragraph)]
    assert kinds == [Paragraph, Grid, Paragraph]


def test_missing_lines_are_spans():
    def page(canvas):
        for y in (700, 640):
            canvas.line(60, y, 360, y)
        canvas.line(160, 680, 360, 680)
        canvas.line(160, 660, 360, 660)
        for x in (60, 160, 360):
            canvas.line(x, 700, x, 640)
        canvas.line(260, 680, 260, 640)
        for x, y, text in (
            (65, 665, "測定項目"),
            (165, 685, "測定値"),
            (165, 665, "1回目"),
            (265, 665, "2回目"),
            (165, 645, "12.01"),
            (265, 645, "12.02"),
        ):
            canvas.drawString(x, y, text)

    (grid,) = read_pdf(make_pdf(page)).of(Grid)
    spans = [(c.text, c.row, c.column, c.row_span, c.column_span) for c in grid.cells]
    assert spans == [
        ("測定項目", 0, 0, 3, 1),
        ("測定値", 0, 1, 1, 2),
        ("1回目", 1, 1, 1, 1),
        ("2回目", 1, 2, 1, 1),
        ("12.01", 2, 1, 1, 1),
        ("12.02", 2, 2, 1, 1),
    ]


def test_lines_drawn_as_thin_rectangles_make_a_table():
    def page(canvas):
        for y in (700, 680, 660):
            canvas.rect(60, y, 300, 0.7, fill=1, stroke=0)
        for x in (60, 210, 360):
            canvas.rect(x, 660, 0.7, 40, fill=1, stroke=0)
        for x, y, text in ((65, 686, "品名"), (215, 686, "数量"), (65, 666, "ボルト"), (215, 666, "12")):
            canvas.drawString(x, y, text)

    assert read_pdf(make_pdf(page)).grids == [[["品名", "数量"], ["ボルト", "12"]]]


def test_shaded_rows_at_the_top_are_header_rows():
    def page(canvas):
        canvas.setFillGray(0.85)
        canvas.rect(60, 680, 420, 20, fill=1, stroke=0)
        canvas.setFillGray(0)
        ruled(canvas, 60, 700, [60, 120, 120, 120], [HEADER, *rows(1, 4)])

    (grid,) = read_pdf(make_pdf(page)).of(Grid)
    assert grid.header_rows == 1


def test_a_table_that_goes_on_with_its_header_on_the_next_page_is_one():
    def page(first, last):
        return lambda canvas: ruled(canvas, 60, 760, [60, 120, 120, 120], [HEADER, *rows(first, last)])

    parts = read_pdf(make_pdf(page(1, 31), page(31, 61), page(61, 70)))
    (grid,) = parts.of(Grid)
    assert parts.grids == [[HEADER, *rows(1, 70)]]
    assert grid.header_rows == 1


def test_tables_of_other_columns_on_the_next_page_stay_apart():
    pages = [
        lambda canvas: ruled(canvas, 60, 200, [60, 120, 120, 120], [HEADER, *rows(1, 4)]),
        lambda canvas: ruled(canvas, 60, 760, [160, 160], [["品名", "数量"], ["ボルト", "12"]]),
    ]
    assert len(read_pdf(make_pdf(*pages)).grids) == 2


def test_a_table_without_lines_is_found_by_its_columns():
    table = [
        ["部品番号", "品名", "数量"],
        ["A-001", "ボルト", "12"],
        ["A-002", "ナット", "4"],
        ["A-003", "座金", "110"],
    ]

    def page(canvas):
        paragraph(canvas, 60, 780, BODY)
        for index, row in enumerate(table):
            for x, text in zip((60, 180, 300), row, strict=True):
                canvas.drawString(x, 700 - index * 16, text)
        paragraph(canvas, 60, 600, BODY)

    parts = read_pdf(make_pdf(page))
    assert parts.grids == [table]
    assert parts.texts == [BODY, BODY]


def test_two_columns_of_text_are_no_table():
    def page(canvas):
        for x, start in ((60, "左段。"), (310, "右段。")):
            paragraph(canvas, x, 700, start + BODY * 2, width=225)

    parts = read_pdf(make_pdf(page))
    assert parts.grids == []
    assert parts.texts == ["左段。" + BODY * 2, "右段。" + BODY * 2]


def test_a_frame_around_a_warning_is_a_text_box():
    def page(canvas):
        paragraph(canvas, 60, 780, BODY)
        canvas.rect(60, 660, 300, 40)
        canvas.drawString(70, 675, "注意：保護めがね着用")

    parts = read_pdf(make_pdf(page))
    assert parts.grids == []
    assert ("text_box", "注意：保護めがね着用") in [(p.role, p.text) for p in parts.of(Paragraph)]


def test_lines_that_fill_a_cell_are_joined_and_shorter_ones_are_kept_apart():
    def page(canvas):
        ruled(canvas, 60, 700, [120, 120], [["", ""], ["", ""]], height=50)
        canvas.setFont(MINCHO, 10)
        canvas.drawString(64, 685, "保護めがねを着用しな")
        canvas.drawString(64, 671, "い者は立ち入らない")
        canvas.drawString(184, 685, "油圧")
        canvas.drawString(184, 671, "空圧")
        canvas.drawString(64, 635, "備考")

    grids = read_pdf(make_pdf(page)).grids
    assert grids == [[["保護めがねを着用しない者は立ち入らない", "油圧\n空圧"], ["備考", ""]]]


def test_an_address_line_above_a_table_without_lines_does_not_belong_to_it():
    table = [
        ["品名", "数量", "単価"],
        ["浸炭焼入 スプール", "167個", "400円"],
        ["窒化処理 バルブボディ", "161個", "300円"],
    ]
    table += [["焼鈍 減速機カバー", "340個", "330円"], ["高周波焼入 軸", "330個", "130円"]]

    def page(canvas):
        canvas.drawString(60, 740, "株式会社霧ヶ原精工 購買課 御中")
        canvas.drawString(400, 740, "里見野熱処理㈱")
        for index, row in enumerate(table):
            for x, text in zip((60, 274, 400), row, strict=True):
                canvas.drawString(x, 690 - index * 20, text)
        canvas.drawString(60, 540, "有効期限：発行日より30日間")

    parts = read_pdf(make_pdf(page))
    assert parts.grids == [table]
    assert parts.texts == ["株式会社霧ヶ原精工 購買課 御中", "里見野熱処理㈱", "有効期限：発行日より30日間"]
