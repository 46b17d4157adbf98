"""Refine folders into a data product: scan, hand changed files to workers, remember documents, write indexes."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from logging import Logger
from pathlib import Path

import msgspec

from genba import __version__
from genba.app.batch import Batch, Progress
from genba.app.equipment import memory, recognisers
from genba.app.exchange.uses import HeldUse, check_sources
from genba.app.last_run import known_summary
from genba.app.task import MEMORY, TIME_LIMIT_S, IndexContext, IndexTask
from genba.app.words import load_vocabulary, remember
from genba.engines.processes import ProcessEngine
from genba.errors import Conflict, InvalidInput, NotFound, Unavailable
from genba.model.record import Usability
from genba.model.report import Summary
from genba.model.vocabulary import Vocabulary
from genba.ports.engine import Cause, Died, Output, Task
from genba.recipes.recipe import LoadedRecipe, Recipe, builtin_names, load_recipe
from genba.storage.files import ProductFolder, blob_of, long_path, scratch_folder, sha256_of
from genba.storage.lock import FolderLock
from genba.storage.rules import make_rules
from genba.storage.scan import Entry, Skipped, nfc, root_name, scan
from genba.storage.state import FileState, RunState, told

WORK = "genba.app.pipeline:work"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefineRequest:
    """What to refine, where to, and how."""

    sources: tuple[Path, ...]
    out: Path
    recipe: str = "factory"
    workers: int = 2
    fresh: bool = False
    lang: str = "ja"
    vocabulary: tuple[Path, ...] = ()  # files of the user's words
    time_limit_s: float = TIME_LIMIT_S
    memory_limit_bytes: int = 0  # 0: by what is installed
    memory_together_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run did and what the product now holds."""

    files: int
    refined: int
    unchanged: int
    removed: int
    skipped: int
    summary: Summary
    report: str
    lacks_language: bool = False  # keywords and summaries were made by rules alone

    def numbers(self) -> dict[str, int]:
        """Give the counts of this run."""
        names = ("files", "refined", "unchanged", "removed", "skipped")
        return {name: getattr(self, name) for name in names}

    @property
    def exit_status(self) -> int:
        """0 when everything could be used, 1 when some, 2 when nothing."""
        usability = self.summary.usability
        if not usability[Usability.FULLY] + usability[Usability.PARTLY]:
            return 2
        return 1 if usability[Usability.NOT] else 0


