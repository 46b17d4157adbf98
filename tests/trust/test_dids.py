"""DIDs: which documents are found, believed and remembered."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.errors import Denied, GenbaError, InvalidInput, Unavailable
from genba.ports.exchange import Answer
from genba.trust.dids import MAX_KEPT, STRANGERS, Resolver, is_did, web_address
from genba.trust.documents import read_document, write_document
from genba.trust.jwk import generate, jwk_of, public_key
from genba.trust.multikey import did_key, did_key_id, from_multibase, key_of_did
from tests.trust.world import Clock, Web, keyed, on_the_web

# The did:key specification's own examples.
ED25519 = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
ED25519_X = "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik"
P256 = "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
P256_JWK = {
    "kty": "EC",
    "crv": "P-256",
    "x": "fyNYMN0976ci7xqiSdag3buk-ZCwgXU4kz9XNkBlNUI",
    "y": "hW2ojTNfH7Jbi8--CJUo3OCbH3y5n91g-IMA9MLMbTU",
}


def test_did_keys_of_the_specification_are_read():
    assert jwk_of(key_of_did(ED25519))["x"] == ED25519_X
    assert jwk_of(key_of_did(P256)) == P256_JWK
    assert did_key(public_key(P256_JWK)) == P256


@pytest.mark.parametrize("alg", ["ES256", "ES384", "ES256K", "EdDSA"])
def test_a_key_is_read_out_of_its_did(alg):
    key = generate(alg).public
    assert jwk_of(key_of_did(did_key(key))) == jwk_of(key)


@given(st.text(alphabet="123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", max_size=300))
def test_any_other_word_is_no_key(word):
    try:
        key = from_multibase(f"z{word}")
    except InvalidInput:
        return
    assert did_key(key) == f"did:key:z{word}"  # one key has one spelling


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:cell.example.jp", "https://cell.example.jp/.well-known/did.json"),
        ("did:web:cell.example.jp:corp:7999900000002", "https://cell.example.jp/corp/7999900000002/did.json"),
        ("did:web:localhost%3A8443:holder", "https://localhost:8443/holder/did.json"),
        ("did:web:Example.COM", "https://example.com/.well-known/did.json"),
    ],
)
def test_a_did_web_says_where_its_document_lies(did, address):
    assert web_address(did) == address


def test_plain_http_is_for_localhost_where_it_is_allowed():
    assert web_address("did:web:localhost%3A8083:holder", plain_localhost=True) == (
        "http://localhost:8083/holder/did.json"
    )
    assert web_address("did:web:cell.example.jp", plain_localhost=True).startswith("https://")
    assert web_address("did:web:localhost.example.jp", plain_localhost=True).startswith("https://")


@pytest.mark.parametrize(
    "did",
    [
        "did:web:",
        "did:web:127.0.0.1",
        "did:web:127.1",
        "did:web:2130706433",
        "did:web:a.example%2Fpath",
        "did:web:a.example%40b.example",
        "did:web:a.example:..",
        "did:web:a.example:%2E%2E:x",
        "did:web:a.example:b%2Fc",
        "did:web:a.example::b",
        "did:web:a..example",
        "did:web:a.example%3A99999",
        "did:web:a.example%3Aport",
        "did:web:a.example#k1",
        "did:web:a.example?x=1",
        "did:web:a b",
        "did:web:あ.example",
        "did:example:1",
        "did:web:" + "a" * 500,
    ],
)
def test_other_did_webs_are_refused(did):
    with pytest.raises(InvalidInput):
        web_address(did)


@given(st.text(max_size=80))
def test_a_did_web_never_leads_outside_its_host(tail):
    try:
        address = web_address(f"did:web:cell.example.jp:{tail}", plain_localhost=True)
    except InvalidInput:
        return
    assert address.startswith("https://cell.example.jp/") and address.endswith("/did.json")
    assert "/../" not in address and "?" not in address and "#" not in address


def test_a_document_is_remembered_for_a_while_only():
    web, clock = Web(), Clock()
    company = on_the_web(web, clock, "cell.example.jp")
    resolver = Resolver(web, clock)
    for _ in range(3):
        resolver.key(company.kid, "capabilityInvocation")
    assert len(web.asked) == 1
    clock.forward(minutes=5)
    resolver.key(company.kid, "capabilityInvocation")
    assert len(web.asked) == 2


def test_a_new_key_is_found_without_waiting_but_not_asked_for_at_every_message():
    web, clock = Web(), Clock()
    company = on_the_web(web, clock, "cell.example.jp")
    resolver = Resolver(web, clock)
    resolver.document(company.did)
    clock.forward(seconds=11)
    new = generate("ES256")
    web.pages["https://cell.example.jp/.well-known/did.json"] = write_document(
        company.did, "k2", {"k2": new.public, "k1": company.key.public}
    )
    assert jwk_of(resolver.key(f"{company.did}#k2", "capabilityInvocation")) == jwk_of(new.public)
    assert len(web.asked) == 2
    for _ in range(20):
        with pytest.raises(Denied):
            resolver.key(f"{company.did}#k9", "capabilityInvocation")
    assert len(web.asked) == 2


def test_a_retired_key_proves_old_records_but_speaks_no_more():
    web, clock = Web(), Clock()
    old, new = generate("ES256"), generate("EdDSA")
    did = "did:web:cell.example.jp"
    web.pages["https://cell.example.jp/.well-known/did.json"] = write_document(
        did, "k2", {"k2": new.public, "k1": old.public}
    )
    resolver = Resolver(web, clock)
    assert resolver.key(f"{did}#k1", "assertionMethod")
    for relationship in ("capabilityInvocation", "authentication"):
        with pytest.raises(Denied, match="key_unknown"):
            resolver.key(f"{did}#k1", relationship)
        assert resolver.key(f"{did}#k2", relationship)


def test_a_question_for_an_unknown_key_costs_nobody_the_known_ones():
    web, clock = Web(), Clock()
    company = on_the_web(web, clock, "cell.example.jp")
    resolver = Resolver(web, clock)
    assert resolver.key(company.kid, "authentication")
    web.pages.clear()  # its server is away for a moment
    clock.forward(seconds=11)
    for _ in range(3):
        with pytest.raises(Denied):
            resolver.key(f"{company.did}#k9", "authentication")
    assert resolver.key(company.kid, "authentication")
    assert len(web.asked) == 2
    clock.forward(minutes=5)
    with pytest.raises(Unavailable):
        resolver.key(company.kid, "authentication")


def test_failures_are_remembered_briefly():
    web, clock = Web(), Clock()
    resolver = Resolver(web, clock)
    for _ in range(5):
        with pytest.raises(Unavailable):
            resolver.document("did:web:gone.example")
    assert len(web.asked) == 1
    company = on_the_web(web, clock, "gone.example")
    clock.forward(seconds=10)
    assert resolver.document(company.did).id == company.did


@pytest.mark.parametrize(
    "page",
    [
        b"[]",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b" " * 200_001,
        {"id": "did:web:other.example"},
        {"id": "did:web:bad.example", "verificationMethod": [{}] * 51},
        Answer(status=404, headers={}, body=b"{}"),
        Answer(status=302, headers={"location": "https://other.example/did.json"}, body=b""),
    ],
)
def test_what_is_no_document_of_the_did_is_refused(page):
    web = Web({"https://bad.example/.well-known/did.json": page})
    with pytest.raises(Unavailable):
        Resolver(web, Clock()).document("did:web:bad.example")


def test_memory_stays_bounded_and_did_keys_ask_nobody():
    web, clock = Web(), Clock()
    resolver = Resolver(web, clock, kept_for=timedelta(days=1))
    one = keyed(clock)
    for number in range(MAX_KEPT + 50):
        with pytest.raises(GenbaError):
            resolver.document(f"did:key:z{number}")
    assert resolver.document(one.did).id == one.did
    assert len(resolver._kept) <= MAX_KEPT and web.asked == []


def test_our_own_document_is_read_back_as_written():
    key = generate("ES256").public
    did = "did:web:cell.example.jp"
    raw = write_document(did, "k1", {"k1": key}, {"CredentialService": "https://cell.example.jp/dcp"})
    document = read_document(raw, did)
    assert document.service("CredentialService") == "https://cell.example.jp/dcp"
    assert document.service("IssuerService") == ""
    assert raw["service"][0]["id"] == f"{did}#credential-service"
    assert all(document.allowed[name] == {f"{did}#k1"} for name in document.allowed)


def test_keys_of_others_and_unknown_kinds_are_left_out_of_a_document():
    key = jwk_of(generate("ES256").public)
    did = "did:web:cell.example.jp"
    raw = {
        "id": did,
        "verificationMethod": [
            {"id": "#k1", "type": "JsonWebKey2020", "controller": did, "publicKeyJwk": key},
            {"id": "did:web:other.example#k2", "controller": did, "publicKeyJwk": key},
            {"id": f"{did}#k3", "controller": "did:web:other.example", "publicKeyJwk": key},
            {"id": f"{did}#k4", "controller": did, "publicKeyJwk": {"kty": "PQ"}},
            {"id": f"{did}#k5", "controller": did, "publicKeyMultibase": did_key_id(ED25519).partition("#")[2]},
            "nonsense",
        ],
        "authentication": ["#k1", f"{did}#k4", "did:web:other.example#k2"],
        "capabilityInvocation": [{"id": "#k6", "controller": did, "publicKeyJwk": key}],
    }
    document = read_document(raw, did)
    assert set(document.keys) == {f"{did}#k1", f"{did}#k5", f"{did}#k6"}
    assert document.allowed["authentication"] == {f"{did}#k1"}
    assert document.allowed["capabilityInvocation"] == {f"{did}#k6"}
    assert document.allowed["assertionMethod"] == frozenset()


@pytest.mark.parametrize("text", ["", "did:", "did:web", "did:Web:a", "did:web:a b", "did:web:a\n", "x did:web:a"])
def test_what_is_no_did_is_known_as_such(text):
    assert not is_did(text)


def test_slow_strangers_keep_out_nobody_who_was_seen_before():
    web, clock = Web(), Clock()
    resolver = Resolver(web, clock)
    known = on_the_web(web, clock, "known.example")
    strangers = [on_the_web(web, clock, f"slow{number}.example") for number in range(STRANGERS + 1)]
    resolver.document(known.did)
    clock.forward(minutes=10)
    request, inside = web.request, []

    def slow(method, url, *, headers=None, body=b""):
        if "slow" in url:
            inside.append(url)
            if len(inside) <= STRANGERS:
                try:
                    resolver.document(strangers[len(inside)].did)
                except Unavailable as refused:
                    assert refused.details["reason"] == "busy"
                    assert resolver.document(known.did).id == known.did
        return request(method, url, headers=headers, body=body)

    web.request = slow
    resolver.document(strangers[0].did)
    assert len(inside) == STRANGERS
    assert resolver.document(strangers[-1].did).id == strangers[-1].did
