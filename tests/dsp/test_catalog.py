"""Catalogs: joined from stored parts, read from partners of other makes."""

import json

import pytest

from genba.dsp import catalog
from genba.errors import InvalidInput
from tests.dsp.documents import OFFER
from tests.dsp.schema_check import problems

DESCRIBED = json.dumps(
    {"@context": "x", "@id": "other", "title": "振動データ", "keyword": ["vibration"], "hasPolicy": [], "qualité": 1.5},
    ensure_ascii=False,
)
STORED = catalog.dataset(DESCRIBED, [json.dumps(OFFER)], id="dataset-7", service_id="urn:x#connector")


def test_a_catalog_fits_the_schema_and_holds_the_datasets_as_stored():
    service = catalog.service("urn:x#connector", "https://maker.example/dsp/2025-1")
    body = catalog.catalog("did:web:maker.example", id="urn:uuid:1", datasets=[STORED, STORED], services=[service])
    assert problems(body) == []
    value = json.loads(body)
    assert value["participantId"] == "did:web:maker.example"
    assert value["dataset"] == [json.loads(STORED)] * 2
    assert value["service"][0]["endpointURL"] == "https://maker.example/dsp/2025-1"


def test_an_empty_catalog_leaves_out_its_lists():
    body = catalog.catalog("did:web:maker.example", id="urn:uuid:1", datasets=[])
    assert problems(body) == []
    assert set(json.loads(body)) == {"@context", "@id", "@type", "participantId"}


def test_a_dataset_is_a_document_of_its_own():
    body = catalog.single(STORED)
    assert problems(body) == []
    value = json.loads(body)
    assert (value["@id"], value["title"], value["qualité"]) == ("dataset-7", "振動データ", 1.5)
    assert value["distribution"] == [
        {"@type": "Distribution", "format": "HttpData-PULL", "accessService": "urn:x#connector"}
    ]


def test_offers_in_a_dataset_name_no_target():
    assert "target" not in json.loads(STORED)["hasPolicy"][0]


def test_a_dataset_without_an_offer_is_refused():
    with pytest.raises(InvalidInput):
        catalog.dataset("{}", [], id="d", service_id="s")


def test_what_we_send_is_what_a_partner_reads():
    service = catalog.service("urn:x#connector", "https://maker.example/dsp/2025-1")
    body = catalog.catalog("did:web:maker.example", id="urn:uuid:1", datasets=[STORED], services=[service])
    found = catalog.read_catalog(body)
    assert (found.participant, found.addresses) == ("did:web:maker.example", ("https://maker.example/dsp/2025-1",))
    (only,) = found.datasets
    assert (only.id, only.title, only.formats) == ("dataset-7", "振動データ", ("HttpData-PULL",))
    offer = {name: value for name, value in OFFER.items() if name != "target"}
    assert [(name, json.loads(policy)) for name, policy in only.offers] == [("offer-7", offer)]
    assert json.loads(only.text) == json.loads(STORED)
    assert catalog.read_dataset(catalog.single(STORED)).offers == only.offers


def test_a_catalog_of_another_make_is_read():
    body = {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#"},
        "@type": "dcat:Catalog",
        "dspace:participantId": "provider",
        "dcat:service": {"@type": "dcat:DataService", "dcat:endpointURL": "https://p.example"},
        "dcat:catalog": {
            "@type": "dcat:Catalog",
            "dcat:dataset": {
                "@id": "d",
                "https://w3id.org/edc/v0.0.1/ns/name": "oven",
                "odrl:hasPolicy": {
                    "@id": "o",
                    "@type": "odrl:Offer",
                    "odrl:permission": [],
                    "odrl:prohibition": {"odrl:action": {"@id": "odrl:use"}},
                },
                "dcat:distribution": {"dct:format": {"@id": "HttpData-PULL"}, "dcat:accessService": {"@id": "s"}},
            },
        },
    }
    found = catalog.read_catalog(json.dumps(body).encode())
    assert (found.participant, found.addresses) == ("provider", ("https://p.example",))
    (only,) = found.datasets
    assert (only.id, only.title, only.formats) == ("d", "oven", ("HttpData-PULL",))
    assert json.loads(only.offers[0][1]) == {
        "@id": "o",
        "@type": "Offer",
        "permission": [],
        "prohibition": [{"action": "use"}],
    }


@pytest.mark.parametrize("body", [b"", b"[]", b'{"@type":"Dataset"}', b"[" * 60])
def test_what_is_no_catalog_is_refused(body):
    with pytest.raises(InvalidInput):
        catalog.read_catalog(body)


def test_datasets_that_nobody_could_ask_for_are_left_out():
    body = {"@type": "Catalog", "dataset": [{"@id": "d"}, {"hasPolicy": [{"@id": "o"}]}, 5], "catalog": [None]}
    assert catalog.read_catalog(json.dumps(body).encode()).datasets == ()
