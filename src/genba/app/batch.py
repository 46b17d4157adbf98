"""Hands files to workers and remembers what comes back; a file that kills its worker costs only itself."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from logging import Logger
from pathlib import Path

import msgspec

from genba.app.task import FileTask, Refined
from genba.model.record import DocumentRecord, FindingRecord, Usability
from genba.model.source import document_id
from genba.ports.engine import Cause, Died, Engine, Finished, Output, Started, Task
from genba.recipes.recipe import Recipe
from genba.storage.files import iso_time
from genba.storage.scan import Entry
from genba.storage.state import FileState, RunState

SLOWEST_BYTES_PER_S = 1 << 20  # a file that is read more slowly than this is not read to its end
# Findings about the moment, not about the file: the next run looks again.
PASSING = frozenset({"reading.vanished", "reading.locked", "reading.unreadable", "reading.part_missing"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is."""

    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    current: str


@dataclass(slots=True)
class _Job:
    """A file being worked on: the documents that have come out of it so far."""

    entry: Entry
    task: FileTask
    documents: set[str] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)
    tried_again: set[str] = field(default_factory=set)
    sha256: str = ""
    is_passing: bool = False  # what was wrong may be gone at the next run


class Batch:
    """The files of one run that have to be refined."""

    def __init__(
        self,
        entries: list[Entry],
        state: RunState,
        *,
        recipe: Recipe,
        recipe_key: str,
        out: Path,
        vocabulary: str = "",
    ) -> None:
        """Prepare a task for every file."""
        self._state = state
        self._recipe_key = recipe_key
        folder = os.fsencode(out)
        self._jobs = {
            entry.portable: _Job(
                entry,
                FileTask(
                    path=os.fsencode(entry.path),
                    portable=entry.portable,
                    out=folder,
                    recipe=recipe,
                    vocabulary=vocabulary,
                ),
            )
            for entry in entries
        }

    def run(self, engine: Engine, *, tell: Callable[[Progress], None], log: Logger) -> None:
        """Run every task to its end, remembering documents as they come."""
        files_done = bytes_done = 0
        bytes_total = sum(job.entry.size_bytes for job in self._jobs.values())
        for job in self._jobs.values():
            engine.submit(_submission(job))
        for event in engine.events():
            job = self._jobs[event.key]
            if isinstance(event, Output):
                self._remember(event, job)
            elif isinstance(event, Died) and (self._may_try_again(event, job) or self._bury(event, job, log)):
                engine.submit(_submission(job))
            elif isinstance(event, Finished | Died):
                self._finish(job)
                files_done += 1
                bytes_done += job.entry.size_bytes
            tell(
                Progress(
                    files_done=files_done,
                    files_total=len(self._jobs),
                    bytes_done=bytes_done,
                    bytes_total=bytes_total,
                    current=event.label if isinstance(event, Started) else job.entry.portable,
                )
            )

    def _finish(self, job: _Job) -> None:
        entry = job.entry
        recipe_key = "" if job.is_passing else self._recipe_key
        state = FileState(entry.size_bytes, entry.modified_ns, recipe_key, job.sha256)
        self._state.finish_file(entry.portable, state, job.documents)

    def _remember(self, event: Output, job: _Job) -> None:
        refined = msgspec.json.decode(event.body, type=Refined)
        self._state.add_document(job.entry.portable, refined.record, refined.chunks, refined.gist)
        job.documents.add(refined.record.path)
        if refined.record.path == job.entry.portable:
            job.sha256 = refined.record.sha256
            job.is_passing = any(finding.code in PASSING for finding in refined.record.findings)

    def _may_try_again(self, event: Died, job: _Job) -> bool:
        """Give a part on which a worker was lost one more try: it may have been the machine, not the file."""
        if not event.lost or event.label in job.tried_again:
            return False
        job.tried_again.add(event.label)
        return True

    def _bury(self, event: Died, job: _Job, log: Logger) -> bool:
        """Record the document a worker died on; true when the rest of its container is worth another try."""
        label = event.label or job.entry.portable
        if label in job.documents:
            label = job.entry.portable
        job.dead.add(label)
        record = epitaph(
            event,
            label,
            size_bytes=job.entry.size_bytes if label == job.entry.portable else 0,
            modified=iso_time(job.entry.modified_ns),
        )
        log.warning("%s: document %s, %s", record.findings[0].code, record.id, event.detail)
        self._state.add_document(job.entry.portable, record, ())
        job.documents.add(label)
        return label != job.entry.portable


def _submission(job: _Job) -> Task:
    task = msgspec.structs.replace(job.task, skip=sorted(job.documents | job.dead))
    extra_time_s = job.entry.size_bytes / SLOWEST_BYTES_PER_S
    return Task(key=job.entry.portable, body=msgspec.json.encode(task), extra_time_s=extra_time_s)


def epitaph(event: Died, label: str, *, size_bytes: int = 0, modified: str = "") -> DocumentRecord:
    """Say of a document why its reading ended early."""
    code = {
        Cause.TIME: "reading.took_too_long",
        Cause.MEMORY: "reading.needed_too_much_memory",
        Cause.CRASH: "reading.crashed_reader",
    }[event.cause]
    return DocumentRecord(
        path=label,
        id=document_id(label),
        kind="unknown",
        size_bytes=size_bytes,
        sha256="",
        modified=modified,
        usability=Usability.NOT,
        title=label.rsplit("/", 1)[-1],
        findings=(FindingRecord(code=code, severity="blocker", count=1, details={"detail": event.detail}),),
    )
