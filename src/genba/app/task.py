"""What the run and its workers tell each other."""

import msgspec

from genba.model.chunk import Chunk
from genba.model.record import DocumentRecord
from genba.model.vocabulary import NO_VOCABULARY, Vocabulary
from genba.recipes.recipe import Recipe
from genba.storage.scan import Skipped

MEMORY = ".genba/state.sqlite"
WORDS = ".genba/vocabulary.json"  # what the user told, once for all tasks
TIME_LIMIT_S = 180.0
# Together with this process, which needs 100 to 200 MB, a run stays within 1.5 GB: a file may have what the
# workers may hold together, when it has to be run alone.
MEMORY_LIMIT_BYTES = 1100 << 20
MEMORY_TOGETHER_BYTES = 1200 << 20
# What a worker holds more where models are installed, measured: words and sentences 240 MB; reading pages 300 MB
# between pages and up to 530 MB on one.
LANGUAGE_BYTES = 260 << 20
OCR_KEPT_BYTES = 330 << 20
OCR_BYTES = 600 << 20


class FileTask(msgspec.Struct, frozen=True, kw_only=True, tag="file"):
    """One file to refine, and how; `skip` names documents inside it that are done or must not be touched again."""

    path: bytes  # as the file system has it: names need not be text
    portable: str
    out: bytes
    recipe: Recipe
    vocabulary: str = ""  # the fingerprint of what the user's words file beside the memory holds; empty for none
    skip: list[str] = []


class IndexContext(msgspec.Struct, frozen=True, kw_only=True):
    """What the indexes depend on besides the documents."""

    title: str
    recipe: str
    recipe_key: str
    lang: str
    skipped: tuple[Skipped, ...]
    vocabulary: str = ""  # as in FileTask
    superseded: str = "leave_out"

    def digest(self) -> bytes:
        """Fingerprint it."""
        return msgspec.json.encode(self)


class IndexTask(msgspec.Struct, frozen=True, kw_only=True, tag="index"):
    """Write everything that spans documents."""

    out: bytes
    context: IndexContext


class InspectTask(msgspec.Struct, frozen=True, kw_only=True):
    """One file to look into."""

    path: bytes
    recipe: Recipe
    vocabulary: Vocabulary = NO_VOCABULARY


class Refined(msgspec.Struct, frozen=True, kw_only=True):
    """One refined document, as remembered."""

    record: DocumentRecord
    chunks: tuple[Chunk, ...]
    gist: bytes = b""  # encoded, for the memory
