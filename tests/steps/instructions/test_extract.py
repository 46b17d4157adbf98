"""Whole documents as readers give them: lists, tables, forms, and documents that are no instructions."""

from collections.abc import Sequence

from genba.model.cells import Cell
from genba.model.document import Document, Node
from genba.model.instruction import Instruction, InstructionKind, Step, WarningLevel
from genba.model.marks import Mark
from genba.model.nodes import Figure, Flow, FlowEdge, FlowEnd, FlowNode, Grid, Heading, Joint, Pair, Paragraph, Role
from genba.model.place import Place
from genba.model.source import Source
from genba.steps.identity import assign
from genba.steps.instructions import extract


def read(*nodes: Node, path: str = "file.docx") -> Document:
    source = Source(path=path, sha256="0" * 64, size_bytes=1, kind="docx")
    return extract(assign(Document(source=source, nodes=nodes)))


def instruction(*nodes: Node) -> Instruction:
    found = read(*nodes).instruction
    assert found is not None
    return found


def steps(*nodes: Node) -> tuple[Step, ...]:
    return instruction(*nodes).steps


def title(text: str) -> Paragraph:
    return Paragraph(text=text, role=Role.TITLE)


def line(text: str, number: str = "", level: int = 0, **more: object) -> Paragraph:
    role = Role.LIST_ITEM if number else Role.BODY
    return Paragraph(**{"text": text, "number": number, "level": level, "role": role, **more})  # type: ignore[arg-type]


def grid(rows: Sequence[Sequence[str]], *, sheet: str = "", header_rows: int = 1) -> Grid:
    cells = tuple(
        Cell(row, column, text, text) for row, texts in enumerate(rows) for column, text in enumerate(texts) if text
    )
    places = tuple(Place(sheet=sheet, range=f"A{row * 4 + 1}:Z{row * 4 + 4}") for row in range(len(rows)))
    return Grid(
        cells=cells,
        rows=len(rows),
        columns=max(map(len, rows)),
        header_rows=header_rows,
        row_places=places,
        place=Place(sheet=sheet, range=f"A1:Z{len(rows) * 4}"),
    )


PROCEDURE = Heading(text="作業手順", level=1)


def test_numbered_lines_under_a_procedure_are_its_steps_in_order_with_their_fields() -> None:
    first, second, third = steps(
        title("ポンプ組立作業手順書"),
        Heading(text="目的", level=1),
        line("1. 本書は組立に適用する。"),
        PROCEDURE,
        line("部品を取り出す。", "(1)"),
        line("返りを除去する。", "①", 1),
        line("急所：傷を付けない 理由：油漏れを防ぐため"),
        line("ボルトを24.5±1.5 N・mで締め付ける。", "(2)"),
    )
    assert [first.number, second.number, third.number] == ["(1)", "①", "(2)"]
    assert (third.action, third.object) == ("締め付ける", "ボルト")
    assert (second.key_points, second.reasons) == (("傷を付けない",), ("油漏れを防ぐため",))
    assert [(item.lower, item.upper) for item in third.parameters] == [(23.0, 26.0)]
    assert first.section == "作業手順"
    assert len(second.nodes) == 2


def test_a_warning_between_steps_belongs_to_the_next_one_and_one_before_them_to_the_document() -> None:
    found = instruction(
        title("研削作業標準書"),
        Heading(text="安全上の注意", level=1),
        line("危険：巻き込まれる"),
        PROCEDURE,
        line("砥石を外す。", "1."),
        line("⚠ 警告：手を入れない", role=Role.TEXT_BOX),
        line("砥石を付ける。", "2."),
    )
    assert [(item.level, item.text) for item in found.warnings] == [(WarningLevel.DANGER, "巻き込まれる")]
    assert [len(step.warnings) for step in found.steps] == [0, 1]
    assert found.steps[1].warnings[0].level is WarningLevel.WARNING


