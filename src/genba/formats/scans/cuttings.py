"""Pictures cut out of a page, upright and as they were scanned, with the texts in them and the caption beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from genba.formats.captions import is_figure_caption
from genba.formats.pagelayout.glyphs import Box
from genba.formats.pagelayout.items import Block
from genba.formats.pagelayout.paragraphs import Passage
from genba.formats.scans.pictures import Picture
from genba.formats.scans.rasters import Array
from genba.formats.scans.straighten import Straight
from genba.formats.scans.written import Written

CAPTION_GAP_EM = 3.5
ABOVE_COSTS_EM = 1.5  # captions of figures stand below them
MARGIN_PT = 1.0
JPEG_QUALITY = 90
SURE = 0.8  # of a text inside a picture: less sure ones are mostly invented
MOST_TEXTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutting:
    """A picture as a file; figures name it by `key`."""

    key: str
    media_type: str
    data: bytes
    width_px: int
    height_px: int


@dataclass(slots=True)
class Pictured:
    """A picture on the way to a figure."""

    key: str
    texts: tuple[str, ...]
    caption: str = ""


def cut_out(page: Array, straight: Straight, scale: float, picture: Picture, key: str) -> Cutting | None:
    """Cut a picture from the page as it was given, set straight: photographs as JPEG, drawings as PNG."""
    import cv2
    import numpy as np

    height, width = straight.picture.shape[:2]
    x0, y0 = (max(0, round((side - MARGIN_PT) * scale)) for side in picture.box[:2])
    x1, y1 = (round((side + MARGIN_PT) * scale) for side in picture.box[2:])
    wide, high = min(x1, width) - x0, min(y1, height) - y0
    if wide <= 0 or high <= 0:
        return None
    matrix = straight.back @ np.array([(1, 0, x0), (0, 1, y0), (0, 0, 1)], dtype=float)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut = cv2.warpPerspective(page, matrix, (wide, high), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if picture.toned else []
    done, data = cv2.imencode(".jpg" if picture.toned else ".png", cut, options)
    if not done:
        return None
    media_type = "image/jpeg" if picture.toned else "image/png"
    return Cutting(key=key, media_type=media_type, data=data.tobytes(), width_px=wide, height_px=high)


def part_texts(written: Sequence[Written], pictures: Sequence[Picture]) -> tuple[list[Written], list[list[Written]]]:
    """Part the lines of a page from those inside its pictures; a caption within a picture's bounds stays outside."""
    outside: list[Written] = []
    inside: list[list[Written]] = [[] for _ in pictures]
    for line in written:
        x, y = (line.x0 + line.x1) / 2, (line.y0 + line.y1) / 2
        at = next((at for at, picture in enumerate(pictures) if covers(picture.box, x, y)), -1)
        if at < 0 or (line.confidence >= SURE and is_figure_caption(line.text.strip())):
            outside.append(line)
        else:
            inside[at].append(line)
    return outside, inside


def covers(box: Box, x: float, y: float) -> bool:
    """Say whether a point is in a box."""
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def texts_in(lines: Sequence[Written]) -> tuple[str, ...]:
    """What is surely written in a picture, from the top."""
    sure = [line for line in lines if line.confidence >= SURE and line.text.strip()]
    rows = sorted(sure, key=lambda line: (round((line.y0 + line.y1) / 2 / max(line.height, 1.0)), line.x0))
    return tuple(line.text.strip() for line in rows[:MOST_TEXTS])


def attach_captions(parts: Sequence[Passage | Block]) -> list[Passage | Block]:
    """Give 図1 to the picture above or below it; each caption stands once, with its figure."""
    blocks = [part for part in parts if isinstance(part, Block) and isinstance(part.content, Pictured)]
    named: dict[int, str] = {}
    taken: set[int] = set()
    for part in parts:
        if not isinstance(part, Passage) or part.marker or not is_figure_caption(part.text):
            continue
        costs = [
            (cost, at) for at, block in enumerate(blocks) if at not in named and (cost := cost_of(part, block)) >= 0
        ]
        if costs:
            named[min(costs)[1]] = part.text
            taken.add(id(part))
    for at, caption in named.items():
        content = blocks[at].content
        if isinstance(content, Pictured):
            content.caption = caption
    return [part for part in parts if id(part) not in taken]


def cost_of(caption: Passage, block: Block) -> float:
    """How far a caption is from a picture, in characters; below is nearer than above, -1 is too far."""
    under, over = caption.box[1] - block.box[3], block.box[1] - caption.box[3]
    gap = max(under, over) / caption.em
    overlap = min(block.box[2], caption.box[2]) - max(block.box[0], caption.box[0])
    if gap > CAPTION_GAP_EM or overlap <= 0:
        return -1.0
    return max(gap, 0.0) + (0.0 if under > over else ABOVE_COSTS_EM)
