"""Describes the product as Croissant 1.1 (MLCommons, 2026-01-29), so that ML tools load it without knowing us."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from genba.formats.croissant import CONFORMS_TO, CONTEXT, file_object, file_set
from genba.formats.croissant import field as make_field
from genba.model.record import DocumentRecord, OutputRecord, TableRecord
from genba.model.table import ColumnType

# A description of more tables than a person can list helps nobody; dataset.json names all of them.
TABLES_DESCRIBED = 1000

_TYPES = {
    ColumnType.STRING: "sc:Text",
    ColumnType.INTEGER: "sc:Integer",
    ColumnType.NUMBER: "sc:Float",
    ColumnType.BOOLEAN: "sc:Boolean",
    ColumnType.DATE: "sc:Date",
    ColumnType.DATETIME: "sc:DateTime",
    ColumnType.TIME: "sc:Time",
}  # Croissant 1.1 has no type for a duration: such columns stand in the file, but are not described.
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f]")
_CHUNK_FIELDS = (
    ("id", "sc:Text"),
    ("document_id", "sc:Text"),
    ("text", "sc:Text"),
    ("kind", "sc:Text"),
    ("title", "sc:Text"),
    ("path", "sc:Text"),
    ("origin", "sc:Text"),
    ("document_number", "sc:Text"),
    ("revision", "sc:Text"),
    ("is_current", "sc:Boolean"),
)
_DOCUMENT_FIELDS = (("content", "$.content"), ("summary", "$.summary"), ("title", "$.title"))


def encode(
    title: str,
    records: Sequence[DocumentRecord],
    shards: Sequence[OutputRecord],
    others: Sequence[OutputRecord] = (),
) -> bytes:
    """Encode the description of a product with these documents and chunk shards; `others` span the documents."""
    tables = [(record, table) for record in records for table in record.tables][:TABLES_DESCRIBED]
    distribution: list[dict[str, Any]] = []
    record_sets: list[dict[str, Any]] = []
    if records:
        distribution.append(file_set("documents", "documents/*.json", "application/json"))
        record_sets.append(_documents())
    if shards:
        distribution.append(file_set("chunks", "chunks/*.parquet", "application/x-parquet"))
        record_sets.append(_chunks())
    hashes = {output.path: output for record in records for output in record.outputs}
    for record, table in tables:
        output = hashes.get(table.path)
        if output is not None and any(column.name and column.type in _TYPES for column in table.columns):
            distribution.append(file_object(table.path, output))
            record_sets.append(_table(record, table))
    distribution.extend(file_object(output.path, output) for output in others)
    about = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": {"ja": title},
        "description": {"ja": f"genbaで整えた、{len(records)}件のファイルからのデータ製品"},
        "conformsTo": CONFORMS_TO,
        "inLanguage": "ja",
        "distribution": distribution,
        "recordSet": record_sets,
    }
    return msgspec.json.format(msgspec.json.encode(about), indent=1) + b"\n"


def _documents() -> dict[str, Any]:
    fields = [
        make_field(
            "document-records", name, "sc:Text", {"fileSet": {"@id": "documents"}, "extract": {"jsonPath": path}}
        )
        for name, path in _DOCUMENT_FIELDS
    ]
    return {"@type": "cr:RecordSet", "@id": "document-records", "name": {"ja": "document-records"}, "field": fields}


def _chunks() -> dict[str, Any]:
    fields = [
        make_field("chunk-records", name, kind, {"fileSet": {"@id": "chunks"}, "extract": {"column": name}})
        for name, kind in _CHUNK_FIELDS
    ]
    return {"@type": "cr:RecordSet", "@id": "chunk-records", "name": {"ja": "chunk-records"}, "field": fields}


def _table(record: DocumentRecord, table: TableRecord) -> dict[str, Any]:
    identity = f"table-{record.id}-{table.id}"
    fields: list[dict[str, Any]] = []
    taken: set[str] = set()
    for column in table.columns:
        if not column.name or column.type not in _TYPES:
            continue
        source = {"fileObject": {"@id": table.path}, "extract": {"column": column.name}}
        field = make_field(identity, column.name, _TYPES[column.type], source)
        field["@id"] = f"{identity}/{_key(column.name, taken)}"
        if column.unit:
            field["description"] = {"ja": f"単位: {column.unit}" + (f" (UCUM: {column.ucum})" if column.ucum else "")}
        fields.append(field)
    return {
        "@type": "cr:RecordSet",
        "@id": identity,
        "name": {"ja": table.name or identity},
        "description": {"ja": record.path},
        "field": fields,
    }


def _key(name: str, taken: set[str]) -> str:
    """Name a column in an @id, where mlcroissant refuses spaces and JSON-LD resolves a lone dot or two."""
    base = key = _UNFIT.sub("_", name) if name.strip(".") else "_" * len(name)
    number = 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    taken.add(key)
    return key
