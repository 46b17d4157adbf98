"""Tests of the HTML reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.model.document import Property
from genba.model.nodes import Figure, Grid, Heading, Paragraph, Role
from genba.ports.reader import Limits
from genba.readers.html import read
from tests.readers.blobs import blob_of, of_kind, parts_of

PAGE = (
    "<html><head><meta charset=shift_jis><title>手順</title><style>p{}</style></head><body><h2>準備</h2>"
    "<script>alert('x')</script><p>本文<br>改行 <a href='x'>参照</a></p><ul><li>一<ul><li>二</li></ul></li></ul>"
    "<ol start=3><li>三番</li></ol><table><caption>表1</caption><tr><th>a<th colspan=2>b</tr>"
    "<tr><td rowspan=2>1<td>2<td>3<tr><td>4<td>5</table><img alt='写真' src='a.png'></body></html>"
)


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_the_page_is_read_in_order_without_scripts(encoding: str) -> None:
    parts = parts_of(PAGE.encode(encoding), "集計.xls")
    assert of_kind(parts, Property)[0].value == "手順"
    assert [(part.level, part.text) for part in of_kind(parts, Heading)] == [(2, "準備")]
    assert [(part.role, part.number, part.level, part.text) for part in of_kind(parts, Paragraph)] == [
        (Role.BODY, "", 0, "本文\n改行 参照"),
        (Role.LIST_ITEM, "•", 0, "一"),
        (Role.LIST_ITEM, "•", 1, "二"),
        (Role.LIST_ITEM, "3.", 0, "三番"),
    ]
    (grid,) = of_kind(parts, Grid)
    assert (grid.header_rows, grid.caption, grid.rows, grid.columns) == (1, "表1", 3, 3)
    places = {(cell.row, cell.column): cell.text for cell in grid.cells}
    assert places == {(0, 0): "a", (0, 1): "b", (1, 0): "1", (1, 1): "2", (1, 2): "3", (2, 1): "4", (2, 2): "5"}
    assert of_kind(parts, Figure)[0].description == "写真"


def test_a_span_of_a_billion_cells_is_bounded() -> None:
    parts = parts_of(b"<table><tr><td rowspan=999999999 colspan=99999>x<td>y</tr><tr><td>z</tr></table>", "a.html")
    assert {cell.text for cell in of_kind(parts, Grid)[0].cells} == {"x", "y", "z"}


def test_text_in_rows_inside_a_list_inside_a_table_stands_once() -> None:
    parts = list(read(blob_of("<html><table><li><tr>語".encode(), "a.html"), Limits()))
    assert [part.text for part in parts if isinstance(part, Paragraph)] == ["語"]


@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<table>", "<tr>", "<td>", "</table>", "<li>", "<ul>", "</ul>", "語", "<b>", "<!--"]
        )
    )
)
def test_no_page_breaks_the_reader(tags: list[str]) -> None:
    text = "<html>" + "".join(tags)
    parts = list(read(blob_of(text.encode(), "a.html"), Limits()))
    seen = "".join(part.text for part in parts if isinstance(part, Paragraph | Heading))
    seen += "".join(cell.text for part in parts if isinstance(part, Grid) for cell in part.cells)
    if "<!--" not in tags:
        assert seen.count("語") == tags.count("語")
