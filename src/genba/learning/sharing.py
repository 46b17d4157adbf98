"""Finds windows that hold the same samples as others, whatever capture, clock or name they came under.

A stretch of samples is told by a rolling hash over the bits of all channels (Rabin–Karp, modulo 2^64). Stretches whose
samples are all alike are passed over: a machine that stands still shares them with itself on any other day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.learning.windows import Windows

    Array = NDArray[Any]
    Index = NDArray[np.int64]
    Mask = NDArray[np.bool_]

# Shorter stretches can agree by chance where a converter has few bits.
LONGEST = 64
_BASE = 0x9E3779B97F4A7C15  # odd, so that it can be divided by modulo 2^64


def sharing(windows: Windows, asked: Index, others: Windows, held: Index) -> Mask:
    """Which of the asked windows have a stretch of samples in common with the held ones.

    Found for certain are stretches of twice `stretch(...)`, and never one shorter than it.
    """
    import numpy as np

    length = stretch(windows.shape.window)
    each_block = [np.unique(_hashes(block, length, 1)) for block in others.blocks(held)]  # windows overlap
    known = np.unique(np.concatenate(each_block or [_none()]))
    known = known[known != 0]
    found = []
    for block in windows.blocks(asked):
        each = _hashes(block, length, length).reshape(len(block), -1)
        found.append(((each != 0) & np.isin(each, known)).any(axis=1))
    return np.concatenate(found) if found else np.zeros(0, bool)


def stretch(window: int) -> int:
    """How many samples in a row must agree."""
    return max(1, min(LONGEST, window // 2))


def _none() -> Array:
    import numpy as np

    return np.zeros(0, np.uint64)


def _hashes(values: Array, length: int, step: int) -> Array:
    """Hash the stretches of each window that begin at multiples of `step`; 0 for those without any change."""
    import numpy as np

    count, window, channels = values.shape
    # -0.0 and 0.0 are one value; their bits are not.
    bits = (values + np.float32(0)).view(np.uint32).astype(np.uint64)
    weights = _powers(channels, 0xD6E8FEB86659FD93)
    samples = (bits * weights).sum(axis=2, dtype=np.uint64)
    samples ^= samples >> np.uint64(29)
    samples *= np.uint64(0xBF58476D1CE4E5B9)
    powers, inverse = _powers(window, _BASE), _powers(window, pow(_BASE, -1, 1 << 64))
    summed = np.zeros((count, window + 1), np.uint64)
    np.cumsum(samples * powers, axis=1, out=summed[:, 1:])
    begins = np.arange(0, window - length + 1, step)
    found = (summed[:, begins + length] - summed[:, begins]) * inverse[begins]
    changes = np.zeros((count, window), np.int64)
    np.cumsum(samples[:, 1:] != samples[:, :-1], axis=1, out=changes[:, 1:])
    found[changes[:, begins + length - 1] == changes[:, begins]] = 0
    return found.ravel()


def _powers(count: int, base: int) -> Array:
    import numpy as np

    found = np.full(count, base & (2**64 - 1), np.uint64)
    if count:
        found[0] = 1
    return np.cumprod(found, dtype=np.uint64)
