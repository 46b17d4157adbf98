"""Refine folders into a data product: scan, hand changed files to workers, remember documents, write indexes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from genba import __version__
from genba.app.indexing import IndexContext, write_indexes
from genba.app.pipeline import FileTask, Refined
from genba.engines.processes import ProcessEngine
from genba.errors import InvalidInput
from genba.model.record import DocumentRecord, FindingRecord, Usability
from genba.model.report import Summary
from genba.ports.engine import Cause, Died, Finished, Output, Started, Task
from genba.recipes.apply import bind
from genba.recipes.recipe import LoadedRecipe, load_recipe
from genba.steps import STEPS
from genba.steps.identity import document_id
from genba.storage.files import ProductFolder, blob_of, iso_time, sha256_of
from genba.storage.lock import FolderLock
from genba.storage.rules import make_rules
from genba.storage.scan import Entry, Skipped, scan
from genba.storage.state import FileState, RunState

TIME_LIMIT_S = 180.0
MEMORY_LIMIT_BYTES = 1200 << 20
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
    time_limit_s: float = TIME_LIMIT_S
    memory_limit_bytes: int = MEMORY_LIMIT_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is."""

    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    current: str


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

    @property
    def exit_status(self) -> int:
        """0 when everything could be used, 1 when some, 2 when nothing."""
        usability = self.summary.usability
        if not usability[Usability.FULLY] + usability[Usability.PARTLY]:
            return 2
        return 1 if usability[Usability.NOT] else 0


@dataclass(slots=True)
class _Job:
    """A file being worked on: the documents that have come out of it so far."""

    entry: Entry
    task: FileTask
    documents: set[str] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)
    sha256: str = ""


def refine(
    request: RefineRequest, *, now: datetime, tell: Callable[[Progress], None], log: Logger
) -> Outcome:
    """Bring the product up to date with its sources; what is already done is not done again."""
    loaded = load_recipe(request.recipe)
    bind(loaded.recipe, STEPS)
    _refuse_nesting(request)
    memory = request.out / ".genba"
    with FolderLock(memory / "lock"):
        state = RunState(memory / "state.sqlite")
        try:
            return _refine(request, loaded, state, now, tell, log)
        finally:
            state.close()


def _refine(
    request: RefineRequest, loaded: LoadedRecipe, state: RunState, now: datetime, tell: Callable[[Progress], None]
) -> Outcome:
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    files = loaded.recipe.files
    rules = make_rules(files.include, files.exclude, take_private=files.private == "take")
    for item in scan(list(request.sources), rules):
        entries.append(item) if isinstance(item, Entry) else skipped.append(item)
    recipe_key = f"{__version__}/{loaded.digest}"
    known = state.files()
    todo = [entry for entry in entries if _is_changed(entry, known.get(entry.portable), recipe_key, request.fresh)]
    removed = state.keep_only({entry.portable for entry in entries})
    if todo:
        _run(request, loaded, state, todo, tell)
    product = ProductFolder(request.out)
    title = "・".join(sorted(source.resolve().name for source in request.sources))
    context = IndexContext(
        title=title, recipe=loaded.recipe, recipe_key=recipe_key, lang=request.lang, skipped=tuple(skipped)
    )
    summary = write_indexes(state, product, context)
    run = {
        "started": now.isoformat(),
        "files": len(entries),
        "refined": len(todo),
        "removed": removed,
        "software": f"genba {__version__}",
    }
    product.put("run.json", msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n")
    return Outcome(
        files=len(entries),
        refined=len(todo),
        unchanged=len(entries) - len(todo),
        removed=removed,
        skipped=len(skipped),
        summary=summary,
        report=str(request.out / "report.html"),
    )


def _refuse_nesting(request: RefineRequest) -> None:
    """A product inside its own source would be read as a source by the next run."""
    out = request.out.absolute()
    for source in request.sources:
        if out == source.absolute() or source.absolute() in out.parents:
            raise InvalidInput("refine.out_inside_source", out=str(request.out), source=str(source))


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


def _run(
    request: RefineRequest,
    loaded: LoadedRecipe,
    state: RunState,
    todo: list[Entry],
    tell: Callable[[Progress], None],
) -> None:
    recipe_key = f"{__version__}/{loaded.digest}"
    engine = ProcessEngine(
        WORK,
        workers=min(request.workers, len(todo)),
        time_limit_s=request.time_limit_s,
        memory_limit_bytes=request.memory_limit_bytes,
        log=None,
    )
    jobs = {entry.portable: _Job(entry, _task(entry, request, loaded)) for entry in todo}
    done = bytes_done = 0
    bytes_total = sum(entry.size_bytes for entry in todo)
    with engine:
        for job in jobs.values():
            engine.submit(_submission(job))
        for event in engine.events():
            job = jobs[event.key]
            current = event.label if isinstance(event, Started) else job.entry.portable
            if isinstance(event, Output):
                _remember(event, job, state)
            elif isinstance(event, Died) and _bury(event, job, state):
                engine.submit(_submission(job))
                continue
            elif isinstance(event, Finished | Died):
                state_now = FileState(job.entry.size_bytes, job.entry.modified_ns, recipe_key, job.sha256)
                state.finish_file(job.entry.portable, state_now, job.documents)
                done += 1
                bytes_done += job.entry.size_bytes
            tell(
                Progress(
                    files_done=done,
                    files_total=len(todo),
                    bytes_done=bytes_done,
                    bytes_total=bytes_total,
                    current=current,
                )
            )


def _task(entry: Entry, request: RefineRequest, loaded: LoadedRecipe) -> FileTask:
    return FileTask(
        path=str(entry.path), portable=entry.portable, out=str(request.out.absolute()), recipe=loaded.recipe
    )


def _submission(job: _Job) -> Task:
    task = msgspec.structs.replace(job.task, skip=sorted(job.documents | job.dead))
    return Task(key=job.entry.portable, body=msgspec.json.encode(task))


def _remember(event: Output, job: _Job, state: RunState) -> None:
    refined = msgspec.json.decode(event.body, type=Refined)
    state.add_document(job.entry.portable, refined.record, refined.chunks)
    job.documents.add(refined.record.path)
    if refined.record.path == job.entry.portable:
        job.sha256 = refined.record.sha256


def _bury(event: Died, job: _Job, state: RunState) -> bool:
    """Record the document a worker died on; true when the rest of its container is worth another try."""
    label = event.label or job.entry.portable
    if label in job.documents:
        label = job.entry.portable
    job.dead.add(label)
    record = DocumentRecord(
        path=label,
        id=document_id(label),
        kind="unknown",
        size_bytes=job.entry.size_bytes if label == job.entry.portable else 0,
        sha256="",
        modified=iso_time(job.entry.modified_ns),
        usability=Usability.NOT,
        title=label.rsplit("/", 1)[-1],
        findings=(_epitaph(event),),
    )
    state.add_document(job.entry.portable, record, ())
    job.documents.add(label)
    return label != job.entry.portable


def _epitaph(event: Died) -> FindingRecord:
    code = {
        Cause.TIME: "reading.took_too_long",
        Cause.MEMORY: "reading.needed_too_much_memory",
        Cause.CRASH: "reading.crashed_reader",
    }[event.cause]
    return FindingRecord(code=code, severity="blocker", count=1, details={"detail": event.detail})
