"""Flowcharts on worksheets: nodes on a jittered grid, some grouped; connectors glued to them or only touching."""

from __future__ import annotations

from benchmarks.generators.vocabulary import Words
from examples.writing.drawing import Box, Shape
from examples.writing.spreadsheet import Workbook


def add(book: Workbook, words: Words) -> dict[str, object]:
    """Draw one flow on a new sheet and return its nodes and edges; an edge is glued or only touches."""
    rng = words.rng
    name = words.pick(("フロー", "処理手順", "工程図", "連絡経路"))
    taken = {sheet.name for sheet in book.sheets}
    sheet = book.sheet(name if name not in taken else f"{name}{len(taken)}")
    is_across = rng.random() < 0.3
    layers = _layers(words)
    shapes: list[list[Shape]] = []
    nodes = []
    for depth, labels in enumerate(layers):
        members: list[tuple[Box, str, str]] = []
        for place, label in enumerate(labels):
            preset = (
                "flowChartDecision"
                if depth + 1 < len(layers) and len(layers[depth + 1]) > len(labels)
                else "flowChartProcess"
            )
            if depth in (0, len(layers) - 1) and len(labels) == 1:
                preset = "flowChartTerminator"
            shift = 0.0 if len(labels) == 1 else rng.uniform(-0.25, 0.25)
            across, down = (depth, place) if is_across else (place, depth)
            left, top = 2 + across * 4.5 + (0 if is_across else shift), 3 + down * 5.0 + (shift if is_across else 0)
            members.append(((left, top, left + 3, top + 2.5), label, preset))
            nodes.append({"text": label, "kind": preset})
        if len(members) > 1 and rng.random() < 0.25:
            shapes.append(sheet.drawing.group(members, scale=rng.choice((1.0, 1.0, 0.8, 1.5))))
        else:
            shapes.append([sheet.drawing.shape(box, label, preset=preset) for box, label, preset in members])
    edges = []
    share = rng.choice((1.0, 1.0, 0.7, 0.4))
    for depth in range(len(layers) - 1):
        for start, end in _links(words, len(layers[depth]), len(layers[depth + 1])):
            is_glued = rng.random() < share
            sides = (3, 1) if is_across else (2, 0)
            gap = 0.0 if is_glued else rng.uniform(0, 0.08)
            ends = shapes[depth][start], shapes[depth + 1][end]
            backwards = rng.random() < 0.08
            sheet.drawing.connector(*ends, glued=is_glued, sides=sides, gap=gap, reverse=backwards)
            edges.append(
                {"from": layers[depth][start], "to": layers[depth + 1][end], "end": "glued" if is_glued else "inferred"}
            )
    return {"sheet": sheet.name, "nodes": nodes, "edges": edges}


def _layers(words: Words) -> list[list[str]]:
    rng = words.rng
    widths = [1, *[rng.choice((1, 1, 2, 3)) for _ in range(rng.randrange(2, 6))], 1]
    return [[words.phrase() for _ in range(width)] for width in widths]


def _links(words: Words, above: int, below: int) -> list[tuple[int, int]]:
    """Each node above leads somewhere, each below is reached."""
    links = {(min(place, above - 1), place) for place in range(below)} | {
        (place, min(place, below - 1)) for place in range(above)
    }
    return sorted(links)
