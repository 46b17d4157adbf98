"""Read archives as the files inside them: zip, tar, gz, bz2, xz, 7z, lzh; nothing is written where it says."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from genba.errors import InvalidInput
from genba.formats import lzh, sevenzip, tars
from genba.formats.detection import detect
from genba.formats.membernames import is_litter, portable_name
from genba.formats.spool import Budget
from genba.formats.unzipped import ZipReader
from genba.model.finding import Finding, Severity
from genba.model.place import Place
from genba.ports.blob import Blob
from genba.ports.reader import Child, Limits, Part

FATAL = frozenset({"zip.too_many_members", "file.truncated"})


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield a child for each member that can be unpacked, and a finding for each that cannot."""
    kind = detect(blob, limits).kind
    yield from VARIANTS[kind](blob, limits, kind)


def _unpacked(
    budget: Budget, name: str, packed_bytes: int, pieces: Iterator[bytes], modified: str
) -> Iterator[Child | Finding]:
    """Unpack one member; what goes wrong with it stays with it."""
    if is_litter(name):
        return
    path = portable_name(name)
    if not path:
        yield Finding(code="archive.unsafe_name", severity=Severity.PROBLEM, details={"name": name[:200]})
        return
    budget.member()
    try:
        inner = budget.unpack(path, packed_bytes, pieces, modified=modified)
    except InvalidInput as error:
        if error.code in FATAL:
            raise
        yield _finding(error, path)
        return
    yield Child(path=path, blob=inner)


def _finding(error: InvalidInput, path: str) -> Finding:
    details = {name: value if isinstance(value, int | float) else str(value) for name, value in error.details.items()}
    if "name" in details:
        details["name"] = path
    return Finding(code=error.code, severity=Severity.PROBLEM, place=Place(part=path), details=details)


def _zip(blob: Blob, limits: Limits, kind: str) -> Iterator[Part]:
    budget = Budget(limits)
    with blob.open() as stream:
        archive = ZipReader(stream, limits.members)
        for member in archive.members:
            if member.is_folder:
                continue
            if member.is_encrypted:
                yield Finding(code="zip.encrypted_member", severity=Severity.BLOCKER, details={"name": member.name})
            elif member.is_link:
                yield Finding(code="archive.link", severity=Severity.NOTICE, details={"name": member.name})
            else:
                pieces = archive.pieces(member)
                yield from _unpacked(budget, member.name, member.packed_bytes, pieces, member.modified)


def _seven_zip(blob: Blob, limits: Limits, kind: str) -> Iterator[Part]:
    budget = Budget(limits)
    with blob.open() as stream:
        unpacker: sevenzip.Unpacker | None = None
        folder: sevenzip.Folder | None = None
        failed: sevenzip.Folder | None = None
        for member in sevenzip.members(stream, limits.members):
            if member.is_folder or (member.folder is not None and member.folder is failed):
                continue
            if member.is_link:
                yield Finding(code="archive.link", severity=Severity.NOTICE, details={"name": member.name})
            if member.folder is None:
                if not member.is_link:
                    yield from _unpacked(budget, member.name, 0, iter(()), member.modified)
                continue
            if member.folder is not folder or unpacker is None:
                folder = member.folder
                try:
                    unpacker = sevenzip.Unpacker(stream, folder)
                except InvalidInput as error:
                    failed = folder
                    code = "zip.encrypted_member" if error.code == "file.password_protected" else error.code
                    yield _finding(InvalidInput(code, **{**error.details, "name": member.name}), member.name)
                    continue
            pieces = unpacker.file(member)
            if member.is_link or is_litter(member.name) or not portable_name(member.name):
                for _ in pieces:  # packed in one stream with the others, so it has to be passed over
                    pass
            for part in _unpacked(budget, member.name, folder.packed_bytes, pieces, member.modified):
                if not member.is_link:
                    yield part
                if isinstance(part, Finding) and part.code != "archive.unsafe_name":
                    failed = folder  # what follows in the same stream is lost


def _lzh(blob: Blob, limits: Limits, kind: str) -> Iterator[Part]:
    budget = Budget(limits)
    with blob.open() as stream:
        for member in lzh.members(stream, limits.members + 1):
            if not member.is_folder:
                pieces = lzh.unpack(stream, member)
                yield from _unpacked(budget, member.name, member.packed_bytes, pieces, member.modified)


def _compressed(blob: Blob, limits: Limits, kind: str) -> Iterator[Part]:
    with blob.open() as stream:
        is_tar = tars.holds_tar(tars.plain_stream(stream, kind))
    with blob.open() as stream:
        plain = tars.plain_stream(stream, kind)
        if is_tar:
            yield from _members(plain, blob, limits)
        else:
            name = blob.name.rpartition(".")[0] or f"{blob.name}.contents"
            pieces = tars.pieces_of(plain, name)
            yield from _unpacked(Budget(limits), name, blob.size_bytes, pieces, blob.modified)


def _tar(blob: Blob, limits: Limits, kind: str) -> Iterator[Part]:
    with blob.open() as stream:
        yield from _members(stream, blob, limits)


def _members(stream: BinaryIO, blob: Blob, limits: Limits) -> Iterator[Part]:
    budget = Budget(limits)
    for member in tars.tar_members(stream):
        if member.is_special:
            yield Finding(code="archive.link", severity=Severity.NOTICE, details={"name": member.name[:200]})
        elif not member.is_folder:
            yield from _unpacked(budget, member.name, blob.size_bytes, member.pieces, member.modified)


VARIANTS: dict[str, Callable[[Blob, Limits, str], Iterator[Part]]] = {
    "zip": _zip,
    "jar": _zip,
    "7z": _seven_zip,
    "lzh": _lzh,
    "tar": _tar,
    "gz": _compressed,
    "bz2": _compressed,
    "xz": _compressed,
}
