"""Whatever comes in is answered in the protocol's words, and never by an accident."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.app.exchange.inbound import handle
from genba.app.exchange.protocol import ProtocolRequest, ProtocolResponse
from genba.model.exchange import Partner
from genba.storage.exchange import partners
from tests.exchange_companies import Clock, Company, Line

CALLER = "did:web:buyer.example"


@pytest.fixture
def maker() -> Company:
    return Company("maker", Line(), Clock())


def send(
    company: Company, method: str, path: str, body: object = None, *, caller: str = CALLER, query: str = ""
) -> ProtocolResponse:
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    headers = {"authorization": caller}
    return handle(company.exchange, ProtocolRequest(method=method, path=path, query=query, headers=headers, body=raw))


def test_the_version_document_needs_no_proof_of_identity(maker: Company) -> None:
    for path in ("/.well-known/dspace-version", "/dsp/2025-1/.well-known/dspace-version"):
        answer = send(maker, "GET", path, caller="")
        (version,) = json.loads(answer.body)["protocolVersions"]
        assert (answer.status, version["version"], version["path"]) == (200, "2025-1", "/dsp/2025-1")


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/catalog/request", "CatalogError"),
        ("GET", "/negotiations/x", "ContractNegotiationError"),
        ("POST", "/transfers/request", "TransferError"),
    ],
)
def test_who_cannot_be_proven_is_refused_before_anything_is_read(
    maker: Company, method: str, path: str, kind: str
) -> None:
    answer = send(maker, method, f"/dsp/2025-1{path}", b"not json", caller="nobody")
    assert answer.status == 401
    assert json.loads(answer.body)["@type"] == kind


def test_the_catalogue_is_paged_with_links(maker: Company) -> None:
    for number in range(5):
        maker.publish(f"dataset-{number}")
    request = {"@type": "CatalogRequestMessage"}
    seen, query = [], "limit=2"
    for _ in range(3):
        answer = send(maker, "POST", "/dsp/2025-1/catalog/request", request, query=query)
        seen += [dataset["@id"] for dataset in json.loads(answer.body)["dataset"]]
        link = answer.headers.get("link", "")
        following = [part for part in link.split(", ") if 'rel="next"' in part]
        query = following[0].partition("?")[2].partition(">")[0] if following else ""
    assert sorted(seen) == [f"dataset-{number}" for number in range(5)] and not query


def test_an_empty_catalogue_names_no_datasets(maker: Company) -> None:
    answer = send(maker, "POST", "/dsp/2025-1/catalog/request", {"@type": "CatalogRequestMessage"})
    assert answer.status == 200 and "dataset" not in json.loads(answer.body)


def test_a_filter_that_is_not_ours_is_refused(maker: Company) -> None:
    body = {"@type": "CatalogRequestMessage", "filter": [{"sparql": "x"}]}
    assert send(maker, "POST", "/dsp/2025-1/catalog/request", body).status == 400


@pytest.mark.parametrize("query", ["after=%00", "after=nonsense", "limit=x", "limit=-1", "limit=99999999999999999999"])
def test_a_page_that_cannot_be_read_is_refused_or_limited(maker: Company, query: str) -> None:
    body = {"@type": "CatalogRequestMessage"}
    assert send(maker, "POST", "/dsp/2025-1/catalog/request", body, query=query).status in (200, 400)


def test_one_dataset_is_shown_and_an_unknown_one_is_404(maker: Company) -> None:
    maker.publish("urn:a b/c")
    shown = send(maker, "GET", "/dsp/2025-1/catalog/datasets/urn%3Aa%20b%2Fc")
    assert shown.status == 200 and json.loads(shown.body)["@id"] == "urn:a b/c"
    unknown = send(maker, "GET", "/dsp/2025-1/catalog/datasets/nothing")
    assert unknown.status == 404 and json.loads(unknown.body)["@type"] == "CatalogError"


def test_a_blocked_partner_gets_the_answer_of_somebody_unproven(maker: Company) -> None:
    with maker.database.transaction() as tx:
        partners.put(tx, Partner(id=CALLER, blocked=True))
    blocked = send(maker, "GET", "/dsp/2025-1/negotiations/x")
    unproven = send(maker, "GET", "/dsp/2025-1/negotiations/x", caller="nobody")
    assert blocked == unproven


def test_a_method_that_a_path_does_not_know_is_405(maker: Company) -> None:
    assert send(maker, "DELETE", "/dsp/2025-1/negotiations/x").status == 405
    assert send(maker, "GET", "/elsewhere").status == 404


WORDS = st.sampled_from(
    "catalog request datasets negotiations transfers offers agreement verification events termination start "
    "completion suspension x %00 %FF .. urn:maker:1 %F0%9F%98%80".split()
)
PIECES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["urn:x:1", "https://p.example", "dataset-1", "FINALIZED", "Offer", "\x00", "offer-1"])
)
KEYS = st.sampled_from(
    "@id @type @context consumerPid providerPid callbackAddress offer agreement agreementId format eventType target "
    "permission filter code reason dataAddress endpointProperties".split()
)
VALUES = st.recursive(
    PIECES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)


@settings(max_examples=300, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT"]),
    parts=st.lists(WORDS, max_size=5),
    body=st.binary(max_size=40)
    | st.dictionaries(KEYS, VALUES, max_size=8).map(lambda value: json.dumps(value).encode()),
    query=st.sampled_from(["", "limit=2", "after=x", "&&&", "limit=1&limit=2", "%"]),
)
def test_nothing_that_comes_in_is_an_accident(method: str, parts: list[str], body: bytes, query: str) -> None:
    answer = send(SHARED, method, "/dsp/2025-1/" + "/".join(parts), body, query=query)
    assert answer.status in (200, 201, 400, 401, 404, 405, 413)


@settings(max_examples=200, deadline=None)
@given(
    kind=st.sampled_from(
        [
            ("/negotiations/request", "ContractRequestMessage"),
            ("/negotiations/offers", "ContractOfferMessage"),
            ("/transfers/request", "TransferRequestMessage"),
            ("/catalog/request", "CatalogRequestMessage"),
        ]
    ),
    members=st.dictionaries(KEYS, VALUES, max_size=6),
)
def test_messages_of_any_content_are_accepted_or_refused(kind: tuple[str, str], members: dict[str, object]) -> None:
    path, name = kind
    whole = {"consumerPid": "urn:x:1", "providerPid": "", "callbackAddress": "https://p.example"} | members
    answer = send(SHARED, "POST", f"/dsp/2025-1{path}", whole | {"@type": name})
    assert answer.status in (200, 201, 400, 404)
    assert json.loads(answer.body)["@type"]


SHARED = Company("maker", Line(), Clock())
SHARED.publish()
