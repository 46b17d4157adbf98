"""Finds a title block's facts: labels with their values beside, below or in the same cell, ruled or not.

Where a label could belong to the value on its right and to the one below, what the value looks like decides, then
what the other labels of the same sheet do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from genba.formats.drawing.labels import field_of, fits, inline
from genba.formats.drawing.sheet import PlacedText, Sheet, is_closed, joined
from genba.model.place import Box

MOST_LABELS = 400
CELL_TEXTS = 12  # a cell with more is the drawing area or a list of notes
CELL_WIDTHS = 90  # in heights of the label
FREE_GAP = 14  # how far right of an unruled label its value may begin, in heights
FREE_DROP = 3.2


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its value; an empty value is a cell that nobody filled in."""

    field: str
    label: str
    value: str
    box: Box
    label_box: Box
    layer: str = ""
    used: frozenset[int] = frozenset()  # ids of its texts


@dataclass(slots=True)
class _Choice:
    label: PlacedText
    field: str
    beside: list[PlacedText]
    below: list[PlacedText]
    is_row: bool = False  # the label's neighbours are labels too
    is_ruled: bool = True


def facts(sheet: Sheet, taken: frozenset[int] = frozenset()) -> list[Fact]:
    """Find all facts; `taken` are ids (`id()`) of texts that belong to lists."""
    found: list[Fact] = []
    choices: list[_Choice] = []
    used: set[int] = set()
    labels = [(text, field_of(text.text)) for text in sheet.texts if id(text) not in taken and not text.is_hidden]
    for text, field in labels:
        if not field and (parted := inline(text.text))[0]:
            found.append(_fact(*parted, text, text))
            used.add(id(text))
    named = [(text, field) for text, field in labels if field][:MOST_LABELS]
    known = {id(text) for text, _ in named} | used | taken
    for text, field in named:
        same, choice = _look(sheet, text, field, known)
        if same and fits(field, joined(same)) is not False:
            used.update(map(id, same))
            found.append(_fact(field, text.text, joined(same), text, same[0], same))
        elif choice is not None:
            choices.append(choice)
    found.extend(_settle(choices, used))
    return sorted(found, key=lambda fact: (round(fact.label_box[1], 3), fact.label_box[0]))


def _fact(
    field: str, label: str, value: str, at: PlacedText, first: PlacedText, texts: Sequence[PlacedText] = ()
) -> Fact:
    boxes = [text.box for text in texts] or [first.box]
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    used = frozenset(map(id, (at, first, *texts)))
    return Fact(field, " ".join(label.split()), value, box, at.box, first.layer, used)


def _look(sheet: Sheet, label: PlacedText, field: str, known: set[int]) -> tuple[list[PlacedText], _Choice | None]:
    """Give what stands in the label's own cell, and what its neighbours offer."""
    x, y = label.middle
    cell = sheet.cell(x, y)
    if not is_closed(cell) or cell[2] - cell[0] > CELL_WIDTHS * label.height:
        return [], _unruled(sheet, label, field, known)
    inside = list(sheet.within(cell))
    if len(inside) > CELL_TEXTS:
        return [], _unruled(sheet, label, field, known)
    others = [text for text in inside if text is not label]
    same = [text for text in others if id(text) not in known]
    if len(same) < len(others) and same:  # several labels in one cell
        return [], _unruled(sheet, label, field, known)
    step = 0.3 * label.height
    beside, right_label = _cell_texts(sheet, cell[2] + step, y, label, known)
    below, _ = _cell_texts(sheet, x, cell[3] + step, label, known)
    _, left_label = _cell_texts(sheet, cell[0] - step, y, label, known)
    is_row = right_label or (left_label and not beside)
    return same, _Choice(label, field, beside, below, is_row)


def _cell_texts(sheet: Sheet, x: float, y: float, label: PlacedText, known: set[int]) -> tuple[list[PlacedText], bool]:
    """Give the values in the cell around a point, and whether a label stands there."""
    cell = sheet.cell(x, y)
    if not is_closed(cell) or cell[2] - cell[0] > 2 * CELL_WIDTHS * label.height:
        return [], False
    inside = list(sheet.within(cell))
    if len(inside) > CELL_TEXTS:
        return [], False
    has_label = any(id(text) in known for text in inside)
    return ([] if has_label else inside), has_label


def _unruled(sheet: Sheet, label: PlacedText, field: str, known: set[int]) -> _Choice | None:
    """Look for values by nearness: on the same line to the right, or right below."""
    height = label.height
    x0, y0, x1, y1 = label.box
    line = (x1, y0 - 0.4 * height, x1 + 60 * height, y1 + 0.4 * height)
    right = sorted((text for text in sheet.within(line) if text is not label), key=lambda text: text.box[0])
    beside = right[:1] if right and right[0].box[0] - x1 <= FREE_GAP * height and id(right[0]) not in known else []
    under = (x0 - 2 * height, y1, x1 + 40 * height, y1 + FREE_DROP * height)
    lower = [
        text
        for text in sheet.within(under)
        if text is not label and text.box[0] < x1 + 2 * height and text.box[2] > x0 - height
    ]
    below = lower[:1] if lower and id(lower[0]) not in known else []
    if not beside and not below:
        return None
    has_label_beside = bool(right) and id(right[0]) in known
    return _Choice(label, field, beside, below, has_label_beside, is_ruled=False)


def _settle(choices: list[_Choice], used: set[int]) -> Iterator[Fact]:
    """Give each label its value, the clear ones first; no value belongs to two labels."""
    beside = sum(1 for choice in choices if choice.beside and not choice.below)
    below = sum(1 for choice in choices if choice.below and not choice.beside)
    for choice in sorted(choices, key=lambda choice: (bool(choice.beside) and bool(choice.below), choice.is_row)):
        offers = [offer for offer in _ordered(choice, beside, below) if offer and not used & set(map(id, offer))]
        fitting = [offer for offer in offers if fits(choice.field, joined(offer)) is not False]
        if not fitting and offers and not choice.is_ruled:
            continue
        best = (fitting or offers or [[]])[0]
        used.update(map(id, best))
        value = joined(best) if best else ""
        if best:
            yield _fact(choice.field, choice.label.text, value, choice.label, best[0], best)
        elif choice.is_ruled:
            yield _fact(choice.field, choice.label.text, "", choice.label, choice.label)


def _ordered(choice: _Choice, beside: int, below: int) -> tuple[list[PlacedText], list[PlacedText]]:
    right_first = choice.beside, choice.below
    below_first = choice.below, choice.beside
    if choice.is_row:
        return below_first
    by_right, by_below = fits(choice.field, joined(choice.beside)), fits(choice.field, joined(choice.below))
    if choice.beside and choice.below and by_right != by_below:
        return right_first if by_right else below_first
    return below_first if below > beside else right_first
