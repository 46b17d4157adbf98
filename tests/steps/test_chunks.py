"""Chunks: cut where the structure cuts, nothing lost, headers repeated, warnings with their steps, cuts that stay."""

import re

from hypothesis import given
from hypothesis import strategies as st

from genba.formats.markup import markdown
from genba.model.cells import Cell
from genba.model.chunk import Chunk
from genba.model.document import Document, Node
from genba.model.marks import Mark
from genba.model.nodes import Comment, Figure, Grid, Heading, Pair, Paragraph, Role
from genba.model.source import Source
from genba.steps.chunks import split
from genba.steps.identity import assign

SOURCE = Source(path="現場/手順.docx", sha256="0" * 64, size_bytes=1, kind="docx")
SENTENCES = st.text(alphabet="手順を確認する。ボルト締付け、12", min_size=1, max_size=120).filter(str.strip)
NODES = st.one_of(
    st.builds(Paragraph, text=SENTENCES),
    st.builds(Paragraph, text=SENTENCES, number=st.just("(1)"), level=st.integers(0, 2)),
    st.builds(Heading, text=SENTENCES.map(lambda text: text[:20].strip() or "節"), level=st.integers(1, 4)),
    st.builds(Pair, label=st.just("品番"), value=SENTENCES),
    st.builds(Comment, text=SENTENCES),
)


def cut(*nodes: Node, **options: int) -> tuple[Chunk, ...]:
    return split(assign(Document(source=SOURCE, nodes=nodes)), **options).chunks


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(st.lists(NODES, max_size=30), st.integers(50, 300))
def test_nothing_is_lost_and_nothing_is_longer_than_allowed(nodes: list[Node], target: int) -> None:
    chunks = cut(*nodes, target_chars=target, largest_chars=2 * target)
    assert squeezed("".join(chunk.text for chunk in chunks)) == squeezed("".join(map(markdown, nodes)))
    for chunk in chunks:
        headings = [line for line in chunk.text.split("\n") if line.startswith("#")]
        assert len(chunk.text) <= 2 * target + sum(map(len, headings)) + 1


@given(st.lists(NODES, max_size=30))
def test_links_lead_to_neighbours_and_to_the_section_above(nodes: list[Node]) -> None:
    chunks = cut(*nodes)
    by_id = {chunk.id: index for index, chunk in enumerate(chunks)}
    assert len(by_id) == len(chunks)
    for index, chunk in enumerate(chunks):
        assert chunk.previous == (chunks[index - 1].id if index else "")
        assert chunk.next == (chunks[index + 1].id if index + 1 < len(chunks) else "")
        assert not chunk.parent or by_id[chunk.parent] < index


@given(st.lists(st.lists(SENTENCES, min_size=1, max_size=12), min_size=2, max_size=5), st.data())
def test_an_edit_leaves_the_chunks_of_other_sections(sections: list[list[str]], data: st.DataObject) -> None:
    edited = data.draw(st.integers(0, len(sections) - 1))
    changed = [["まったく新しい段落" * 20] if index == edited else texts for index, texts in enumerate(sections)]

    def ids(texts: list[list[str]]) -> dict[int, list[str]]:
        nodes: list[Node] = []
        for index, section in enumerate(texts):
            nodes += [Heading(text=f"第{index}節", level=1), *(Paragraph(text=text) for text in section)]
        found: dict[int, list[str]] = {}
        for chunk in cut(*nodes):
            found.setdefault(int(chunk.headings[0][1:-1]), []).append(chunk.id)
        return found

    before, after = ids(sections), ids(changed)
    for index in range(len(sections)):
        if index != edited:
            assert before[index] == after[index]


def test_in_a_long_text_without_headings_a_new_paragraph_moves_few_cuts() -> None:
    nodes = [
        Paragraph(text=f"{number}番の設備は毎朝点検し、結果を記録表に記入する。異常があれば班長に連絡する。")
        for number in range(300)
    ]
    before = {chunk.id for chunk in cut(*nodes)}
    after = {chunk.id for chunk in cut(*nodes[:5], Paragraph(text="新しい設備を追加した。" * 7), *nodes[5:])}
    assert len(before - after) <= 6 < len(before) / 3


def test_a_long_table_repeats_caption_and_header_and_keeps_rows_whole() -> None:
    cells = [Cell(0, 0, "設備", "設備"), Cell(0, 1, "点検|内容", "点検|内容")]
    for row in range(1, 200):
        cells += [Cell(row, 0, f"MC-{row:03}", f"MC-{row:03}"), Cell(row, 1, "油量", "油量を目視で確認する")]
    grid = Grid(cells=tuple(cells), rows=200, columns=2, header_rows=1, caption="表1 点検表")
    chunks = cut(Heading(text="点検", level=1), grid)
    assert len(chunks) > 3
    for chunk in chunks:
        assert "表1 点検表\n\n|設備|点検\\|内容|\n|-|-|\n|MC-" in chunk.text
        assert chunk.kind == "table"
        assert all(line.count("|") - line.count("\\|") == 3 for line in chunk.text.split("\n") if line.startswith("|"))
    assert sum(chunk.text.count("油量を目視で確認する") for chunk in chunks) == 199


def test_a_warning_a_caption_and_a_sub_step_stay_with_what_they_belong_to() -> None:
    steps: list[Node] = [Heading(text="作業", level=1)]
    for number in range(40):
        steps += [
            Paragraph(text=f"{number}番目のボルトを規定のトルクで対角の順に締め付ける。", number=f"({number})"),
            Paragraph(text=f"{number}の締付け後に合いマークを付ける。", number="①", level=1),
            Paragraph(text=f"注意：{number}のボルトは再使用しない。", role=Role.TEXT_BOX),
            Figure(image="a", caption=f"図{number} 締付け順序"),
        ]
    chunks = cut(*steps)
    assert len(chunks) > 3
    for number in range(40):
        words = (f"({number}) {number}番目", f"① {number}の締付け", f"注意：{number}の", f"図{number} 締付け")
        [home] = [chunk for chunk in chunks if words[0] in chunk.text]
        assert all(word in home.text for word in words)


def test_a_chapter_without_text_of_its_own_goes_with_its_first_section() -> None:
    nodes = (
        Heading(text="作業手順", level=1, number="第3章"),
        Heading(text="準備", level=2, number="3.1"),
        Paragraph(text="部品を取り出す。"),
        Heading(text="締付け", level=2, number="3.2"),
        Paragraph(text="締める。"),
    )
    first, second = cut(*nodes)
    assert first.headings == ("第3章 作業手順", "3.1 準備")
    assert first.text == "# 第3章 作業手順\n## 3.1 準備\n部品を取り出す。"
    assert (first.parent, second.parent) == ("", first.id)


def test_running_headers_are_left_out_and_a_text_without_a_break_is_cut_anyway() -> None:
    header = Paragraph(text="社外秘", role=Role.HEADER, marks=frozenset({Mark.FURNITURE}))
    chunks = cut(header, Paragraph(text="あ" * 5000))
    assert [len(chunk.text) for chunk in chunks] == [1200, 1200, 1200, 1200, 200]
    assert not any("社外秘" in chunk.text for chunk in chunks)
