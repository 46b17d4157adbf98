"""What we write fits the schemas of the Dataspace Protocol, which ship with genba.dsp."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft201909Validator

from genba import dsp
from genba.model.policy import Policy
from genba.policy import terms
from genba.policy.checking import problems
from genba.policy.odrl import write
from tests.policy.policies import friendly, policies

SCHEMA = json.loads((Path(dsp.__file__).parent / "schemas/contract-schema.json").read_text(encoding="utf-8"))


def validator(kind: str) -> Draft201909Validator:
    return Draft201909Validator({**SCHEMA, "allOf": [{"$ref": f"#/definitions/{kind}"}]})


OFFER, AGREEMENT = validator("Offer"), validator("Agreement")


@pytest.mark.parametrize("name", terms.SHIPPED)
@pytest.mark.parametrize("more", [{}, {"until": "2030-01-01"}])
def test_a_shipped_template_is_a_valid_offer_and_agreement(name: str, more: dict[str, Any]) -> None:
    written = {**write(terms.load(name, **more).contract), "@id": "urn:uuid:1"}
    OFFER.validate(written)
    parties = {"target": "d", "assigner": "did:web:a.example", "assignee": "did:web:b.example"}
    AGREEMENT.validate({**written, "@type": "Agreement", **parties, "timestamp": "2026-01-01T00:00:00Z"})


@settings(max_examples=200)
@given(policies | friendly)
def test_whatever_may_be_offered_is_a_valid_offer(policy: Policy) -> None:
    if not list(problems(policy)):
        written = {**write(policy), "@type": "Offer", "@id": "urn:uuid:1"}
        written.pop("target", None)
        OFFER.validate(written)
