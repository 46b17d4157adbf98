"""Text of PDFs: order, headings, lists, headers and footers, what is hidden, what is garbled."""

from difflib import SequenceMatcher
from pathlib import Path

from reportlab.lib.colors import black, white
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from genba.model.marks import Mark
from genba.model.nodes import Figure, Heading, Paragraph, Role
from tests.readers.pdf.pages import BODY, GOTHIC, MINCHO, make_pdf, objects, paragraph, read_pdf, stream


def vertical(canvas, x, y, lines, size=12, pitch=20):
    for index, line in enumerate(lines):
        canvas.setFont(MINCHO + "-V", size)
        canvas.drawString(x - index * pitch, y, line)


def vertical_font():
    font = UnicodeCIDFont(MINCHO, isVertical=True)
    font.fontName = font.name = MINCHO + "-V"
    pdfmetrics.registerFont(font)


def test_paragraphs_headings_and_lists_come_in_order():
    def page(canvas):
        canvas.setFont(GOTHIC, 18)
        canvas.drawCentredString(297, 780, "作業標準書")
        canvas.setFont(GOTHIC, 13)
        canvas.drawString(60, 740, "1. 適用範囲")
        canvas.setFont(MINCHO, 10.5)
        y = paragraph(canvas, 60, 715, BODY)
        y = paragraph(canvas, 60, y, BODY)
        canvas.setFont(GOTHIC, 11.5)
        canvas.drawString(60, y - 10, "1.1 手順")
        canvas.setFont(MINCHO, 10.5)
        canvas.drawString(60, y - 32, "(1) 電源を入れる。")
        canvas.drawString(60, y - 49, "(2) 圧力計を確認する。")

    parts = read_pdf(make_pdf(page))
    headings = [(h.level, h.number, h.text) for h in parts.of(Heading)]
    assert headings == [(1, "", "作業標準書"), (2, "1.", "適用範囲"), (3, "1.1", "手順")]
    paragraphs = [(p.role, p.number, p.text) for p in parts.of(Paragraph)]
    assert paragraphs == [
        (Role.BODY, "", BODY),
        (Role.BODY, "", BODY),
        (Role.LIST_ITEM, "(1)", "電源を入れる。"),
        (Role.LIST_ITEM, "(2)", "圧力計を確認する。"),
    ]


def test_a_vertical_font_is_read_down_and_from_right_to_left():
    vertical_font()
    lines = ["　縦書きの本文は、右から左へ読む。", "「かぎかっこ」も、ーも正しい文字になる。", "最後の行。"]
    parts = read_pdf(make_pdf(lambda canvas: vertical(canvas, 500, 760, lines)))
    assert "".join(parts.texts) == "".join(lines).replace("　", "")


def test_a_paragraph_cut_by_a_page_break_is_joined():
    long = BODY * 3

    def first(canvas):
        fits = 45
        for row in range(4):
            canvas.drawString(60, 200 - row * 17, long[row * fits : (row + 1) * fits])

    def second(canvas):
        canvas.drawString(60, 740, long[180:])
        canvas.drawString(60, 700, "次の段落である。")

    parts = read_pdf(make_pdf(first, second))
    assert parts.texts == [long, "次の段落である。"]


def test_headers_footers_and_page_numbers_stand_once_and_apart():
    def page(number):
        def draw(canvas):
            canvas.drawString(60, 815, "文書番号 WI-0012")
            canvas.drawRightString(535, 815, "改訂 3")
            canvas.drawCentredString(297, 25, f"- {number} / 4 -")
            paragraph(canvas, 60, 700 - number * 13, BODY)

        return draw

    parts = read_pdf(make_pdf(*(page(n) for n in range(1, 5))))
    furniture = [(p.role, p.text) for p in parts.of(Paragraph) if Mark.FURNITURE in p.marks]
    assert furniture == [(Role.HEADER, "文書番号 WI-0012"), (Role.HEADER, "改訂 3"), (Role.FOOTER, "- 1 / 4 -")]
    assert parts.texts == [BODY] * 4


def test_white_invisible_and_outside_text_is_kept_as_hidden():
    def page(canvas):
        paragraph(canvas, 60, 700, BODY)
        canvas.setFillColor(white)
        canvas.drawString(60, 300, "白い文字")
        canvas.setFillColor(black)
        text = canvas.beginText(60, 200)
        text.setTextRenderMode(3)
        text.textOut("透明な文字")
        canvas.drawText(text)
        text = canvas.beginText(900, 100)
        text.setTextRenderMode(0)
        text.textOut("用紙の外の文字")
        canvas.drawText(text)

    parts = read_pdf(make_pdf(page))
    hidden = [p.text for p in parts.of(Paragraph) if Mark.HIDDEN in p.marks]
    assert sorted(hidden) == sorted(["白い文字", "透明な文字", "用紙の外の文字"])
    assert parts.texts == [BODY]
    assert parts.codes["pdf.hidden_text"].details["pages"] == "1"


