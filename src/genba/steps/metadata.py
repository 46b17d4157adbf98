"""Finds what a document says of itself: number, revision, dates, department, approvals, product, process, equipment."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from genba.formats.calendar import parse_date
from genba.formats.markup import header_names
from genba.formats.text import normalise
from genba.model.document import Document, Property
from genba.model.marks import Mark
from genba.model.nodes import Grid, Heading, Pair, Paragraph, Role
from genba.model.place import NOWHERE, Place

# What Japanese factories call these things, each list from the most to the least specific.
LABELS: dict[str, tuple[str, ...]] = {
    "document_number": ("文書番号", "文書No", "文書管理番号", "管理番号", "標準番号", "標準No", "標準書番号",
                        "手順書番号", "規程番号", "帳票番号", "規格番号", "様式番号"),
    "revision": ("改訂番号", "改訂No", "改訂", "改定", "版数", "版", "Rev"),
    "issued": ("制定日", "発行日", "作成日", "作成年月日", "制定年月日", "制定", "発行年月日", "記入日", "報告日"),
    "revised": ("改訂日", "改定日", "改訂年月日", "改定年月日", "最終改訂日", "更新日"),
    "effective": ("施行日", "適用日", "実施日"),
    "dated": ("日付", "年月日", "日時", "開催日", "開催日時", "検査日", "測定日", "点検日", "見積日", "発生日"),
    "department": ("作成部署", "担当部署", "所管部署", "発行部門", "発行部署", "部署名", "部署", "部門", "所属"),
    "approved_by": ("承認者", "承認"),
    "reviewed_by": ("照査者", "審査者", "確認者", "照査", "審査", "検印"),
    "created_by": ("作成者", "作成", "起案者", "起案", "記入者", "報告者"),
    "product": ("製品名", "品名", "機種", "部品名", "対象製品"),
    "part_number": ("品番", "部品番号", "製品番号"),
    "drawing_number": ("図番", "図面番号", "図面No"),
    "process": ("工程名", "工程", "作業名"),
    "process_number": ("工程番号", "工程No"),
    "equipment": ("設備番号", "設備No", "設備名", "機械名", "機械番号", "号機", "使用設備", "使用機械", "設備"),
    "lot": ("ロット番号", "ロットNo", "ロット", "LotNo", "製造番号"),
    "customer": ("得意先", "客先", "納入先", "顧客名"),
}  # fmt: skip
DATES = frozenset({"issued", "revised", "effective", "dated"})
CODES = frozenset({"document_number", "drawing_number", "part_number", "process_number", "lot"})
STAMPS = frozenset({"approved_by", "reviewed_by", "created_by"})
VALUE_CHARS = 80
TITLE_CHARS = 120
HEAD_GRID_CELLS = 60
BODY_LOOKED_AT = 12  # paragraphs at the top in which a label may stand
TITLE_LOOKED_AT = 40
TEXT_LOOKED_AT = 2_000  # characters

_CODE = r"[A-Z]{1,5}-[A-Z0-9]{1,8}(?:-[A-Z0-9]{1,8}){0,3}"
DOCUMENT_NUMBER = re.compile(rf"(?<![A-Za-z0-9-])({_CODE})(?![A-Za-z0-9-])")
FOLDER_DEPARTMENT = re.compile(r"(?:^|[\d_.\-\s])([一-鿿ァ-ヴー]{1,12}(?:部|課|室|係|グループ|工場))(?:$|[\d_.\-\s])")
FILE_DATE = re.compile(r"(?<!\d)(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
# 第2工場 is no edition and TV560 no version: the mark must stand by itself or say 版.
REVISION = re.compile(
    r"第\s?\d{1,3}(?:\.\d{1,2})?\s?版|改[訂定]\s?第?\d{1,3}(?:版)?|初版|(?<![A-Za-z])[A-Z]版"
    r"|(?<![A-Za-z])[Rr][Ee][Vv](?:ision)?[._ ]?(?:\d{1,3}(?:\.\d{1,2})?|[A-Z])(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])[Vv](?:er(?:sion)?)?[. ]?\d{1,2}(?:\.\d{1,2})?(?![A-Za-z0-9])"
)
# A file that is called so is numbered as a document; in other names a code is a part's or a machine's.
_NUMBERED_KIND = re.compile(r"手順|標準|基準|規程|規定|要領|工程表|マニュアル|指示書|仕様書|様式|manual", re.IGNORECASE)
_DATE = re.compile(
    r"(?:令和|平成|昭和|[RHS]\.?)\s?(?:元|\d{1,2})\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}日?"
    r"|(?<!\d)(?:19|20)\d{2}\s?[年/.-]\s?\d{1,2}\s?[月/.-]\s?\d{1,2}日?(?!\d)"
)
_NO_TITLE = re.compile(
    r"[◆■●◎○・※].*|\d{1,2}[.．、]\d?.*|第\s?\d{1,2}\s?[章節条].*|目的|適用範囲|目的(?:及び|と|・)適用範囲|はじめに|概要|目次|改[訂定]履歴"
    r"|sheet ?\d*|文書 ?\d*|book ?\d*|slide \d+|(?:microsoft (?:word|excel|powerpoint)\b.*)"
    r"|(?:powerpoint ?)?プレゼンテーション ?\d*|untitled|無題.*",
    re.IGNORECASE,
)
_COPY = re.compile(r"^コピー\s*[〜~～-]\s*|\s*-\s*コピー(?:\s*\(\d+\))?$|\s*\(\d{1,2}\)$")
_UNSAID = frozenset({Mark.HIDDEN, Mark.WITHDRAWN})
_NAMELESS = frozenset(("-", "―", "－", "ー", "なし", "無し", "印", "/", "〃"))


def _inline(name: str) -> re.Pattern[str]:
    """A label in running text with its value: up to the next label, or the code or date that follows."""
    labels = "|".join(map(re.escape, LABELS[name]))
    head = rf"(?<![一-鿿ァ-ヴー])(?:{labels})\.?"
    if name in CODES:
        return re.compile(rf"{head}\s*[:：\s]\s*([A-Za-z0-9][A-Za-z0-9._-]{{1,39}})", re.IGNORECASE)
    if name == "revision":
        return re.compile(
            rf"{head}\s*[:：\s]\s*({REVISION.pattern}|\d{{1,3}}(?:\.\d{{1,2}})?|[A-Z])(?![A-Za-z0-9年月/])"
        )
    if name in DATES:
        return re.compile(rf"{head}\s*[:：\s]\s*({_DATE.pattern})")
    value = r"([^:：|／/、,。\n]{1,40}?)(?=\s+[^\s:：]{1,10}[:：]|\s{2,}|[、,。|／/\n]|$)"
    return re.compile(rf"{head}\s*[:：]\s*{value}")


_INLINE = {name: _inline(name) for name in LABELS}


def extract(document: Document) -> Document:
    """Add what content, file properties, folder names and the file name say, in this order of trust."""
    found: dict[str, Property] = {}
    for item in (
        *_from_pairs(document),
        *_from_grids(document),
        *_from_text(document),
        *_title(document),
        *(item for item in document.properties if item.name != "title" or not _says_nothing(item.value)),
    ):
        if item.value and item.name not in found:
            found[item.name] = item
    for item in _from_path(document.source.path, {found[name].value for name in CODES & found.keys()}):
        found.setdefault(item.name, item)
    others = {found[name].value for name in DATES - {"dated"} if name in found}
    if "dated" in found and found["dated"].value in others:
        del found["dated"]
    kept = [item for item in document.properties if found.get(item.name) is not item]
    ordered = sorted(found.values(), key=lambda item: item.name)
    return replace(document, properties=(*ordered, *kept))


def _folded(label: str) -> str:
    return re.sub(r"[\s.．:：・()（）]", "", unicodedata.normalize("NFKC", label)).lower()


_BY_LABEL = {_folded(label): name for name, labels in reversed(LABELS.items()) for label in labels}


def _property(name: str, value: str, origin: str, place: Place) -> Iterator[Property]:
    text = " ".join(value[: 2 * VALUE_CHARS].split())
    if not text or len(text) > VALUE_CHARS or text in _NAMELESS:
        return
    if name in DATES:
        written = _DATE.search(text)
        date = parse_date(written.group().strip() if written else text)
        if date is not None:
            yield Property(name=name, value=date.iso, as_written=text, origin=origin, place=place)
    elif name not in STAMPS or not (_DATE.search(text) or text.isdigit()):
        yield Property(name=name, value=text, origin=origin, place=place)


def _from_pairs(document: Document) -> Iterator[Property]:
    pairs = [node for node in document.nodes if isinstance(node, Pair)]
    stamps = {_folded(node.label) for node in pairs}
    for node in pairs:
        if not node.marks & _UNSAID:
            parts = [_folded(part) for part in node.label.split("/")]
            if parts[-1] in ("氏名", "名前", "印") and len(parts) > 1:
                parts.pop()
            name = _BY_LABEL.get(parts[-1], "")
            if parts[-1] == "確認" and stamps & {"作成", "承認"}:
                name = "reviewed_by"
            if name == "dated" and len(parts) > 1:
                continue  # the date of a stamp or a section, not of the document
            if name:
                yield from _property(name, node.value, "content", node.place)


def _from_grids(document: Document) -> Iterator[Property]:
    """Look at small grids, as documents use them for their head; tables of data say nothing of the document."""
    for node in document.nodes:
        if not isinstance(node, Grid) or Mark.HIDDEN in node.marks:
            continue
        if node.header_rows and node.rows - node.header_rows > 1:
            yield from _from_history(node)
        elif len(node.cells) <= HEAD_GRID_CELLS:
            yield from _from_head(node)


def _from_head(grid: Grid) -> Iterator[Property]:
    """Labels left of their values, or above them where labels stand side by side: 承認|照査|作成."""
    at = {(cell.row, cell.column): cell for cell in grid.cells}
    stamped = any(_folded(cell.text) in ("作成", "承認") for cell in grid.cells)
    for cell in grid.cells:
        label = _folded(cell.text)
        name = "reviewed_by" if label == "確認" and stamped else _BY_LABEL.get(label)
        if not name:
            continue
        right = at.get((cell.row, cell.column + cell.column_span))
        below = at.get((cell.row + cell.row_span, cell.column))
        left = at.get((cell.row, cell.column - 1))
        in_row = any(_BY_LABEL.get(_folded(other.text)) for other in (left, right) if other)
        for candidate in (below, right) if in_row or cell.row < grid.header_rows else (right, below):
            if candidate and candidate.text.strip() and _folded(candidate.text) not in _BY_LABEL:
                under = at.get((candidate.row + candidate.row_span, candidate.column))
                if candidate is right and under and _is_column_name(candidate.text, under.text):
                    break
                yield from _property(name, candidate.text, "content", grid.place)
                break


def _is_column_name(text: str, below: str) -> bool:
    """Words over a number: not the value of the label beside them, but the next column of a table."""
    return not re.search(r"\d", text) and bool(re.fullmatch(r"[\d,.\s%％円個▲△+-]+", below.strip()))


def _from_history(grid: Grid) -> Iterator[Property]:
    """The latest line of a table of revisions: 版|改訂日|内容."""
    names = {_BY_LABEL.get(_folded(name)): column for column, name in header_names(grid).items()}
    day_column = next((names[name] for name in ("revised", "dated", "issued") if name in names), None)
    if "revision" not in names or day_column is None:
        return
    rows: dict[int, dict[int, str]] = {}
    for cell in grid.cells:
        if cell.row >= grid.header_rows and not cell.marks & _UNSAID:
            rows.setdefault(cell.row, {})[cell.column] = cell.text
    dated = [(day.iso, row) for row in rows.values() if (day := parse_date(row.get(day_column, "").strip()))]
    if dated:
        _, last = max(dated, key=lambda item: item[0])
        yield from _property("revision", last.get(names["revision"], ""), "content", grid.place)
        yield from _property("revised", last[day_column], "content", grid.place)


def _from_text(document: Document) -> Iterator[Property]:
    """Look into running headers and footers and the first lines, where 文書番号 and 改訂 stand."""
    paragraphs = [node for node in document.nodes if isinstance(node, Paragraph) and not node.marks & _UNSAID]
    heads = [(node.text[:TEXT_LOOKED_AT], node.place) for node in paragraphs if _is_head(node)]
    body = [(node.text[:TEXT_LOOKED_AT], node.place) for node in paragraphs if not _is_head(node)]
    notes = [(note[:TEXT_LOOKED_AT], NOWHERE) for table in document.tables for note in table.notes]
    for text, place in (*heads, *body[:BODY_LOOKED_AT], *notes):
        for name, pattern in _INLINE.items():
            if match := pattern.search(text):
                yield from _property(name, match.group(1), "content", place)
    titles = [
        (node.text[:TEXT_LOOKED_AT], node.place) for node in paragraphs[:BODY_LOOKED_AT] if node.role is Role.TITLE
    ]
    for text, place in (*heads, *titles):
        if match := DOCUMENT_NUMBER.search(text):
            yield from _property("document_number", match.group(1), "content", place)
        if match := REVISION.search(text):
            yield from _property("revision", match.group(), "content", place)
        if match := _DATE.search(text):
            yield from _property("dated", match.group(), "content", place)


def _is_head(node: Paragraph) -> bool:
    return node.role in (Role.HEADER, Role.FOOTER)


def _title(document: Document) -> Iterator[Property]:
    """The first title or heading that names the document: not its sheet, not a numbered chapter, not 目的."""
    on_sheet = False
    for position, node in enumerate(document.nodes[:TITLE_LOOKED_AT]):
        if not isinstance(node, Heading | Paragraph) or node.marks & {Mark.HIDDEN, Mark.FURNITURE}:
            continue
        if isinstance(node, Heading) and node.place.sheet and not node.place.range:
            on_sheet = True
            continue
        is_heading = isinstance(node, Heading) and not node.number and (node.level == 1 or (on_sheet and position < 3))
        if is_heading or (isinstance(node, Paragraph) and node.role is Role.TITLE):
            text = " ".join(node.text.split())
            if text and len(text) <= TITLE_CHARS and not _says_nothing(text):
                yield Property(name="title", value=text, origin="content", place=node.place)
                return
    for table in document.tables:
        first = table.notes[0].strip() if table.notes and not table.grid and not table.place.sheet else ""
        if first and len(first) <= TITLE_CHARS // 2 and not re.search(r"[:：,、]|^[#※\d]", first):
            yield Property(name="title", value=first, origin="content", place=table.place)
            return


def _says_nothing(title: str) -> bool:
    """Numbered chapters, chapters that every document has, and names that programs give."""
    return bool(_NO_TITLE.fullmatch(title.strip()))


def _from_path(path: str, known_codes: set[str]) -> Iterator[Property]:
    *folders, name = path.replace("!/", "/").split("/")
    stem = unicodedata.normalize("NFKC", re.sub(r"(?:\.tar)?\.[^.]*$", "", name)).strip() or name
    for folder in reversed(folders):
        if match := FOLDER_DEPARTMENT.search(folder):
            yield Property(name="department", value=match.group(1), origin="folder")
            break
    if match := FILE_DATE.search(stem):
        yield Property(name="dated", value="-".join(match.groups()), as_written=match.group(), origin="file_name")
    if match := REVISION.search(stem.replace("_", " ")):
        yield Property(name="revision", value=match.group(), origin="file_name")
    if match := DOCUMENT_NUMBER.search(stem.replace("_", " ")):
        is_number = match.start() == 0 and _NUMBERED_KIND.search(stem)
        if is_number or match.group(1) not in known_codes:
            yield Property(name="document_number" if is_number else "code", value=match.group(1), origin="file_name")
    yield Property(name="title", value=_COPY.sub("", normalise(stem)[0]).strip() or stem, origin="file_name")
