"""Tests of what else a drawing says: dimensions, lists, notes, layers, pictures; and of what is wrong with files."""

import sys
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("ezdxf")

from genba.errors import InvalidInput
from genba.model.document import Property
from genba.model.image import Image
from genba.model.marks import Mark
from genba.model.nodes import Figure, Grid, Paragraph
from genba.ports.reader import Limits
from genba.readers.dxf import read as read_parts
from tests.readers.blobs import blob_of, codes_of, of_kind, parts_of
from tests.readers.dxf.drafts import box, data_of, drawing_in, new, read, write

LINEAR = {"dimlfac": 1.0, "dimpost": "", "dimdec": 2, "dimtdec": 2}


def shown(document):  # type: ignore[no-untyped-def]
    found = read(document).dimensions
    return [(one.text, one.value, one.upper, one.lower, one.fit) for one in found]


@pytest.mark.parametrize("drawn", [True, False])
def test_dimensions_carry_the_tolerance_of_their_style_and_the_words_over_them(drawn: bool) -> None:
    document = new()
    space = document.modelspace()
    for number, (text, style) in enumerate(
        (
            ("<>", {"dimtol": 1, "dimtp": 0.1, "dimtm": 0.2}),
            ("<>", {"dimtol": 1, "dimtp": 0.05, "dimtm": 0.05}),
            ("%%c<> H7", {}),
            ("130\\S0^-0.02;", {}),
            (" ", {}),
        )
    ):
        made = space.add_linear_dim(
            base=(0, 10 + number), p1=(0, 0), p2=(120, 0), text=text, override={**LINEAR, **style}
        )
        made.render() if drawn else made.commit()
    assert [(value, upper, lower, fit) for _, value, upper, lower, fit in shown(document)] == [
        (120.0, 0.1, -0.2, ""),
        (120.0, 0.05, -0.05, ""),
        (120.0, None, None, "H7"),
        (130.0, 0.0, -0.02, ""),
    ]


def test_a_number_that_is_not_the_length_is_taken_and_told() -> None:
    document = new()
    space = document.modelspace()
    space.add_linear_dim(base=(0, 10), p1=(0, 0), p2=(120, 0), text="125", override=LINEAR).render()
    parts = parts_of(data_of(document), "a.dxf")
    assert drawing_in(parts).dimensions[0].value == 125.0
    assert "drawing.dimension_overridden" in codes_of(parts)


def test_texts_at_leaders_are_dimensions_and_numbers_in_balloons_are_not() -> None:
    document = new()
    space = document.modelspace()
    write(space, "4-%%c6.6 キリ", 10, 10)
    write(space, "12", 98.5, 98.5)
    space.add_circle((100, 100), 6)
    write(space, "80", 50, 50)
    assert [(one.text, one.count) for one in read(document).dimensions] == [("4-φ6.6 キリ", 4), ("80", 1)]


def test_notes_parts_and_revisions_are_found() -> None:
    document = new()
    space = document.modelspace()
    note = "注記\\P1. バリなきこと。\\P2. 指示なき角部は\\PC0.3とする。"
    space.add_mtext(note, dxfattribs={"insert": (0, 200), "char_height": 3})
    for row, line in enumerate(("NOTES:", "1. 脱脂のこと。", "2. 打痕なきこと。")):
        write(space, line, 0, 100 - 5 * row)
    for x0, y0, step, rows in (
        (200, 20, 8, (("符号", "品番", "品名", "個数"), ("1", "P-1", "軸", "2"), ("2", "P-2", "受", "4"))),
        (
            200,
            280,
            -8,
            (("記号", "日付", "内容", "担当"), ("A", "2024/1/5", "初版", "沖津"), ("B", "2024/3/1", "穴追加", "沖津")),
        ),
    ):
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                x, y = x0 + 40 * column, y0 + step * row
                box(space, x, y, x + 40, y + 8)
                write(space, text, x + 3, y + 2)
    parts = parts_of(data_of(document), "a.dxf")
    drawing = drawing_in(parts)
    assert drawing.notes == (
        "1. バリなきこと。",
        "2. 指示なき角部は C0.3とする。",
        "1. 脱脂のこと。",
        "2. 打痕なきこと。",
    )
    assert [(part.number, part.name, part.quantity) for part in drawing.parts] == [
        ("P-1", "軸", 2.0),
        ("P-2", "受", 4.0),
    ]
    assert drawing.revision == "B"
    assert {(grid.caption, grid.rows) for grid in of_kind(parts, Grid)} == {("部品表", 3), ("改訂履歴", 3)}


