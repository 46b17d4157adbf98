"""Schemas of credentials: an independent implementation agrees, and what is not evaluated is refused."""

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.errors import Denied
from genba.trust.credential_schemas import Evaluation, Unsupported, schema_check
from genba.trust.credentials import read_credential
from tests.trust.participants import Dataspace

ADDRESS = "https://trust.example.jp/schema/1.json"
SUBJECT_SCHEMA = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "properties": {"id": {"type": "string"}, "foo": {"type": "string"}},
    "required": ["id", "foo"],
}
NAMES = ["a", "b", "c"]
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "ab", "ba", "1"]) | st.just(1.5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
_sizes = st.integers(0, 3)
_leaves = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(
            ["object", "array", "string", "integer", "number", "boolean", "null", ["string", "null"]]
        ),
        "enum": st.lists(_values, min_size=1, max_size=3),
        "const": _values,
        "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
        "pattern": st.sampled_from(["^a", "b$", "^[0-9]+$"]),
        "minLength": _sizes,
        "maxLength": _sizes,
        "minItems": _sizes,
        "maxItems": _sizes,
        "uniqueItems": st.booleans(),
        "minProperties": _sizes,
        "maxProperties": _sizes,
        "minimum": st.integers(-2, 2),
        "maximum": st.integers(-2, 2),
        "exclusiveMinimum": st.integers(-2, 2),
        "exclusiveMaximum": st.integers(-2, 2),
        "format": st.just("date-time"),
        "title": st.just("x"),
    },
)
_schemas = st.recursive(
    st.booleans() | _leaves,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
            "additionalProperties": inner,
            "items": inner,
            "contains": inner,
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
        },
    ),
    max_leaves=6,
)


@settings(max_examples=120, deadline=None)
@given(_schemas, _values)
def test_an_independent_implementation_decides_alike(schema, value):
    assert Evaluation(schema).holds(schema, value) == jsonschema.Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    "schema",
    [
        {"dependentRequired": {"a": ["b"]}},
        {"patternProperties": {}, "additionalProperties": False},
        {"properties": {"a": {"unheard": 1}}},
        {"properties": []},
        {"required": "a"},
        {"required": [7]},
        {"type": "float"},
        {"type": []},
        {"enum": []},
        {"items": [{}]},
        {"minimum": "1"},
        {"minLength": True},
        {"pattern": "(a+)+$"},
        {"pattern": "(a|a)*"},
        {"pattern": "a*a*a*a*a*b"},
        {"pattern": "(a)\\1"},
        {"pattern": "["},
        {"pattern": "a" * 201},
        {"$ref": "https://other.example/schema"},
        {"$ref": "#/missing"},
        {"$ref": "#"},  # for ever
        {"allOf": [{"$ref": "#"}, {"$ref": "#"}]},
        7,
        None,
    ],
)
def test_what_is_not_evaluated_is_refused(schema):
    with pytest.raises(Unsupported):
        for value in ({"a": 1}, [1], "a"):
            Evaluation(schema).holds(schema, value)


def test_references_within_a_schema_are_followed():
    schema = {"$defs": {"a/b": {"type": "string"}}, "properties": {"a": {"$ref": "#/$defs/a~1b"}}}
    assert Evaluation(schema).holds(schema, {"a": "x"})
    assert not Evaluation(schema).holds(schema, {"a": 1})


def refusal(schema: object, claims: dict[str, object], **entry: object) -> str:
    space = Dataspace()
    if schema is not None:
        space.web.pages[ADDRESS] = schema
    named = {"id": ADDRESS, "type": "JsonSchemaValidator2018"} | entry
    token = space.issuer.credential(space.supplier.did, claims=claims, document={"credentialSchema": named})
    try:
        schema_check(space.web)(read_credential(token, space.resolver.key), space.clock())
    except Denied as denied:
        return denied.code
    return ""


def test_a_schema_of_the_subject_is_applied_to_the_subject():
    assert refusal(SUBJECT_SCHEMA, {"foo": "bar"}) == ""
    assert refusal(SUBJECT_SCHEMA, {"baz": "quazz"}) == "trust.schema_violated"


def test_a_schema_of_the_credential_is_applied_to_the_credential():
    whole = {"properties": {"credentialSubject": {"required": ["foo"]}}, "required": ["issuer"]}
    assert refusal(whole, {"foo": "bar"}, type="JsonSchema") == ""
    assert refusal(whole, {}, type="JsonSchema") == "trust.schema_violated"


@pytest.mark.parametrize("schema", [None, b"{", b"\xff", {"unheard": 1}, b" " * 200_001])
def test_a_schema_that_cannot_be_used_means_no(schema):
    assert refusal(schema, {"foo": "bar"}) == "trust.schema_unusable"


@pytest.mark.parametrize("entry", [{"type": "ShExValidator2017_1"}, {"id": None}, {"id": "file:///schema.json"}])
def test_a_schema_of_another_kind_or_place_means_no(entry):
    assert refusal(SUBJECT_SCHEMA, {"foo": "bar"}, **entry) == "trust.schema_unusable"
