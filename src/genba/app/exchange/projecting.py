"""Makes the narrower product that terms with columns allow: those columns of the tables, and nothing else."""

from pathlib import Path
from typing import Any

import msgspec

from genba.app.exchange.offered import OfferedProduct
from genba.model.record import OutputRecord
from genba.storage.files import ProductFolder, long_path
from genba.storage.product import load_product
from genba.writers import manifest_json


def project(product: OfferedProduct, columns: tuple[str, ...], folder: Path) -> tuple[tuple[str, Path], ...]:
    """Write a product with only these columns and name its files; texts, pictures and lineage stay behind.

    Statistics and metadata of a Parquet file can tell of what was left out: each file is written anew.
    """
    target = ProductFolder(folder)
    written: list[OutputRecord] = []
    for path in product.tables:
        data = _table(product.root / path, columns)
        if data is not None:
            written.append(target.put(path, data))
    kept = {record.path for record in written}
    written.append(target.put("dataset.json", _dataset(product, kept)))
    target.put("manifest.json", manifest_json.encode(written))
    return tuple((path, folder / path) for path in (*(record.path for record in written), "manifest.json"))


def _table(path: Path, columns: tuple[str, ...]) -> bytes | None:
    import io

    import pyarrow.parquet as pq

    with long_path(path).open("rb") as stream:
        file = pq.ParquetFile(stream)
        names = [name for name in file.schema_arrow.names if name in columns]
        if not names:
            return None
        table = file.read(columns=names, use_threads=False)
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(None), out)
    return out.getvalue()


def _dataset(product: OfferedProduct, kept: set[str]) -> bytes:
    """List the documents that have a table left, without names, authors and dates of their files."""
    data: dict[str, Any] = msgspec.to_builtins(load_product(product.root).dataset)
    documents = []
    for document in data["documents"]:
        tables = [path for path in document["tables"] if path in kept]
        if tables:
            bare = {"title": "", "path": f"{document['id']}.{document['kind']}", "metadata": {}, "tables": tables}
            document = {**document, **bare}
            document.pop("file", None)
            document.pop("modified", None)
            documents.append(document)
    return msgspec.json.format(msgspec.json.encode({**data, "documents": documents}), indent=1) + b"\n"
