"""What a worker does with one file: detect, read, refine, write; every file inside it likewise."""

import os
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import msgspec

from genba import __version__
from genba.app.equipment import recognisers
from genba.app.gisting import gist_of
from genba.app.reading import Found, read_tree
from genba.app.scoring import scored
from genba.app.signs import SignsOfLife
from genba.app.summing_up import record_of, title_of
from genba.app.task import MEMORY, WORDS, FileTask, IndexTask, Refined
from genba.formats.arrow import keep_arrow_small
from genba.formats.places import origin_text
from genba.model.document import Document
from genba.model.image import Image
from genba.model.record import OutputRecord
from genba.model.report import Summary
from genba.model.table import Table
from genba.model.vocabulary import NO_VOCABULARY, Vocabulary
from genba.ports.blob import Blob
from genba.ports.reader import Limits
from genba.recipes.apply import apply, bind
from genba.recipes.recipe import Recipe
from genba.steps import step_for
from genba.steps.identity import assign
from genba.storage.access import owner_and_access
from genba.storage.files import ProductFolder, blob_of, is_in_use
from genba.storage.scan import nfc
from genba.storage.state import encoded_gist
from genba.writers import document_json, lineage_json, table_parquet

LOCKED_PAUSES_S = (0.2, 0.5, 1.0)
SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tif",
    "image/webp": "webp",
    "image/x-emf": "emf",
    "image/x-wmf": "wmf",
    "image/svg+xml": "svg",
}


SIGNS = SignsOfLife()
_TASK = msgspec.json.Decoder(FileTask | IndexTask)


def work(body: bytes, started: Callable[[str], None], output: Callable[[bytes], None]) -> None:
    """Do what a task asks: refine a file and everything inside it, or write the indexes."""
    keep_arrow_small()
    task = _TASK.decode(body)
    if isinstance(task, IndexTask):
        output(msgspec.json.encode(_index(task, started)))
    else:
        _refine(task, started, output)


def _index(task: IndexTask, started: Callable[[str], None]) -> Summary:
    from genba.app.indexing import write_indexes
    from genba.storage.state import RunState, told

    out = Path(os.fsdecode(task.out))
    state = RunState(out / MEMORY)
    try:
        with told():
            vocabulary = load_words(out, task.context.vocabulary)
            return write_indexes(state, ProductFolder(out), task.context, started, vocabulary=vocabulary)
    finally:
        state.close()


def _refine(task: FileTask, started: Callable[[str], None], output: Callable[[bytes], None]) -> None:
    """Refine a file, telling of each document inside it as it is begun and done."""
    product = ProductFolder(Path(os.fsdecode(task.out)))
    steps = _steps(msgspec.json.encode(task.recipe), task.out, task.vocabulary)
    skip = frozenset(task.skip)

    def finish(found: Found) -> None:
        document = found.document
        if found.wanted:
            document = scored(document, apply(document, steps))
        refined = write_document(document, task.recipe, product)
        output(msgspec.json.encode(refined))

    path = Path(os.fsdecode(task.path))
    owner, access = owner_and_access(path)
    read_tree(
        lambda: open_patiently(path),
        task.portable,
        limits=Limits(),
        kinds=frozenset(task.recipe.files.kinds),
        skip=skip,
        started=SIGNS.following(started),
        finish=finish,
        owner=owner,
        access=access,
    )


@lru_cache(maxsize=1)
def _steps(recipe: bytes, out: bytes, vocabulary: str) -> list[tuple[str, Callable[[Document], Document]]]:
    """Bind the steps of an encoded recipe: a run's files all have the same."""
    return bind_all(msgspec.json.decode(recipe, type=Recipe), load_words(Path(os.fsdecode(out)), vocabulary))


def load_words(out: Path, fingerprint: str) -> Vocabulary:
    """Read what the user told this run; nothing where the fingerprint is empty."""
    if not fingerprint:
        return NO_VOCABULARY
    return msgspec.json.decode((out / WORDS).read_bytes(), type=Vocabulary)


def bind_all(recipe: Recipe, vocabulary: Vocabulary) -> list[tuple[str, Callable[[Document], Document]]]:
    """Bind a recipe's steps with everything that this machine and the user can give them."""
    return bind(recipe, step_for, {**SIGNS.given_by(recognisers()).by_name(), "vocabulary": vocabulary})


def open_patiently(
    path: Path, *, blob_of: Callable[[Path, str], Blob] = blob_of, wait: Callable[[float], None] = time.sleep
) -> Blob:
    """Describe a file, waiting a little for whoever has it locked; raises the last OSError."""
    for pause_s in LOCKED_PAUSES_S:
        try:
            blob = blob_of(path, nfc(path.name))
            with blob.open():
                return blob
        except OSError as error:
            if not is_in_use(error):
                raise
            wait(pause_s)
    return blob_of(path, nfc(path.name))


def write_document(document: Document, recipe: Recipe, product: ProductFolder) -> Refined:
    """Write everything a document gives to the product."""
    document = assign(document)
    table_paths = {table.id: f"tables/{document.id}-{table.id}.parquet" for table in document.tables}
    outputs = [_write_table(table, document, table_paths[table.id], product) for table in document.tables]
    image_paths: dict[str, str] = {}
    for image in document.images:
        image_paths[image.id] = f"images/{document.id}-{image.id}.{_suffix(image)}"
        outputs.append(product.put(image_paths[image.id], image.data))
    content = document_json.content(document)
    data = document_json.encode(
        document, content, title=title_of(document), table_paths=table_paths, image_paths=image_paths
    )
    outputs.append(product.put(f"documents/{document.id}.json", data))
    steps = [(call.use, call.options) for call in recipe.step]
    outputs.append(
        product.put(f"lineage/{document.id}.json", lineage_json.encode(document, steps=steps, version=__version__))
    )
    record = record_of(document, content, table_paths, tuple(outputs))
    return Refined(record=record, chunks=document.chunks, gist=encoded_gist(gist_of(document, content)))


def _write_table(table: Table, document: Document, path: str, product: ProductFolder) -> OutputRecord:
    with product.stream(path) as stream:
        table_parquet.write(table, stream, origin=f"{document.source.sha256} {origin_text(table.place)}".strip())
    return stream.record()


def _suffix(image: Image) -> str:
    return SUFFIXES.get(image.media_type, "bin")
