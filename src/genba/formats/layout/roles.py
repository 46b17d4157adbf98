"""How far a box is a label: its wording together with how labels look in this area (fill, bold)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from genba.formats.layout.boxes import Box
from genba.formats.layout.checks import lone_mark, read_options
from genba.formats.layout.wording import (
    Marker,
    clean_label,
    fold,
    in_cell_pairs,
    is_unit,
    is_value,
    label_score,
    marker,
)

EMPTY_COLOUR = ""
# Evidence of looks against wording: a fill used for labels only outweighs an unknown noun, not a figure.
FILL_WEIGHT = 1.6
BOLD_WEIGHT = 1.0
# Boxes from which the looks of an area are learnt.
SAMPLE = 800
Item = TypeVar("Item")
_TITLE_END = re.compile(
    r"(書|票|表|報告|シート|日報|月報|週報|記録|台帳|一覧|リスト|チェックリスト|申請|届|通知|依頼|伝票|カード|連絡|計画|指示|成績|ｼｰﾄ)"
    r"([（(【].*[)）】])?$"
)


def sampled(items: Sequence[Item]) -> Sequence[Item]:
    """As many, evenly spread, as tell the looks of an area."""
    return items if len(items) <= SAMPLE else items[:: len(items) // SAMPLE + 1]


class Roles:
    """The looks of labels in one area, learnt from all its boxes."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        boxes = sampled(boxes)
        self.fills: dict[str, float] = {}
        filled: Counter[str] = Counter(box.fill for box in boxes)
        fields: Counter[str] = Counter(box.fill for box in boxes if box.is_empty or is_value(box.text))
        texts = [box for box in boxes if not box.is_empty]
        for fill, count in filled.items():
            share = fields[fill] / count
            # a colour is the labels' when next to nothing in it is empty or a figure, and fields stand elsewhere
            if fill and share <= 0.15 and (count < len(boxes)):
                self.fills[fill] = FILL_WEIGHT
            elif fill and share >= 0.5:
                self.fills[fill] = -1.0
        labelled = sum(filled[fill] for fill, weight in self.fills.items() if weight > 0)
        inverted = any(weight < 0 for weight in self.fills.values())
        if labelled >= 2 and labelled * 5 >= len(texts):
            self.fills[EMPTY_COLOUR] = -1.0
        elif inverted:
            self.fills[EMPTY_COLOUR] = 0.6
        bold = sum(1 for box in texts if box.bold)
        self.bold_tells = bool(texts) and 0.1 <= bold / len(texts) <= 0.75
        sizes = sorted(box.size_pt for box in texts)
        self.size_pt = sizes[len(sizes) // 2] if sizes else 11.0
        self._known: dict[int, tuple[Box, float]] = {}  # the box is held, for ids are reused

    def evidence(self, box: Box) -> float:
        """From -3 (a value, or empty) to 3 (surely a label)."""
        known = self._known.get(id(box))
        if known is not None:
            return known[1]
        evidence = self._judge(box)
        self._known[id(box)] = (box, evidence)
        return evidence

    def _judge(self, box: Box) -> float:
        if box.is_empty:
            return -3.0
        wording = _wording(box.text)
        if wording is None:
            return -3.0
        looks = self.fills.get(box.fill, 0.0)
        if self.bold_tells:
            looks += BOLD_WEIGHT if box.bold else -0.2
        if wording <= -3.0:
            return max(-3.0, wording + max(looks, 0.0))
        return max(-3.0, min(3.0, wording + looks))

    def is_title(self, box: Box) -> bool:
        """The name of the form itself: larger than the rest, or called 〜書, 〜票 and set apart."""
        if box.is_empty or is_value(box.text) or len(box.text) > 60:
            return False
        text = fold(box.text)
        large = box.size_pt >= self.size_pt * 1.25
        named = bool(_TITLE_END.search(text)) and len(text) >= 4
        return (large and (named or box.size_pt >= self.size_pt * 1.5) and len(text) >= 2) or (
            named and box.bold and label_score(box.text) < 2.0
        )


@lru_cache(maxsize=65_536)
def _wording(text: str) -> float | None:
    """How much a text reads like a label; None for check boxes, pairs and units."""
    if lone_mark(text) is not None or read_options(text) or in_cell_pairs(text) or is_unit(text):
        return None
    return label_score(text if "\n" not in text else text.replace("\n", ""))


def names_document(text: str) -> bool:
    """A short text that ends like the name of a document: 〜書, 〜票, 〜一覧."""
    folded = fold(text)
    return 4 <= len(folded) <= 40 and bool(_TITLE_END.search(folded)) and not is_value(text)


def caption_of(box: Box) -> str:
    """The box's text as a label."""
    return clean_label(box.text)


def is_heading(box: Box) -> bool:
    """Opens with a sign or number that headings bear."""
    return marker(box.text) not in (Marker.NONE, Marker.CIRCLED) and len(box.text) <= 60