def refine(request: RefineRequest, *, now: datetime, tell: Callable[[Progress], None], log: Logger) -> Outcome:
    """Bring the product up to date with its sources; what is already done is not done again."""
    loaded = load_recipe(request.recipe)
    if request.recipe not in builtin_names():
        from genba.recipes.apply import bind
        from genba.steps import step_for

        bind(loaded.recipe, step_for)
    vocabulary = load_vocabulary(request.vocabulary)
    _refuse_missing(request.sources)
    _refuse_nesting(request)
    out = long_path(request.out.absolute())
    _refuse_foreign_folder(out)
    request = replace(request, out=out)
    memory = out / MEMORY
    with FolderLock(memory.with_name("lock")), scratch_folder(memory.with_name("scratch")) as scratch:
        state = RunState(memory)
        try:
            with told():
                outcome = _bring_up_to_date(
                    request, loaded, state, scratch, now=now, vocabulary=vocabulary, tell=tell, log=log
                )
        finally:
            state.close()
        run = {
            "format": "genba-run/1.0",
            "started": now.isoformat(),
            "software": f"genba {__version__}",
            **outcome.numbers(),
        }
        ProductFolder(out).put("run.json", msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n")
    return outcome


def _bring_up_to_date(
    request: RefineRequest,
    loaded: LoadedRecipe,
    state: RunState,
    scratch: Path,
    *,
    now: datetime,
    vocabulary: Vocabulary,
    tell: Callable[[Progress], None],
    log: Logger,
) -> Outcome:
    entries, skipped = _scan(request, loaded.recipe)
    # What a partner gave stands under terms, wherever it lies among the sources.
    use = HeldUse(action="refine", now=now)
    records = check_sources(request.sources, [entry.path for entry in entries], use)
    entries = [entry for entry in entries if entry.path not in records]
    words = remember(vocabulary, request.out)
    recipe_key = "/".join(filter(None, (__version__, loaded.digest, recognisers().key(), words)))
    known = state.files()
    todo = [entry for entry in entries if _is_changed(entry, known.get(entry.portable), recipe_key, request.fresh)]
    removed = state.keep_only({entry.portable for entry in entries})
    context = IndexContext(
        title="・".join(sorted(root_name(source) for source in request.sources)),
        recipe=loaded.recipe.name,
        recipe_key=recipe_key,
        lang=request.lang,
        skipped=skipped,
        vocabulary=words,
        superseded=loaded.recipe.collection.superseded,
    )
    with _engine(request, len(todo), scratch) as engine:
        if todo:
            batch = Batch(todo, state, recipe=loaded.recipe, recipe_key=recipe_key, out=request.out, vocabulary=words)
            batch.run(engine, tell=tell, log=log)
        summary = known_summary(state, ProductFolder(request.out), context) or _index(request, context, engine)
    return Outcome(
        files=len(entries),
        refined=len(todo),
        unchanged=len(entries) - len(todo),
        removed=removed,
        skipped=len(skipped),
        summary=summary,
        report=nfc(str(request.out / "report.html")),
        lacks_language=recognisers().tokeniser is None,
    )


def _engine(request: RefineRequest, files: int, scratch: Path) -> ProcessEngine:
    workers = max(1, min(request.workers, files))
    allowed = memory(workers)
    return ProcessEngine(
        WORK,
        workers=workers,
        time_limit_s=request.time_limit_s,
        memory_limit_bytes=request.memory_limit_bytes or allowed.one_bytes,
        memory_together_bytes=request.memory_together_bytes or allowed.together_bytes,
        kept_bytes=allowed.kept_bytes,
        scratch=scratch,
    )


def _index(request: RefineRequest, context: IndexContext, engine: ProcessEngine) -> Summary:
    """Let a worker write the indexes: it has loaded already what that needs."""
    task = IndexTask(out=os.fsencode(request.out), context=context)
    engine.submit(Task(key="index", body=msgspec.json.encode(task)))
    summary: Summary | None = None
    for event in engine.events():
        if isinstance(event, Output):
            summary = msgspec.json.decode(event.body, type=Summary)
        elif isinstance(event, Died):
            raise Unavailable("refine.index_failed", cause=str(event.cause), detail=event.detail)
    if summary is None:
        raise Unavailable("refine.index_failed", cause=str(Cause.CRASH), detail="")
    return summary


def _scan(request: RefineRequest, recipe: Recipe) -> tuple[list[Entry], tuple[Skipped, ...]]:
    rules = make_rules(recipe.files.include, recipe.files.exclude, take_private=recipe.files.private == "take")
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    for item in scan(list(request.sources), rules):
        if isinstance(item, Entry):
            entries.append(item)
        else:
            skipped.append(item)
    return entries, tuple(skipped)


def _refuse_foreign_folder(out: Path) -> None:
    """Files that a product does not name are removed from its folders: never do that in a folder of somebody else."""
    if out.is_dir() and not (out / MEMORY).parent.is_dir() and any(out.iterdir()):
        raise Conflict("refine.out_not_empty", out=nfc(str(out)))
    if out.exists() and not out.is_dir():
        raise Conflict("refine.out_not_a_folder", out=nfc(str(out)))


def _refuse_missing(sources: tuple[Path, ...]) -> None:
    """A name typed wrong must not leave an empty product behind."""
    for source in sources:
        if not os.path.lexists(long_path(source)):
            raise NotFound("scan.no_such_source", name=nfc(str(source)))


def _refuse_nesting(request: RefineRequest) -> None:
    """A product inside its own source would be read as a source by the next run."""
    out = Path(os.path.realpath(request.out))
    for source in request.sources:
        folder = Path(os.path.realpath(source))
        if out == folder or folder in out.parents:
            raise InvalidInput("refine.out_inside_source", out=nfc(str(request.out)), source=nfc(str(source)))


def _is_changed(entry: Entry, known: FileState | None, recipe_key: str, fresh: bool) -> bool:
    if known is None or known.recipe != recipe_key:
        return True
    if (known.size_bytes, known.modified_ns) != (entry.size_bytes, entry.modified_ns):
        return True
    if not fresh:
        return False
    try:
        return sha256_of(blob_of(entry.path, entry.path.name)) != known.sha256
    except OSError:
        return True
