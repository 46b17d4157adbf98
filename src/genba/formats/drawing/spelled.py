"""Labels that are drawn sign by sign, 承 over 認 or 図 far from 番, put together again."""

from collections.abc import Sequence

from genba.formats.drawing.labels import field_of, label_signs
from genba.formats.drawing.sheet import PlacedText

MOST_SIGNS = 600
LONGEST = 4  # signs of a label
DROP, GAP = 4.5, 9.0  # in heights, from one sign to the next


def with_whole_labels(texts: Sequence[PlacedText]) -> list[PlacedText]:
    """Give the texts with such labels in place of their signs."""
    signs = [text for text in texts if len(text.text) == 1 and text.text in label_signs()]
    if not 2 <= len(signs) <= MOST_SIGNS:
        return list(texts)
    gone: set[int] = set()
    labels: list[PlacedText] = []
    for upright in (True, False):
        along = 1 if upright else 0
        for first in sorted(signs, key=lambda sign: sign.middle[along]):
            chain = _chain(first, signs, gone, upright)
            if chain:
                gone.update(map(id, chain))
                labels.append(_joined(chain))
    return [*(text for text in texts if id(text) not in gone), *labels] if labels else list(texts)


def _chain(first: PlacedText, signs: Sequence[PlacedText], gone: set[int], upright: bool) -> list[PlacedText]:
    """Follow the nearest signs in one direction for as long as they may make a label; the shortest label wins."""
    if id(first) in gone:
        return []
    chain = [first]
    along, across = (1, 0) if upright else (0, 1)
    reach = (DROP if upright else GAP) * first.height
    while len(chain) < LONGEST:
        x = chain[-1].middle
        near = [
            sign
            for sign in signs
            if id(sign) not in gone
            and 0 < sign.middle[along] - x[along] <= reach
            and abs(sign.middle[across] - x[across]) < 0.6 * first.height
        ]
        if not near:
            return []
        chain.append(min(near, key=lambda sign: sign.middle[along]))
        if field_of("".join(sign.text for sign in chain)):
            return chain
    return []


def _joined(chain: Sequence[PlacedText]) -> PlacedText:
    boxes = [sign.box for sign in chain]
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    first = chain[0]
    return PlacedText("".join(sign.text for sign in chain), box, first.height, first.layer, first.handle)
