"""Vertical Japanese pages as PDF: several column layouts, drawn in several ways, with the text in reading order."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generators.vocabulary import HEADINGS, Words, write_corpus
from examples.writing.pdf import ACROSS, DOWN, Page, Pdf

LAYOUTS = ("one_block", "two_tiers", "three_tiers", "titled", "furnished")
DRAWN = ("strings", "characters", "placed", "shuffled")


@dataclass(frozen=True)
class Area:
    """Where a block of columns goes: right edge, top, how far left, how far down."""

    right: float
    top: float
    left: float
    bottom: float


def generate(out: Path, seed: int, count: int) -> dict[str, object]:
    """Write `count` PDFs and truth.json into `out`."""
    return write_corpus(out, seed, count, make, "vertical_pdf")


def make(rng: random.Random, number: int) -> tuple[str, bytes, dict[str, object]]:
    """One PDF of one to three pages; layouts and ways of drawing take turns."""
    words = Words(rng)
    layout, drawn = LAYOUTS[number % len(LAYOUTS)], DRAWN[(number // len(LAYOUTS) + number) % len(DRAWN)]
    pdf = Pdf(words.phrase(), words.person())
    pages = []
    for place in range(rng.randrange(1, 4)):
        page = pdf.page(rng.choice(((595, 842), (842, 595))))
        pages.append(_page(page, words, layout, drawn, place + 1))
    return (
        f"vertical{number:03d}_{layout}_{drawn}.pdf",
        pdf.to_bytes(),
        {"layout": layout, "drawn": drawn, "pages": pages},
    )


def _page(page: Page, words: Words, layout: str, drawn: str, number: int) -> dict[str, object]:
    rng = words.rng
    width, height = page.size
    size = rng.choice((10.5, 11.0, 12.0, 14.0))
    top, bottom, right, left = height - 70.0, 70.0, width - 60.0, 60.0
    furniture: list[str] = []
    title = ""
    if layout == "furnished":
        running = words.pick(("社内報 きりがはら", "安全だより", "技能伝承ノート"))
        page.text(left, height - 40, running, 9)
        page.text(width / 2 - 10, 30, f"- {number} -", 9)
        furniture = [running, f"- {number} -"]
    commands_before = len(page.operators)
    if layout in ("titled", "furnished"):
        title = words.pick(HEADINGS) + "について"
        _column(page, right - size * 1.8, top - 20, title, size * 1.8, drawn)
        right -= size * 1.8 * 2
    tiers = {"two_tiers": 2, "three_tiers": 3}.get(layout, 1)
    gap = 30.0
    tall = (top - bottom - gap * (tiers - 1)) / tiers
    texts = []
    for tier in range(tiers):
        high = top - tier * (tall + gap)
        texts.append(_block(page, words, Area(right, high, left, high - tall), size, drawn))
    if drawn == "shuffled":
        body = page.operators[commands_before:]
        rng.shuffle(body)
        page.operators[commands_before:] = body
    return {"title": title, "text": title + "".join(texts), "tiers": tiers, "furniture": furniture, "size": size}


def _block(page: Page, words: Words, area: Area, size: float, drawn: str) -> str:
    """Fill an area with columns from right to left; the last paragraph may end early."""
    pitch = size * words.rng.choice((1.5, 1.7, 2.0))
    capacity = int((area.top - area.bottom) / size)
    columns = int((area.right - area.left) / pitch)
    wanted = words.rng.randrange(max(2, columns // 2), columns + 1)
    lines: list[str] = []
    while len(lines) < wanted:
        paragraph = "　" + "".join(sentence(words) for _ in range(words.rng.randrange(1, 4)))
        lines += _broken(paragraph, capacity)
    lines = lines[:wanted]
    for place, line in enumerate(lines):
        _column(page, area.right - size / 2 - place * pitch, area.top, line, size, drawn)
    return "".join(lines).replace("　", "")


_UPRIGHT = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)}


def sentence(words: Words) -> str:
    """A sentence with quotes, long vowels, commas and full-width digits, as vertical text has them."""
    rng = words.rng
    first = words.phrase()
    made = rng.choice(
        (
            f"{first}ことが大切である。",
            f"まず、{first}。次に{words.phrase()}。",
            f"「{words.caution()}」と声を掛け、{first}。",
            f"{first}（{words.pick(HEADINGS)}を参照）。",
            f"作業は{words.pick(('一', '二', '三', '十'))}人で行い、{first}。",
        )
    )
    return made.translate(_UPRIGHT)


def _broken(paragraph: str, capacity: int) -> list[str]:
    """Lines of at most `capacity` characters; a closing mark does not begin a line."""
    lines: list[str] = []
    while paragraph:
        cut = min(capacity, len(paragraph))
        while cut < len(paragraph) and cut > 1 and paragraph[cut] in "、。」）ーっッ":
            cut -= 1
        lines.append(paragraph[:cut])
        paragraph = paragraph[cut:]
    return lines


def _column(page: Page, x: float, top: float, line: str, size: float, drawn: str) -> None:
    if drawn == "strings":
        page.text(x, top, line, size, DOWN)
        return
    for place, sign in enumerate(line):
        if sign == "　":
            continue
        if drawn == "characters":
            page.text(x, top - place * size, sign, size, DOWN)
        else:
            page.text(x - size / 2, top - (place + 0.88) * size, sign, size, ACROSS)
