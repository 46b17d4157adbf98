"""Keywords and a summary from the document's own words, without models; `language` will add better ones."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from genba.model.document import Document
from genba.model.marks import Mark
from genba.model.nodes import Choices, Figure, Flow, Grid, Heading, Pair, Paragraph, Role

KEYWORDS = 12
SUMMARY_CHARS = 200
CELLS_LOOKED_AT = 5_000
HEADING_WEIGHT = 3

# Runs that are words of their own in Japanese technical text: kanji compounds, katakana terms, part numbers.
_TERMS = re.compile(r"[一-鿿々〆ヶ]{2,10}|[ァ-ヴー]{3,}|[A-Z][A-Z0-9]*-[A-Z0-9-]*[A-Z0-9]")
# fmt: off
_COMMON = frozenset((
    "以下", "以上", "場合", "実施", "確認", "使用", "対応", "必要", "可能", "内容", "方法", "記入",
    "対象", "該当", "その他", "事項", "項目", "平成", "令和", "昭和", "年月日", "月日", "番号", "有無",
    "備考", "合計", "区分", "種類", "名称", "必須", "任意", "注意", "参照", "作成", "変更", "追加",
    "説明", "関係", "情報", "データ",
))
# fmt: on
_SENTENCE_END = re.compile(r"(?<=[。．!?！？])")
_PURPOSE = re.compile(r"目的|適用範囲|概要|はじめに|要旨|背景")


def keywords(document: Document, *, count: int = KEYWORDS) -> Document:
    """Take the terms that occur most, headings counting three times; ties go to the one that comes first."""
    weights: Counter[str] = Counter()
    for text, weight in _texts(document):
        for term in _TERMS.findall(text):
            if term not in _COMMON:
                weights[term] += weight
    # A term that only ever occurs inside a longer one is a piece of it.
    chosen: list[str] = []
    for term, weight in weights.most_common(count * 4):
        if not any(term in longer and weights[longer] >= weight for longer in weights if longer != term):
            chosen.append(term)
        if len(chosen) == count:
            break
    return replace(document, keywords=tuple(chosen))


def summary(document: Document, *, chars: int = SUMMARY_CHARS) -> Document:
    """Take the first sentences of the section on purpose or scope, else of the body, else name what is there."""
    paragraphs = _purpose(document) or [
        node.text for node in document.nodes if isinstance(node, Paragraph) and _is_prose(node)
    ]
    text = ""
    for sentence in (part for paragraph in paragraphs for part in _SENTENCE_END.split(paragraph)):
        if len(text) + len(sentence) > chars:
            break
        text += sentence.strip()
    return replace(document, summary=text or _inventory(document)[:chars])


def _purpose(document: Document) -> list[str]:
    taken: list[str] = []
    inside = False
    for node in document.nodes:
        if isinstance(node, Heading):
            if taken:
                break
            inside = bool(_PURPOSE.search(node.text))
        elif inside and isinstance(node, Paragraph) and _is_prose(node):
            taken.append(node.text)
    return taken


def _is_prose(node: Paragraph) -> bool:
    usual = node.role in (Role.BODY, Role.LIST_ITEM) and not node.marks & {Mark.HIDDEN, Mark.WITHDRAWN, Mark.FURNITURE}
    return usual and len(node.text) >= 10


def _inventory(document: Document) -> str:
    names = [node.text for node in document.nodes if isinstance(node, Heading)][:8]
    columns = [column.name for table in document.tables[:3] for column in table.columns][:12]
    return "、".join(dict.fromkeys(names + columns))


def _texts(document: Document) -> Iterator[tuple[str, int]]:
    cells = 0
    for node in document.nodes:
        if Mark.HIDDEN in node.marks or Mark.FURNITURE in node.marks:
            continue
        match node:
            case Heading():
                yield node.text, HEADING_WEIGHT
            case Paragraph():
                yield node.text, 1
            case Pair():
                yield node.label, 1
                yield node.value, 1
            case Choices():
                yield node.label, 1
            case Grid():
                for cell in node.cells[: CELLS_LOOKED_AT - cells]:
                    yield cell.text, 1
                cells = min(cells + len(node.cells), CELLS_LOOKED_AT)
            case Figure():
                yield node.caption, 1
            case Flow():
                for item in node.nodes:
                    yield item.text, 1
            case _:
                continue
    for table in document.tables:
        for column in table.columns:
            yield column.name, 1
