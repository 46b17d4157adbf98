"""Our Credential Service: who may see what, and what it takes in."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt as independent
from joserfc.jwk import import_key

from genba.model.credential import VC11, VC20, HeldCredential
from genba.trust.access_tokens import write_access_token
from genba.trust.dcp import token_for
from genba.trust.jwk import jwk_of
from genba.trust.scopes import write_scope
from tests.trust.participants import MEMBERSHIP, Dataspace
from tests.trust.world import NOON

SENSITIVE = "SensitiveDataCredential"
CONTEXT = ["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"]
EITHER = [{"type": "x"}, "x", 7, [], [7], None]


def held(token: str, profile: str = VC11, types: tuple[str, ...] = (MEMBERSHIP,), id_: str = "1") -> HeldCredential:
    return HeldCredential(
        id=id_, types=types, issuer="did:web:i.example", profile=profile, token=token, received_at=NOON, ends=None
    )


class Desk:
    """The supplier's wallet, asked by the maker or written to by the issuer."""

    def __init__(self) -> None:
        self.space = Dataspace()
        self.now = self.space.clock()

    def post(self, path: str, token: str, message: object, method: str = "POST"):
        body = message if isinstance(message, bytes) else msgspec.json.encode(message)
        return self.space.wallet.handle(method, path, f"Bearer {token}", body, now=self.space.clock())

    def reading(self, *types: str) -> str:
        """The maker's token with the right to read, as the supplier's own message gave it."""
        access = write_access_token(self.space.supplier.issuing, self.space.maker.did, tuple(map(write_scope, types)))
        return self.space.maker.issuing.token(self.space.supplier.did, token=access)

    def query(self, token: str, *scopes: str, **changed: object):
        message = {"@context": CONTEXT, "type": "PresentationQueryMessage", "scope": list(scopes)} | changed
        return self.post("/presentations/query", token, message)

    def types(self, answer) -> set[str]:
        """What was shown, read by an independent library."""
        key = import_key(jwk_of(self.space.supplier.key.public))
        found: set[str] = set()
        for presentation in msgspec.json.decode(answer.body)["presentation"]:
            token = independent.decode(presentation, key, algorithms=["ES256"])
            assert token.claims["aud"] == self.space.maker.did
            shown = token.claims.get("vp", token.claims)["verifiableCredential"]
            for one in shown:
                text = one if isinstance(one, str) else one["id"].removeprefix("data:application/vc+jwt,")
                issuer = import_key(jwk_of(self.space.issuer.company.key.public))
                claims = independent.decode(text, issuer, algorithms=["ES256"]).claims
                found |= set(claims.get("vc", claims)["type"])
        return found - {"VerifiableCredential"}

    def issued(self, *tokens: str, type_: str = MEMBERSHIP, profile: str = VC11, **changed: object):
        containers = [{"credentialType": type_, "format": profile, "payload": token} for token in tokens]
        message = {
            "@context": CONTEXT,
            "type": "CredentialMessage",
            "issuerPid": "i",
            "holderPid": "h",
            "status": "ISSUED",
            "credentials": containers,
        } | changed
        return self.post("/credentials", self.writing(), {k: v for k, v in message.items() if v is not None})

    def writing(self) -> str:
        return self.space.issuer.company.issuing.token(self.space.supplier.did)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_verifier_sees_what_it_asked_for_and_its_token_covers(desk: Desk):
    space = desk.space
    space.give(
        space.issuer.credential(space.supplier.did),
        space.issuer.credential(space.supplier.did, SENSITIVE, profile=VC20),
    )
    both = (write_scope(MEMBERSHIP), write_scope(SENSITIVE))
    assert desk.types(desk.query(desk.reading(MEMBERSHIP, SENSITIVE), *both)) == {MEMBERSHIP, SENSITIVE}
    assert desk.types(desk.query(desk.reading(MEMBERSHIP, SENSITIVE), both[1])) == {SENSITIVE}
    assert desk.types(desk.query(desk.reading(MEMBERSHIP), *both)) == {MEMBERSHIP}
    assert desk.types(desk.query(desk.reading(SENSITIVE), both[0])) == set()


def test_presentations_of_version_2_are_written_as_the_standard_says(desk: Desk):
    space = desk.space
    space.give(space.issuer.credential(space.supplier.did, profile=VC20))
    answer = desk.query(desk.reading(MEMBERSHIP), write_scope(MEMBERSHIP))
    (text,) = msgspec.json.decode(answer.body)["presentation"]
    token = independent.decode(text, import_key(jwk_of(space.supplier.key.public)), algorithms=["ES256"])
    assert (token.header["typ"], token.header["cty"]) == ("vp+jwt", "vp")
    assert token.claims["holder"] == token.claims["iss"] == space.supplier.did
    assert token.claims["verifiableCredential"][0]["type"] == "EnvelopedVerifiableCredential"
    assert "vp" not in token.claims


