# ruff: noqa: E501 - raw XML is easier to compare with a file when it is not wrapped
"""What lies on top of the cells: text boxes, groups, pictures with captions, flows, controls, comments."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter
from PIL import Image as Pillow

from genba.formats.ranges import Area
from genba.model.document import Revision
from genba.model.finding import Finding
from genba.model.image import Image
from genba.model.marks import Mark
from genba.model.nodes import Chart, Choice, Choices, Comment, Figure, Flow, Joint, Paragraph, Role
from genba.model.sheet import Sheet
from genba.readers.xlsx.captions import find_caption, find_captions, is_caption
from tests.readers.xlsx.build import DRAWING, of, package, parts_of, relationships, sheet_of, worksheet

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


def anchored(inner: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    """A two-cell anchor from (column, row) to (column, row)."""
    corner = "<xdr:col>{}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{}</xdr:row><xdr:rowOff>0</xdr:rowOff>"
    return (
        f"<xdr:twoCellAnchor><xdr:from>{corner.format(*start)}</xdr:from><xdr:to>{corner.format(*end)}</xdr:to>"
        f"{inner}<xdr:clientData/></xdr:twoCellAnchor>"
    )


def shape(key: int, text: str, *, properties: str = "", more: str = "", preset: str = "rect", frame: str = "") -> str:
    run = f"<a:r>{properties}<a:t>{text}</a:t></a:r>"
    return (
        f'<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="{key}" name="図形 {key}" {more}/><xdr:cNvSpPr/></xdr:nvSpPr>'
        f'<xdr:spPr>{frame}<a:prstGeom prst="{preset}"/></xdr:spPr><xdr:txBody><a:p>{run}</a:p></xdr:txBody></xdr:sp>'
    )


def with_drawing(
    drawing: str, *, sheet: str = worksheet(ROW, after='<drawing r:id="d"/>'), **parts: str | bytes
) -> bytes:
    content = {
        "xl/worksheets/_rels/sheet1.xml.rels": relationships([("d", "drawing", "../drawings/drawing1.xml")]),
        "xl/drawings/drawing1.xml": DRAWING + drawing + "</xdr:wsDr>",
        **{name.replace("__", "/"): data for name, data in parts.items()},
    }
    return package({"S": sheet}, parts=content)


def test_shapes_without_connectors_are_text_boxes_in_reading_order() -> None:
    drawing = anchored(shape(3, "下"), (0, 9), (2, 10)) + anchored(shape(2, "右"), (4, 1), (6, 3))
    drawing += anchored(shape(4, "左"), (0, 1), (2, 3))
    found = sheet_of(with_drawing(drawing)).on_top
    assert [(node.text, node.role, node.place.range) for node in found if isinstance(node, Paragraph)] == [
        ("左", Role.TEXT_BOX, "A2:B3"),
        ("右", Role.TEXT_BOX, "E2:F3"),
        ("下", Role.TEXT_BOX, "A10:B10"),
    ]


def test_hidden_and_struck_through_shapes_are_marked_and_what_was_struck_is_kept() -> None:
    strike = '<a:rPr strike="sngStrike"/>'
    partly = shape(4, "旧", properties=strike).replace("<a:p>", "<a:p><a:r><a:t>新</a:t></a:r>")
    drawing = (
        anchored(shape(2, "隠", more='hidden="1"'), (0, 1), (1, 2))
        + anchored(shape(3, "全部", properties=strike), (0, 3), (1, 4))
        + anchored(partly, (0, 5), (1, 6))
    )
    parts = parts_of(with_drawing(drawing))
    nodes = of(parts, Sheet)[0].on_top
    assert [(node.text, set(node.marks)) for node in nodes if isinstance(node, Paragraph)] == [
        ("隠", {Mark.HIDDEN}),
        ("全部", {Mark.WITHDRAWN}),
        ("新", {Mark.PARTLY_WITHDRAWN}),
    ]
    assert [(revision.kind, revision.text) for revision in of(parts, Revision)] == [("deleted", "旧")]


def test_shapes_in_nested_groups_are_found_where_they_lie() -> None:
    def frame(x: int, y: int, w: int, h: int, child: str = "") -> str:
        return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/>{child}</a:xfrm>'

    child = '<a:chOff x="0" y="0"/><a:chExt cx="100" cy="100"/>'
    inner = shape(5, "奥", frame=frame(50, 50, 50, 50))
    group = '<xdr:grpSp><xdr:nvGrpSpPr><xdr:cNvPr id="{}" name="g"/></xdr:nvGrpSpPr><xdr:grpSpPr>{}</xdr:grpSpPr>{}</xdr:grpSp>'
    nested = group.format(3, frame(50, 50, 50, 50, child), inner)
    # Columns are 64 pixels and rows 20 pixels: 609,600 and 190,500 EMU.
    whole = group.format(2, frame(0, 0, 8 * 609600, 8 * 190500, child), nested)
    (node,) = sheet_of(with_drawing(anchored(whole, (0, 0), (8, 8)))).on_top
    assert node.place.range == "G7:H8"


def test_connectors_are_edges_glued_by_the_file_or_inferred_by_geometry() -> None:
    def box(key: int, text: str, x: int, y: int, preset: str = "flowChartProcess") -> str:
        frame = f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="1000000" cy="400000"/></a:xfrm>'
        return anchored(shape(key, text, preset=preset, frame=frame), (0, y // 190500), (2, y // 190500 + 2))

    def line(key: int, y: int, height: int, glue: str = "", ends: str = '<a:tailEnd type="triangle"/>') -> str:
        inner = (
            f'<xdr:cxnSp><xdr:nvCxnSpPr><xdr:cNvPr id="{key}" name="c"/><xdr:cNvCxnSpPr>{glue}</xdr:cNvCxnSpPr></xdr:nvCxnSpPr>'
            f'<xdr:spPr><a:xfrm><a:off x="1500000" y="{y}"/><a:ext cx="0" cy="{height}"/></a:xfrm>'
            f'<a:prstGeom prst="straightConnector1"/><a:ln>{ends}</a:ln></xdr:spPr></xdr:cxnSp>'
        )
        return anchored(inner, (2, 1), (3, 2))

    label = shape(9, "はい", frame='<a:xfrm><a:off x="1550000" y="2150000"/><a:ext cx="400000" cy="200000"/></a:xfrm>')
    drawing = (
        box(2, "開始", 1000000, 1000000)
        + box(3, "判断", 1000000, 1700000, "flowChartDecision")
        + box(4, "終了", 1000000, 2500000)
        + line(5, 1400000, 300000, '<a:stCxn id="2" idx="2"/><a:endCxn id="3" idx="0"/>', '<a:headEnd type="arrow"/>')
        + line(6, 2110000, 370000)
        + line(7, 90000000, 100)
        + anchored(label, (2, 11), (3, 12))
    )
    (flow,) = sheet_of(with_drawing(drawing)).on_top
    assert isinstance(flow, Flow)
    assert [node.text for node in flow.nodes] == ["開始", "判断", "終了"]
    first, second = flow.edges
    assert (first.source.key, first.target.key, first.source.joint) == (
        "3",
        "2",
        Joint.GLUED,
    )  # the arrow is at the start
    assert (second.source.key, second.target.key, second.label) == ("3", "4", "はい")
    assert second.source.joint is Joint.INFERRED and 0.5 < second.source.confidence < 1


def picture(key: int, more: str = "") -> str:
    return (
        f'<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{key}" name="図" descr="治具の写真"/></xdr:nvPicPr>'
        f'<xdr:blipFill><a:blip r:embed="i"/></xdr:blipFill><xdr:spPr>{more}</xdr:spPr></xdr:pic>'
    )


def test_a_picture_is_handed_on_once_and_tied_to_its_cells_and_caption() -> None:
    stream = io.BytesIO()
    Pillow.new("RGB", (8, 6)).save(stream, "PNG")
    caption = '<row r="6"><c r="B6" t="inlineStr"><is><t>図1 治具の取付</t></is></c></row>'
    data = with_drawing(
        anchored(picture(2), (1, 1), (4, 5)) + anchored(picture(3), (10, 1), (12, 5)),
        sheet=worksheet(caption, after='<drawing r:id="d"/>'),
        **{
            "xl/drawings/_rels/drawing1.xml.rels": relationships([("i", "image", "../media/image1.png")]),
            "xl/media/image1.png": stream.getvalue(),
        },
    )
    parts = parts_of(data)
    (image,) = of(parts, Image)
    assert (image.name, image.media_type, image.width_px, image.height_px) == ("image1.png", "image/png", 8, 6)
    first, second = of(parts, Sheet)[0].on_top
    assert isinstance(first, Figure) and isinstance(second, Figure)
    assert (first.image, first.caption, first.description, first.place.range) == (
        "image1.png",
        "図1 治具の取付",
        "治具の写真",
        "B2:D5",
    )
    assert second.caption == ""


def test_a_picture_that_is_missing_is_reported_and_its_place_kept() -> None:
    parts = parts_of(with_drawing(anchored(picture(2), (1, 1), (4, 5))))
    assert [finding.code for finding in of(parts, Finding)] == ["xlsx.picture_outside"]
    assert [node.place.range for node in of(parts, Sheet)[0].on_top] == ["B2:D5"]


@pytest.mark.parametrize("text", ["図1 治具", "【写真２】", "図－3", "Fig. 2 Jig", "第3図 全景", "図①", "写真A 外観"])
def test_captions_of_pictures_are_recognised(text: str) -> None:
    assert is_caption(text)


@pytest.mark.parametrize("text", ["図面番号", "図のとおり", "写真を貼付", "表1 寸法", "Figures", ""])
def test_texts_that_only_begin_alike_are_no_captions(text: str) -> None:
    assert not is_caption(text)


def test_the_caption_below_wins_over_one_as_near_above() -> None:
    picture_area = Area(4, 1, 8, 4)
    texts = [(Area(3, 1, 3, 4), "図1 上"), (Area(9, 1, 9, 4), "図2 下"), (Area(5, 9, 5, 9), "図3 遠い")]
    assert find_caption(picture_area, texts) == "図2 下"
    assert find_caption(picture_area, texts[2:]) == ""


VML = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">
<v:shape id="_x0000_s1"><v:textbox><div><font>玉掛け</font><br></div></v:textbox>
<x:ClientData ObjectType="Checkbox"><x:Anchor>1, 0, 2, 0, 3, 0, 3, 0</x:Anchor><x:Checked>1</x:Checked></x:ClientData></v:shape>
<v:shape id="_x0000_s2"><v:textbox><div>溶接</div></v:textbox>
<x:ClientData ObjectType="Checkbox"><x:Anchor>4, 0, 2, 0, 6, 0, 3, 0</x:Anchor></x:ClientData></v:shape>
<v:shape id="_x0000_s3"><v:textbox><div>判定</div></v:textbox>
<x:ClientData ObjectType="GBox"><x:Anchor>1, 0, 5, 0, 9, 0, 9, 0</x:Anchor></x:ClientData></v:shape>
<v:shape id="_x0000_s4"><v:textbox><div>合格</div></v:textbox>
<x:ClientData ObjectType="Radio"><x:Anchor>2, 0, 6, 0, 3, 0, 7, 0</x:Anchor><x:Checked>1</x:Checked></x:ClientData></v:shape>
<v:shape id="_x0000_s5"><v:textbox><div>旧い<br>注記</div></v:textbox>
<x:ClientData ObjectType="Rect"><x:Anchor>1, 0, 20, 0, 3, 0, 22, 0</x:Anchor></x:ClientData></v:shape>
<v:shape id="_x0000_s6"><v:textbox><div>メモの箱</div></v:textbox>
<x:ClientData ObjectType="Note"><x:Anchor>1, 0, 20, 0, 3, 0, 22, 0</x:Anchor></x:ClientData></v:shape></xml>"""


