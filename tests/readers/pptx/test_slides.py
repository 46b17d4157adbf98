# ruff: noqa: E501 - raw XML is easier to compare with a file when it is not wrapped
"""What slides say: titles, reading order, lists as displayed, tables, pictures, flows, notes, comments."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image as Picture
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.util import Cm

from genba.errors import InvalidInput
from genba.model.document import Property, Revision
from genba.model.finding import Finding
from genba.model.image import Image
from genba.model.marks import Mark
from genba.model.nodes import Chart, Comment, Figure, Flow, Grid, Heading, Joint, Paragraph, Role
from genba.ports.blob import Blob
from genba.ports.reader import Child, Limits, Part
from genba.readers.pptx import read

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TITLE_ONLY, TITLE_AND_BODY, BLANK = 5, 1, 6


def deck(*builders: Callable[..., None], layouts: tuple[int, ...] = ()) -> Blob:
    """One slide for each builder, which gets the slide."""
    presentation = Presentation()
    for index, build in enumerate(builders):
        layout = layouts[index] if index < len(layouts) else TITLE_ONLY
        build(presentation.slides.add_slide(presentation.slide_layouts[layout]))
    stream = io.BytesIO()
    presentation.save(stream)
    return blob_of(stream.getvalue())


def blob_of(data: bytes) -> Blob:
    return Blob(name="資料.pptx", size_bytes=len(data), open=lambda: io.BytesIO(data))


def patched(blob: Blob, change: Mapping[str, Callable[[bytes], bytes] | bytes | None]) -> Blob:
    """The same file with members changed, added or (None) taken out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(blob.open()) as old, zipfile.ZipFile(stream, "w") as new:
        names = old.namelist()
        for name in names:
            found = change.get(name, old.read(name))
            if found is not None:
                new.writestr(name, found(old.read(name)) if callable(found) else found)
        for name, data in change.items():
            if name not in names and isinstance(data, bytes):
                new.writestr(name, data)
    return blob_of(stream.getvalue())


def link(kind: str, target: str) -> Callable[[bytes], bytes]:
    entry = f'<Relationship Id="rX{kind}" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
    return lambda data: data.replace(b"</Relationships>", entry.encode())


def parts_of(blob: Blob, limits: Limits | None = None) -> list[Part]:
    return list(read(blob, limits or Limits()))


def texts(parts: list[Part]) -> list[str]:
    return [part.text for part in parts if isinstance(part, Heading | Paragraph)]


def codes(parts: list[Part]) -> list[str]:
    return [part.code for part in parts if isinstance(part, Finding)]


def box(slide: object, text: str, left: float, top: float, width: float = 5, height: float = 1) -> object:
    found = slide.shapes.add_textbox(Cm(left), Cm(top), Cm(width), Cm(height))  # type: ignore[attr-defined]
    found.text_frame.text = text
    return found


def element(parent: object, tag: str, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{A}}}{tag}", attributes)


def test_the_title_comes_first_and_the_rest_by_where_it_stands():
    def build(slide):  # type: ignore[no-untyped-def]
        box(slide, "右下", 15, 12)
        box(slide, "左下", 1, 12.2)
        box(slide, "右上", 15, 5)
        box(slide, "左上", 1, 5.3)
        slide.shapes.title.text = "題"

    found = parts_of(deck(build))
    assert texts(found) == ["題", "左上", "右上", "左下", "右下"]
    title = next(part for part in found if isinstance(part, Heading))
    assert (title.level, title.place.page) == (1, 1)
    assert title.place.box is not None and title.place.box[2] > title.place.box[0]


def test_columns_of_cards_are_read_one_after_the_other():
    def build(slide):  # type: ignore[no-untyped-def]
        for left, name in ((1, "一"), (9, "二")):
            box(slide, f"{name}の題", left, 4, 6, 1)
            box(slide, f"{name}の文", left, 5, 6, 8)

    assert texts(parts_of(deck(build))) == ["一の題", "一の文", "二の題", "二の文"]


def test_bullets_and_numbers_are_shown_as_displayed():
    def build(slide):  # type: ignore[no-untyped-def]
        slide.shapes.title.text = "手順"
        frame = slide.placeholders[1].text_frame
        frame.text = "準備"
        for text, level in (("保護具", 1), ("作業", 0)):
            added = frame.add_paragraph()
            added.text, added.level = text, level
        numbered = box(slide, "一つ目", 1, 17).text_frame  # type: ignore[attr-defined]
        for text, level in (("内側", 1), ("二つ目", 0), ("止める", 0), ("また一", 0)):
            added = numbered.add_paragraph()
            added.text, added.level = text, level
        for index, line in enumerate(numbered.paragraphs):
            if index != 3:
                element(line._p.get_or_add_pPr(), "buAutoNum", type="circleNumDbPlain")

    found = parts_of(deck(build, layouts=(TITLE_AND_BODY,)))
    lines = [(part.number, part.level, part.text) for part in found if isinstance(part, Paragraph)]
    assert lines == [
        ("•", 0, "準備"),
        ("–", 1, "保護具"),
        ("•", 0, "作業"),
        ("①", 0, "一つ目"),
        ("①", 1, "内側"),
        ("②", 0, "二つ目"),
        ("", 0, "止める"),
        ("①", 0, "また一"),
    ]


