"""What TIFF and EXIF headers say of a picture: size, orientation and the time it was taken."""

import struct
from dataclasses import dataclass

TAGS = 200  # entries looked at in one directory
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}
WIDTH, HEIGHT, ORIENTATION, DATE, CAMERA, EXIF_AT, TAKEN = 0x100, 0x101, 0x112, 0x132, 0x110, 0x8769, 0x9003


@dataclass(frozen=True, slots=True)
class Exif:
    """Facts of one picture; orientation 1 is upright, 5 to 8 are turned by a quarter."""

    width: int = 0
    height: int = 0
    orientation: int = 1
    taken: str = ""  # ISO 8601 local time, as the camera's clock said
    camera: str = ""


def exif_of(data: bytes) -> Exif:
    """Read the facts from a TIFF file or a JPEG's APP1 segment; what is damaged counts as not said."""
    try:
        if data[:4] in (b"II*\0", b"MM\0*"):
            return _facts(data)
        if data[:2] == b"\xff\xd8":
            at = 2
            while at + 10 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
                length = struct.unpack_from(">H", data, at + 2)[0]
                if data[at + 1] == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
                    return _facts(data[at + 10 : at + 2 + length])
                at += 2 + length
    except (struct.error, IndexError):
        pass
    return Exif()


def _facts(tiff: bytes) -> Exif:
    order = "<" if tiff[:2] == b"II" else ">"
    tags = _directory(tiff, struct.unpack_from(order + "I", tiff, 4)[0], order)
    exif_at = tags.get(EXIF_AT)
    inner = _directory(tiff, exif_at, order) if isinstance(exif_at, int) else {}
    return Exif(
        width=_number(tags.get(WIDTH)),
        height=_number(tags.get(HEIGHT)),
        orientation=_number(tags.get(ORIENTATION)) or 1,
        taken=_iso(inner.get(TAKEN) or tags.get(DATE)),
        camera=str(tags.get(CAMERA) or ""),
    )


def _directory(tiff: bytes, at: int, order: str) -> dict[int, int | str]:
    found: dict[int, int | str] = {}
    (count,) = struct.unpack_from(order + "H", tiff, at)
    for number in range(min(count, TAGS)):
        tag, kind, length = struct.unpack_from(order + "HHI", tiff, at + 2 + number * 12)
        value = at + 2 + number * 12 + 8
        if kind == 2:
            start = value if length <= 4 else struct.unpack_from(order + "I", tiff, value)[0]
            found[tag] = tiff[start : start + min(length, 256)].split(b"\0")[0].decode("ascii", "replace").strip()
        elif kind in (3, 4) and length == 1:
            found[tag] = struct.unpack_from(order + ("H" if kind == 3 else "I"), tiff, value)[0]
    return found


def _number(value: int | str | None) -> int:
    return value if isinstance(value, int) else 0


def _iso(value: int | str | None) -> str:
    if not isinstance(value, str) or len(value) < 19 or not value[:4].isdigit() or value.startswith("0000"):
        return ""
    return f"{value[:10].replace(':', '-')}T{value[11:19]}"
