"""Residuals sorted by how large they are around them, so that each coder sees one width: loud and quiet stretches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from genba.formats.lossless.entropy import damaged, pack_numbers, unpack_numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

GROUP = 64
CLASSES = 64
FEWEST = 1 << 10  # values in a class of its own; smaller ones join the next


def classes_of(residuals: Ints) -> NDArray[np.uint8]:
    """Name for each group of residuals how wide it is, in steps of half a bit; classes with few values are joined."""
    import numpy as np

    groups = -(-len(residuals) // GROUP)
    size = np.zeros(groups * GROUP)
    size[: len(residuals)] = np.abs(residuals)
    mean = size.reshape(groups, GROUP).mean(axis=1)
    found = np.clip(np.rint(2 * np.log2(mean + 2**-4)) + 8, 0, CLASSES - 1).astype(np.uint8)
    counts = np.bincount(found, minlength=CLASSES) * GROUP
    joined, table, held = 0, np.zeros(CLASSES, np.uint8), 0
    for number in range(CLASSES):
        held += int(counts[number])
        table[number] = joined
        if held >= FEWEST and counts[number + 1 :].sum() >= FEWEST:
            joined, held = joined + 1, 0
    named: NDArray[np.uint8] = table[found]
    return named


def pack_by_class(residuals: Ints, classes: NDArray[np.uint8]) -> tuple[bytes, list[bytes]]:
    """Encode the values of each class together, in their order; gives each class's bytes a value, and its data."""
    import numpy as np

    of_values = np.repeat(classes, GROUP)[: len(residuals)]
    found, widths = [], bytearray()
    for number in range(int(classes.max(initial=0)) + 1):
        part = residuals[of_values == number]
        width = width_of(part)
        widths.append(width)
        found.append(pack_numbers(part.astype(f"<i{width}"), plain=True))
    return bytes(widths), found


def unpack_by_class(parts: Sequence[bytes], widths: bytes, classes: NDArray[np.uint8], count: int) -> Ints:
    """Put the values of all classes back to their places."""
    import numpy as np

    if len(classes) != -(-count // GROUP) or (len(classes) and int(classes.max()) >= len(parts)):
        raise damaged("classes")
    of_values = np.repeat(classes, GROUP)[:count]
    residuals = np.zeros(count, np.int64)
    for number, part in enumerate(parts):
        places = of_values == number
        residuals[places] = unpack_numbers(part, np.dtype(f"<i{widths[number]}"), int(places.sum()))
    return residuals


def width_of(part: Ints) -> int:
    """Give the fewest bytes, at least 2, that hold every value."""
    low, high = (int(part.min()), int(part.max())) if len(part) else (0, 0)
    return next(width for width in (2, 4, 8) if -(1 << (8 * width - 1)) <= low and high < 1 << (8 * width - 1))
