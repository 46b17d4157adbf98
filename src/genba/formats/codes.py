"""Recognise codes in text: what a part, drawing or machine may be called, apart from dates, sizes and quantities.

Texts are folded character by character: a position in the folded text is the same position in the text as written.
"""

# ruff: noqa: E501 - patterns of Japanese words; a full-width character counts as two

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

LONGEST = 40

_FOLD = str.maketrans(
    {chr(full): chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F)}
    | dict.fromkeys("‐‑‒–—―−－─", "-")
    | dict.fromkeys("〜～∼", "~")
    | {"\u3000": " ", "\u00a0": " ", "：": ":"}
)
_EXTENSION = (
    r"\.(?:xls[xmb]?|docx?|pptx?|pdf|dxf|dwg|csv|tsv|txt|md|html?|png|jpe?g|tiff?|bmp|zip|jww|step|stp|igs|eml|msg)"
)
REVISION = (
    r"(?:rev(?:ision)?[._ ]{0,2}[A-Z0-9]{1,3}(?:\.\d{1,2})?|ver(?:sion)?[._ ]{0,2}\d{1,3}(?:\.\d{1,2})?|r\d{1,2}|v\d{1,2}(?:\.\d)?"
    r"|第 ?\d{1,3}(?:\.\d)? ?版|改[訂定] ?第?\d{1,3}版?|改 ?[A-Z0-9]{1,2}|[A-Z]版|\d{1,2}版|初版)(?![A-Z0-9])"
)
_REVISION = re.compile(REVISION, re.IGNORECASE)
_BEHIND = re.compile(rf"[ _,(/-]{{0,2}}(?P<revision>{REVISION})", re.IGNORECASE)
_TOKEN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]+(?:[-_/.][A-Za-z0-9]+)*")
_FIGURE = re.compile("[0-9]")
_ADDRESS = re.compile(
    r"(?:https?|ftp|file)://[^\s、。」）)]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[A-Za-z]:\\[^\s、。」]+|〒 ?\d{3}-?\d{4}(?![0-9])"
)
# Telephone numbers have ten or eleven figures.
_MASKED = re.compile(
    r"(?<![\d-])(?=0(?:[-()]?\d){9,10}(?![\d-]))0\d{1,4}[-(]\d{1,4}[-)]\d{3,4}(?![\d-])"
    r"|(?<![A-Za-z0-9/_.-])(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])(?:[-/.](?:[12]\d|3[01]|0?[1-9]))?(?![A-Za-z0-9-])"
    r"|(?<![A-Za-z0-9-])[RHSrhs]\.?\d{1,2}[./-]\d{1,2}[./-]\d{1,2}(?![A-Za-z0-9-])"
    r"|\d{1,2}:\d{2}(?::\d{2})?",
)
_STANDARD = re.compile(
    r"(?<![A-Za-z])(?P<body>JIS|ISO/IEC|ISO/TS|ISO|IEC|ASTM|DIN|ANSI|JASO|IATF|SAE|MIL|VDA|JEITA|JEC|JEM|EN|BS|GB/T|UL|NAS)"
    r"[ -]?(?P<class>[A-Z](?=[ -]?\d))?[ -]?(?P<number>\d{1,6}(?:-\d{1,4}){0,2}[A-Z]?)(?:[:_](?P<year>(?:19|20)\d{2}))?(?![A-Za-z0-9])"
)
_UNSURE = frozenset({"EN", "BS", "UL", "NA", "MI", "SA", "GB", "VD"})  # letters that a company may use too
# Bodies whose name is often written without a space before the number: ISO9001, DIN912.
_JOINED = frozenset({"JIS", "ISO", "ISO/IEC", "ISO/TS", "IEC", "ASTM", "DIN", "IATF"})
_IS_STANDARD = re.compile(r"(?:JIS|ISO|IEC|ASTM|DIN|ANSI|JASO|IATF|SAE|MIL|VDA|JEITA|JEC|JEM|EN|BS|GB|UL|NAS)\b")

