"""Finds the words that point to another document: 図面 A-1023 参照, WS-0012 による, …検査基準書に従う, JIS B 1180."""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from genba.formats.codelabels import label_before
from genba.formats.codes import REVISION, Found, standards
from genba.model.terms import TermKind

WRITTEN_CHARS = 80

_POINTS = (
    r"(?:参照|参考|を参照|による|によ[りっ]|に従|に準|に基づ|に則|のとおり|の通り|に規定|に定め|で定め|に記載|に示す|に適合|を確認|を適用"
    r"|準拠|に合わせ|に記録|に記入|を見)"
)
_QUOTED = r"(?:\s{0,2}[「『(（][^」』)）]{1,40}[」』)）])?"
_NAMED = r"(?:[ 　]{0,2}[一-鿿ァ-ヴーA-Za-z・]{2,20}(?:書|図|図面|表|要領|規程|規定|標準|基準|仕様))?"
_AFTER = re.compile(
    rf"(?:\.[A-Za-z]{{3,4}}(?![A-Za-z]))?\s{{0,2}}[,(（_ /-]{{0,2}}(?:{REVISION})?[)）」』\]】]{{0,2}}{_QUOTED}{_NAMED}[」』]?(?:\s{{0,2}}(?:の?(?:最新版|図面|図|手順|内容|指示|規定|第?\d+[章節項条]|[\d.]{{1,6}}項?)))?"
    rf"\s{{0,2}}(?P<point>{_POINTS})",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:参照|参考|準拠|適用|引用|関連|根拠|添付|see|refer to|ref\.?)\s?(?:文書|図面|資料|標準|規格|先)?\s?[:：→]?\s?[「『(（]?$", re.IGNORECASE)  # fmt: skip
_DRAWING_AFTER = re.compile(r"(?:\.[A-Za-z]{3,4}(?![A-Za-z]))?\s?の?(?:図面|図(?!\d))")
_NEXT_OF_LIST = re.compile(r"\s?(?:[、,，・/＆&]|及び|および|と|または|又は|~|～)\s?(?:図面|文書|手順書)?\s?$")
_TITLED = "手順書|標準書|基準書|規程|規定|要領|要領書|マニュアル|仕様書|工程表|作業標準|検査標準|管理標準|指示書|チェックシート|計画書|管理表|一覧表|台帳"
_QUOTED_TITLE = re.compile(
    rf"[「『](?P<title>[^「」『』\n]{{2,40}}?)[」』]\s?(?P<rest>(?:\(?(?:{REVISION})\)?)?\s?{_POINTS})", re.IGNORECASE
)
# The kind of document first and its name looked for before it: names may be anything.
_TITLE_END = re.compile(rf"(?P<kind>{_TITLED})(?![一-鿿ァ-ヴー])\s?{_POINTS}")
_TITLE_HEAD = re.compile(r"[一-鿿々ァ-ヴーぁ-んA-Za-z0-9・]{1,40}$")
_KIND = re.compile(_TITLED)
_ENCLOSED = re.compile(r"(?P<name>(?:別紙|別表|別図|添付(?:資料|図|書類)?|付図|付表|付属書|附属書|様式|資料)\s?(?:No\.?)?\s?(?:\d{1,3}(?:-\d{1,2})?|[A-Z](?![A-Za-z0-9]))(?:号)?)")  # fmt: skip
# Words that stand for a kind of document and name none.
_GENERIC = re.compile(
    rf"(?:本|当|各|同|該当|関連|対象|下記|上記|別途|社内|最新の?|所定の?|当該|次の?|以下の?|前記|現行の?|この|その)?(?:作業|検査|管理|製品|部品|設備|安全|取扱|運用|業務)?(?:{_TITLED})"
)
_QUICK = re.compile(rf"{_TITLED}|[」』]|別[紙表図]|添付|付[図表属]|附属書|様式|資料")
_ANY = re.compile(rf"[0-9]|{_QUICK.pattern}")


class Pointed(NamedTuple):
    """A pointer in a text."""

    start: int
    as_written: str
    code: str
    title: str
    revision: str
    kind: TermKind


def may_point(text: str) -> bool:
    """Tell at one look that a text can hold neither a code nor a title."""
    return _ANY.search(text) is not None


def to_codes(raw: str, text: str, found: list[Found], labels: list[tuple[TermKind, str] | None]) -> list[Pointed]:
    """Tell which codes of a text, `text` when folded, are pointed to: by words beside them, or as 図面 … and 文書 …."""
    pointed: list[Pointed] = []
    follows = False  # the next code of the list is pointed to
    for index in range(len(found) - 1, -1, -1):
        item, label = found[index], labels[index]
        kind = label[0] if label else TermKind.UNKNOWN
        after = _AFTER.match(text, item.end)
        gap = text[item.end : found[index + 1].start] if index + 1 < len(found) else ""
        in_list = follows and len(gap) <= 8 and _NEXT_OF_LIST.match(gap) is not None
        before = _BEFORE.search(text[max(0, item.start - 16) : item.start]) is not None
        follows = after is not None or in_list
        if kind in (TermKind.EQUIPMENT, TermKind.LOT, TermKind.PROCESS):
            continue
        if _DRAWING_AFTER.match(text, item.end):
            kind = TermKind.DRAWING
        is_named = kind in (TermKind.DRAWING, TermKind.DOCUMENT)
        if not (after or in_list or before or is_named):
            continue
        if kind is TermKind.PART or (label and label[0] is TermKind.UNKNOWN):
            continue
        first = found[index - 1].end if index else 0
        at = text.rfind(label[1], max(first, item.start - 30), item.start) if label and label[1] else -1
        begin = at if at >= 0 else item.start
        end = after.end() if after else item.end
        written = raw[begin:end].strip(" 　、。:：")[:WRITTEN_CHARS]
        pointed.append(Pointed(item.start, written, item.normal, "", item.revision, kind))
    return pointed[::-1]


def to_standards(text: str) -> list[Pointed]:
    """Find public standards."""
    return [Pointed(item.start, item.text, item.code, "", item.year, TermKind.DOCUMENT) for item in standards(text)]


def to_titles(text: str, taken: list[tuple[int, int]]) -> Iterator[Pointed]:
    """Find documents pointed to by their title, where no code stands beside it, and 別紙2."""
    if not _QUICK.search(text):
        return
    for match in _QUOTED_TITLE.finditer(text):
        title = match["title"]
        if (_KIND.search(title) or title[-1] in "書図表") and not _is_taken(match.span(), title, taken):
            revision = re.search(REVISION, match["rest"], re.IGNORECASE)
            named = revision.group() if revision else ""
            yield Pointed(match.start(), match.group()[:WRITTEN_CHARS], "", title, named, TermKind.DOCUMENT)
    for match in _TITLE_END.finditer(text):
        head = _TITLE_HEAD.search(text, max(0, match.start() - 40), match.start())
        if head is None:
            continue
        # は and を end what stands before a title; which other particles do, the titles that there are will tell.
        title = re.split("[はを]", head.group() + match["kind"])[-1]
        start = match.end("kind") - len(title)
        if not _is_taken((start, match.end()), title, taken):
            yield Pointed(start, text[start : match.end()][:WRITTEN_CHARS], "", title, "", TermKind.DOCUMENT)
    for match in _ENCLOSED.finditer(text):
        name = re.sub(r"\s|No\.?", "", match["name"])
        yield Pointed(match.start(), match.group(), "", name, "", TermKind.DOCUMENT)


def _is_taken(span: tuple[int, int], title: str, taken: list[tuple[int, int]]) -> bool:
    """Whether a title names no document of its own: a code stands in or before it, or it is but a kind of document."""
    if _GENERIC.fullmatch(title):
        return True
    return any(first < span[1] and span[0] < last + 4 for first, last in taken)


def labels_of(text: str, found: list[Found], own: tuple[TermKind, str] | None) -> list[tuple[TermKind, str] | None]:
    """Give each code of a text its label: the word before it, that of the code before it in a list, else the spot's."""
    labels: list[tuple[TermKind, str] | None] = []
    for index, item in enumerate(found):
        label = label_before(text[max(0, item.start - 30) : item.start])
        if label is None and index and labels[-1] is not None:
            gap = text[found[index - 1].end : item.start]
            if len(gap) <= 8 and _NEXT_OF_LIST.match(gap):
                label = labels[-1]
        labels.append(label or own)
    return labels
