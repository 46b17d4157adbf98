"""The steps of an instruction as texts of their own: each with its parameters, checks, warnings and figures."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from genba.formats.instruction_text import hazard_text, number_text, parameter_text, squeezed, step_lines
from genba.formats.markup import HIDDEN_NOTE, escape
from genba.model.document import Document, Node
from genba.model.instruction import Step
from genba.model.marks import Mark
from genba.model.nodes import Figure, Grid, Heading, Pair, Paragraph
from genba.model.place import Place

_FOOTNOTE = re.compile(r"\[\^[^\]]*\]")
# Fields that a step's text does not show.
NOT_SHOWN = frozenset({"action", "object", "ucum", "figures", "nodes", "place", "confidence"})
# Shorter texts stand in others by accident: 12 in 120.
SHORT_CHARS = 3


@dataclass(frozen=True, slots=True)
class StepText:
    """What a step says by itself, and the nodes that it was made from."""

    number: str
    text: str
    nodes: tuple[str, ...]
    parameters: tuple[str, ...]
    warnings: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Stepwise:
    """Where steps stand among the nodes, and which nodes have no more to say beside them."""

    at: Mapping[str, Sequence[StepText]]  # by the node before whose text they stand
    elsewhere: tuple[StepText, ...] = ()  # made from nothing that is a node
    said: frozenset[str] = frozenset()
    left: Mapping[str, Grid] = field(default_factory=dict)  # of a table, the rows that steps do not say


NO_STEPS = Stepwise({})


def stepwise(document: Document, texts: Sequence[str]) -> Stepwise:
    """Give the steps that are in force; withdrawn ones stay where they stand, struck through."""
    if document.instruction is None:
        return NO_STEPS
    nodes = {node.id: (node, text) for node, text in zip(document.nodes, texts, strict=True)}
    headings = {squeezed(node.text) for node in document.nodes if isinstance(node, Heading)}
    at: dict[str, list[StepText]] = {}
    elsewhere: list[StepText] = []
    owners: dict[str, list[Step]] = {}
    kept: set[str] = set()
    for step in document.instruction.steps:
        if step.is_withdrawn:
            kept.update(step.nodes)
            continue
        own = [identity for identity in dict.fromkeys((*step.nodes, *step.figures)) if identity in nodes]
        text = _step_text(step, own, nodes, headings)
        for identity in own:
            owners.setdefault(identity, []).append(step)
        if own:
            at.setdefault(own[0], []).append(text)
        else:
            elsewhere.append(text)
    said: set[str] = set()
    left: dict[str, Grid] = {}
    for identity, steps in owners.items():
        node = nodes[identity][0]
        rest = _left(node, steps) if isinstance(node, Grid) else None
        if rest is not None:
            left[identity] = rest
        elif isinstance(node, Grid) or (identity not in kept and _is_said(node, steps)):
            said.add(identity)
    return Stepwise(at, tuple(elsewhere), frozenset(said), left)


def _step_text(step: Step, own: Sequence[str], nodes: Mapping[str, tuple[Node, str]], headings: set[str]) -> StepText:
    lines = [f"{_label(step.number)} {escape(step.text.strip())}".strip()]
    if own and Mark.HIDDEN in nodes[own[0]][0].marks:
        lines[0] = HIDDEN_NOTE + lines[0]
    if step.section and squeezed(step.section) not in headings:
        lines.insert(0, escape(step.section))
    lines += step_lines(step)
    lines += [nodes[identity][1] for identity in step.figures if identity in nodes]
    return StepText(
        number=step.number,
        text="\n".join(line for line in lines if line),
        nodes=tuple(own),
        parameters=tuple(map(parameter_text, _parameters(step))),
        warnings=tuple(map(hazard_text, step.warnings)),
        place=step.place,
    )


def _parameters(step: Step) -> Iterator[Any]:
    yield from step.parameters
    for check in step.checks:
        yield from check.parameters


def _label(number: str) -> str:
    """Say of a bare number that it is a step's."""
    return f"手順{escape(number)}" if number[:1].isdigit() else escape(number)


def _is_said(node: Node, steps: Sequence[Step]) -> bool:
    """Tell whether its steps say all that a node says, so that it need not stand there a second time."""
    match node:
        case Figure():
            return any(node.id in step.figures for step in steps)
        case Heading():
            return True  # of a step that is a heading: it stays in the path of what follows
        case Paragraph():
            return _Said(steps).has(_FOOTNOTE.sub("", node.text))
        case Pair():
            return _Said(steps).has(node.value)
        case _:
            return False


def _left(grid: Grid, steps: Sequence[Step]) -> Grid | None:
    """Take the rows out that steps say: what is left says what is withdrawn, hidden or beside the steps."""
    said = _Said(steps)
    rows = {cell.row for cell in grid.cells if cell.row >= grid.header_rows and not said.has(cell.text)}
    if not rows and said.has(grid.caption):
        return None
    return replace(grid, cells=tuple(cell for cell in grid.cells if cell.row < grid.header_rows or cell.row in rows))


class _Said:
    """The words of steps, to be asked for."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._words = {squeezed(word) for step in steps for word in _words(step)}
        self._joined = "\0".join(sorted(self._words))

    def has(self, text: str) -> bool:
        """Tell whether a text is among the words; short ones as a whole only."""
        text = squeezed(text)
        return not text or text in self._words or (len(text) > SHORT_CHARS and text in self._joined)


def _words(item: Any) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, float | int) and not isinstance(item, bool):
        yield number_text(item)
    elif isinstance(item, tuple):
        for part in item:
            yield from _words(part)
    elif is_dataclass(item):
        for field in fields(item):
            if field.name not in NOT_SHOWN:
                yield from _words(getattr(item, field.name))
