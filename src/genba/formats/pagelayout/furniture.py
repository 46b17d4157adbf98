"""Running headers, footers and page numbers: what stands at the same place on page after page."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from genba.formats.pagelayout.glyphs import Box

MARGIN = 0.105  # of the page's height, at top and bottom
SIDE_MARGIN = 0.07  # of its width: running titles of books in vertical writing
SAME_PLACE_PT = 5.0
NUMBER = re.compile(r"[0-9０-９]+")
KANJI_NUMBER = re.compile(r"[〇一二三四五六七八九十百]{1,5}")
PAGE_NUMBER = re.compile(
    r"[-‐－–—~〜]?\s*(?:p(?:age)?\.?\s*)?#(?:\s*(?:/|of|／)\s*#)?\s*(?:ページ|頁|page)?\s*[-‐－–—~〜]?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A line, table or picture near the edge of a page."""

    page: int
    index: int  # among the page's items
    text: str
    box: Box
    across: bool = False  # a horizontal line on a page in vertical writing


@dataclass(frozen=True, slots=True)
class Furniture:
    """What repeats, once: its text as on the first page, and everywhere it stands."""

    text: str
    at_top: bool
    places: tuple[Candidate, ...]


def in_margin(box: Box, width: float, height: float) -> bool:
    """Say whether a box lies wholly in one of the page's margins."""
    return (
        box[3] < MARGIN * height
        or box[1] > (1 - MARGIN) * height
        or box[2] < SIDE_MARGIN * width
        or box[0] > (1 - SIDE_MARGIN) * width
    )


def find_furniture(candidates: Sequence[Candidate], pages: int, heights: Sequence[float]) -> list[Furniture]:
    """Group candidates by text with its counters taken out, and by place; keep what repeats often enough."""
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[normal(candidate.text)].append(candidate)
    found: list[Furniture] = []
    for key, members in groups.items():
        for same in by_place(members, heights):
            counts = PAGE_NUMBER.fullmatch(key) is not None
            running = all(item.across for item in same) or (repeats(same, pages) and numbers_stay(same))
            if is_counter(same, pages) if counts else running:
                middle = (same[0].box[1] + same[0].box[3]) / 2
                found.append(Furniture(same[0].text, middle < heights[same[0].page] / 2, tuple(same)))
    return sorted(found, key=lambda item: (item.places[0].page, item.places[0].box[1], item.places[0].box[0]))


def normal(text: str) -> str:
    """Take out what counts pages."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if KANJI_NUMBER.fullmatch(plain):
        return "#"
    return NUMBER.sub("#", plain)


def by_place(members: list[Candidate], heights: Sequence[float]) -> list[list[Candidate]]:
    """Part candidates of the same text by their distance from the page's edge; pages may be mirrored or turned."""
    groups: list[tuple[float, list[Candidate]]] = []
    for distance, member in sorted((from_edge(item, heights), item) for item in members):
        if groups and abs(distance - groups[-1][0]) <= SAME_PLACE_PT:
            groups[-1][1].append(member)
        else:
            groups.append((distance, [member]))
    return [sorted(group, key=lambda item: (item.page, item.index)) for _, group in groups]


def from_edge(item: Candidate, heights: Sequence[float]) -> float:
    """How far from the top, or as a negative number from the bottom, whichever is nearer."""
    below = heights[item.page] - item.box[3]
    return item.box[1] if item.box[1] <= below else -below


def repeats(same: list[Candidate], pages: int) -> bool:
    """Both pages of two; else three pages and more, in a row or a fifth of all."""
    numbers = sorted({item.page for item in same})
    if pages <= 2:
        return len(numbers) == 2
    if len(numbers) < 3:
        return len(numbers) == pages - 1 == 2
    in_a_row = any(c - a <= 4 for a, c in zip(numbers, numbers[2:], strict=False))
    return in_a_row or len(numbers) >= 0.2 * pages


def numbers_stay(same: list[Candidate]) -> bool:
    """Each number in the text is the same on most pages, or counts with them; otherwise these are rows of a table."""
    columns = zip(*([int(text[:9]) for text in NUMBER.findall(plain_text(item))] for item in same), strict=False)
    for values in columns:
        constant = Counter(values).most_common(1)[0][1]
        counting = Counter(value - item.page for value, item in zip(values, same, strict=False)).most_common(1)[0][1]
        if max(constant, counting) < 0.6 * len(same):
            return False
    return True


def plain_text(item: Candidate) -> str:
    """The text with digits of one width."""
    return unicodedata.normalize("NFKC", item.text)


def is_counter(same: list[Candidate], pages: int) -> bool:
    """A number that grows with the page; on a single page, one that is set as page numbers are."""
    offsets = Counter(value - item.page for item in same if (value := first_number(item.text)) is not None)
    if not offsets:
        return len(same) > 2
    most = offsets.most_common(1)[0][1]
    if most >= 2:
        return most >= 0.5 * len(same)
    alone = same[0]
    plain = unicodedata.normalize("NFKC", alone.text).strip()
    return pages == 1 and (not plain.isdigit() or first_number(plain) == 1)


def first_number(text: str) -> int | None:
    """The first number in a text."""
    match = NUMBER.search(unicodedata.normalize("NFKC", text))
    return int(match.group()[:9]) if match else None
