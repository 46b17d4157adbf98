"""Codes get their kind from the label beside them; pointers to other documents are kept as they are written."""

import pytest

from genba.model.cells import Cell
from genba.model.document import Document, Node, Property
from genba.model.nodes import Grid, Heading, Pair, Paragraph
from genba.model.source import Source
from genba.model.terms import TermKind
from genba.model.vocabulary import CodePattern, Concept, Vocabulary
from genba.steps.semantics import mentions
from genba.steps.semantics.finding import MENTIONS, PER_CODE, REFERENCES


def document(*nodes: Node, **more: object) -> Document:
    source = Source(path="a.docx", sha256="", size_bytes=0, kind="docx")
    return Document(source=source, nodes=nodes, **more)  # type: ignore[arg-type]


def found(*nodes: Node, **more: object) -> dict[str, TermKind]:
    return {item.normal: item.kind for item in mentions(document(*nodes, **more)).mentions}


def grid(rows: list[list[str]], header_rows: int = 1) -> Grid:
    cells = tuple(Cell(r, c, text, text) for r, row in enumerate(rows) for c, text in enumerate(row))
    return Grid(cells=cells, rows=len(rows), columns=len(rows[0]), header_rows=header_rows, id="g")


def test_fields_columns_and_words_before_a_code_say_what_it_names() -> None:
    assert found(
        Pair(label="製品/品番", value="KB-1024"),
        grid([["図番", "数量", "設備No."], ["D-1023", "120", "MC-03"]]),
        Paragraph(text="ロット L250401-01 を2号機で加工し、WS-0012 を見る。"),
    ) == {
        "KB-1024": TermKind.PART,
        "D-1023": TermKind.DRAWING,
        "MC-03": TermKind.EQUIPMENT,
        "L250401-01": TermKind.LOT,
        "2号機": TermKind.EQUIPMENT,
        "WS-0012": TermKind.UNKNOWN,
    }


def test_in_a_block_without_header_the_label_stands_left_of_its_value_or_above() -> None:
    assert found(grid([["図番", "D-1023"], ["尺度", "1:2"]], 0)) == {"D-1023": TermKind.DRAWING}
    assert found(grid([["図番", "品番"], ["D-1023", "47A"]], 0)) == {"D-1023": TermKind.DRAWING, "47A": TermKind.PART}


def test_a_label_holds_for_the_whole_list_behind_it() -> None:
    assert set(found(Paragraph(text="品番 KB-1024、KB-1025及びTX-33A を確認")).values()) == {TermKind.PART}


def test_numbers_of_other_things_are_no_codes_of_parts() -> None:
    assert found(Pair(label="電話番号", value="03-1234-5678"), Pair(label="数量", value="1200")) == {}
    assert found(Pair(label="注文番号", value="PO-2231")) == {"PO-2231": TermKind.UNKNOWN}


@pytest.mark.parametrize(
    ("text", "code", "title", "revision", "kind"),
    [
        ("図面 A-1023 Rev.B 参照", "A-1023", "", "B", TermKind.DRAWING),
        ("組付けは WS-0012 による。", "WS-0012", "", "", TermKind.UNKNOWN),
        ("WS-0012（圧入作業手順書）に従うこと", "WS-0012", "", "", TermKind.UNKNOWN),
        ("締付けは部品検査基準書に従う。", "", "部品検査基準書", "", TermKind.DOCUMENT),
        ("判定は取付け台組立作業標準書に従う。", "", "取付け台組立作業標準書", "", TermKind.DOCUMENT),
        ("判定は計量ポンプ梱包要領書に従う。", "", "計量ポンプ梱包要領書", "", TermKind.DOCUMENT),
        ("詳細は『外観限度見本一覧表』を参照", "", "外観限度見本一覧表", "", TermKind.DOCUMENT),
        ("寸法は別紙2のとおり", "", "別紙2", "", TermKind.DOCUMENT),
        ("ボルトは JIS B 1180:2014 とする", "JIS B 1180", "", "2014", TermKind.DOCUMENT),
        ("A-1023.pdf の図面を確認", "A-1023", "", "", TermKind.DRAWING),
    ],
)
def test_pointers_are_found_with_what_they_name(
    text: str, code: str, title: str, revision: str, kind: TermKind
) -> None:
    (reference,) = mentions(document(Paragraph(text=text, id="n1"))).references
    assert (reference.code, reference.title, reference.revision, reference.kind) == (code, title, revision, kind)
    assert reference.node == "n1"
    assert reference.as_written in text


@pytest.mark.parametrize(
    "text",
    [
        "作業標準書に従って作業する。",
        "本手順書による。",
        "KB-1024 を取り付ける。",
        "品番 KB-1024 を参照",
        "ロット L250401-01 を参照",
    ],
)
def test_words_that_name_no_document_are_no_pointers(text: str) -> None:
    assert mentions(document(Paragraph(text=text))).references == ()


def test_every_code_of_a_list_is_pointed_to() -> None:
    references = mentions(document(Paragraph(text="図面 A-1023、A-1024及びA-1025 を参照"))).references
    assert [item.code for item in references] == ["A-1023", "A-1024", "A-1025"]


def test_a_document_does_not_point_to_itself_or_its_own_sheets() -> None:
    own = Property(name="document_number", value="WS-0012")
    nodes = (
        Pair(label="文書番号", value="WS-0012"),
        Heading(text="別紙 2 寸法", level=1),
        Paragraph(text="別紙2を参照"),
    )
    assert mentions(document(*nodes, properties=(own,))).references == ()


def test_names_of_processes_and_defects_come_from_columns_that_hold_them() -> None:
    rows = [["工程名", "不良内容"], ["圧入", "バリ、キズ"], ["洗浄", "なし"]]
    kinds = found(grid(rows))
    assert kinds == {
        "圧入": TermKind.PROCESS,
        "洗浄": TermKind.PROCESS,
        "バリ": TermKind.DEFECT,
        "キズ": TermKind.DEFECT,
    }


def test_what_the_user_confirmed_is_certain_everywhere() -> None:
    vocabulary = Vocabulary(
        patterns=(CodePattern(kind=TermKind.DOCUMENT, shape="WS-9999", is_confirmed=True),),
        concepts=(Concept(name="バリ", kind=TermKind.DEFECT),),
    )
    result = mentions(document(Paragraph(text="WS-0012 のバリを見る。")), vocabulary=vocabulary).mentions
    assert [(item.normal, item.kind, item.confidence) for item in result] == [
        ("WS-0012", TermKind.DOCUMENT, 1.0),
        ("バリ", TermKind.DEFECT, 1.0),
    ]


def test_a_document_of_many_codes_is_bounded() -> None:
    text = "、".join(f"KB-{n:05d}" for n in range(MENTIONS + 500))
    many = mentions(
        document(*(Paragraph(text=f"図面 A-{n:05d} 参照") for n in range(REFERENCES + 50)), Paragraph(text=text))
    )
    assert len(many.references) == REFERENCES
    assert len(many.mentions) <= MENTIONS
    again = mentions(document(*(Paragraph(text="品番 KB-1024") for _ in range(50))))
    assert len(again.mentions) == PER_CODE
