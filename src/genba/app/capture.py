"""Capture recordings into a signal store: one capture for each source, streaming, and only what is new."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from genba.app import lerobot_folders
from genba.app.edge_batches import proving, trust_of
from genba.app.exchange.uses import HeldUse, check_use
from genba.app.loop import write_report
from genba.app.signal_gathering import Gathering
from genba.errors import InvalidInput, Unavailable
from genba.formats.edgebatch.seals import Trust
from genba.formats.ledger import counted
from genba.formats.recordings.kinds import recording_kind
from genba.formats.recordings.lerobot import INFO
from genba.model.finding import Finding, Severity
from genba.model.place import Place
from genba.model.signals import Block, Capture, LossKind, SourceFile
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits
from genba.readers.signals import signal_reader_for
from genba.storage.captures.store import CaptureStore
from genba.storage.files import blob_of, sha256_of
from genba.storage.rules import Rules
from genba.storage.scan import Entry, root_name, scan

# Kinds whose files in one folder continue each other: their streams have the same names on purpose.
CONTINUING = frozenset({"edge", "mcap", "rosbag1", "rosbag2"})
# Kinds that need not be recordings: a table of lots beside them is no fault.
TABLES = frozenset({"csv", "parquet"})
_NUMBERS = re.compile(r"([0-9]+)")
_PART = re.compile(r"[_-]?[0-9]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRequest:
    """What to capture, into which store; without a title each source's name is its own."""

    sources: tuple[Path, ...]
    store: Path
    title: str = ""
    edge_key_file: Path | None = None  # keys that batches of genba-edge are proven by
    lang: str = "ja"  # of the store's report


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSummary:
    """A stream as the person who captured it wants to see it."""

    id: str
    channels: int
    samples: int
    rate_hz: float
    seconds: float
    raw_bytes: int
    stored_bytes: int
    losses: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedSource:
    """What became of one source: a capture, or nothing new, or nothing that could be read."""

    source: str
    capture: str = ""
    title: str = ""
    files: int = 0
    known_files: int = 0
    other_files: int = 0
    streams: tuple[StreamSummary, ...] = ()
    samples: int = 0
    raw_bytes: int = 0
    stored_bytes: int = 0
    losses: dict[str, int] = field(default_factory=dict)
    asked_by: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything that was asked for is in the store."""
        blocked = any(item.severity is Severity.BLOCKER for item in self.findings)
        return bool(self.capture or self.known_files) and not blocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What a run put into the store."""

    store: str
    sources: tuple[CapturedSource, ...]

    @property
    def exit_status(self) -> int:
        """0 when everything could be captured or was there already, 1 when some, 2 when nothing."""
        if all(source.is_whole for source in self.sources):
            return 0
        return 1 if any(source.capture or source.known_files for source in self.sources) else 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    name: str
    blob: Blob
    kind: str
    sha256: str
    parts: tuple[SourceFile, ...] = ()  # the files of a recording that is a folder

    @property
    def sources(self) -> tuple[SourceFile, ...]:
        """Name the files that the recording is kept in."""
        alone = SourceFile(name=self.name, size_bytes=self.blob.size_bytes, sha256=self.sha256, kind=self.kind)
        return self.parts or (alone,)

    def is_in(self, known: set[str]) -> bool:
        """Tell whether all of it has been captured before."""
        return all(part.sha256 in known for part in self.sources)

    @property
    def stem(self) -> str:
        return self.name.rpartition("/")[2].rpartition(".")[0] or self.name

    @property
    def run(self) -> str:
        """Name what files that continue each other have in common; of edge batches the folder is enough."""
        folder = self.name.rpartition("/")[0]
        if self.kind not in CONTINUING:
            return self.name
        return folder if self.kind == "edge" else f"{folder}/{_PART.sub('', self.stem)}"


