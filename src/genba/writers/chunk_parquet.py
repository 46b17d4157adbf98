"""Writes chunks as Parquet shards; a document's shard is the first digit of its id, whatever other documents exist."""

from collections.abc import Iterable
from io import RawIOBase

from genba.formats.places import origin_text
from genba.model.chunk import Chunk

SHARDS = "0123456789abcdef"
WRITTEN_AT_ONCE = 4096


def write(rows: Iterable[tuple[str, str, str, str, tuple[Chunk, ...]]], stream: RawIOBase) -> int:
    """Write the chunks of documents given as (id, path, sha256, title, chunks); returns the number of chunks."""
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
            ("step", text),
            ("parameters", pa.list_(text)),
            ("warnings", pa.list_(text)),
        ]
    )
    count = 0
    buffer: list[dict[str, object]] = []
    with pq.ParquetWriter(stream, schema, compression="zstd", version="2.6") as writer:
        for document_id, path, sha256, title, chunks in rows:
            buffer.extend(_row(chunk, document_id, path, sha256, title) for chunk in chunks)
            if len(buffer) >= WRITTEN_AT_ONCE:
                writer.write_table(pa.Table.from_pylist(buffer, schema))
                count += len(buffer)
                buffer.clear()
        writer.write_table(pa.Table.from_pylist(buffer, schema))
    return count + len(buffer)


def _row(chunk: Chunk, document_id: str, path: str, sha256: str, title: str) -> dict[str, object]:
    return {
        "id": f"{document_id}.{chunk.id}",
        "document_id": document_id,
        "text": chunk.text,
        "headings": list(chunk.headings),
        "kind": chunk.kind,
        "title": title,
        "path": path,
        "sha256": sha256,
        "origin": origin_text(chunk.place),
        "nodes": list(chunk.nodes),
        "parent": _qualified(chunk.parent, document_id),
        "previous": _qualified(chunk.previous, document_id),
        "next": _qualified(chunk.next, document_id),
        "size_chars": len(chunk.text),
        "step": chunk.step or None,
        "parameters": list(chunk.parameters),
        "warnings": list(chunk.warnings),
    }


def _qualified(chunk: str, document_id: str) -> str | None:
    return f"{document_id}.{chunk}" if chunk else None
