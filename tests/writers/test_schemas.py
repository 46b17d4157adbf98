"""Every JSON file of a product is what its schema says, and the schemas say what the code means."""

import copy
import json
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from genba.model.finding import Severity
from genba.model.marks import Mark
from genba.model.nodes import Joint, Role
from genba.model.record import Usability
from genba.model.table import ColumnType
from tests.factory_product import Refined

# Which schema holds for which files; whatever else a product holds is named below.
FILES = {
    "document": "documents/*.json",
    "lineage": "lineage/*.json",
    "dataset": "dataset.json",
    "report": "report.json",
    "relations": "relations.json",
    "manifest": "manifest.json",
    "run": "run.json",
}
# Of a signal store, not of a product; tested where they are written.
OF_STORES = {f"{name}.json" for name in ("capture", "deployment", "model", "rendered", "timebase", "windows")}
OTHERS = re.compile(
    r"croissant\.json|vocabulary\.csv|report\.html|chunks/[0-9a-f]\.parquet|tables/[0-9a-f]{20}-[0-9a-f-]+\.parquet"
    r"|images/[0-9a-f]{20}-[0-9a-f-]+\.[a-z]+|\.genba/.*"
)


def schema(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(resources.files("genba").joinpath("schemas", f"{name}.json").read_bytes())
    return loaded


def parts(item: Any) -> Iterator[dict[str, Any]]:
    if isinstance(item, dict):
        yield item
        for value in item.values():
            yield from parts(value)
    elif isinstance(item, list):
        for value in item:
            yield from parts(value)


@pytest.mark.parametrize("name", FILES)
def test_a_schema_stands_by_itself_and_lets_nothing_unknown_in(name: str) -> None:
    found = schema(name)
    Draft202012Validator.check_schema(found)
    assert found["$id"] == f"urn:genba:schema:{name}:1"
    for part in parts(found):
        if "properties" in part:
            assert part["additionalProperties"] is False
        if "$ref" in part:
            kind, _, definition = part["$ref"].rpartition("/")
            assert kind == "#/$defs"
            assert definition in found["$defs"]


def test_schemas_exist_for_every_kind_of_file_and_no_other() -> None:
    there = {entry.name for entry in resources.files("genba").joinpath("schemas").iterdir()}
    assert there - OF_STORES == {f"{name}.json" for name in FILES}


def test_every_file_of_a_product_is_described_and_as_described(any_product: Refined) -> None:
    seen: set[str] = set()
    for name, pattern in FILES.items():
        validator = Draft202012Validator(schema(name))
        found = sorted(any_product.root.glob(pattern))
        assert found, pattern
        for path in found:
            seen.add(path.relative_to(any_product.root).as_posix())
            errors = list(validator.iter_errors(json.loads(path.read_bytes())))
            assert not errors, f"{path.name}: {errors[0].json_path}: {errors[0].message[:300]}"
    every = {path.relative_to(any_product.root).as_posix() for path in any_product.root.rglob("*") if path.is_file()}
    assert sorted(path for path in every - seen if not OTHERS.fullmatch(path)) == []


def test_the_schema_names_the_codes_that_the_model_has() -> None:
    definitions = schema("document")["$defs"]
    assert set(definitions["marks"]["items"]["enum"]) == {str(mark) for mark in Mark}
    assert {*definitions["paragraph"]["properties"]["role"]["enum"], "body"} == {str(role) for role in Role}
    assert set(definitions["severity"]["enum"]) == {str(severity) for severity in Severity}
    assert set(definitions["column"]["properties"]["type"]["enum"]) == {str(kind) for kind in ColumnType}
    end = definitions["flow"]["properties"]["edges"]["items"]["properties"]["source"]
    assert set(end["properties"]["joint"]["enum"]) == {str(joint) for joint in Joint}
    usability = schema("dataset")["properties"]["documents"]["items"]["properties"]["usability"]
    assert set(usability["enum"]) == {str(state) for state in Usability}


def test_the_schema_refuses_what_the_format_does_not_have(product: Refined) -> None:
    validator = Draft202012Validator(schema("document"))
    document = next(found for found in product.documents() if found["sections"] and found["sections"][0]["nodes"])
    assert validator.is_valid(document)
    for change in (
        lambda broken: broken.update(extra=1),
        lambda broken: broken.update(id="../x"),
        lambda broken: broken.update(format="genba-document/2.0"),
        lambda broken: broken["sections"][0]["nodes"][0].update(marks=["secret"]),
        lambda broken: broken["sections"][0]["nodes"].append({"id": "0" * 12}),
        lambda broken: broken["findings"].append({"code": "x.y", "severity": "fatal"}),
    ):
        broken = copy.deepcopy(document)
        change(broken)
        assert not validator.is_valid(broken)