def capture(request: CaptureRequest) -> Captured:
    """Read every source into the store; a file that cannot be read becomes a finding and the rest goes on."""
    for package in ("numpy", "pcodec"):
        if find_spec(package) is None:
            raise Unavailable("capture.extra_missing", extra="sensors")
    store = CaptureStore(request.store)
    known = {file.sha256 for found in store.captures() for file in found.sources}
    trusted = trust_of(request.edge_key_file)
    done = []
    for source in request.sources:
        check_use(source, HeldUse(action="capture", now=datetime.now(UTC)), below=True)
        result = _capture_source(store, source, request.title, known, trusted)
        done.append(result)
    if any(result.capture for result in done):
        write_report(request.store, request.lang)
    return Captured(store=str(request.store), sources=tuple(done))


def _capture_source(store: CaptureStore, source: Path, title: str, known: set[str], trusted: Trust) -> CapturedSource:
    findings: list[Finding] = []
    files, others = _files(source, findings)
    # The same content twice in one source is taken once: twice, it would look like a recorder gone mad.
    new = [file for file in {file.sha256: file for file in reversed(files)}.values() if not file.is_in(known)]
    new.reverse()
    told = CapturedSource(
        source=root_name(source),
        title=title or root_name(source),
        files=sum(len(file.sources) for file in files),
        known_files=sum(len(file.sources) for file in files if file.is_in(known)),
        other_files=others,
    )
    if not files:
        findings.append(Finding(code="capture.nothing_to_read", severity=Severity.BLOCKER, details={"files": others}))
    found = _kept(store, told.title, new, findings, trusted) if new else None
    if found is None:
        return _with(told, findings, None)
    known.update(file.sha256 for file in found.sources)
    return _with(told, findings, found)


def _files(source: Path, findings: list[Finding]) -> tuple[list[_File], int]:
    """Name the recordings of a source in their order, and count what is none."""
    found: list[_File] = []
    others = 0
    folder = source.parent.parent if source.as_posix().endswith(f"/{INFO}") else source  # named by what describes it
    entries = [entry for entry in scan([folder], Rules()) if isinstance(entry, Entry)]
    folders = lerobot_folders.datasets(entries)
    apart = lerobot_folders.members(folders.values()) - folders.keys()
    for entry in sorted(entries, key=lambda entry: _natural(entry.portable)):
        if entry.portable in apart:
            continue
        blob = blob_of(entry.path, entry.portable.rpartition("/")[2])
        place = Place(part=entry.portable)
        try:
            if entry.portable in folders:
                found.append(_folder(blob, sorted(folders[entry.portable], key=lambda one: _natural(one.portable))))
                continue
            kind = recording_kind(blob)
            if kind:
                found.append(_File(name=entry.portable, blob=blob, kind=kind, sha256=sha256_of(blob)))
        except InvalidInput as error:
            findings.append(_finding(error, place))
            continue
        except OSError as error:
            findings.append(_unreadable(error, place))
            continue
        others += not kind
    return found, others


def _folder(blob: Blob, entries: Sequence[Entry]) -> _File:
    """Put the files of a dataset together; its hash is one of all of theirs."""
    kind = lerobot_folders.KIND
    parts = []
    for entry in entries:
        part = blob_of(entry.path, entry.portable)
        parts.append(SourceFile(name=entry.portable, size_bytes=part.size_bytes, sha256=sha256_of(part), kind=kind))
    root = next(part.name for part in parts if part.name.endswith(INFO)).removesuffix(f"/{INFO}")
    together = sha256("".join(f"{part.sha256} {part.name.removeprefix(root)}\n" for part in parts).encode()).hexdigest()
    return _File(name=root, blob=blob, kind=kind, sha256=together, parts=tuple(parts))


def _kept(
    store: CaptureStore, title: str, files: Sequence[_File], findings: list[Finding], trusted: Trust
) -> Capture | None:
    """Read the files into one capture; None where not one sample or message was there."""
    groups = _groups(files)
    with store.writer(title) as writer:
        read = 0
        for prefix, group in groups.items():
            gathering = Gathering(writer, prefix)
            for file in group:
                if _read(file, gathering, findings, trusted, is_alone=len(files) == 1):
                    read += 1
                    for source in file.sources:
                        writer.source(source)
            for finding in gathering.between():
                writer.add(finding)
        findings += writer.findings
        return writer.commit() if read else None


