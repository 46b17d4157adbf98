"""Level 1, what stands in cells: no looks made with spaces, one datum a cell, characters all computers have, zeros."""

import re
from collections.abc import Iterator

from genba.formats.encoding import platform_dependent
from genba.formats.text import normalise
from genba.schemes.machine_readability.evidence import Column, Evidence, Format, Holds, Stored
from genba.schemes.machine_readability.wording import MAX_VALUE_CHARS, Reading, is_moment, reading_of

# Longer texts with line breaks are prose, whose paragraphs are no matter of looks.
PROSE_CHARS = 30
# A separated list counts as several data only when its parts are values of the column elsewhere.
MAX_PARTS = 10

_PROPER_NAME = re.compile(
    r"氏名|名前|担当|作成者|承認|確認者|検査員|作業者|記入者|責任者|会社|社名|取引先|仕入先|得意先|顧客|客先|業者|メーカー|"
    r"納入先|発注先|外注先|宛|住所|所在地|地名|人名|name|customer|supplier|vendor|maker|company",
    re.IGNORECASE,
)
_SMALL_ROMAN = frozenset("ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ")  # listed with the kanji, but in no name
_TIMES = re.compile(
    r"[φΦ]?\d+(?:\.\d+)?\s*(?:mm|cm|m|㎜|㎝|ｍｍ)?(?:\s*[×xX✕＊*]\s*[φΦ]?\d+(?:\.\d+)?\s*(?:mm|cm|m|㎜|㎝|ｍｍ)?)+"
)
_CAN_SEPARATE = re.compile(r"[×xX✕＊*、，,／/・;；\n]")  # without one of these a text is one datum
_LISTED = re.compile(r"\s*[、，,;；\n]\s*")
_SEPARATED = re.compile(r"\s*[、，,／/・;；\n]\s*")
_EDGE_SPACE = re.compile(r"^[ \u3000\t\u00a0]|[ \u3000\t\u00a0]$")
_SPACED = re.compile(r"[^\s!-~][ \u3000\u00a0]+[^\s!-~]")
_INNER_RUN = re.compile(r"\S[ \u3000\u00a0]{2,}\S")


def no_looks_by_spaces(evidence: Evidence) -> bool | None:
    """L1-06. No letters spaced out (氏　名), no spaces at edges or in runs, no line breaks in names or values."""
    return not any(
        _is_dressed(text) or (at_top and "\n" in text.strip())
        for column in evidence.columns
        for at_top, texts in ((True, column.header), (False, _values(column)))
        for text in texts
    )


def _is_dressed(text: str) -> bool:
    if _EDGE_SPACE.search(text):
        return True
    if len(text) <= PROSE_CHARS and ("\n" in text.strip() or _INNER_RUN.search(text)):
        return True
    if len(text) > MAX_VALUE_CHARS or not _SPACED.search(text):
        return False
    return any(change.rule == "spaced_for_looks" for change in normalise(text)[1])


def one_datum_a_cell(evidence: Evidence) -> bool | None:
    """L1-07. No 10mm×20mm, no two dates, and no 組立、検査 in a column where 組立 stands alone elsewhere."""
    for column in evidence.columns:
        alone = {value.text.strip() for value in column.distinct}
        if any(_holds_several(value.text.strip(), alone) for value in column.distinct if value.stored is Stored.TEXT):
            return False
    return True


def _holds_several(text: str, alone: set[str]) -> bool:
    if len(text) > MAX_VALUE_CHARS or not _CAN_SEPARATE.search(text):
        return False
    if _TIMES.fullmatch(text):
        return True
    if reading_of(text) in (Reading.DECORATED, Reading.NUMBER) or is_moment(text):
        return False
    dates = [part for part in _LISTED.split(text) if part]
    if len(dates) > 1 and all(is_moment(part) and not part.isdigit() for part in dates):
        return True
    parts = [part for part in _SEPARATED.split(text) if part]
    return 1 < len(parts) <= MAX_PARTS and all(part in alone for part in parts)


def no_platform_characters(evidence: Evidence) -> bool | None:
    """L1-08. No ① ㈱ ㎜ and no half-width kana; 髙 and 﨑 occur in names only, and names are excepted.

    A column of names is known by its header (氏名, 取引先 …). Half-width kana count, since they are not found as the
    same word, which is the reason the rule gives.
    """
    for column in evidence.columns:
        texts = column.header if _PROPER_NAME.search(column.name) else (*column.header, *_values(column))
        found = platform_dependent("".join(texts))
        kanji = set(found.ibm_extension)
        if found.nec_special or found.half_width_kana or set(found.other) - kanji or kanji & _SMALL_ROMAN:
            return False
    return True


def _values(column: Column) -> Iterator[str]:
    return (value.text for value in column.distinct)


def blank_is_not_zero(evidence: Evidence) -> bool | None:
    """L1-09. A column of amounts does not hold both zeros and empty cells; typed columns know null from 0."""
    amounts = [column for column in evidence.columns if column.holds is Holds.NUMBERS]
    if not amounts:
        return None
    if evidence.format is Format.COLUMNS:
        return True
    return not any(column.blanks and any(_is_zero(value.text) for value in column.distinct) for column in amounts)


def _is_zero(text: str) -> bool:
    return bool(re.fullmatch(r"[0０](\.0+)?", text.strip()))
