"""Messages: strict out, tolerant in, bounded always."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.dsp import messages
from genba.dsp.limits import DEPTH, MESSAGE_BYTES
from genba.errors import GenbaError, InvalidInput
from genba.model.exchange import NegotiationState
from tests.dsp.documents import ADDRESS, BOTH, OFFER, every_message, raw
from tests.dsp.schema_check import problems

ODRL = "http://www.w3.org/ns/odrl/2/"
DSPACE = "https://w3id.org/dspace/2025/1/"


@pytest.mark.parametrize("message", every_message(), ids=lambda message: messages.type_of(message))
def test_whatever_is_written_fits_the_protocols_schema(message):
    assert problems(messages.write(message)) == []


@pytest.mark.parametrize("message", every_message(), ids=lambda message: messages.type_of(message))
def test_whatever_is_written_is_read_back_the_same(message):
    body = messages.write(message)
    assert messages.write(messages.read(body, type(message))) == body


def test_a_message_may_carry_an_id_of_its_own():
    body = messages.write(messages.AgreementVerification(id="urn:uuid:m-1", **BOTH))
    assert problems(body) == []
    assert messages.read(body, messages.AgreementVerification).id == "urn:uuid:m-1"


def test_an_offer_is_kept_byte_for_byte():
    text = '{"@type":"Offer",  "@id":"o", "target":"t", "permission":[{"action":"use","constraint":[]}], "x:y": 1.50}'
    body = f'{{"@context":[],"@type":"ContractRequestMessage","consumerPid":"c","callbackAddress":"https://a","offer":{text}}}'
    assert bytes(messages.read(body.encode(), messages.ContractRequest).offer).decode() == text


def test_foreign_contexts_and_members_are_passed_over():
    body = {
        "@context": ["https://w3id.org/dspace/2025/1/context.jsonld", "https://w3id.org/edc/dspace/v0.0.1"],
        "@id": "123",
        "@type": "ContractAgreementVerificationMessage",
        "edc:extra": {"deep": [1]},
        "providerPid": "p-1",
        "consumerPid": "c-1",
    }
    assert messages.read(json.dumps(body).encode(), messages.AgreementVerification).consumer_pid == "c-1"


@pytest.mark.parametrize(
    "body",
    [
        {
            "@type": "dspace:ContractNegotiationEventMessage",
            "dspace:providerPid": "p",
            "dspace:consumerPid": "c",
            "dspace:eventType": "dspace:ACCEPTED",
        },
        [
            {
                "@type": [DSPACE + "ContractNegotiationEventMessage"],
                DSPACE + "providerPid": [{"@id": "p"}],
                DSPACE + "consumerPid": [{"@value": "c"}],
                DSPACE + "eventType": [{"@id": DSPACE + "ACCEPTED"}],
            }
        ],
        {
            "@type": "ContractNegotiationEventMessage",
            "providerPid": {"@id": "p"},
            "consumerPid": ["c"],
            "eventType": "ACCEPTED",
            "x": None,
        },
    ],
    ids=["prefixed", "expanded", "mixed"],
)
def test_other_spellings_of_the_terms_are_understood(body):
    found = messages.read(json.dumps(body).encode(), messages.NegotiationEvent)
    assert (found.provider_pid, found.consumer_pid, found.event_type) == ("p", "c", NegotiationState.ACCEPTED)


def test_an_expanded_offer_is_brought_to_the_compact_form():
    offer = {
        "@id": "o",
        "@type": [ODRL + "Offer"],
        ODRL + "target": [{"@id": "t"}],
        ODRL + "permission": [
            {
                ODRL + "action": [{"@id": ODRL + "use"}],
                ODRL + "constraint": [
                    {
                        ODRL + "leftOperand": [{"@id": "https://example.jp/purpose"}],
                        ODRL + "operator": [{"@id": ODRL + "eq"}],
                        ODRL + "rightOperand": [{"@value": "quality"}],
                    }
                ],
            }
        ],
    }
    body = {
        "@type": DSPACE + "ContractRequestMessage",
        DSPACE + "consumerPid": "c",
        DSPACE + "callbackAddress": "https://a",
        DSPACE + "offer": offer,
    }
    found = messages.read(json.dumps(body).encode(), messages.ContractRequest)
    assert json.loads(bytes(found.offer)) == {
        "@id": "o",
        "@type": "Offer",
        "target": "t",
        "permission": [
            {
                "action": "use",
                "constraint": [
                    {"leftOperand": "https://example.jp/purpose", "operator": "eq", "rightOperand": "quality"}
                ],
            }
        ],
    }


def test_a_single_reason_is_read_as_a_list():
    body = {
        "@type": "TransferTerminationMessage",
        "providerPid": "p",
        "consumerPid": "c",
        "reason": {"message": "over"},
    }
    found = messages.read(json.dumps(body).encode(), messages.TransferTermination)
    assert messages.reason_text(found.reason) == "over"


def test_reasons_of_any_form_become_one_bounded_text():
    assert messages.reason_text(("a", {"@value": "b"}, {"x": 1}, 5)) == 'a / b / {"x":1} / 5'
    assert messages.reason_text((), "99") == "99"
    assert len(messages.reason_text(("x" * 5_000,))) == messages.REASON_CHARS


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "dsp.not_json"),
        (b"{", "dsp.not_json"),
        (b"\xff\xfe", "dsp.not_json"),
        (b"[]", "dsp.message_invalid"),
        (b'"x"', "dsp.message_invalid"),
        (b'{"@type":"TransferCompletionMessage","providerPid":"p"}', "dsp.message_invalid"),
        (b'{"@type":"TransferStartMessage","providerPid":"p","consumerPid":"c"}', "dsp.message_invalid"),
        (b'{"@type":"TransferCompletionMessage","providerPid":"p","consumerPid":"c\\u0000"}', "dsp.message_invalid"),
        (b'{"@type":"TransferCompletionMessage","providerPid":"p","consumerPid":""}', "dsp.message_invalid"),
        (
            b'{"@type":"TransferCompletionMessage","providerPid":"p","consumerPid":"' + b"c" * 1_025 + b'"}',
            "dsp.message_invalid",
        ),
        (b" " * (MESSAGE_BYTES + 1), "dsp.too_large"),
        (b"[" * (DEPTH + 1), "dsp.too_deep"),
        (b'{"a":' * 100_000, "dsp.too_large"),
    ],
)
def test_what_cannot_be_a_message_is_refused_with_the_reason(body, code):
    with pytest.raises(InvalidInput) as refused:
        messages.read(body, messages.TransferCompletion)
    assert refused.value.code == code


def test_brackets_inside_texts_do_not_count_as_depth():
    body = {"@type": "TransferTerminationMessage", "providerPid": "p", "consumerPid": "c", "reason": ['["{' * 200]}
    assert messages.read(json.dumps(body).encode(), messages.TransferTermination).provider_pid == "p"


def test_our_own_stored_messages_are_read_by_their_type():
    for message in every_message():
        reader = {
            messages.NEGOTIATION_MESSAGES: messages.read_negotiation_message,
            messages.TRANSFER_MESSAGES: messages.read_transfer_message,
        }
        for kinds, read in reader.items():
            if type(message) in kinds:
                assert messages.write(read(messages.write(message))) == messages.write(message)
    with pytest.raises(InvalidInput):
        messages.read_transfer_message(messages.write(messages.AgreementVerification(**BOTH)))


TERMS = """@context @id @type @value @list providerPid dspace:consumerPid https://w3id.org/dspace/2025/1/state offer
    reason dataAddress eventType permission filter consumerPid code callbackAddress""".split()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(TERMS), inner, max_size=6),
    max_leaves=20,
)


@given(JSON, st.sampled_from(every_message()))
def test_any_json_is_either_read_or_refused_as_bad_input(value, example):
    if isinstance(value, dict):
        value["@type"] = messages.type_of(example)
    try:
        found = messages.read(json.dumps(value).encode(), type(example))
    except InvalidInput:
        return
    assert isinstance(found, type(example))


@given(st.sampled_from(every_message()), st.data())
def test_a_damaged_message_is_never_a_surprise(example, data):
    body = bytearray(messages.write(example))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        messages.read(bytes(body), type(example))
    except GenbaError as refused:
        assert refused.code.startswith("dsp.")


def test_a_data_address_reaches_the_message_as_it_is():
    body = messages.write(messages.TransferStart(**BOTH, data_address=raw(ADDRESS)))
    assert json.loads(body)["dataAddress"] == ADDRESS
    assert (
        json.loads(messages.write(messages.ContractOffer(provider_pid="p", consumer_pid="c", offer=raw(OFFER))))[
            "offer"
        ]
        == OFFER
    )
