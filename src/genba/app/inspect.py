"""Look into one file: what it holds and what is wrong with it; nothing is written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from genba.app.batch import epitaph
from genba.app.equipment import memory
from genba.app.task import TIME_LIMIT_S, InspectTask
from genba.engines.processes import ProcessEngine
from genba.errors import InvalidInput, NotFound
from genba.model.record import DocumentRecord
from genba.ports.engine import Died, Output, Task
from genba.recipes.recipe import load_recipe
from genba.storage.scan import nfc

if TYPE_CHECKING:
    from genba.model.document import Document

EXCERPT_CHARS = 2_000
WORK = "genba.app.inspect:work"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedTerms:
    """The agreement that a received file stands under: sentences, each with how far it is kept, by language."""

    title: str
    provider: str
    agreement: str
    withdrawn: bool
    terms: Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """One file, or one file inside it."""

    record: DocumentRecord
    excerpt: str = ""
    summary: str = ""
    keywords: tuple[str, ...] = ()
    images: Mapping[str, str]
    agreed: tuple[AgreedTerms, ...] = ()


def inspect(path: Path, *, recipe: str = "factory") -> tuple[Inspection, ...]:
    """Read and refine one file in a worker, within limits; the file itself comes first, then what is inside it."""
    if path.is_dir():
        raise InvalidInput("cli.inspect_folder", name=nfc(str(path)))
    if not path.is_file():
        raise NotFound("scan.no_such_source", name=nfc(str(path)))
    name = nfc(path.name)
    body = msgspec.json.encode(InspectTask(path=os.fsencode(path.absolute()), recipe=load_recipe(recipe).recipe))
    found: list[Inspection] = []
    with (
        tempfile.TemporaryDirectory(prefix="genba-", ignore_cleanup_errors=True) as scratch,
        ProcessEngine(
            WORK,
            workers=1,
            time_limit_s=TIME_LIMIT_S,
            memory_limit_bytes=memory(1).one_bytes,
            scratch=Path(scratch),
        ) as engine,
    ):
        engine.submit(Task(key=name, body=body))
        for event in engine.events():
            if isinstance(event, Output):
                found.append(msgspec.json.decode(event.body, type=Inspection))
            elif isinstance(event, Died):
                found.append(Inspection(record=epitaph(event, event.label), images={}))
    agreed = agreed_about(path)
    return tuple(replace(inspection, agreed=agreed) if agreed else inspection for inspection in reversed(found))


def agreed_about(path: Path) -> tuple[AgreedTerms, ...]:
    """Give the terms that a partner's file came under; looking at it is not yet a use of it."""
    from genba.app.exchange.uses import holdings

    if next(holdings(path), None) is None:
        return ()
    from genba.app.exchange.held import terms_of

    return tuple(
        AgreedTerms(
            title=held.title,
            provider=held.provider,
            agreement=held.agreement,
            withdrawn=held.withdrawn,
            terms={lang: tuple((one.text, one.enforcement) for one in lines) for lang, lines in held.labels.items()},
        )
        for held in terms_of(path)
    )


def work(body: bytes, started: Callable[[str], None], output: Callable[[bytes], None]) -> None:
    """Do what a worker is asked: tell of the file and of everything inside it, inner ones first."""
    from genba.app.pipeline import SIGNS, bind_all, open_patiently
    from genba.app.reading import Found, read_tree
    from genba.app.scoring import scored
    from genba.formats.arrow import keep_arrow_small
    from genba.ports.reader import Limits
    from genba.recipes.apply import apply

    keep_arrow_small()
    task = msgspec.json.decode(body, type=InspectTask)
    path = Path(os.fsdecode(task.path))
    steps = bind_all(task.recipe, task.vocabulary)

    def finish(part: Found) -> None:
        output(msgspec.json.encode(_inspection(scored(part.document, apply(part.document, steps)))))

    read_tree(
        lambda: open_patiently(path), nfc(path.name), limits=Limits(), started=SIGNS.following(started), finish=finish
    )


def _inspection(document: Document) -> Inspection:
    from genba.app.summing_up import record_of
    from genba.writers.document_json import content

    text = content(document)
    paths = {table.id: "" for table in document.tables}
    return Inspection(
        record=record_of(document, text, paths, ()),
        excerpt=text[:EXCERPT_CHARS],
        summary=document.summary,
        keywords=document.keywords,
        images={image.id: f"{image.width_px}×{image.height_px}" for image in document.images},
    )
