"""Which documents are instructions: by their titles, names of files and sheets, headings, and columns of tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from genba.model.document import Document
from genba.model.instruction import InstructionKind
from genba.model.marks import Mark
from genba.model.nodes import Grid, Heading, Pair, Paragraph, Role
from genba.steps.instructions.columns import UNSEEN, parts_of, seen_rows
from genba.steps.instructions.hazards import opening_level
from genba.steps.instructions.numbering import split_number
from genba.steps.instructions.verbs import is_imperative
from genba.steps.instructions.wording import Column, column_of
from genba.steps.instructions.zones import Zone, zone_of

LINES_LOOKED_AT = 80
CONTENT_LOOKED_AT = 1_500  # nodes
NODES_LOOKED_AT = 60
GRIDS_LOOKED_AT = 12
GRID_ROWS_LOOKED_AT = 40
_BESIDE = frozenset(
    (
        Column.TOOL,
        Column.PART,
        Column.FIGURE,
        Column.PARAMETER,
        Column.HAZARD,
        Column.TIME,
        Column.CHECK,
        Column.CRITERION,
    )
)

_SUBJECT = (
    r"(?:作業|組立て?|組付け?|加工|段取り?|操作|保全|清掃|交換|運転|設定|保守|取扱い?|整備|調整|溶接|塗装|成形|"
    r"プレス|梱包|出荷|洗浄|"
    r"分解|起動|停止|教示|試験|測定|評価|施工|設置|製造|生産|充填|切替え?|立上げ?|始業|校正)"
)
_TITLES = (
    (InstructionKind.QC_PROCESS_CHART, (
        r"QC\s?工程|品質管理工程|工程管理(?:表|図|標準)|管理工程(?:表|図)|工程品質管理|コントロール\s?プラン|"
        r"control\s?plan|工程保証"
    )),
    (InstructionKind.INSPECTION_STANDARD,
     (r"(?:検査|点検|試験|品質|外観|寸法)(?:作業)?(?:基準|規格|要領|標準|指示|仕様|手順|指導|規準)|検査(?:項目|"
     r"法案|規定|指図)|検査マニュアル|inspection\s?(?:standard|instruction)")),
    (InstructionKind.WORK_INSTRUCTION,
     (rf"{_SUBJECT}(?:の)?(?:作業)?(?:手順|標準|指導|要領|指示|基準|マニュアル|手引)|標準作業|作業(?:票|書)|"
     rf"(?:手順|要領|指導|標準|マニュアル)書?$|手順書|"
     r"作業マニュアル|段取り?表|ワーク\s?インストラクション|work\s?(?:instruction|procedure|standard)|"
     r"standard\s?operating|(?<![a-z])sop(?![a-z])|手順(?=[\s_(（・のカ]|$)|"
     r"(?:作業|手順|要素)(?:作業|分解|要領|手順|標準|指示|指導|指図)?(?:書|票|カード|シート|表|図)|標準作業|"
     r"作業(?:標準|手順|要領|指導|指示|指図|分解|ガイド|教本|心得)|要領書?$|のしかた|の仕方|やり方")),
)  # fmt: skip
_KINDS = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _TITLES)
_OTHERS = re.compile(
    r"一覧|台帳|成績|記録|報告|議事|申請|依頼|計画|通知|改[訂定](?:の)?(?:お知らせ|案内|連絡|履歴)|"
    r"チェックシート|点検表|日報|月報|見積|許可|確認書|届|願|参加|懇親|送別|旅行|注文|請求|納品|"
    r"アンケート|FMEA|実績|教育|訓練|受講|理解度|テスト|集計|予定|カタログ|会議|レビュー|の(?:書き方|作り方|"
    r"作成)|作成(?:要領|手順|規定|基準)|管理規[程定]|規程|契約|仕様書|対策書|調査|分析|指摘",
    re.IGNORECASE,
)


_TELLING = frozenset((Column.KEY_POINT, Column.REASON, Column.TOOL, Column.EQUIPMENT))
_TOLD = re.compile(r"急所|(?:使用|必要)(?:治)?工具|保護具|標準時間|カン・コツ")
_OPEN_LIST = re.compile(r"^[・･●○◎■□◆◇▪▶►※*＊•◦–—-]$")


def kind_by_title(document: Document) -> tuple[InstructionKind | None, float]:
    """Tell the kind that titles name, and how sure that is; below 0 where a title names another sort of document."""
    best: tuple[InstructionKind | None, float] = (None, 0.0)
    for text, weight in _titles(document):
        folded = unicodedata.normalize("NFKC", text).strip()
        folded = re.sub(r"(?<=[一-鿿ァ-ヴー])\s+(?=[一-鿿ァ-ヴー])", "", folded)
        other = _OTHERS.search(folded)
        kind = next((kind for kind, pattern in _KINDS if pattern.search(folded)), None)
        if kind is not None and other is None:
            if weight > best[1]:
                best = (kind, weight)
        elif other is not None and weight >= 0.9 and best[0] is None:
            return None, -1.0
    return best


def _titles(document: Document) -> Iterator[tuple[str, float]]:
    """What may name the document, the surest first."""
    seen: set[str] = set()
    for node in document.nodes[:NODES_LOOKED_AT]:
        if isinstance(node, Paragraph) and node.role is Role.TITLE and node.text not in seen:
            seen.add(node.text)
            yield node.text[:120], 0.98
    for item in document.properties:
        if item.name == "title" and item.value not in seen and item.origin in ("content", "properties"):
            seen.add(item.value)
            yield item.value[:120], 0.95 if item.origin == "content" else 0.8
    lines = 0
    for node in document.nodes[:NODES_LOOKED_AT]:
        if isinstance(node, Heading) and node.level == 1:
            yield node.text[:120], 0.85
        elif isinstance(node, Paragraph) and node.role is Role.BODY and lines < 4 and Mark.FURNITURE not in node.marks:
            lines += 1
            if len(node.text) <= 40 and "。" not in node.text:
                yield node.text, 0.8
        elif isinstance(node, Grid) and lines < 4:
            lines += 1
            for cell in node.cells[:12]:
                if 2 < len(cell.text) <= 40 and "。" not in cell.text:
                    yield cell.text, 0.75
    yield re.sub(r"\.[A-Za-z0-9]{1,5}$", "", document.source.path.replace("\\", "/").rpartition("/")[2]), 0.8


def kind_by_columns(document: Document) -> tuple[InstructionKind | None, float]:
    """Tell the kind by tables that only instructions have."""
    looked = 0
    for node in document.nodes:
        if not isinstance(node, Grid) or node.rows < 2 or Mark.FURNITURE in node.marks:
            continue
        looked += 1
        if looked > GRIDS_LOOKED_AT:
            break
        for part in parts_of(node, seen_rows(node, GRID_ROWS_LOOKED_AT)):
            roles = part.roles
            if Column.ACTION in roles and (Column.KEY_POINT in roles or Column.REASON in roles):
                return InstructionKind.WORK_INSTRUCTION, 0.8
            if Column.ACTION in roles and Column.NUMBER in roles and len(roles & _BESIDE) >= 2:
                return InstructionKind.WORK_INSTRUCTION, 0.6
            if Column.CHARACTERISTIC in roles and Column.OTHER not in roles and Column.CRITERION in roles:
                checking = Column.METHOD in roles or Column.INSTRUMENT in roles
                if Column.PROCESS in roles and checking:
                    return InstructionKind.QC_PROCESS_CHART, 0.7
                if checking and Column.FREQUENCY in roles:
                    return InstructionKind.INSPECTION_STANDARD, 0.6
    return None, 0.0


def kind_by_content(document: Document) -> tuple[InstructionKind | None, float]:
    """Tell a work instruction by numbered lines that say what to do, beside 急所, 使用工具, warnings or 作業手順."""
    numbered = deeds = told = looked = 0
    procedure = inside = 0
    for node in document.nodes[:CONTENT_LOOKED_AT]:
        if not isinstance(node, Heading | Paragraph | Pair) or node.marks & UNSEEN or looked >= LINES_LOOKED_AT:
            continue
        text = node.value if isinstance(node, Pair) else node.text
        if isinstance(node, Heading) or (isinstance(node, Paragraph) and len(text) <= 16):
            procedure += zone_of(text) is Zone.PROCEDURE
        if isinstance(node, Pair):
            column = column_of(node.label.rpartition("/")[2])
            told += column in _TELLING
            deeds += column is Column.ACTION and is_imperative(text)
            numbered += column is Column.ACTION
            continue
        told += _TOLD.search(text) is not None or (len(text) < 200 and opening_level(text) is not None)
        number = node.number or split_number(text[:200])[0]
        if number and not _OPEN_LIST.match(number):
            looked += 1
            numbered += 1
            inside += bool(procedure)
            deeds += is_imperative(split_number(text)[1] if not node.number else text)
    if deeds >= 3 and deeds * 5 >= numbered * 3 and (told >= 2 or (procedure and inside >= 3)):
        return InstructionKind.WORK_INSTRUCTION, 0.6
    return None, 0.0
