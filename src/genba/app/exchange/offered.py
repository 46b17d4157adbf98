"""Reads a product that is to be offered: what the catalogue may say of it, and what somebody may see before signing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from genba.errors import InvalidInput
from genba.storage.files import blob_of, long_path, sha256_of
from genba.storage.product import Product, load_product

SAMPLE_ROWS = 3
SAMPLE_CHARS = 80
MAX_TABLES_SHOWN = 50
MAX_KEYWORDS = 40
MAX_KEYWORD_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedProduct:
    """A product whose files are all there and unchanged, with what is told of it."""

    root: Path
    title: str
    files: tuple[tuple[str, Path], ...]  # everything that the manifest vouches for, and the manifest
    manifest_sha256: str
    description: str
    keywords: tuple[str, ...]
    facets: dict[str, tuple[str, ...]]
    text: str
    quality: dict[str, float]
    tables: tuple[str, ...]  # Parquet files
    has_croissant: bool
    details: dict[str, Any] = field(default_factory=dict)  # schema and samples


def read_product(folder: Path, *, columns: tuple[str, ...] = (), openly: bool = False) -> OfferedProduct:
    """Check a product and gather what is told of it; with `columns` nothing is told of any other column.

    Titles of documents are told only where the terms let details be seen: they can hold what the contract is about.
    """
    product = load_product(folder)
    listed = [entry.path for entry in product.manifest.files]
    tables = tuple(path for path in listed if path.endswith(".parquet") and not path.startswith("chunks/"))
    kinds = sorted({document.kind for document in product.dataset.documents})
    titles = [document.title for document in product.dataset.documents if document.title and openly and not columns]
    keywords = tuple(dict.fromkeys(title for title in (*columns, *titles) if len(title) <= MAX_KEYWORD_CHARS))
    return OfferedProduct(
        root=folder,
        title=product.dataset.title,
        files=tuple((path, product.root / path) for path in (*listed, "manifest.json")),
        manifest_sha256=sha256_of(blob_of(folder / "manifest.json", "manifest.json")),
        description="",
        keywords=keywords[:MAX_KEYWORDS],
        facets={"kind": tuple(kinds), "format": tuple(sorted({path.rpartition(".")[2] for path in listed}))},
        text=" ".join([product.dataset.title, *columns, *titles, *kinds]),
        quality=_quality(product),
        tables=tables,
        has_croissant="croissant.json" in listed and not columns,
        details={"tables": list(_details(product, tables, columns))},
    )


def _quality(product: Product) -> dict[str, float]:
    """Give shares of what is usable and the scores by the government's rules, where the product has a report."""
    documents = product.dataset.documents
    if not documents:
        return {}
    usable = sum(document.usability in ("fully", "partly") for document in documents)
    figures = {"documents": float(len(documents)), "usable-share": round(usable / len(documents), 4)}
    if any(entry.path == "report.json" for entry in product.manifest.files):
        for level in product.report().levels:
            figures[f"readability-level-{level.level}"] = level.after
    return figures


def _details(product: Product, tables: tuple[str, ...], columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Show the columns and the first rows of the tables."""
    import pyarrow.parquet as pq

    for path in tables[:MAX_TABLES_SHOWN]:
        with long_path(product.root / path).open("rb") as stream:
            file = pq.ParquetFile(stream)
            names = [name for name in file.schema_arrow.names if not columns or name in columns]
            if not names:
                continue
            batch = next(file.iter_batches(batch_size=SAMPLE_ROWS, columns=names, use_threads=False), None)
            shown = [] if batch is None else batch.to_pylist()
            yield {
                "path": path,
                "rows": file.metadata.num_rows,
                "columns": [{"name": name, "type": str(file.schema_arrow.field(name).type)} for name in names],
                "sample": [{name: str(value)[:SAMPLE_CHARS] for name, value in row.items()} for row in shown],
            }


def check_columns(product: OfferedProduct, columns: tuple[str, ...]) -> None:
    """Refuse terms that name a column which no table has: a mistyped name must not empty what is delivered."""
    if not columns:
        return
    known = {name for path in product.tables for name in _names(product.root / path)}
    for name in columns:
        if name not in known:
            raise InvalidInput("publish.no_such_column", column=name[:100])


def _names(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    with long_path(path).open("rb") as stream:
        return list(pq.ParquetFile(stream).schema_arrow.names)
