"""Whatever somebody signs, the answer is yes or a refusal, never a breakdown."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.errors import Denied, InvalidInput
from genba.model.credential import VC11
from genba.trust import jws
from genba.trust.documents import read_document
from genba.trust.presentations import present
from tests.trust.participants import Dataspace
from tests.trust.test_dcp import answer
from tests.trust.test_wallet import held

_times = st.sampled_from(
    [0, -1, 1e300, 253_402_300_799, 253_402_300_800, 1_795_348_800, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"]
)
_scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _times
_texts = st.sampled_from(["", "x", "did:web:cell.example.jp", "did:web:trust.example.jp", "MembershipCredential"])
_any = st.recursive(
    _scalars | _texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "statusPurpose", "alg", "kty", "crv", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)
_AROUND = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "token"]
_INSIDE = "id type issuer credentialSubject issuanceDate expirationDate credentialStatus credentialSchema".split()


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(_AROUND), _any, max_size=4))
def test_any_token_gets_an_answer(changed):
    space = Dataspace()
    now = int(space.clock().timestamp())
    base = {"iss": space.supplier.did, "sub": space.supplier.did, "aud": space.maker.did, "jti": "1", "token": "x"}
    claims = base | {"iat": now, "exp": now + 60} | changed
    token = jws.write(space.supplier.key, msgspec.json.encode(claims), kid=space.supplier.kid, typ="JWT")
    try:
        space.maker_identity.caller(f"Bearer {token}", now=space.clock())
    except Denied:
        return
    raise AssertionError("believed without a credential")


@settings(max_examples=150)
@given(
    st.dictionaries(st.sampled_from(_INSIDE), _any, max_size=3),
    st.dictionaries(st.sampled_from(_AROUND[:7]), _any, max_size=3),
)
def test_any_credential_gets_an_answer(document, around):
    space = Dataspace()
    token = space.issuer.credential(space.supplier.did, document=document, around=around)
    shown = present(space.supplier.issuing, space.maker.did, (held(token),), VC11)
    space.web.pages["https://cell.example.jp/dcp/presentations/query"] = answer(shown)
    try:
        caller = space.call()
    except Denied:
        return
    assert caller.id == space.supplier.did


def test_a_credential_without_end_to_speak_of_is_accepted():
    space = Dataspace()
    space.give(space.issuer.credential(space.supplier.did, document={"expirationDate": "9999-12-31T23:59:59Z"}))
    assert space.call().memberships == ("active",)


@settings(max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(["verificationMethod", "authentication", "service", "assertionMethod", "id"]), _any, max_size=4
    ),
    st.dictionaries(
        st.sampled_from(["id", "controller", "publicKeyJwk", "publicKeyMultibase", "type", "serviceEndpoint"]), _any
    ),
)
def test_any_did_document_is_read_or_refused(raw, method):
    did = "did:web:cell.example.jp"
    document = {"id": did, "verificationMethod": [method], "service": [method]} | raw
    try:
        found = read_document(document, did)
    except InvalidInput:
        return
    assert found.id == did
