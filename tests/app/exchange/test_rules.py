"""What a side does by itself."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.app.exchange.rules import StandardRules, has_same_terms
from genba.model.exchange import Negotiation, NegotiationState, Role
from tests.exchange_companies import BEGINNING, OFFER, publication

RULES = StandardRules()
TEXT = json.dumps(OFFER)
OTHER = json.dumps(OFFER | {"permission": [{"action": "use"}]})


def negotiation(role: Role, state: NegotiationState, **changes: str) -> Negotiation:
    plain = Negotiation(
        provider_pid="p",
        consumer_pid="c",
        role=role,
        state=state,
        partner="did:web:partner.example",
        address="https://partner.example",
        dataset="dataset-1",
        offer=TEXT,
        changed_at=BEGINNING,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("rule", "does"), [("accept", "agree"), ("person", "wait"), ("refuse", "terminate")])
def test_a_request_on_the_published_terms_is_answered_by_the_publications_rule(rule: str, does: str) -> None:
    asked = negotiation(Role.PROVIDER, NegotiationState.REQUESTED)
    assert RULES.negotiation(asked, publication("dataset-1", rule=rule), None).do == does


@pytest.mark.parametrize(("rule", "does"), [("accept", "offer"), ("person", "wait"), ("refuse", "terminate")])
def test_a_request_on_other_terms_is_never_agreed_to_by_rule(rule: str, does: str) -> None:
    asked = negotiation(Role.PROVIDER, NegotiationState.REQUESTED, offer=OTHER)
    assert RULES.negotiation(asked, publication("dataset-1", rule=rule), None).do == does


def test_a_negotiation_does_not_go_back_and_forth_without_end() -> None:
    asked = replace(negotiation(Role.PROVIDER, NegotiationState.REQUESTED, offer=OTHER), version=100)
    assert RULES.negotiation(asked, publication("dataset-1"), None).do == "wait"


def test_what_was_withdrawn_meanwhile_is_not_agreed_to() -> None:
    withdrawn = replace(publication("dataset-1"), withdrawn_at=BEGINNING)
    for state in (NegotiationState.REQUESTED, NegotiationState.ACCEPTED):
        assert RULES.negotiation(negotiation(Role.PROVIDER, state), withdrawn, None).do == "terminate"
        assert RULES.negotiation(negotiation(Role.PROVIDER, state), None, None).do == "terminate"


def test_an_offer_is_accepted_only_when_it_is_what_was_asked_for() -> None:
    offered = negotiation(Role.CONSUMER, NegotiationState.OFFERED)
    assert RULES.negotiation(offered, None, None, asked=TEXT).do == "accept"
    assert RULES.negotiation(offered, None, None, asked=OTHER).do == "wait"
    assert RULES.negotiation(offered, None, None).do == "wait"


def test_an_agreement_is_verified_only_when_it_is_what_was_offered() -> None:
    same = json.dumps(OFFER | {"@type": "Agreement", "@id": "a", "target": "dataset-1"})
    agreed = negotiation(Role.CONSUMER, NegotiationState.AGREED, agreement=same)
    assert RULES.negotiation(agreed, None, None).do == "verify"
    assert RULES.negotiation(replace(agreed, agreement=OTHER), None, None).do == "terminate"


def test_the_same_terms_may_be_written_in_other_ways() -> None:
    single = json.dumps({"@type": "Offer", "@id": "x", "odrl:permission": OFFER["permission"][0], "prohibition": []})  # type: ignore[index]
    assert has_same_terms(TEXT, single)
    assert has_same_terms(TEXT, json.dumps(OFFER | {"@id": "another", "target": "t", "assigner": "a"}))


@pytest.mark.parametrize("context", [{"permission": "urn:x:y"}, ["https://a.example", {"use": "urn:x:y"}]])
def test_terms_whose_words_get_other_meanings_are_other_terms(context: object) -> None:
    assert not has_same_terms(TEXT, json.dumps(OFFER | {"@context": context}))
    assert has_same_terms(TEXT, json.dumps(OFFER | {"@context": "https://w3id.org/dspace/2025/1/context.jsonld"}))


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "[" * 5000, '{"permission": 1, "unknown": {}}'])
def test_what_cannot_be_read_is_the_same_as_nothing(text: str) -> None:
    assert not has_same_terms(TEXT, text)


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)))
def test_an_added_member_is_another_policy(value: object) -> None:
    if value == []:
        return
    assert not has_same_terms(TEXT, json.dumps(OFFER | {"surprise": value}))
