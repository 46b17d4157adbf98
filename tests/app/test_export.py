"""Exports of a product: checked first, every format loads, nothing is written over or into the product."""

import hashlib
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from aas_test_engines import file as engine
from docling_core.types.doc import DoclingDocument
from rdflib import Graph

from genba.app.export import FORMATS, ExportRequest, export
from genba.cli.main import main
from genba.errors import Conflict, InvalidInput, NotFound
from tests.factory_product import Refined, refined_factory


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Refined:
    return refined_factory(7, tmp_path_factory)


def request(product: Refined, out: Path, *formats: str, **options: object) -> ExportRequest:
    return ExportRequest(product=product.root, out=out, formats=formats or FORMATS, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def everything(product: Refined, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    out = tmp_path_factory.mktemp("export") / "書き出し"
    exported = export(request(product, out))
    assert exported.documents == len(product.documents())
    assert exported.files["markdown"] == exported.files["docling"] == exported.files["prov"] == exported.documents
    yield out


def test_every_docling_file_loads_and_its_pictures_are_there(everything: Path) -> None:
    pictures = 0
    for path in sorted((everything / "docling").glob("*.json")):
        document = DoclingDocument.model_validate_json(path.read_bytes())
        for picture in document.pictures:
            if picture.image is not None:
                assert (everything / "docling" / str(picture.image.uri)).is_file()
                pictures += 1
    assert pictures


def test_markdown_stands_where_its_source_stood_and_links_to_its_pictures(everything: Path, product: Refined) -> None:
    links = 0
    for path in (everything / "markdown").rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        facts = yaml.safe_load(text.split("---\n", 2)[1])
        assert facts["source"]["path"].rpartition("/")[2][:20] in path.name or "_" in path.name
        for link in [part.split(")", 1)[0] for part in text.split("](")[1:] if "images/" in part.split(")", 1)[0]]:
            assert (path.parent / link).resolve().is_file(), (path, link)
            links += 1
    assert links


def test_linked_data_parses_and_shells_pass_the_test_engine(everything: Path) -> None:
    some = [*sorted((everything / "prov").glob("*.jsonld"))[:5], *sorted((everything / "howto").glob("*.jsonld"))[:5]]
    for path in (everything / "dcat.jsonld", *some):
        assert len(Graph().parse(data=path.read_bytes(), format="json-ld"))
    shells = sorted((everything / "aas").glob("*.json"))
    for path in shells[:: max(1, len(shells) // 5)]:
        result = engine.check_json_file(io.StringIO(path.read_text(encoding="utf-8")))
        assert result.ok(), path


def test_every_resource_of_the_data_package_is_there_with_its_columns(everything: Path) -> None:
    folder = everything / "datapackage"
    package = json.loads((folder / "datapackage.json").read_bytes())
    for resource in package["resources"]:
        paths = resource["path"] if isinstance(resource["path"], list) else [resource["path"]]
        for path in paths:
            names = set(pq.read_schema(folder / path).names)
            described = {field["name"] for field in resource["schema"]["fields"]}
            assert described <= names
            assert resource["name"] != "chunks" or described == names


def test_two_exports_are_byte_for_byte_the_same(everything: Path, product: Refined, tmp_path: Path) -> None:
    export(request(product, tmp_path / "again"))
    files = {path.relative_to(everything): path for path in everything.rglob("*") if path.is_file()}
    again = {path.relative_to(tmp_path / "again"): path for path in (tmp_path / "again").rglob("*") if path.is_file()}
    assert files.keys() == again.keys()
    assert all(files[name].read_bytes() == again[name].read_bytes() for name in files)


def test_one_document_can_be_named_by_id_or_path(product: Refined, tmp_path: Path) -> None:
    document = product.documents()[0]
    by_id = export(request(product, tmp_path / "a", "markdown", documents=(document["id"],)))
    by_path = export(request(product, tmp_path / "b", "markdown", documents=(document["source"]["path"],)))
    assert by_id.files == by_path.files == {"markdown": 1}
    with pytest.raises(NotFound, match=r"export\.no_such_document"):
        export(request(product, tmp_path / "c", "markdown", documents=("ない.docx",)))


def test_nothing_is_written_over_or_into_the_product(product: Refined, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match=r"export\.out_inside_product"):
        export(request(product, product.root / "export", "prov"))
    (tmp_path / "prov").mkdir()
    (tmp_path / "prov" / "mine.txt").touch()
    with pytest.raises(Conflict, match=r"export\.out_not_empty"):
        export(request(product, tmp_path, "prov"))
    with pytest.raises(InvalidInput, match=r"export\.unknown_format"):
        export(request(product, tmp_path / "x", "word"))


@pytest.mark.parametrize("change", ["id", "table"])
def test_a_product_whose_names_lead_out_of_it_is_refused(product: Refined, tmp_path: Path, change: str) -> None:
    copy = tmp_path / "product"
    shutil.copytree(product.root, copy)
    document = next(item for item in product.documents() if any(table["kind"] == "table" for table in item["tables"]))
    path = f"documents/{document['id']}.json"
    if change == "id":
        document["id"] = "../../outside"
    else:
        next(table for table in document["tables"] if table["kind"] == "table")["file"] = "../outside.parquet"
    data = json.dumps(document).encode()
    (copy / path).write_bytes(data)
    manifest = json.loads((copy / "manifest.json").read_bytes())
    dataset = json.loads((copy / "dataset.json").read_bytes())
    if change == "id":
        next(entry for entry in dataset["documents"] if entry["file"] == path)["id"] = document["id"]
        (copy / "dataset.json").write_bytes(json.dumps(dataset).encode())
    for name in (path, "dataset.json"):
        content = (copy / name).read_bytes()
        entry = next(entry for entry in manifest["files"] if entry["path"] == name)
        entry.update(size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    (copy / "manifest.json").write_bytes(json.dumps(manifest).encode())
    with pytest.raises(InvalidInput, match=r"product\.broken_file"):
        export(ExportRequest(product=copy, out=tmp_path / "out", formats=FORMATS))
    assert not any("outside" in found.name for found in tmp_path.rglob("*"))


@pytest.mark.parametrize("broken", ["tables", "chunks", "another id"])
def test_a_product_that_was_broken_before_it_was_vouched_for_is_refused_in_our_words(
    product: Refined, tmp_path: Path, broken: str
) -> None:
    copy = tmp_path / "product"
    shutil.copytree(product.root, copy)
    if broken == "another id":
        changed = [copy / next(f"documents/{item['id']}.json" for item in product.documents())]
        content = json.dumps({**json.loads(changed[0].read_bytes()), "id": "0" * 20}).encode()
    else:
        changed = list((copy / broken).iterdir())
        content = b"PAR1" + bytes(100) + b"PAR1"
    names = {path.relative_to(copy).as_posix() for path in changed}
    for path in changed:
        path.write_bytes(content)
    manifest = json.loads((copy / "manifest.json").read_bytes())
    for entry in manifest["files"]:
        if entry["path"] in names:
            entry.update(size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    (copy / "manifest.json").write_bytes(json.dumps(manifest).encode())
    with pytest.raises(InvalidInput, match=r"product\.broken_file"):
        export(ExportRequest(product=copy, out=tmp_path / "out", formats=("markdown", "datapackage")))


def test_a_name_in_the_manifest_that_no_disk_takes_is_a_missing_file(product: Refined, tmp_path: Path) -> None:
    copy = tmp_path / "product"
    shutil.copytree(product.root, copy)
    manifest = json.loads((copy / "manifest.json").read_bytes())
    manifest["files"].append({**manifest["files"][0], "path": "x" * 5000})
    (copy / "manifest.json").write_bytes(json.dumps(manifest).encode())
    with pytest.raises(InvalidInput, match=r"product\.missing_file"):
        export(ExportRequest(product=copy, out=tmp_path / "out", formats=("markdown",)))


def test_the_command_says_what_was_written(
    product: Refined, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["export", str(product.root), "--as", "dcat, odcs", "--out", str(tmp_path / "out"), "--json"]
    assert main(options) == 0
    assert json.loads(capsys.readouterr().out)["files"] == {"dcat": 1, "odcs": 1}
    assert main(options) == 2
    assert "export.out_not_empty" in capsys.readouterr().err
