"""Words that print sets wide, closed again in everything a page says."""

from collections.abc import Callable
from dataclasses import replace

from genba.model.cells import Cell
from genba.model.document import Node
from genba.model.nodes import Grid, Heading, Pair, Paragraph


def closed(node: Node, close: Callable[[str], str]) -> Node:
    """Close the gaps in a node's texts."""
    match node:
        case Heading() | Paragraph():
            text = close(node.text)
            return replace(node, text=text) if text != node.text else node
        case Pair():
            return replace(node, label=close(node.label), value=close(node.value))
        case Grid():
            return replace(node, cells=tuple(_cell(cell, close) for cell in node.cells))
        case _:
            return node


def _cell(cell: Cell, close: Callable[[str], str]) -> Cell:
    text = close(cell.text)
    if text == cell.text:
        return cell
    return replace(cell, text=text, value=text if cell.value == cell.text else cell.value)
