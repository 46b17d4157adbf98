"""Restoring: a document's file gives the document again, so that writing it anew gives the same bytes."""

import msgspec

from genba.storage.product_document import DocumentFile
from genba.storage.restoring import image_paths, restore
from genba.writers import document_json
from tests.example_instruction import example
from tests.factory_product import Refined


def test_writing_a_restored_document_gives_the_same_bytes() -> None:
    document = example()
    text = document_json.content(document)
    paths = {document.images[0].id: f"images/{document.id}-{document.images[0].id}.png"}
    data = document_json.encode(document, text, title="手順書", table_paths={}, image_paths=paths)
    file = msgspec.json.decode(data, type=DocumentFile)
    again = restore(file, root=None)  # type: ignore[arg-type]  # it has no tables to read
    assert again.instruction == document.instruction
    assert again.scores == document.scores
    assert image_paths(file) == paths
    assert document_json.encode(again, text, title="手順書", table_paths={}, image_paths=paths) == data


def test_every_document_of_the_example_is_restored_without_loss(product: Refined) -> None:
    for path in sorted((product.root / "documents").glob("*.json")):
        data = path.read_bytes()
        file = msgspec.json.decode(data, type=DocumentFile)
        document = restore(file, product.root)
        again = document_json.encode(
            document,
            file.content,
            title=file.title,
            table_paths={table.id: f"tables/{file.id}-{table.id}.parquet" for table in document.tables},
            image_paths=image_paths(file),
        )
        assert again == data, file.source.path
        for table in document.tables:
            assert sum(batch.num_rows for batch in table.batches) == table.rows
