# ruff: noqa: E501 - raw XML is easier to compare with a file when it is not wrapped
"""What a Word file says: headings, boxes, notes, headers, properties, and what must not be lost."""

from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.model.document import Property
from genba.model.finding import Finding
from genba.model.image import Image
from genba.model.marks import Mark
from genba.model.nodes import Chart, Choices, Comment, Figure, Grid, Heading, Paragraph, Role
from genba.ports.blob import Blob
from genba.ports.reader import Child, Limits, Part
from tests.readers.docx.word_files import (
    NAMESPACES,
    as_blob,
    cell,
    paragraph,
    parts_of,
    relationships,
    run,
    table,
    text_box,
    word_file,
)

STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="koumoku"><w:name w:val="自社項目"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="m2"><w:name w:val="見出し 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="cap"><w:name w:val="caption"/></w:style>
<w:style w:type="paragraph" w:styleId="toc1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="x"><w:name w:val="X"/><w:basedOn w:val="y"/></w:style>
<w:style w:type="paragraph" w:styleId="y"><w:name w:val="Y"/><w:basedOn w:val="x"/></w:style>
<w:style w:type="character" w:styleId="secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>
"""


def nodes(blob: Blob) -> list[Part]:
    return [
        part
        for part in parts_of(blob)
        if isinstance(part, Heading | Paragraph | Grid | Figure | Chart | Choices | Comment)
    ]


def texts(blob: Blob) -> list[str]:
    return [part.text for part in parts_of(blob) if isinstance(part, Heading | Paragraph)]


def codes(parts: list[Part]) -> list[str]:
    return [part.code for part in parts if isinstance(part, Finding)]


def test_headings_follow_outline_levels_styles_and_their_ancestors():
    body = (
        paragraph("章", style="1")
        + paragraph("項目", style="koumoku")
        + paragraph("見出し", style="m2")
        + paragraph("直接", properties='<w:outlineLvl w:val="2"/>')
        + paragraph("本文", style="1", properties='<w:outlineLvl w:val="9"/>')
        + paragraph("表題", style="Title")
    )
    found = [(type(part).__name__, getattr(part, "level", 0)) for part in nodes(word_file(body, styles=STYLES))]
    assert found[:4] == [("Heading", 1), ("Heading", 1), ("Heading", 2), ("Heading", 3)]
    title = nodes(word_file(body, styles=STYLES))[5]
    assert isinstance(title, Paragraph) and title.role is Role.TITLE
    assert isinstance(nodes(word_file(body, styles=STYLES))[4], Paragraph)


def test_styles_based_on_each_other_in_a_circle_are_read_as_text():
    assert texts(word_file(paragraph("あ", style="x") + paragraph("い", style="y"), styles=STYLES)) == ["あ", "い"]


def test_a_warning_in_a_text_box_stands_once_and_behind_its_paragraph():
    body = paragraph("前", text_box(paragraph("注意"), paragraph("保護めがね着用"))) + paragraph("後")
    found = nodes(word_file(body))
    assert [(part.text, part.role) for part in found if isinstance(part, Paragraph)] == [
        ("前", Role.BODY),
        ("注意\n保護めがね着用", Role.TEXT_BOX),
        ("後", Role.BODY),
    ]


def test_an_old_text_box_and_word_art_are_read():
    body = paragraph(
        "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>"
        + paragraph("危険")
        + "</w:txbxContent></v:textbox></v:shape>"
        '<v:shape><v:textpath string="社外秘"/></v:shape></w:pict></w:r>'
    )
    assert texts(word_file(body)) == ["危険", "社外秘"]


def test_boxes_in_groups_and_boxes_in_boxes_are_read():
    group = (
        "<w:r><w:drawing><wp:anchor><a:graphic><a:graphicData><wpg:wgp>"
        "<wps:wsp><wps:txbx><w:txbxContent>"
        + paragraph("左", text_box(paragraph("中の箱")))
        + "</w:txbxContent></wps:txbx></wps:wsp>"
        "<wpg:grpSp><wps:wsp><wps:txbx><w:txbxContent>"
        + paragraph("右")
        + "</w:txbxContent></wps:txbx></wps:wsp></wpg:grpSp>"
        "</wpg:wgp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )
    assert texts(word_file(paragraph(group))) == ["左", "中の箱", "右"]


def test_footnotes_follow_the_paragraph_that_refers_to_them():
    note = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    footnotes = (
        '<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
        '<w:footnote w:id="2">' + paragraph("<w:r><w:footnoteRef/></w:r>", " JIS B 0205") + "</w:footnote>"
        '<w:footnote w:id="5">' + paragraph("二つ目") + "</w:footnote>"
    )
    body = paragraph("ねじ", note.format(5), "を締める") + paragraph("次", note.format(2))
    found = [part for part in nodes(word_file(body, footnotes=footnotes)) if isinstance(part, Paragraph)]
    assert [(part.text, part.number, part.role, part.place.part) for part in found] == [
        ("ねじ[^1]を締める", "", Role.BODY, "body"),
        ("二つ目", "1", Role.FOOTNOTE, "footnote 1"),
        ("次[^2]", "", Role.BODY, "body"),
        ("JIS B 0205", "2", Role.FOOTNOTE, "footnote 2"),
    ]


def test_comments_carry_author_thread_and_the_characters_they_are_about():
    body = paragraph(
        "締付", '<w:commentRangeStart w:id="0"/>', "トルク", '<w:commentRangeEnd w:id="0"/>',
        '<w:r><w:commentReference w:id="0"/></w:r>', "は",
    )  # fmt: skip
    comments = "".join(
        f'<w:comment w:id="{key}" w:author="{who}" w:date="2026-03-01T09:00:00Z">'
        f'<w:p w14:paraId="{paragraph_id}"><w:r><w:t>{text}</w:t></w:r></w:p></w:comment>'
        for key, who, paragraph_id, text in ((0, "検査", "0A", "値は？"), (1, "技術", "0B", "24.5です"))
    )
    extended = '<w15:commentEx w15:paraId="0A" w15:done="1"/><w15:commentEx w15:paraId="0B" w15:paraIdParent="0A"/>'
    found = nodes(word_file(body, comments=comments, commentsExtended=extended))
    remarks = [part for part in found if isinstance(part, Comment)]
    assert [(part.text, part.author, part.thread, part.resolved) for part in remarks] == [
        ("値は？", "検査", "0", True),
        ("24.5です", "技術", "0", True),
    ]
    assert remarks[0].place.pointer == "/body/p[1]#char=2,5"
    assert remarks[0].written == "2026-03-01T09:00:00Z"


def test_headers_come_first_footers_last_each_text_once_and_apart_from_the_body():
    body = (
        paragraph("本文")
        + '<w:sectPr><w:headerReference w:type="default" r:id="header1"/><w:headerReference w:type="first" r:id="header2"/>'
        '<w:footerReference w:type="default" r:id="footer1"/></w:sectPr>'
    )
    page = '<w:fldSimple w:instr="PAGE">' + run("3") + "</w:fldSimple>"
    blob = word_file(
        body,
        header1=paragraph("文書番号 WI-001") + table(cell("改訂") + cell("3"), cell("作成") + cell("山田")),
        header2=paragraph("表紙だけ"),
        footer1=paragraph(page, " 頁") + paragraph("3 頁"),
    )
    found = nodes(blob)
    assert [getattr(part, "text", "表") for part in found] == ["文書番号 WI-001", "表", "表紙だけ", "本文", "3 頁"]
    assert found[0].marks == {Mark.FURNITURE} and found[0].place.part == "header1"  # type: ignore[union-attr]
    assert found[1].marks == {Mark.FURNITURE}  # type: ignore[union-attr]
    assert found[2].marks == {Mark.FURNITURE, Mark.HIDDEN}  # type: ignore[union-attr] # no title page in this section


def test_a_table_of_contents_is_set_apart():
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o "1-3"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    body = (
        paragraph(begin, "1 目的 2")
        + paragraph("2 手順 3")
        + paragraph('<w:r><w:fldChar w:fldCharType="end"/></w:r>')
        + paragraph("3 検査 4", style="toc1")
        + paragraph("目的", style="1")
    )
    found = nodes(word_file(body, styles=STYLES))
    assert [Mark.FURNITURE in part.marks for part in found] == [True, True, True, False]  # type: ignore[union-attr]


def picture(key: str, description: str = "") -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="{description}"/><a:graphic><a:graphicData><pic:pic>'
        f'<pic:blipFill><a:blip r:embed="{key}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )


def test_pictures_are_kept_once_with_description_and_caption():
    body = (
        paragraph(picture("p1", "治具の写真"))
        + paragraph("図1 治具")
        + paragraph("図1に示すように置く。")
        + paragraph(picture("p1"))
        + paragraph("表1 部品", style="cap")
        + table(cell("品番") + cell("個数"), cell("A1") + cell("2"))
    )
    found = parts_of(
        word_file(body, styles=STYLES, links={"p1": ("image", "media/a.png")}, files={"word/media/a.png": b"PNG"})
    )
    assert [(part.name, part.media_type, part.data) for part in found if isinstance(part, Image)] == [
        ("a.png", "image/png", b"PNG")
    ]
    figures = [part for part in found if isinstance(part, Figure)]
    assert [(part.image, part.description, part.caption) for part in figures] == [
        ("a.png", "治具の写真", "図1 治具"),
        ("a.png", "", ""),
    ]
    assert next(part for part in found if isinstance(part, Grid)).caption == "表1 部品"
    roles = {part.text: part.role for part in found if isinstance(part, Paragraph)}
    assert roles["図1 治具"] is Role.CAPTION and roles["図1に示すように置く。"] is Role.BODY


def test_smartart_charts_and_embedded_files_are_read_where_they_stand():
    data = (
        f"<dgm:dataModel {NAMESPACES}><dgm:ptLst><dgm:pt modelId='0' type='doc'/><dgm:pt modelId='1'><dgm:t><a:p><a:r><a:t>受入</a:t></a:r></a:p></dgm:t></dgm:pt>"
        "</dgm:ptLst><dgm:cxnLst><dgm:cxn modelId='9' srcId='0' destId='1' srcOrd='0'/></dgm:cxnLst></dgm:dataModel>"
    )
    chart = f"<c:chartSpace {NAMESPACES}><c:chart><c:plotArea><c:barChart><c:ser><c:val><c:numLit><c:pt idx='0'><c:v>5</c:v></c:pt></c:numLit></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
    frame = "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData>{}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    body = (
        paragraph(frame.format('<dgm:relIds r:dm="d1"/>'))
        + paragraph(frame.format('<c:chart r:id="c1"/>'))
        + paragraph('<w:r><w:object><o:OLEObject Type="Embed" ProgID="Excel.Sheet.12" r:id="e1"/></w:object></w:r>')
        + '<w:altChunk r:id="h1"/>'
    )
    links = {
        "d1": ("diagramData", "diagrams/data1.xml"),
        "c1": ("chart", "charts/chart1.xml"),
        "e1": ("package", "embeddings/book.xlsx"),
        "h1": ("aFChunk", "chunk.html"),
    }
    files = {
        "word/diagrams/data1.xml": data,
        "word/charts/chart1.xml": chart,
        "word/embeddings/book.xlsx": b"xlsx",
        "word/chunk.html": "<p>x</p>",
    }
    found = parts_of(word_file(body, links=links, files=files))
    assert next(part for part in found if isinstance(part, Figure)).texts == ("受入",)
    assert next(part for part in found if isinstance(part, Chart)).series[0].values == (5.0,)
    children = [part for part in found if isinstance(part, Child)]
    assert [part.path for part in children] == ["embedded/book.xlsx", "embedded/chunk.html"]
    assert children[0].blob.open().read() == b"xlsx"


def test_properties_and_protection_are_told():
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>手順書</dc:title><dc:creator/></cp:coreProperties>'
    )
    rels = relationships(
        {"rId1": ("officeDocument", "word/document.xml"), "rId2": ("core-properties", "docProps/core.xml")}
    )
    blob = word_file(
        paragraph("x"),
        settings='<w:documentProtection w:edit="readOnly" w:enforcement="1"/>',
        files={"docProps/core.xml": core, "_rels/.rels": rels},
    )
    found = parts_of(blob)
    assert [(part.name, part.value) for part in found if isinstance(part, Property)] == [("title", "手順書")]
    assert codes(found) == ["docx.protected"]


def test_missing_parts_and_broken_references_are_findings_and_the_rest_is_read():
    body = paragraph("前", picture("nothing")) + paragraph(picture("gone")) + paragraph("後")
    body += '<w:sectPr><w:headerReference w:type="default" r:id="zzz"/></w:sectPr>'
    found = parts_of(word_file(body, links={"gone": ("image", "media/gone.png"), "styles": ("styles", "styles.xml")}))
    assert [part.text for part in found if isinstance(part, Paragraph)] == ["前", "後"]
    assert sorted(codes(found)) == [
        "docx.relationship_missing",
        "docx.relationship_missing",
        "ooxml.part_missing",
        "ooxml.part_missing",
    ]


def test_a_file_without_a_body_is_refused():
    with pytest.raises(InvalidInput, match=r"zip\.broken"):
        parts_of(as_blob(b"not a zip"))
    with pytest.raises(InvalidInput, match=r"docx\.no_body"):
        parts_of(word_file("", files={"word/document.xml": f"<w:document {NAMESPACES}/>"}))


def test_a_document_beyond_the_limit_keeps_what_was_read():
    found = parts_of(word_file("".join(paragraph(str(number)) for number in range(50))), replace(Limits(), nodes=10))
    assert len([part for part in found if isinstance(part, Paragraph)]) == 10
    assert codes(found) == ["docx.too_many_nodes"]


def test_absurd_nesting_stops_with_a_finding():
    body = paragraph("底")
    for _ in range(45):
        body = table(cell(body) + cell("x"), cell("a") + cell("b"))
    found = parts_of(word_file(body))
    assert "docx.too_deep" in codes(found) or "xml.broken" in codes(found)


words = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"], exclude_characters="<>&\ufffe\uffff"
    ),
    min_size=1,
    max_size=8,
)


@given(st.lists(st.lists(words, min_size=1, max_size=3), max_size=12))
def test_every_paragraph_comes_back_in_order(content: list[list[str]]):
    body = "".join(paragraph(*(run(escape(text)) for text in line)) for line in content)
    assert texts(word_file(body)) == ["".join(line) for line in content]


def test_the_measured_cases_of_real_word_files_are_right(real_data: Path):
    path = real_data / "documents" / "generated" / "syn.docx"
    blob = Blob(name=path.name, size_bytes=path.stat().st_size, open=lambda: path.open("rb"))
    found = parts_of(blob)
    shown = [
        (part.number, part.text)
        for part in found
        if isinstance(part, Paragraph) and not part.marks & {Mark.HIDDEN, Mark.FURNITURE}
    ]
    assert shown == [
        ("", "作業手順書"),
        ("1.", "部品を治具に固定する"),
        ("2.", "ボルトを締め付ける"),
        ("3.", "外観を確認する"),
        ("", "締付トルクは24.5N・mとする。"),
        ("", "返りを除去する。"),
        ("", "可視文字"),
        ("", "注意：保護めがね着用"),
    ]
    grid = next(part for part in found if isinstance(part, Grid))
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in grid.cells] == [
        (0, 0, 1, 3, "検査結果"),
        (1, 0, 2, 1, "外径"),
        (1, 1, 1, 1, "1回目"),
        (1, 2, 1, 1, "25.01"),
        (2, 1, 1, 1, "2回目"),
        (2, 2, 1, 1, "24.99"),
    ]
    furniture = [part.text for part in found if isinstance(part, Paragraph) and Mark.FURNITURE in part.marks]
    assert furniture == ["文書番号 WI-2024-0315", "社外秘フッター"]


@pytest.mark.parametrize("name", ["451-6_report", "441_datetime", "442_address"])
def test_numbers_of_real_headings_are_those_of_their_tables_of_contents(real_data: Path, name: str):
    path = real_data / "documents" / "gif-cc0" / f"{name}.docx"
    found = parts_of(Blob(name=path.name, size_bytes=path.stat().st_size, open=lambda: path.open("rb")))
    listed = [
        part.text.split("\t")[:2]
        for part in found
        if isinstance(part, Paragraph) and Mark.FURNITURE in part.marks and part.text.count("\t") == 2
    ]
    headings = {(part.number, part.text) for part in found if isinstance(part, Heading)}
    assert len(listed) >= 10
    assert [entry for entry in listed if tuple(entry) not in headings] == []
