"""Goes through a document's nodes in reading order and gathers steps, warnings, materials and figures."""

from __future__ import annotations

from genba.model.document import Document, Node
from genba.model.instruction import InstructionKind
from genba.model.marks import Mark
from genba.model.nodes import Choices, Figure, Flow, Grid, Heading, Pair, Paragraph
from genba.steps.instructions.columns import UNSEEN
from genba.steps.instructions.forms import take_grid, take_pairs
from genba.steps.instructions.parted import as_cells, flush_rows, same_row, take_header, take_loose_row, unfolded
from genba.steps.instructions.prose import take_heading, take_paragraph
from genba.steps.instructions.state import State


def walk(document: Document, kind: InstructionKind, *, has_procedure: bool) -> State:
    """Take every node that a reader of the page sees."""
    state = State(kind, has_procedure=has_procedure)
    row: list[Pair | Paragraph] = []
    for node in unfolded(document.nodes):
        if node.marks & UNSEEN or Mark.FURNITURE in node.marks:
            continue
        if row and isinstance(node, Figure) and node.place.range:
            state.see(node)  # it lies over the row and does not end it
            continue
        if row and state.spans and isinstance(node, Pair) and same_row(row[-1], node):
            cells = as_cells(state, row[-1], node)
            row.extend(cells)
            if cells:
                continue
        if row and not (isinstance(node, Pair | Paragraph) and type(node) is type(row[0]) and same_row(row[-1], node)):
            _take_row(state, row)
            row = []
        if isinstance(node, Pair) or (isinstance(node, Paragraph) and node.place.range):
            row.append(node)
        else:
            _take(state, node)
    _take_row(state, row)
    flush_rows(state)
    return state


def _take_row(state: State, row: list[Pair | Paragraph]) -> None:
    """Fields or lines of a sheet that stand beside one another; names in a row are the header of what follows."""
    pairs = [node for node in row if isinstance(node, Pair)]
    lines = [node for node in row if isinstance(node, Paragraph)]
    if pairs:
        flush_rows(state)
        take_pairs(state, pairs)
    if lines and not take_header(state, lines) and not take_loose_row(state, lines):
        for line in lines:
            take_paragraph(state, line)


def _take(state: State, node: Node) -> None:
    if not isinstance(node, Figure):
        flush_rows(state)
    match node:
        case Heading():
            take_heading(state, node)
        case Paragraph():
            take_paragraph(state, node)
        case Choices():
            state.materials.take_choices(node, state.zone)
        case Grid():
            take_grid(state, node)
        case Figure():
            state.see(node)
        case Flow():
            state.flows.append(node)
        case _:
            pass
