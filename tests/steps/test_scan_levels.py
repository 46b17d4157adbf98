"""Headings of scans are levelled by their numbers, whatever size they measure on each page."""

from genba.model.nodes import Heading, Paragraph
from genba.model.place import Place
from genba.steps.scans.levels import levelled


def heading(text: str, number: str, level: int, page: int) -> Heading:
    return Heading(text=text, number=number, level=level, place=Place(page=page))


def test_numbers_decide_over_all_pages() -> None:
    nodes = [
        heading("作業手順書", "", 1, 1),
        heading("作業手順", "3.", 4, 1),
        heading("調整", "3.1", 3, 1),
        Paragraph(text="…"),
        heading("梱包", "3.2", 1, 2),
        heading("付録", "4.", 2, 2),
    ]
    assert [node.level for node in levelled(nodes, {1, 2}) if isinstance(node, Heading)] == [1, 2, 3, 3, 2]


def test_headings_without_numbers_and_those_of_other_pages_stay() -> None:
    nodes = [
        heading("概要", "", 2, 1),
        heading("結果", "", 3, 1),
        heading("手順", "3.", 4, 7),
        heading("調整", "3.1", 2, 7),
    ]
    assert levelled(nodes, {1}) == nodes
