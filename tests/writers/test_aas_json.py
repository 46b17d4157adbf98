"""AAS: the metamodel's test engine passes it; the templates' validator misses only what the documents do not say."""

import io
import json
from dataclasses import replace

from aas_submodel_validate import validate
from aas_test_engines import file as engine
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.model.document import Document, Property
from genba.model.drawing import Dimension, Drawing
from genba.writers.aas_json import encode
from tests.example_instruction import example


def environment(*documents: tuple[str, Document], base: str = "") -> bytes:
    return encode(("part_number", "KG-6001-00"), documents, product="工場", base=base)


def assert_passes(data: bytes) -> None:
    result = engine.check_json_file(io.StringIO(data.decode()))
    assert result.ok(), result.to_dict()


def test_it_passes_the_test_engine_and_says_what_the_documents_say() -> None:
    drawing = Drawing(
        number="A-1023",
        material="S45C",
        dimensions=(
            Dimension(text="φ25 H7", value=25.0, upper=0.021, lower=0.0),
            Dimension(text="120", value=120.0),
            Dimension(text="現物合わせ"),
        ),
    )
    data = environment(("手順書", example()), ("図面", replace(example(), instruction=None, drawing=drawing)))
    assert_passes(data)
    text = data.decode()
    for said in ("S45C", '"min": "11.5"', '"max": "12.5"', '"max": "25.021"', "WI-102", '"value": "03-02"', "02-02"):
        assert said in text
    assert "現場 太郎" not in text  # a name in a form is no technical data


def test_the_templates_validator_misses_only_values_that_nobody_knows() -> None:
    report = validate(environment(("手順書", example())), format="json")
    errors = [finding.violation.message for finding in report.findings if str(finding.severity) == "error"]
    assert errors
    assert [message for message in errors if "carries no value" not in message] == []


def test_ids_are_the_same_every_time_and_differ_between_things() -> None:
    documents = ("手順書", example())
    assert environment(documents) == environment(documents)
    first = json.loads(environment(documents))
    other = json.loads(encode(("equipment", "PR-11"), [documents], product="工場"))
    ids = [item["id"] for data in (first, other) for name in data for item in data[name]]
    assert len(set(ids)) == len(ids)
    based = json.loads(environment(documents, base="https://data.example.com/"))
    assert all(item["id"].startswith("https://data.example.com/") for name in based for item in based[name])


NAMES = st.text(min_size=1, max_size=200).filter(str.strip)


@settings(max_examples=6)  # the engine takes a second
@given(NAMES, NAMES, NAMES)
def test_whatever_a_document_is_called_the_engine_takes_it(title: str, number: str, product: str) -> None:
    facts = (Property(name="document_number", value=number), Property(name="product", value=product))
    assert_passes(environment((title, replace(example(), properties=facts, summary=title))))
