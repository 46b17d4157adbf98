"""What we write as Markdown shows the text and nothing else: no tag, link or picture of its making acts."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from genba.formats.markup import escape, in_cell, markdown, with_unit
from genba.model.cells import Cell
from genba.model.document import Node
from genba.model.marks import Mark
from genba.model.nodes import (
    Chart,
    Choice,
    Choices,
    Comment,
    Figure,
    Flow,
    FlowEdge,
    FlowEnd,
    FlowNode,
    Grid,
    Heading,
    Joint,
    Pair,
    Paragraph,
    Role,
    Series,
)

NASTY = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td>", "<!--", "-->", "&lt;b&gt;", "&#60;", '"', "'",
    "](javascript:alert(1))", "[x](http://evil.example)",
    "![x](http://evil.example/p.png)", "`", "```", "|", "\\", "\n",
    "\n\n", "\t", "# ", "<", ">", "&", "\u202e", "\u2066", "\u200f", "<\u202escript>", "=1+1",
    "表", "a", "[", "]", "(", ")", "!",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(NASTY) | st.text(max_size=4), max_size=8).map("".join)
TURNING = {*"\u061c\u200e\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}


def nodes(text: str) -> list[Node]:
    """Every kind of node with the same text wherever a file can put one."""
    cells = (Cell(0, 0, text, text), Cell(1, 0, text, text), Cell(1, 1, "x", "x"))
    ends = FlowEnd(key="1", joint=Joint.GLUED)
    return [
        Heading(text=text, level=2, number=text),
        *(Paragraph(text=text, role=role, number=number) for role in Role for number in ("", text)),
        Grid(cells=cells, rows=2, columns=2, header_rows=1, caption=text),
        Grid(cells=cells, rows=2, columns=2),
        Pair(label=text, value=text, unit=text, marks=frozenset({Mark.WITHDRAWN})),
        Choices(label=text, options=(Choice(text=text, selected=True),)),
        Figure(image="0123456789ab", caption=text, texts=(text,)),
        Figure(description=text, kind="drawing"),
        Chart(title=text, kind="bar", series=(Series(name=text, categories=(text,), values=(1.0,)),)),
        Flow(
            nodes=(FlowNode(key="1", text=text), FlowNode(key="2", text=text)),
            edges=(FlowEdge(source=ends, target=ends, label=text),),
        ),
        Comment(text=text, author=text),
    ]


class Tags(HTMLParser):
    """Collects what a browser would take as elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


HARMLESS = {
    *("p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
    *("pre", "code", "blockquote", "em", "strong", "s", "hr", "img"),
}


@given(TEXTS)
def test_no_text_becomes_a_tag_a_link_or_a_picture(text: str) -> None:
    renderer = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
    for node in nodes(text):
        tags = Tags()
        tags.feed(renderer.render(markdown(node)))
        for tag, attributes in tags.found:
            assert tag in HARMLESS, (node, tag)
            assert not any(name.startswith("on") for name in attributes)
            if tag == "img":
                assert attributes["src"] == "0123456789ab"


@given(TEXTS)
def test_characters_that_turn_the_order_are_taken_out(text: str) -> None:
    assert not TURNING & set(escape(text))


@given(TEXTS)
def test_a_cell_stays_one_cell_of_one_line(text: str) -> None:
    written = in_cell(text)
    assert "\n" not in written
    rendered = MarkdownIt("commonmark", {"html": False}).enable("table").render(f"|a|b|\n|-|-|\n|{written}|x|\n")
    assert rendered.count("<td>") == 2


@given(st.text(alphabet="あいう漢字ABC 0123456789.,:;%()mm℃±", max_size=60))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


def test_code_cannot_leave_its_fence() -> None:
    rendered = markdown(Paragraph(text="a\n```\n<script>", role=Role.CODE))
    assert rendered == "````\na\n```\n<script>\n````"


def test_a_unit_is_said_once() -> None:
    assert with_unit("2,238個", "個") == "2,238個"
    assert with_unit("24.5", "N・m") == "24.5 N・m"
    assert with_unit("", "mm") == ""


def test_a_table_of_two_header_rows_has_complete_names_and_merged_cells_once() -> None:
    cells = (
        Cell(0, 0, "項目", "項目", row_span=2), Cell(0, 1, "測定値", "測定値", column_span=2),
        Cell(1, 1, "1回目", "1回目"), Cell(1, 2, "2回目", "2回目"),
        Cell(2, 0, "内径", "内径", row_span=2), Cell(2, 1, 1.0, "1.0"), Cell(2, 2, 1.1, "1.1"), Cell(3, 1, 1.2, "1.2"),
    )  # fmt: skip
    grid = Grid(cells=cells, rows=4, columns=3, header_rows=2)
    assert markdown(grid) == "|項目|測定値/1回目|測定値/2回目|\n|-|-|-|\n|内径|1.0|1.1|\n||1.2||"


def test_no_kind_of_line_break_leaves_its_cell_or_line() -> None:
    for mark in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029":
        assert in_cell(f"上{mark}下") == "上<br>下"
        assert markdown(Pair(label="項目", value=f"上{mark}下")) == "- 項目: 上 下"


def test_hidden_rows_and_columns_of_a_table_say_that_they_are() -> None:
    hidden, outside = frozenset({Mark.HIDDEN}), frozenset({Mark.OUTSIDE_PRINT_AREA})
    cells = (
        Cell(0, 0, "品番", "品番"),
        Cell(0, 1, "原価", "原価", marks=hidden),
        Cell(1, 0, "A-1", "A-1", marks=hidden),
        Cell(1, 1, 80, "80", marks=hidden),
        Cell(2, 0, "A-2", "A-2"),
        Cell(2, 1, 90, "90", marks=hidden),
        Cell(3, 1, "控え", "控え", marks=outside | hidden),
    )
    text = markdown(Grid(cells=cells, rows=4, columns=2, header_rows=1))
    assert text.splitlines() == [
        "|品番|（非表示）原価|",
        "|-|-|",
        "|（非表示）A-1|80|",
        "|A-2|90|",
        "||（非表示）控え|",
    ]


def test_a_grid_that_is_hidden_as_a_whole_says_so_once() -> None:
    hidden = frozenset({Mark.HIDDEN})
    cells = (Cell(0, 0, "a", "a", marks=hidden), Cell(1, 0, "b", "b", marks=hidden))
    text = markdown(Grid(cells=cells, rows=2, columns=1, header_rows=1, marks=hidden))
    assert text.count("（非表示）") == 1
