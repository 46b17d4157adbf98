"""Writes chunks as Parquet shards; a document's shard is the first digit of its id, whatever other documents exist."""

from collections.abc import Iterable
from io import RawIOBase
from typing import NamedTuple

from genba.formats.places import origin_text
from genba.model.chunk import Chunk

SHARDS = "0123456789abcdef"
WRITTEN_AT_ONCE = 4096


class Owner(NamedTuple):
    """What a retriever wants to know of the document that a chunk comes from."""

    id: str
    path: str
    sha256: str
    title: str
    document_number: str = ""
    revision: str = ""
    is_current: bool = True  # no newer edition lies beside it


def write(rows: Iterable[tuple[Owner, tuple[Chunk, ...]]], stream: RawIOBase) -> int:
    """Write the chunks of documents; returns the number of chunks."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = pa.string()
    schema = pa.schema(
        [
            ("id", text),
            ("document_id", text),
            ("text", text),
            ("headings", pa.list_(text)),
            ("kind", text),
            ("title", text),
            ("path", text),
            ("sha256", text),
            ("origin", text),
            ("nodes", pa.list_(text)),
            ("parent", text),
            ("previous", text),
            ("next", text),
            ("size_chars", pa.int32()),
            ("document_number", text),
            ("revision", text),
            ("is_current", pa.bool_()),
            ("step", text),
            ("parameters", pa.list_(text)),
            ("warnings", pa.list_(text)),
        ]
    )
    count = 0
    buffer: list[dict[str, object]] = []
    with pq.ParquetWriter(stream, schema, compression="zstd", version="2.6") as writer:
        for owner, chunks in rows:
            buffer.extend(_row(chunk, owner) for chunk in chunks)
            if len(buffer) >= WRITTEN_AT_ONCE:
                writer.write_table(pa.Table.from_pylist(buffer, schema))
                count += len(buffer)
                buffer.clear()
        writer.write_table(pa.Table.from_pylist(buffer, schema))
    return count + len(buffer)


def _row(chunk: Chunk, owner: Owner) -> dict[str, object]:
    return {
        "id": f"{owner.id}.{chunk.id}",
        "document_id": owner.id,
        "text": chunk.text,
        "headings": list(chunk.headings),
        "kind": chunk.kind,
        "title": owner.title,
        "path": owner.path,
        "sha256": owner.sha256,
        "origin": origin_text(chunk.place),
        "nodes": list(chunk.nodes),
        "parent": _qualified(chunk.parent, owner.id),
        "previous": _qualified(chunk.previous, owner.id),
        "next": _qualified(chunk.next, owner.id),
        "size_chars": len(chunk.text),
        "document_number": owner.document_number or None,
        "revision": owner.revision or None,
        "is_current": owner.is_current,
        "step": chunk.step or None,
        "parameters": list(chunk.parameters),
        "warnings": list(chunk.warnings),
    }


def _qualified(chunk: str, document_id: str) -> str | None:
    return f"{document_id}.{chunk}" if chunk else None
