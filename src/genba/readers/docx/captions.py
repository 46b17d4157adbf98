"""Ties captions (図1 …, 表2 …) to the pictures and tables beside them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from genba.formats.captions import LONGEST, is_figure_caption, is_table_caption
from genba.model.nodes import Chart, Figure, Flow, Grid, Heading, Paragraph, Role
from genba.ports.reader import Part

_NODES = (Heading, Paragraph, Grid, Figure, Chart, Flow)


def tie_captions(parts: Sequence[Part]) -> list[Part]:
    """Give figures the caption below (or above) them, tables the one above (or below); the caption stays in place."""
    tied = list(parts)
    spots = [index for index, part in enumerate(tied) if isinstance(part, _NODES)]
    used: set[int] = set()
    for position, index in enumerate(spots):
        part = tied[index]
        if isinstance(part, Grid):
            if not part.caption:
                _tie(tied, spots, position, (-1, 1), is_table_caption, used)
        elif (isinstance(part, Figure) and part.kind != "smartart") or isinstance(part, Figure):
            _tie(tied, spots, position, (1, -1), is_figure_caption, used)
    return tied


def _tie(
    parts: list[Part],
    spots: list[int],
    position: int,
    order: tuple[int, int],
    named: Callable[[str], bool],
    used: set[int],
) -> None:
    target = parts[spots[position]]
    for step in order:
        other = position + step
        while 0 <= other < len(spots) and _beside(parts[spots[other]], target):
            other += step  # pictures side by side share a caption
        if not 0 <= other < len(spots):
            continue
        caption = parts[spots[other]]
        if not _is_caption(caption, named, target) or (spots[other] in used and abs(other - position) == 1):
            continue
        assert isinstance(caption, Paragraph)
        text = f"{caption.number} {caption.text}".strip()
        parts[spots[position]] = replace(target, caption=text)  # type: ignore[arg-type]
        parts[spots[other]] = replace(caption, role=Role.CAPTION)
        used.add(spots[other])
        return


def _beside(other: Part, target: Part) -> bool:
    if not isinstance(other, Figure) or not isinstance(target, Figure):
        return False
    return other.place.pointer.split("/drawing", 1)[0] == target.place.pointer.split("/drawing", 1)[0]


def _is_caption(part: Part, named: Callable[[str], bool], target: Part) -> bool:
    if not isinstance(part, Paragraph) or len(part.text) > LONGEST or part.marks:
        return False
    if isinstance(target, Grid | Figure) and part.place.part != target.place.part:
        return False
    if part.role is Role.CAPTION:
        other = is_table_caption if named is is_figure_caption else is_figure_caption
        return named(part.text) or not other(part.text)
    return part.role in (Role.BODY, Role.TEXT_BOX) and named(part.text)
