"""A stream's pictures at the frames of a dataset: read one after the other, encoded no more than needed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genba.app.rendering_sources import Source
from genba.errors import InvalidInput
from genba.model.signals import Channel, Ragged
from genba.writers.signals import pictures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Array = NDArray[Any]

PIXELS = {("jpeg", 3): "yuvj420p", ("jpeg", 1): "gray", ("png", 3): "rgb24", ("png", 1): "gray"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a camera's pictures are, and how they go into the dataset."""

    height: int
    width: int
    planes: int
    encoding: str
    is_copied: bool
    is_deep: bool = False

    @property
    def pixels(self) -> str:
        """Name the pixels as FFmpeg does."""
        return PIXELS[self.encoding, self.planes]


def look(source: Source, way: str) -> Look | None:
    """See by the first picture how all go into the dataset; None for what cannot: no picture, 16 bits in a video."""
    channel = source.pictures()
    if channel is None:
        return None
    first = next(_pictures(source, channel), None)
    if first is None:
        return None
    came = pictures.kind_of(first) if isinstance(first, bytes) else ""
    decoded = pictures.decode(first) if isinstance(first, bytes) else first
    if decoded is None or decoded.ndim not in (2, 3) or decoded.shape[-1] == 4:
        return None
    is_deep = decoded.dtype.itemsize != 1
    if is_deep and way != "images":
        return None
    encoding = "jpeg" if (way == "video" and not _is_mosaic(channel)) or came == "jpeg" else "png"
    return Look(
        height=decoded.shape[0],
        width=decoded.shape[1],
        planes=1 if decoded.ndim == 2 else 3,
        encoding=encoding,
        is_copied=came == encoding,
        is_deep=is_deep,
    )


class Camera:
    """Gives pictures by their places among the stream's moments; what no later frame asks for is let go."""

    def __init__(self, source: Source, look: Look, index: Times, *, in_table: bool) -> None:
        """`index` are the samples of all frames that will be asked for, in their order."""
        import numpy as np

        channel = source.pictures()
        assert channel is not None
        order = source.moments().order
        self._wanted: Times = index if order is None else order[index]
        # The earliest sample that any later frame still asks for.
        self._floor: Times = np.minimum.accumulate(self._wanted[::-1])[::-1]
        self._pieces = _numbered(source, channel)
        self._held: dict[int, Any] = {}
        self._read = 0
        self._at = 0
        self._look = look
        self._in_table = in_table
        self._stream = source.stream.id

    def take(self, count: int) -> Iterator[Array | bytes]:
        """Give the pictures of the next frames."""
        for at in range(self._at, self._at + count):
            wanted = int(self._wanted[at])
            while self._read <= wanted:
                number, picture = next(self._pieces)
                self._read = number + 1
                if number >= int(self._floor[at]):
                    self._held[number] = self._fit(picture)
            yield self._held[wanted]
            floor = int(self._floor[at + 1]) if at + 1 < len(self._floor) else self._read
            for number in [number for number in self._held if number < floor]:
                del self._held[number]
        self._at += count

    def _fit(self, picture: Array | bytes) -> Array | bytes:
        """Make a picture one that its track can take; refuses one of another size."""
        import numpy as np

        seen = self._look
        if isinstance(picture, bytes):
            if seen.is_copied and pictures.kind_of(picture) == seen.encoding and not self._in_table:
                return picture
            decoded = pictures.decode(picture)
            if decoded is None:
                raise InvalidInput("render.broken_picture", stream=self._stream)
            if seen.is_copied and decoded.shape[:2] == (seen.height, seen.width):
                return picture
            picture = decoded
        planes = 1 if picture.ndim == 2 else picture.shape[-1]
        if picture.shape[:2] != (seen.height, seen.width) or planes != seen.planes:
            raise InvalidInput("render.other_pictures", stream=self._stream)
        if self._in_table and planes == 1 and not seen.is_deep:
            # Loaders expect three planes of what is named an image.
            return np.ascontiguousarray(np.repeat(picture[..., None], 3, axis=2))
        return np.ascontiguousarray(picture)


def _numbered(source: Source, channel: Channel) -> Iterator[tuple[int, Array | bytes]]:
    yield from enumerate(_pictures(source, channel))


def _pictures(source: Source, channel: Channel) -> Iterator[Array | bytes]:
    """Give a stream's pictures as they came, those that are arrays in the order blue, green, red."""
    place = source.stream.channels.index(channel)
    turn = not _encoding(channel).startswith("bgr")
    for block in source.blocks():
        values = block.values[place]
        if isinstance(values, Ragged):
            offsets = values.offsets.tolist()
            for begin, end in itertools.pairwise(offsets):
                yield values.data[begin:end]
            continue
        for picture in values:
            found = picture[..., 0] if picture.ndim == 3 and picture.shape[-1] == 1 else picture
            yield found[..., ::-1] if found.ndim == 3 and turn else found


def _encoding(channel: Channel) -> str:
    return channel.properties.get("encoding", "").lower()


def _is_mosaic(channel: Channel) -> bool:
    """Tell a sensor's raw mosaic, whose neighbours are of other colours and which JPEG would smear."""
    return "bayer" in _encoding(channel)
