"""Offers and agreements made from one another."""

import json

import pytest

from genba.dsp import messages, offers
from genba.errors import InvalidInput
from tests.dsp.documents import BOTH, NOW, OFFER
from tests.dsp.schema_check import problems

RULES = '[{"action":"use",  "constraint":[ ], "edc:odd": 1.50}]'
TEXT = f'{{"@context":"x","@id":"o","@type":"Offer","permission":{RULES},"prohibition":[]}}'


def test_an_agreement_keeps_the_rules_of_the_offer_byte_for_byte():
    text = offers.agreement(TEXT, id="a", target="t", assigner="p", assignee="c", at=NOW)
    assert f'"permission":{RULES}' in text
    value = json.loads(text)
    assert (value["@id"], value["@type"], value["target"]) == ("a", "Agreement", "t")
    assert (value["assigner"], value["assignee"], value["timestamp"]) == ("p", "c", "2026-04-01T00:00:00Z")
    assert "@context" not in value


def test_an_agreement_made_from_an_offer_fits_the_schema():
    text = offers.agreement(json.dumps(OFFER), id="a", target="t", assigner="p", assignee="c", at=NOW)
    message = messages.ContractAgreement(**BOTH, agreement=messages.Raw(text.encode()))
    assert problems(messages.write(message)) == []


def test_an_offer_of_the_catalog_gets_the_target_that_a_message_needs():
    without = json.dumps({name: value for name, value in OFFER.items() if name != "target"})
    text = offers.message_offer(without, target="dataset-7")
    assert json.loads(text) == OFFER


@pytest.mark.parametrize("text", ["", "[]", '{"@id":"o"}', '{"@id":"o","obligation":[]}'])
def test_terms_that_say_nothing_make_no_agreement(text):
    with pytest.raises(InvalidInput):
        offers.agreement(text, id="a", target="t", assigner="p", assignee="c", at=NOW)
    with pytest.raises(InvalidInput):
        offers.message_offer(text, target="t")
