"""Which paragraphs are headings, and of which level: by size, weight, numbering, and the document's own outline."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from genba.formats.pagelayout.paragraphs import Passage

LONGEST = 80
LEVELS = 6
KINDS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(r"第[0-9一二三四五六七八九十百]+[部編章]")),
    (2, re.compile(r"第[0-9一二三四五六七八九十百]+節")),
    (3, re.compile(r"第[0-9一二三四五六七八九十百]+[条項]")),
    (3, re.compile(r"[0-9]{1,2}[.、]?|[IVX]{1,4}\.|[一二三四五六七八九十]{1,3}[、.]")),
    (4, re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.?")),
    (5, re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2}){2}\.?")),
    (6, re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2}){3,}\.?")),
    (7, re.compile(r"\([0-9]{1,2}\)|[0-9]{1,2}\)")),
    (8, re.compile(r"[①-⑳]|\([a-zア-ン]\)|[a-zア-ン]\)")),
)
UNNUMBERED = 3
FORMAL = re.compile(r"第[0-9０-９一二三四五六七八九十百]+[部編章節条]")


def body_size(passages: Iterable[Passage]) -> float:
    """The size most characters have."""
    weight: Counter[float] = Counter()
    for passage in passages:
        weight[round(passage.em * 2) / 2] += passage.length
    return max(weight, key=lambda em: (weight[em], -em)) if weight else 10.0


def body_is_bold(passages: Iterable[Passage]) -> bool:
    """Whole documents in a bold font have no bold headings."""
    bold = plain = 0
    for passage in passages:
        if passage.bold:
            bold += passage.length
        else:
            plain += passage.length
    return bold > plain


def numbering(marker: str) -> int:
    """The depth of a kind of number; 0 for none, bullets, and anything else."""
    plain = unicodedata.normalize("NFKC", marker) if marker and not "①" <= marker <= "⑳" else marker
    return next((depth for depth, pattern in KINDS if pattern.fullmatch(plain)), 0)


def find_headings(
    passages: Sequence[Passage], outline: Mapping[str, int], over_blocks: Collection[int] = ()
) -> dict[int, int]:
    """Give the level of each heading by its index; `outline` has the levels of titles without white space.

    `over_blocks` has the indexes of the passages that a table or picture follows.
    """
    body, bold_body = body_size(passages), body_is_bold(passages)
    keys: dict[int, tuple[float, int]] = {}
    known: dict[int, int] = {}
    for index, passage in enumerate(passages):
        whole = squeeze(passage.marker + passage.text)
        listed = outline.get(whole) or outline.get(squeeze(passage.text))
        if listed and passage.length <= LONGEST * 2:
            known[index] = min(listed, LEVELS)
        elif is_heading(passages, index, body, bold_body, over_block=index in over_blocks):
            keys[index] = (-round(passage.em * 2) / 2, numbering(passage.marker) or UNNUMBERED)
    ranks = {key: rank for rank, key in enumerate(sorted(set(keys.values())), 1)}
    levels = {index: min(ranks[key], LEVELS) for index, key in keys.items()}
    return levels | known


def squeeze(text: str) -> str:
    """A title without white space and width, to compare it with the outline's."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def is_heading(passages: Sequence[Passage], index: int, body: float, bold_body: bool, *, over_block: bool) -> bool:
    """Tell by length, size, weight and number: short, set apart, and larger, bolder or numbered as headings are."""
    passage = passages[index]
    text = passage.text
    if passage.length > LONGEST or passage.lines > 3 or not any(char.isalpha() for char in text):
        return False
    if text[-1] in "。．、，,;；" or (text[-1] in "：:" and passage.em < 1.15 * body) or "…" in text[-8:]:
        return False
    depth = numbering(passage.marker)
    if passage.em >= 1.15 * body:
        return passage.em >= 1.3 * body or passage.lines < 3
    if passage.em < 0.93 * body or passage.lines > 2:
        return False
    if FORMAL.fullmatch(passage.marker):
        return len(text) <= 40
    if passage.bold and not bold_body:
        return passage.lines == 1 and (bool(depth) or passage.gap > 0.3 or not passage.marker)
    return 3 <= depth <= 6 and stands_alone(passages, index, over_block=over_block)


def stands_alone(passages: Sequence[Passage], index: int, *, over_block: bool) -> bool:
    """Tell a heading, which text follows, from a list item, which the next number follows."""
    passage = passages[index]
    if len(passage.text) > 30 or passage.lines > 1 or re.search(r"[ですますたるい]$", passage.text):
        return False
    depth = numbering(passage.marker)
    if depth >= 4:
        return "." in unicodedata.normalize("NFKC", passage.marker).rstrip(".")
    if over_block:
        return passage.gap > 0.6
    after = passages[index + 1] if index + 1 < len(passages) else None
    before = passages[index - 1] if index > 0 else None
    if after is None or numbering(after.marker) == depth:
        return False
    if before is not None and numbering(before.marker) == depth:
        return False
    return passage.gap > 0.6 and (after.lines > 1 or len(after.text) > 20 or numbering(after.marker) > depth)
