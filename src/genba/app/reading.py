"""Turns a blob into a document, and every file inside it into documents of their own, within limits."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from genba.app.equipment import reader_of
from genba.errors import InvalidInput
from genba.formats.detection import detect
from genba.model.document import DefinedName, Document, Edit, Node, Property, Revision
from genba.model.drawing import Drawing
from genba.model.finding import Finding, Severity
from genba.model.image import Image
from genba.model.sheet import CodeList
from genba.model.source import Source, document_id
from genba.model.table import Table
from genba.ports.blob import Blob
from genba.ports.reader import Child, Limits, Reader
from genba.storage.files import is_full, sha256_of, write_failed

# Opened whatever kinds a recipe takes, for the files inside them.
CONTAINERS = frozenset({"zip", "tar", "gz", "bz2", "xz", "7z", "lzh"})


@dataclass(frozen=True, slots=True)
class Found:
    """A document as read; `wanted` is false when the recipe does not take its kind."""

    document: Document
    wanted: bool


@dataclass(slots=True)
class _Tree:
    limits: Limits
    kinds: frozenset[str]
    skip: frozenset[str]
    readers: Callable[[str], Reader | None]
    started: Callable[[str], None]
    finish: Callable[[Found], None]
    files_inside: int = 0
    bytes_inside: int = 0

    def takes(self, blob: Blob) -> bool:
        """Count a file found inside another against what one file may hold in all, however it is nested."""
        self.files_inside += 1
        self.bytes_inside += blob.size_bytes
        return self.files_inside <= self.limits.members and self.bytes_inside <= self.limits.unpacked_bytes


class _Collected:
    """The parts of one document, sorted by kind as they come."""

    def __init__(self, limits: Limits) -> None:
        self.parts: list[object] = []
        self._limits = limits
        self._count = 0
        self._refused: set[str] = set()
        self._child_paths: dict[str, int] = {}  # with the number that the next of the same name may have

    def add(self, part: object) -> None:
        self._count += 1
        if self._count <= self._limits.nodes:
            self.parts.append(part)
        else:
            self.refuse_once("reading.too_many_parts", self._limits.nodes)

    def refuse_once(self, code: str, limit: int) -> None:
        """Say once that a limit was met; the rest goes on."""
        if code not in self._refused:
            self._refused.add(code)
            self.parts.append(Finding(code=code, severity=Severity.PROBLEM, details={"limit": limit}))

    def fail(self, code: str, details: dict[str, object]) -> None:
        anything = any(not isinstance(part, Finding | Property) for part in self.parts)
        severity = Severity.PROBLEM if anything else Severity.BLOCKER
        kept = {name: value if isinstance(value, int | float) else str(value) for name, value in details.items()}
        self.parts.append(Finding(code=code, severity=severity, details=kept))

    def child_path(self, path: str) -> str:
        """Tell members of the same name apart, in the order of the container."""
        unique, number = path, self._child_paths.get(path, 2)
        while unique in self._child_paths:
            unique, number = f"{path}#{number}", number + 1
        self._child_paths[path] = number
        self._child_paths.setdefault(unique, 2)
        return unique

    def document(self, source: Source) -> Document:
        apart: tuple[type, ...] = (Table, Image, Property, Revision, CodeList, DefinedName, Finding, Edit, Drawing)
        return Document(
            source=source,
            id=document_id(source.path),
            nodes=tuple(cast("Node", part) for part in self.parts if not isinstance(part, apart)),
            tables=tuple(part for part in self.parts if isinstance(part, Table)),
            images=tuple(part for part in self.parts if isinstance(part, Image)),
            properties=tuple(part for part in self.parts if isinstance(part, Property)),
            revisions=tuple(part for part in self.parts if isinstance(part, Revision)),
            code_lists=tuple(part for part in self.parts if isinstance(part, CodeList)),
            names=tuple(part for part in self.parts if isinstance(part, DefinedName)),
            findings=tuple(part for part in self.parts if isinstance(part, Finding)),
            edits=tuple(part for part in self.parts if isinstance(part, Edit)),
            drawing=next((part for part in self.parts if isinstance(part, Drawing)), None),
        )


def read_tree(
    open_blob: Callable[[], Blob],
    portable: str,
    *,
    limits: Limits,
    readers: Callable[[str], Reader | None] = reader_of,
    kinds: frozenset[str] = frozenset(),
    skip: frozenset[str] = frozenset(),
    started: Callable[[str], None] = lambda label: None,
    finish: Callable[[Found], None],
    owner: str = "",
    access: str = "",
) -> None:
    """Read a file and what is inside it; `finish` gets every document when it is complete, inner ones first."""
    tree = _Tree(limits, kinds, skip, readers, started, finish)
    source = Source(path=portable, sha256="", size_bytes=0, kind="unknown", owner=owner, access=access)
    started(portable)
    try:
        blob = open_blob()
    except OSError as error:
        document = Document(source=source, id=document_id(portable), findings=(_os_finding(error),))
        finish(Found(document, True))
        return
    _read(tree, blob, source, 0)


def _read(tree: _Tree, blob: Blob, source: Source, depth: int) -> None:
    collected = _Collected(tree.limits)
    source = replace(source, size_bytes=blob.size_bytes, modified=blob.modified)
    wanted = True
    try:
        source = replace(source, sha256=sha256_of(blob))
        detected = detect(blob, tree.limits)
        source = replace(source, kind=detected.kind)
        collected.parts.extend(detected.findings)
        wanted = not tree.kinds or detected.kind in tree.kinds
        if wanted or detected.kind in CONTAINERS:
            _collect(tree, blob, source, depth, collected)
    except InvalidInput as error:
        collected.fail(error.code, error.details)
    except OSError as error:
        collected.parts.append(_os_finding(error))
    except ImportError as error:  # the installation is at fault, not the file
        details = {"name": error.name or source.kind}
        collected.parts.append(Finding(code="reading.part_missing", severity=Severity.BLOCKER, details=details))
    if not wanted:
        collected.parts.append(Finding(code="reading.kind_not_taken", severity=Severity.NOTICE))
    if source.path not in tree.skip:
        tree.finish(Found(collected.document(source), wanted))


def _collect(tree: _Tree, blob: Blob, source: Source, depth: int, collected: _Collected) -> None:
    reader = tree.readers(source.kind)
    if reader is None:
        return
    for part in reader(blob, tree.limits):
        if not isinstance(part, Child):
            collected.add(part)
            if isinstance(part, Image):  # a rendered page takes a while: the time limit begins anew
                tree.started(source.path)
        elif depth + 1 >= tree.limits.depth:
            collected.refuse_once("reading.too_deep", tree.limits.depth)
        elif not tree.takes(part.blob):
            collected.refuse_once("reading.too_much_inside", tree.limits.members)
        else:
            path = collected.child_path(f"{source.path}!/{part.path}")
            if path in tree.skip:
                continue
            tree.started(path)
            _read(tree, part.blob, replace(source, path=path, sha256="", kind="unknown"), depth + 1)
            tree.started(source.path)


def _os_finding(error: OSError) -> Finding:
    if is_full(error):  # of the disk that takes what is unpacked: nothing is wrong with the file
        raise write_failed(error) from None
    if isinstance(error, FileNotFoundError):
        return Finding(code="reading.vanished", severity=Severity.BLOCKER)
    if isinstance(error, PermissionError):
        return Finding(code="reading.locked", severity=Severity.BLOCKER)
    return Finding(
        code="reading.unreadable", severity=Severity.BLOCKER, details={"reason": error.strerror or type(error).__name__}
    )
