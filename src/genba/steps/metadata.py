"""Finds what a document says of itself: number, revision, dates, department, approvals, product, process, equipment."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from genba.formats.calendar import parse_date
from genba.model.document import Document, Property
from genba.model.marks import Mark
from genba.model.nodes import Grid, Heading, Pair, Paragraph, Role
from genba.model.place import NOWHERE, Place

# What Japanese factories call these things, each list from the most to the least specific.
LABELS: dict[str, tuple[str, ...]] = {
    "document_number": ("文書番号", "文書No", "管理番号", "標準番号", "標準No", "帳票番号", "規格番号", "様式番号"),
    "revision": ("改訂番号", "改訂No", "改訂", "版数", "版", "Rev"),
    "issued": ("制定日", "発行日", "作成日", "作成年月日", "制定", "発行年月日", "記入日", "報告日"),
    "revised": ("改訂日", "改訂年月日", "更新日"),
    "effective": ("施行日", "適用日", "実施日"),
    "department": ("作成部署", "担当部署", "所管部署", "部署名", "部署", "部門", "所属"),
    "approved_by": ("承認者", "承認"),
    "reviewed_by": ("照査者", "審査者", "確認者", "照査", "審査"),
    "created_by": ("作成者", "作成", "起案者", "記入者", "報告者"),
    "product": ("製品名", "品名", "機種", "部品名", "対象製品"),
    "part_number": ("品番", "部品番号", "製品番号", "図番", "図面番号"),
    "process": ("工程名", "工程", "作業名"),
    "process_number": ("工程番号", "工程No"),
    "equipment": ("設備名", "設備番号", "設備No", "機械名", "号機", "使用設備"),
    "lot": ("ロット番号", "ロットNo", "ロット", "LotNo", "製造番号"),
    "customer": ("得意先", "客先", "納入先", "顧客名"),
}
DATES = frozenset({"issued", "revised", "effective"})
VALUE_CHARS = 80
FOLDER_DEPARTMENT = re.compile(r"(?:^|[\d_.\-\s])([一-鿿ァ-ヴー]{1,12}(?:部|課|室|係|グループ|工場))(?:$|[\d_.\-\s])")
FILE_DATE = re.compile(r"(?<!\d)(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
FILE_REVISION = re.compile(
    r"(?i)(?:rev\.?|第|ver\.?|v)[ _]?(\d{1,3}(?:\.\d{1,2})?)(?:版)?(?=[^\d]|$)|[_\s(（](改訂\d{1,3}|[A-Z]版)"
)
DOCUMENT_NUMBER = re.compile(r"(?<![A-Za-z0-9])([A-Z]{1,5}-[A-Z0-9]{1,8}(?:-[A-Z0-9]{1,8}){0,3})(?![A-Za-z0-9])")
_BETWEEN = r"\s*[:：\s]\s*"
_VALUE = r"([^\s:：|／/、,　]{1,40})"
_INLINE = {
    name: re.compile(rf"(?<![一-鿿ァ-ヴ])(?:{'|'.join(map(re.escape, labels))})\.?{_BETWEEN}{_VALUE}", re.IGNORECASE)
    for name, labels in LABELS.items()
}


def extract(document: Document) -> Document:
    """Add what content, file properties, folder names and the file name say, in this order of trust."""
    found: dict[str, Property] = {}
    for item in (
        *_from_pairs(document),
        *_from_grids(document),
        *_from_text(document),
        *_title(document),
        *document.properties,
        *_from_path(document.source.path),
    ):
        if item.value and item.name not in found:
            found[item.name] = item
    kept = [item for item in document.properties if found.get(item.name) is not item]
    ordered = sorted(found.values(), key=lambda item: item.name)
    return replace(document, properties=(*ordered, *kept))


def _folded(label: str) -> str:
    return re.sub(r"[\s.．:：・()（）]", "", unicodedata.normalize("NFKC", label)).lower()


_BY_LABEL = {_folded(label): name for name, labels in reversed(LABELS.items()) for label in labels}


def _property(name: str, value: str, origin: str, place: Place) -> Iterator[Property]:
    text = value.strip()
    if not text or len(text) > VALUE_CHARS or text in ("-", "―", "－", "なし"):
        return
    if name in DATES:
        date = parse_date(text)
        if date is None:
            return
        yield Property(name=name, value=date.iso, as_written=text, origin=origin, place=place)
    else:
        yield Property(name=name, value=text, origin=origin, place=place)


def _from_pairs(document: Document) -> Iterator[Property]:
    for node in document.nodes:
        if isinstance(node, Pair) and not node.marks & {Mark.HIDDEN, Mark.WITHDRAWN}:
            name = _BY_LABEL.get(_folded(node.label.rsplit("/", 1)[-1]))
            if name:
                yield from _property(name, node.value, "content", node.place)


def _from_grids(document: Document) -> Iterator[Property]:
    """Look at small grids, as Word documents use them for their head: label left of value, or label above value."""
    for node in document.nodes:
        if not isinstance(node, Grid) or len(node.cells) > 60 or Mark.HIDDEN in node.marks:
            continue
        at = {(cell.row, cell.column): cell for cell in node.cells}
        for cell in node.cells:
            name = _BY_LABEL.get(_folded(cell.text))
            if not name:
                continue
            right = at.get((cell.row, cell.column + cell.column_span))
            below = at.get((cell.row + cell.row_span, cell.column))
            for candidate in (right, below):
                if candidate and candidate.text.strip() and _folded(candidate.text) not in _BY_LABEL:
                    yield from _property(name, candidate.text, "content", node.place)
                    break


def _from_text(document: Document) -> Iterator[Property]:
    """Look into running headers and footers and the first lines, where 文書番号 and 改訂 stand."""
    texts = [(node.text, node.place) for node in document.nodes if isinstance(node, Paragraph) and _is_head(node)]
    body = [(node.text, node.place) for node in document.nodes if isinstance(node, Paragraph) and not _is_head(node)]
    notes = [(note, NOWHERE) for table in document.tables for note in table.notes]
    for text, place in (*texts, *body[:12], *notes):
        for name, pattern in _INLINE.items():
            match = pattern.search(text)
            if match:
                yield from _property(name, match.group(1), "content", place)


def _is_head(node: Paragraph) -> bool:
    return node.role in (Role.HEADER, Role.FOOTER)


def _title(document: Document) -> Iterator[Property]:
    for node in document.nodes[:40]:
        if isinstance(node, Paragraph) and node.role is Role.TITLE and Mark.HIDDEN not in node.marks:
            yield from _property("title", node.text, "content", node.place)
    headings = [node for node in document.nodes if isinstance(node, Heading) and Mark.HIDDEN not in node.marks]
    if headings and not _is_sheet_name(headings[0]):
        yield from _property("title", headings[0].text, "content", headings[0].place)
    elif len(headings) > 1 and headings[1].place.sheet == headings[0].place.sheet:
        yield from _property("title", headings[1].text, "content", headings[1].place)


def _is_sheet_name(heading: Heading) -> bool:
    return bool(heading.place.sheet) and heading.text == heading.place.sheet


def _from_path(path: str) -> Iterator[Property]:
    *folders, name = path.replace("!/", "/").split("/")
    stem = name.rsplit(".", 1)[0] or name
    for folder in reversed(folders):
        match = FOLDER_DEPARTMENT.search(folder)
        if match:
            yield Property(name="department", value=match.group(1), origin="folder")
            break
    if match := FILE_DATE.search(stem):
        yield Property(name="dated", value="-".join(match.groups()), as_written=match.group(), origin="file_name")
    if match := FILE_REVISION.search(stem):
        yield Property(name="revision", value=match.group(1) or match.group(2), origin="file_name")
    if match := DOCUMENT_NUMBER.search(stem):
        yield Property(name="document_number", value=match.group(1), origin="file_name")
    yield Property(name="title", value=stem, origin="file_name")
