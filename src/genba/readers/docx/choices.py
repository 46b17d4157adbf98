"""Paragraphs that are groups of check boxes: 判定：☑合格 ☐不合格."""

from typing import NamedTuple

from genba.formats.layout.checks import read_options
from genba.model.nodes import Choice

LONGEST = 60  # longer words after a box are a sentence of a check list, not an option
_SIGNS = "☑☒☐■□✓✔"
_SENTENCE = frozenset("。：:\n\t")


class Group(NamedTuple):
    """A group of boxes; `before` is text of its own in front of it."""

    before: str
    label: str
    options: tuple[Choice, ...]


def read_group(text: str) -> Group | None:
    """Take a paragraph apart into label and boxes; None where it is text in which a box happens to stand."""
    first = next((index for index, letter in enumerate(text) if letter in _SIGNS), -1)
    if first < 0:
        return None
    signs = sum(letter in _SIGNS for letter in text)
    if signs == 1 and text[first] in "■□":
        return None  # a lone square is a bullet
    found = read_options(text)
    if found is None or not found.options:
        return None
    if any(len(words) > LONGEST or not _SENTENCE.isdisjoint(words) for words, _ in found.options):
        return None
    lead = text[:first].strip(" \u3000\t")
    bare = lead.rstrip("：:")
    is_label = _SENTENCE.isdisjoint(bare) and (bare != lead or len(bare) <= 24)
    options = tuple(Choice(text=words, selected=on) for words, on in found.options)
    return Group("" if is_label else lead, bare.strip() if is_label else "", options)
