"""What documents say of themselves: found where it stands, never guessed from tables of data."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from genba.model.cells import Cell
from genba.model.document import Document, Node, Property
from genba.model.marks import Mark
from genba.model.nodes import Grid, Heading, Pair, Paragraph, Role
from genba.model.place import Place
from genba.model.source import Source
from genba.model.table import Table
from genba.steps.metadata import extract
from tests.factory_product import Refined


def found(
    *nodes: Node,
    path: str = "現場/ファイル.xlsx",
    tables: tuple[Table, ...] = (),
    properties: tuple[Property, ...] = (),
) -> dict[str, str]:
    source = Source(path=path, sha256="", size_bytes=0, kind="xlsx")
    document = extract(Document(source=source, nodes=nodes, tables=tables, properties=properties))
    first: dict[str, str] = {}
    for item in document.properties:
        first.setdefault(item.name, item.value)
    return first


def grid(*rows: tuple[str, ...], header_rows: int = 0) -> Grid:
    cells = tuple(Cell(r, c, text, text) for r, row in enumerate(rows) for c, text in enumerate(row) if text)
    return Grid(cells=cells, rows=len(rows), columns=max(map(len, rows)), header_rows=header_rows)


# Which label of the truth's pairs is which of our names; only labels that mean one thing for the whole document.
PAIRS = {
    "文書番号": "document_number", "改訂": "revision", "制定日": "issued", "制定": "issued", "作成": "created_by",
    "確認": "reviewed_by", "承認": "approved_by", "品番": "part_number", "品名": "product", "設備": "equipment",
    "工程": "process", "ロットNo.": "lot", "検査日": "dated", "記入日": "issued",
}  # fmt: skip


def facts(product: Refined) -> Iterator[tuple[str, str, set[str], set[str]]]:
    """Every fact the truth lists: (path, name, values that would be right, values found)."""
    documents = {document["source"]["path"].partition("/")[2]: document for document in product.documents()}
    for file in product.truth["files"]:
        document = documents.get(file["path"])
        if document is None or set(file["troubles"]) & {"encrypted", "truncated", "empty", "convert"}:
            continue
        truth: dict[str, Any] = file["truth"]
        wanted = [
            (name, truth[name]) for name in ("title", "document_number", "revision", "equipment") if name in truth
        ]
        wanted += [("date", truth["date"])] if "date" in truth else []
        wanted += [(PAIRS[label], value) for label, value in truth.get("pairs", {}).items() if label in PAIRS and value]
        for name, value in wanted:
            names = {"issued", "revised", "dated", "effective"} if name == "date" else {name}
            first: dict[str, set[str]] = {}
            for item in document["metadata"]:
                if item["name"] in names:
                    first.setdefault(item["name"], {plain(item["value"]), plain(item.get("as_written", ""))})
            yield file["path"], name, {plain(str(value))}, set().union(*first.values()) if first else set()


def plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def test_at_least_95_percent_of_the_facts_of_the_example_are_found(any_product: Refined) -> None:
    listed = list(facts(any_product))
    missed = [(path, name, right, there) for path, name, right, there in listed if not right & there]
    assert len(listed) > 60
    assert len(missed) <= 0.05 * len(listed), missed


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("手順書_第3版", "第3版"),
        ("文書名_Rev3", "Rev3"),
        ("手順書(改訂2)", "改訂2"),
        ("規程_A版", "A版"),
        ("仕様書 ver1.2", "ver1.2"),
        ("手順書_初版", "初版"),
    ],
)
def test_a_revision_stands_in_file_names_in_many_ways(name: str, number: str) -> None:
    assert found(path=f"現場/{name}.docx")["revision"] == number


@pytest.mark.parametrize(
    "name", ["第2工場_配置図", "TV560_取扱説明書", "第1四半期", "Review資料", "プレス3号機", "V字回復"]
)
def test_what_only_looks_like_a_revision_is_none(name: str) -> None:
    assert "revision" not in found(path=f"現場/{name}.xlsx")


def test_approvals_stand_in_stamp_boxes_beside_or_below_their_labels() -> None:
    box = grid(("承認", "照査", "作成"), ("沖津", "髙瀬川", "小野木"), ("2024.8.8", "2024.8.7", "2024.8.6"))
    assert {name: found(box).get(name) for name in ("approved_by", "reviewed_by", "created_by")} == {
        "approved_by": "沖津", "reviewed_by": "髙瀬川", "created_by": "小野木",
    }  # fmt: skip
    pairs = (Pair(label="作成", value="小野木"), Pair(label="確認", value="髙瀬川"), Pair(label="承認", value="沖津"))
    assert found(*pairs)["reviewed_by"] == "髙瀬川"
    assert "reviewed_by" not in found(Pair(label="確認", value="良"))
    assert "approved_by" not in found(Pair(label="承認", value="令和6年8月8日"))


def test_a_head_of_labels_and_values_is_read_and_a_table_of_data_is_not() -> None:
    head = grid(("文書番号", "KGS-WS-721", "改訂", "Rev.C", "制定日", "2024/10/19"))
    assert found(head)["document_number"] == "KGS-WS-721"
    assert (found(head)["revision"], found(head)["issued"]) == ("Rev.C", "2024-10-19")
    data = grid(("品番", "品名", "数量"), ("KG-1", "カバー", "3"), ("KG-2", "ボディ", "5"), header_rows=1)
    assert found(data).keys() == {"title"}
    without_header = grid(("設備", "稼働率(%)"), ("MC-01", "87.5"), ("MC-02", "90.1"))
    assert "equipment" not in found(without_header)


def test_the_latest_line_of_a_history_of_revisions_counts() -> None:
    history = grid(
        ("版", "改訂日", "内容"),
        ("1", "2020/4/1", "制定"),
        ("3", "2024/10/15", "規格変更"),
        ("2", "2022/4/1", "誤記"),
        header_rows=1,
    )
    assert (found(history)["revision"], found(history)["revised"]) == ("3", "2024-10-15")


def test_running_headers_carry_number_revision_and_date() -> None:
    header = Paragraph(text="KGS-MS-117 Rev.2  2025年8月24日", role=Role.HEADER, marks=frozenset({Mark.FURNITURE}))
    assert {"document_number": "KGS-MS-117", "revision": "Rev.2", "dated": "2025-08-24"}.items() <= found(
        header
    ).items()
    labelled = Paragraph(text="文書番号:KGS-WI-982 改訂:第3版 制定:令和6年9月21日", role=Role.HEADER)
    assert found(labelled)["issued"] == "2024-09-21"


def test_a_code_in_running_text_ends_with_the_code() -> None:
    assert found(Paragraph(text="アクチュエーター(品番 KG-6001-00)の組立に適用する。"))["part_number"] == "KG-6001-00"


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("WI-MC-003_旋盤作業手順書.docx", "document_number", "WI-MC-003"),
        ("検査基準書_KG-4102-03.xlsx", "code", "KG-4102-03"),
        ("キズ_KG-3305-00.jpg", "code", "KG-3305-00"),
    ],
)
def test_a_code_in_a_file_name_is_the_document_s_number_only_where_documents_are_numbered(
    path: str, name: str, value: str
) -> None:
    properties = found(path=f"現場/{path}")
    assert properties[name] == value
    assert ("document_number" in properties) == (name == "document_number")


def test_the_title_is_not_the_sheet_a_numbered_chapter_or_what_a_program_wrote() -> None:
    sheet = Heading(text="Sheet1", level=1, place=Place(sheet="Sheet1"))
    title = Paragraph(text="検査成績書", role=Role.TITLE, place=Place(sheet="Sheet1", range="A1"))
    assert found(sheet, title)["title"] == "検査成績書"
    chapter = Heading(text="目的及び適用範囲", level=1, number="第1章")
    stale = Property(name="title", value="Microsoft Word - 文書1", origin="properties")
    assert found(chapter, path="現場/組立手順.docx", properties=(stale,))["title"] == "組立手順"
    said = Property(name="title", value="組立作業手順書", origin="properties")
    assert found(chapter, properties=(said,))["title"] == "組立作業手順書"
    slides = (Heading(text="8D報告書", level=1), Paragraph(text="KGS-8D-784 2025/10/01\n株式会社", role=Role.TITLE))
    assert {"title": "8D報告書", "document_number": "KGS-8D-784", "dated": "2025-10-01"}.items() <= found(
        *slides
    ).items()
    assert found(path="現場/コピー 〜 生産実績 (2).csv")["title"] == "生産実績"
    table = Table(name="t", columns=(), batches=(), rows=0, notes=("生産実績一覧（上期）", "出力日:2025/10/01"))
    assert found(path="現場/a.csv", tables=(table,))["title"] == "生産実績一覧（上期）"


def test_hidden_and_withdrawn_fields_say_nothing() -> None:
    old = Pair(label="改訂", value="第1版", marks=frozenset({Mark.WITHDRAWN}))
    assert "revision" not in found(old)
