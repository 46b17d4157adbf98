"""Tests of title blocks: ruled or not, labels above, beside or in the same cell, attributes of blocks."""

import pytest

pytest.importorskip("ezdxf")

from genba.model.document import Property
from genba.model.nodes import Heading, Pair
from tests.readers.blobs import of_kind, parts_of
from tests.readers.dxf.drafts import box, data_of, new, read, write

FACTS = (
    ("図番", "KG-2140-01"),
    ("図 名", "減速機ハウジング"),
    ("材質", "ADC12"),
    ("尺度", "1:2"),
    ("改訂", "B"),
    ("製図", "髙橋"),
)
WANTED = {label.replace(" ", ""): value for label, value in FACTS}


def block_of(drawing):  # type: ignore[no-untyped-def]
    return {label.replace(" ", ""): value for label, value in drawing.title_block}


def test_values_beside_their_labels_are_found() -> None:
    document = new()
    space = document.modelspace()
    box(space, 10, 10, 410, 287)
    for row, (label, value) in enumerate(FACTS):
        box(space, 300, 10 + 8 * row, 320, 18 + 8 * row)
        box(space, 320, 10 + 8 * row, 410, 18 + 8 * row)
        write(space, label, 302, 12 + 8 * row)
        write(space, value, 325, 12 + 8 * row, 4)
    drawing = read(document)
    assert block_of(drawing) == WANTED
    assert (drawing.number, drawing.title, drawing.scale) == ("KG-2140-01", "減速機ハウジング", "1:2")
    assert (drawing.material, drawing.revision) == ("ADC12", "B")


def test_values_below_their_labels_are_found() -> None:
    document = new()
    space = document.modelspace()
    box(space, 10, 10, 410, 287)
    for column, (label, value) in enumerate(FACTS):
        x = 50 + 60 * column
        box(space, x, 18, x + 60, 26)
        box(space, x, 10, x + 60, 18)
        write(space, label, x + 2, 20)
        write(space, value, x + 5, 12, 4)
    assert block_of(read(document)) == WANTED


def test_values_in_the_cell_of_their_label_are_found() -> None:
    document = new()
    space = document.modelspace()
    for column, (label, value) in enumerate(FACTS):
        x = 50 + 60 * column
        box(space, x, 10, x + 60, 26)
        write(space, label, x + 1, 23, 2)
        write(space, value, x + 15, 13, 5)
    assert block_of(read(document)) == WANTED


def test_a_title_block_without_lines_is_found() -> None:
    document = new()
    space = document.modelspace()
    for row, (label, value) in enumerate(FACTS):
        write(space, label, 300, 10 + 8 * row)
        write(space, value, 330, 10 + 8 * row, 4)
    assert block_of(read(document)) == WANTED


def test_labels_and_values_in_one_text_are_parted() -> None:
    document = new()
    for row, (label, value) in enumerate(FACTS):
        write(document.modelspace(), f"{label}：{value}", 300, 10 + 8 * row)
    assert block_of(read(document)) == WANTED


def test_attributes_of_a_block_are_named_by_their_tags_or_by_the_labels_beside_them() -> None:
    document = new()
    frame = document.blocks.new("TITLE")
    box(frame, 0, 0, 30, 8)
    box(frame, 30, 0, 110, 8)
    write(frame, "図番", 2, 2)
    frame.add_attdef("A1", (35, 2), dxfattribs={"height": 4})
    frame.add_attdef("SCALE", (120, 30), dxfattribs={"height": 4})
    insert = document.modelspace().add_blockref("TITLE", (100, 100), dxfattribs={"xscale": 2, "yscale": 2})
    insert.add_auto_attribs({"A1": "KG-9", "SCALE": "2:1"})
    drawing = read(document)
    assert (drawing.number, drawing.scale) == ("KG-9", "2:1")


def test_the_facts_stand_in_properties_and_in_readable_pairs() -> None:
    document = new()
    write(document.modelspace(), "図番：KG-1", 0, 0)
    write(document.modelspace(), "図名：軸受", 0, 8)
    write(document.modelspace(), "日付：R6.3.16", 0, 16)
    parts = parts_of(data_of(document), "a.dxf")
    properties = {part.name: part.value for part in of_kind(parts, Property)}
    assert properties["drawing_number"] == "KG-1"
    assert (properties["title"], properties["dated"]) == ("軸受", "2024-03-16")
    assert of_kind(parts, Heading)[0].text == "軸受"
    assert ("図番", "KG-1") in [(pair.label, pair.value) for pair in of_kind(parts, Pair)]


def test_the_encoding_is_told_by_the_bytes_whatever_the_header_says() -> None:
    document = new("R2000")
    document.encoding = "cp932"
    write(document.modelspace(), "図番：表-1", 0, 0)
    data = data_of(document)
    assert b"\x95\x5c" in data
    for page in (b"ANSI_932", b"ANSI_1252"):
        parts = parts_of(data.replace(b"ANSI_932", page), "a.dxf")
        assert ("図番", "表-1") in [(pair.label, pair.value) for pair in of_kind(parts, Pair)]
