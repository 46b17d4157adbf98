"""Steps of a flowchart: its boxes in the order of its arrows, its diamonds as branches."""

from __future__ import annotations

from genba.model.instruction import Branch
from genba.model.nodes import Flow, FlowNode
from genba.steps.instructions.drafts import Draft
from genba.steps.instructions.quantities import parameters

_ENDS = frozenset(("開始", "スタート", "START", "Start", "終了", "エンド", "END", "End", "始め", "終わり", "完了"))


def steps_of_flow(flow: Flow) -> list[Draft]:
    """Number the boxes of a flow in reading order along its arrows."""
    nodes = {node.key: node for node in flow.nodes if node.text.strip()}
    onward: dict[str, list[tuple[str, str]]] = {}
    entered: set[str] = set()
    for edge in flow.edges:
        if edge.source.key in nodes and edge.target.key in nodes:
            onward.setdefault(edge.source.key, []).append((edge.label.strip(), edge.target.key))
            entered.add(edge.target.key)
    order = _ordered(list(nodes), onward, entered)
    kept = [key for key in order if nodes[key].text.strip() not in _ENDS]
    numbers = {key: str(index) for index, key in enumerate(kept, 1)}
    return [_draft(nodes[key], numbers, onward.get(key, []), nodes, flow) for key in kept]


def _ordered(keys: list[str], onward: dict[str, list[tuple[str, str]]], entered: set[str]) -> list[str]:
    """Along the arrows from where none leads to; what is on no way comes last, as it stands."""
    order: list[str] = []
    seen: set[str] = set()
    waiting = [key for key in reversed(keys) if key not in entered and key in onward] or keys[:1]
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        order.append(key)
        waiting.extend(target for _, target in reversed(onward.get(key, [])) if target not in seen)
    return order + [key for key in keys if key not in seen and key in entered]


def _draft(
    node: FlowNode, numbers: dict[str, str], onward: list[tuple[str, str]], nodes: dict[str, FlowNode], flow: Flow
) -> Draft:
    text = node.text.strip()
    draft = Draft(number=numbers[node.key], lines=[text], nodes=[flow.id], places=[node.place], confidence=0.8)
    draft.add(parameters(text, place=node.place))
    draft.figure_words.append(text)
    if len(onward) > 1 or "decision" in node.shape.lower():
        for label, target in onward:
            draft.branches.append(
                Branch(condition=label or text, target=numbers.get(target, nodes[target].text.strip()))
            )
    return draft
