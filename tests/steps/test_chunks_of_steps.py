"""Chunks of an instruction: a step is one chunk with all that it says; nothing is lost or said twice."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from genba.model.cells import Cell
from genba.model.chunk import Chunk
from genba.model.document import Document, Node, Property
from genba.model.instruction import (
    Check,
    Hazard,
    Instruction,
    InstructionKind,
    Parameter,
    Part,
    Step,
    WarningLevel,
)
from genba.model.marks import Mark
from genba.model.nodes import Figure, Grid, Heading, Paragraph, Role
from genba.model.source import Source
from genba.steps.chunks import split
from genba.steps.identity import assign

SOURCE = Source(path="現場/手順.docx", sha256="0" * 64, size_bytes=1, kind="docx")
TORQUE = Parameter(as_written="12±0.5 N·m", name="締付けトルク", value=12, lower=11.5, upper=12.5, unit="N·m")
TIGHTEN = Step(
    number="2",
    text="トルクレンチでボルトを締め付ける。",
    key_points=("対角の順に締める",),
    reasons=("片締めを防ぐため",),
    parameters=(TORQUE,),
    checks=(
        Check(characteristic="締付けトルク", criterion="11.5～12.5 N·m", instrument="トルクレンチ", frequency="全数"),
    ),
    warnings=(Hazard(level=WarningLevel.WARNING, text="手を挟まれるおそれがある"),),
    parts=(Part(number="BT-0612", name="六角ボルト", quantity=4, unit="本"),),
    time_s=90,
)


def instruction(*steps: Step) -> Instruction:
    return Instruction(kind=InstructionKind.WORK_INSTRUCTION, steps=steps)


def document(nodes: list[Node], *steps: tuple[Step, tuple[int, ...]], **fields: object) -> Document:
    """A document whose steps are made from the nodes of these positions."""
    made = assign(Document(source=SOURCE, nodes=tuple(nodes)))
    placed = [replace(step, nodes=tuple(made.nodes[position].id for position in at)) for step, at in steps]
    return replace(made, instruction=instruction(*placed), **fields)  # type: ignore[arg-type]


def steps_of(chunks: tuple[Chunk, ...]) -> list[Chunk]:
    return [chunk for chunk in chunks if chunk.kind == "step"]


def test_a_question_about_a_parameter_is_answered_from_the_chunk_of_its_step() -> None:
    nodes = [Heading(text="組立手順", level=1), Paragraph(text=TIGHTEN.text, number="2"), Paragraph(text="片付ける。")]
    chunk = steps_of(split(document(nodes, (TIGHTEN, (1,)))).chunks)[0]
    assert chunk.text.startswith("# 組立手順\n手順2 トルクレンチでボルトを締め付ける。")
    for said in (
        "条件: 締付けトルク 12±0.5 N·m（11.5～12.5 N·m）",
        "急所: 対角の順に締める",
        "理由: 片締めを防ぐため",
        "確認: 締付けトルク / 基準 11.5～12.5 N·m / 計測器 トルクレンチ / 頻度 全数",
        "警告: 手を挟まれるおそれがある",
        "部品: BT-0612 六角ボルト ×4本",
        "時間: 1分30秒",
    ):
        assert said in chunk.text.split("\n")
    assert (chunk.step, chunk.headings) == ("2", ("組立手順",))
    assert chunk.parameters == ("締付けトルク 12±0.5 N·m（11.5～12.5 N·m）",)
    assert chunk.warnings == ("警告: 手を挟まれるおそれがある",)


def test_what_the_step_says_does_not_stand_there_again_and_what_it_does_not_say_stays() -> None:
    nodes = [Paragraph(text=TIGHTEN.text, number="2"), Paragraph(text="作業後は工具を元に戻すこと。")]
    chunks = split(document(nodes, (TIGHTEN, (0, 1)))).chunks
    assert [chunk.kind for chunk in chunks] == ["step", "text"]
    assert sum(chunk.text.count(TIGHTEN.text) for chunk in chunks) == 1
    assert "作業後は工具を元に戻すこと。" in chunks[1].text


def grid(*rows: tuple[str, ...]) -> Grid:
    cells = [
        Cell(row, column, text, text) for row, texts in enumerate(rows) for column, text in enumerate(texts) if text
    ]
    return Grid(cells=tuple(cells), rows=len(rows), columns=len(rows[0]), header_rows=1)


def test_a_table_of_steps_gives_its_place_to_them_unless_they_leave_something_out() -> None:
    first = Step(number="1", text="カバーを外す。", key_points=("ゆっくり外す",))
    second = Step(number="2", text="清掃する。")
    table = grid(("No.", "作業", "急所"), ("1", "カバーを外す。", "ゆっくり外す"), ("2", "清掃する。", ""))
    assert [c.kind for c in split(document([table], (first, (0,)), (second, (0,)))).chunks] == ["step", "step"]
    remark = grid(
        ("No.", "作業", "備考"), ("1", "カバーを外す。", "ゆっくり外す"), ("2", "清掃する。", "新人は班長と行う")
    )
    chunks = split(document([remark], (first, (0,)), (second, (0,)))).chunks
    assert [chunk.kind for chunk in chunks] == ["step", "step", "table"]
    assert chunks[2].text.split("\n")[2:] == ["|2|清掃する。|新人は班長と行う|"]


def test_a_number_inside_another_is_not_taken_for_said() -> None:
    table = grid(("No.", "作業", "個数"), ("1", "120 mmの位置に置く。", "12"))
    chunks = split(document([table], (Step(number="1", text="120 mmの位置に置く。"), (0,)))).chunks
    assert [chunk.kind for chunk in chunks] == ["step", "table"]


def test_a_figure_and_a_remark_stay_with_their_step() -> None:
    nodes: list[Node] = [
        Paragraph(text="ボルトを締める。", number="1"),
        Figure(image="a.png", caption="図1 締付け位置"),
        Paragraph(text="注意 手袋を着用すること。"),
        Paragraph(text="次の工程へ送る。"),
    ]
    made = document(nodes, (Step(number="1", text="ボルトを締める。"), (0,)))
    figure = made.nodes[1].id
    step = replace(made.instruction.steps[0], figures=(figure,))  # type: ignore[union-attr]
    chunks = split(replace(made, instruction=instruction(step))).chunks
    assert [chunk.kind for chunk in chunks] == ["step", "text"]
    assert "図1 締付け位置" in chunks[0].text and "手袋を着用" in chunks[0].text
    assert figure in chunks[0].nodes
    assert chunks[1].text == "次の工程へ送る。"


def test_sub_steps_footnotes_and_captions_stay_with_the_step_they_belong_to() -> None:
    nodes: list[Node] = [
        Paragraph(text="ボルトを締める。[^1]", number="(3)"),
        Paragraph(text="対角の順に締める。", number="①", level=1),
        Paragraph(text="半分のトルクで締める。", number="ア．", level=2),
        Paragraph(text="グリスを塗る。", number="(4)"),
        Paragraph(text="指定品に限る。", number="1", role=Role.FOOTNOTE),
    ]
    texts = ("ボルトを締める。", "対角の順に締める。", "半分のトルクで締める。", "グリスを塗る。")
    numbers = ("(3)", "①", "ア．", "(4)")
    half = Parameter(as_written="6 N·m", name="トルク")
    steps = [
        (Step(number=number, text=text, parameters=(half,) if at == 2 else ()), (at,))
        for at, (number, text) in enumerate(zip(numbers, texts, strict=True))
    ]
    chunks = split(document(nodes, *steps)).chunks
    assert [chunk.step for chunk in chunks] == ["(3)", "(4)"]
    assert chunks[0].text.count("締める。") == 3 and chunks[0].parameters == ("トルク 6 N·m",)
    assert chunks[1].text.endswith("[^1]: 指定品に限る。")


def test_steps_of_one_level_are_no_parts_of_one_another() -> None:
    nodes = [Paragraph(text=f"作業{at}をする。", number=f"({at})", level=1) for at in range(3)]
    steps = [(Step(number=f"({at})", text=f"作業{at}をする。"), (at,)) for at in range(3)]
    assert [chunk.step for chunk in split(document(list(nodes), *steps)).chunks] == ["(0)", "(1)", "(2)"]


def test_a_withdrawn_step_stays_struck_through_and_is_no_step() -> None:
    nodes: list[Node] = [Paragraph(text="旧手順です。", number="1", marks=frozenset({Mark.WITHDRAWN}))]
    chunks = split(document(nodes, (Step(number="1", text="旧手順です。", is_withdrawn=True), (0,)))).chunks
    assert [(chunk.kind, chunk.text) for chunk in chunks] == [("text", "1 ~~旧手順です。~~")]


def test_a_step_that_came_from_no_node_is_there_too() -> None:
    chunks = split(document([Paragraph(text="前書き")], (Step(number="3", text="電源を切る。"), ()))).chunks
    assert [chunk.text for chunk in chunks] == ["前書き", "手順3 電源を切る。"]


def test_a_step_that_is_a_heading_keeps_its_place_in_the_path() -> None:
    nodes = [Heading(text="電源を切る", level=2, number="3.1"), Paragraph(text="主幹盤で行う。")]
    chunks = split(document(nodes, (Step(number="3.1", text="電源を切る"), (0,)))).chunks
    assert [chunk.text for chunk in chunks] == ["手順3.1 電源を切る", "主幹盤で行う。"]
    assert all(chunk.headings == ("3.1 電源を切る",) for chunk in chunks)


def test_front_matter_says_which_document_and_section_a_chunk_is_from_and_leaves_its_id() -> None:
    facts = (Property(name="title", value="組立 作業手順書"), Property(name="document_number", value="WI-102"))
    nodes = [Heading(text="組立手順", level=1), Paragraph(text=TIGHTEN.text)]
    made = document(nodes, (TIGHTEN, (1,)), properties=facts)
    bare, told = split(made).chunks, split(made, front_matter=True).chunks
    assert [chunk.id for chunk in bare] == [chunk.id for chunk in told]
    assert told[0].text == f"組立 作業手順書｜文書番号 WI-102\n組立手順\n\n{bare[0].text}"


WORDS = st.text(alphabet="部品を締めるA12。", min_size=1, max_size=30).filter(str.strip)


@given(st.lists(st.tuples(WORDS, WORDS, st.booleans()), min_size=1, max_size=8), st.integers(60, 200))
def test_no_wording_is_lost_whatever_the_steps_take(rows: list[tuple[str, str, bool]], largest: int) -> None:
    nodes = [Paragraph(text=text) for text, _, _ in rows]
    steps = [(Step(number=str(i), text=said), (i,)) for i, (_, said, is_step) in enumerate(rows) if is_step]
    chunks = split(document(list(nodes), *steps), target_chars=largest // 2, largest_chars=largest).chunks
    everything = re.sub(r"\s", "", "".join(chunk.text for chunk in chunks))
    for text, said, is_step in rows:
        assert re.sub(r"\s", "", text) in everything
        assert not is_step or re.sub(r"\s", "", said) in everything
    assert len({chunk.id for chunk in chunks}) == len(chunks)
