"""Warnings by level: 危険, 警告, 注意 as words with a colon, in brackets, with a sign, alone on their line."""

import re
import unicodedata

from genba.model.instruction import Hazard, WarningLevel
from genba.model.place import NOWHERE, Place

LEVELS = {
    "危険": WarningLevel.DANGER, "DANGER": WarningLevel.DANGER,
    "警告": WarningLevel.WARNING, "WARNING": WarningLevel.WARNING,
    "注意": WarningLevel.CAUTION, "CAUTION": WarningLevel.CAUTION,
}  # fmt: skip
_WORD = r"(?:危\s?険|警\s?告|注\s?意|DANGER|WARNING|CAUTION|Danger|Warning|Caution)"
_SIGN = r"[⚠△▲❗‼!！☢☠⛔🚫️※★☆●◆■◇□▶►→]"
_OPEN, _CLOSE = r"[くKぐ【\[［《〈<＜「『(（〔]", r"[】\]］》〉>＞」』)）〕]"
_LEVEL_ALONE = (
    rf"(?:安全上の|取扱い?|作業|安全)?(?P<level>{_WORD})(?:事項|点|表示|喚起)?(?:\s?[/・(（]?\s?{_WORD}[)）]?)?"
)
# 注意して and 注意深く are ways of doing, 注意点を確認する is a deed: a level must be closed off from what follows it.
_BRACKETED = re.compile(rf"\s*{_SIGN}*\s*{_OPEN}\s*{_SIGN}*\s*{_LEVEL_ALONE}\s*{_SIGN}*\s*{_CLOSE}\s*[:：]?\s*")
_MARKED = re.compile(
    rf"\s*(?:[・\-*●■◆]\s*)?{_SIGN}*\s*{_LEVEL_ALONE}\s*{_SIGN}*\s*(?:[:：!！]|[\-―ー—–](?=\s)|$|\n|\s(?=\S)|"
    rf"(?<=[A-Z])\s)\s*"
)
_HALF = re.compile(
    rf"\s*{_SIGN}*\s*{_LEVEL_ALONE}\s*[】\]］》〉>＞]\s*[:：]?\s*"
)  # a scan may lose the bracket before it
_SIGNED = re.compile(rf"\s*[⚠△❗‼🚫⛔]️?\s*(?P<level>{_WORD})?\s*[:：!！]?\s*(?=\S)")
_INSIDE = re.compile(
    rf"(?:(?<=[。．.、\s\n])|(?<=^)){_SIGN}*\s*(?:{_OPEN}\s*{_SIGN}*\s*{_WORD}\s*{_CLOSE}\s*[:：]?|"
    rf"[⚠❗]️?\s*{_WORD}\s*[:：]?|{_WORD}(?:事項)?\s*[:：])"
)


def level_of(word: str) -> WarningLevel | None:
    """Tell the level that a word names, alone or with what usually stands around it."""
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", word)).upper()
    found = next((name for name in LEVELS if name in folded), None)
    return LEVELS[found] if found is not None and len(folded) <= 14 else None


def opening_level(text: str) -> tuple[WarningLevel, str] | None:
    """Read the level that a text begins with; gives it with the words that follow."""
    for pattern in (_BRACKETED, _HALF, _MARKED):
        found = pattern.match(text)
        if found is not None:
            level = level_of(found["level"])
            if level is not None:
                return level, text[found.end() :].strip()
    signed = _SIGNED.match(text)
    if signed is not None:
        level = level_of(signed["level"] or "") or WarningLevel.CAUTION
        return level, text[signed.end() :].strip()
    return None


def hazards_of(text: str, place: Place = NOWHERE, level: WarningLevel | None = None) -> tuple[Hazard, ...]:
    """Read a text that is a warning as a whole: lines with levels of their own are warnings of their own."""
    found: list[tuple[WarningLevel, list[str]]] = []
    for line in text.split("\n"):
        opened = opening_level(line)
        if opened is not None:
            found.append((opened[0], [opened[1]] if opened[1] else []))
        elif found:
            found[-1][1].append(line.strip())
        elif level is not None and line.strip():
            found.append((level, [line.strip()]))
    return tuple(
        Hazard(level=each, text="\n".join(line for line in lines if line), place=place)
        for each, lines in found
        if any(lines)
    )


def split_hazards(text: str, place: Place = NOWHERE) -> tuple[str, tuple[Hazard, ...]]:
    """Part the warnings that stand inside a step's words from what is to be done."""
    found = _INSIDE.search(text)
    if found is None:
        return text, ()
    hazards = hazards_of(text[found.start() :].strip(), place)
    return (text[: found.start()].rstrip(), hazards) if hazards else (text, ())


def has_sign_without_level(text: str) -> bool:
    """Tell a warning sign without a word for its level."""
    found = _SIGNED.match(text)
    return found is not None and not found["level"] and opening_level(text) is not None
