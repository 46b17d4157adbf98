"""Flowcharts as Mermaid, which Markdown viewers draw."""

import re

from genba.model.nodes import Flow, FlowNode

_BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
# Mermaid's own writing for characters that mean something to it: #, then a name or a number.
_CODES = {char: f"#{ord(char)};" for char in '#"`<>&;|{}[]()'}
_SPECIAL = re.compile("[" + re.escape("".join(_CODES)) + "]")
_SHAPES = (("decision", '{"', '"}'), ("terminator", '(["', '"])'), ("round", '("', '")'), ("predefined", '[["', '"]]'))


def flowchart(flow: Flow) -> str:
    """Draw the nodes in their order and the edges whose ends are known."""
    names = {node.key: f"n{position}" for position, node in enumerate(flow.nodes, 1)}
    lines = ["flowchart TD"]
    lines += [f"  {names[node.key]}{_box(node)}" for node in flow.nodes]
    for edge in flow.edges:
        source, target = names.get(edge.source.key), names.get(edge.target.key)
        if source and target:
            label = f'|"{_text(edge.label)}"|' if edge.label.strip() else ""
            lines.append(f"  {source} {'-->' if edge.directed else '---'}{label} {target}")
    return "\n".join(lines)


def _box(node: FlowNode) -> str:
    shape = node.shape.lower()
    opening, closing = next((ends for name, *ends in _SHAPES if name in shape), ('["', '"]'))
    return f"{opening}{_text(node.text) or ' '}{closing}"


def _text(text: str) -> str:
    return _BREAKS.sub("<br/>", _SPECIAL.sub(lambda found: _CODES[found.group()], text.strip()))