def test_tables_keep_their_spans():
    def build(slide):  # type: ignore[no-untyped-def]
        table = slide.shapes.add_table(3, 3, Cm(1), Cm(4), Cm(10), Cm(4)).table
        table.cell(0, 0).merge(table.cell(0, 2))
        table.cell(1, 0).merge(table.cell(2, 0))
        for row, column, text in ((0, 0, "検査"), (1, 0, "外径"), (1, 1, "1回目"), (2, 1, "2回目"), (2, 2, "24.9")):
            table.cell(row, column).text = text

    grid = next(part for part in parts_of(deck(build)) if isinstance(part, Grid))
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in grid.cells] == [
        (0, 0, 1, 3, "検査"),
        (1, 0, 2, 1, "外径"),
        (1, 1, 1, 1, "1回目"),
        (1, 2, 1, 1, ""),
        (2, 1, 1, 1, "2回目"),
        (2, 2, 1, 1, "24.9"),
    ]
    assert grid.header_rows == 1


def test_pictures_carry_description_and_the_caption_below_them():
    def build(slide):  # type: ignore[no-untyped-def]
        for number, left in ((1, 1), (2, 12)):
            stream = io.BytesIO()
            Picture.new("RGB", (40 + number, 30)).save(stream, "PNG")
            added = slide.shapes.add_picture(stream, Cm(left), Cm(5), Cm(6), Cm(4))
            added._element.nvPicPr.cNvPr.set("descr", f"説明{number}")
            box(slide, f"図{number} 治具", left, 9.5)

    found = parts_of(deck(build))
    figures = [part for part in found if isinstance(part, Figure)]
    assert [(part.description, part.caption) for part in figures] == [("説明1", "図1 治具"), ("説明2", "図2 治具")]
    images = [part for part in found if isinstance(part, Image)]
    assert [(part.name, part.width_px, part.height_px) for part in images] == [
        ("image1.png", 41, 30),
        ("image2.png", 42, 30),
    ]
    assert {part.role for part in found if isinstance(part, Paragraph)} == {Role.CAPTION}


def test_charts_bring_their_data():
    def build(slide):  # type: ignore[no-untyped-def]
        data = CategoryChartData()
        data.categories = ["4月", "5月"]
        data.add_series("不良率", (1.2, 0.8))
        slide.shapes.add_chart(XL_CHART_TYPE.LINE, Cm(1), Cm(5), Cm(8), Cm(6), data)

    chart = next(part for part in parts_of(deck(build)) if isinstance(part, Chart))
    assert (chart.kind, chart.series[0].name, chart.series[0].values) == ("line", "不良率", (1.2, 0.8))


def test_glued_connectors_make_a_flow_and_its_texts_stand_once():
    def build(slide):  # type: ignore[no-untyped-def]
        slide.shapes.title.text = "流れ"
        steps = []
        for index, text in enumerate(("受入", "検査", "出荷")):
            shape = slide.shapes.add_shape(MSO_SHAPE.FLOWCHART_PROCESS, Cm(2), Cm(4 + 4 * index), Cm(4), Cm(2))
            shape.text = text
            steps.append(shape)
        for start, end in ((0, 1), (1, 2)):
            line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, 0, 0, 0, 0)
            line.begin_connect(steps[start], 2)
            line.end_connect(steps[end], 0)
        box(slide, "補足", 15, 15)

    found = parts_of(deck(build))
    flow = next(part for part in found if isinstance(part, Flow))
    names = {node.key: node.text for node in flow.nodes}
    edges = {(names[edge.source.key], names[edge.target.key], edge.source.joint) for edge in flow.edges}
    assert edges == {("受入", "検査", Joint.GLUED), ("検査", "出荷", Joint.GLUED)}
    assert texts(found) == ["流れ", "補足"]


