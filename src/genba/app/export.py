"""Export a data product to formats that other programs load: checked against its manifest first, never changed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath

import msgspec

from genba.app.exchange.uses import HeldUse, check_use
from genba.errors import Conflict, InvalidInput, NotFound
from genba.formats.paths import portable_key, safe_name
from genba.formats.picture_size import picture_size
from genba.model.document import Document, Edit
from genba.model.image import Image
from genba.model.nodes import Figure, Pair
from genba.model.product import ProductContents, ProductDocument
from genba.model.record import OutputRecord
from genba.storage.files import BLOCK_BYTES, ProductFolder, long_path
from genba.storage.product import Product, load_product
from genba.storage.product_document import DocumentFile, TableItem
from genba.storage.product_files import DatasetEntry
from genba.storage.restoring import image_paths, restore
from genba.storage.scan import nfc

# A name in the export, the names of its parts shortened so that the whole stays well within a path's limit.
PART_CHARS = 80
# Formats with one file a document, and those with one for the product or for each thing it is about.
PER_DOCUMENT = ("markdown", "docling", "howto", "prov")
PER_PRODUCT = ("aas", "dcat", "odcs", "datapackage")
FORMATS = PER_DOCUMENT + PER_PRODUCT
_ID = re.compile(r"[0-9a-f]{20}")
# What each format writes at the top of the output folder.
ROOTS = {"dcat": "dcat.jsonld", "odcs": "odcs.yaml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """What to export, to which formats, where to; without `documents` everything."""

    product: Path
    out: Path
    formats: tuple[str, ...]
    documents: tuple[str, ...] = ()  # ids or paths
    base: str = ""  # the address where the product is offered


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written: files by format, and how many documents a format has nothing to say of."""

    documents: int
    files: dict[str, int]
    without: dict[str, int]
    out: str

    @property
    def exit_status(self) -> int:
        """0 when every format has something, 1 when some, 2 when none."""
        empty = [name for name, count in self.files.items() if not count]
        return 0 if not empty else 2 if len(empty) == len(self.files) else 1


@dataclass(slots=True)
class _Run:
    """The state of one export: names taken, files counted."""

    product: Product
    target: ProductFolder
    base: str
    hashes: dict[str, OutputRecord]
    taken: set[str] = field(default_factory=set)
    files: dict[str, int] = field(default_factory=dict)
    without: dict[str, int] = field(default_factory=dict)

    def put(self, name: str, path: str, data: bytes) -> None:
        """Write a file of a format."""
        self.target.put(path, data)
        self.files[name] += 1

    def copy(self, path: str, target: str) -> None:
        """Copy a file of the product as it is."""
        if target in self.taken:
            return
        self.taken.add(target)
        with (self.product.root / path).open("rb") as source, self.target.stream(target) as stream:
            while block := source.read(BLOCK_BYTES):
                stream.write(block)

    def free(self, path: str, identity: str) -> str:
        """Give a path that no other file has, on systems that do not tell ａ from Ａ either."""
        stem, dot, suffix = path.rpartition(".")
        if path.casefold() in self.taken:
            path = f"{stem}-{identity}{dot}{suffix}"
        self.taken.add(path.casefold())
        return path


def export(request: ExportRequest) -> Exported:
    """Check the product and write every format asked for."""
    formats = _checked(request.formats)
    check_use(request.product, HeldUse(action="export", now=datetime.now(UTC)))
    product = load_product(request.product)
    out = long_path(request.out.absolute())
    _refuse_target(out, product.root, formats)
    entries = _chosen(product, request.documents)
    run = _Run(
        product=product,
        target=ProductFolder(out),
        base=request.base,
        hashes={
            entry.path: OutputRecord(path=entry.path, size_bytes=entry.size_bytes, sha256=entry.sha256)
            for entry in product.manifest.files
        },
        files=dict.fromkeys(formats, 0),
        without=dict.fromkeys(formats, 0),
    )
    known, wanted = {entry.id for entry in product.dataset.documents}, {entry.id for entry in entries}
    kept: list[ProductDocument] = []
    for file in product.documents():
        if file.id not in known:
            raise InvalidInput("product.broken_file", path="dataset.json", reason="an id that names no document")
        if file.id not in wanted:
            continue
        _refuse_foreign_names(run, file)
        document = restore(file, product.root)
        for name in formats:
            if name in PER_DOCUMENT:
                _DOCUMENT_WRITERS[name](run, file, document)
        if any(name in PER_PRODUCT for name in formats):
            kept.append(_kept(run, file, document))
    contents = _contents(run, tuple(kept), is_whole=not request.documents)
    for name in formats:
        if name in PER_PRODUCT:
            _PRODUCT_WRITERS[name](run, contents)
    return Exported(documents=len(wanted), files=run.files, without=run.without, out=nfc(str(request.out)))


