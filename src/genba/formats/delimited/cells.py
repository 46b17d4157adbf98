"""What a text in a cell looks like: a value (number, date, time), a unit, a total, a remark."""

import re
import unicodedata
from functools import lru_cache

NUMBER = re.compile(
    r"[-+±▲△−]?\s*[¥￥$€]?\s*[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?\s*(?:%|円)?|\(\d[\d,.]*\)"
    r"|[-+]?(?:nan|inf|infinity)",
    re.I,
)
TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,:]\d+)?)?(?:\s*[AaPp]\.?[Mm]\.?)?"
CLOCK = re.compile(TIME)
KANJI_CLOCK = re.compile(r"(?:午前|午後)?\s*\d{1,2}時(?:\d{1,2}分)?(?:\d{1,2}秒)?")
DATE = re.compile(
    r"(?:\d{4}|\d{2})[-/.]\d{1,2}[-/.]\d{1,4}(?:\([^)]{1,3}\))?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}[-/]\d{1,2}|\d{1,2}/\d{1,2}"
    r"|\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日|(?:19|20)\d{6}"
    r"|(?:明治|大正|昭和|平成|令和|[MTSHR])\.?\s*(?:\d{1,2}|元)[年./-]\s*\d{1,2}[月./-]\s*(?:\d{1,2}日?)?"
    r"|\d{1,2}-[A-Za-z]{3}-\d{2,4}"
)
STAMP = re.compile(
    rf"(?:{DATE.pattern})(?:[T ]\s*|\s+){TIME}(?:Z|[+-]\d{{2}}:?\d{{2}})?"
    r"|\d{8}T\d{6}(?:[.,]\d+)?Z?|(?:19|20)\d{12}|(?:19|20)\d{6}[ _-]\d{6}"
    r"|\d{4}年\d{1,2}月\d{1,2}日\s*(?:午前|午後)?\s*\d{1,2}時(?:\d{1,2}分)?(?:\d{1,2}秒)?"
)
PLACEHOLDER = re.compile(r"[-‐‑–—―ー－ 　/*#.・]+|n/?a|null|none|なし|未測定|欠測|err(?:or)?|#\S+", re.I)
UNIT = re.compile(
    r"[\[(（［<].{0,12}[\])）］>]"
    r"|[kKmMμµunGcd]?(?:m|g|s|A|V|W|Hz|Pa|N|J|L|l|Ω|F|bar|mol|K|rpm|Nm)(?:[/·・.]?[a-zA-Z]{1,4})?[²³23]?"
    r"|°C|℃|°F|℉|%|％|‰|ppm|rpm|min-?1|r/min|deg|°|dB|mm/s[²2]?|min|sec|ms|μs|h|hr|day|個|本|枚|台|回|円|分|秒|時間|日|人|式|㎜|㎝|㎏|㎡|㎥|℉|-|－|―"
)
TOTAL = re.compile(
    r"(?:総|小|累|合)?\s*[合累]?計\s*[:：]?|平\s*均(?:値)?|総合計|最大(?:値)?|最小(?:値)?|標準偏差"
    r"|grand total|(?:sub)?total|sum|average|avg|ave|mean|max|min|std(?:ev)?",
    re.I,
)
REMARK = re.compile(r"[※*＊#＃]|注\s*[)）0-9０-９:：]|備考\s*[:：]|\(注|（注")


@lru_cache(maxsize=8192)
def shape(text: str) -> str:
    """Name what a cell looks like: number, date, time, stamp, placeholder, text; empty for an empty cell."""
    text = text.strip()
    if not text:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if text[0] not in "0123456789-+±▲△−¥$€.,(MTSHRmtshr明大昭平令午NnIi" or len(text) > 40:
        return "placeholder" if PLACEHOLDER.fullmatch(text) else "text"
    if NUMBER.fullmatch(text):
        return "stamp" if len(text) == 14 and STAMP.fullmatch(text) else "number"
    if CLOCK.fullmatch(text) or KANJI_CLOCK.fullmatch(text):
        return "time"
    if DATE.fullmatch(text):
        return "date"
    if STAMP.fullmatch(text):
        return "stamp"
    return "placeholder" if PLACEHOLDER.fullmatch(text) else "text"


def is_value(text: str) -> bool:
    """Say whether a cell holds a number, date or time."""
    return shape(text) in ("number", "date", "time", "stamp")


def is_unit(text: str) -> bool:
    """Say whether a cell under a heading only names its unit."""
    return UNIT.fullmatch(text.strip()) is not None


def is_total(row: list[str]) -> bool:
    """Say whether a row sums up the rows above it."""
    for cell in row[:3]:
        if cell.strip():
            return TOTAL.fullmatch(unicodedata.normalize("NFKC", cell.strip())) is not None
    return False


def is_remark(text: str) -> bool:
    """Say whether a text stands as a remark under a table."""
    return REMARK.match(text.strip()) is not None
