"""Describes a product's tables and chunks as a Data Package (version 2), whose files lie beside it."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from genba.formats.contentname import content_name
from genba.formats.places import origin_text
from genba.model.product import ProductContents, ProductDocument
from genba.model.record import OutputRecord
from genba.model.table import Column, Table

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_PARQUET = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}


def encode(contents: ProductContents, *, chunk_columns: Sequence[tuple[str, str]]) -> bytes:
    """Encode the description; paths are those that the files have in the product, types those of the standard."""
    resources = [
        _resource(item, table, item.tables[table.id])
        for item in contents.documents
        for table in item.document.tables
        if table.id in item.tables
    ]
    chunks = [file for file in contents.files if file.path.startswith("chunks/")]
    if chunks:
        resources.append(_chunks(chunks, chunk_columns))
    data = {
        "$schema": PROFILE,
        "name": f"genba-{contents.sha256[:12]}",
        "id": content_name(contents.sha256),
        "title": contents.title,
        "resources": resources,
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


def files(contents: ProductContents) -> list[str]:
    """Name the files that the description refers to."""
    tables = [path for item in contents.documents for path in item.tables.values()]
    return tables + [file.path for file in contents.files if file.path.startswith("chunks/")]


def _resource(item: ProductDocument, table: Table, path: str) -> dict[str, Any]:
    file = next((file for file in item.files if file.path == path), None)
    source = item.document.source
    where = " ".join(filter(None, (source.path, origin_text(table.place))))
    found: dict[str, Any] = {
        "name": path.rpartition("/")[2].removesuffix(".parquet"),
        "type": "table",
        "title": table.name,
        "description": "\n".join(table.notes),
        "path": path,
        **_PARQUET,
        "bytes": file.size_bytes if file else None,
        "hash": f"sha256:{file.sha256}" if file else None,
        "sources": [{"title": where}],
        "schema": {"fields": list(_fields(table))},
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def _fields(table: Table) -> Iterator[dict[str, Any]]:
    for column in table.columns:
        if column.name:
            yield _field(column)


def _field(column: Column) -> dict[str, Any]:
    """Describe a column; `unit` and `ucum` are ours, which the standard allows."""
    more = {"description": column.description, "unit": column.unit, "ucum": column.ucum}
    found: dict[str, Any] = {"name": column.name, "type": str(column.type)}
    found |= {name: value for name, value in more.items() if value}
    if column.codes and column.type == "string":
        found["constraints"] = {"enum": list(dict.fromkeys(column.codes))}
    return found


def _chunks(shards: list[OutputRecord], columns: Sequence[tuple[str, str]]) -> dict[str, Any]:
    schema = {"fields": [{"name": name, "type": kind} for name, kind in columns]}
    return {"name": "chunks", "type": "table", "path": [file.path for file in shards], **_PARQUET, "schema": schema}
