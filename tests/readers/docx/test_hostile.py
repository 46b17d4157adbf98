# ruff: noqa: E501 - lists of names are easier to compare when they are not wrapped
"""Word files that no program would write: nothing may break, and whatever can be read is read."""

from hypothesis import given, settings
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.model.nodes import Grid
from tests.readers.docx.word_files import paragraph, parts_of, word_file

TAGS = (
    "w:p", "w:r", "w:t", "w:pPr", "w:rPr", "w:tbl", "w:tr", "w:tc", "w:tcPr", "w:trPr", "w:gridSpan", "w:vMerge", "w:sdt",
    "w:sdtPr", "w:sdtContent", "w:ins", "w:del", "w:moveFrom", "w:fldChar", "w:instrText", "w:fldSimple", "w:ruby", "w:rt",
    "w:rubyBase", "w:drawing", "w:pict", "w:txbxContent", "mc:AlternateContent", "mc:Choice", "mc:Fallback", "m:oMath", "m:f",
    "w:numPr", "w:numId", "w:ilvl", "w:pStyle", "w:footnoteReference", "w:commentReference", "w:commentRangeStart", "w:sym",
    "w:hyperlink", "w:sectPr", "w:headerReference", "w:altChunk", "w:framePr", "w:vanish", "w:strike", "w:dropDownList",
    "a:blip", "c:chart", "dgm:relIds", "o:OLEObject", "v:imagedata", "v:textpath", "w:object", "w:br", "w:tab", "pic:pic",
)  # fmt: skip
VALUES = (
    "",
    "0",
    "1",
    "-1",
    "restart",
    "continue",
    "begin",
    "separate",
    "end",
    "99999999999999",
    "２",
    "²",
    "F0FE",
    "a",
    "x",
)
NAMES = (
    "w:val",
    "w:id",
    "r:id",
    "r:embed",
    "r:dm",
    "w:fldCharType",
    "w:char",
    "w:font",
    "w:type",
    "w:instr",
    "Requires",
)


@st.composite
def element(draw: st.DrawFn, inside: st.SearchStrategy[str]) -> str:
    tag = draw(st.sampled_from(TAGS))
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3))
    attributes = "".join(f' {name}="{draw(st.sampled_from(VALUES))}"' for name in names)
    return f"<{tag}{attributes}>{''.join(draw(st.lists(inside, max_size=4)))}</{tag}>"


trees = st.recursive(st.sampled_from(["", "字", "EQ \\o(", "☑"]), element, max_leaves=25)


@settings(max_examples=80)
@given(
    st.lists(trees, min_size=1, max_size=4),
    st.dictionaries(
        st.sampled_from(["styles", "numbering", "footnotes", "comments", "settings", "header1"]), trees, max_size=3
    ),
)
def test_any_arrangement_of_elements_is_read(body: list[str], parts: dict[str, str]):
    links = {"a": ("image", "media/none.png"), "1": ("chart", "document.xml"), "x": ("diagramData", "http://x/y")}
    try:
        parts_of(word_file("".join(body), links=links, **parts))
    except InvalidInput as error:
        assert error.code.startswith(("xml.", "docx.", "ooxml."))


def test_a_table_of_huge_spans_and_merges_stays_small():
    row = "<w:tr>" + '<w:tc><w:tcPr><w:gridSpan w:val="2000000000"/><w:vMerge/></w:tcPr><w:p/></w:tc>' * 50 + "</w:tr>"
    found = [part for part in parts_of(word_file(f"<w:tbl>{row * 20}</w:tbl>")) if isinstance(part, Grid)]
    assert sum(len(grid.cells) for grid in found) <= 1000


def test_numbers_written_in_other_scripts_are_no_numbers():
    body = paragraph(
        "本文", properties='<w:outlineLvl w:val="²"/><w:numPr><w:ilvl w:val="②"/><w:numId w:val="x"/></w:numPr>'
    )
    assert parts_of(word_file(body))
