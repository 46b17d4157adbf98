"""Writes a tidy table as Parquet, batch by batch, with units and origin in the columns' metadata."""

from __future__ import annotations

from io import RawIOBase
from typing import TYPE_CHECKING

from genba.model.table import Column, Table

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP_ROWS = 131_072


def write(table: Table, stream: RawIOBase, *, origin: str) -> int:
    """Write all batches and return the number of rows; memory is bounded by one row group."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema: pa.Schema | None = None
    writer: pq.ParquetWriter | None = None
    rows = 0
    try:
        for batch in table.batches:
            if writer is None or schema is None:
                schema = _described(batch.schema, table, origin)
                # Version and codec are fixed, so that the same rows give the same bytes with the same pyarrow.
                writer = pq.ParquetWriter(stream, schema, compression="zstd", version="2.6")
            for start in range(0, batch.num_rows, ROW_GROUP_ROWS):
                part = batch.slice(start, ROW_GROUP_ROWS)
                writer.write_batch(pa.RecordBatch.from_arrays(part.columns, schema=schema))
            rows += batch.num_rows
        if writer is None:
            schema = _described(pa.schema([(column.name, pa.string()) for column in table.columns]), table, origin)
            writer = pq.ParquetWriter(stream, schema, compression="zstd", version="2.6")
    finally:
        if writer is not None:
            writer.close()
    return rows


def _described(schema: pa.Schema, table: Table, origin: str) -> pa.Schema:
    by_name = {column.name: column for column in table.columns}
    about = {"genba.table": table.id, "genba.name": table.name, "genba.origin": origin}
    if table.time_column:
        about["genba.time_column"] = table.time_column
    import pyarrow as pa

    return pa.schema([field.with_metadata(_metadata(by_name.get(field.name))) for field in schema], metadata=about)


def _metadata(column: Column | None) -> dict[str, str]:
    if column is None:
        return {}
    about = {"unit": column.unit, "ucum": column.ucum, "source": column.source, "description": column.description}
    return {key: value for key, value in about.items() if value}