def test_form_controls_are_choices_and_old_text_boxes_texts() -> None:
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relationships([("v", "vmlDrawing", "../drawings/vml1.vml")]),
        "xl/drawings/vml1.vml": VML,
    }
    found = sheet_of(package({"S": worksheet(ROW, after='<legacyDrawing r:id="v"/>')}, parts=parts)).on_top
    boxes, buttons, note = found
    assert isinstance(boxes, Choices) and isinstance(buttons, Choices) and isinstance(note, Paragraph)
    assert boxes.options == (Choice(text="玉掛け", selected=True), Choice(text="溶接", selected=False))
    assert boxes.place.range == "B3:F3"
    assert (buttons.label, buttons.options) == ("判定", (Choice(text="合格", selected=True),))
    assert note.text == "旧い\n注記"


def test_a_control_with_a_name_of_its_own_is_not_read_again_as_a_shape() -> None:
    vml = VML.replace('<v:shape id="_x0000_s1"', '<v:shape id="Check_x0020_Box_x0020_1" o:spid="_x0000_s1"').replace(
        "<xml ", '<xml xmlns:o="urn:schemas-microsoft-com:office:office" ', 1
    )
    assert "o:spid" in vml
    shape = (
        "<xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row>"
        "<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>3</xdr:row>"
        '<xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:sp><xdr:nvSpPr><xdr:cNvPr id="1" name="Check Box 1" hidden="1">'
        '<a:extLst><a:ext uri="{63B3BB69-23CF-44E3-9099-C40C66FF867C}"><a14:compatExt '
        'xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" spid="_x0000_s1"/></a:ext></a:extLst>'
        "</xdr:cNvPr><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr/><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>玉掛け</a:t></a:r></a:p>"
        "</xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>"
    )
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relationships(
            [("v", "vmlDrawing", "../drawings/vml1.vml"), ("d", "drawing", "../drawings/drawing1.xml")]
        ),
        "xl/drawings/vml1.vml": vml,
        "xl/drawings/drawing1.xml": f"{DRAWING}{shape}</xdr:wsDr>",
    }
    after = '<drawing r:id="d"/><legacyDrawing r:id="v"/>'
    found = sheet_of(package({"S": worksheet(ROW, after=after)}, parts=parts)).on_top
    assert [type(node) for node in found] == [Choices, Choices, Paragraph]