def _checked(formats: tuple[str, ...]) -> tuple[str, ...]:
    for name in formats:
        if name not in FORMATS:
            raise InvalidInput("export.unknown_format", name=name, known=", ".join(FORMATS))
    return tuple(dict.fromkeys(formats))


def _refuse_target(out: Path, product: Path, formats: tuple[str, ...]) -> None:
    """Write neither into the product, whose manifest vouches for all of it, nor over what lies there."""
    resolved, root = out.resolve(), product.resolve()
    if resolved == root or root in resolved.parents:
        raise Conflict("export.out_inside_product", out=nfc(str(out)))
    for name in formats:
        target = out / ROOTS.get(name, name)
        if target.is_file() or (target.is_dir() and any(target.iterdir())):
            raise Conflict("export.out_not_empty", path=nfc(str(target)))


def _refuse_foreign_names(run: _Run, file: DocumentFile) -> None:
    """Names of files are made of ids, and files are read by the paths that a document gives: neither may lead out."""
    path = f"documents/{file.id}.json"
    if _ID.fullmatch(file.id) is None or path not in run.hashes:
        raise InvalidInput("product.broken_file", path="dataset.json", reason="an id that names no document")
    for table in file.tables:
        if isinstance(table, TableItem) and table.file not in run.hashes:
            raise InvalidInput("product.broken_file", path=path, reason="a table whose file is not in the manifest")


def _chosen(product: Product, names: tuple[str, ...]) -> list[DatasetEntry]:
    entries = [entry for entry in product.dataset.documents if entry.file is not None]
    if not names:
        return entries
    chosen: dict[str, DatasetEntry] = {}
    for name in names:
        key = portable_key(name)
        found = [e for e in entries if name == e.id or key == e.path or e.path.endswith(f"/{key}")]
        if not found:
            raise NotFound("export.no_such_document", name=nfc(name))
        chosen.update((entry.id, entry) for entry in found)
    return list(chosen.values())


def _pictures(run: _Run, file: DocumentFile, folder: str) -> dict[str, str]:
    """Copy a document's pictures beside an export; gives their paths in it by the pictures' ids."""
    found = {}
    for identity, path in image_paths(file).items():
        if path in run.hashes:
            run.copy(path, f"{folder}/{path}")
            found[identity] = path
    return found


def _write_markdown(run: _Run, file: DocumentFile, document: Document) -> None:
    from genba.writers import markdown

    parts = [safe_name(part)[:PART_CHARS].rstrip(" .") or "_" for part in document.source.path.split("/")]
    path = run.free("/".join(("markdown", *parts)) + ".md", document.id)
    up = "../" * (len(parts) - 1)
    pictures = {identity: up + link for identity, link in _pictures(run, file, "markdown").items()}
    run.put("markdown", path, markdown.encode(document, title=file.title, pictures=pictures))


def _write_docling(run: _Run, file: DocumentFile, document: Document) -> None:
    from genba.writers import docling_json

    links = _pictures(run, file, "docling")
    measured = replace(document, images=tuple(_measured(run, image, links) for image in document.images))
    data = docling_json.encode(measured, title=file.title, pictures=links)
    run.put("docling", f"docling/{document.id}.json", data)


def _measured(run: _Run, image: Image, links: dict[str, str]) -> Image:
    path = links.get(image.id)
    if path is None:
        return image
    width, height = picture_size((run.product.root / path).read_bytes())
    return replace(image, width_px=width, height_px=height)


def _write_howto(run: _Run, file: DocumentFile, document: Document) -> None:
    from genba.writers import howto_jsonld

    if document.instruction is None:
        run.without["howto"] += 1
        return
    links = _pictures(run, file, "howto")
    figures = {
        node.id: links[node.image] for node in document.nodes if isinstance(node, Figure) and node.image in links
    }
    data = howto_jsonld.encode(document, document.instruction, title=file.title, pictures=figures)
    run.put("howto", f"howto/{document.id}.jsonld", data)


def _write_prov(run: _Run, file: DocumentFile, document: Document) -> None:
    from genba.writers import prov_jsonld

    lineage = run.product.lineage(document.id)
    data = prov_jsonld.encode(
        document,
        title=file.title,
        sha256=run.hashes[f"documents/{document.id}.json"].sha256,
        software=(lineage.software.name, lineage.software.version),
        activities=[(activity.use, dict(activity.options)) for activity in lineage.activities],
        edits=[_edit(msgspec.to_builtins(edit)) for edit in lineage.edits],
    )
    run.put("prov", f"prov/{document.id}.jsonld", data)


