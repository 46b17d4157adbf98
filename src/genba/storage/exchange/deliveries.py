"""What a partner gets of a published product: files frozen at publication, listed and hashed once, the list signed."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import msgspec

from genba.errors import Conflict, Denied, InvalidInput
from genba.ports.exchange import Signer, Verifier
from genba.storage.files import BLOCK_BYTES, long_path, write_failed

FORMAT = "genba-delivery/1.0"
INDEX = "delivery.json"
SIGNATURE = "delivery.jws"
SIGNATURE_TYPE = "genba-delivery+jws"
LOCAL = "local.json"  # times of our copies; never delivered
FILES = "files"
# Big files are hashed in chunks too, so that whoever fetches them can check on all cores and resume anywhere.
CHUNK_BYTES = 16 << 20
MAX_INDEX_BYTES = 64 << 20
MAX_FILE_BYTES = 1 << 50


class DeliveredFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file as the signed index names it; `chunks` are SHA-256 of CHUNK_BYTES each, empty for small files."""

    path: str
    size_bytes: int
    sha256: str
    chunks: tuple[str, ...] = ()


class DeliveryIndex(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """delivery.json: everything that is delivered; the product's own manifest.json is one of the files."""

    format: str = FORMAT
    dataset: str
    version: str
    title: str
    provider: str  # DID
    files: tuple[DeliveredFile, ...]


class _Stated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the signature is over."""

    sha256: str  # of delivery.json


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A delivery folder that was read: the index as bytes and values, its signature."""

    folder: Path
    body: bytes
    index: DeliveryIndex
    signature: str  # compact JWS
    modified_ns: dict[str, int]
    by_path: Mapping[str, DeliveredFile] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Files are asked for by path, one by one."""
        object.__setattr__(self, "by_path", {file.path: file for file in self.index.files})

    def open_path(self, path: str) -> Path:
        """Give the place of a file that the index names; raises Conflict when it changed since publication."""
        entry = self.by_path.get(path)
        if entry is None:
            raise InvalidInput("delivery.no_such_file", path=path[:200])
        target = long_path(self.folder / FILES / path)
        try:
            status = target.stat()
        except OSError:
            raise Conflict("delivery.changed", path=path) from None
        if status.st_size != entry.size_bytes or status.st_mtime_ns != self.modified_ns.get(path):
            raise Conflict("delivery.changed", path=path)
        return target


def hash_file(path: Path, name: str) -> DeliveredFile:
    """Hash a file whole and, when it is big, by chunks, in one pass."""
    whole, chunks, size = hashlib.sha256(), [], 0
    with long_path(path).open("rb") as stream:
        while block := stream.read(CHUNK_BYTES):
            whole.update(block)
            chunks.append(hashlib.sha256(block).hexdigest())
            size += len(block)
    return DeliveredFile(
        path=name, size_bytes=size, sha256=whole.hexdigest(), chunks=tuple(chunks) if len(chunks) > 1 else ()
    )


def write_delivery(
    folder: Path,
    sources: Iterable[tuple[str, Path]],
    signer: Signer,
    *,
    dataset: str,
    version: str,
    title: str,
    provider: str,
) -> Delivery:
    """Freeze files into a delivery folder: linked where the disk can, else copied; the index is written last."""
    root = long_path(folder)
    listed, modified = [], {}
    try:
        shutil.rmtree(root, ignore_errors=True)
        for name, source in sorted(sources):
            checked_path(name)
            target = root / FILES / name
            target.parent.mkdir(parents=True, exist_ok=True)
            _freeze(long_path(source), target)
            listed.append(hash_file(target, name))
            modified[name] = target.stat().st_mtime_ns
        index = DeliveryIndex(dataset=dataset, version=version, title=title, provider=provider, files=tuple(listed))
        body = msgspec.json.format(msgspec.json.encode(index), indent=1)
        stated = msgspec.json.encode(_Stated(sha256=hashlib.sha256(body).hexdigest()))
        signature = signer.sign(stated, typ=SIGNATURE_TYPE)
        (root / LOCAL).write_bytes(msgspec.json.encode(modified))
        (root / SIGNATURE).write_text(signature, encoding="ascii")
        (root / INDEX).write_bytes(body)
    except OSError as error:
        raise write_failed(error) from None
    return Delivery(folder=folder, body=body, index=index, signature=signature, modified_ns=modified)


def _freeze(source: Path, target: Path) -> None:
    """A link keeps the bytes when the product is made anew, since products replace files and never rewrite them."""
    with suppress(OSError):
        os.link(source, target)
        return
    with source.open("rb") as read, target.open("xb") as write:
        shutil.copyfileobj(read, write, BLOCK_BYTES)
    shutil.copystat(source, target)


def load_delivery(folder: Path) -> Delivery:
    """Read a delivery folder of ours; raises Conflict when it is not whole."""
    root = long_path(folder)
    try:
        body = (root / INDEX).read_bytes()
        signature = (root / SIGNATURE).read_text(encoding="ascii")
        modified = msgspec.json.decode((root / LOCAL).read_bytes(), type=dict[str, int])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        raise Conflict("delivery.broken", folder=folder.name) from None
    return Delivery(folder=folder, body=body, index=read_index(body), signature=signature, modified_ns=modified)


def read_index(body: bytes) -> DeliveryIndex:
    """Read an index that came from outside: known format, safe paths, no path twice."""
    if len(body) > MAX_INDEX_BYTES:
        raise InvalidInput("delivery.bad_index", reason="too large")
    try:
        index = msgspec.json.decode(body, type=DeliveryIndex)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise InvalidInput("delivery.bad_index", reason="not an index") from None
    if index.format != FORMAT:
        raise InvalidInput("delivery.bad_index", reason="format")
    for file in index.files:
        checked_path(file.path)
        if not 0 <= file.size_bytes <= MAX_FILE_BYTES:
            raise InvalidInput("delivery.bad_index", reason="size")
        if len(file.chunks) not in (0, -(-file.size_bytes // CHUNK_BYTES)):
            raise InvalidInput("delivery.bad_index", reason="chunks")
    if len({file.path.casefold() for file in index.files}) != len(index.files):
        raise InvalidInput("delivery.bad_index", reason="a path twice")
    return index


def check_index(body: bytes, signature: str, verifier: Verifier, *, provider: str) -> DeliveryIndex:
    """Read an index and prove that the provider signed exactly it; raises Denied when not."""
    stated = verifier.verify(signature, typ=SIGNATURE_TYPE, signer=provider)
    try:
        sha256 = msgspec.json.decode(stated, type=_Stated).sha256
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Denied("delivery.not_signed", provider=provider) from None
    index = read_index(body)
    if sha256 != hashlib.sha256(body).hexdigest() or index.provider != provider:
        raise Denied("delivery.not_signed", provider=provider)
    return index


def checked_path(path: str) -> None:
    """Refuse a path that leaves its folder or that Windows reads differently."""
    parts = PurePosixPath(path).parts
    bad = not parts or path.startswith("/") or ".." in parts or any(sign in path for sign in '\\:*?"<>|\x7f')
    bad = bad or any(sign < " " for sign in path)  # a name must not draw what it likes, nor break a line
    if bad or len(path) > 1000 or path != "/".join(parts) or any(part != part.rstrip(" .") for part in parts):
        raise InvalidInput("delivery.bad_path", path=path[:200])
