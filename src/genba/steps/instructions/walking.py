"""Goes through a document's nodes in reading order and gathers steps, warnings, materials and figures."""

from __future__ import annotations

from genba.model.document import Document, Node
from genba.model.instruction import InstructionKind
from genba.model.marks import Mark
from genba.model.nodes import Choices, Figure, Flow, Grid, Heading, Pair, Paragraph
from genba.steps.instructions.columns import UNSEEN
from genba.steps.instructions.forms import same_row, take_grid, take_pairs
from genba.steps.instructions.prose import take_heading, take_paragraph
from genba.steps.instructions.state import State


def walk(document: Document, kind: InstructionKind, *, has_procedure: bool) -> State:
    """Take every node that a reader of the page sees."""
    state = State(kind, has_procedure=has_procedure)
    pairs: list[Pair] = []
    for node in document.nodes:
        if node.marks & UNSEEN or Mark.FURNITURE in node.marks:
            continue
        if pairs and not (isinstance(node, Pair) and same_row(pairs[-1], node)):
            take_pairs(state, pairs)
            pairs = []
        if isinstance(node, Pair):
            pairs.append(node)
        else:
            _take(state, node)
    if pairs:
        take_pairs(state, pairs)
    return state


def _take(state: State, node: Node) -> None:
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
