"""The pages of a TIFF file as its directories state them, without decoding any."""

import struct
from dataclasses import dataclass

MOST_PAGES = 3_000
MOST_TAGS = 200
REDUCED = 1  # a bit of NewSubfileType: a small copy of another page
WIDTH, HEIGHT, ORIENTATION, ACROSS, UNIT, SUBFILE = 0x100, 0x101, 0x112, 0x11A, 0x128, 0xFE


@dataclass(frozen=True, slots=True)
class TiffPage:
    """One directory: its pixels as stored, its turn, and the resolution where it is stated in inches or centimetres."""

    width: int
    height: int
    orientation: int = 1
    dpi: float = 0.0
    is_reduced: bool = False


def tiff_pages(data: bytes) -> tuple[TiffPage, ...]:
    """List the pages; what is damaged, or written as BigTIFF, ends the list."""
    if data[:4] not in (b"II*\0", b"MM\0*"):
        return ()
    order = "<" if data[:2] == b"II" else ">"
    found: list[TiffPage] = []
    seen: set[int] = set()
    try:
        (at,) = struct.unpack_from(order + "I", data, 4)
        while at and at not in seen and len(found) < MOST_PAGES:
            seen.add(at)
            (count,) = struct.unpack_from(order + "H", data, at)
            tags = _tags(data, at + 2, min(count, MOST_TAGS), order)
            found.append(_page(tags))
            (at,) = struct.unpack_from(order + "I", data, at + 2 + count * 12)
    except struct.error:
        pass
    return tuple(found)


def _tags(data: bytes, at: int, count: int, order: str) -> dict[int, float]:
    tags: dict[int, float] = {}
    for number in range(count):
        tag, kind, length = struct.unpack_from(order + "HHI", data, at + number * 12)
        value = at + number * 12 + 8
        if length != 1:
            continue
        if kind in (3, 4):
            tags[tag] = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, value)[0]
        elif kind == 5:
            over, under = struct.unpack_from(order + "II", data, struct.unpack_from(order + "I", data, value)[0])
            tags[tag] = over / under if under else 0.0
    return tags


def _page(tags: dict[int, float]) -> TiffPage:
    dpi = tags.get(ACROSS, 0.0) * {2: 1.0, 3: 2.54}.get(int(tags.get(UNIT, 2)), 0.0)
    return TiffPage(
        width=int(tags.get(WIDTH, 0)),
        height=int(tags.get(HEIGHT, 0)),
        orientation=int(tags.get(ORIENTATION, 1)),
        dpi=round(dpi, 1) if 60 < dpi <= 2400 else 0.0,
        is_reduced=bool(int(tags.get(SUBFILE, 0)) & REDUCED),
    )
