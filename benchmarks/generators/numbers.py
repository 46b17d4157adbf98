"""List numbers as Word shows them, counted here independently of any reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノ"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラム"
_KANJI = "〇一二三四五六七八九"


def _kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _KANJI[tens] + "十") + (_KANJI[ones] if ones else "")


def _roman(number: int) -> str:
    shown = ""
    for value, sign in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            shown, number = shown + sign, number - value
    return shown


NUMBERS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02d}",
    "decimalFullWidth": lambda n: str(n).translate({ord("0") + d: 0xFF10 + d for d in range(10)}),
    "decimalEnclosedCircle": lambda n: chr(0x245F + n),
    "aiueoFullWidth": lambda n: _AIUEO[n - 1],
    "irohaFullWidth": lambda n: _IROHA[n - 1],
    "japaneseCounting": _kanji,
    "upperLetter": lambda n: chr(64 + n),
    "lowerLetter": lambda n: chr(96 + n),
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
}

PATTERNS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("decimal", "第%1章"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3")),
    (("decimal", "%1."), ("decimal", "(%2)"), ("decimalEnclosedCircle", "%3")),
    (("decimal", "(%1)"), ("decimalEnclosedCircle", "%2"), ("aiueoFullWidth", "%3．")),
    (("decimalFullWidth", "%1．"), ("irohaFullWidth", "(%2)"), ("lowerLetter", "%3)")),
    (("japaneseCounting", "第%1条"), ("decimalFullWidth", "%2"), ("aiueoFullWidth", "(%3)")),
    (("upperRoman", "%1."), ("upperLetter", "%2."), ("lowerRoman", "%3)")),
    (("decimal", "%1-"), ("decimal", "%1-%2"), ("decimalZero", "%1-%2-%3")),
    (("decimal", "手順%1："), ("aiueoFullWidth", "%2)"), ("decimal", "（%3）")),
)


class Counter:
    """Counts one list: a paragraph of a level starts the levels below it anew."""

    def __init__(self, levels: Sequence[tuple[str, str]]) -> None:
        self.levels = levels
        self.counts = [0] * len(levels)

    def next(self, level: int) -> str:
        """The number of the next paragraph of this level, as shown."""
        self.counts[level] += 1
        self.counts[level + 1 :] = [0] * (len(self.levels) - level - 1)
        shown = self.levels[level][1]
        for place, (kind, _) in enumerate(self.levels):
            shown = shown.replace(f"%{place + 1}", NUMBERS[kind](self.counts[place]) if self.counts[place] else "")
        return shown

    def restart(self) -> None:
        """Begin again."""
        self.counts = [0] * len(self.levels)