def test_groups_give_their_texts_at_the_place_they_have_on_the_slide():
    def build(slide):  # type: ignore[no-untyped-def]
        group = slide.shapes.add_group_shape()
        inner = group.shapes.add_textbox(Cm(1), Cm(1), Cm(3), Cm(1))
        inner.text_frame.text = "組の中"
        xfrm = group._element.grpSpPr.xfrm
        xfrm.off.x, xfrm.off.y = Cm(10), Cm(10)

    found = next(part for part in parts_of(deck(build)) if isinstance(part, Paragraph))
    assert found.text == "組の中"
    assert found.place.box is not None and found.place.box[0] == pytest.approx(283.5, abs=0.1)


def test_notes_hidden_slides_and_footers():
    def first(slide):  # type: ignore[no-untyped-def]
        slide.shapes.title.text = "表"
        slide.notes_slide.notes_text_frame.text = "話すこと\n続き"
        holder = box(slide, "社外秘", 1, 18)
        properties = holder._element.nvSpPr.nvPr  # type: ignore[attr-defined]
        etree.SubElement(properties, properties.tag.replace("nvPr", "ph"), {"type": "ftr", "idx": "11"})

    def second(slide):  # type: ignore[no-untyped-def]
        first(slide)
        slide._element.set("show", "0")

    found = parts_of(deck(first, second))
    notes = [part for part in found if isinstance(part, Paragraph) and part.role is Role.SPEAKER_NOTE]
    assert [(part.text, part.place.page, part.marks) for part in notes] == [
        ("話すこと\n続き", 1, frozenset()),
        ("話すこと\n続き", 2, {Mark.HIDDEN}),
    ]
    footers = [part for part in found if isinstance(part, Paragraph) and part.role is Role.FOOTER]
    assert [(part.text, part.marks) for part in footers] == [("社外秘", {Mark.FURNITURE})]
    assert codes(found) == ["pptx.hidden_slides"]


def test_struck_text_is_withdrawn():
    def build(slide):  # type: ignore[no-untyped-def]
        frame = box(slide, "締付", 1, 5).text_frame  # type: ignore[attr-defined]
        added = frame.paragraphs[0].add_run()
        added.text = "20"
        added._r.get_or_add_rPr().set("strike", "sngStrike")
        gone = box(slide, "廃止", 1, 8).text_frame.paragraphs[0].runs[0]  # type: ignore[attr-defined]
        gone._r.get_or_add_rPr().set("strike", "dblStrike")

    found = parts_of(deck(build))
    paragraphs = [(part.text, part.marks) for part in found if isinstance(part, Paragraph)]
    assert paragraphs == [("締付", {Mark.PARTLY_WITHDRAWN}), ("廃止", {Mark.WITHDRAWN})]
    assert [(part.kind, part.text) for part in found if isinstance(part, Revision)] == [("withdrawn", "20")]


def test_old_comments_carry_author_date_and_thread():
    blob = deck(lambda slide: None)
    authors = '<p:cmAuthorLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:cmAuthor id="0" name="山田"/></p:cmAuthorLst>'
    comments = (
        '<p:cmLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:p15="http://schemas.microsoft.com/office/powerpoint/2012/main">'
        '<p:cm authorId="0" dt="2026-01-02T03:04:05" idx="1"><p:pos x="1" y="1"/><p:text>値は？</p:text></p:cm>'
        '<p:cm authorId="0" idx="2"><p:text>了解</p:text><p:extLst><p:ext uri="x"><p15:threadingInfo><p15:parentCm authorId="0" idx="1"/></p15:threadingInfo></p:ext></p:extLst></p:cm></p:cmLst>'
    )
    blob = patched(
        blob,
        {
            "ppt/commentAuthors.xml": authors.encode(),
            "ppt/comments/comment1.xml": comments.encode(),
            "ppt/_rels/presentation.xml.rels": link("commentAuthors", "commentAuthors.xml"),
            "ppt/slides/_rels/slide1.xml.rels": link("comments", "../comments/comment1.xml"),
        },
    )
    found = [part for part in parts_of(blob) if isinstance(part, Comment)]
    assert [(part.text, part.author, part.written, part.thread) for part in found] == [
        ("値は？", "山田", "2026-01-02T03:04:05", "1.0.1"),
        ("了解", "山田", "", "1.0.1"),
    ]


