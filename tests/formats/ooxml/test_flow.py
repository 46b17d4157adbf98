"""Flowcharts by geometry: nearer is surer, between two shapes is doubtful, far from all is loose."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from genba.formats.ooxml.drawing import DrawnText
from genba.formats.ooxml.flow import outline_distance, read_flows, reading_order
from genba.formats.ooxml.shapes import Box, Shape
from genba.model.nodes import Joint


def node(key: str, left: float, top: float, size: float = 100) -> Shape:
    return Shape(key=key, kind="shape", preset="rect", box=Box(left, top, size, size), text=DrawnText(f"節{key}"))


def line(*path: tuple[float, float], start: str = "", end: str = "", arrow: bool = True) -> Shape:
    return Shape(key="9", kind="connector", path=path, start=start, end=end, end_arrow=arrow)


def test_the_farther_an_end_the_less_it_is_trusted_until_nothing_is_near() -> None:
    shapes = [node("1", 0, 0), node("2", 0, 400)]
    trust = []
    for gap in (0, 20, 40, 80):
        (chart,) = read_flows([*shapes, line((50, 100 + gap), (50, 400))]).charts
        source = chart.edges[0].source
        trust.append(source.confidence)
        assert source.joint is (Joint.LOOSE if gap == 80 else Joint.INFERRED)
    assert trust == sorted(trust, reverse=True) and trust[0] > 0.9 and trust[-1] == 0


def test_an_end_between_two_shapes_is_doubted() -> None:
    shapes = [node("1", 0, 0), node("2", 130, 0), node("3", 0, 400)]
    (alone,) = read_flows([shapes[0], shapes[2], line((115, 50), (50, 400))]).charts
    (between,) = read_flows([*shapes, line((115, 50), (50, 400))]).charts
    assert between.edges[0].source.confidence < alone.edges[0].source.confidence * 0.7


def test_a_line_that_touches_nothing_is_no_edge() -> None:
    assert read_flows([node("1", 0, 0), line((5000, 5000), (6000, 6000))]).charts == ()


def test_glue_to_a_shape_that_is_gone_is_not_believed() -> None:
    (chart,) = read_flows([node("1", 0, 0), node("2", 0, 400), line((50, 100), (50, 400), start="77", end="2")]).charts
    assert (chart.edges[0].source.key, chart.edges[0].source.joint) == ("1", Joint.INFERRED)
    assert chart.edges[0].target.joint is Joint.GLUED


def test_lines_without_arrows_have_no_direction() -> None:
    (chart,) = read_flows([node("1", 0, 0), node("2", 0, 400), line((50, 100), (50, 400), arrow=False)]).charts
    assert not chart.edges[0].directed


def test_flows_that_nothing_joins_are_apart() -> None:
    shapes = [node(str(n), 0, n * 200) for n in range(4)]
    found = read_flows([*shapes, line((0, 0), (0, 0), start="0", end="1"), line((0, 0), (0, 0), start="2", end="3")])
    assert [[one.key for one in chart.nodes] for chart in found.charts] == [["0", "1"], ["2", "3"]]


@given(st.floats(-500, 500), st.floats(-500, 500))
def test_the_distance_to_an_outline_is_never_negative_and_zero_on_it(x: float, y: float) -> None:
    box = Box(0, 0, 100, 50)
    assert outline_distance((x, y), box) >= 0
    assert outline_distance((min(max(x, 0), 100), 0), box) == 0


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=20))
def test_reading_order_keeps_every_shape_once(corners: list[tuple[int, int]]) -> None:
    shapes = [node(str(n), x * 30, y * 30) for n, (x, y) in enumerate(corners)]
    assert sorted(shape.key for shape in reading_order(shapes)) == sorted(shape.key for shape in shapes)
