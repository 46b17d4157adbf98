"""Characters as they stand on a page, and the boxes and frames in which their order is found."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

Box = tuple[float, float, float, float]  # left, top, right, bottom; y grows downwards


class Flow(IntEnum):
    """Where the next character of a line stands; DOWN is vertical writing, and Latin turned clockwise within it."""

    RIGHT = 0
    DOWN = 1
    LEFT = 2
    UP = 3


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of characters is set."""

    font: str = ""
    bold: bool = False
    hidden: bool = False  # never shown
    white: bool = False
    garbled: bool = False  # the file does not tell what it means


PLAIN = Style()


class Glyph(NamedTuple):
    """A character with its em box on the displayed page; `space` is the white space typed before it."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    style: Style = PLAIN
    turn: Flow = Flow.RIGHT  # to where its top was turned: RIGHT is upright, DOWN is turned clockwise
    space: str = ""


def into(flow: Flow, box: Box) -> Box:
    """Turn a box of the page so that text of this flow runs to the right and its lines follow downwards."""
    x0, y0, x1, y1 = box
    if flow is Flow.RIGHT:
        return box
    if flow is Flow.DOWN:
        return (y0, -x1, y1, -x0)
    if flow is Flow.UP:
        return (-y1, x0, -y0, x1)
    return (-x1, -y1, -x0, -y0)


def out_of(flow: Flow, box: Box) -> Box:
    """Turn a box back onto the page; the inverse of `into`."""
    u0, v0, u1, v1 = box
    if flow is Flow.RIGHT:
        return box
    if flow is Flow.DOWN:
        return (-v1, u0, -v0, u1)
    if flow is Flow.UP:
        return (v0, -u1, v1, -u0)
    return (-u1, -v1, -u0, -v0)


def around(boxes: Iterable[Box]) -> Box:
    """Give the smallest box that holds all of them."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


def holds(outer: Box, inner: Box, slack: float = 1.0) -> bool:
    """Say whether the middle of `inner` lies in `outer`."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] - slack <= x <= outer[2] + slack and outer[1] - slack <= y <= outer[3] + slack


# Scripts set without spaces between words, in squares: kana, kanji, their punctuation, full-width forms.
WIDE = re.compile(r"[\u2e80-\u303f\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe4f"
                  r"\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]")  # fmt: skip
LETTERS = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
KANA = re.compile(r"[\u3041-\u309f\u30a0-\u30ff\uff66-\uff9f]+")

# Presentation forms for vertical writing (Unicode 10.3 and CJK Compatibility Forms) to the characters meant.
UPRIGHT = str.maketrans(
    "︐︑︒︓︔︕︖︗︘︙︰︱︲︳︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹇﹈",
    "，、。：；！？〖〗…‥―–＿（）｛｝〔〕【】《》〈〉「」『』［］",
)


def is_wide(text: str) -> bool:
    """Say whether the first character belongs to a script without spaces."""
    return WIDE.match(text) is not None
