"""What the cells of title blocks, parts lists and revision tables are called, in Japanese, English and in tags."""

import re
import unicodedata
from functools import cache

from genba.formats.calendar import parse_date

# Our name of a fact → how drawings name it. The first names are the surest.
FIELDS: dict[str, tuple[str, ...]] = {
    "drawing_number": (
        "図番", "図面番号", "図面No", "図No", "図号", "drawing no", "drawing number", "dwg no", "dwg number",
        "dwg", "zuban", "drawing_no", "dwg_no", "drawingnumber", "drawno",
    ),
    "revision": (
        "改訂", "改訂番号", "改訂No", "訂番", "改番", "訂符", "改符", "改訂記号", "版", "版数", "Rev",
        "Rev No", "revision", "rev_no", "issue", "kaitei", "改定",
    ),
    "title": (
        "図名", "図面名称", "図面名", "名称", "件名", "title", "drawing title", "description", "name", "zumei",
        "表題", "標題",
    ),
    "part_name": (
        "品名", "部品名", "部品名称", "part name", "hinmei",
    ),
    "part_number": (
        "品番", "部品番号", "部番", "製品番号", "品目コード", "part no", "part number", "part_no", "partno",
        "hinban", "p/n",
    ),
    "scale": (
        "尺度", "縮尺", "scale", "shakudo", "尺 度",
    ),
    "material": (
        "材質", "材料", "使用材料", "材料記号", "material", "matl", "mat'l", "zaishitsu", "zairyo",
    ),
    "approved_by": (
        "承認", "承認者", "approved", "approved by", "appd", "app'd", "approval", "shonin",
    ),
    "reviewed_by": (
        "検図", "照査", "審査", "検図者", "checked", "checked by", "chkd", "chk'd", "check", "kenzu",
    ),
    "designed_by": (
        "設計", "設計者", "designed", "designed by", "design", "dsgn", "sekkei",
    ),
    "created_by": (
        "製図", "作図", "作成", "製図者", "作成者", "担当", "drawn", "drawn by", "dwn", "drn", "seizu",
    ),
    "dated": (
        "日付", "年月日", "作成日", "製図日", "作図日", "出図日", "発行日", "設計年月日", "作成年月日", "date",
        "hizuke", "issued date",
    ),
    "surface_treatment": (
        "表面処理", "処理", "仕上", "仕上げ", "めっき", "塗装", "finish", "surface treatment", "coating",
    ),
    "heat_treatment": (
        "熱処理", "heat treatment", "heat treat", "硬度", "硬さ",
    ),
    "general_tolerance": (
        "普通公差", "一般公差", "指示なき公差", "普通寸法公差", "公差", "general tolerance", "tolerance",
        "tolerances", "寸法公差",
    ),
    "quantity": (
        "個数", "数量", "員数", "製作数", "台数", "q'ty", "qty", "quantity", "kosu",
    ),
    "mass": (
        "質量", "重量", "mass", "weight", "wt",
    ),
    "projection": (
        "投影法", "投影", "projection", "三角法",
    ),
    "unit": (
        "単位", "unit", "units",
    ),
    "sheet": (
        "葉番", "頁", "ページ", "枚数", "シート", "sheet", "sheet no", "page",
    ),
    "size": (
        "用紙", "図面サイズ", "用紙サイズ", "size", "サイズ",
    ),
    "company": (
        "会社名", "社名", "company",
    ),
    "customer": (
        "客先", "得意先", "納入先", "客先名", "customer", "client",
    ),
    "product": (
        "機種", "機種名", "製品名", "装置名", "適用機種", "model", "product",
    ),
    "project": (
        "工番", "製番", "工事番号", "プロジェクト", "project", "job no",
    ),
    "department": (
        "部署", "課", "作成部署", "department", "dept",
    ),
}  # fmt: skip

# The columns of parts lists and revision tables.
PARTS_COLUMNS: dict[str, tuple[str, ...]] = {
    "mark": (
        "符号", "照番", "照合番号", "番号", "No", "項", "項番", "部番", "風船", "風船番号", "item", "item no",
        "find no", "pos", "#",
    ),
    "number": (
        "品番", "部品番号", "図番", "図面番号", "品目コード", "型式", "規格", "part no", "part number", "code",
    ),
    "name": (
        "品名", "名称", "部品名", "部品名称", "part name", "name", "description",
    ),
    "quantity": (
        "個数", "数量", "員数", "数", "使用数", "q'ty", "qty", "quantity",
    ),
    "material": (
        "材質", "材料", "material", "matl",
    ),
    "remarks": (
        "備考", "摘要", "記事", "remarks", "note", "notes", "メーカー", "メーカ", "maker", "質量", "重量",
        "mass", "weight", "寸法", "単位", "処理", "表面処理", "熱処理", "工程",
    ),
}  # fmt: skip
REVISION_COLUMNS: dict[str, tuple[str, ...]] = {
    "mark": (
        "記号", "符号", "訂番", "改訂", "改番", "改訂番号", "訂符", "Rev", "revision", "版", "No", "回",
        "mark", "sym", "改訂記号",
    ),
    "date": (
        "日付", "年月日", "改訂日", "改訂年月日", "訂正日", "date",
    ),
    "text": (
        "内容", "改訂内容", "変更内容", "訂正内容", "記事", "理由", "改訂理由", "変更理由", "訂正事項",
        "改訂事項", "description", "change", "changes", "history",
    ),
    "by": (
        "担当", "承認", "氏名", "印", "訂正者", "改訂者", "製図", "作成", "検図", "照査", "by", "approved",
        "drawn", "name", "appd",
    ),
    "remarks": (
        "依頼書", "設変番号", "変更番号", "ECN", "ECO", "通知書", "箇所", "個所", "備考",
    ),
}  # fmt: skip
TITLES_OF_LISTS = frozenset(
    ("部品表", "部品リスト", "部品欄", "改訂履歴", "改訂欄", "訂正欄", "改訂来歴", "partslist", "revisions", "bom")
)