def test_a_credential_can_be_asked_for_by_its_id(desk: Desk):
    space = desk.space
    token = space.issuer.credential(space.supplier.did, document={"id": "urn:uuid:7"}, around={"jti": "urn:uuid:7"})
    space.give(token)
    scope = "org.eclipse.dspace.dcp.vc.id:urn:uuid:7"
    assert desk.types(desk.query(desk.reading(MEMBERSHIP), scope)) == {MEMBERSHIP}


@pytest.mark.parametrize(
    "scope",
    [
        f"org.eclipse.dspace.dcp.vc.type:{MEMBERSHIP}",
        f"org.eclipse.dspace.dcp.vc.type:{MEMBERSHIP}:read",
        f"org.eclipse.tractusx.vc.type:{MEMBERSHIP}:read",
    ],
)
def test_scopes_are_read_as_peers_write_them(desk: Desk, scope):
    desk.space.give(desk.space.issuer.credential(desk.space.supplier.did))
    assert desk.types(desk.query(desk.reading(MEMBERSHIP), scope)) == {MEMBERSHIP}


@pytest.mark.parametrize("scope", ["", "x", f"org.eclipse.dspace.dcp.vc.type:{MEMBERSHIP}:write", "other.type:X:read"])
def test_other_scopes_are_refused(desk: Desk, scope):
    assert desk.query(desk.reading(MEMBERSHIP), scope).status == 400


def test_an_issuer_that_renews_often_does_not_make_answers_grow(desk: Desk):
    space = desk.space
    for _ in range(8):
        space.give(space.issuer.credential(space.supplier.did))
    answer = desk.query(desk.reading(MEMBERSHIP), write_scope(MEMBERSHIP))
    (text,) = msgspec.json.decode(answer.body)["presentation"]
    token = independent.decode(text, import_key(jwk_of(space.supplier.key.public)), algorithms=["ES256"])
    assert len(token.claims["vp"]["verifiableCredential"]) == 3


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"presentationDefinition": {"id": "1"}}, 400),  # both
        ({"scope": []}, 400),
        ({"scope": None}, 400),
        ({"scope": "x"}, 400),
        ({"scope": [7]}, 400),
        ({"scope": ["x"] * 51}, 400),
        ({"type": "Other"}, 400),
        ({"@context": []}, 400),
        ({"@context": "https://other.example"}, 400),
    ],
)
def test_a_malformed_query_is_refused(desk: Desk, changed, status):
    answer = desk.query(desk.reading(MEMBERSHIP), write_scope(MEMBERSHIP), **changed)
    assert (answer.status, answer.body) == (status, b"")


@pytest.mark.parametrize(("definition", "status"), [({}, 400), (None, 400), ([], 400), ({"id": "1"}, 501)])
def test_presentation_definitions_are_not_served(desk: Desk, definition, status):
    message = {"@context": CONTEXT, "type": "PresentationQueryMessage", "presentationDefinition": definition}
    assert desk.post("/presentations/query", desk.reading(MEMBERSHIP), message).status == status


def test_a_token_of_another_verifier_opens_nothing(desk: Desk):
    space = desk.space
    access = write_access_token(space.supplier.issuing, "did:web:other.example", (write_scope(MEMBERSHIP),))
    token = space.maker.issuing.token(space.supplier.did, token=access)
    assert desk.query(token, write_scope(MEMBERSHIP)).status == 401


@pytest.mark.parametrize("inner", ["faketoken", "", "x.y.z"])
def test_an_invented_access_token_opens_nothing_and_fetches_nothing(desk: Desk, inner):
    token = desk.space.maker.issuing.token(desk.space.supplier.did, token=inner)
    assert desk.query(token, write_scope(MEMBERSHIP)).status == 401
    assert desk.space.web.asked == []


def test_an_access_token_made_by_the_verifier_itself_opens_nothing(desk: Desk):
    space = desk.space
    access = write_access_token(space.maker.issuing, space.maker.did, (write_scope(MEMBERSHIP),))
    token = space.maker.issuing.token(space.supplier.did, token=access)
    assert desk.query(token, write_scope(MEMBERSHIP)).status == 401


def test_a_token_about_ourselves_does_not_pass_for_an_access_token(desk: Desk):
    space = desk.space
    own = token_for(space.supplier.issuing, space.maker.did, (write_scope(MEMBERSHIP),))
    token = space.maker.issuing.token(space.supplier.did, token=own)
    assert desk.query(token, write_scope(MEMBERSHIP)).status == 401


def test_an_access_token_ends(desk: Desk):
    space = desk.space
    access = write_access_token(space.supplier.issuing, space.maker.did, (write_scope(MEMBERSHIP),))
    space.clock.forward(minutes=6)
    token = space.maker.issuing.token(space.supplier.did, token=access)
    assert desk.query(token, write_scope(MEMBERSHIP)).status == 401


