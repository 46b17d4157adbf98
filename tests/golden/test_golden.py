"""Products of every version of the format that was ever written are read; ids stay what they were."""

from pathlib import Path

import pytest

from genba.storage.product import Product, load_product
from genba.storage.product_document import DocumentFile
from tests.golden.make import GOLDEN, build_product

VERSIONS = sorted(path for path in Path(__file__).parent.iterdir() if (path / "manifest.json").is_file())


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda folder: folder.name)
def test_a_product_of_an_earlier_version_is_read(folder: Path) -> None:
    product = load_product(folder)
    documents = {document.source.path: document for document in product.documents()}
    assert len(documents) == len(product.dataset.documents) == 5
    standard = documents["現場/製造部/WS-101_作業標準書.xlsx"]
    assert {item.name: item.value for item in standard.metadata}["document_number"] == "WS-101"
    assert "主電源を切る。" in documents["現場/製造部/点検手順_第3版.md"].content
    assert [item.code for item in documents["現場/空.docx"].findings] == ["file.empty"]
    assert all(product.lineage(document.id).document == document.id for document in documents.values())
    assert product.report().documents == 5


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Product:
    """The same share refined by the code as it is."""
    return load_product(build_product(tmp_path_factory.mktemp("golden")))


def node_ids(document: DocumentFile) -> list[str]:
    """Every id in a document, in its order."""
    found = [node.id or node.ref for section in document.sections for node in section.nodes]
    found += [section.id for section in document.sections]
    return sorted(found + [item.id for item in (*document.tables, *document.pairs, *document.figures)])


def test_ids_and_format_are_those_of_the_golden_product(now: Product) -> None:
    """When this fails on purpose: a new version of the format, a reader for this one, tests/golden/make.py."""
    golden = {document.source.path: document for document in load_product(GOLDEN).documents()}
    for document in now.documents():
        before = golden[document.source.path]
        assert (document.format, document.id) == (before.format, before.id)
        assert node_ids(document) == node_ids(before), document.source.path
