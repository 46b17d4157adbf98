"""Ids that survive edits elsewhere: made of a node's own kind and content, never of its position."""

import hashlib
from collections import Counter
from dataclasses import replace

from genba.formats.markup import markdown
from genba.model.document import Document, Node
from genba.model.image import Image
from genba.model.nodes import Figure
from genba.model.table import Table


def document_id(path: str) -> str:
    """Name a document by its portable path, so that its id outlives changes of its content."""
    return hashlib.blake2b(path.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def assign(document: Document) -> Document:
    """Give every node, table and image without an id its id; equal contents are told apart by their order."""
    seen: Counter[str] = Counter()
    images = tuple(_image(image, seen) for image in document.images)
    by_name = {image.name: image.id for image in images}
    nodes = tuple(_node(node, seen, by_name) for node in document.nodes)
    grids: dict[tuple[object, ...], str] = {
        (node.place.sheet, node.place.range, node.place.page, node.place.box): node.id for node in nodes
    }
    tables = tuple(_table(table, seen, grids) for table in document.tables)
    return replace(document, nodes=nodes, tables=tables, images=images)


def _node(node: Node, seen: Counter[str], images: dict[str, str]) -> Node:
    if node.id:
        return node
    content = node.name if hasattr(node, "name") else markdown(node)
    kind = type(node).__name__.lower()
    identity = _unique(f"{kind}\0{node.place.sheet}\0{content}", seen)
    if isinstance(node, Figure) and node.image in images:
        return replace(node, id=identity, image=images[node.image])
    return replace(node, id=identity)


def _table(table: Table, seen: Counter[str], grids: dict[tuple[object, ...], str]) -> Table:
    if table.id:
        return table
    names = "\0".join(column.name for column in table.columns)
    place = table.place
    grid = grids.get((place.sheet, place.range, place.page, place.box), "") if place.sheet or place.page else ""
    return replace(table, id=_unique(f"table\0{place.sheet}\0{table.name}\0{names}", seen), grid=grid)


def _image(image: Image, seen: Counter[str]) -> Image:
    if image.id:
        return image
    return replace(image, id=_unique(f"image\0{hashlib.sha256(image.data).hexdigest()}", seen))


def _unique(content: str, seen: Counter[str]) -> str:
    base = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    seen[base] += 1
    return base if seen[base] == 1 else f"{base}-{seen[base]}"
