"""Pictures of cameras: each pixel less what a neighbour in the row, the column or the frame before says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from genba.formats.lossless.entropy import damaged, pack_bytes, pack_numbers, unpack_bytes, unpack_numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[Any]

# Differences along axes of (frame, row, column): how often along each, at which distance in the picture. A distance
# of 2 keeps the colours of a sensor's mosaic apart.
WAYS = ((0, 0, 0, 1), (0, 0, 1, 1), (0, 1, 0, 1), (0, 1, 1, 1), (1, 0, 0, 1), (1, 0, 1, 1), (0, 0, 1, 2), (0, 1, 1, 2))
TRIED_BYTES = 1 << 20


class Pictured(msgspec.Struct, tag="frames", array_like=True, forbid_unknown_fields=True):
    """Differences by one of the ways, by pcodec or zstd."""

    way: int
    is_numbers: bool
    data: bytes


def pack_frames(frames: Pixels) -> Pictured:
    """Encode frames (n, rows, columns, …) of unsigned integers by the way that suits the first of them."""
    count = max(2, TRIED_BYTES // max(1, frames[0].nbytes))
    some = frames[:count]
    trials = [(_pack(some, way), way) for way in range(len(WAYS))]
    best = min(trials, key=lambda trial: len(trial[0].data))
    return best[0] if len(some) == len(frames) else _pack(frames, best[1])


def unpack_frames(form: Pictured, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Pixels:
    """Give the frames again."""
    import numpy as np

    if not 0 <= form.way < len(WAYS) or len(shape) < 3 or dtype.kind != "u":
        raise damaged("frames")
    count = int(np.prod(shape, dtype=np.int64))
    if form.is_numbers:
        flat = unpack_numbers(form.data, np.dtype(f"<i{dtype.itemsize}"), count)
    else:
        planes = np.frombuffer(unpack_bytes(form.data, count * dtype.itemsize), "u1").reshape(dtype.itemsize, -1)
        flat = np.ascontiguousarray(planes.T).reshape(-1)
    found = flat.view(dtype).reshape(shape)
    over_frames, over_rows, over_columns, far = WAYS[form.way]
    if over_columns:
        found = _summed(found, 2, far)
    if over_rows:
        found = _summed(found, 1, far)
    return _summed(found, 0, 1) if over_frames else found


def _pack(frames: Pixels, way: int) -> Pictured:
    import numpy as np

    over_frames, over_rows, over_columns, far = WAYS[way]
    left = _less(frames, 0, 1) if over_frames else frames
    left = _less(left, 1, far) if over_rows else left
    left = _less(left, 2, far) if over_columns else left
    flat = np.ascontiguousarray(left).reshape(-1)
    width = flat.dtype.itemsize
    numbers = pack_numbers(flat.view(f"<i{width}"), plain=True)
    planes = pack_bytes(flat.view("u1").reshape(-1, width).T.tobytes())
    return Pictured(way, True, numbers) if len(numbers) <= len(planes) else Pictured(way, False, planes)


def _less(frames: Pixels, axis: int, far: int) -> Pixels:
    """Take from each pixel the one `far` before it along an axis; integers wrap, so nothing is lost."""
    found = frames.copy()
    after, before = _shifted(frames.ndim, axis, far)
    found[after] -= frames[before]
    return found


def _summed(frames: Pixels, axis: int, far: int) -> Pixels:
    import numpy as np

    found = np.empty_like(frames)
    for start in range(far):
        lane = tuple(slice(start, None, far) if at == axis else slice(None) for at in range(frames.ndim))
        np.cumsum(frames[lane], axis=axis, dtype=frames.dtype, out=found[lane])
    return found


def _shifted(axes: int, axis: int, far: int) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    after = tuple(slice(far, None) if at == axis else slice(None) for at in range(axes))
    before = tuple(slice(None, -far) if at == axis else slice(None) for at in range(axes))
    return after, before
