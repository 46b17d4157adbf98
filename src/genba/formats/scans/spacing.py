"""What recognisers lose of a line: the space behind its number or signal word, wide spaces, brackets around 危険."""

import re
from collections.abc import Sequence
from itertools import pairwise

from genba.formats.pagelayout.glyphs import is_wide

PAIRS = 3  # of full-width characters that tell how wide one is
NUMBER_GAP_EM = 0.6
SIGN_GAP_EM = 0.4  # behind ▲警告▲
WIDE_GAP_EM = 0.9
_SIGN = "[⚠△▲❗‼!！★●◆■◇□※]"
_WORD = "(?:危険|警告|注意|DANGER|WARNING|CAUTION)"
_HEAD = re.compile(
    r"[(（〔\[［]?[0-9]{1,3}[)）〕\]］.．]?|[0-9]{1,2}(?:[-－‐.．][0-9]{1,2}){1,3}|[①-⑳❶-❿]|[a-zA-Zア-ン][)）.．]"
    r"|(?:手順|ステップ|工程|STEP|Step)[-－]?[0-9]{1,3}(?:[-－.．][0-9]{1,2})?"
    r"|[■◆●▲△★※・]"
)
_SIGNED = re.compile(rf"{_SIGN}*{_WORD}{_SIGN}+")
_LONGEST_HEAD = 14
_JAPANESE = re.compile("[ぁ-ゖァ-ヺー々\u4e00-\u9fff]")
_CLOSED_BY = {">": "<", "＞": "＜", "〉": "〈", "》": "《", "›": "‹", "»": "«"}
_SIGNAL = re.compile(
    rf"(?P<sign>{_SIGN}*\s*)(?P<open>[くぐKkＫ<＜〈《‹«(（「『]?)(?P<word>{_WORD})(?P<close>[>＞〉》›»])"
)
_UNCLOSED = re.compile(rf"(?P<sign>{_SIGN}*\s*)(?P<open>[<＜〈《‹«])(?P<word>{_WORD})[ンソ)）」](?![ァ-ヺー])")
_PER = re.compile("(?<=min)[−－‐–](?=1(?![0-9.]))")
_RINGED = re.compile("1(?P<ones>[①-⑨])(?![0-9])|⑩0(?![0-9])")


def mend_signs(text: str) -> str:
    """Set right the brackets around a signal word and the ringed number that a line begins with, and min-1."""
    if (ringed := _RINGED.match(text)) is not None:
        ones = ringed["ones"]
        text = (chr(ord(ones) + 10) if ones else "⑩") + text[ringed.end() :]
    found = _SIGNAL.match(text)
    if found is not None:
        opened = _CLOSED_BY[found["close"]]
        if found["open"] != opened:
            text = f"{found['sign']}{opened}{found['word']}{text[found.start('close') :]}"
    elif (found := _UNCLOSED.match(text)) is not None:
        closed = next(close for close, opened in _CLOSED_BY.items() if opened == found["open"])
        text = f"{found['sign']}{found['open']}{found['word']}{closed}{text[found.end() :]}"
    return _PER.sub("-", text)


def with_spaces(text: str, positions: Sequence[float], length: float) -> tuple[str, tuple[float, ...]]:
    """Put spaces where characters stand apart: behind the number of a line, and between words of Japanese."""
    pairs = [*pairwise(zip(text, positions, strict=True))]
    steps = sorted((after - before) * length for (a, before), (b, after) in pairs if is_wide(a) and is_wide(b))
    em = steps[len(steps) // 2] if len(steps) >= PAIRS else 0.0
    if em <= 0:
        return text, tuple(positions)
    said, places = text[0], [positions[0]]
    for index, ((a, before), (b, after)) in enumerate(pairs, start=1):
        gap = (after - before) * length / em - (width(a) + width(b)) / 2
        if gap >= SIGN_GAP_EM and not a.isspace() and not b.isspace():
            at_head = index <= _LONGEST_HEAD and is_head(text[:index], gap)
            if at_head or (gap >= WIDE_GAP_EM and _JAPANESE.match(a) and _JAPANESE.match(b)):
                said += " " if at_head else "\u3000"
                places.append((before + after) / 2)
        said += b
        places.append(after)
    return said, tuple(places)


def is_head(text: str, gap: float) -> bool:
    """Say whether a line begins with these words and a space of its own behind them."""
    return (gap >= NUMBER_GAP_EM and _HEAD.fullmatch(text) is not None) or _SIGNED.fullmatch(text) is not None


def width(char: str) -> float:
    """In ems."""
    return 1.0 if is_wide(char) else 0.5