_SPACE = re.compile(r"[\s.．,、:：・_＿\-()（）\[\]【】]")
_SCALE = re.compile(
    r"\d+(?:\.\d+)?\s*[:：/／]\s*\d+(?:\.\d+)?|nts|n\.t\.s\.?|フリー|free|別記|図示|なし|現尺|-", re.IGNORECASE
)
_REVISION = re.compile(
    r"[A-Z]{1,2}\d?|\d{1,3}(?:\.\d)?|第?\d{1,3}(?:版|回)|初版|rev\.?\s?\w{1,3}|[-－―△▲]\s?\w{0,3}", re.IGNORECASE
)
_NUMBER_LIKE = re.compile(r"(?=.*\d)[\w\-‐−–/.#()＃()]+(?: [\w\-/.()]+)?")
LABEL_CHARS = 24


def folded(text: str) -> str:
    """A label without what only sets it: spaces, dots, brackets, width, case."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).lower()


@cache
def _table(kind: str) -> dict[str, str]:
    lists = {"fields": FIELDS, "parts": PARTS_COLUMNS, "revisions": REVISION_COLUMNS}[kind]
    return {folded(word): name for name, words in reversed(lists.items()) for word in reversed(words)}


def _named(text: str, kind: str) -> str:
    if not text or len(text) > 2 * LABEL_CHARS:
        return ""
    table = _table(kind)
    word = folded(text)
    if word in table:
        return table[word]
    for end in range(len(word) - 1, 1, -1):  # 図番 DWG.NO. in one text
        if word[:end] in table and word[end:] in table:
            return table[word[:end]]
    return ""


def field_of(text: str) -> str:
    """Give our name for a title block's label; empty for what is no label."""
    return _named(text, "fields")


def parts_column(text: str) -> str:
    """Give our name for a parts list's column."""
    return _named(text, "parts")


def revision_column(text: str) -> str:
    """Give our name for a revision table's column."""
    return _named(text, "revisions")


def fits(field: str, value: str) -> bool | None:
    """Say whether a value looks like one of its field; None where any value does."""
    text = unicodedata.normalize("NFKC", value).strip()
    match field:
        case "scale":
            return _SCALE.fullmatch(text) is not None
        case "revision":
            return _REVISION.fullmatch(text) is not None
        case "drawing_number" | "part_number":
            return _NUMBER_LIKE.fullmatch(text) is not None and not _SCALE.fullmatch(text)
        case "dated":
            return parse_date(text) is not None or re.fullmatch(r"'?\d{2}[./-]\d{1,2}[./-]\d{1,2}", text) is not None
        case "mass":
            return re.search(r"\d", text) is not None
        case "quantity":
            return re.match(r"\d", text) is not None
        case "title":
            return not re.fullmatch(r"[\d./:-]+", text)
    return None


_INLINE = re.compile(r"([^:：\n]{1,24}?)\s*[:：]\s*(\S[^\n]*)")
_SPACED = re.compile(r"(\S{1,12}(?:\s(?:no|number|name)\.?)?)\s+(\S.{0,60})", re.IGNORECASE)


def inline(text: str) -> tuple[str, str, str]:
    """Part a text that holds label and value: 図番：A-1023, SCALE 1:2; gives field, label, value, or empty ones."""
    if "\n" in text or len(text) > 100:
        return "", "", ""
    for pattern, sure in ((_INLINE, True), (_SPACED, False)):
        match = pattern.fullmatch(text.strip())
        if match is None:
            continue
        field = field_of(match[1])
        if field and (sure or fits(field, match[2])) and not field_of(text):
            return field, match[1].strip(), match[2].strip()
    return "", "", ""


@cache
def label_signs() -> frozenset[str]:
    """Give the signs of which Japanese labels consist."""
    return frozenset(sign for words in FIELDS.values() for word in words for sign in word if sign > "\u3000")
