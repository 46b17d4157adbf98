"""What the run and its workers tell each other."""

import msgspec

from genba.model.chunk import Chunk
from genba.model.record import DocumentRecord
from genba.recipes.recipe import Recipe


class FileTask(msgspec.Struct, frozen=True, kw_only=True):
    """One file to refine, and how; `skip` names documents inside it that are done or must not be touched again."""

    path: str
    portable: str
    out: str
    recipe: Recipe
    skip: list[str] = []


class Refined(msgspec.Struct, frozen=True, kw_only=True):
    """One refined document, as remembered."""

    record: DocumentRecord
    chunks: tuple[Chunk, ...]
