"""A product that was handed over is opened only when every file is there, unchanged and of a known format."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genba.errors import InvalidInput
from genba.i18n import LANGUAGES, catalog
from genba.storage.product import load_product
from tests.factory_product import refine


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small product: a text, a table, a document that cannot be read."""
    folder = tmp_path_factory.mktemp("handed-over")
    source = folder / "現場"
    source.mkdir()
    (source / "メモ.txt").write_text("点検の目的\n\n毎朝、油量を確認する。注意：電源を切る。\n", encoding="utf-8")
    (source / "温度.csv").write_bytes(
        "時刻,温度(℃)\r\n2026/04/01 08:00,21.5\r\n2026/04/01 08:10,21.7\r\n".encode("cp932")
    )
    (source / "空.xlsx").write_bytes(b"")
    refine(source, folder / "product", "--workers", "1")
    return folder / "product"


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """A copy to tamper with."""
    shutil.copytree(whole, tmp_path / "product", ignore=shutil.ignore_patterns(".genba"))
    return tmp_path / "product"


def refused(folder: Path) -> str:
    """The code with which a product is refused; its sentence exists in both languages."""
    with pytest.raises(InvalidInput) as caught:
        product = load_product(folder)
        list(product.documents())
    for lang in LANGUAGES:
        assert catalog(lang)[caught.value.code].format(**caught.value.details)
    return caught.value.code


def rewrite(folder: Path, path: str, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change a JSON file and the manifest with it, as somebody would who wants not to be noticed."""
    target = folder / path
    data = json.loads(target.read_bytes())
    change(data)
    target.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    if path != "manifest.json":
        raw = target.read_bytes()
        entry = {"path": path, "size_bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}

        def vouch(manifest: dict[str, Any]) -> None:
            manifest["files"] = [entry if file["path"] == path else file for file in manifest["files"]]

        rewrite(folder, "manifest.json", vouch)


def a_document(folder: Path) -> str:
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob("documents/*.json"))[0]


def test_a_whole_product_is_read_back(copy: Path) -> None:
    product = load_product(copy)
    documents = {document.source.path: document for document in product.documents()}
    assert set(documents) == {"現場/メモ.txt", "現場/温度.csv", "現場/空.xlsx"}
    assert "毎朝、油量を確認する。" in documents["現場/メモ.txt"].content
    assert [column.type for table in documents["現場/温度.csv"].tables for column in table.columns][-1] == "number"
    assert {entry.id for entry in product.dataset.documents} == {document.id for document in documents.values()}
    for document in documents.values():
        assert product.lineage(document.id).source.sha256 == document.source.sha256
    assert product.report().documents == 3
    assert len(product.paths("tables")) == 1


def test_what_is_no_product_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == "product.not_a_product"


def test_a_changed_byte_is_noticed(copy: Path) -> None:
    target = copy / a_document(copy)
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    target.write_bytes(bytes(data))
    assert refused(copy) == "product.changed_file"


def test_a_file_cut_short_is_noticed(copy: Path) -> None:
    target = next(copy.glob("chunks/*.parquet"))
    target.write_bytes(target.read_bytes()[:-1])
    assert refused(copy) == "product.changed_file"


def test_a_missing_file_is_noticed(copy: Path) -> None:
    (copy / a_document(copy)).unlink()
    assert refused(copy) == "product.missing_file"


def test_a_file_that_was_slipped_in_is_noticed(copy: Path) -> None:
    (copy / "documents" / "extra.json").write_text("{}", encoding="utf-8")
    assert refused(copy) == "product.unlisted_file"


def test_a_document_that_nobody_vouches_for_is_noticed(copy: Path) -> None:
    path = a_document(copy)
    (copy / path).unlink()
    rewrite(copy, "manifest.json", lambda data: data.update(files=[f for f in data["files"] if f["path"] != path]))
    assert refused(copy) == "product.missing_file"


@pytest.mark.parametrize("path", ["../secret", "/etc/hostname", "documents/../../x", "C:/x", "a\\b", ""])
def test_a_manifest_leads_nowhere_outside(copy: Path, path: str) -> None:
    entry = {"path": path, "size_bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()}
    rewrite(copy, "manifest.json", lambda data: data["files"].append(entry))
    assert refused(copy) == "product.broken_file"


@pytest.mark.parametrize("found", ["genba-document/1.2", "genba-document/2.0", "genba-document/99999999999.0"])
def test_a_newer_format_is_refused_and_not_guessed(copy: Path, found: str) -> None:
    rewrite(copy, a_document(copy), lambda data: data.update(format=found, future="field"))
    assert refused(copy) == "product.newer_format"


@pytest.mark.parametrize(
    "found", ["", "genba-report/1.0", "genba-document/x", "genba-document/1", "genba-document/１.0"]
)
def test_another_format_is_refused(copy: Path, found: str) -> None:
    rewrite(copy, a_document(copy), lambda data: data.update(format=found))
    assert refused(copy) == "product.broken_file"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(unknown=1),
        lambda data: data.pop("content"),
        lambda data: data.update(content=7),
        lambda data: data["sections"].append({"nodes": [{"id": "0" * 12, "text": "x", "script": "y"}]}),
        lambda data: data["findings"].append({"code": "x.y", "severity": "fatal"}),
    ],
)
def test_a_field_that_the_format_does_not_have_is_refused(copy: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    rewrite(copy, a_document(copy), change)
    assert refused(copy) == "product.broken_file"


def test_what_is_no_json_is_refused(copy: Path) -> None:
    (copy / "manifest.json").write_bytes(b'{"format": "genba-manifest/1.0", "files": [' + b"[" * 100_000)
    assert refused(copy) == "product.broken_file"