def test_a_table_of_steps_is_read_by_its_columns_in_any_order_and_wording() -> None:
    found = steps(
        title("標準作業書"),
        grid(
            [
                ["順", "ここがポイント", "作業のやり方", "なぜ", "条件", "使うもの", "所要[分]"],
                ["1", "まっすぐ入れる", "軸受を圧入する", "傾き防止", "荷重 4650±50N", "ハンドプレス", "1.5"],
                ["", "端から順に", "", "", "", "", ""],
                ["2", "", "カバーを取り付ける", "", "", "", ""],
            ]
        ),
    )
    assert [(step.number, step.text) for step in found] == [("1", "軸受を圧入する"), ("2", "カバーを取り付ける")]
    assert found[0].key_points == ("まっすぐ入れる", "端から順に")
    assert found[0].reasons == ("傾き防止",)
    assert (found[0].tools, found[0].time_s) == (("ハンドプレス",), 90.0)
    assert [(item.lower, item.upper, item.unit) for item in found[0].parameters] == [(4600.0, 4700.0, "N")]


def test_struck_rows_are_withdrawn_and_hidden_ones_are_no_steps() -> None:
    table = grid(
        [["No.", "作業内容", "急所"], ["1", "部品を置く", "x"], ["―", "部品を回す", "y"], ["", "部品を捨てる", ""]]
    )
    marks = {2: frozenset({Mark.WITHDRAWN}), 3: frozenset({Mark.HIDDEN})}
    struck = tuple(
        Cell(cell.row, cell.column, cell.value, cell.text, marks=marks[cell.row]) if cell.row >= 2 else cell
        for cell in table.cells
    )
    marked = Grid(cells=struck, rows=4, columns=3, header_rows=1)
    assert [(step.text, step.is_withdrawn) for step in steps(title("作業標準書"), marked)] == [
        ("部品を置く", False),
        ("部品を回す", True),
    ]


def test_a_picture_belongs_to_the_step_that_names_it_else_to_its_row_else_to_the_step_before_it() -> None:
    named = Figure(image="a", caption="図1 締付け順序", place=Place(pointer="/body/p[9]"))
    after = Figure(image="b", caption="良品の例", place=Place(pointer="/body/p[5]"))
    found = read(
        title("作業手順書"),
        PROCEDURE,
        line("ボルトを締める（図1参照）。", "1."),
        line("油を塗る。", "2."),
        after,
        line("蓋を閉める。", "3."),
        named,
    )
    ids = {node.caption: node.id for node in found.nodes if isinstance(node, Figure)}
    assert found.instruction is not None
    assert [step.figures for step in found.instruction.steps] == [(ids["図1 締付け順序"],), (ids["良品の例"],), ()]
    in_row = Figure(image="c", place=Place(sheet="S", range="M9:P11"))
    rows = steps(
        title("作業手順書"),
        grid([["No.", "作業手順", "写真"], ["1", "軸を入れる"], ["2", "軸を回す"]], sheet="S"),
        in_row,
    )
    assert [len(step.figures) for step in rows] == [0, 1]


def test_the_rest_of_a_table_on_the_next_page_needs_no_header() -> None:
    head = grid([["No.", "作業手順", "急所"], ["1", "軸を入れる", "まっすぐ"]])
    rest = grid([["2", "軸を回す", "ゆっくり"], ["3", "軸を抜く", ""]], header_rows=0)
    found = steps(title("作業手順書"), head, rest)
    assert [(step.number, step.key_points) for step in found] == [("1", ("まっすぐ",)), ("2", ("ゆっくり",)), ("3", ())]


def test_an_inspection_standard_gives_each_characteristic_as_a_check_with_its_limits() -> None:
    found = instruction(
        title("検査基準書"),
        grid(
            [
                ["No.", "特性", "中央値", "上限", "下限", "測定具", "抜取"],
                ["1", "内径(mm)", "24.00", "+0.02", "-0.01", "エアマイクロ", "n=5"],
            ]
        ),
    )
    assert found.kind is InstructionKind.INSPECTION_STANDARD
    (check,) = found.steps[0].checks
    assert (check.instrument, check.frequency) == ("エアマイクロ", "n=5")
    (limit,) = check.parameters
    assert (limit.value, limit.lower, limit.upper, limit.unit) == (24.0, 23.99, 24.02, "mm")


