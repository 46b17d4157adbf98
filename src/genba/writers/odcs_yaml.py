"""Describes a product's tables as a data contract by ODCS 3.1 (Bitol): a draft, since nobody has agreed to it yet."""

from collections.abc import Iterator

from genba.formats.contentname import content_name
from genba.formats.places import origin_text
from genba.formats.yaml import to_yaml
from genba.model.product import ProductContents, ProductDocument
from genba.model.table import Column, ColumnType, Table

VERSION = "v3.1.0"
DIGEST_CHARS = 12
_LOGICAL = {
    ColumnType.STRING: "string",
    ColumnType.INTEGER: "integer",
    ColumnType.NUMBER: "number",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.DATE: "date",
    ColumnType.DATETIME: "timestamp",
    ColumnType.TIME: "time",
    ColumnType.DURATION: "string",  # the standard has no type for it, and its schema asks for one
}
_PHYSICAL = {
    ColumnType.STRING: "string",
    ColumnType.INTEGER: "int64",
    ColumnType.NUMBER: "double",
    ColumnType.BOOLEAN: "bool",
    ColumnType.DATE: "date32",
    ColumnType.DATETIME: "timestamp",
    ColumnType.TIME: "time64",
    ColumnType.DURATION: "duration",
}


def encode(contents: ProductContents) -> bytes:
    """Encode the contract; its version is the product's own: the beginning of its manifest's hash."""
    objects = [
        _object(item, table, item.tables[table.id])
        for item in contents.documents
        for table in item.document.tables
        if table.id in item.tables
    ]
    contract: dict[str, object] = {
        "apiVersion": VERSION,
        "kind": "DataContract",
        "id": content_name(contents.sha256),
        "name": contents.title,
        "version": f"0.0.0+{contents.sha256[:DIGEST_CHARS]}",
        "status": "draft",
        "servers": [{"server": "product", "type": "local", "path": "tables/*.parquet", "format": "parquet"}],
        "schema": objects,
        "customProperties": [{"property": "generatedBy", "value": contents.software}],
    }
    return to_yaml({name: value for name, value in contract.items() if value}).encode()


def _object(item: ProductDocument, table: Table, path: str) -> dict[str, object]:
    source = item.document.source
    where = " ".join(filter(None, (source.path, origin_text(table.place))))
    found: dict[str, object] = {
        "name": path.rpartition("/")[2].removesuffix(".parquet"),
        "physicalName": path,
        "physicalType": "parquet file",
        "businessName": table.name,
        "description": "\n".join((where, *table.notes)),
        "properties": list(_properties(table)),
        "quality": [{"type": "library", "metric": "rowCount", "mustBe": table.rows}, *_scores(item)],
        "customProperties": [{"property": "sourceSha256", "value": source.sha256}],
    }
    return {name: value for name, value in found.items() if value}


def _properties(table: Table) -> Iterator[dict[str, object]]:
    for column in table.columns:
        if not column.name:
            continue
        found: dict[str, object] = {
            "name": column.name,
            "logicalType": _LOGICAL[column.type],
            "physicalType": _PHYSICAL[column.type],
            "description": column.description,
            "customProperties": [
                {"property": name, "value": value}
                for name, value in (("unit", column.unit), ("ucum", column.ucum), ("source", column.source))
                if value
            ],
            "quality": list(_codes(column)),
        }
        yield {name: value for name, value in found.items() if value}


def _codes(column: Column) -> Iterator[dict[str, object]]:
    """A column that may hold certain values only, by the file's own rule."""
    if column.codes:
        yield {
            "type": "library",
            "metric": "invalidValues",
            "arguments": {"validValues": list(column.codes)},
            "mustBe": 0,
        }


def _scores(item: ProductDocument) -> Iterator[dict[str, object]]:
    for score in item.document.scores:
        if score.after is not None:
            before = "" if score.before is None else f", {score.before} as found"
            text = f"Machine readability, level {score.level}: {score.after} of 100 after refinement{before}"
            yield {"type": "text", "dimension": "conformity", "description": text}
