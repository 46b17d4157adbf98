"""Flowchart workbooks: glued and loose connectors, groups, SmartArt, a chart with data, threads of comments."""

from __future__ import annotations

from collections.abc import Iterator

from examples.factory.company import Factory, File
from examples.writing.cells import GRID, HEAD
from examples.writing.chart import Chart
from examples.writing.notes import Note
from examples.writing.spreadsheet import Workbook

_NODES = (
    ("開始", "flowChartTerminator", (8, 3, 11, 5)),
    ("不適合品の発見", "flowChartProcess", (8, 7, 11, 9)),
    ("赤札を付けて隔離", "flowChartProcess", (8, 11, 11, 13)),
    ("手直し可能か？", "flowChartDecision", (7, 15, 12, 18)),
    ("手直し作業", "flowChartProcess", (2, 20, 5, 22)),
    ("廃棄処理", "flowChartProcess", (14, 20, 17, 22)),
    ("再検査", "flowChartProcess", (2, 24, 5, 26)),
    ("8D報告書の発行", "flowChartDocument", (14, 24, 17, 26)),
    ("終了", "flowChartTerminator", (8, 28, 11, 30)),
)
# start, end, sides, glued
_EDGES = (
    (0, 1, (2, 0), True), (1, 2, (2, 0), True), (2, 3, (2, 0), True), (3, 4, (1, 0), True), (3, 5, (3, 0), True),
    (4, 6, (2, 0), False), (5, 7, (2, 0), True), (6, 8, (2, 1), True), (7, 8, (2, 3), False),
)  # fmt: skip


def build(factory: Factory) -> Iterator[File]:
    """A flow of non-conforming parts, and a problem review with SmartArt and a chart."""
    yield _flow(factory)
    yield _review(factory)


def _flow(factory: Factory) -> File:
    rng = factory.rng("flow")
    book = Workbook("不適合品処理フロー", factory.person(rng, "品質保証部"))
    sheet = book.sheet("フロー")
    sheet.write(1, 1, "不適合品処理フロー", HEAD)
    shapes = [sheet.drawing.shape(box, label, preset=preset) for label, preset, box in _NODES]
    for start, end, sides, glued in _EDGES:
        sheet.drawing.connector(shapes[start], shapes[end], glued=glued, sides=sides)
    sheet.drawing.shape((5, 18, 7, 19), "はい", text_box=True)
    sheet.drawing.shape((12, 18, 14, 19), "いいえ", text_box=True)
    sheet.drawing.group(
        [((19, 3, 22, 5), "凡例：処理", "flowChartProcess"), ((19, 6, 22, 8), "凡例：判断", "flowChartDecision")]
    )
    first, second = factory.person(rng, "品質保証部"), factory.person(rng, "製造部")
    thread = ((first, "廃棄の承認者を明記してください"), (second, "課長承認に変更しました"), (first, "確認しました"))
    sheet.notes.append(Note(1, 1, thread, True))
    truth: dict[str, object] = {
        "nodes": [label for label, _, _ in _NODES],
        "edges": [[_NODES[a][0], _NODES[b][0], "glued" if glued else "inferred"] for a, b, _, glued in _EDGES],
        "shapes": ["はい", "いいえ", "凡例：処理", "凡例：判断"],
        "threads": [{"cell": "A1", "messages": [list(message) for message in thread]}],
    }
    return File("02_品質保証部/不適合品処理フロー.xlsx", book.to_bytes(), "フローチャート", "xlsx", truth)


def _review(factory: Factory) -> File:
    rng = factory.rng("review")
    book = Workbook("QCサークル活動", factory.person(rng, "製造部"))
    sheet = book.sheet("活動計画")
    nodes = [
        (0, "テーマ選定"),
        (0, "現状把握"),
        (1, "データ収集"),
        (1, "層別"),
        (0, "要因解析"),
        (0, "対策実施"),
        (1, "治具改善"),
        (0, "標準化"),
    ]
    sheet.write(1, 1, "QCサークル「かすみ草」活動計画", HEAD)
    sheet.drawing.smart_art((1, 3, 12, 12), nodes)
    data = book.sheet("データ")
    months = tuple(f"{month}月" for month in range(4, 10))
    before, after = (tuple(rng.randrange(low, low + 12) for _ in months) for low in (15, 3))
    data.row(1, 1, ["月", "対策前", "対策後"], HEAD)
    for row, values in enumerate(zip(months, before, after, strict=True), 2):
        data.row(row, 1, values, GRID)
    data.drawing.chart(
        (5, 2, 12, 16),
        Chart("bar", "バリ不良の推移", ("月", "件数"), months, (("対策前", before), ("対策後", after)), "データ"),
    )
    truth: dict[str, object] = {
        "smart_art": [[level, label] for level, label in nodes],
        "charts": [
            {
                "title": "バリ不良の推移",
                "categories": list(months),
                "series": {"対策前": list(before), "対策後": list(after)},
            }
        ],
        "tables": [
            {
                "columns": ["月", "対策前", "対策後"],
                "rows": [list(map(str, row)) for row in zip(months, before, after, strict=True)],
            }
        ],
    }
    return File("01_製造部/QCサークル/活動計画_かすみ草.xlsx", book.to_bytes(), "QCサークル", "xlsx", truth)
