"""Samples side by side in bytes: their layout in a row, differences of whole blocks at once, and byte planes.

Differences are taken of all numbers of a block by one subtraction of two long integers, in lanes that do not carry
into each other: 32 KB take 20 µs in CPython without numpy.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from genba_edge.declared import DTYPES, RAGGED, Channel

ONE_DIFFERENCE, TWO_DIFFERENCES, BY_ELEMENT, PLANES = 1, 2, 4, 8


@dataclass(frozen=True, slots=True)
class Lanes:
    """A row's numbers: their sizes in bytes, and which are whole, so that differences of them are exact."""

    sizes: tuple[int, ...]
    whole: tuple[bool, ...]

    @property
    def row(self) -> int:
        """Bytes of a row."""
        return sum(self.sizes)

    @property
    def are_alike(self) -> bool:
        """All numbers are whole and of one size, so that a number may be told from its left neighbour."""
        return len(set(self.sizes)) == 1 and all(self.whole)

    def element(self) -> Lanes:
        """One number of the row, where all are alike."""
        return Lanes(self.sizes[:1], self.whole[:1])

    def masks(self) -> tuple[bytes, bytes]:
        """The top bit of every lane, and all bits of the lanes that are whole, for one row."""
        tops = b"".join(b"\0" * (size - 1) + b"\x80" for size in self.sizes)
        wholes = b"".join(
            (b"\xff" if whole else b"\0") * size for size, whole in zip(self.sizes, self.whole, strict=True)
        )
        return tops, wholes


INT64 = Lanes((8,), (True,))


def lanes_of(channels: Sequence[Channel]) -> Lanes:
    """The lanes of the channels that have a fixed size, in their order."""
    sizes: list[int] = []
    whole: list[bool] = []
    for channel in channels:
        if channel.dtype != RAGGED:
            count = prod(channel.shape)
            sizes += [struct.calcsize("<" + DTYPES[channel.dtype])] * count
            whole += [channel.dtype[1] != "f"] * count
    return Lanes(tuple(sizes), tuple(whole))


class Differences:
    """Takes differences of neighbouring rows; remembers the masks of the last length, as blocks are mostly alike."""

    def __init__(self, lanes: Lanes) -> None:
        """Nothing is computed before the first block."""
        self._shift = 8 * lanes.row
        self._row = lanes.row
        self._tops, self._wholes = lanes.masks() if lanes.row else (b"", b"")
        self._length = -1
        self._high = self._whole = self._all = 0

    def of(self, data: bytes) -> bytes:
        """Each row less the one before it, number by number, modulo its size; floats stay as they are."""
        length = len(data)
        if length != self._length:
            rows = length // self._row
            self._high = int.from_bytes(self._tops * rows, "little")
            self._whole = int.from_bytes(self._wholes * rows, "little")
            self._all = (1 << 8 * length) - 1
            self._length = length
        x = int.from_bytes(data, "little")
        y = (x << self._shift) & self._whole
        high = self._high
        return (((x | high) - (y & (self._all ^ high))) ^ (((x ^ y) & high) ^ high)).to_bytes(length, "little")


def planes(data: bytes, row: int) -> bytes:
    """The first byte of every row, then the second of every row, and so on."""
    return data if row == 1 else b"".join([data[place::row] for place in range(row)])
