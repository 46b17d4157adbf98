"""Spelling is unified and logged; dates and quantities get their meaning; what was written stays."""

from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from genba.model.cells import Cell
from genba.model.document import Document, Node
from genba.model.marks import Value
from genba.model.nodes import Choice, Choices, Comment, Figure, Grid, Heading, Pair, Paragraph, Role
from genba.model.place import Place
from genba.model.source import Source
from genba.model.table import Column, Table
from genba.steps.normalise import LOGGED_IN_TABLES, text

SOURCE = Source(path="現場/手順.docx", sha256="", size_bytes=0, kind="docx")


def done(*nodes: Node) -> Document:
    return text(Document(source=SOURCE, nodes=nodes))


def values(written: str) -> tuple[Value, ...]:
    [node] = done(Paragraph(text=written)).nodes
    assert isinstance(node, Paragraph)
    return node.values


def test_every_text_is_unified_and_each_kind_of_change_logged_once_with_its_count() -> None:
    place = Place(sheet="表", range="A1")
    document = done(
        Heading(text="ﾎﾞﾙﾄ", level=1, place=place),
        Pair(label="ﾎﾞﾙﾄ", value="１２０"),
        Grid(cells=(Cell(0, 0, "ﾎﾞﾙﾄ", "ﾎﾞﾙﾄ"),), rows=1, columns=1),
        Choices(label="ﾎﾞﾙﾄ", options=(Choice(text="ﾎﾞﾙﾄ", selected=True),)),
        Figure(caption="ﾎﾞﾙﾄ", texts=("ﾎﾞﾙﾄ",)),
        Comment(text="ﾎﾞﾙﾄ"),
    )
    assert "ﾎﾞﾙﾄ" not in str(document.nodes).replace("value='ﾎﾞﾙﾄ'", "")
    [bolt] = [edit for edit in document.edits if edit.before == "ﾎﾞﾙﾄ"]
    assert (bolt.after, bolt.count, bolt.place, bolt.step) == ("ボルト", 8, place, "normalise.text")


def test_the_value_as_stored_stays() -> None:
    [node] = done(Grid(cells=(Cell(0, 0, "ﾎﾞﾙﾄ", "ﾎﾞﾙﾄ"),), rows=1, columns=1)).nodes
    assert isinstance(node, Grid)
    assert (node.cells[0].value, node.cells[0].text) == ("ﾎﾞﾙﾄ", "ボルト")


def test_dates_and_quantities_get_their_meaning() -> None:
    date, torque = values("令和6年3月16日、締付けトルク 24.5 N・m で締める。")
    assert (date.as_written, date.iso) == ("令和6年3月16日", "2024-03-16")
    assert (torque.number, torque.unit, torque.ucum) == (24.5, "N・m", "N.m")
    [limits] = values("内径 24.00±0.02mm")
    assert (limits.lower, limits.upper, limits.ucum) == (23.98, 24.02, "mm")


def test_what_is_no_date_and_no_quantity_gets_none() -> None:
    assert values("品番 KG-2140-01、TV-560、第3版、2024年度、13時") == () or all(
        value.iso == "" for value in values("品番 KG-2140-01、TV-560、第3版、2024年度")
    )
    assert values("2024年13月45日") == ()


def test_code_is_left_as_it_is() -> None:
    [node] = done(Paragraph(text="ﾎﾞﾙﾄ　＝　１", role=Role.CODE)).nodes
    assert isinstance(node, Paragraph)
    assert node.text == "ﾎﾞﾙﾄ　＝　１"


@given(st.text(max_size=80))
def test_unifying_twice_changes_nothing_more(written: str) -> None:
    once = done(Paragraph(text=written))
    twice = text(once)
    assert twice.nodes == once.nodes


def table(*batches: pa.RecordBatch, **more: Any) -> Table:
    names = batches[0].schema.names
    return Table(
        name="部品", columns=tuple(Column(name=name, source=name) for name in names), batches=batches,
        rows=sum(map(len, batches)), place=Place(line=1, line_end=9), **more,
    )  # fmt: skip


def done_table(given: Table) -> tuple[Table, Document]:
    document = text(Document(source=SOURCE, tables=(given,)))
    return document.tables[0], document


def test_texts_of_tables_that_stream_are_unified_and_counted_over_all_batches() -> None:
    batch = pa.RecordBatch.from_pydict({"ｺｰﾄﾞ": ["00123", "００４５"], "品名": ["ﾎﾞﾙﾄ M6", "①髙瀬川"]})
    unified, document = done_table(table(batch, batch, notes=("作成：ﾔﾏﾀﾞ",), time_column="ｺｰﾄﾞ"))
    assert [column.name for column in unified.columns] == ["コード", "品名"]
    assert (unified.notes, unified.time_column) == (("作成:ヤマダ",), "コード")
    assert [one.to_pydict() for one in unified.batches] == 2 * [
        {"コード": ["00123", "0045"], "品名": ["ボルト M6", "①髙瀬川"]}
    ]
    counts = {edit.before: (edit.after, edit.count, edit.place.line) for edit in document.edits}
    assert counts["ﾎﾞﾙﾄ"] == ("ボルト", 2, 1)
    assert counts["００４５"] == ("0045", 2, 1)


def test_a_table_that_needs_nothing_stays_the_very_same() -> None:
    given = table(pa.RecordBatch.from_pydict({"品番": ["A-1", None], "備考": ["良", ""]}))
    assert done_table(given)[0] == given


def test_names_that_would_become_one_stay_apart() -> None:
    given = table(pa.RecordBatch.from_pydict({"ｺｰﾄﾞ": ["ｱ"], "コード": ["イ"]}))
    assert [column.name for column in done_table(given)[0].columns] == ["ｺｰﾄﾞ", "コード"]


def test_changes_in_tables_beyond_the_limit_are_counted_together() -> None:
    kana = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜ"
    words = [one + two for one in kana for two in kana] + ["ﾝ" + one + two for one in kana for two in kana[:10]]
    _, document = done_table(table(pa.RecordBatch.from_pydict({"品名": words})))
    assert len(document.edits) == LOGGED_IN_TABLES + 1
    assert sum(edit.count for edit in document.edits) == len(words)
