"""Tie a picture to the caption beside it: 図1 …, 写真2 …, Fig. 3 …, in a cell or a text box."""

import re
from collections.abc import Iterable, Sequence

from genba.formats.ranges import Area

_CAPTION = re.compile(
    r"\s*[【\[(（<＜「]?\s*(?:図|写真|画像|別図|付図|参考図|第\s*[0-9０-９一二三四五六七八九十]+\s*図|[Ff][Ii][Gg](?:ure|URE)?\.?|[Pp]hoto|[Pp]icture)"
    r"\s*[-‐－ー.．:：]?\s*(?:[0-9０-９]|[①-⑳]|[A-ZＡ-Ｚ](?![A-Za-z])|[一二三四五六七八九十]|[】\])）>＞」])"
)
_NUMBERED = re.compile(r"\s*[【\[(（<＜「]?\s*第\s*[0-9０-９一二三四五六七八九十]+\s*図")
_REACH = 3  # rows or columns between a picture and its caption
_CAPTION_CHARS = 200


def is_caption(text: str) -> bool:
    """Tell whether a text begins as captions of pictures do."""
    return len(text) <= _CAPTION_CHARS and (_CAPTION.match(text) or _NUMBERED.match(text)) is not None


def find_captions(pictures: Sequence[Area], texts: Sequence[tuple[Area, str]]) -> list[str]:
    """Give each picture its caption; a sheet that writes them below its pictures does so throughout, or above."""
    captions = [(area, text) for area, text in texts if is_caption(text)]
    if len(pictures) < 2 or len(captions) < 2:
        return [find_caption(picture, captions) for picture in pictures]
    below, above = (_on_side(pictures, captions, side) for side in (0, 1))
    chosen = below if len(below) >= len(above) else above
    taken = set(chosen.values())
    free = [captions[at] for at in range(len(captions)) if at not in taken]
    return [
        captions[chosen[index]][1].strip() if index in chosen else find_caption(picture, free)
        for index, picture in enumerate(pictures)
    ]


def _on_side(pictures: Sequence[Area], captions: Sequence[tuple[Area, str]], side: int) -> dict[int, int]:
    """Pair pictures with captions on one side of them, the nearest first, each once."""
    near: list[tuple[int, int, int, int]] = []
    for index, picture in enumerate(pictures):
        for at, (area, _) in enumerate(captions):
            distance = _distance(picture, area)
            if distance is not None and distance[0] == side:
                near.append((distance[1], abs(area.left - picture.left), index, at))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, index, at in sorted(near):
        if index not in found and at not in taken:
            found[index] = at
            taken.add(at)
    return found


def find_caption(picture: Area, texts: Iterable[tuple[Area, str]]) -> str:
    """Choose the nearest caption: below before above before beside, none farther than three rows or columns."""
    scored: list[tuple[int, int, int, int, str]] = []
    for area, text in texts:
        distance = _distance(picture, area)
        if distance is not None and is_caption(text):
            side, gap = distance
            scored.append((gap, side, abs(area.left - picture.left), area.top, text.strip()))
    return min(scored)[-1] if scored else ""


def _distance(picture: Area, text: Area) -> tuple[int, int] | None:
    """Side (0 below, 1 above, 2 beside) and the rows or columns between; None where it belongs elsewhere."""
    shares_columns = picture.left <= text.right and text.left <= picture.right
    shares_rows = picture.top <= text.bottom and text.top <= picture.bottom
    if shares_columns and shares_rows:
        return 0, 0
    if not shares_columns and not shares_rows:
        # A caption may start a column before or after the picture.
        if not (picture.left - 1 <= text.right and text.left <= picture.right + 1):
            return None
        shares_columns = True
    if shares_columns:
        side, gap = (
            (0, text.top - picture.bottom - 1) if text.top > picture.bottom else (1, picture.top - text.bottom - 1)
        )
    else:
        gap = text.left - picture.right - 1 if text.left > picture.right else picture.left - text.right - 1
        side = 2
    return (side, gap) if gap <= _REACH else None