def test_white_text_on_a_dark_bar_is_seen():
    def page(canvas):
        canvas.rect(50, 690, 300, 30, fill=1, stroke=0)
        canvas.setFillColor(white)
        canvas.drawString(60, 700, "見出しの帯")
        canvas.setFillColor(black)
        paragraph(canvas, 60, 600, BODY)

    assert "見出しの帯" in read_pdf(make_pdf(page)).texts


def test_a_turned_page_reads_as_it_is_shown():
    def page(canvas):
        canvas.setPageRotation(90)
        canvas.translate(595, 0)
        canvas.rotate(90)
        paragraph(canvas, 60, 400, BODY)

    assert read_pdf(make_pdf(page)).texts == [BODY]


def test_ruby_is_a_reading_and_not_part_of_the_text():
    def page(canvas):
        canvas.setFont(MINCHO, 12)
        canvas.drawString(60, 700, "返りを除去する作業では、保護めがねを着用すること。")
        canvas.setFont(MINCHO, 6)
        canvas.drawString(60, 712, "ばり")

    (node,) = read_pdf(make_pdf(page)).of(Paragraph)
    assert node.text == "返りを除去する作業では、保護めがねを着用すること。"
    assert [(r.base, r.reading) for r in node.readings] == [("返", "ばり")]


def test_a_watermark_stands_apart_once():
    def page(canvas):
        paragraph(canvas, 60, 700, BODY)
        canvas.saveState()
        canvas.translate(300, 400)
        canvas.rotate(45)
        canvas.setFont(GOTHIC, 60)
        canvas.drawCentredString(0, 0, "社外秘")
        canvas.restoreState()

    parts = read_pdf(make_pdf(page, page))
    assert [p.text for p in parts.of(Paragraph) if p.role is Role.TEXT_BOX] == ["社外秘"]
    assert parts.texts == [BODY, BODY]


def test_the_outline_gives_the_levels_of_headings():
    def page(canvas):
        canvas.bookmarkPage("a")
        canvas.addOutlineEntry("安全について", "a", level=0)
        canvas.bookmarkPage("b")
        canvas.addOutlineEntry("保護具", "b", level=1)
        canvas.drawString(60, 760, "安全について")
        y = paragraph(canvas, 60, 720, BODY)
        canvas.drawString(60, y - 20, "保護具")
        paragraph(canvas, 60, y - 60, BODY)

    assert [(h.level, h.text) for h in read_pdf(make_pdf(page)).of(Heading)] == [(1, "安全について"), (2, "保護具")]


def garbled_pdf(text: bytes) -> bytes:
    """A page in a font whose codes map to private use, as broken exports do."""
    to_unicode = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <20> <7e> <e020> endbfrange"
    cmap = b"/CIDInit /ProcSet findresource begin begincmap " + to_unicode + b" endcmap end"
    return objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        stream(b"BT /F 12 Tf 60 700 Td (" + text + b") Tj ET"),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        stream(cmap),
    )


def test_a_garbled_text_layer_is_reported_and_never_given_as_content():
    parts = read_pdf(garbled_pdf(b"This text cannot be taken out of the file"))
    finding = parts.codes["pdf.text_layer_garbled"]
    assert (finding.details["pages"], finding.details["share"]) == ("1", 100)
    assert parts.texts == []
    assert [figure.marks for figure in parts.of(Figure)] == [frozenset({Mark.UNCERTAIN})]


def test_plain_english_and_japanese_are_not_taken_for_garbled():
    def page(canvas):
        paragraph(canvas, 60, 700, BODY)
        canvas.setFont("Helvetica", 11)
        canvas.drawString(60, 500, "Tighten the bolts to 12.0 ± 0.5 N·m and record the value.")
        canvas.drawString(60, 480, "Évaluation générale des procédés à l’usine, pièces usinées.")

    assert "pdf.text_layer_garbled" not in read_pdf(make_pdf(page)).codes


def test_the_two_tiers_of_a_real_vertical_page_are_read_in_order(real_data: Path):
    parts = read_pdf((real_data / "documents/pdfminer-mit/jo.pdf").read_bytes())
    text = "".join(parts.texts)
    order = [
        "序",
        "わたくしといふ現象は",
        "假定された有機交流電燈の",
        "風景やみんなといっしょに",
        "過去とかんずる方角から",
    ]
    order += [
        "そのとほりの心象スケッチです",
        "けれどもこれら新世代沖積世の",
        "新進の大學士たちは",
        "第四次延長のなかで主張されます",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert SequenceMatcher(None, text[-16:], "大正十三年一月廿日\u3000宮澤賢治", autojunk=False).ratio() > 0.9


def test_a_real_class_diagram_is_a_drawing_with_its_texts_and_the_notes_below_it(real_data: Path):
    parts = read_pdf((real_data / "documents/gif-cc0/451-1-1_class.pdf").read_bytes())
    (figure,) = parts.figures
    assert figure.kind == "drawing"
    boxes = {text.split("\n")[0]: text.split("\n")[1:] for text in figure.texts}
    assert boxes["ad:個人申請内容（B票）"] == ["ad:名称", "ad:内容", "ad:更新年月日"]
    assert len(boxes["pd:法人_MP01(※)"]) == 18
    assert [p.number for p in parts.of(Paragraph)] == ["-", "(★)", "(*)", "(※)"]
