"""Blocks of samples and pictures as ROS 2 messages (CDR, little-endian), with the definitions that readers need.

A block carries many samples, so that a fast signal does not become a million messages: arrays of times and of raw
counts, named by channel. Tools that read ROS 2 definitions from MCAP read them without knowing us.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

TYPES = {
    "|b1": "bool",
    "|i1": "int8",
    "|u1": "uint8",
    "<i2": "int16",
    "<u2": "uint16",
    "<i4": "int32",
    "<u4": "uint32",
    "<i8": "int64",
    "<u8": "uint64",
    "<f4": "float32",
    "<f8": "float64",
}
_HEAD = b"\0\1\0\0"  # plain CDR, little-endian
_RULE = "=" * 80
_TIME = f"{_RULE}\nMSG: builtin_interfaces/Time\nint32 sec\nuint32 nanosec\n"
_HEADER = f"{_RULE}\nMSG: std_msgs/Header\nbuiltin_interfaces/Time stamp\nstring frame_id\n"
IMAGE = "sensor_msgs/msg/Image"
IMAGE_DEFINITION = (
    "std_msgs/Header header\nuint32 height\nuint32 width\nstring encoding\nuint8 is_bigendian\nuint32 step\n"
    "uint8[] data\n" + _HEADER + _TIME
)
COMPRESSED = "sensor_msgs/msg/CompressedImage"
COMPRESSED_DEFINITION = "std_msgs/Header header\nstring format\nuint8[] data\n" + _HEADER + _TIME
_UNFIT = re.compile(r"[^a-z0-9]+")


def field_names(channels: Sequence[str]) -> list[str]:
    """Make names that ROS 2 allows of the channels' own, none twice and none of those that a block has itself."""
    found: list[str] = []
    for name in channels:
        plain = _UNFIT.sub("_", name.lower()).strip("_")
        base = plain if plain[:1].isalpha() else f"c_{plain}".rstrip("_")
        key, number = base, 2
        while key in found or key in ("stamp", "reference_ns", "device_ns", "sequence"):
            key, number = f"{base}_{number}", number + 1
        found.append(key)
    return found


def block_definition(fields: Sequence[tuple[str, str]]) -> str:
    """Define a block: `fields` are names and numpy's spelling of their types."""
    lines = ["builtin_interfaces/Time stamp", "int64[] reference_ns", "int64[] device_ns", "int64[] sequence"]
    return "\n".join([*lines, *(f"{TYPES[dtype]}[] {name}" for name, dtype in fields)]) + "\n" + _TIME


def block(reference_ns: Array, device_ns: Array, sequence: Array | None, values: Sequence[Array]) -> bytes:
    """Encode a block; samples of several numbers lie one after the other."""
    import numpy as np

    out = bytearray(_HEAD)
    out += _stamp(int(reference_ns[0]))
    numbers = np.zeros(0, "<i8") if sequence is None else sequence
    for array in (reference_ns, device_ns, numbers, *values):
        _array(out, array)
    return bytes(out)


def image(reference_ns: int, frame: str, picture: Array, encoding: str) -> bytes:
    """Encode a picture as it came, row by row."""
    out = bytearray(_HEAD)
    out += _stamp(reference_ns)
    _text(out, frame)
    _align(out, 4)
    out += struct.pack("<II", picture.shape[0], picture.shape[1])
    _text(out, encoding)
    out += b"\0"
    _align(out, 4)
    out += struct.pack("<I", picture.nbytes // max(picture.shape[0], 1))
    _bytes(out, picture.tobytes())
    return bytes(out)


def compressed(reference_ns: int, frame: str, data: bytes, kind: str) -> bytes:
    """Wrap an encoded picture as it came."""
    out = bytearray(_HEAD)
    out += _stamp(reference_ns)
    _text(out, frame)
    _text(out, kind)
    _bytes(out, data)
    return bytes(out)


def _stamp(time_ns: int) -> bytes:
    seconds, rest = divmod(time_ns, 1_000_000_000)
    return struct.pack("<iI", max(min(seconds, 2**31 - 1), -(2**31)), rest)


def _align(out: bytearray, size: int) -> None:
    """Fill up to a multiple of the size, counted from behind the head."""
    out += bytes(-(len(out) - len(_HEAD)) % size)


def _array(out: bytearray, array: Array) -> None:
    import numpy as np

    flat = np.ascontiguousarray(array).reshape(-1)
    _align(out, 4)
    out += struct.pack("<I", flat.size)
    if flat.size:
        _align(out, flat.dtype.itemsize)
        out += flat.tobytes()


def _text(out: bytearray, text: str) -> None:
    data = text.encode() + b"\0"
    _align(out, 4)
    out += struct.pack("<I", len(data)) + data


def _bytes(out: bytearray, data: bytes) -> None:
    _align(out, 4)
    out += struct.pack("<I", len(data)) + data
