"""Opens a data product that somebody handed over: nothing is trusted that the manifest does not vouch for."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import msgspec

from genba.errors import InvalidInput
from genba.storage.files import BLOCK_BYTES, long_path
from genba.storage.product_document import DocumentFile
from genba.storage.product_files import DatasetFile, LineageFile, ManifestEntry, ManifestFile, ReportFile
from genba.storage.product_relations import RelationsFile

# The newest format of each file that this version knows; older ones of the same and the previous major are read.
KNOWN = {
    **dict.fromkeys(("dataset", "lineage", "manifest", "relations"), (1, 0)),
    **dict.fromkeys(("document", "report"), (1, 1)),
}
FOLDERS = ("chunks", "documents", "images", "lineage", "tables")
LARGEST_JSON_BYTES = 1 << 30
_SHOWN_CHARS = 200

_T = TypeVar("_T", bound=msgspec.Struct)


class _Head(msgspec.Struct):
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product whose files are all there and unchanged."""

    root: Path
    dataset: DatasetFile
    manifest: ManifestFile

    def documents(self) -> Iterator[DocumentFile]:
        """Read one document after the other, in the order of their paths in the source."""
        for entry in self.dataset.documents:
            if entry.file is not None:
                yield _read(self.root, entry.file, "document", DocumentFile)

    def lineage(self, document_id: str) -> LineageFile:
        """Read what was done to a document."""
        return _read(self.root, f"lineage/{document_id}.json", "lineage", LineageFile)

    def report(self) -> ReportFile:
        """Read the report."""
        return _read(self.root, "report.json", "report", ReportFile)

    def relations(self) -> RelationsFile | None:
        """Read what holds between documents; None for a product that was made before genba found it."""
        if all(entry.path != "relations.json" for entry in self.manifest.files):
            return None
        return _read(self.root, "relations.json", "relations", RelationsFile)

    def paths(self, folder: str) -> list[Path]:
        """Name the files of a folder: chunks, tables, images."""
        return [self.root / entry.path for entry in self.manifest.files if entry.path.startswith(f"{folder}/")]


def load_product(path: Path) -> Product:
    """Check every file against the manifest and read what the product holds; raises InvalidInput with `product.*`."""
    root = long_path(path.absolute())
    if not (root / "manifest.json").is_file():
        raise InvalidInput("product.not_a_product", folder=str(path))
    manifest = _read(root, "manifest.json", "manifest", ManifestFile)
    for entry in manifest.files:
        _check(root, entry)
    listed = {entry.path for entry in manifest.files}
    if len(listed) != len(manifest.files):
        raise InvalidInput("product.broken_file", path="manifest.json", reason="a path twice")
    for folder in FOLDERS:
        for found in sorted((root / folder).iterdir()) if (root / folder).is_dir() else ():
            if f"{folder}/{found.name}" not in listed:
                raise InvalidInput("product.unlisted_file", path=f"{folder}/{found.name}")
    if "dataset.json" not in listed:
        raise InvalidInput("product.missing_file", path="dataset.json")
    dataset = _read(root, "dataset.json", "dataset", DatasetFile)
    for document in dataset.documents:
        for named in (document.file, *document.tables):
            if named is not None and named not in listed:
                raise InvalidInput("product.missing_file", path=named)
    return Product(root=root, dataset=dataset, manifest=manifest)


def _check(root: Path, entry: ManifestEntry) -> None:
    parts = PurePosixPath(entry.path).parts
    if not parts or entry.path.startswith("/") or ".." in parts or "\\" in entry.path or ":" in entry.path:
        raise InvalidInput("product.broken_file", path="manifest.json", reason="a path that leaves the folder")
    target = root / entry.path
    try:
        is_there = not target.is_symlink() and target.is_file()
    except OSError:  # a name longer than any file's
        is_there = False
    if not is_there:
        raise InvalidInput("product.missing_file", path=entry.path[:_SHOWN_CHARS])
    if target.stat().st_size != entry.size_bytes:
        raise InvalidInput("product.changed_file", path=entry.path)
    digest = hashlib.sha256()
    with target.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
    if digest.hexdigest() != entry.sha256:
        raise InvalidInput("product.changed_file", path=entry.path)


def _read(root: Path, path: str, kind: str, shape: type[_T]) -> _T:
    """Read a JSON file of ours: first its format, then with the fields of that format and no others."""
    target = root / path
    try:
        if target.stat().st_size > LARGEST_JSON_BYTES:
            raise InvalidInput("product.broken_file", path=path, reason="too large")
        data = target.read_bytes()
        _refuse_unknown(path, kind, msgspec.json.decode(data, type=_Head).format)
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput("product.broken_file", path=path, reason=_reason(error)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InvalidInput("product.broken_file", path=path, reason=reason) from None


def _refuse_unknown(path: str, kind: str, found: str) -> None:
    name, _, version = found.partition("/")
    major, _, minor = version.partition(".")
    if name != f"genba-{kind}" or not (major.isascii() and major.isdigit() and minor.isascii() and minor.isdigit()):
        raise InvalidInput("product.broken_file", path=path, reason=f"format {found[:40]!r}")
    known = KNOWN[kind]
    if (int(major), int(minor)) > known:
        raise InvalidInput("product.newer_format", path=path, found=version[:20], known=".".join(map(str, known)))
    if int(major) < known[0] - 1:
        raise InvalidInput("product.older_format", path=path, found=version[:20], known=".".join(map(str, known)))


def _reason(error: Any) -> str:
    """Say which field is wrong; the value itself stays out of messages and logs."""
    return str(error)[:200] if isinstance(error, msgspec.ValidationError) else "not JSON"