_UNITS = (
    "mm|cm|km|m|um|µm|μm|nm|in|inch|ft|kg|g|mg|t|N|kN|Nm|mN|cN|kgf|MPa|kPa|hPa|Pa|GPa|bar|V|kV|mV|A|mA|W|kW|kVA|VA|Hz|kHz|MHz|GHz|rpm|min|L|l"
    "|ml|mL|cc|s|ms|us|sec|h|hr|Hr|min|pcs|pc|ea|K|C|F|GB|MB|KB|TB|bit|dB|ppm|deg|Ω|ohm|J|kJ|kcal|cal|mol|lx|dpi|px|pt|x|X|st|nd|rd|th|D|Φ"
)
_NO_CODE = re.compile(
    rf"\d+(?:\.\d+)?(?:{_UNITS})(?:/(?:{_UNITS})|\d)?"  # 24.5N, 5m2, 10m/s
    r"|M\d{1,2}(?:\.\d+)?(?:[xX]\d+(?:\.\d+)?)*(?:-\d[A-Za-z])?|\d+(?:\.\d+)?(?:[xX]\d+(?:\.\d+)?)+|\d+-M\d{1,2}(?:[xX]\d+)*"
    r"|[A-Za-z]{1,2}\d{1,2}(?:/[A-Za-z]{1,2}\d{1,2})?"  # H7/g6, A4, Q1, 1st grade: too short to be told
    r"|\d{1,2}[A-Za-z]|\d{1,2}-\d{1,2}|\d+(?:\.\d+)*|\d{1,4}/\d{1,4}"
    r"|(?:Ra|Rz|Rmax|Ry|Rq|Cpk?|Ppk?|pH|HRC|HRB|HV|HB|HS|IP|Cat|UTF|USB|RS|No|NO|Step|STEP|Page|PAGE|Fig|FIG|Table|Ver|VER"
    r"|Rev|REV|rev|ver|Win|PM|AM|GMT|JST|UTC|Type|TYPE|Lv|LV|Level|Phase|SHA|MD|CP|DDR|HDMI|WPA|IPv|MP|LAN)"
    r"[-_.]?\d{1,3}(?:\.\d+)?[A-Za-z]?|(?:FY|CY|Windows|Office|Excel|Word)\d{2,4}"
    # Grades of steel, copper, aluminium and plastics (JIS G, H, K) as they stand on drawings.
    r"|(?:SUS|SUJ|SUP|SUM|SS|SCM|SNCM|SCr|SCR|SNC|SMn|SPHC|SPH|SPC|SKD|SKH|SKS|SK|STKM|STK|FCD|FC|ADC|AC|SM|SB|SN|SC|ZDC|CAC"
    r"|PA|PP|POM|PC|PE|NBR|FR|SWRH|SWP|SWCH)\d{1,3}(?:[A-Z]{1,2}\d?)?(?:-?[A-Z]{1,2}\d?)?"
    r"|S\d{2}CK?|A(?:1050|1070|1100|2011|2014|2017|2024|5005|5052|5056|5083|6061|6063|7075)P?(?:-?[THO]\d{0,3})?"
    r"|C(?:1020|1100|1201|1220|1720|2100|2200|2600|2680|2700|2720|2801|3601|3602|3604|3713|3771|5191|5210|5212|5441|6782|7521)"
    r"[A-Z]{0,2}(?:-[A-Z0-9]+)?"
    r"|CO2|H2O|H2SO4|NaOH|SO2|SiO2|Al2O3|O2|N2|[3-8][MSDQW]|5W1H|2D|3D|4K|8K|A[0-6]",
)
_DATE_DIGITS = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:19|20)\d{2}(?:0[1-9]|1[0-2])")
_DATE_WRITTEN = re.compile(
    r"(?:19|20)\d{2}([-/.])(?:0?[1-9]|1[0-2])(?:\1(?:[12]\d|3[01]|0?[1-9]))?|[RHS]\d{1,2}([-/.])\d{1,2}\2\d{1,2}",
    re.IGNORECASE,
)
_FIGURE_BEFORE = re.compile(r"[φΦ⌀±≒約¥￥$≦≧<>+]\s?$")
_COUNTED = re.compile(
    r"\s?(?:[,，]\d{3}|[円個本枚台件名人回年月時分秒%％℃度頁章項条節倍色階点行列列社種箱袋巻組式万千億頭]|ページ|丁目|番地|日(?!付)|[×x*]\s?\d"
    rf"|(?:{_UNITS})(?![A-Za-z]))"
)


