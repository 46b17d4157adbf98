"""The methods by which 7z packs a folder, run through the standard library's decoders."""

import bz2
import lzma
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from genba.errors import InvalidInput

CHUNK_BYTES = 1 << 20
DICTIONARY_BYTES = 256 << 20  # a larger one is more memory than a worker may take
COPY, DELTA, LZMA1, LZMA2, DEFLATE, BZIP2, AES = "00", "03", "030101", "21", "040108", "040202", "06f10701"
BRANCH_FILTERS = {
    "04": lzma.FILTER_X86,
    "03030103": lzma.FILTER_X86,
    "03030205": lzma.FILTER_POWERPC,
    "03030401": lzma.FILTER_IA64,
    "03030501": lzma.FILTER_ARM,
    "03030701": lzma.FILTER_ARMTHUMB,
    "03030805": lzma.FILTER_SPARC,
}


@dataclass(frozen=True, slots=True)
class Coder:
    """One method of a chain; `written` is its place in the header."""

    identity: str
    properties: bytes
    inputs: int
    outputs: int
    written: int


class _Decoder(Protocol):
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def decode(stream: BinaryIO, coders: list[Coder], sizes: list[int], offset: int, packed_bytes: int) -> Iterator[bytes]:
    """Run a chain over the packed bytes; raises InvalidInput for encryption, unknown methods and damage."""
    for coder in coders:
        if coder.identity == AES:
            raise InvalidInput("file.password_protected")
        known = coder.identity in (COPY, DELTA, LZMA1, LZMA2, DEFLATE, BZIP2) or coder.identity in BRANCH_FILTERS
        if not known or coder.inputs != 1 or coder.outputs != 1:
            raise InvalidInput("archive.unknown_method", name="7z", method=coder.identity)
    return _checked(stream, coders, sizes, offset, packed_bytes)


def _checked(stream: BinaryIO, coders: list[Coder], sizes: list[int], offset: int, packed: int) -> Iterator[bytes]:
    pieces = _packed(stream, offset, packed)
    for coder, size in zip(coders, sizes, strict=True):
        pieces = _stage(coder, pieces, size)
    try:
        yield from pieces
    except (lzma.LZMAError, zlib.error, OSError, EOFError, ValueError, struct.error):
        raise InvalidInput("zip.damaged_member", name="7z", reason="data") from None


def _packed(stream: BinaryIO, offset: int, left: int) -> Iterator[bytes]:
    while left > 0:
        stream.seek(offset)
        piece = stream.read(min(left, CHUNK_BYTES))
        if not piece:
            raise EOFError
        offset += len(piece)
        left -= len(piece)
        yield piece


def _stage(coder: Coder, pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    if coder.identity == COPY:
        return pieces
    if coder.identity == DEFLATE:
        return _inflated(pieces, size)
    if coder.identity == BZIP2:
        return _decoded(pieces, bz2.BZ2Decompressor(), size)
    if coder.identity in (LZMA1, LZMA2):
        return _decoded(pieces, _raw([_lzma_filter(coder)]), size)
    # A filter has no end of its own: its input is framed as uncompressed LZMA2, whose end makes it give the last bytes.
    if coder.identity == DELTA:
        spec: dict[str, Any] = {"id": lzma.FILTER_DELTA, "dist": coder.properties[0] + 1}
    else:
        spec = {"id": BRANCH_FILTERS[coder.identity]}
    decoder = _raw([spec, {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}])
    return _decoded(_framed(pieces), decoder, size)


def _raw(filters: list[dict[str, Any]]) -> _Decoder:
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)


def _lzma_filter(coder: Coder) -> dict[str, Any]:
    if coder.identity == LZMA2:
        bits = coder.properties[0]
        size = (2 | bits & 1) << (bits // 2 + 11) if bits < 40 else 0xFFFFFFFF
        found: dict[str, Any] = {"id": lzma.FILTER_LZMA2, "dict_size": max(size, 4096)}
    else:
        packed, size = struct.unpack("<BI", coder.properties[:5])
        if packed >= 225:
            raise ValueError("LZMA properties")
        found = {"id": lzma.FILTER_LZMA1, "dict_size": max(size, 4096)}
        found |= {"lc": packed % 9, "lp": packed // 9 % 5, "pb": packed // 45}
    if size > DICTIONARY_BYTES:
        raise InvalidInput("zip.too_large", name="7z", limit_mb=DICTIONARY_BYTES >> 20)
    return found


def _decoded(pieces: Iterator[bytes], decoder: Any, size: int) -> Iterator[bytes]:
    made = 0
    data = b""
    while made < size and not decoder.eof:
        if decoder.needs_input:
            data = next(pieces, b"")
        piece = decoder.decompress(data, min(CHUNK_BYTES, size - made))
        if not piece and not data:
            raise EOFError
        data = b""
        made += len(piece)
        if piece:
            yield piece
    if made < size:
        raise EOFError


def _inflated(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    decoder = zlib.decompressobj(-15)
    made = 0
    for packed in pieces:
        while packed and made < size:
            piece = decoder.decompress(packed, min(CHUNK_BYTES, size - made))
            packed = decoder.unconsumed_tail
            made += len(piece)
            if piece:
                yield piece
            elif not packed:
                break
        if made >= size or decoder.eof:
            break
    if made < size:
        raise EOFError


def _framed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    control = 1  # the first chunk resets the dictionary
    for piece in pieces:
        for at in range(0, len(piece), 1 << 16):
            chunk = piece[at : at + (1 << 16)]
            yield bytes((control,)) + struct.pack(">H", len(chunk) - 1) + chunk
            control = 2
    yield b"\0"
