"""Writes a document as DoclingDocument JSON, which docling, LangChain, LlamaIndex and Haystack load.

Schema 1.5.0: the oldest with everything used here, so that older libraries take it too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from genba.formats.kinds import MEDIA_TYPES
from genba.formats.markup import with_unit
from genba.formats.mermaid import flowchart
from genba.model.cells import Cell
from genba.model.document import Document, Node
from genba.model.image import Image
from genba.model.marks import Mark
from genba.model.nodes import (
    Chart,
    Choices,
    Comment,
    Figure,
    Flow,
    Grid,
    Heading,
    Pair,
    Paragraph,
    Role,
)
from genba.model.place import Place
from genba.model.table import Table

VERSION = "1.5.0"
TABLE_ROWS = 1000
DPI = 96
_LABELS = {
    Role.TITLE: "title",
    Role.CAPTION: "caption",
    Role.FOOTNOTE: "footnote",
    Role.CODE: "code",
    Role.HEADER: "page_header",
    Role.FOOTER: "page_footer",
}


@dataclass(slots=True)
class _Draft:
    """The lists of a DoclingDocument; an item is named by its list and position."""

    texts: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[dict[str, Any]] = field(default_factory=list)
    body: dict[str, Any] = field(default_factory=lambda: _root("body"))

    def add(self, kind: str, parent: dict[str, Any], layer: str, /, **fields: Any) -> dict[str, Any]:
        """Append an item to a list and to its parent's children."""
        items: list[dict[str, Any]] = getattr(self, kind)
        item = {
            "self_ref": f"#/{kind}/{len(items)}",
            "parent": {"$ref": parent["self_ref"]},
            "children": [],
            "content_layer": layer,
            **fields,
        }
        items.append(item)
        parent["children"].append({"$ref": item["self_ref"]})
        return item

    def text(self, parent: dict[str, Any], layer: str, label: str, text: str, place: Place, **more: Any) -> str:
        """Append a text and give its name."""
        item = self.add("texts", parent, layer, label=label, prov=_prov(place, len(text)), orig=text, text=text, **more)
        return str(item["self_ref"])