class Found(NamedTuple):
    """A code in a text; `text` is as written without the revision that stands behind it."""

    start: int
    end: int
    text: str
    normal: str
    revision: str
    is_strong: bool  # letters and figures: a code by its looks, whatever stands beside it


class Standard(NamedTuple):
    """A public standard named in a text: JIS B 1180."""

    start: int
    end: int
    text: str
    code: str
    year: str


def folded(text: str) -> str:
    """Bring full-width letters, figures and the many hyphens to one form; every position stays."""
    return text.translate(_FOLD)


def normal_code(text: str) -> str:
    """Write a code as it is compared: one width, capitals, one kind of hyphen, no spaces."""
    return folded(text).upper().replace(" ", "")


def normal_revision(text: str) -> str:
    """Write a revision as it is compared: Rev.B → B, 第3版 → 3, 改訂02 → 2, 初版 → 初版."""
    plain = folded(text).strip().upper()
    if "初版" in plain:
        return "初版"
    found = re.search(
        r"(?:REV(?:ISION)?|VER(?:SION)?|[VR](?=[\d.]))?[._ ]*([A-Z](?![A-Z])|\d{1,3}(?:\.\d{1,2})?)", plain
    )
    if found is None:
        return plain
    value = found.group(1)
    return ".".join(part.lstrip("0") or "0" for part in value.split(".")) if value[0].isdigit() else value


def is_standard(code: str) -> bool:
    """Tell whether a code names a public standard and no document of the company."""
    return bool(_IS_STANDARD.match(code))


def standards(text: str) -> list[Standard]:
    """Find public standards in a folded text."""
    found = []
    for match in _STANDARD.finditer(text):
        if match["body"][:2] in _UNSURE and " " not in match.group():
            continue  # EN1234 may be anything
        if match["body"] == "JIS":
            if not match["class"]:
                continue
        elif match["number"][0] == "0":  # JIS B 0401 begins so, no other body's numbers do
            continue
        if match["body"] not in _JOINED and match.group()[len(match["body"])] not in " -":
            continue  # JEC054983 is a company's own
        parts = (match["body"], match["class"] or "", match["number"])
        code = " ".join(part for part in parts if part)
        found.append(Standard(match.start(), match.end(), match.group(), code, match["year"] or ""))
    return found


def codes(text: str, *, labelled: bool = False) -> list[Found]:
    """Find codes in a folded text; where a label vouches for them, plain numbers and short ones are codes too."""
    if not _FIGURE.search(text):
        return []
    masked = [match.span() for match in _ADDRESS.finditer(text)]
    if not labelled:
        masked += [match.span() for match in _MASKED.finditer(text)]
    masked += [(item.start, item.end) for item in standards(text) if not (labelled and item.code[:2] in _UNSURE)]
    found: list[Found] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if masked and any(start < last and first < end for first, last in masked):
            continue
        for first, last in _parts(text, start, end):
            item = _code(text, first, last, labelled)
            if item is not None and (not found or found[-1].end <= item.start):
                found.append(item)
    return found


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut A-1023/A-1024 in two, where both sides are alike and codes by themselves; and drop a file's extension."""
    token = text[start:end]
    extension = re.search(_EXTENSION + "$", token, re.IGNORECASE)
    if extension:
        end -= len(extension.group())
        token = text[start:end]
    if "/" in token:
        pieces = token.split("/")
        shapes = {re.sub(r"(.)\1+", r"\1", shapes_of(normal_code(piece))[-1]) for piece in pieces}
        if len(shapes) == 1 and all(len(piece) >= 4 and _has_both(piece) for piece in pieces):
            spans, at = [], start
            for piece in pieces:
                spans.append((at, at + len(piece)))
                at += len(piece) + 1
            return spans
    return [(start, end)]


