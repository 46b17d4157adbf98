"""The two coders everything ends in: pcodec for numbers, zstd for bytes, each with its failures as InvalidInput."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genba.errors import InvalidInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

# pcodec's level 12 takes 8 to 15 times as long as 8 for at most 2 % (measured); below 8 nothing is won on residuals.
LEVEL = 8
ZSTD_LEVEL = 3
# What pcodec takes, by (kind, item size).
_TAKEN = frozenset({"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"})


def damaged(reason: str) -> InvalidInput:
    """Say that stored bytes cannot be decoded."""
    return InvalidInput("store.cannot_decode", reason=reason)


def pack_numbers(array: Numbers, *, plain: bool = False) -> bytes:
    """Compress a one-dimensional contiguous array by pcodec; `plain` for what is noise already, such as residuals."""
    from pcodec import ChunkConfig, DeltaSpec, ModeSpec, standalone

    if array.dtype.str[1:] not in _TAKEN:
        raise TypeError(f"pcodec takes no {array.dtype}")
    small = array.dtype.itemsize == 1
    config = ChunkConfig(compression_level=LEVEL, enable_8_bit=small)
    if plain:
        config = ChunkConfig(
            compression_level=LEVEL,
            delta_spec=DeltaSpec.no_op(),
            mode_spec=ModeSpec.classic(),
            enable_8_bit=small,
        )
    return bytes(standalone.simple_compress(array, config))


def unpack_numbers(data: bytes, dtype: np.dtype[Any], count: int) -> Numbers:
    """Decompress exactly `count` numbers; memory is bounded by them, whatever the bytes claim."""
    import numpy as np
    from pcodec import standalone

    target = np.empty(count, dtype)
    if not count:
        return target
    try:
        progress = standalone.simple_decompress_into(data, target)
    except (RuntimeError, TypeError, ValueError) as error:
        raise damaged(type(error).__name__) from None
    except BaseException as error:
        # A panic of the Rust library is no Exception; what the user pressed, and the end of the process, stay.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged("panic") from None
    if progress.n_processed != count or not progress.finished:
        raise damaged("another count of numbers")
    return target


def pack_bytes(data: bytes | memoryview) -> bytes:
    """Compress bytes by zstd."""
    import pyarrow as pa

    return bytes(pa.Codec("zstd", ZSTD_LEVEL).compress(data, asbytes=True))


def unpack_bytes(data: bytes, size: int) -> bytes:
    """Decompress exactly `size` bytes."""
    import pyarrow as pa

    if not size:
        return b""
    try:
        found = bytes(pa.Codec("zstd").decompress(data, size, asbytes=True))
    except (OSError, ValueError, pa.ArrowException) as error:
        raise damaged(type(error).__name__) from None
    if len(found) != size:
        raise damaged("another count of bytes")
    return found
