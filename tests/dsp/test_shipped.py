"""Schemas and contexts are here, whole, and need no network."""

import pytest
from jsonschema import Draft201909Validator

from genba.dsp import messages
from genba.dsp.shipped import CONTEXTS, context, schemas
from tests.dsp.schema_check import BASE, PLACES


@pytest.mark.parametrize("address", CONTEXTS)
def test_a_context_is_known_by_its_address(address):
    assert "@context" in context(address)


def test_every_context_that_a_shipped_one_imports_is_shipped():
    imported = {
        inner["@context"]["@import"]
        for inner in context(messages.CONTEXT)["@context"].values()
        if isinstance(inner, dict) and "@import" in inner.get("@context", {})
    }
    assert imported
    assert imported <= set(CONTEXTS)


def test_every_schema_is_sound_and_every_place_is_filled():
    for schema in schemas().values():
        Draft201909Validator.check_schema(schema)
    assert {BASE + place for place in PLACES.values()} <= set(schemas())
