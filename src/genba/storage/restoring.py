"""Makes a document again from its file in a product, so that what writes documents writes exports as well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from genba.errors import InvalidInput
from genba.model.document import DefinedName, Document, Node, Property, Revision, SectionSummary
from genba.model.drawing import Drawing
from genba.model.finding import Finding
from genba.model.image import Image
from genba.model.instruction import Instruction
from genba.model.nodes import Chart, Choices, Comment, Figure, Flow, Grid, Heading, Pair, Paragraph
from genba.model.place import Place
from genba.model.score import Score
from genba.model.sheet import CodeList
from genba.model.source import Source
from genba.model.table import Column, Table
from genba.model.terms import Mention, Reference, Term
from genba.storage.product_document import (
    ChartItem,
    DocumentFile,
    FlowItem,
    GridItem,
    PairItem,
    Section,
    TableItem,
)

if TYPE_CHECKING:
    import pyarrow as pa

# Extensions of pictures as products write them, and what they are.
MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "webp": "image/webp",
    "emf": "image/x-emf",
    "wmf": "image/x-wmf",
    "svg": "image/svg+xml",
}
# Fields of a file by the model's names for them.
_RENAMED = {"origin": "place", "label_origin": "label_place", "found_in": "origin"}

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Batches:
    """A table's values, read from its file whenever they are asked for."""

    path: Path

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(self.path) as file:
                yield from file.iter_batches()
        except (pa.ArrowException, OSError) as error:
            path, reason = f"tables/{self.path.name}", type(error).__name__
            raise InvalidInput("product.broken_file", path=path, reason=reason) from None


def restore(file: DocumentFile, root: Path) -> Document:
    """Make the document again; pictures have their names and types, their bytes stay in the product.

    Raises InvalidInput with `product.broken_file` where the file says what no document of ours can.
    """
    try:
        return _restored(file, root)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        reason = str(error)[:200] if isinstance(error, msgspec.ValidationError) else type(error).__name__
        raise InvalidInput("product.broken_file", path=f"documents/{file.id}.json", reason=reason) from None


def _restored(file: DocumentFile, root: Path) -> Document:
    elsewhere: dict[str, Node] = {
        **{item.id: _grid(item) for item in file.tables if isinstance(item, GridItem)},
        **{item.id: _pair(item) for item in file.pairs},
        **{item.id: _figure(item) for item in file.figures},
        **{item.id: _made(item, Comment) for item in file.comments},
    }
    return Document(
        id=file.id,
        source=_made(file.source, Source),
        nodes=tuple(_nodes(file.sections, elsewhere)),
        tables=tuple(_table(item, root) for item in file.tables if isinstance(item, TableItem)),
        images=tuple(_images(file)),
        properties=tuple(_made(item, Property) for item in file.metadata),
        revisions=tuple(_made(item, Revision) for item in file.revisions),
        code_lists=tuple(_made(item, CodeList) for item in file.code_lists),
        names=tuple(_made(item, DefinedName) for item in file.names),
        findings=tuple(_made(item, Finding) for item in file.findings),
        keywords=file.keywords,
        terms=tuple(_made(item, Term) for item in file.terms),
        mentions=tuple(_made(item, Mention) for item in file.mentions),
        references=tuple(_made(item, Reference) for item in file.references),
        summary=file.summary,
        summary_by=file.summary_by,
        summaries=tuple(_made(item, SectionSummary) for item in file.summaries),
        instruction=_made(file.instruction, Instruction) if file.instruction else None,
        drawing=_made(file.drawing, Drawing) if file.drawing else None,
        scores=tuple(_made(item, Score) for item in file.readability),
    )


def _nodes(sections: tuple[Section, ...], elsewhere: dict[str, Node]) -> Iterator[Node]:
    for section in sections:
        if section.id:
            yield _made(section, Heading, text=section.title)
        for node in section.nodes:
            if not node.ref:
                yield _made(node, Paragraph)
            elif node.ref in elsewhere:
                yield elsewhere[node.ref]


def _grid(item: GridItem) -> Grid:
    cells = []
    for cell in msgspec.to_builtins(item.cells):
        value = cell.get("value")
        cells.append({**cell, "row": cell["r"], "column": cell["c"], "value": cell["text"] if value is None else value})
    return _made(item, Grid, cells=cells)


def _pair(item: PairItem) -> Pair | Choices:
    if item.options is not None:
        return _made(item, Choices)
    return _made(item, Pair, value=item.value or "")


def _figure(item: Any) -> Figure | Chart | Flow:
    if isinstance(item, ChartItem):
        return _made(item, Chart, kind=item.chart)
    if isinstance(item, FlowItem):
        edges = [
            {
                "source": {"key": edge.source.node, "joint": edge.source.joint, "confidence": edge.source.confidence},
                "target": {"key": edge.target.node, "joint": edge.target.joint, "confidence": edge.target.confidence},
                "label": edge.label,
                "directed": edge.directed,
                "place": msgspec.to_builtins(edge.origin),
            }
            for edge in item.edges
        ]
        return _made(item, Flow, edges=edges)
    return _made(item, Figure)


def _table(item: TableItem, root: Path) -> Table:
    return Table(
        name=item.name,
        columns=tuple(_made(column, Column) for column in item.columns),
        batches=_Batches(root / item.file),
        rows=item.rows,
        notes=item.notes,
        time_column=item.time_column,
        place=_made(item.origin, Place),
        grid=item.grid,
        id=item.id,
    )


def _images(file: DocumentFile) -> Iterator[Image]:
    paths = image_paths(file)
    for image in file.image:
        extension = paths.get(image.id, "").rpartition(".")[2]
        media_type = MEDIA_TYPES.get(extension, "application/octet-stream")
        yield Image(name=image.id, id=image.id, media_type=media_type, data=b"")


def image_paths(file: DocumentFile) -> dict[str, str]:
    """Give the files of a document's pictures by the pictures' ids, as far as figures name them."""
    pictures = (item for item in file.figures if not isinstance(item, ChartItem | FlowItem))
    return {item.image: item.file for item in pictures if item.image and item.file}


def _made(item: Any, shape: type[_T], /, **given: Any) -> _T:
    """Make a model value of what was read: fields by name, with those given instead; `origin` is a place."""
    return msgspec.convert({**_renamed(msgspec.to_builtins(item)), **given}, shape)


def _renamed(item: Any) -> Any:
    if isinstance(item, dict):
        return {_RENAMED.get(name, name): _renamed(value) for name, value in item.items()}
    return [_renamed(value) for value in item] if isinstance(item, list | tuple) else item
