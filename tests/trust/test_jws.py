"""Signatures: an independent library agrees, and everything doubtful is refused."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws as independent
from joserfc.jwk import import_key

from genba.errors import Denied, InvalidInput
from genba.trust import jws
from genba.trust.encoding import from_base58, from_base64url, to_base58, to_base64url
from genba.trust.jwk import generate, jwk_of, private_bytes, private_key, public_key

# The library warns of the name EdDSA, which most peers still send.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")

ALGS = ["ES256", "ES384", "ES256K", "EdDSA", "Ed25519"]
KEYS = {alg: generate(alg) for alg in ALGS}
# RFC 7515, appendix A.3.
RFC_TOKEN = (
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
RFC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
# RFC 8037, appendix A.4.
ED_TOKEN = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)
ED_KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}


def header(**fields: object) -> str:
    return to_base64url(json.dumps(fields).encode())


@pytest.mark.parametrize("alg", ALGS)
def test_an_independent_library_verifies_what_we_sign(alg):
    token = jws.write(KEYS[alg], b"payload", kid="did:web:a.example#k1", typ="JWT")
    found = independent.deserialize_compact(token, import_key(jwk_of(KEYS[alg].public)), algorithms=[alg])
    assert found.payload == b"payload"
    assert found.headers()["kid"] == "did:web:a.example#k1"


@pytest.mark.parametrize("alg", ALGS)
def test_we_verify_what_an_independent_library_signs(alg):
    kind = jwk_of(KEYS[alg].public)["kty"]
    jwk = import_key(private_bytes(KEYS[alg]), kind)
    token = independent.serialize_compact({"alg": alg, "kid": "k"}, b"payload", jwk, algorithms=[alg])
    assert jws.check(jws.read(token), KEYS[alg].public) == b"payload"


@pytest.mark.parametrize(("token", "key"), [(RFC_TOKEN, RFC_KEY), (ED_TOKEN, ED_KEY)])
def test_the_examples_of_the_standards_verify(token, key):
    assert jws.check(jws.read(token), public_key(key))


@pytest.mark.parametrize("alg", ["none", "None", "", "HS256", "ES384", "EdDSA", "RS256", "dir"])
def test_a_key_is_used_with_its_own_algorithm_only(alg):
    signature = jws.read(jws.write(KEYS["ES256"], b"x", kid="k", typ="JWT")).signature
    token = f"{header(alg=alg)}.{to_base64url(b'x')}.{to_base64url(signature)}"
    with pytest.raises(Denied, match="algorithm_refused"):
        jws.check(jws.read(token), KEYS["ES256"].public)


def test_an_algorithm_that_a_key_names_excludes_others():
    key = public_key({**jwk_of(KEYS["EdDSA"].public), "alg": "Ed25519"})
    with pytest.raises(Denied, match="algorithm_refused"):
        jws.check(jws.read(jws.write(KEYS["EdDSA"], b"x", kid="k", typ="JWT")), key)


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c.d",
        f"{header(alg='ES256')}..",
        f"{header(alg='ES256', crit=['exp'], exp=1)}.eA.eA",
        f"{header(alg='ES256', b64=False)}.eA.eA",
        f"{header(alg=7)}.eA.eA",
        f"{header(kid='k')}.eA.eA",
        f"{to_base64url(b'[]')}.eA.eA",
        f"{header(alg='ES256')}.eA==.eA",
        f"{header(alg='ES256')}.eB.eA",  # the last bits of one byte are not zero
        f"{header(alg='ES256')}.e A.eA",
        f"{header(alg='ES256')}.+/.eA",
        f"{header(alg='ES256')}.é.eA",
        f"{header(alg='ES256', kid='x' * 4000)}.eA.eA",
        f"{header(alg='ES256')}.{'A' * 200_000}.eA",
    ],
)
def test_what_is_not_exactly_a_compact_signature_is_refused(token):
    with pytest.raises(Denied, match="token_malformed"):
        jws.read(token)


@settings(max_examples=150)
@given(st.integers(0, 10_000), st.sampled_from(ALGS), st.characters(codec="ascii"))
def test_no_changed_character_goes_unnoticed(place, alg, character):
    token = jws.write(KEYS[alg], b'{"iss":"did:web:a.example"}', kid="k", typ="JWT")
    place %= len(token)
    changed = token[:place] + character + token[place + 1 :]
    if changed == token:
        assert jws.check(jws.read(changed), KEYS[alg].public)
        return
    with pytest.raises(Denied):
        jws.check(jws.read(changed), KEYS[alg].public)


@given(st.text(max_size=200))
def test_reading_any_text_denies_and_never_breaks(text):
    with pytest.raises(Denied):
        jws.check(jws.read(text), KEYS["ES256"].public)


@pytest.mark.parametrize(
    "change",
    [
        {"d": "secret"},
        {"k": "secret"},
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"kty": "oct"},
        {"crv": "P-521"},
        {"x": "AA"},
        {"x": 7},
        {"y": RFC_KEY["x"]},  # not on the curve
        {"x": "A" * 3_000},
    ],
)
def test_keys_that_cannot_verify_are_refused(change):
    with pytest.raises(InvalidInput):
        public_key(RFC_KEY | change)


def test_weak_rsa_keys_are_refused():
    modulus = base64.urlsafe_b64encode((2**1023 + 1).to_bytes(128, "big")).rstrip(b"=").decode()
    with pytest.raises(InvalidInput):
        public_key({"kty": "RSA", "e": "AQAB", "n": modulus})


@pytest.mark.parametrize("alg", ALGS)
def test_keys_survive_being_written_and_read(alg):
    key = KEYS[alg]
    assert jwk_of(public_key(jwk_of(key.public))) == jwk_of(key.public)
    again = private_key(private_bytes(key), alg)
    assert jws.check(jws.read(jws.write(again, b"x", kid="k", typ="JWT")), key.public) == b"x"


def test_a_private_key_shows_nothing_of_itself():
    assert repr(KEYS["ES256"]) == "PrivateKey(alg='ES256')"


@given(st.binary(max_size=60))
def test_base58_and_base64url_are_read_as_written(data):
    assert from_base58(to_base58(data)) == data
    assert from_base64url(to_base64url(data)) == data


def test_a_signer_and_a_verifier_agree_on_type_and_signer():
    key, kid = KEYS["ES256"], "did:web:a.example#k1"
    token = jws.KeySigner(key, kid).sign(b"record", typ="genba-receipt+jws")
    verifier = jws.DidVerifier(lambda wanted, purpose: key.public)
    assert verifier.verify(token, typ="genba-receipt+jws", signer="did:web:a.example") == b"record"
    with pytest.raises(Denied, match="token_type"):
        verifier.verify(token, typ="JWT", signer="did:web:a.example")
    with pytest.raises(Denied, match="key_foreign"):
        verifier.verify(token, typ="genba-receipt+jws", signer="did:web:b.example")