def test_new_comments_name_their_shape_and_whether_they_are_resolved():
    def build(slide):  # type: ignore[no-untyped-def]
        box(slide, "トルク", 1, 5)

    namespaces = (
        'xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main" '
        f'xmlns:a="{A}" xmlns:ac="http://schemas.microsoft.com/office/drawing/2013/main/command"'
    )
    text = "<p188:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></p188:txBody>"
    comments = (
        f'<p188:cmLst {namespaces}><p188:cm id="{{1}}" authorId="{{A}}" created="2026-05-06T07:08:09" status="resolved">'
        f'<ac:deMkLst><ac:spMk id="3"/></ac:deMkLst><p188:replyLst><p188:reply id="{{2}}" authorId="{{A}}">{text.format("はい")}'
        f"</p188:reply></p188:replyLst>{text.format('単位は？')}</p188:cm></p188:cmLst>"
    )
    authors = f'<p188:authorLst {namespaces}><p188:author id="{{A}}" name="検査課"/></p188:authorLst>'
    blob = patched(
        deck(build),
        {
            "ppt/authors.xml": authors.encode(),
            "ppt/comments/modern.xml": comments.encode(),
            "ppt/_rels/presentation.xml.rels": link("authors", "authors.xml"),
            "ppt/slides/_rels/slide1.xml.rels": link("comments", "../comments/modern.xml"),
        },
    )
    found = [part for part in parts_of(blob) if isinstance(part, Comment)]
    assert [(part.text, part.author, part.thread, part.resolved) for part in found] == [
        ("単位は？", "検査課", "{1}", True),
        ("はい", "検査課", "{1}", True),
    ]
    assert found[0].place.part == "shape TextBox 2"


def test_sections_are_named_where_they_begin():
    section = (
        b'<p:extLst><p:ext uri="x"><p14:sectionLst xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main">'
        b'<p14:section name="%s"><p14:sldIdLst><p14:sldId id="257"/></p14:sldIdLst></p14:section></p14:sectionLst></p:ext></p:extLst></p:presentation>'
    ) % "設備編".encode()
    blob = deck(lambda slide: None, lambda slide: None)
    blob = patched(blob, {"ppt/presentation.xml": lambda data: data.replace(b"</p:presentation>", section)})
    found = [part for part in parts_of(blob) if isinstance(part, Property) and part.name == "section"]
    assert [(part.value, part.place.page) for part in found] == [("設備編", 2)]


def test_a_line_alone_at_the_top_stands_for_a_missing_title():
    def build(slide):  # type: ignore[no-untyped-def]
        box(slide, "設備点検の要領", 1, 1, 20, 2)
        box(slide, "油量を確認する。", 1, 8)

    found = parts_of(deck(build, layouts=(BLANK,)))
    assert [type(part).__name__ for part in found if isinstance(part, Heading | Paragraph)] == ["Heading", "Paragraph"]


def test_embedded_files_are_handed_on():
    def build(slide):  # type: ignore[no-untyped-def]
        icon = io.BytesIO()
        Picture.new("RGB", (4, 4)).save(icon, "PNG")
        icon.seek(0)
        slide.shapes.add_ole_object(io.BytesIO(b"anything"), "Excel.Sheet.12", Cm(1), Cm(5), icon_file=icon)

    children = [part for part in parts_of(deck(build)) if isinstance(part, Child)]
    assert [part.blob.open().read() for part in children] == [b"anything"]


def test_broken_slides_are_findings_and_the_rest_is_read():
    def build(text: str) -> Callable[..., None]:
        return lambda slide: setattr(slide.shapes.title, "text", text)

    blob = patched(
        deck(build("一"), build("二"), build("三")),
        {"ppt/slides/slide2.xml": b"<broken", "ppt/slides/slide3.xml": None},
    )
    found = parts_of(blob)
    assert texts(found) == ["一"]
    assert codes(found) == ["xml.broken", "ooxml.part_missing"]


def test_layouts_that_are_broken_do_not_cost_the_text():
    blob = deck(lambda slide: setattr(slide.shapes.title, "text", "題"))
    blob = patched(blob, {"ppt/slideLayouts/slideLayout6.xml": b"<broken"})
    found = parts_of(blob)
    assert texts(found) == ["題"] and codes(found) == ["xml.broken"]


def test_limits_end_the_reading_with_a_finding():
    blob = deck(*[lambda slide: setattr(slide.shapes.title, "text", "題")] * 4)
    assert codes(parts_of(blob, replace(Limits(), pages=2))) == ["pptx.too_many_slides"]
    assert codes(parts_of(blob, replace(Limits(), nodes=3))) == ["pptx.too_many_nodes"]
    with pytest.raises(InvalidInput, match=r"zip\.broken"):
        parts_of(blob_of(b"PK nothing"))


@settings(max_examples=15)
@given(st.lists(st.text(st.characters(categories=["Lo", "Nd"]), min_size=1, max_size=6), min_size=1, max_size=6))
def test_boxes_below_each_other_come_back_in_order(words: list[str]):
    def build(slide):  # type: ignore[no-untyped-def]
        for index in reversed(range(len(words))):
            box(slide, words[index], 1 + index % 2, 4 + 2 * index)

    assert texts(parts_of(deck(build)))[-len(words) :] == words