def encode(document: Document, *, title: str, pictures: Mapping[str, str]) -> bytes:
    """Encode a document; `pictures` are links to its pictures' files, by id."""
    draft = _Draft()
    images = {image.id: image for image in document.images}
    group: tuple[str, dict[str, Any]] | None = None
    for node in document.nodes:
        kind = _group_of(node)
        if group is None or group[0] != kind:
            group = (kind, draft.add("groups", draft.body, _layer(node), name=kind, label=kind)) if kind else None
        parent = group[1] if group else draft.body
        _add(draft, parent, node, images, pictures)
    for table in document.tables:
        if not table.grid:
            _add_table(draft, table)
    data = {
        "schema_name": "DoclingDocument",
        "version": VERSION,
        "name": title,
        **_origin(document),
        "furniture": _root("furniture"),
        "body": draft.body,
        "groups": draft.groups,
        "texts": draft.texts,
        "pictures": draft.pictures,
        "tables": draft.tables,
        "key_value_items": [],
        "form_items": [],
        "pages": {},
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


def _root(layer: str) -> dict[str, Any]:
    return {
        "self_ref": f"#/{layer}",
        "children": [],
        "content_layer": layer,
        "name": "_root_",
        "label": "unspecified",
    }


def _origin(document: Document) -> dict[str, Any]:
    """Name the source as docling does: its hash is the last 64 bits of the SHA-256."""
    source = document.source
    media_type = MEDIA_TYPES.get(source.kind)
    if media_type is None or media_type not in _KNOWN:
        return {}
    name = source.path.rpartition("/")[2]
    binary_hash = int(source.sha256, 16) & 0xFFFFFFFFFFFFFFFF
    return {"origin": {"mimetype": media_type, "binary_hash": binary_hash, "filename": name}}


# What docling-core accepts as a source's type everywhere; of other files the origin is left out.
_KNOWN = frozenset(
    MEDIA_TYPES[kind]
    for kind in ("xlsx", "docx", "pptx", "ods", "odt", "pdf", "png", "jpeg", "gif", "bmp", "tiff", "webp", "xls", "doc")
)


def _group_of(node: Node) -> str:
    """Fields of a form stand in one group, items of a list in another."""
    match node:
        case Pair() | Choices():
            return "key_value_area"
        case Paragraph() if _is_item(node):
            return "list"
        case Comment():
            return "comment_section"
        case _:
            return ""


def _is_item(node: Paragraph) -> bool:
    return node.role in (Role.BODY, Role.LIST_ITEM) and bool(node.number or node.role is Role.LIST_ITEM)


def _layer(node: Node) -> str:
    if Mark.FURNITURE in node.marks:
        return "furniture"
    if Mark.HIDDEN in node.marks:
        return "invisible"
    is_note = isinstance(node, Comment) or (isinstance(node, Paragraph) and node.role is Role.SPEAKER_NOTE)
    return "notes" if is_note else "body"


def _prov(place: Place, length: int) -> list[dict[str, Any]]:
    """Say where: docling's places are boxes on pages; others (cells, lines) it has no field for."""
    if not place.page or place.box is None:
        return []
    left, top, right, bottom = place.box
    box = {"l": left, "t": top, "r": right, "b": bottom, "coord_origin": "TOPLEFT"}
    return [{"page_no": place.page, "bbox": box, "charspan": [0, length]}]


def _add(
    draft: _Draft,
    parent: dict[str, Any],
    node: Node,
    images: Mapping[str, Image],
    pictures: Mapping[str, str],
) -> None:
    layer = _layer(node)
    match node:
        case Heading():
            text = f"{node.number} {node.text}".strip()
            draft.text(parent, layer, "section_header", text, node.place, level=max(1, min(node.level, 100)))
        case Paragraph():
            _add_paragraph(draft, parent, layer, node)
        case Pair():
            draft.text(parent, layer, "text", f"{node.label}: {with_unit(node.value, node.unit)}".rstrip(), node.place)
        case Choices():
            if node.label:
                draft.text(parent, layer, "text", node.label, node.place)
            for option in node.options:
                label = "checkbox_selected" if option.selected else "checkbox_unselected"
                draft.text(parent, layer, label, option.text, node.place)
        case Comment():
            text = f"{node.author}: {node.text}" if node.author else node.text
            draft.text(parent, layer, "text", text, node.place)
        case Grid():
            cells = [_cell(cell, node) for cell in node.cells]
            _add_cells(draft, parent, layer, _data(cells, node.rows, node.columns), node.caption, node.place)
        case Figure():
            _add_picture(draft, parent, layer, node, images, pictures)
        case Chart():
            _add_chart(draft, parent, layer, node)
        case Flow():
            draft.text(parent, layer, "code", flowchart(node), node.place, **_CODE)


_CODE = {"captions": [], "references": [], "footnotes": [], "code_language": "unknown"}


def _add_paragraph(draft: _Draft, parent: dict[str, Any], layer: str, node: Paragraph) -> None:
    more: dict[str, Any] = {}
    label = _LABELS.get(node.role, "text")
    if _is_item(node):
        label = "list_item"
        more = {"enumerated": bool(node.number), "marker": node.number or "-"}
    elif node.role is Role.CODE:
        more = dict(_CODE)
    if Mark.WITHDRAWN in node.marks:
        more["formatting"] = {"strikethrough": True}
    text = f"{node.number} {node.text}".strip() if node.number and label != "list_item" else node.text
    draft.text(parent, layer, label, text, node.place, **more)


def _cell(cell: Cell, grid: Grid) -> dict[str, Any]:
    return _table_cell(
        cell.text,
        (cell.row, min(cell.row + cell.row_span, grid.rows)),
        (cell.column, min(cell.column + cell.column_span, grid.columns)),
        is_header=cell.row < grid.header_rows,
        is_row_header=cell.row >= grid.header_rows and cell.column < grid.header_columns,
    )


def _table_cell(
    text: str, rows: tuple[int, int], columns: tuple[int, int], *, is_header: bool, is_row_header: bool = False
) -> dict[str, Any]:
    return {
        "row_span": rows[1] - rows[0],
        "col_span": columns[1] - columns[0],
        "start_row_offset_idx": rows[0],
        "end_row_offset_idx": rows[1],
        "start_col_offset_idx": columns[0],
        "end_col_offset_idx": columns[1],
        "text": text,
        "column_header": is_header,
        "row_header": is_row_header,
        "row_section": False,
    }


def _data(cells: Sequence[dict[str, Any]], rows: int, columns: int) -> dict[str, Any]:
    return {"table_cells": cells, "num_rows": rows, "num_cols": columns}


def _add_cells(
    draft: _Draft,
    parent: dict[str, Any],
    layer: str,
    data: dict[str, Any],
    caption: str,
    place: Place,
) -> None:
    table = draft.add(
        "tables",
        parent,
        layer,
        label="table",
        prov=_prov(place, 0),
        captions=[],
        references=[],
        footnotes=[],
        data=data,
        annotations=[],
    )
    _caption(draft, table, layer, caption, place)


def _caption(draft: _Draft, item: dict[str, Any], layer: str, text: str, place: Place) -> None:
    if text:
        item["captions"].append({"$ref": draft.text(item, layer, "caption", text, place)})


def _add_table(draft: _Draft, table: Table) -> None:
    """Give a table's first rows: a spreadsheet of a million rows is no document; its values stand in its own file."""
    names = [f"{column.name} [{column.unit}]" if column.unit else column.name for column in table.columns]
    cells = [_table_cell(name, (0, 1), (at, at + 1), is_header=True) for at, name in enumerate(names)]
    row = 1
    for batch in table.batches:
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            if row > TABLE_ROWS:
                break
            cells += [
                _table_cell("" if value is None else str(value), (row, row + 1), (at, at + 1), is_header=False)
                for at, value in enumerate(values[: len(names)])
            ]
            row += 1
        if row > TABLE_ROWS:
            break
    shown = row - 1
    caption = table.name if shown == table.rows else f"{table.name}（全{table.rows}行のうち先頭{shown}行）"
    _add_cells(draft, draft.body, "body", _data(cells, row, len(names)), caption, table.place)


def _add_picture(
    draft: _Draft,
    parent: dict[str, Any],
    layer: str,
    node: Figure,
    images: Mapping[str, Image],
    pictures: Mapping[str, str],
) -> None:
    picture = _picture(draft, parent, layer, node.place)
    image, link = images.get(node.image), pictures.get(node.image)
    if image is not None and link and image.width_px and image.height_px:
        size = {"width": image.width_px, "height": image.height_px}
        picture["image"] = {"mimetype": image.media_type, "dpi": DPI, "size": size, "uri": link}
    if node.description and node.description != node.caption:
        picture["annotations"].append({"kind": "description", "text": node.description, "provenance": "genba"})
    _caption(draft, picture, layer, node.caption, node.place)
    for text in node.texts:
        draft.text(picture, layer, "text", text, node.place)


def _picture(draft: _Draft, parent: dict[str, Any], layer: str, place: Place) -> dict[str, Any]:
    prov = _prov(place, 0)
    empty: dict[str, Any] = {name: [] for name in ("captions", "references", "footnotes", "annotations")}
    return draft.add("pictures", parent, layer, label="picture", prov=prov, **empty)


def _add_chart(draft: _Draft, parent: dict[str, Any], layer: str, node: Chart) -> None:
    """Give a chart as a picture with its values as a table: docling has no chart of its own."""
    picture = _picture(draft, parent, layer, node.place)
    picture["annotations"].append({"kind": "description", "text": f"{node.kind} chart", "provenance": "genba"})
    _caption(draft, picture, layer, node.title, node.place)
    longest: tuple[str, ...] = max((series.categories for series in node.series), key=len, default=())
    cells = [_table_cell(s.name, (0, 1), (at, at + 1), is_header=True) for at, s in enumerate(node.series, 1)]
    for row, category in enumerate(longest, 1):
        cells.append(_table_cell(category, (row, row + 1), (0, 1), is_header=False, is_row_header=True))
        for at, series in enumerate(node.series, 1):
            value = series.values[row - 1] if row <= len(series.values) else None
            if value is not None:
                cells.append(_table_cell(f"{value:g}", (row, row + 1), (at, at + 1), is_header=False))
    if longest:
        _add_cells(draft, picture, layer, _data(cells, len(longest) + 1, len(node.series) + 1), "", node.place)
