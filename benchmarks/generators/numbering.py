"""Numbering schemes drawn at random, as companies invent them, and what looks like a number of theirs but is none."""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

from __future__ import annotations

import random
from dataclasses import dataclass

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
# Letters that would make a number a standard, a size, a date or a grade.
_TAKEN = {"JIS", "ISO", "IEC", "DIN", "M", "R", "H", "S", "T", "C", "PH", "RA", "RZ", "FC", "SS", "SK", "AC", "SC", "SM", "HV", "IP", "NO", "EN", "PM", "AM", "EU", "FY", "UL", "BS", "PA", "PP", "PC", "PE", "SB", "SN", "FR", "MP", "MD", "CP", "LV"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one kind of thing is numbered: letters, groups of digits, what stands between, what may follow."""

    prefixes: tuple[str, ...]
    groups: tuple[int, ...]  # digits in each group
    separator: str
    joined: str  # between letters and digits
    suffixes: tuple[str, ...]

    @property
    def shape(self) -> tuple[object, ...]:
        """What tells two schemes apart for a reader who does not know the company."""
        return (tuple(map(len, self.prefixes)), self.groups, self.separator, self.joined, bool(self.suffixes))

    def draw(self, rng: random.Random) -> str:
        """A number of this scheme."""
        digits = self.separator.join(f"{rng.randrange(1, 10**size):0{size}d}" for size in self.groups)
        prefix = rng.choice(self.prefixes)
        return f"{prefix}{self.joined if prefix else ''}{digits}{rng.choice(self.suffixes) if self.suffixes else ''}"


def draw_scheme(rng: random.Random, taken: set[str]) -> Scheme:
    """A scheme whose letters no other kind of the company uses."""
    length = rng.choice((1, 1, 2, 2, 2, 3))
    prefixes: list[str] = []
    while len(prefixes) < rng.choice((1, 1, 2)):
        letters = "".join(rng.choice(LETTERS) for _ in range(length))
        if letters not in taken | _TAKEN:
            taken.add(letters)
            prefixes.append(letters)
    groups = rng.choice(((4,), (5,), (6,), (3, 2), (4, 2), (4, 3), (2, 4), (3, 3)))
    separator = rng.choice("--/.") if len(groups) > 1 else ""
    joined = rng.choice(("-", "-", ""))
    if separator in "/." and separator:
        joined = rng.choice(("-", ""))
    suffixes: tuple[str, ...] = rng.choice(((), (), (), ("A", "B", "C"), ("-L", "-R"), ("-01", "-02", "-10")))
    return Scheme(tuple(prefixes), groups, separator, joined, suffixes)


@dataclass(frozen=True, slots=True)
class House:
    """The schemes of one company."""

    part: Scheme
    drawing: Scheme
    document: Scheme
    equipment: Scheme
    lot: Scheme


def draw_house(rng: random.Random) -> House:
    """Five schemes; those of parts and of drawings differ in more than their letters' identity."""
    taken: set[str] = set()
    part = draw_scheme(rng, taken)
    drawing = draw_scheme(rng, taken)
    document = Scheme((rng.choice(("WS", "QS", "SOP", "KS")),), (rng.choice((3, 4)),), "", "-", ())
    equipment = Scheme((rng.choice(("MC", "PR", "RB")),), (2,), "", "-", ())
    lot = Scheme(("L",), (6, 2), "-", "", ())
    return House(part, drawing, document, equipment, lot)


def distractors(rng: random.Random) -> list[str]:
    """Sentences with digits and letters that number nothing of the company's."""
    first = rng.randrange(1, 50)
    return [
        f"連絡先：0{rng.randrange(3, 9)}-{rng.randrange(1000, 9999)}-{rng.randrange(1000, 9999)}（内線 {rng.randrange(100, 999)}）",
        f"〒{rng.randrange(100, 999)}-{rng.randrange(1000, 9999)} 霧ヶ原市北三丁目4-1",
        f"{rng.choice(('六角ボルト', '皿小ねじ'))} M{rng.choice((5, 6, 8, 10))}×{rng.choice((12, 20, 35))} は JIS B {rng.choice((1180, 1176, 1111))} による。",
        f"製造番号 {first:04d}〜{first + 50:04d} を対象とする。",
        f"期間は 2025-04-{rng.randrange(10, 28)} から 2025/05/{rng.randrange(10, 28)} まで。",
        f"ISO 9001:2015 の 8.{rng.randrange(1, 7)} に基づき確認した。",
        f"材質は {rng.choice(('SUS304', 'S45C', 'A5052P-H34', 'SCM435'))}、板厚 {rng.choice((1.2, 1.6, 2.3))}mm。",
        f"会議は R7.{rng.randrange(4, 12)}.{rng.randrange(10, 28)} の 10:30 から。",
        f"寸法は {rng.randrange(100, 300)}×{rng.randrange(40, 90)}×{rng.randrange(10, 30)}mm、公差 H7/g6。",
        "表面粗さ Ra1.6、硬さ HRC58-62、電源 AC200V-3φ。",
        f"詳細は http://intra.example/{rng.randrange(100, 999)}/index.html を見ること。",
    ]  # fmt: skip
