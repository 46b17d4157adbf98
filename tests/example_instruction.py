"""An instruction with one of everything that exports carry on: spans, a flow, a figure, parameters, warnings."""

from dataclasses import replace

from genba.model.cells import Cell
from genba.model.document import Document, Property
from genba.model.image import Image
from genba.model.instruction import (
    Branch,
    Check,
    Hazard,
    Instruction,
    InstructionKind,
    Parameter,
    Part,
    Step,
    WarningLevel,
)
from genba.model.marks import Mark, Value
from genba.model.nodes import (
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
)
from genba.model.place import Place
from genba.model.score import Score
from genba.model.source import Source
from genba.steps.identity import assign

TORQUE = Parameter(
    as_written="12±0.5 N·m", name="締付けトルク", value=12.0, lower=11.5, upper=12.5, unit="N·m", ucum="N.m"
)
GRID = Grid(
    cells=(
        Cell(0, 0, "区分", "区分", row_span=2),
        Cell(0, 1, "数量", "数量", column_span=2),
        Cell(1, 1, "標準", "標準"),
        Cell(1, 2, "予備", "予備"),
        Cell(2, 0, "ボルト <M6>", "ボルト <M6>"),
        Cell(2, 1, 8, "8"),
    ),
    rows=3,
    columns=3,
    header_rows=2,
    place=Place(page=2, box=(10.0, 20.0, 110.0, 80.0)),
)
FLOW = Flow(
    nodes=(FlowNode(key="a", text='検査 "外観"'), FlowNode(key="b", text="合格?", shape="flowChartDecision")),
    edges=(
        FlowEdge(source=FlowEnd(key="a", joint=Joint.GLUED), target=FlowEnd(key="b", joint=Joint.GLUED), label="次へ"),
        FlowEdge(source=FlowEnd(key="b", joint=Joint.GLUED), target=FlowEnd(key="", joint=Joint.LOOSE)),
    ),
)


def example() -> Document:
    """Make the document, with ids and steps tied to its nodes."""
    document = assign(
        Document(
            id="0123456789abcdef0123",
            source=Source(path="現場/手順書/組立: 手順.docx", sha256="ab" * 32, size_bytes=9, kind="docx"),
            nodes=(
                Paragraph(text="KG-6001 社外秘", role=Role.HEADER, marks=frozenset({Mark.FURNITURE})),
                Heading(text="組立手順", level=1, number="3", place=Place(page=1, box=(1.0, 2.0, 3.0, 4.0))),
                Paragraph(text="ボルトを締め付ける。", number="1"),
                Figure(image="f.png", caption="図1 締付け位置"),
                Paragraph(text="図1 締付け位置", role=Role.CAPTION),
                GRID,
                FLOW,
                Pair(
                    label="加圧力",
                    value="80 kN",
                    values=(Value(as_written="80 kN", number=80.0, unit="kN", ucum="kN"),),
                ),
                Pair(label="承認者", value="現場 太郎"),
                Choices(label="判定", options=(Choice(text="合格", selected=True), Choice(text="否", selected=False))),
                Comment(text="写真を追加", author="班長"),
                Paragraph(text="旧トルク 18 N·m", marks=frozenset({Mark.HIDDEN})),
                Paragraph(text="旧手順", number="2", marks=frozenset({Mark.WITHDRAWN})),
            ),
            images=(Image(name="f.png", media_type="image/png", data=b"png", width_px=40, height_px=30),),
            properties=(
                Property(name="title", value="組立作業手順書"),
                Property(name="document_number", value="WI-102"),
                Property(name="revision", value="C"),
                Property(name="issued", value="2024-09-21"),
                Property(name="part_number", value="KG-6001-00"),
            ),
            keywords=("締付けトルク", "ボルト"),
            summary="ボルトを締め付ける手順。",
            scores=(Score(level=1, before=60, after=100, failed_before=("L1-10",)),),
        )
    )
    return replace(document, instruction=_instruction(document))


def _instruction(document: Document) -> Instruction:
    paragraph, figure, old = document.nodes[2].id, document.nodes[3].id, document.nodes[12].id
    steps = (
        Step(
            number="1",
            text="ボルトを締め付ける。",
            key_points=("対角の順に締める",),
            reasons=("片締めを防ぐため",),
            parameters=(TORQUE,),
            checks=(Check(characteristic="締付けトルク", instrument="トルクレンチ", frequency="全数"),),
            warnings=(Hazard(level=WarningLevel.WARNING, text="手を挟まれるおそれがある"),),
            tools=("トルクレンチ",),
            parts=(Part(number="BT-0612", name="六角ボルト", quantity=4.0, unit="本"),),
            figures=(figure,),
            branches=(Branch(condition="NGの場合", target="手順1へ戻る"),),
            time_s=90.0,
            section="組立手順",
            nodes=(paragraph,),
        ),
        Step(number="2", text="旧手順", is_withdrawn=True, nodes=(old,), section="組立手順"),
    )
    return Instruction(
        kind=InstructionKind.WORK_INSTRUCTION,
        steps=steps,
        protective_equipment=("保護めがね",),
        qualifications=("玉掛け",),
    )
