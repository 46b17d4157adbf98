"""Tests of drawings that CAD exported as PDF."""

from genba.model.document import Property
from genba.model.drawing import Drawing
from tests.readers.pdf.pages import make_pdf, read_pdf

A3 = (1191.0, 842.0)
FACTS = (
    ("図番", "KG-2140-01"),
    ("図名", "減速機カバー"),
    ("材質", "ADC12"),
    ("尺度", "1:2"),
    ("改訂", "B"),
    ("承認", "沖津"),
)


def rectangle(canvas, x0, y0, x1, y1):
    for ends in ((x0, y0, x1, y0), (x1, y0, x1, y1), (x1, y1, x0, y1), (x0, y1, x0, y0)):
        canvas.line(*ends)


def sheet(canvas, facts=FACTS):
    rectangle(canvas, 28, 28, 1162, 814)
    for row, (label, value) in enumerate(facts):
        y = 28 + 22 * row
        rectangle(canvas, 800, y, 860, y + 22)
        rectangle(canvas, 860, y, 1162, y + 22)
        canvas.drawString(804, y + 7, label)
        canvas.drawString(866, y + 7, value)
    for row, line in enumerate(("注記", "1. バリなきこと。", "2. 指示なき角部はC0.3とする。")):
        canvas.drawString(60, 200 - 16 * row, line)
    rectangle(canvas, 170, 300, 570, 600)
    canvas.circle(370, 450, 60)


def test_the_title_block_and_the_notes_of_an_exported_drawing_are_read():
    parts = read_pdf(make_pdf(sheet, size=A3))
    (drawing,) = parts.of(Drawing)
    assert dict(drawing.title_block) == dict(FACTS)
    assert (drawing.number, drawing.title, drawing.revision) == ("KG-2140-01", "減速機カバー", "B")
    assert drawing.notes == ("1. バリなきこと。", "2. 指示なき角部はC0.3とする。")
    properties = {part.name: part for part in parts.of(Property)}
    assert properties["drawing_number"].value == "KG-2140-01"
    assert properties["drawing_number"].place.page == 1


def test_a_form_that_names_a_drawing_is_none_itself():
    head = (("図番", "KG-2140-01"), ("品名", "減速機カバー"), ("材質", "ADC12"), ("承認", "沖津"), ("作成", "森戸"))
    assert read_pdf(make_pdf(lambda canvas: sheet(canvas, head), size=A3)).of(Drawing) == []


def test_one_drawing_among_many_pages_of_text_does_not_make_a_drawing_of_them():
    def text(canvas):
        canvas.drawString(60, 700, "尺度は図面による。")

    assert read_pdf(make_pdf(text, sheet, text, size=A3)).of(Drawing) == []