def _has_both(token: str) -> bool:
    return any(char.isdigit() for char in token) and any(char.isalpha() for char in token)


def _code(text: str, start: int, end: int, labelled: bool) -> Found | None:
    token, revision = text[start:end], ""
    inside = re.search(r"[_.-](?P<revision>(?:rev|ver)[._-]?[A-Z0-9]{1,3}(?:\.\d{1,2})?|r\d{1,2}|v\d{1,2})$", token, re.IGNORECASE)  # fmt: skip
    if inside:
        revision, end = normal_revision(inside["revision"]), start + inside.start()
        token = text[start:end]
    if len(token) > LONGEST or not any(char.isdigit() for char in token):
        return None
    if not (_may_be(token) if labelled else _looks_like_one(token, text, start, end)):
        return None
    behind = _BEHIND.match(text, end) if not revision else None
    if behind:
        revision = normal_revision(behind["revision"])
    return Found(start, end, token, token.upper(), revision, _is_strong(token))


def _is_strong(token: str) -> bool:
    return any("A" <= char <= "Z" for char in token) and len(token) >= 4


@lru_cache(maxsize=4096)
def _may_be(token: str) -> bool:
    if len(token) < 2 or _REVISION.fullmatch(token):
        return False
    if _DATE_WRITTEN.fullmatch(token):
        return False
    return not re.fullmatch(r"\d+(?:\.\d+)?(?:mm|cm|kg|MPa|kPa|rpm|Hz|kW|Nm|pcs|min|sec)|\d+\.\d+|[1-9]\d?", token)


def _looks_like_one(token: str, text: str, start: int, end: int) -> bool:
    if not _plausible(token):
        return False
    if not token[0].isalpha() and _FIGURE_BEFORE.search(text, max(0, start - 2), start):
        return False
    return token[-1].isalpha() or _COUNTED.match(text, end) is None or _has_both(token)


@lru_cache(maxsize=8192)
def _plausible(token: str) -> bool:
    if len(token) < 3 or (_NO_CODE.fullmatch(token) and not re.fullmatch(r"\d{6,12}", token)):
        return False
    if _REVISION.fullmatch(token) or _DATE_DIGITS.fullmatch(token):
        return False
    letters = [char for char in token if char.isalpha()]
    if letters:
        if not any(char.isupper() for char in letters) or (
            "." in token and not re.fullmatch(r"[A-Z0-9-]+(?:\.[A-Z0-9-]+)+", token)
        ):
            return False
        return sum(char.islower() for char in letters) <= 1
    if "." in token or "/" in token or "_" in token:
        return bool(re.fullmatch(r"\d{2,}(?:/\d{2,}){2,}", token))
    figures = sum(char.isdigit() for char in token)
    return 6 <= figures <= 14 and (token.isdigit() or bool(re.fullmatch(r"\d+(?:-\d+)+", token)))


_FIGURES = str.maketrans("0123456789", "9" * 10)
_LETTERS = str.maketrans(dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "?"))


@lru_cache(maxsize=65536)
def shapes_of(code: str) -> tuple[str, str, str]:
    """Generalise a code: figures become 9; then letters behind the first ones become ?; then all letters.

    KB-1024-A → KB-9999-A, KB-9999-?, ??-9999-?
    """
    exact = code.translate(_FIGURES)
    every = exact.translate(_LETTERS)
    head = 0
    while head < len(every) and every[head] == "?":
        head += 1
    return exact, exact[:head] + every[head:], every


@lru_cache(maxsize=1024)
def _compiled(shape: str) -> re.Pattern[str]:
    parts = []
    for char in shape:
        if char == "9":
            parts.append(r"\d")
        elif char == "?":
            parts.append("[A-Z]")
        elif char == "+" and parts:
            parts[-1] += "+"
        else:
            parts.append(re.escape(char))
    return re.compile("".join(parts))


def fits(code: str, shape: str) -> bool:
    """Tell whether a normalised code has a shape: 9 is a figure, ? a letter, + one or more of what stands before it."""
    return _compiled(shape).fullmatch(code) is not None
