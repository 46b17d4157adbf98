"""Reading one line: its strip set upright, long ones read in pieces that overlap, the model's answer as characters."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from genba.formats.scans.rasters import Array
from genba.ports.recognisers import Quad

HEIGHT = 48  # of a strip, as the model was trained
TALL = 1.5  # a strip so much higher than wide is a column of vertical writing
PIECE = 960  # pixels read at once; the model was trained on shorter lines, and long ones cost memory
OVERLAP = 72  # pixels of context on either side of a cut
LEAST = 32


@dataclass(frozen=True, slots=True)
class Read:
    """The text of a strip, each character's middle from 0 to 1 along it, and the mean certainty."""

    text: str = ""
    positions: tuple[float, ...] = ()
    confidence: float = 0.0
    certainties: tuple[float, ...] = ()


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


def read_strip(strip: Array, model: Callable[[Array], Array], characters: Sequence[str]) -> Read:
    """Read a strip, a long one in pieces cut between characters where possible."""
    length = strip.shape[1]
    if length <= PIECE + OVERLAP:
        return decode(model(as_input(strip))[0], characters)
    parts: list[tuple[str, float, float]] = []
    for first, last in pieces(strip):
        start, end = max(0, first - OVERLAP), min(length, last + OVERLAP)
        found = decode(model(as_input(strip[:, start:end]))[0], characters)
        for char, position, certainty in zip(found.text, found.positions, found.certainties, strict=True):
            x = start + position * (end - start)
            if first <= x < last or (last == length and x >= length):
                parts.append((char, x / length, certainty))
    return together(parts)


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


def decode(scores: Array, characters: Sequence[str]) -> Read:
    """Take the likeliest class at each step, one of each run, without blanks (greedy CTC)."""
    best = scores.argmax(axis=1)
    certain = scores.max(axis=1)
    steps = len(best)
    parts: list[tuple[str, float, float]] = []
    begin = 0
    while begin < steps:
        end = begin + 1
        while end < steps and best[end] == best[begin]:
            end += 1
        if best[begin]:
            char = characters[best[begin]]
            middle = (begin + end) / 2 / steps
            parts.append((char, middle, float(certain[begin:end].max())))
        begin = end
    return together(parts)


def together(parts: Sequence[tuple[str, float, float]]) -> Read:
    """Make one answer of characters with their places and certainties; white space at the ends is dropped."""
    parts = [part for part in parts if part[0]]
    while parts and parts[0][0].isspace():
        parts = parts[1:]
    while parts and parts[-1][0].isspace():
        parts = parts[:-1]
    if not parts:
        return Read()
    # A character of several code points keeps one position for each.
    text = "".join(char for char, _, _ in parts)
    places = tuple(place for char, place, _ in parts for _ in char)
    certain = tuple(certainty for char, _, certainty in parts for _ in char)
    return Read(text, places, sum(certain) / len(certain), certain)
