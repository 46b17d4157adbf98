"""Keywords and a summary from the document's own words, without models; `language` will add better ones."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from genba.formats.markup import header_names
from genba.model.document import Document
from genba.model.marks import Mark
from genba.model.nodes import Choices, Figure, Flow, Grid, Heading, Pair, Paragraph, Role

KEYWORDS = 12
CODES_AMONG_KEYWORDS = 3  # a list of parts would otherwise be nothing but part numbers
SUMMARY_CHARS = 200
CELLS_LOOKED_AT = 5_000
TEXT_LOOKED_AT = 100_000
CANDIDATES = 400
HEADING_WEIGHT = 3

_WORD = "[一-鿿々〆ヶァ-ヴー]"
# Endings that belong to a noun when a word goes on behind them or ends there: 締付けトルク, 面粗さ, 見積り.
_ENDING = "[けりれさみきえぎめせげべ]"
_LAST = "[けりれさみきえぎせげべ]"  # 保護めがね does not end in め
_PARTICLE = "[をはがのにでとへもや]|から|まで|より|など|する|すべ|した|して|し、|しな|され|させ"
_TERM = re.compile(
    rf"(?<![0-9０-９一-鿿ァ-ヴー]){_WORD}(?:{_WORD}|{_ENDING}(?={_WORD}))*{_LAST}?(?=$|[^ぁ-ん一-鿿ァ-ヴー]|{_PARTICLE})"
    r"|(?<![A-Za-z0-9-])[A-Z][A-Z0-9]*-[A-Z0-9-]*[A-Z0-9]|(?<![A-Za-z0-9-])[A-Za-z]{4,}(?![A-Za-z0-9-])"
)
_LONGEST, _SHORTEST = 16, 2
_APART = re.compile(r"及び|又は|並びに|若しくは|または|および|株式会社|有限会社|合同会社|[㈱㈲]|[（(][株有][）)]")
_PREFIX = re.compile(r"^(?:[各当同全](?=[一-鿿]{2})|本(?=手順|標準|規程|規定|基準|製品|設備|作業|工程|資料))")
# fmt: off
_COMMON = frozenset((
    "以下", "以上", "場合", "実施", "確認", "使用", "対応", "必要", "可能", "内容", "方法", "記入",
    "対象", "該当", "その他", "事項", "項目", "平成", "令和", "昭和", "年月日", "月日", "番号", "有無",
    "備考", "合計", "区分", "種類", "名称", "必須", "任意", "注意", "参照", "作成", "変更", "追加",
    "説明", "関係", "情報", "データ", "下記", "上記", "御中", "目的", "概要", "数量", "単位", "日付", "日時",
    "担当", "同上", "承認", "作業", "結果", "記録", "理由", "シート", "ページ", "見出し", "本書", "一覧", "作業者",
    "コード", "及", "又", "様式", "表示", "発行", "改訂", "制定", "旧", "写真", "名前", "件数", "開始", "終了", "回目",
    "from", "with", "that", "this", "have", "will", "been", "into", "your", "their", "they", "shall", "must", "should",
    "when", "where", "which", "also", "each", "than", "then", "them", "there", "these", "those", "only", "other",
    "http", "https", "html", "www",
))
# fmt: on
_PEOPLE = re.compile(
    r"承認|照査|審査|作成|起案|確認者|担当|作業者|検査員|測定者|記入者|報告者|点検者|氏名|名前|出席|宛先|返信者|検印"
)
_SENTENCE_END = re.compile(r"(?<=[。．!?！？])|\n")
_STANDS_ALONE = re.compile("[^。．!?！？、,ぁ-ん]$")  # a line, where it is not broken within a sentence
_PURPOSE = re.compile(r"目的|適用範囲|概要|はじめに|要旨|背景")
_SLOTS = (
    ("document_number", "文書番号"), ("revision", "改訂"), ("product", "品名"), ("part_number", "品番"),
    ("process", "工程"), ("equipment", "設備"), ("lot", "ロット"), ("customer", "客先"),
)  # fmt: skip


def keywords(document: Document, *, count: int = KEYWORDS) -> Document:
    """Take the terms that occur most, headings counting three times; ties go to the one that comes first."""
    texts: Counter[str] = Counter()  # tables say the same again and again: look at it once
    for text, weight in _texts(document):
        texts[text] += weight
    weights: Counter[str] = Counter()
    written: dict[str, str] = {}  # the first spelling of words that differ in case only
    terms: dict[str, str] = {}  # what was found, as it is counted; empty for what is no term
    people = _people(document)
    for text, weight in texts.items():
        for found in _TERM.findall(_APART.sub("、", text[:TEXT_LOOKED_AT])):
            if found not in terms:
                term = _PREFIX.sub("", found)
                fits = _is_term(term) and term not in people
                terms[found] = written.setdefault(term.casefold(), term) if fits else ""
            if terms[found]:
                weights[terms[found]] += weight
    chosen: list[str] = []
    codes = 0
    candidates = weights.most_common(CANDIDATES)
    for term, weight in candidates:
        # A term that mostly occurs inside a longer one is a piece of it.
        if any(weight <= other and term in longer for longer, other in candidates if longer != term):
            continue
        is_code = "-" in term
        if is_code and codes == CODES_AMONG_KEYWORDS:
            continue
        codes += is_code
        chosen.append(term)
        if len(chosen) == count:
            break
    return replace(document, keywords=tuple(chosen))


def _is_term(term: str) -> bool:
    if not _SHORTEST <= len(term) <= _LONGEST or term.casefold() in _COMMON or term.strip("ー") == "":
        return False
    return len(term) > _SHORTEST or not re.search("[ァ-ヴーぁ-ん]", term)


def _people(document: Document) -> frozenset[str]:
    """Names of people are no keywords: neither whole nor in parts."""
    names = [item.value for item in document.properties if item.name.endswith(("_by", "creator", "author"))]
    names += [node.value for node in document.nodes if isinstance(node, Pair) and _PEOPLE.search(node.label)]
    for node in document.nodes:
        if isinstance(node, Paragraph) and (
            match := re.match(rf"(?:{_PEOPLE.pattern})[^:：]{{0,3}}[:：](.+)", node.text)
        ):
            names.append(match.group(1))
    parts = (part for name in names for part in re.split(r"[\s、,・/]+", name))
    return frozenset(part for part in (*names, *parts) if part)


def summary(document: Document, *, chars: int = SUMMARY_CHARS) -> Document:
    """Take the section on purpose or scope, else the first sentences of a text, else say what form or table it is."""
    paragraphs = _purpose(document)
    if not paragraphs and not _is_form(document):
        paragraphs = [node.text for node in document.nodes if isinstance(node, Paragraph) and _is_prose(node)]
    text = ""
    for sentence in (part.strip() for paragraph in paragraphs for part in _SENTENCE_END.split(paragraph)):
        if len(text) + len(sentence) > chars:
            break
        if sentence:
            text += f"{sentence} " if _STANDS_ALONE.search(sentence) else sentence
    return replace(document, summary=text.strip() or _inventory(document, chars))


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


def _is_form(document: Document) -> bool:
    """Fields and tables say more of it than the lines between them."""
    prose = sum(len(node.text) for node in document.nodes if isinstance(node, Paragraph) and _is_prose(node))
    cells = sum(len(node.cells) for node in document.nodes if isinstance(node, Grid))
    fields = sum(isinstance(node, Pair | Choices) for node in document.nodes)
    return prose < 20 * fields + 4 * cells + 100 * len([table for table in document.tables if not table.grid])


def _inventory(document: Document, chars: int) -> str:
    """Name the title, what it is about, its sections, and its tables by their columns."""
    values = {item.name: item.value for item in reversed(document.properties)}
    about = "、".join(f"{label} {values[name]}" for name, label in _SLOTS if values.get(name))
    names = [node.text for node in document.nodes if isinstance(node, Heading) and Mark.HIDDEN not in node.marks]
    sections = "、".join(dict.fromkeys(name for name in names[:12] if name != values.get("title")))
    parts = [f"{values.get('title', '')}（{about}）" if about else values.get("title", ""), sections]
    for table in document.tables[:3]:
        columns = "、".join(column.name for column in table.columns if not column.name.startswith("_"))
        parts.append(f"表: {columns}（{table.rows}行）")
    text = ""
    if len([part for part in parts if part]) > 1 or about:
        for part in filter(None, parts):
            if text and len(text) + len(part) >= chars:
                break
            text += f"{part}。"
    return text[:chars]


def _texts(document: Document) -> Iterator[tuple[str, int]]:
    cells = 0
    for item in document.properties[:40]:
        if item.name == "title" and item.origin in ("content", "file_name"):
            yield item.value, HEADING_WEIGHT
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
                if not _PEOPLE.search(node.label):
                    yield node.value, 1
            case Choices():
                yield node.label, 1
            case Grid():
                people = {column for column, name in header_names(node).items() if _PEOPLE.search(name)}
                for cell in node.cells[: CELLS_LOOKED_AT - cells]:
                    if cell.column not in people:
                        yield cell.text, 1
                cells = min(cells + len(node.cells), CELLS_LOOKED_AT)
            case Figure():
                yield node.caption, 1
            case Flow():
                for step in node.nodes:
                    yield step.text, 1
            case _:
                continue
    for table in document.tables:
        for note in table.notes[:20]:
            yield note, 1
        for column in table.columns:
            if not column.name.startswith("_"):
                yield column.name, 2
