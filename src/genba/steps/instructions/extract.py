"""Recognises work instructions, inspection standards and QC process charts and turns them into steps."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from genba.formats.captions import is_figure_caption
from genba.formats.markup import markdown, rendered
from genba.model.document import Document, Rendered
from genba.model.finding import Finding, Severity
from genba.model.instruction import Instruction, InstructionKind, Step
from genba.model.nodes import Figure, Heading, Paragraph
from genba.steps.instructions.drafts import Draft, Loose
from genba.steps.instructions.figures import link_figures
from genba.steps.instructions.flows import steps_of_flow
from genba.steps.instructions.kinds import kind_by_columns, kind_by_content, kind_by_title
from genba.steps.instructions.materials import link_materials
from genba.steps.instructions.numbering import ordinal, shape
from genba.steps.instructions.state import State
from genba.steps.instructions.verbs import action_of
from genba.steps.instructions.walking import walk
from genba.steps.instructions.zones import Zone, zone_of

if TYPE_CHECKING:
    from genba.ports.recognisers import Tokeniser

MAX_STEPS = 5_000
GAPS_TOLD = 10
_REMOVED = re.compile(
    r"^[\s(（【\[]*(?:欠番|削除|廃止|抹消)[)）】\]\s]*|[(（【\[](?:削除|廃止|欠番|Rev\.?\s?\w+で廃止)[)）】\]]\s*$"
)


def extract(document: Document, *, tokeniser: Tokeniser | None = None) -> Document:
    """Give an instruction its steps; other documents stay as they are."""
    kind, confidence = kind_by_title(document)
    if confidence < 0:
        return document
    if kind is None:
        kind, confidence = kind_by_columns(document)
    if kind is None:
        kind, confidence = kind_by_content(document)
    if kind is None:
        return document
    state = walk(document, kind, has_procedure=_has_procedure(document))
    drafts = _drafts(state)
    if not drafts and kind is InstructionKind.WORK_INSTRUCTION:
        drafts = [draft for flow in state.flows for draft in steps_of_flow(flow)]
    drafts = drafts[:MAX_STEPS]
    if not drafts:
        return document
    _place_warnings(state)
    link_materials(drafts, state.materials)
    link_figures(drafts, state.figures)
    sure = confidence if len(drafts) > 1 else min(confidence, 0.6)
    materials = state.materials
    instruction = Instruction(
        kind=kind,
        steps=tuple(_step(draft, tokeniser) for draft in drafts),
        warnings=tuple(dict.fromkeys(materials.warnings)),
        tools=tuple(materials.tools),
        parts=tuple(materials.parts),
        protective_equipment=tuple(materials.equipment),
        qualifications=tuple(materials.qualifications),
        confidence=round(sure, 3),
    )
    document = _captioned(document, state, drafts)
    findings = (*document.findings, *_gaps(drafts), *_without_level(state))
    return replace(document, instruction=instruction, findings=findings)


def _has_procedure(document: Document) -> bool:
    return any(
        isinstance(node, Heading | Paragraph) and len(node.text) <= 24 and zone_of(node.text) is Zone.PROCEDURE
        for node in document.nodes
    )


def _drafts(state: State) -> list[Draft]:
    """The steps among what was found: lines without a number count where no line of their section has one."""
    found = [event for event in state.events if isinstance(event, Draft)]
    others = [draft for draft in found if id(draft) not in state.aside]
    found = others or found
    numbered = {draft.section for draft in found if id(draft) not in state.unsure and not draft.is_row}
    rows = any(draft.is_row for draft in found)
    sure = [draft for draft in found if id(draft) not in state.unsure]
    keep: list[Draft] = []
    for draft in found:
        if not draft.lines and not draft.checks:
            continue
        if id(draft) in state.unsure and not draft.is_withdrawn:
            zone = state.unsure[id(draft)]
            if draft.section in numbered or rows or (zone is Zone.WORK and sure):
                _hand_over(draft, keep)
                continue
        keep.append(draft)
    return keep


def _hand_over(draft: Draft, before: list[Draft]) -> None:
    """A line that turns out to be no step belongs to the step above it."""
    if not before or before[-1].section != draft.section or before[-1].is_row:
        return
    above = before[-1]
    above.add(tuple(draft.parameters))
    above.branches.extend(branch for branch in draft.branches if branch not in above.branches)
    above.figure_words.extend(draft.figure_words)
    above.warnings.extend(draft.warnings)
    above.nodes.extend(draft.nodes)


def _captioned(document: Document, state: State, drafts: list[Draft]) -> Document:
    """Give figures in a table the caption that stands in their row."""
    bare = {seen.figure.id for seen in state.figures if not seen.figure.caption}
    captions: dict[str, str] = {}
    for draft in drafts:
        mine = [identity for identity in draft.figures if identity in bare]
        told = [line for words in draft.figure_words for line in words.split("\n") if is_figure_caption(line.strip())]
        if mine and len(mine) == len(told) and draft.is_row:
            captions |= dict(zip(mine, (line.strip() for line in told), strict=True))
    if not captions:
        return document
    nodes = tuple(
        replace(node, caption=captions[node.id]) if isinstance(node, Figure) and node.id in captions else node
        for node in document.nodes
    )
    texts = tuple(
        text if old is new else markdown(new)
        for text, old, new in zip(rendered(document), document.nodes, nodes, strict=True)
    )
    return replace(document, nodes=nodes, rendered=Rendered(nodes=nodes, texts=texts))


def _place_warnings(state: State) -> None:
    """A warning between steps belongs to the next step of its section, else to the whole document."""
    waiting: list[Loose] = []
    for event in state.events:
        if isinstance(event, Loose):
            waiting.append(event)
        elif event.lines or event.checks:
            event.warnings[:0] = [loose.hazard for loose in waiting]
            waiting = []
    state.materials.warnings.extend(loose.hazard for loose in waiting)


def _step(draft: Draft, tokeniser: Tokeniser | None) -> Step:
    text = draft.text
    action, target = action_of(text, tokeniser) if draft.wants_action else ("", "")
    return Step(
        number=draft.number,
        text=text,
        action=action,
        object=target,
        key_points=tuple(draft.key_points),
        reasons=tuple(draft.reasons),
        parameters=tuple(draft.parameters),
        checks=tuple(draft.checks),
        warnings=tuple(draft.warnings),
        tools=tuple(draft.tools),
        parts=tuple(draft.parts),
        figures=tuple(draft.figures),
        branches=tuple(dict.fromkeys(draft.branches)),
        time_s=draft.time_s,
        is_withdrawn=draft.is_withdrawn or _REMOVED.search(text) is not None,
        section=draft.section,
        nodes=tuple(dict.fromkeys(node for node in draft.nodes if node)),
        place=draft.place,
        confidence=round(draft.confidence, 3),
    )


def _gaps(drafts: list[Draft]) -> list[Finding]:
    """Numbers that jump or repeat within a list; a list begins anew with its first number."""
    last: dict[tuple[int, str, int], int] = {}
    found: list[Finding] = []
    for draft in drafts:
        order = ordinal(draft.number)
        if not order or draft.is_withdrawn:
            continue
        key = (len(order), shape(draft.number), draft.level)
        for deeper in [other for other in last if other[0] > key[0] or other[2] > key[2]]:
            del last[deeper]
        before, now = last.get(key), order[-1]
        last[key] = now
        if before is None or now == before + 1 or now == 1:
            continue
        steps = now - before
        if before and steps > 0 and now % 5 == 0 and before % 5 == 0:
            continue  # counted in tens or fives
        if len(found) < GAPS_TOLD:
            code = "instruction.number_repeated" if steps == 0 else "instruction.number_gap"
            details: dict[str, str | int | float] = {"number": draft.number, "before": before}
            found.append(Finding(code=code, severity=Severity.NOTICE, place=draft.place, details=details))
    return found


def _without_level(state: State) -> list[Finding]:
    if not state.signs:
        return []
    return [
        Finding(
            code="instruction.warning_without_level",
            severity=Severity.NOTICE,
            place=state.signs[0],
            details={"count": len(state.signs)},
            count=len(state.signs),
        )
    ]
