"""Ids outlive what happens elsewhere: other values in a field, other paragraphs, other files."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from genba.formats.markup import rendered
from genba.model.cells import Cell
from genba.model.document import Document, Node
from genba.model.image import Image
from genba.model.nodes import Choice, Choices, Figure, Grid, Heading, Pair, Paragraph
from genba.model.place import Place
from genba.model.source import Source, document_id
from genba.model.table import Table
from genba.steps.identity import assign

SOURCE = Source(path="現場/手順.docx", sha256="0" * 64, size_bytes=1, kind="docx")
WORDS = st.text(alphabet="アイウ手順確認ABC 12", min_size=1, max_size=12)


def grid(*values: str, row: int = 0) -> Grid:
    header = (Cell(0, 0, "項目", "項目"), Cell(0, 1, "値", "値"))
    body = tuple(Cell(number, 1, value, value) for number, value in enumerate(values, start=1))
    place = Place(sheet="表", range=f"A{row + 1}:B{row + 3}")
    return Grid(cells=(*header, *body), rows=len(values) + 1, columns=2, header_rows=1, place=place)


NODES = st.one_of(
    st.builds(Paragraph, text=WORDS),
    st.builds(Heading, text=WORDS, level=st.integers(1, 3)),
    st.builds(Pair, label=WORDS, value=WORDS),
    st.builds(grid, WORDS, WORDS),
)


def ids(*nodes: Node) -> list[str]:
    return [node.id for node in assign(Document(source=SOURCE, nodes=nodes)).nodes]


@given(st.lists(NODES, min_size=1, max_size=12), st.data())
def test_an_edit_of_one_node_leaves_the_ids_of_others(nodes: list[Node], data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(nodes) - 1))
    before = ids(*nodes)
    after = ids(*nodes[:position], Paragraph(text="これは新しい段落です"), *nodes[position + 1 :])
    edited = before[position].partition("-")[0]
    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        # Equal contents are numbered in reading order: only those equal to the edited one may move up.
        if index != position and old.partition("-")[0] != edited:
            assert old == new


@given(st.lists(NODES, max_size=12), st.data())
def test_a_new_node_leaves_the_ids_of_others(nodes: list[Node], data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(nodes)))
    after = ids(*nodes[:position], Paragraph(text="これは新しい段落です"), *nodes[position:])
    assert ids(*nodes) == after[:position] + after[position + 1 :]


@given(st.lists(NODES, max_size=20))
def test_ids_are_unique_in_their_document(nodes: list[Node]) -> None:
    found = ids(*nodes)
    assert len(set(found)) == len(found)


def test_another_value_leaves_a_field_a_table_and_a_group_of_boxes_the_same() -> None:
    boxes = Choices(label="保護具", options=(Choice(text="手袋", selected=False), Choice(text="眼鏡", selected=True)))
    ticked = replace(boxes, options=(Choice(text="手袋", selected=True), Choice(text="眼鏡", selected=True)))
    before = ids(Pair(label="品番", value="KG-1"), grid("1", "2"), boxes)
    after = ids(Pair(label="品番", value="KG-2"), grid("1", "9", "3"), ticked)
    assert before == after


def test_rows_inserted_above_leave_the_id() -> None:
    assert ids(grid("1", "2")) == ids(grid("1", "2", row=7))


def test_equal_contents_are_told_apart_by_their_order() -> None:
    first, second = ids(Paragraph(text="良"), Paragraph(text="良"))
    assert second == f"{first}-2"


def test_a_table_knows_the_grid_it_was_made_from() -> None:
    place = Place(part="body", pointer="/body/tbl[1]")
    node = replace(grid("1"), place=place)
    found = assign(
        Document(source=SOURCE, nodes=(node,), tables=(Table(name="表", columns=(), batches=(), rows=0, place=place),))
    )
    assert found.tables[0].grid == found.nodes[0].id != found.tables[0].id


def test_a_figure_names_its_picture_by_the_id_of_its_bytes() -> None:
    pictures = (
        Image(name="image1.png", media_type="image/png", data=b"1"),
        Image(name="b", media_type="x/y", data=b"2"),
    )
    found = assign(Document(source=SOURCE, nodes=(Figure(image="image1.png"),), images=pictures))
    assert found.nodes[0].image == found.images[0].id  # type: ignore[union-attr]
    renamed = tuple(replace(picture, name=f"new-{picture.name}") for picture in reversed(pictures))
    again = assign(Document(source=SOURCE, nodes=(Figure(image="new-image1.png"),), images=renamed))
    assert {image.id for image in again.images} == {image.id for image in found.images}


@given(st.text(), st.text())
def test_documents_are_named_by_their_path_alone(one: str, other: str) -> None:
    assert (document_id(one) == document_id(other)) == (one == other)
    assert len(document_id(one)) == 20


def test_markdown_is_remembered_for_just_the_nodes_it_was_made_of() -> None:
    once = assign(Document(source=SOURCE, nodes=(Paragraph(text="古い"),)))
    assert assign(once) is once
    assert rendered(once) == ("古い",)
    changed = replace(once, nodes=(replace(once.nodes[0], text="新しい"),))  # type: ignore[call-arg]
    assert rendered(changed) == ("新しい",)
    assert rendered(assign(changed)) == ("新しい",)
