"""Mermaid: texts stay in their boxes whatever they hold, and edges lead only to nodes that are there."""

import re

from hypothesis import given
from hypothesis import strategies as st

from genba.formats.mermaid import flowchart
from genba.model.nodes import Flow, FlowEdge, FlowEnd, FlowNode, Joint

NODE = re.compile(r'  n\d+(\["|\{"|\(\["|\("|\[\[")[^"`<>{}|\[\]]*(?:<br/>[^"`<>{}|\[\]]*)*("\]|"\}|"\]\)|"\)|"\]\])')
EDGE = re.compile(r'  n\d+ (-->|---)(\|"[^"|`\[\]{}]*"\|)? n\d+')


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5), st.text(max_size=8))
def test_no_text_leaves_its_box(texts: list[str], label: str) -> None:
    nodes = tuple(FlowNode(key=str(at), text=text) for at, text in enumerate(texts))
    ends = [FlowEnd(key=str(at), joint=Joint.GLUED) for at in range(len(texts) + 1)]
    edges = tuple(FlowEdge(source=ends[at], target=ends[at + 1], label=label) for at in range(len(texts)))
    lines = flowchart(Flow(nodes=nodes, edges=edges)).split("\n")
    assert len(lines) == 1 + len(texts) + len(texts) - 1  # the last edge leads to nothing
    for line in lines[1 : len(texts) + 1]:
        assert NODE.fullmatch(line), line
    for line in lines[len(texts) + 1 :]:
        assert EDGE.fullmatch(line), line