def _edit(item: dict[str, object]) -> Edit:
    return msgspec.convert({**item, "place": item.get("origin", {})}, Edit)


def _kept(run: _Run, file: DocumentFile, document: Document) -> ProductDocument:
    """Keep of a document what descriptions of the whole product ask for, so that memory stays bounded."""
    tables = {item.id: item.file for item in file.tables if isinstance(item, TableItem)}
    pictures = image_paths(file).values()
    paths = (f"documents/{file.id}.json", *tables.values(), *pictures, f"lineage/{file.id}.json")
    slim = replace(
        document,
        nodes=tuple(node for node in document.nodes if isinstance(node, Pair)),
        images=(),
        mentions=(),
        references=(),
        findings=(),
        rendered=None,
    )
    return ProductDocument(
        title=file.title,
        document=slim,
        files=tuple(run.hashes[path] for path in dict.fromkeys(paths) if path in run.hashes),
        tables=tables,
    )


def _contents(run: _Run, documents: tuple[ProductDocument, ...], *, is_whole: bool) -> ProductContents:
    manifest = sha256((run.product.root / "manifest.json").read_bytes()).hexdigest()
    owned = {file.path for item in documents for file in item.files}
    dataset = run.product.dataset
    return ProductContents(
        title=dataset.title,
        software=dataset.software,
        sha256=manifest,
        documents=documents,
        files=tuple(file for path, file in run.hashes.items() if path not in owned) if is_whole else (),
    )


def _write_aas(run: _Run, contents: ProductContents) -> None:
    """Write one environment for each part, machine or product that documents name, else for the document."""
    from genba.writers import aas_json

    things: dict[tuple[str, str], list[tuple[str, Document]]] = {}
    for item in contents.documents:
        things.setdefault(_thing(item.document, aas_json.KEYS), []).append((item.title, item.document))
    for (kind, value), documents in things.items():
        name = safe_name(f"{kind}-{PurePosixPath(value).name}")[:PART_CHARS].rstrip(" .")
        path = run.free(f"aas/{name}.json", documents[0][1].id)
        run.put("aas", path, aas_json.encode((kind, value), documents, product=contents.title, base=run.base))


def _thing(document: Document, keys: dict[str, str]) -> tuple[str, str]:
    facts: dict[str, str] = {}
    for item in document.properties:
        facts.setdefault(item.name, item.value)
    return next(((key, facts[key]) for key in keys if facts.get(key)), ("document", document.source.path))


def _write_dcat(run: _Run, contents: ProductContents) -> None:
    from genba.writers import dcat_jsonld

    run.put("dcat", ROOTS["dcat"], dcat_jsonld.encode(contents, base=run.base))


def _write_odcs(run: _Run, contents: ProductContents) -> None:
    from genba.writers import odcs_yaml

    run.without["odcs"] = sum(1 for item in contents.documents if not item.tables)
    run.put("odcs", ROOTS["odcs"], odcs_yaml.encode(contents))


def _write_data_package(run: _Run, contents: ProductContents) -> None:
    from genba.writers import data_package_json

    run.without["datapackage"] = sum(1 for item in contents.documents if not item.tables)
    for path in data_package_json.files(contents):
        run.copy(path, f"datapackage/{path}")
    data = data_package_json.encode(contents, chunk_columns=_chunk_columns(run))
    run.put("datapackage", "datapackage/datapackage.json", data)


def _chunk_columns(run: _Run) -> list[tuple[str, str]]:
    """Name the columns of the product's chunks, whatever version wrote them, with their types in words."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    import pyarrow.types as types

    shard = next(iter(run.product.paths("chunks")), None)
    try:
        columns = pq.read_schema(shard) if shard else ()
    except (pa.ArrowException, OSError) as error:
        reason = type(error).__name__
        raise InvalidInput("product.broken_file", path=f"chunks/{shard.name}" if shard else "", reason=reason) from None
    kinds = ((types.is_list, "array"), (types.is_integer, "integer"), (types.is_boolean, "boolean"))
    return [(column.name, next((kind for test, kind in kinds if test(column.type)), "string")) for column in columns]


_DOCUMENT_WRITERS: dict[str, Callable[[_Run, DocumentFile, Document], None]] = {
    "markdown": _write_markdown,
    "docling": _write_docling,
    "howto": _write_howto,
    "prov": _write_prov,
}
_PRODUCT_WRITERS: dict[str, Callable[[_Run, ProductContents], None]] = {
    "aas": _write_aas,
    "dcat": _write_dcat,
    "odcs": _write_odcs,
    "datapackage": _write_data_package,
}