def test_a_query_is_answered_once(desk: Desk):
    token = desk.reading(MEMBERSHIP)
    assert desk.query(token, write_scope(MEMBERSHIP)).status == 200
    assert desk.query(token, write_scope(MEMBERSHIP)).status == 401


@pytest.mark.parametrize("profile", [VC11, VC20])
def test_credentials_of_a_listed_issuer_are_kept(desk: Desk, profile):
    space = desk.space
    token = space.issuer.credential(space.supplier.did, profile=profile)
    assert desk.issued(token, profile=profile).status == 200
    (kept,) = space.store.listing(desk.now)
    assert (kept.token, kept.types, kept.profile) == (token, (MEMBERSHIP,), profile)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"holderPid": None}, 400),
        ({"issuerPid": ""}, 400),
        ({"status": "MAYBE"}, 400),
        ({"credentials": None}, 400),
        ({"credentials": []}, 400),
        ({"credentials": [7]}, 400),
        ({"credentials": [{"payload": 7}]}, 400),
        ({"credentials": [{}] * 21}, 400),
        ({"type": "CredentialRequestMessage"}, 400),
        ({"status": "REJECTED", "credentials": None}, 200),
    ],
)
def test_a_malformed_delivery_is_refused_and_nothing_kept(desk: Desk, changed, status):
    space = desk.space
    assert desk.issued(space.issuer.credential(space.supplier.did), **changed).status == status
    assert space.store.table == {}


def test_of_a_delivery_with_one_bad_credential_nothing_is_kept(desk: Desk):
    space = desk.space
    good, foreign = space.issuer.credential(space.supplier.did), space.issuer.credential(space.maker.did)
    assert desk.issued(good, foreign).status == 401
    assert desk.issued(good, type_=SENSITIVE).status == 401
    assert desk.issued(space.stranger.credential(space.supplier.did)).status == 401
    assert space.store.table == {}


def test_a_stranger_delivers_and_offers_nothing_and_is_not_even_looked_up(desk: Desk):
    space = desk.space
    token = space.stranger.company.issuing.token(space.supplier.did)
    for path in ("/credentials", "/offers"):
        assert desk.post(path, token, {}).status == 401
    assert space.web.asked == []


def offer(desk: Desk, credentials: object, **changed: object):
    message = {
        "@context": CONTEXT,
        "type": "CredentialOfferMessage",
        "issuer": desk.space.issuer.company.did,
        "credentials": credentials,
    } | changed
    return desk.post("/offers", desk.writing(), message)


def test_offers_of_a_listed_issuer_are_passed_on_to_a_person(desk: Desk):
    assert offer(desk, [{"id": "a", "credentialType": MEMBERSHIP}, {"id": "b"}]).status == 200
    assert [one.credentials for one in desk.space.offers] == [(MEMBERSHIP, "b")]


@pytest.mark.parametrize("credentials", [None, [], [{}], [{"id": 7}], "x", [{"id": "a"}] * 51])
def test_malformed_offers_are_refused(desk: Desk, credentials):
    assert offer(desk, credentials).status == 400
    assert offer(desk, [{"id": "a"}], issuer="did:web:elsewhere.example").status == 400
    assert desk.space.offers == []


@pytest.mark.parametrize("path", ["", "/", "/presentations", "/presentations/query/", "/metadata", "/requests/1"])
def test_other_paths_are_not_found(desk: Desk, path):
    assert desk.post(path, desk.reading(MEMBERSHIP), {}).status == 404


def test_only_posts_are_answered(desk: Desk):
    assert desk.post("/offers", desk.writing(), {}, method="GET").status == 405


@settings(max_examples=40)
@given(st.sampled_from(["/presentations/query", "/credentials", "/offers"]), st.binary(max_size=200))
def test_any_body_gets_an_answer(path, body):
    desk = Desk()
    token = desk.reading(MEMBERSHIP) if path == "/presentations/query" else desk.writing()
    assert desk.post(path, token, body).status == 400


_values = st.recursive(
    st.sampled_from([*EITHER, MEMBERSHIP, "ISSUED", {"id": "a"}]),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=60)
@given(
    st.sampled_from([("/presentations/query", "PresentationQueryMessage"), ("/credentials", "CredentialMessage")]),
    st.dictionaries(
        st.sampled_from(["scope", "presentationDefinition", "credentials", "status", "holderPid", "issuerPid"]), _values
    ),
)
def test_any_message_gets_an_answer(where, message):
    desk = Desk()
    path, type_ = where
    token = desk.reading(MEMBERSHIP) if path == "/presentations/query" else desk.writing()
    assert desk.post(path, token, {"@context": CONTEXT, "type": type_} | message).status in (200, 400, 401, 501)
