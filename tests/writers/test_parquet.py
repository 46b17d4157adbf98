"""Chunks and tables: the columns that are promised, links that lead somewhere, and metadata equal to the JSON."""

import json
import re
import statistics
from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from genba.model.table import ColumnType
from tests.factory_product import Refined

CHUNK_COLUMNS = {
    "id": pa.string(),
    "document_id": pa.string(),
    "text": pa.string(),
    "headings": pa.list_(pa.string()),
    "kind": pa.string(),
    "title": pa.string(),
    "path": pa.string(),
    "sha256": pa.string(),
    "origin": pa.string(),
    "nodes": pa.list_(pa.string()),
    "parent": pa.string(),
    "previous": pa.string(),
    "next": pa.string(),
    "size_chars": pa.int32(),
    "document_number": pa.string(),
    "revision": pa.string(),
    "is_current": pa.bool_(),
    "step": pa.string(),
    "parameters": pa.list_(pa.string()),
    "warnings": pa.list_(pa.string()),
}
ARROW = {
    ColumnType.STRING: pa.types.is_string,
    ColumnType.INTEGER: pa.types.is_integer,
    ColumnType.NUMBER: pa.types.is_floating,
    ColumnType.BOOLEAN: pa.types.is_boolean,
    ColumnType.DATE: pa.types.is_date,
    ColumnType.DATETIME: pa.types.is_timestamp,
    ColumnType.TIME: pa.types.is_time,
    ColumnType.DURATION: pa.types.is_duration,
}
LARGEST_CHARS = 1200


def chunks(product: Refined) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for path in sorted((product.root / "chunks").glob("*.parquet")):
        table = pq.read_table(path)
        assert dict(zip(table.schema.names, table.schema.types, strict=True)) == CHUNK_COLUMNS
        assert all(identity.startswith(path.stem) for identity in table["document_id"].to_pylist())
        rows.extend(table.to_pylist())
    return rows


def test_chunks_have_the_columns_that_are_promised_and_lead_to_what_exists(any_product: Refined) -> None:
    rows = chunks(any_product)
    by_id = {row["id"]: row for row in rows}
    assert len(by_id) == len(rows)
    known = {document["id"]: node_ids(document) for document in any_product.documents()}
    for row in rows:
        assert row["size_chars"] == len(row["text"]) > 0
        assert row["kind"] in {"text", "table", "form", "figure", "flow", "comment", "step"}
        assert set(row["nodes"]) <= known[row["document_id"]]
        for link in ("parent", "previous", "next"):
            assert row[link] is None or by_id[row[link]]["document_id"] == row["document_id"]
        if row["next"]:
            assert by_id[row["next"]]["previous"] == row["id"]
        if row["parent"]:
            assert by_id[row["parent"]]["headings"] == row["headings"][: len(by_id[row["parent"]]["headings"])] or (
                set(by_id[row["parent"]]["nodes"]) & known[row["document_id"]]
            )
        assert row["parent"] != row["id"]


def node_ids(document: dict[str, Any]) -> set[str]:
    found = {item["id"] for name in ("tables", "pairs", "figures", "comments") for item in document[name]}
    for section in document["sections"]:
        found |= {section["id"]} if "id" in section else set()
        found |= {node["id"] for node in section["nodes"] if "id" in node}
        assert all(node["ref"] in found for node in section["nodes"] if "ref" in node)
    return found


def test_chunks_are_of_a_size_that_embedders_take(any_product: Refined) -> None:
    rows = chunks(any_product)
    assert max(row["size_chars"] for row in rows) <= LARGEST_CHARS
    # A heading alone answers no question.
    alone = [
        row for row in rows if row["kind"] == "text" and all(line.startswith("#") for line in row["text"].split("\n"))
    ]
    assert len(alone) <= len(rows) * 0.03, [row["text"] for row in alone]
    assert statistics.median(row["size_chars"] for row in rows) >= 60


def test_every_document_with_text_can_be_found_by_its_chunks(any_product: Refined) -> None:
    of = Counter(row["document_id"] for row in chunks(any_product))
    families = json.loads((any_product.root / "relations.json").read_bytes())["families"]
    stood_for = {member["document"] for family in families for member in family["members"][1:]}
    for document in any_product.documents():
        if document["id"] in stood_for:
            assert not of[document["id"]], "a copy is found by the one that stands for it"
            continue
        said = re.sub(r"!\[\]\(.*?\)|\s", "", document["content"])
        assert bool(said) == bool(of[document["id"]]), document["source"]["path"]


def test_a_table_has_its_units_and_its_origin_in_its_metadata(any_product: Refined) -> None:
    seen = 0
    for document in any_product.documents():
        for table in document["tables"]:
            if table["kind"] != "table":
                continue
            seen += 1
            stored = pq.read_table(any_product.root / table["file"])
            assert stored.num_rows == table["rows"]
            assert stored.schema.names == [column["name"] for column in table["columns"]]
            about = {key.decode(): value.decode() for key, value in stored.schema.metadata.items()}
            assert about["genba.table"] == table["id"]
            assert about["genba.origin"].startswith(document["source"]["sha256"])
            for field, column in zip(stored.schema, table["columns"], strict=True):
                metadata = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
                for key in ("unit", "ucum", "source"):
                    assert metadata.get(key) == column.get(key)
                assert ARROW[ColumnType(column.get("type", "string"))](field.type), (column, field.type)
    assert seen > 30
