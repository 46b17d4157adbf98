"""Lines to running text: Japanese is joined without a space, Latin with one, a hyphen at the end is taken out."""

import re
from collections.abc import Sequence

from genba.formats.pagelayout.glyphs import into, is_wide
from genba.formats.pagelayout.lines import Line

LEADER = re.compile(r"[.．・…‥·]{4,}|(?:[.．・…‥] ){4,}")  # dots that lead the eye to a page number
# Japanese breaks a line within a figure: 荷重4 | 650±50 N, 3.9±0 | .1 g.
_FIGURE_BEGUN = re.compile(r"[^\x00-\xff\s][0-9.,±]*[0-9.±]$")
_FIGURE_GOES_ON = re.compile(r"[.,]?[0-9]")
# It breaks within a unit where a figure alone is as wide as the column: 34.000(+0.010)m | m.
_UNIT_BEGUN = re.compile(r"[0-9)）]([A-Za-zµμ]{1,2})$")
_UNIT_ENDS = re.compile(r"[A-Za-z]{1,3}")
_UNITS = frozenset(
    "mm cm km µm μm nm mg kg ml mL MPa kPa GPa hPa Pa Nm kN mN rpm min sec ms Hz kHz MHz kW mA mV kV dB".split()
)
_UNIT_DOTS = "·･⋅"  # N･ | m
HYPHENS = "-\u2010\u00ad"
SENTENCE_END = "。．！？!?：:；;"

MARKER = re.compile(
    r"(?:[・●○◎■□◆◇▶▷►➤※★☆•‣▪◦\-–—－*→⇒✓✔☑☐☒]|[①-⑳㉑-㊿❶-❿⓪]|[㊀-㊉]"
    r"|[(（〔\[［](?:[0-9０-９]{1,3}|[a-zA-Zａ-ｚＡ-Ｚ]|[ア-ンァ-ヶあ-んｱ-ﾝ]|[一二三四五六七八九十]{1,3}|[ivxIVX]{1,4}|[※★☆＊*])[)）〕\]］]"
    r"|[0-9０-９]{1,3}(?:[.．][0-9０-９]{1,3}){0,4}[.．)）、]?|[a-zA-Zａ-ｚＡ-Ｚ][.．)）]|[ア-ンｱ-ﾝ][.．)）]|[一二三四五六七八九十]{1,3}[、.．]"
    r"|第[0-9０-９一二三四五六七八九十百]{1,4}[章節条項部編]|(?:注|備考|注記)[0-9０-９]{0,2}[)）:：.]?|※[0-9０-９]{1,2})"
)
WORDS = {"注", "備考", "注記"}
ITEM = re.compile(rf"(?P<marker>{MARKER.pattern})(?P<gap>[\s\u3000]*)(?P<rest>\S.*)", re.DOTALL)


def is_marker(text: str) -> bool:
    """Say whether a piece is nothing but a bullet or a number of a list or heading."""
    return MARKER.fullmatch(text) is not None


def split_marker(text: str) -> tuple[str, str]:
    """Part the bullet or number at the start from the text; ("", text) where there is none.

    "3.5mm" and "10個" are text; so is a bare number or letter glued to what follows.
    """
    match = ITEM.match(text)
    if match is None:
        return "", text
    marker, gap, rest = match.group("marker", "gap", "rest")
    if not gap:
        if marker[-1].isdigit() or marker[-1] in "-–—－*":
            return "", text
        if marker in WORDS:
            return "", text  # 注意
        if marker[-1] in ".．" and (rest[0].isdigit() or marker[0].isalpha()):
            return "", text
    elif marker.isdigit() and len(marker) > 2:
        return "", text
    return marker, rest


def glue(before: str, after: str) -> str:
    """Join two pieces of a running text that stood on different lines."""
    if not before or not after:
        return before + after
    if before[-1] in HYPHENS and len(before) > 1 and before[-2].isalpha() and after[0].islower():
        return before[:-1] + after
    if is_wide(before[-1]) or is_wide(after[0]) or before[-1] in _UNIT_DOTS:
        return before + after
    unit_begun, unit_ended = _UNIT_BEGUN.search(before), _UNIT_ENDS.match(after)
    if unit_begun and unit_ended and unit_begun.group(1) + unit_ended.group() in _UNITS:
        return before + after
    if _FIGURE_BEGUN.search(before) and _FIGURE_GOES_ON.match(after):
        return before + after
    return f"{before} {after}"


_BRACKETS = (("（", "）"), ("(", ")"), ("「", "」"), ("『", "』"), ("［", "］"), ("[", "]"), ("【", "】"))


def is_bracketed(text: str) -> bool:
    """Say whether a text ends within brackets, and so goes on."""
    return any(text.count(start) > text.count(end) for start, end in _BRACKETS)


# A word or figure with its tolerance and unit: 1000±150N, 9.7–10.2, 20°, 3450min⁻¹.
_UNBROKEN = re.compile(r"[\x21-\x7e±·°µμφΦ⌀−–⁻¹²³]{2,24}")


def _width_em(text: str) -> float:
    """About how wide the word or figure is that a line begins with: it is moved down whole where it does not fit."""
    found = _UNBROKEN.match(text)
    return 0.6 * len(found.group()) + 0.5 if found is not None else 0.0


def join_lines(lines: Sequence[Line], edge: float | None = None) -> str:
    """Join the lines of a cell: lines that fill it up to its edge go on, shorter ones were ended on purpose."""
    if len(lines) == 1:
        return lines[0].text
    spans = [into(line.flow, line.box) for line in lines]
    end = max(span[2] for span in spans) if edge is None or lines[0].flow else edge - 0.4 * lines[0].em
    start = min(span[0] for span in spans)
    text, previous = lines[0].text, lines[0]
    for line, before, span in zip(lines[1:], spans, spans[1:], strict=False):
        beside = min(before[3], span[3]) - max(before[1], span[1]) > 0.5 * min(line.em, previous.em)
        full = end - before[2] < max(1.5, _width_em(line.text)) * line.em and end - start > 2.5 * line.em
        if beside:
            text = f"{text} {line.text}"
        elif full and (previous.text[-1:] not in SENTENCE_END or is_bracketed(text)) and not split_marker(line.text)[0]:
            text = glue(text, line.text)
        else:
            text = f"{text}\n{line.text}"
        previous = line
    return text