def _groups(files: Sequence[_File]) -> dict[str, list[_File]]:
    """Put files together that continue each other, each group under the prefix of its streams."""
    groups: dict[tuple[str, str], list[_File]] = {}
    for file in files:
        groups.setdefault((file.kind, file.run), []).append(file)
    if len(groups) == 1:
        return {"": list(files)}
    named: dict[str, list[_File]] = {}
    for group in groups.values():
        inner = group[0].name.partition("/")[2] or group[0].name
        for name in (group[0].stem, inner.rpartition(".")[0], inner):
            if name and name not in named:
                named[name] = group
                break
        else:
            named[f"{inner} {group[0].kind}"] = group
    return named


def _read(file: _File, gathering: Gathering, findings: list[Finding], trusted: Trust, *, is_alone: bool) -> bool:
    """Read one file; what it gave before it failed stays. Says whether it gave samples or messages."""
    place = Place(part=file.name)
    gathering.begin(file.name, file.stem)
    given = False
    reader = signal_reader_for(file.kind)
    if reader is None:
        return False
    try:
        for part in proving(reader, file.kind, trusted)(file.blob, SignalLimits()):
            gathering.add(part)
            given = given or isinstance(part, Block)
    except (InvalidInput, Unavailable) as error:
        found = _finding(error, place)
        is_other = file.kind in TABLES and not given and not is_alone and isinstance(error, InvalidInput)
        findings.append(replace(found, severity=Severity.NOTICE) if is_other else found)
    except OSError as error:
        findings.append(_unreadable(error, place))
    return given


def _unreadable(error: OSError, place: Place) -> Finding:
    details = {"reason": error.strerror or type(error).__name__}
    return Finding(code="capture.unreadable", severity=Severity.BLOCKER, place=place, details=details)


def _finding(error: InvalidInput | Unavailable, place: Place) -> Finding:
    details = {name: value if isinstance(value, int | float) else str(value) for name, value in error.details.items()}
    return Finding(code=error.code, severity=Severity.BLOCKER, place=place, details=details)


def _with(told: CapturedSource, findings: list[Finding], found: Capture | None) -> CapturedSource:
    if found is None:
        return replace(told, findings=tuple(findings))
    streams = tuple(_summary(found, stream.id, len(stream.channels), stream.rate_hz) for stream in found.streams)
    return replace(
        told,
        capture=found.id,
        title=found.title,
        streams=streams,
        samples=sum(stream.samples for stream in streams),
        raw_bytes=sum(stream.raw_bytes for stream in streams),
        stored_bytes=sum(stream.stored_bytes for stream in streams),
        losses=counted(found.losses),
        asked_by=tuple(sorted({request.model for request in found.requests})),
        findings=tuple(findings),
    )


def _summary(found: Capture, stream: str, channels: int, rate_hz: float) -> StreamSummary:
    segments = [item for item in found.segments if item.stream == stream]
    samples = sum(item.count for item in segments)
    losses = [loss for loss in found.losses if loss.stream == stream]
    span_ns = max(item.last_ns for item in segments) - min(item.first_ns for item in segments) if segments else 0
    if rate_hz and any(loss.kind is LossKind.RESET for loss in losses):
        span_ns = round(samples / rate_hz * 1e9)  # a clock that began again says nothing of how long it took
    return StreamSummary(
        id=stream,
        channels=channels,
        samples=samples,
        rate_hz=rate_hz,
        seconds=span_ns / 1e9,
        raw_bytes=sum(item.raw_bytes for item in segments),
        stored_bytes=sum(item.size_bytes for item in segments),
        losses=counted(losses),
    )


def _natural(name: str) -> list[tuple[int, str]]:
    """Order run_2 before run_10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in _NUMBERS.split(name)]
