# ruff: noqa: E501 - raw XML is easier to compare with a file when it is not wrapped
"""What stands inside paragraphs: changes, ruby, hidden and struck text, controls, fields, signs, formulas."""

from genba.model.document import Revision
from genba.model.finding import Finding
from genba.model.marks import Mark, Reading
from genba.model.nodes import Chart, Choice, Choices, Comment, Figure, Grid, Heading, Paragraph
from genba.model.sheet import CodeList
from genba.ports.blob import Blob
from genba.ports.reader import Part
from tests.readers.docx.word_files import (
    cell,
    paragraph,
    parts_of,
    run,
    table,
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


def test_tracked_changes_give_the_final_text_and_are_recorded():
    body = paragraph(
        "トルクは",
        '<w:del w:id="1" w:author="山田" w:date="2026-01-02T03:04:05Z"><w:r><w:delText>20</w:delText></w:r></w:del>',
        '<w:ins w:id="2" w:author="山田" w:date="2026-01-02T03:04:05Z">' + run("24") + run(".5") + "</w:ins>",
        "N・m",
        '<w:moveFrom w:id="3" w:author="B">' + run("移動") + "</w:moveFrom>",
        run("太字", '<w:b/><w:rPrChange w:id="4" w:author="C"><w:rPr/></w:rPrChange>'),
    )
    found = parts_of(word_file(body))
    assert [part.text for part in found if isinstance(part, Paragraph)] == ["トルクは24.5N・m太字"]
    changes = [(part.kind, part.text, part.author) for part in found if isinstance(part, Revision)]
    assert changes == [
        ("deleted", "20", "山田"),
        ("inserted", "24.5", "山田"),
        ("moved", "移動", "B"),
        ("formatted", "太字", "C"),
    ]
    assert next(part for part in found if isinstance(part, Revision)).date == "2026-01-02T03:04:05Z"
    assert "docx.tracked_changes" in codes(found)


def test_a_deleted_paragraph_end_joins_two_paragraphs():
    gone = '<w:rPr><w:del w:id="1" w:author="a"/></w:rPr>'
    body = paragraph("前半", properties=gone) + paragraph("後半", style="1") + paragraph("次", properties=gone)
    found = nodes(word_file(body, styles=STYLES))
    assert [(type(part).__name__, part.text) for part in found if isinstance(part, Heading | Paragraph)] == [
        ("Heading", "前半後半"),
        ("Paragraph", "次"),
    ]


def test_ruby_keeps_the_base_and_its_reading_apart():
    ruby = (
        "<w:r><w:ruby><w:rubyPr/><w:rt>"
        + run("ばり")
        + "</w:rt><w:rubyBase>"
        + run("返り")
        + "</w:rubyBase></w:ruby></w:r>"
    )
    old = r'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>EQ \* jc2 \o\ad(\s\up 9(しめつけ),締付)</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    found = nodes(word_file(paragraph(ruby, "と", old, "を行う。")))[0]
    assert isinstance(found, Paragraph)
    assert found.text == "返りと締付を行う。"
    assert found.readings == (Reading(base="返り", reading="ばり"), Reading(base="締付", reading="しめつけ"))


def test_hidden_text_never_reaches_the_body_and_is_not_lost():
    body = (
        paragraph(run("社外秘", "<w:vanish/>"), "公開", run("内緒", '<w:rStyle w:val="secret"/>'))
        + paragraph(run("見える", "<w:webHidden/>"), run("も", '<w:vanish w:val="0"/>'))
        + table(
            cell(paragraph(run("隠", "<w:vanish/>"), "表")) + cell("値"),
            cell("a") + cell("b"),
        )
    )
    found = parts_of(word_file(body, styles=STYLES))
    shown = [part.text for part in found if isinstance(part, Paragraph) and Mark.HIDDEN not in part.marks]
    hidden = [part.text for part in found if isinstance(part, Paragraph) and Mark.HIDDEN in part.marks]
    grid = next(part for part in found if isinstance(part, Grid))
    assert shown == ["公開", "見えるも"]
    assert hidden == ["社外秘内緒", "隠"]
    assert [found.text for found in grid.cells] == ["表", "値", "a", "b"]
    assert "docx.hidden_text" in codes(found)


def test_struck_text_is_withdrawn_wholly_or_in_part():
    body = paragraph(run("廃止した手順", "<w:strike/>")) + paragraph("残る", run("消える", "<w:dstrike/>"), "文")
    found = parts_of(word_file(body))
    whole, partly = [part for part in found if isinstance(part, Paragraph)]
    assert (whole.text, whole.marks) == ("廃止した手順", {Mark.WITHDRAWN})
    assert (partly.text, partly.marks) == ("残る文", {Mark.PARTLY_WITHDRAWN})
    assert [(part.kind, part.text) for part in found if isinstance(part, Revision)] == [("withdrawn", "消える")]


def test_check_boxes_choices_and_prompts_of_content_controls():
    def control(properties: str, inside: str) -> str:
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"

    box = '<w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox>'
    listed = '<w:alias w:val="判定"/><w:dropDownList><w:listItem w:displayText="選択" w:value=""/>'
    listed += '<w:listItem w:displayText="合格" w:value="1"/><w:listItem w:displayText="不合格" w:value="2"/></w:dropDownList>'
    body = (
        paragraph("判定：", control(box.format(1), run("☒")), "良　", control(box.format(0), ""), "否")
        + paragraph("判定：", control(listed, run("合格")))
        + paragraph("氏名：", control("<w:showingPlcHdr/>", run("クリックして入力")))
        + control("<w:text/>", paragraph("設備番号 M-12"))
    )
    found = parts_of(word_file(body))
    assert [part.text for part in found if isinstance(part, Paragraph)] == [
        "判定：合格",
        "氏名：",
        "設備番号 M-12",
    ]
    choices = [part for part in found if isinstance(part, Choices)]
    assert [(part.label, part.options) for part in choices] == [
        ("判定", (Choice(text="良", selected=True), Choice(text="否", selected=False)))
    ]
    assert [(part.values, part.reference) for part in found if isinstance(part, CodeList)] == [
        (("合格", "不合格"), "判定")
    ]


def test_boxes_typed_as_text_are_groups_and_boxes_in_sentences_are_not():
    lines = ["□ 新規　■ 変更", "確認者：山田　☑確認済", "■ 目的", "次の□に印を付ける。"]
    found = nodes(word_file("".join(paragraph(line) for line in lines)))
    groups = [part for part in found if isinstance(part, Choices)]
    assert [(part.label, [(option.text, option.selected) for option in part.options]) for part in groups] == [
        ("", [("新規", False), ("変更", True)]),
        ("", [("確認済", True)]),
    ]
    assert [part.text for part in found if isinstance(part, Paragraph)] == [
        "確認者：山田",
        "■ 目的",
        "次の□に印を付ける。",
    ]


def test_fields_show_their_result_never_their_instruction():
    def complex_field(instruction: str, result: str | None, form: str = "") -> str:
        shown = "" if result is None else '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run(result)
        return (
            f'<w:r><w:fldChar w:fldCharType="begin">{form}</w:fldChar></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r>'
            f'{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    checked = "<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>"
    offered = '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="甲"/><w:listEntry w:val="乙"/></w:ddList></w:ffData>'
    body = (
        paragraph("図", complex_field("SEQ 図 \\* ARABIC", "3"), " 外観")
        + paragraph(complex_field(r"EQ \o\ac(○,秘)", None), complex_field(r"EQ \f(1,2)", None))
        + paragraph(
            complex_field("FORMCHECKBOX", None, checked), "は", complex_field("FORMDROPDOWN", None, offered), "。"
        )
        + paragraph(complex_field("SYMBOL 109 \\f Symbol", None), "m")
        + paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "壊れた")
        + paragraph("続き")
    )
    assert texts(word_file(body)) == ["図3 外観", "㊙1/2", "☑は乙。", "μm", "続き"]


def test_signs_are_shown_as_the_page_shows_them():
    body = (
        paragraph(
            '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>',
            "と",
            '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>',
            "。",
        )
        + paragraph(
            "φ10",
            run("±", '<w:rFonts w:ascii="MS Mincho"/>'),
            run("m", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'),
            "m",
        )
        + paragraph(
            "10",
            run("3", '<w:vertAlign w:val="superscript"/>'),
            " H",
            run("2", '<w:vertAlign w:val="subscript"/>'),
            "O",
        )
        + paragraph(
            '<w:r><mc:AlternateContent><mc:Choice Requires="w16se"/><mc:Fallback><w:t>①</w:t></mc:Fallback></mc:AlternateContent></w:r>'
        )
        + paragraph(
            "<w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>1</w:t><w:softHyphen/><w:tab/><w:t>B</w:t><w:br/><w:t>C</w:t></w:r>"
        )
    )
    assert texts(word_file(body)) == ["☑と☐。", "φ10±μm", "10³ H₂O", "①", "A-1\tB\nC"]


def test_formulas_become_one_line():
    formula = (
        "<m:oMath><m:f><m:num><m:r><m:t>π</m:t></m:r></m:num><m:den><m:r><m:t>4</m:t></m:r></m:den></m:f>"
        "<m:sSup><m:e><m:r><m:t>d</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>"
    )
    assert texts(word_file(paragraph("A=", formula))) == ["A=π/4d^2"]
