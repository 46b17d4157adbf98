"""The Croissant description: valid as 1.1, and its record sets load, whatever columns and files are called."""

import hashlib
import itertools
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlcroissant
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genba.model.record import DocumentRecord, OutputRecord, TableRecord, Usability
from genba.model.table import Column, ColumnType
from genba.writers import croissant_json
from tests.factory_product import Refined


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def load(root: Path) -> Any:
    """Raises when mlcroissant finds an error."""
    return mlcroissant.Dataset(jsonld=str(root / "croissant.json"))


def first(dataset: Any, record_set: str, count: int = 3) -> list[dict[str, Any]]:
    return list(itertools.islice(dataset.records(record_set), count))


@pytest.mark.filterwarnings("ignore")
def test_the_example_is_croissant_1_1_and_its_record_sets_load(product: Refined) -> None:
    dataset = load(product.root)
    assert dataset.metadata.conforms_to == ["http://mlcommons.org/croissant/1.1"] or str(
        dataset.metadata.conforms_to
    ).endswith("/1.1")
    names = [record_set.uuid for record_set in dataset.metadata.record_sets]
    assert {"document-records", "chunk-records"} <= set(names)
    assert first(dataset, "chunk-records")[0]["chunk-records/text"]
    assert first(dataset, "document-records")[0]["document-records/title"] != b""
    described = json.loads((product.root / "croissant.json").read_bytes())
    japanese = [
        record_set["@id"]
        for record_set in described["recordSet"]
        if any("測定値/1回目" in field["name"]["ja"] for field in record_set.get("field", []))
    ]
    assert japanese
    assert any("測定値/1回目" in key for key in first(dataset, japanese[0])[0])
    tables = [name for name in names if name.startswith("table-")]
    assert len(tables) > 30
    for name in tables[::5]:
        first(dataset, name, 1)


ODD = [
    "a b",
    "a\nb",
    "名前　",
    "..",
    ".",
    "a#b",
    "a?b=c",
    'a"b',
    "@id",
    "<b>",
    "http://x/y",
    "{x}",
    "a\\b",
    "a%20b",
    "a_b",
]


@pytest.mark.filterwarnings("ignore")
def test_columns_and_files_with_odd_names_load(tmp_path: Path) -> None:
    columns = [*(Column(name=name) for name in ODD), Column(name="所要", type=ColumnType.DURATION), Column(name="")]
    (tmp_path / "tables").mkdir()
    target = tmp_path / "tables" / "a.parquet"
    pq.write_table(pa.table({name: ["1", "2"] for name in ODD}), target)
    data = target.read_bytes()
    output = OutputRecord(path="tables/a.parquet", size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    table = TableRecord(id="1" * 12, name="表 <b>", path=output.path, rows=2, columns=tuple(columns))
    record = DocumentRecord(
        path="f/<script> #1.csv", id="0" * 20, kind="csv", size_bytes=1, sha256="0" * 64, modified="",
        usability=Usability.FULLY, tables=(table,), outputs=(output,),
    )  # fmt: skip
    (tmp_path / "croissant.json").write_bytes(croissant_json.encode("題 <x>", [record], []))
    dataset = load(tmp_path)
    record_set = next(found.uuid for found in dataset.metadata.record_sets if found.uuid.startswith("table-"))
    row = first(dataset, record_set)[0]
    assert len(row) == len(ODD)
    assert set(row.values()) == {b"1"}
