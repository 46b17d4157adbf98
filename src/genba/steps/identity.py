"""Ids that survive edits elsewhere: made of a node's own kind and wording, never of its position."""

import hashlib
from collections import Counter
from dataclasses import replace

from genba.formats.markup import header_names, markdown
from genba.model.document import Document, Node, Rendered
from genba.model.image import Image
from genba.model.nodes import Choices, Comment, Figure, Grid, Heading, Pair, Paragraph
from genba.model.place import NOWHERE, Place
from genba.model.sheet import Sheet
from genba.model.table import Table


def assign(document: Document) -> Document:
    """Give every node, table and image without an id its id; equal contents are told apart by their order."""
    if _is_done(document):
        return document
    seen: Counter[str] = Counter()
    images = tuple(_image(image, seen) for image in document.images)
    by_name = {image.name: image.id for image in images}
    nodes = tuple(_node(node, seen, by_name) for node in document.nodes)
    grids = {node.place: node.id for node in nodes if isinstance(node, Grid) and node.place != NOWHERE}
    tables = tuple(_table(table, seen, grids) for table in document.tables)
    texts = Rendered(nodes=nodes, texts=tuple(map(markdown, nodes)))
    return replace(document, nodes=nodes, tables=tables, images=images, rendered=texts)


def _is_done(document: Document) -> bool:
    if document.rendered is None or document.rendered.nodes is not document.nodes:
        return False
    return all(table.id for table in document.tables) and all(image.id for image in document.images)


def _node(node: Node, seen: Counter[str], images: dict[str, str]) -> Node:
    if node.id:
        return node
    kind = type(node).__name__.lower()
    identity = _unique(f"{kind}\0{node.place.sheet}\0{_essence(node)}", seen)
    if isinstance(node, Figure) and node.image in images:
        return replace(node, id=identity, image=images[node.image])
    return replace(node, id=identity)


def _essence(node: Node) -> str:
    """What makes a node the one it is: a field is its label, a table its header, whatever values they hold today."""
    match node:
        case Paragraph() | Heading():
            return f"{node.number}\0{node.text}"
        case Comment():
            return f"{node.author}\0{node.text}"
        case Sheet():
            return node.name
        case Pair():
            return node.label
        case Choices():
            return "\0".join((node.label, *(option.text for option in node.options)))
        case Grid():
            header = header_names(node).values() if node.header_rows else (c.text for c in node.cells if c.row == 0)
            return "\0".join((node.caption, *header))
        case Figure():
            return "\0".join((node.kind, node.caption or node.description, *node.texts))
        case _:
            return markdown(node)


def _table(table: Table, seen: Counter[str], grids: dict[Place, str]) -> Table:
    if table.id:
        return table
    names = "\0".join(column.name for column in table.columns)
    identity = _unique(f"table\0{table.place.sheet}\0{table.name}\0{names}", seen)
    return replace(table, id=identity, grid=table.grid or grids.get(table.place, ""))


def _image(image: Image, seen: Counter[str]) -> Image:
    if image.id:
        return image
    return replace(image, id=_unique(f"image\0{hashlib.sha256(image.data).hexdigest()}", seen))


def _unique(content: str, seen: Counter[str]) -> str:
    base = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    seen[base] += 1
    return base if seen[base] == 1 else f"{base}-{seen[base]}"