NOTES = """<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>山田</author>
<author>tc={1}</author></authors><commentList><comment ref="B2" authorId="0"><text><r><t>山田:
</t></r><r><t>要確認</t></r></text></comment><comment ref="A1" authorId="1"><text><t>[Threaded comment]
Comment:
    なぜか</t></text></comment></commentList></comments>"""
THREADS = """<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">
<threadedComment ref="A1" dT="2026-01-02T03:04:05.00" personId="{p}" id="{1}" done="1"><text>なぜか</text></threadedComment>
<threadedComment ref="A1" dT="2026-01-03T03:04:05.00" personId="{q}" id="{2}" parentId="{1}"><text>直した</text>
</threadedComment></ThreadedComments>"""
PERSONS = """<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">
<person displayName="佐藤" id="{p}"/><person displayName="鈴木" id="{q}"/></personList>"""


def comments_of(kinds: list[str]) -> list[Comment]:
    entries = [("n", "comments", "../comments1.xml"), ("t", "threadedComment", "../threads1.xml")]
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relationships([entry for entry in entries if entry[1] in kinds]),
        "xl/comments1.xml": NOTES,
        "xl/threads1.xml": THREADS,
        "xl/persons/person.xml": PERSONS,
    }
    data = package({"S": worksheet(ROW)}, parts=parts, relations=[("p", "person", "persons/person.xml")])
    return [node for node in sheet_of(data).on_top if isinstance(node, Comment)]