def test_what_stands_on_a_hidden_layer_is_kept_apart() -> None:
    document = new()
    document.layers.add("非表示").off()
    document.modelspace().add_text("図番：X-9", height=3, dxfattribs={"layer": "非表示"})
    write(document.modelspace(), "図番：X-1", 0, 20)
    parts = parts_of(data_of(document), "a.dxf")
    assert drawing_in(parts).number == "X-1"
    assert [part.text for part in of_kind(parts, Paragraph) if Mark.HIDDEN in part.marks] == ["図番：X-9"]
    layer = next(layer for layer in drawing_in(parts).layers if layer.name == "非表示")
    assert (layer.entities, layer.is_off) == (1, True)


def test_the_picture_keeps_texts_as_texts_and_is_the_same_each_time() -> None:
    document = new()
    space = document.modelspace()
    box(space, 0, 0, 100, 50)
    space.add_circle((50, 25), 10)
    write(space, "<図面> & 注", 10, 10)
    data = data_of(document)
    first, second = parts_of(data, "a.dxf"), parts_of(data, "a.dxf")
    (image,) = of_kind(first, Image)
    assert image.data == of_kind(second, Image)[0].data
    assert "&lt;図面&gt; &amp; 注".encode() in image.data
    assert of_kind(first, Figure)[0].image == image.name


@pytest.mark.parametrize("version", ["R12", "R2000", "R2018"])
def test_both_forms_of_every_version_are_read(version: str) -> None:
    document = new(version)
    document.encoding = "cp932" if version < "R2007" else "utf-8"
    write(document.modelspace(), "図番：表-1", 0, 0)
    import io

    stream = io.BytesIO()
    document.write(stream, fmt="bin")
    for data in (stream.getvalue(), data_of(document)):
        assert drawing_in(parts_of(data, "a.dxf")).number == "表-1"


def test_blocks_that_contain_themselves_and_far_away_points_do_no_harm() -> None:
    document = new()
    block = document.blocks.new("A")
    block.add_blockref("A", (1, 1))
    block.add_blockref("A", (2, 2))
    write(document.modelspace(), "図番：X-1", 0, 0)
    document.modelspace().add_blockref("A", (0, 0))
    document.modelspace().add_line((0, 0), (1e300, 1e300))
    parts = parts_of(data_of(document), "a.dxf")
    assert drawing_in(parts).number == "X-1"
    assert "drawing.nested_too_deeply" in codes_of(parts)


def test_a_broken_file_is_mended_or_refused() -> None:
    document = new()
    write(document.modelspace(), "図番：X-1", 0, 0)
    data = data_of(document)
    parts = parts_of(data[: int(len(data) * 0.97)], "a.dxf")
    assert "drawing.mended" in codes_of(parts)
    for nothing in (b"  0\nSECTION\n  2\nENTITIES\nxx\n", b"AutoCAD Binary DXF\r\n\x1a\x00\xff\xff\xff"):
        with pytest.raises(InvalidInput) as refused:
            list(read_parts(blob_of(nothing, "a.dxf"), Limits()))
        assert refused.value.code == "drawing.broken"


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from([b"", b"0", b"-1", b"1e400", b"x", b"330"])), max_size=12)
)
def test_values_changed_at_random_cost_no_more_than_themselves(changes: list[tuple[int, bytes]]) -> None:
    lines = small().split(b"\n")
    for where, value in changes:
        lines[where % len(lines)] = value
    try:
        list(read_parts(blob_of(b"\n".join(lines), "a.dxf"), Limits()))
    except InvalidInput as error:
        assert error.code == "drawing.broken"


@cache
def small() -> bytes:
    document = new("R2000")
    document.encoding = "cp932"
    space = document.modelspace()
    block = document.blocks.new("A")
    write(block, "図番", 0, 0)
    space.add_blockref("A", (5, 5)).add_attrib("NO", "X-1", (40, 5))
    space.add_linear_dim(base=(0, 10), p1=(0, 0), p2=(120, 0), override=LINEAR).render()
    space.add_circle((0, 0), 5)
    space.add_polyline2d([(0, 0), (5, 0), (5, 5)], close=True)
    data = data_of(document)
    return data[data.index(b"  0\nSECTION\n  2\nBLOCKS") :]


def test_without_the_extra_a_finding_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ezdxf", None)
    (finding,) = read_parts(blob_of(b"0\nSECTION\n", "a.dxf"), Limits())
    assert getattr(finding, "code", "") == "drawing.extra_missing"


def test_no_drawing_at_all_gives_no_facts() -> None:
    parts = parts_of(data_of(new()), "a.dxf")
    assert drawing_in(parts).title_block == ()
    assert of_kind(parts, Property) == []
