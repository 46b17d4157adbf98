"""Blocks checked against their stream, joined and cut, so that segments do not depend on how a reader gave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from genba.errors import InvalidInput
from genba.model.signals import RAGGED, Block, Ragged, Stream

if TYPE_CHECKING:
    from numpy.typing import NDArray


def refuse_broken(block: Block, stream: Stream) -> None:
    """Raise InvalidInput where a block does not have the shape that its stream states."""
    import numpy as np

    count = len(block.device_ns)
    sound = block.device_ns.dtype == np.dtype("<i8") and len(block.values) == len(stream.channels)
    sound = sound and (block.sequence is None or _is_int(block.sequence, count))
    sound = sound and (block.host_ns is None) == (block.host_index is None)
    if sound and block.host_ns is not None and block.host_index is not None:
        index = block.host_index
        sound = _is_int(block.host_ns, len(index)) and _is_int(index, len(index))
        sound = sound and (not len(index) or (int(index.min()) >= 0 and int(index.max()) < count))
    if not sound or not all(
        _fits(values, channel.dtype, (count, *channel.shape))
        for channel, values in zip(stream.channels, block.values, strict=True)
    ):
        raise InvalidInput("store.wrong_block", stream=stream.id)


def _is_int(times: NDArray[Any], count: int) -> bool:
    return times.shape == (count,) and times.dtype.str == "<i8"


def _fits(values: Any, dtype: str, shape: tuple[int, ...]) -> bool:
    import numpy as np

    if dtype != RAGGED:
        return not isinstance(values, Ragged) and values.dtype == np.dtype(dtype) and values.shape == shape
    if not isinstance(values, Ragged) or not _is_int(values.offsets, shape[0] + 1):
        return False
    offsets = values.offsets
    in_order = int(offsets[0]) == 0 and bool((offsets[1:] >= offsets[:-1]).all())
    return in_order and int(offsets[-1]) == len(values.data)


def sizes(block: Block, stream: Stream) -> NDArray[Any]:
    """Give the raw bytes of each sample of a block, times and numbers included."""
    import numpy as np

    fixed = 8 * (1 + (block.sequence is not None))
    found = np.zeros(len(block.device_ns), "<i8")
    for channel, values in zip(stream.channels, block.values, strict=True):
        if isinstance(values, Ragged):
            found += np.diff(values.offsets) + 8
        else:
            fixed += int(np.dtype(channel.dtype).itemsize * np.prod(channel.shape, dtype=np.int64))
    found += fixed
    if block.host_index is not None:
        np.add.at(found, block.host_index, 16)
    return found


def part(block: Block, first: int, last: int) -> Block:
    """Cut the samples first … last - 1 out of a block, with the arrivals that belong to them."""
    import numpy as np

    host_index, host_ns = block.host_index, block.host_ns
    if host_index is not None and host_ns is not None:
        kept = np.flatnonzero((host_index >= first) & (host_index < last))
        host_index, host_ns = host_index[kept] - first, host_ns[kept]
    return replace(
        block,
        device_ns=block.device_ns[first:last],
        values=tuple(_cut(values, first, last) for values in block.values),
        sequence=None if block.sequence is None else block.sequence[first:last],
        host_index=host_index,
        host_ns=host_ns,
    )


def _cut(values: Any, first: int, last: int) -> Any:
    if not isinstance(values, Ragged):
        return values[first:last]
    offsets = values.offsets[first : last + 1]
    return Ragged(offsets - offsets[0], values.data[int(offsets[0]) : int(offsets[-1])])


def join(blocks: Sequence[Block]) -> Block:
    """Put blocks of one stream one after the other; sequence numbers stay only where all of them have some."""
    import numpy as np

    if len(blocks) == 1:
        return blocks[0]
    starts = np.cumsum([0, *(len(block.device_ns) for block in blocks[:-1])])
    arrivals = [
        (block.host_index + start, block.host_ns)
        for block, start in zip(blocks, starts, strict=True)
        if block.host_index is not None and block.host_ns is not None
    ]
    numbered = [block.sequence for block in blocks if block.sequence is not None]
    return Block(
        stream=blocks[0].stream,
        device_ns=np.concatenate([block.device_ns for block in blocks]),
        values=tuple(_joined(values) for values in zip(*(block.values for block in blocks), strict=True)),
        sequence=np.concatenate(numbered) if len(numbered) == len(blocks) else None,
        host_index=np.concatenate([index for index, _ in arrivals]) if arrivals else None,
        host_ns=np.concatenate([times for _, times in arrivals]) if arrivals else None,
    )


def _joined(values: tuple[Any, ...]) -> Any:
    import numpy as np

    if not isinstance(values[0], Ragged):
        return np.concatenate(values)
    ends = np.cumsum([0, *(len(ragged.data) for ragged in values[:-1])])
    offsets = [ragged.offsets[1:] + end for ragged, end in zip(values, ends, strict=True)]
    return Ragged(np.concatenate([np.zeros(1, "<i8"), *offsets]), b"".join(ragged.data for ragged in values))


def empty(stream: Stream) -> Block:
    """Give a block of no samples."""
    import numpy as np

    none = np.zeros(0, "<i8")
    values = tuple(
        Ragged(np.zeros(1, "<i8"), b"") if channel.dtype == RAGGED else np.zeros((0, *channel.shape), channel.dtype)
        for channel in stream.channels
    )
    return Block(stream=stream.id, device_ns=none, values=values)