def test_threads_keep_replies_names_times_and_are_not_doubled_by_their_stand_in() -> None:
    first, reply, note = comments_of(["comments", "threadedComment"])
    assert (first.text, first.author, first.written, first.resolved, first.place.range) == (
        "なぜか",
        "佐藤",
        "2026-01-02T03:04:05.00",
        True,
        "A1",
    )
    assert (reply.text, reply.author, reply.thread == first.thread, reply.resolved) == ("直した", "鈴木", True, True)
    assert (note.text, note.author, note.place.range) == ("山田:\n要確認", "山田", "B2")


def test_the_stand_in_speaks_where_the_thread_is_lost() -> None:
    assert [comment.text for comment in comments_of(["comments"])] == ["なぜか", "山田:\n要確認"]


def test_charts_and_boxes_written_by_another_program_are_read() -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("集計")
    page.write_row("A1", ["月", "件数"])
    page.write_column("A2", ["4月", "5月"])
    page.write_column("B2", [3, 4.5])
    chart = book.add_chart({"type": "column"})
    chart.add_series({"name": "=集計!$B$1", "categories": "=集計!$A$2:$A$3", "values": "=集計!$B$2:$B$3"})
    chart.set_title({"name": "不良件数"})
    chart.set_y_axis({"name": "件"})
    page.insert_chart("D2", chart)
    page.insert_textbox("D30", "注意：保護めがね着用")
    page.write_comment("B2", "要確認", {"author": "山田"})
    book.close()
    found = sheet_of(stream.getvalue()).on_top
    plot, box, comment = found
    assert isinstance(plot, Chart) and isinstance(box, Paragraph) and isinstance(comment, Comment)
    assert (plot.title, plot.kind, plot.axes) == ("不良件数", "bar", ("件",))
    assert [(s.name, s.categories, s.values) for s in plot.series] == [("件数", ("4月", "5月"), (3.0, 4.5))]
    assert (box.text, box.place.range[:3]) == ("注意：保護めがね着用", "D30")
    assert (comment.text, comment.author, comment.place.range) == ("要確認", "山田", "B2")


