"""Encodes pictures as JPEG or PNG, several at once; what came encoded passes as it came."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

JPEG_QUALITY = 95
# The fastest level that compresses; pictures of sensors are noise that no level makes much smaller.
PNG_LEVEL = 1
THREADS = 2
AHEAD = 4


def encode(picture: Array, encoding: str) -> bytes:
    """Encode (height, width) or (height, width, 3) in the order blue, green, red."""
    import cv2

    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    if encoding != "jpeg":
        # Runs and Huffman codes alone: of a camera's noise both smaller and faster than the search for matches.
        options = [cv2.IMWRITE_PNG_COMPRESSION, PNG_LEVEL, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
    done, data = cv2.imencode(".jpg" if encoding == "jpeg" else ".png", picture, options)
    if not done:
        raise ValueError("a picture that cannot be encoded")
    return bytes(data)


def encode_all(pictures: Iterable[Array | bytes], encoding: str) -> Iterator[bytes]:
    """Encode in order, a few ahead; bytes pass, and the same picture again is not encoded again."""
    from concurrent.futures import Future, ThreadPoolExecutor

    waiting: deque[Future[bytes] | bytes] = deque()
    last: Array | bytes | None = None
    done: Future[bytes] | bytes = b""
    with ThreadPoolExecutor(THREADS) as pool:
        for picture in pictures:
            if picture is not last:
                done = picture if isinstance(picture, bytes) else pool.submit(encode, picture, encoding)
                last = picture
            waiting.append(done)
            if len(waiting) > AHEAD:
                yield _taken(waiting.popleft())
        while waiting:
            yield _taken(waiting.popleft())


def _taken(item: Any) -> bytes:
    found: bytes = item if isinstance(item, bytes) else item.result()
    return found


def decode(data: bytes) -> Array | None:
    """Decode a picture as (height, width) or (height, width, 3) in blue, green, red; None where it is none."""
    import cv2
    import numpy as np

    found: Array | None = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
    return found


def kind_of(data: bytes) -> str:
    """Tell JPEG and PNG by their first bytes."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    return "png" if data.startswith(b"\x89PNG\r\n\x1a\n") else ""


class Levels:
    """Counts how often each level of red, green and blue occurs in some of the pictures."""

    PICTURES = 100
    SIDE = 150

    def __init__(self, length: int) -> None:
        """Spread what is looked at over an episode of this many frames."""
        import numpy as np

        self._wanted = set(np.linspace(0, length - 1, min(length, self.PICTURES)).astype(int).tolist())
        self._frame = 0
        self._found = np.zeros((3, 256), np.int64)
        self._count = 0

    def seen(self, pictures: Iterable[Array | bytes]) -> Iterator[Array | bytes]:
        """Pass pictures on and look at some of them."""
        for picture in pictures:
            if self._frame in self._wanted:
                self._look(picture)
            self._frame += 1
            yield picture

    def result(self) -> tuple[Array, int]:
        """Give the counts (3, 256) and of how many pictures they are."""
        return self._found, self._count

    def _look(self, picture: Array | bytes) -> None:
        import numpy as np

        found = decode(picture) if isinstance(picture, bytes) else picture
        if found is None:
            return
        skip = max(1, min(found.shape[:2]) // self.SIDE)
        few = found[::skip, ::skip]
        if few.dtype != np.uint8:
            few = (few >> 8).astype(np.uint8)
        planes = [few] * 3 if few.ndim == 2 else [few[..., place] for place in (2, 1, 0)]
        for number, plane in enumerate(planes):
            self._found[number] += np.bincount(plane.reshape(-1), minlength=256)
        self._count += 1
