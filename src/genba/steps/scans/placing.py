"""Where what was read in a picture stands in the file that shows the picture."""

from dataclasses import replace

from genba.model.document import Node
from genba.model.nodes import Grid, Pair
from genba.model.place import Box, Place


def moved(node: Node, shown: Place, size: tuple[float, float]) -> Node:
    """Move a node from its own page's points to the place where the picture is shown."""
    place = move(node.place, shown, size)
    if isinstance(node, Pair):
        return replace(node, place=place, label_place=move(node.label_place, shown, size))
    if isinstance(node, Grid):
        return replace(node, place=place, row_places=tuple(move(item, shown, size) for item in node.row_places))
    return replace(node, place=place)


def move(place: Place, shown: Place, size: tuple[float, float]) -> Place:
    """The same for a place; without a box of the picture's own, boxes stay in the picture's points."""
    box = place.box
    if shown.box is not None and box is not None and min(size) > 0:
        left, top, right, bottom = shown.box
        across, down = (right - left) / size[0], (bottom - top) / size[1]
        box = (left + box[0] * across, top + box[1] * down, left + box[2] * across, top + box[3] * down)
    if shown.sheet or shown.part or shown.pointer or shown.line:
        return replace(shown, box=rounded(box))
    return replace(place, page=shown.page or place.page, box=rounded(box))


def rounded(box: Box | None) -> Box | None:
    """A box in tenths of a point."""
    if box is None:
        return None
    x0, y0, x1, y1 = box
    return (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))
