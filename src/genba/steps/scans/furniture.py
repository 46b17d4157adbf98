"""Running headers, footers and page numbers of scanned pages; scans shift and are misread, so likeness counts."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from genba.formats.pagelayout.furniture import NUMBER, Candidate, find_furniture, in_margin, normal
from genba.model.document import Node
from genba.model.marks import Mark
from genba.model.nodes import Heading, Paragraph, Role

# Pages lie a few millimetres off on the glass: places are compared in thirds of points.
SHRUNK = 3.0
ALIKE = 0.8
MOST_CHARS = 80
# A page number that shows by itself what it is; the others may not have been read.
ALONE = re.compile(r"[-–—―−ー一]([0-9]{1,4})[-–—―−ー一]|(?:p\.?|page)([0-9]{1,4})(?:/[0-9]{1,4})?", re.IGNORECASE)


def set_apart(nodes: Sequence[Node], sizes: Mapping[int, tuple[float, float]], pages: Mapping[int, int]) -> list[Node]:
    """Mark what repeats at the edges of pages that were read; each stays once, `pages` tells a node's page by id()."""
    if len(sizes) < 2:
        return list(nodes)
    candidates: list[Candidate] = []
    known: list[tuple[str, str]] = []
    for index, node in enumerate(nodes):
        page, box = pages.get(id(node)), node.place.box
        if page is None or box is None or not isinstance(node, Paragraph | Heading) or len(node.text) > MOST_CHARS:
            continue
        if in_margin(box, *sizes[page]):
            text = _like_known("".join(f"{node.number}{node.text}".split()), known)
            left, top, right, bottom = (side / SHRUNK for side in box)
            candidates.append(Candidate(page, index, text, (left, top, right, bottom)))
    heights = [0.0] * (1 + max(sizes))
    for number, (_, height) in sizes.items():
        heights[number] = height / SHRUNK
    first: dict[int, bool] = {}
    dropped: set[int] = set()
    for item in find_furniture(candidates, len(sizes), heights):
        first[item.places[0].index] = item.at_top
        dropped.update(place.index for place in item.places[1:])
    for one in candidates:
        if one.index not in first and one.index not in dropped and _counts(one):
            first[one.index] = one.box[3] < heights[one.page] / 2
    kept: list[Node] = []
    for index, node in enumerate(nodes):
        if index in first and isinstance(node, Paragraph | Heading):
            kept.append(_furniture(node, at_top=first[index]))
        elif index not in dropped:
            kept.append(node)
    return kept


def _counts(item: Candidate) -> bool:
    found = ALONE.fullmatch(unicodedata.normalize("NFKC", item.text))
    return found is not None and int(found[1] or found[2]) == item.page


def _like_known(text: str, known: list[tuple[str, str]]) -> str:
    """Give the text with the words of an earlier one that it resembles, its own numbers kept where they can be."""
    key = normal(text)
    for other, words in known:
        alike = len(key) > 3 and SequenceMatcher(None, key, other, autojunk=False).ratio() >= ALIKE
        if alike or key == other:
            numbers = NUMBER.findall(text)
            if len(numbers) != len(NUMBER.findall(words)):
                return words
            parts = NUMBER.split(words)
            return "".join(part + number for part, number in zip(parts, [*numbers, ""], strict=True))
    known.append((key, text))
    return text


def _furniture(node: Paragraph | Heading, *, at_top: bool) -> Paragraph:
    return Paragraph(
        text=f"{node.number}{node.text}",
        role=Role.HEADER if at_top else Role.FOOTER,
        place=node.place,
        marks=node.marks | {Mark.FURNITURE},
        confidence=node.confidence,
        readings=node.readings,
    )
