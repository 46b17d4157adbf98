# ruff: noqa: E501 - raw XML is easier to compare with a file when it is not wrapped
"""Automatic numbering: what Word displays in front of paragraphs."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from genba.model.nodes import Heading, Paragraph
from genba.readers.docx.numbering import Numbering
from tests.readers.docx.word_files import NAMESPACES, paragraph, parts_of, run, word_file


def level(index: int, kind: str = "decimal", text: str | None = None, more: str = "", start: int = 1) -> str:
    shown = text if text is not None else "".join(f"%{above + 1}." for above in range(index + 1)).rstrip(".")
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{shown}"/></w:lvl>'


def abstract(key: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{key}">{"".join(levels)}</w:abstractNum>'


def number(key: int, shared: int, *overrides: str) -> str:
    return f'<w:num w:numId="{key}"><w:abstractNumId w:val="{shared}"/>{"".join(overrides)}</w:num>'


def lists(*definitions: str) -> Numbering:
    return Numbering(
        etree.fromstring(f"<w:numbering {NAMESPACES}>{''.join(definitions)}</w:numbering>"), lambda _: None
    )


def item(text: str, num: int, depth: int = 0) -> str:
    return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{num}"/></w:numPr>')


def test_levels_within_levels_restart_below_a_higher_one():
    numbering = lists(abstract(0, level(0), level(1), level(2)), number(1, 0))
    shown = [numbering.advance("1", depth) for depth in (0, 1, 1, 2, 1, 0, 1, 2)]
    assert shown == ["1", "1.1", "1.2", "1.2.1", "1.3", "2", "2.1", "2.1.1"]


def test_a_level_above_that_was_never_used_counts_as_begun():
    numbering = lists(abstract(0, level(0), level(1)), number(1, 0))
    assert [numbering.advance("1", depth) for depth in (1, 1, 0, 1)] == ["1.1", "1.2", "2", "2.1"]


def test_lists_of_one_definition_share_their_counter_unless_one_starts_anew():
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = lists(abstract(0, level(0)), number(1, 0), number(2, 0), number(3, 0, again))
    shown = [numbering.advance(key, 0) for key in ("1", "1", "2", "3", "3", "1")]
    assert shown == ["1", "2", "3", "1", "2", "3"]


def test_restart_rules_are_kept():
    never = level(1, text="%2)", more='<w:lvlRestart w:val="0"/>')
    numbering = lists(abstract(0, level(0), never), number(1, 0))
    assert [numbering.advance("1", depth) for depth in (0, 1, 1, 0, 1)] == ["1", "1)", "2)", "2", "3)"]


def test_legal_numbering_shows_digits_for_every_level():
    numbering = lists(
        abstract(0, level(0, "upperRoman", "%1"), level(1, text="%1.%2", more="<w:isLgl/>")), number(1, 0)
    )
    assert [numbering.advance("1", depth) for depth in (0, 0, 1)] == ["I", "II", "2.1"]


def test_japanese_formats_are_shown_as_written():
    formats = {
        "decimalFullWidth": "第１章", "decimalEnclosedCircle": "第①章", "aiueoFullWidth": "第ア章", "irohaFullWidth": "第イ章",
        "japaneseCounting": "第一章", "japaneseLegal": "第壱章", "ideographTraditional": "第甲章", "decimalZero": "第01章",
        "lowerRoman": "第i章", "upperLetter": "第A章", "iroha": "第ｲ章", "ganada": "第가章", "decimalEnclosedParen": "第⑴章",
    }  # fmt: skip
    for kind, expected in formats.items():
        assert lists(abstract(0, level(0, kind, "第%1章")), number(1, 0)).advance("1", 0) == expected


def test_bullets_of_symbol_fonts_are_shown_as_signs():
    wingdings = level(0, "bullet", "\uf06e", "")
    wingdings = wingdings.replace("</w:lvl>", '<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr></w:lvl>')
    unknown = level(0, "bullet", "\uf0e9").replace("</w:lvl>", '<w:rPr><w:rFonts w:ascii="Marlett"/></w:rPr></w:lvl>')
    numbering = lists(abstract(0, wingdings), abstract(1, unknown), number(1, 0), number(2, 1))
    assert (numbering.advance("1", 0), numbering.advance("2", 0)) == ("■", "•")


def test_numbers_padded_by_a_custom_format_keep_their_zeros():
    custom = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    inside = f'<w:lvl w:ilvl="0"><w:start w:val="7"/>{custom}<w:lvlText w:val="%1"/></w:lvl>'
    assert lists(abstract(0, inside), number(1, 0)).advance("1", 0) == "007"


def test_numbering_comes_from_styles_links_and_their_levels():
    styles = (
        '<w:style w:type="paragraph" w:styleId="h1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="h2"><w:name w:val="heading 2"/><w:basedOn w:val="h1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="off"><w:name w:val="off"/><w:basedOn w:val="h1"/><w:pPr><w:outlineLvl w:val="9"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="numbering" w:styleId="outline"><w:name w:val="outline"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="outline"/></w:abstractNum>'
        + abstract(1, level(0, more='<w:pStyle w:val="h1"/>'), level(1, more='<w:pStyle w:val="h2"/>'))
        + number(1, 0)
        + number(2, 1)
    )
    body = (
        paragraph("目的", style="h1")
        + paragraph("範囲", style="h2")
        + paragraph("注", style="off")
        + paragraph("手順", style="h1")
    )
    found = [
        part
        for part in parts_of(word_file(body, styles=styles, numbering=numbering))
        if isinstance(part, Heading | Paragraph)
    ]
    assert [(part.number, part.text) for part in found] == [("1", "目的"), ("1.1", "範囲"), ("", "注"), ("2", "手順")]


def test_hidden_and_joined_paragraphs_do_not_count():
    gone = '<w:rPr><w:del w:id="1" w:author="a"/></w:rPr>'
    joined = paragraph("前半", properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' + gone)
    hidden = paragraph(
        run("隠", "<w:vanish/>"), properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    )
    body = item("一", 1) + hidden + joined + item("後半", 1) + item("三", 1)
    found = parts_of(word_file(body, numbering=abstract(0, level(0, text="%1.")) + number(1, 0)))
    shown = [(part.number, part.text) for part in found if isinstance(part, Paragraph) and not part.marks]
    assert shown == [("1.", "一"), ("2.", "前半後半"), ("3.", "三")]


def test_missing_lists_give_no_number_and_lose_no_text():
    found = [part for part in parts_of(word_file(item("本文", 99))) if isinstance(part, Paragraph)]
    assert [(part.number, part.text) for part in found] == [("", "本文")]


@given(st.lists(st.integers(0, 8), min_size=1, max_size=60))
def test_counters_agree_with_a_simple_outline(depths: list[int]):
    numbering = lists(abstract(0, *(level(index) for index in range(9))), number(1, 0))
    counts: list[int] = []
    for depth in depths:
        counts = [*counts[: depth + 1], *([1] * (depth - len(counts)))]
        counts = [*counts[:depth], counts[depth] + 1 if len(counts) > depth else 1]
        assert numbering.advance("1", depth) == ".".join(map(str, counts))


@given(
    st.lists(st.tuples(st.sampled_from(["1", "2", "3"]), st.integers(-5, 40)), max_size=40),
    st.integers(-(10**12), 10**12),
)
def test_numbers_from_outside_never_break_the_reader(steps: list[tuple[str, int]], start: int):
    numbering = lists(
        abstract(0, level(0, "upperLetter", start=start), level(1, "japaneseLegal")), number(1, 0), number(2, 7)
    )
    for key, depth in steps:
        assert len(numbering.advance(key, depth)) < 200