def test_a_qc_chart_gives_each_process_with_all_its_checks() -> None:
    table = grid(
        [
            ["工程No.", "工程名", "管理項目", "規格", "測定具", "頻度"],
            ["10", "荒加工", "全長", "120.0±0.2mm", "ノギス", "始業時"],
            ["", "", "段差", "0.1mm以下", "ゲージ", "全数"],
            ["20", "洗浄", "液温", "60±5℃", "温度計", "毎日"],
        ]
    )
    found = instruction(title("QC工程表"), table)
    assert found.kind is InstructionKind.QC_PROCESS_CHART
    assert [(step.number, step.text, len(step.checks)) for step in found.steps] == [
        ("10", "荒加工", 2),
        ("20", "洗浄", 1),
    ]


def test_fields_grouped_under_a_steps_number_make_the_step() -> None:
    def pair(label: str, value: str, row: int) -> Pair:
        return Pair(label=label, value=value, place=Place(sheet="S", range=f"J{row}:Z{row}"))

    found = instruction(
        title("組立作業指導票"),
        pair("保護具", "保護めがね・手袋", 2),
        pair("手順1/作業", "軸を入れる", 4),
        pair("手順1/急所", "まっすぐ", 5),
        pair("手順2/作業", "軸を回す", 7),
    )
    assert [(step.number, step.text, step.key_points) for step in found.steps] == [
        ("手順1", "軸を入れる", ("まっすぐ",)),
        ("手順2", "軸を回す", ()),
    ]
    assert found.protective_equipment == ("保護めがね", "手袋")


def test_a_flow_alone_gives_its_boxes_along_the_arrows_with_branches() -> None:
    def edge(source: str, target: str, label: str = "") -> FlowEdge:
        ends = (FlowEnd(key=source, joint=Joint.GLUED), FlowEnd(key=target, joint=Joint.GLUED))
        return FlowEdge(source=ends[0], target=ends[1], label=label)

    boxes = [("a", "開始"), ("b", "部品を取る"), ("c", "傷はないか"), ("d", "部品を洗う"), ("e", "部品を戻す")]
    nodes = tuple(FlowNode(key=key, text=text) for key, text in boxes)
    flow = Flow(nodes=nodes, edges=(edge("a", "b"), edge("b", "c"), edge("c", "d", "はい"), edge("c", "e", "いいえ")))
    found = steps(title("受取り作業手順書"), flow)
    assert [step.text for step in found] == ["部品を取る", "傷はないか", "部品を洗う", "部品を戻す"]
    assert [(item.condition, item.target) for item in found[1].branches] == [("はい", "3"), ("いいえ", "4")]


def test_parts_of_the_parts_table_are_linked_to_the_steps_that_name_them() -> None:
    parts = grid([["品番", "品名", "数量"], ["N-1", "平ワッシャー", "4個"], ["N-2", "銘板", "1"]])
    found = instruction(
        title("組立手順書"),
        Heading(text="使用部品", level=1),
        parts,
        PROCEDURE,
        line("平ワッシャーを入れる。", "1."),
        line("銘板（N-2）を貼る。", "2."),
    )
    assert [(part.number, part.quantity) for part in found.parts] == [("N-1", 4.0), ("N-2", 1.0)]
    assert [[part.number for part in step.parts] for step in found.steps] == [["N-1"], ["N-2"]]


def test_numbers_that_jump_are_told_with_their_place() -> None:
    found = read(
        title("作業手順書"), PROCEDURE, line("軸を入れる。", "1."), line("軸を回す。", "3."), line("軸を抜く。", "4.")
    )
    assert [(item.code, item.details["number"]) for item in found.findings] == [("instruction.number_gap", "3.")]


def test_reading_confidence_of_a_scan_reaches_the_step() -> None:
    found = steps(title("作業手順書"), PROCEDURE, line("軸を入れる。", "1.", confidence=0.72), line("軸を回す。", "2."))
    assert [step.confidence for step in found] == [0.72, 1.0]


def test_other_documents_stay_as_they_are() -> None:
    minutes = read(
        title("生産会議議事録"),
        line("手順書を改訂する。", "1."),
        line("設備を点検する。", "2."),
        line("費用を調べる。", "3."),
    )
    ledger = read(grid([["管理番号", "設備名", "設置日"], ["1", "旋盤", "2020/01/02"]]), path="設備台帳.xlsx")
    record = read(title("作業手順書 教育記録"), grid([["No.", "氏名", "作業内容"], ["1", "山田", "圧入"]]))
    for document in (minutes, ledger, record):
        assert document.instruction is None
        assert document.findings == ()
