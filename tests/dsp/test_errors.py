"""Error bodies."""

import json

import pytest

from genba.dsp.errors import catalog_error, negotiation_error, read_error, transfer_error
from tests.dsp.schema_check import problems


@pytest.mark.parametrize(
    "body",
    [
        negotiation_error("p", "c", "dsp.not_allowed", "not now", "ask later"),
        negotiation_error("", "", "x"),
        transfer_error("p", "c", "dsp.not_allowed", "not now"),
        transfer_error("p", "c", "x"),
        catalog_error("x", "unknown filter"),
        catalog_error("x"),
    ],
)
def test_errors_fit_their_schemas(body):
    assert problems(body) == []


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (negotiation_error("p", "c", "code", "why"), "why"),
        (transfer_error("p", "c", "code"), "code"),
        (json.dumps([{"message": "a", "type": "ObjectConflict"}, {"message": "b"}]).encode(), "a / b"),
        (json.dumps({"dspace:reason": {"@value": "why"}}).encode(), "why"),
        (b"<html>", ""),
        (b"5", ""),
        (b"[" * 100_000, ""),
        (b"", ""),
    ],
)
def test_a_partners_reason_is_read_from_whatever_it_sends(body, text):
    assert read_error(body) == text