def test_things_outside_the_print_area_and_on_hidden_rows_are_marked() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"/><row r="3" hidden="1"/>'
    content = anchored(shape(2, "隠れ"), (0, 1), (1, 3)) + anchored(shape(3, "外"), (5, 0), (6, 1))
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relationships([("d", "drawing", "../drawings/drawing1.xml")]),
        "xl/drawings/drawing1.xml": DRAWING + content + "</xdr:wsDr>",
    }
    names = '<definedName name="_xlnm.Print_Area" localSheetId="0">S!$A$1:$B$9</definedName>'
    sheet = sheet_of(package({"S": worksheet(rows, after='<drawing r:id="d"/>')}, names=names, parts=parts))
    assert {node.text: set(node.marks) for node in sheet.on_top if isinstance(node, Paragraph)} == {
        "隠れ": {Mark.HIDDEN},
        "外": {Mark.OUTSIDE_PRINT_AREA},
    }


def test_pictures_in_cells_boxes_to_tick_and_chart_sheets_are_read(tmp_path: Path) -> None:
    Pillow.new("RGB", (5, 4)).save(tmp_path / "i.png")
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("A")
    page.embed_image("B2", tmp_path / "i.png")
    page.insert_checkbox("C3", True)
    page.write("A1", 7)
    chart = book.add_chart({"type": "pie"})
    chart.add_series({"values": "=A!$A$1:$A$1", "name": "円"})
    book.add_chartsheet("グラフ").set_chart(chart)
    book.close()
    parts = parts_of(stream.getvalue())
    first, second = of(parts, Sheet)
    assert {(cell.row, cell.column): (cell.value, cell.text) for cell in first.cells} == {
        (0, 0): (7, "7"),
        (1, 1): (None, ""),
        (2, 2): (True, "☑"),
    }
    (figure,) = first.on_top
    assert isinstance(figure, Figure)
    assert (figure.image, figure.place.range) == (of(parts, Image)[0].name, "B2")
    (plot,) = second.on_top
    assert isinstance(plot, Chart) and plot.series[0].values == (7.0,)


def test_captions_below_stay_with_their_own_pictures_where_the_next_picture_is_as_near() -> None:
    pictures = [Area(0, 2, 9, 8), Area(11, 2, 20, 8)]
    texts = [(Area(10, 2, 10, 8), "図1 上の写真"), (Area(21, 2, 21, 8), "図2 下の写真")]
    assert find_captions(pictures, texts) == ["図1 上の写真", "図2 下の写真"]
    above = [(Area(10, 2, 10, 8), "図2 下の写真"), (Area(-1, 2, -1, 8), "図1 上の写真")]
    assert find_captions(pictures, above) == ["図1 上の写真", "図2 下の写真"]
