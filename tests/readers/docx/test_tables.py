"""Tables of Word files: spans, deleted rows, tables in tables."""

from hypothesis import given
from hypothesis import strategies as st

from genba.model.document import Revision
from genba.model.marks import Mark
from genba.model.nodes import Grid, Paragraph, Role
from genba.ports.reader import Part
from tests.readers.docx.word_files import cell, paragraph, parts_of, run, table, word_file

SPAN, START, CONTINUE = '<w:gridSpan w:val="{}"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def grids(parts: list[Part]) -> list[Grid]:
    return [part for part in parts if isinstance(part, Grid)]


def layout(grid: Grid) -> list[tuple[int, int, int, int, str]]:
    return [(found.row, found.column, found.row_span, found.column_span, found.text) for found in grid.cells]


def test_spans_are_laid_out_and_text_under_a_merge_is_kept_as_hidden():
    body = table(
        cell("検査結果", properties=SPAN.format(3)),
        cell("外径", properties=START) + cell("1回目") + cell("25.01"),
        cell("下に残った字", properties=CONTINUE) + cell("2回目") + cell("24.99"),
    )
    parts = parts_of(word_file(body))
    assert layout(grids(parts)[0]) == [
        (0, 0, 1, 3, "検査結果"),
        (1, 0, 2, 1, "外径"),
        (1, 1, 1, 1, "1回目"),
        (1, 2, 1, 1, "25.01"),
        (2, 1, 1, 1, "2回目"),
        (2, 2, 1, 1, "24.99"),
    ]
    hidden = [part for part in parts if isinstance(part, Paragraph)]
    assert [(part.text, part.marks) for part in hidden] == [("下に残った字", {Mark.HIDDEN})]


def test_rows_that_begin_later_and_header_rows_are_kept():
    rows = (
        "<w:trPr><w:tblHeader/></w:trPr>" + cell("項目") + cell("値"),
        '<w:trPr><w:gridBefore w:val="1"/><w:gridAfter w:val="2"/></w:trPr>' + cell("x"),
    )
    grid = grids(parts_of(word_file(table(*rows))))[0]
    assert (grid.header_rows, grid.rows, grid.columns) == (1, 2, 4)
    assert layout(grid)[-1] == (1, 1, 1, 1, "x")


def test_deleted_rows_and_cells_are_recorded_and_left_out():
    body = table(
        cell("a") + cell("b"),
        '<w:trPr><w:del w:id="1" w:author="山田"/></w:trPr>' + cell("消") + cell("える"),
        cell("c") + cell("d", properties='<w:cellDel w:id="2" w:author="山田"/>'),
    )
    parts = parts_of(word_file(body))
    assert [row[4] for row in layout(grids(parts)[0])] == ["a", "b", "c"]
    changes = [(part.kind, part.text, part.author) for part in parts if isinstance(part, Revision)]
    assert changes == [("deleted", "消\nえる", "山田"), ("deleted", "d", "山田")]


def test_struck_cells_keep_what_was_withdrawn():
    body = table(
        cell(paragraph(run("廃止", "<w:strike/>"))) + cell(paragraph("24", run("20", "<w:strike/>"))),
        cell(paragraph(run("旧", "<w:strike/>")), paragraph("新")) + cell("x"),
    )
    cells = grids(parts_of(word_file(body)))[0].cells
    assert [(found.text, found.withdrawn, set(found.marks)) for found in cells] == [
        ("廃止", "", {Mark.WITHDRAWN}),
        ("24", "20", {Mark.PARTLY_WITHDRAWN}),
        ("新", "旧", {Mark.PARTLY_WITHDRAWN}),
        ("x", "", set()),
    ]


def test_a_table_in_a_table_follows_the_outer_one():
    inner = table(cell("内1") + cell("内2"))
    body = table(cell(paragraph("外"), inner) + cell("右"), cell("下") + cell("端"))
    found = grids(parts_of(word_file(body)))
    assert [[row[4] for row in layout(grid)] for grid in found] == [["外", "右", "下", "端"], ["内1", "内2"]]
    assert found[1].place.pointer == "/body/tbl[1]/tr[1]/tc[1]/tbl[1]"


def test_a_single_cell_is_a_box_around_text():
    parts = parts_of(word_file(table(cell("注意", "高温部に触れない"))))
    assert [(part.text, part.role) for part in parts if isinstance(part, Paragraph)] == [
        ("注意\n高温部に触れない", Role.TEXT_BOX)
    ]
    assert not grids(parts)


def test_an_absurd_span_is_bounded():
    grid = grids(
        parts_of(word_file(table(cell("a", properties=SPAN.format(10**9)) + cell("b"), cell("c") + cell("d"))))
    )[0]
    assert grid.columns <= 2_000


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    columns = draw(st.integers(2, 5))
    word = st.text(st.characters(categories=["Lo", "Nd"]), max_size=4)
    return draw(st.lists(st.lists(word, min_size=columns, max_size=columns), min_size=1, max_size=5))


@given(tables())
def test_every_cell_comes_back_at_its_place(content: list[list[str]]):
    body = table(*("".join(cell(text) for text in row) for row in content))
    grid = grids(parts_of(word_file(body)))[0]
    assert {(found.row, found.column): found.text for found in grid.cells} == {
        (row, column): text for row, line in enumerate(content) for column, text in enumerate(line)
    }
