"""Reading one line: its strip set upright, long ones read in pieces that overlap, the model's answer as characters."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from genba.formats.scans.rasters import Array
from genba.ports.recognisers import Quad

HEIGHT = 48  # of a strip, as the model was trained
TALL = 1.5  # a strip so much higher than wide is a column of vertical writing
PIECE = 960  # pixels read at once; the model was trained on shorter lines, and long ones cost memory
OVERLAP = 72  # pixels of context on either side of a cut
LEAST = 32
DOT = re.compile(r"(?<![A-Za-z])[·•]|[·•](?![A-Za-z])")  # of Chinese; between letters it multiplies units


@dataclass(frozen=True, slots=True)
class Read:
    """The text of a strip, each character's middle from 0 to 1 along it, and the mean certainty."""

    text: str = ""
    plain: str = ""  # as the model has it, before characters that Japanese does not have were replaced
    positions: tuple[float, ...] = ()
    confidence: float = 0.0


class Sign(NamedTuple):
    """A character that was read: its Japanese form, as the model has it, its middle, its certainty."""

    char: str
    plain: str
    place: float
    certainty: float


@dataclass(frozen=True, slots=True)
class Characters:
    """What the model's classes stand for; `japanese` may stand in a Japanese text, `kanji` are the kanji of those."""

    classes: tuple[str, ...]
    japanese: Array
    kanji: Array


def make_characters(classes: Sequence[str]) -> Characters:
    """Tell the classes that are in Japanese use from those of Chinese alone."""
    import numpy as np

    japanese = np.array([bool(char) and is_japanese(char) for char in classes])
    ideographs = np.array([any("\u3400" <= part <= "\u9fff" for part in char) for char in classes])
    return Characters(tuple(classes), japanese, japanese & ideographs)


def is_japanese(char: str) -> bool:
    """Kanji are what CP932 holds, the set of Japanese computers; other signs are everybody's."""
    if not any("\u3400" <= part <= "\u9fff" or part >= "\U00020000" for part in char):
        return True
    try:
        char.encode("cp932")
    except UnicodeEncodeError:
        return any(part >= "\U0001f000" and part < "\U00020000" for part in char)
    return True


def upright_strip(picture: Array, corners: Quad) -> tuple[Array, bool]:
    """Cut a line out of its page, level; a column is turned to the left, which the second value tells."""
    import cv2
    import numpy as np

    a, b, c, d = (np.array(corner, dtype=np.float32) for corner in corners)
    width = max(float(np.linalg.norm(a - b)), float(np.linalg.norm(d - c)), 1.0)
    height = max(float(np.linalg.norm(a - d)), float(np.linalg.norm(b - c)), 1.0)
    vertical = height >= TALL * width
    if vertical:  # its top becomes the start of the line
        a, b, c, d = b, c, d, a
        width, height = height, width
    length = max(LEAST, round(width * HEIGHT / height))
    target = np.array([(0, 0), (length, 0), (length, HEIGHT), (0, HEIGHT)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(np.array([a, b, c, d], dtype=np.float32), target)
    smooth = cv2.INTER_AREA if height > 2 * HEIGHT else cv2.INTER_CUBIC
    strip = cv2.warpPerspective(picture, matrix, (length, HEIGHT), flags=smooth, borderMode=cv2.BORDER_REPLICATE)
    return strip, vertical


def read_strip(strip: Array, model: Callable[[Array], Array], characters: Characters) -> Read:
    """Read a strip, a long one in pieces cut between characters where possible."""
    length = strip.shape[1]
    if length <= PIECE + OVERLAP:
        return together([*decode(model(as_input(strip))[0], characters)])
    signs: list[Sign] = []
    for first, last in pieces(strip):
        start, end = max(0, first - OVERLAP), min(length, last + OVERLAP)
        for sign in decode(model(as_input(strip[:, start:end]))[0], characters):
            x = start + sign.place * (end - start)
            if first <= x < last or (last == length and x >= length):
                signs.append(sign._replace(place=x / length))
    return together(signs)


def pieces(strip: Array) -> Iterator[tuple[int, int]]:
    """Cut a strip into pieces of about one length, each cut in the column with the least ink nearby."""
    length = strip.shape[1]
    ink = strip.max(axis=(0, 2)).astype(int) - strip.min(axis=(0, 2))
    count = -(-length // PIECE)
    start = 0
    for index in range(1, count):
        middle = round(length * index / count)
        first = middle - OVERLAP // 2
        end = first + int(ink[first : middle + OVERLAP // 2].argmin())
        yield start, end
        start = end
    yield start, length


def as_input(strip: Array) -> Array:
    """Turn a strip into what the model takes: planes from -1 to 1."""
    import numpy as np

    values = strip.astype(np.float32)
    values *= np.float32(2 / 255)
    values -= np.float32(1)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def decode(scores: Array, characters: Characters) -> Iterator[Sign]:
    """Take the likeliest class at each step, one of each run, without blanks (greedy CTC).

    Where the model sees a character that only Chinese has, the likeliest kanji of Japan comes with it: 查 is 査.
    """
    best = scores.argmax(axis=1)
    certain = scores.max(axis=1)
    steps = len(best)
    begin = 0
    while begin < steps:
        end = begin + 1
        while end < steps and best[end] == best[begin]:
            end += 1
        found = int(best[begin])
        if found:
            char = plain = characters.classes[found]
            if not characters.japanese[found]:
                at = begin + int(certain[begin:end].argmax())
                char = characters.classes[int((scores[at] * characters.kanji).argmax())]
            yield Sign(char, plain, (begin + end) / 2 / steps, float(certain[begin:end].max()))
        begin = end


def together(signs: Sequence[Sign]) -> Read:
    """Make one answer of characters with their places and certainties; white space at the ends is dropped."""
    inked = [index for index, sign in enumerate(signs) if not sign.char.isspace()]
    if not inked:
        return Read()
    kept = signs[inked[0] : inked[-1] + 1]
    certain = [sign.certainty for sign in kept]
    return Read(
        text=DOT.sub("・", "".join(sign.char for sign in kept)),
        plain="".join(sign.plain for sign in kept),
        # A character of several code points keeps one place for each.
        positions=tuple(sign.place for sign in kept for _ in sign.char),
        confidence=sum(certain) / len(certain),
    )
