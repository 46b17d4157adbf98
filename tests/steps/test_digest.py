"""Keywords are words that people search by; a summary says what a document is."""

from hypothesis import given
from hypothesis import strategies as st

from genba.model.cells import Cell
from genba.model.document import Document, Node, Property
from genba.model.marks import Mark
from genba.model.nodes import Grid, Heading, Pair, Paragraph
from genba.model.source import Source
from genba.model.table import Column, Table
from genba.steps.digest import keywords, summary
from genba.steps.digest.keywords import KEYWORDS
from genba.steps.digest.summary import SUMMARY_CHARS

SOURCE = Source(path="現場/手順.docx", sha256="", size_bytes=0, kind="docx")


def words(*nodes: Node, **fields: tuple[Property, ...]) -> tuple[str, ...]:
    return keywords(Document(source=SOURCE, nodes=nodes, **fields)).keywords  # type: ignore[arg-type]


def test_keywords_are_whole_words_without_particles_and_verbs() -> None:
    text = "目的及び適用範囲。ボルトの締付けトルクを確認する。面粗さ不良、寸法外れ、見積りの依頼。"
    chosen = words(Paragraph(text=text), Paragraph(text="部品を取り付ける。新年明けまして。"))
    assert {"締付けトルク", "面粗さ不良", "寸法外れ", "見積り", "適用範囲", "ボルト"} <= set(chosen)
    assert not {"目的及", "適用範囲及", "取り付", "新年明", "締付", "寸法外", "確認", "目的"} & set(chosen)


def test_counters_after_numbers_and_names_of_people_are_no_keywords() -> None:
    nodes = (
        Paragraph(text="測定は3回目で12件の不良。1回目は良。"),
        Pair(label="作成", value="小野木 大輔"),
        Paragraph(text="出席：佐久良 健一、髙瀬川 翔太"),
        Paragraph(text="小野木 大輔が佐久良 健一に説明"),
    )
    chosen = " ".join(words(*nodes))
    assert not any(word in chosen for word in ("回目", "件", "小野木", "大輔", "佐久良", "健一"))


def test_names_in_a_column_of_people_are_no_keywords() -> None:
    cells = (
        Cell(0, 0, "設備", "設備"),
        Cell(0, 1, "担当者", "担当者"),
        Cell(1, 0, "研削盤", "研削盤"),
        Cell(1, 1, "羽鳥田", "羽鳥田"),
    )
    assert "羽鳥田" not in words(Grid(cells=cells, rows=2, columns=2, header_rows=1))


def test_codes_do_not_crowd_words_out() -> None:
    codes = Paragraph(text=" ".join(f"KG-{number}" for number in range(100, 130)))
    chosen = words(codes, Paragraph(text="減速機ハウジングの荒加工"))
    assert sum("-" in word for word in chosen) == 3
    assert "減速機ハウジング" in chosen


def test_hidden_text_gives_no_keywords() -> None:
    assert words(Paragraph(text="社外秘単価", marks=frozenset({Mark.HIDDEN}))) == ()


@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_text_gives_few_short_keywords_and_a_short_summary(texts: list[str]) -> None:
    document = Document(source=SOURCE, nodes=tuple(Paragraph(text=text) for text in texts))
    chosen = keywords(document).keywords
    assert len(chosen) <= KEYWORDS
    assert len({word.casefold() for word in chosen}) == len(chosen)
    assert all(2 <= len(word) <= 16 for word in chosen)
    assert len(summary(document).summary) <= 2 * SUMMARY_CHARS


def test_the_purpose_is_the_summary() -> None:
    nodes = (Paragraph(text="改訂の経緯を示す文がここにある。"), Heading(text="1. 目的", level=1),
             Paragraph(text="金型交換を安全に行うための標準を定める。"), Heading(text="2. 作業", level=1),
             Paragraph(text="主電源を切り、札を掛ける。"))  # fmt: skip
    assert summary(Document(source=SOURCE, nodes=nodes)).summary == "金型交換を安全に行うための標準を定める。"


def test_a_form_or_a_table_is_summed_up_by_what_it_is_about() -> None:
    properties = (
        Property(name="title", value="検査成績書"),
        Property(name="part_number", value="KG-1"),
        Property(name="lot", value="F1"),
    )
    nodes = (
        Pair(label="品番", value="KG-1"),
        Pair(label="ロット", value="F1"),
        Paragraph(text="異常時は作業を止める。"),
    )
    table = Table(
        name="表",
        columns=(Column(name="測定項目"), Column(name="測定値/1回目"), Column(name="_hidden")),
        batches=(),
        rows=4,
    )
    found = summary(Document(source=SOURCE, nodes=nodes, properties=properties, tables=(table,))).summary
    assert found == "検査成績書（品番 KG-1、ロット F1）。表: 測定項目、測定値/1回目。"
