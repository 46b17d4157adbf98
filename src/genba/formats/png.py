"""PNG files from raw pixels, with nothing but zlib."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, RGBA = 0, 2, 6  # colour types (PNG specification, 11.2.2)
CHANNELS = {GRAY: 1, RGB: 3, RGBA: 4}


def write_png(pixels: bytes | bytearray, width: int, height: int, colour_type: int) -> bytes:
    """Write 8-bit pixels, row after row without padding."""
    row_bytes = width * CHANNELS[colour_type]
    if len(pixels) != row_bytes * height:
        raise ValueError(f"{width} x {height} pixels need {row_bytes * height} bytes, not {len(pixels)}")
    view = memoryview(pixels)
    packer = zlib.compressobj(6)
    parts = []
    for start in range(0, len(pixels), row_bytes):
        parts.append(packer.compress(b"\x00"))  # filter type 0: none
        parts.append(packer.compress(view[start : start + row_bytes]))
    parts.append(packer.flush())
    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", b"".join(parts)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
