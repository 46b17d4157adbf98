"""DCAT, ODCS and Data Package: the same tables, described so that each standard's own checker agrees."""

import json
from dataclasses import replace
from importlib.resources import files as package_files
from typing import Any

import jsonschema
import pyarrow as pa
import yaml
from open_data_contract_standard.model import OpenDataContractStandard
from rdflib import Graph, Namespace
from rdflib.namespace import RDF

from genba.model.product import ProductContents, ProductDocument
from genba.model.record import OutputRecord
from genba.model.table import Column, ColumnType, Table
from genba.writers import data_package_json, dcat_jsonld, odcs_yaml
from tests.example_instruction import example

DCAT = Namespace("http://www.w3.org/ns/dcat#")
DQV = Namespace("http://www.w3.org/ns/dqv#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
PATH = "tables/0123456789abcdef0123-aa.parquet"


def contents() -> ProductContents:
    columns = (
        Column(name="トルク", type=ColumnType.NUMBER, unit="N·m", ucum="N.m", description="締付け後の値"),
        Column(name="判定", codes=("OK", "NG")),
        Column(name="時間", type=ColumnType.DURATION),
        Column(name="日時", type=ColumnType.DATETIME),
    )
    empty: list[pa.RecordBatch] = []
    table = Table(name="検査結果", columns=columns, batches=empty, rows=12, id="aa", notes=("単位に注意",))
    document = example()
    files = (
        OutputRecord(path=f"documents/{document.id}.json", size_bytes=10, sha256="01" * 32),
        OutputRecord(path=PATH, size_bytes=20, sha256="02" * 32),
    )
    item = ProductDocument(
        title="組立作業手順書", document=replace(document, tables=(table,)), files=files, tables={"aa": PATH}
    )
    shard = OutputRecord(path="chunks/0.parquet", size_bytes=30, sha256="03" * 32)
    return ProductContents(title="工場", software="genba 0.1", sha256="ff" * 32, documents=(item,), files=(shard,))


def test_dcat_lists_every_file_with_size_and_checksum_and_scores_with_their_metric() -> None:
    graph = Graph().parse(data=dcat_jsonld.encode(contents()), format="json-ld")
    distributions = list(graph.subjects(RDF.type, DCAT.Distribution))
    assert len(distributions) == 3
    for node in distributions:
        assert graph.value(node, DCAT.byteSize) is not None
        assert graph.value(graph.value(node, SPDX.checksum), SPDX.checksumValue) is not None
        assert graph.value(node, DCAT.downloadURL) is None  # it is offered nowhere yet
    measured = {
        (str(graph.value(m, DQV.isMeasurementOf)).rpartition("#")[2], int(graph.value(m, DQV.value)))
        for m in graph.subjects(RDF.type, DQV.QualityMeasurement)
    }
    assert measured == {("machine-readability-level-1-before", 60), ("machine-readability-level-1-after", 100)}
    assert set(graph.objects(None, DQV.isMeasurementOf)) == set(graph.subjects(RDF.type, DQV.Metric))


def test_dcat_gives_addresses_below_the_base() -> None:
    graph = Graph().parse(data=dcat_jsonld.encode(contents(), base="https://data.example.com/p"), format="json-ld")
    addresses = {str(url) for url in graph.objects(None, DCAT.downloadURL)}
    assert f"https://data.example.com/p/{PATH}" in addresses and len(addresses) == 3


def contract_schema() -> dict[str, Any]:
    return json.loads(package_files("open_data_contract_standard").joinpath("schema.json").read_bytes())


def test_the_contract_meets_the_standards_schema_and_its_own_model_reads_it() -> None:
    data = odcs_yaml.encode(contents())
    contract = yaml.safe_load(data)
    jsonschema.validate(contract, contract_schema())
    read = OpenDataContractStandard.from_string(data.decode())
    properties = {item.name: item for item in read.schema_[0].properties}
    assert (properties["トルク"].logicalType, properties["日時"].logicalType) == ("number", "timestamp")
    assert properties["時間"].physicalType == "duration"
    units = {item.property: item.value for item in properties["トルク"].customProperties}
    assert units == {"unit": "N·m", "ucum": "N.m"}
    assert contract["schema"][0]["quality"][0] == {"type": "library", "metric": "rowCount", "mustBe": 12}
    assert contract["status"] == "draft"


def test_the_data_package_names_files_that_are_there_with_their_fields() -> None:
    columns = [("id", "string"), ("headings", "array")]
    package = json.loads(data_package_json.encode(contents(), chunk_columns=columns))
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    table, chunks = package["resources"]
    assert (table["path"], table["hash"], table["bytes"]) == (PATH, f"sha256:{'02' * 32}", 20)
    assert [(field["name"], field["type"]) for field in table["schema"]["fields"]] == [
        ("トルク", "number"),
        ("判定", "string"),
        ("時間", "duration"),
        ("日時", "datetime"),
    ]
    assert table["schema"]["fields"][1]["constraints"] == {"enum": ["OK", "NG"]}
    assert chunks["path"] == ["chunks/0.parquet"]
    assert [(field["name"], field["type"]) for field in chunks["schema"]["fields"]] == columns
    assert data_package_json.files(contents()) == [PATH, "chunks/0.parquet"]
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names)
