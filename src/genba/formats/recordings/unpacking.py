"""Compressed blocks of recordings, unpacked to a stated size and no further; of a cut one what is there."""

PIECE = 64 << 10


class NotUnpackable(Exception):
    """Bytes that are not what their compression says."""


def unpacked(data: bytes, codec: str, size: int) -> bytes:
    """Unpack a whole block of `zstd` or `lz4` (frames)."""
    import pyarrow as pa

    if not size:
        return b""
    try:
        content: bytes = pa.decompress(data, decompressed_size=size, codec=codec, asbytes=True)
    except (OSError, pa.ArrowException, MemoryError):
        raise NotUnpackable from None
    return content


def begun(data: bytes, codec: str, size: int) -> bytes:
    """Unpack the beginning of a block whose end is missing."""
    import pyarrow as pa

    pieces: list[bytes] = []
    got = 0
    try:
        stream = pa.CompressedInputStream(pa.BufferReader(data), codec)
        while got < size:
            piece = stream.read(min(PIECE, size - got))
            if not piece:
                break
            pieces.append(piece)
            got += len(piece)
    except (OSError, pa.ArrowException, MemoryError):
        pass
    return b"".join(pieces)
