"""Look into one file: what it holds and what is wrong with it; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from genba.app.reading import Found, read_tree
from genba.app.scoring import scored
from genba.app.summing_up import record_of
from genba.errors import InvalidInput, NotFound
from genba.model.document import Document
from genba.model.record import DocumentRecord
from genba.ports.reader import Limits
from genba.recipes.apply import apply, bind
from genba.recipes.recipe import load_recipe
from genba.steps import step_for
from genba.storage.files import blob_of
from genba.writers.document_json import content

EXCERPT_CHARS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """One file, or one file inside it."""

    record: DocumentRecord
    excerpt: str
    summary: str
    keywords: tuple[str, ...]
    images: Mapping[str, str]


def inspect(path: Path, *, recipe: str = "factory") -> tuple[Inspection, ...]:
    """Read and refine one file in this process; the file itself comes first, then what is inside it."""
    if path.is_dir():
        raise InvalidInput("cli.inspect_folder", name=str(path))
    if not path.is_file():
        raise NotFound("scan.no_such_source", name=str(path))
    steps = bind(load_recipe(recipe).recipe, step_for)
    found: list[Inspection] = []

    def finish(part: Found) -> None:
        found.append(_inspection(scored(part.document, apply(part.document, steps))))

    read_tree(lambda: blob_of(path, path.name), path.name, limits=Limits(), finish=finish)
    return tuple(reversed(found))


def _inspection(document: Document) -> Inspection:
    text = content(document)
    paths = {table.id: "" for table in document.tables}
    return Inspection(
        record=record_of(document, text, paths, ()),
        excerpt=text[:EXCERPT_CHARS],
        summary=document.summary,
        keywords=document.keywords,
        images={image.id: f"{image.width_px}×{image.height_px}" for image in document.images},
    )
