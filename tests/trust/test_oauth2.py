"""Identity by an authorisation server: its tokens are believed for us, for a while, by its own keys only."""

import base64
from datetime import timedelta
from urllib.parse import parse_qs

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt as independent
from joserfc.jwk import import_key

from genba.errors import Denied, Unavailable
from genba.model.exchange import Caller, Partner
from genba.ports.exchange import Answer
from genba.trust import jws
from genba.trust.jwk import PrivateKey, generate, jwk_of, private_bytes
from genba.trust.oauth2 import OAuth2Identity, server_keys
from tests.trust.world import Clock, Web, partners

SERVER = "https://login.example.jp/realms/cells"
OURS, THEIRS = "did:web:pack.example.jp", "did:web:cell.example.jp"


class Login:
    """An authorisation server with an RSA key, as most have, and clients."""

    def __init__(self) -> None:
        self.clock, self.web = Clock(), Web()
        self.key = PrivateKey(alg="RS256", native=rsa.generate_private_key(65537, 2048))
        self.keys = [{**jwk_of(self.key.public), "kid": "r1", "use": "sig", "alg": "RS256"}]
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.answer: object = None
        self.entries = [Partner(id=THEIRS, corporate_number="7999900000002")]
        self.publish()
        self.web.pages[f"{SERVER}/token"] = self.token

    def publish(self) -> None:
        self.web.pages[f"{SERVER}/.well-known/openid-configuration"] = {"issuer": SERVER, "jwks_uri": f"{SERVER}/certs"}
        self.web.pages[f"{SERVER}/certs"] = {"keys": self.keys}

    def token(self, method: str, headers: dict[str, str], body: bytes) -> Answer:
        self.asked.append((headers["authorization"], parse_qs(body.decode())))
        given = self.answer or {"access_token": f"t{len(self.asked)}", "token_type": "Bearer", "expires_in": 300}
        return Answer(status=200, headers={}, body=msgspec.json.encode(given))

    def identity(self, **changed) -> OAuth2Identity:
        options = {
            "did": OURS,
            "issuer": SERVER,
            "token_url": f"{SERVER}/token",
            "client_id": "pack",
            "client_secret": lambda: "s:ecret/ä",
            "keys": server_keys(self.web, SERVER),
            "http": self.web,
            "now": self.clock,
            "partner": lambda did: partners(*self.entries)(did),
            "participant_claim": "client_id",
        }
        return OAuth2Identity(**options | changed)

    def issued(self, *, kid: str = "r1", typ: str = "at+jwt", key: PrivateKey | None = None, **changed) -> str:
        now = int(self.clock().timestamp())
        claims = {"iss": SERVER, "aud": [OURS, "account"], "exp": now + 300, "iat": now, "client_id": THEIRS} | changed
        payload = msgspec.json.encode({name: value for name, value in claims.items() if value is not None})
        return f"Bearer {jws.write(key or self.key, payload, kid=kid, typ=typ)}"

    def refusal(self, authorization: str) -> str:
        with pytest.raises(Denied) as caught:
            self.identity().caller(authorization, now=self.clock())
        return caught.value.code


@pytest.fixture(scope="module")
def login() -> Login:
    return Login()


def test_a_client_of_the_server_that_was_entered_is_believed(login):
    caller = login.identity().caller(login.issued(), now=login.clock())
    assert caller == Caller(id=THEIRS, corporate_number="7999900000002")


def test_tokens_signed_by_an_independent_library_are_believed(login):
    now = int(login.clock().timestamp())
    claims = {"iss": SERVER, "aud": OURS, "exp": now + 60, "client_id": THEIRS}
    token = independent.encode({"alg": "RS256", "kid": "r1"}, claims, import_key(private_bytes(login.key), "RSA"))
    assert login.identity().caller(f"Bearer {token}", now=login.clock()).id == THEIRS


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"iss": "https://other.example"}, "trust.key_foreign"),
        ({"aud": "account"}, "trust.token_audience"),
        ({"aud": None}, "trust.token_audience"),
        ({"aud": [OURS] * 21}, "trust.token_audience"),
        ({"exp": None}, "trust.token_claim"),
        ({"exp": 1_700_000_000}, "trust.token_expired"),
        ({"exp": 1_900_000_000}, "trust.token_long"),
        ({"nbf": 1_900_000_000}, "trust.token_early"),
        ({"client_id": None}, "trust.token_claim"),
        ({"client_id": "did:web:stranger.example"}, "trust.partner_unknown"),
        ({"kid": "r9"}, "trust.key_unknown"),
        ({"typ": "dpop+jwt"}, "trust.token_type"),
        ({"key": PrivateKey(alg="PS256", native=rsa.generate_private_key(65537, 2048))}, "trust.key_unknown"),
        ({"key": PrivateKey(alg="RS256", native=rsa.generate_private_key(65537, 2048))}, "trust.signature_wrong"),
        ({"key": generate("ES256")}, "trust.key_unknown"),
    ],
)
def test_other_tokens_are_refused(login, changed, code):
    assert login.refusal(login.issued(**changed)) == code


def test_a_secret_key_of_the_published_one_is_no_way_in(login):
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"r1"}').rstrip(b"=").decode()
    assert login.refusal(f"Bearer {header}.e30.AAAA") in ("trust.token_claim", "trust.key_unknown")


def test_a_blocked_partner_is_refused():
    login = Login()
    login.entries = [Partner(id=THEIRS, blocked=True)]
    assert login.refusal(login.issued()) == "trust.partner_blocked"


def test_claims_of_clients_are_mapped_to_participants():
    login = Login()
    identity = login.identity(participants={"cell-client": THEIRS})
    assert identity.caller(login.issued(client_id="cell-client"), now=login.clock()).id == THEIRS
    with pytest.raises(Denied, match="partner_unknown"):  # a client that took a partner's name for its own
        identity.caller(login.issued(client_id=THEIRS), now=login.clock())


def test_a_new_key_of_the_server_is_found_but_not_asked_for_at_every_message():
    login = Login()
    identity = login.identity()
    identity.caller(login.issued(), now=login.clock())
    new = generate("ES256")
    login.keys.append({**jwk_of(new.public), "kid": "e1"})
    login.publish()
    for _ in range(5):
        with pytest.raises(Denied):
            identity.caller(login.issued(kid="e1", key=new), now=login.clock())
    assert len(login.web.asked) == 2
    login.clock.forward(seconds=10)
    assert identity.caller(login.issued(kid="e1", key=new), now=login.clock()).id == THEIRS
    assert len(login.web.asked) == 4


@pytest.mark.parametrize(
    ("page", "content"),
    [
        ("/.well-known/openid-configuration", {"issuer": "https://other.example", "jwks_uri": "https://x"}),
        ("/.well-known/openid-configuration", {"issuer": SERVER}),
        ("/.well-known/openid-configuration", b"["),
        ("/certs", {"keys": "x"}),
        ("/certs", Answer(status=500, headers={}, body=b"")),
        ("/certs", []),
    ],
)
def test_without_the_servers_keys_nobody_is_believed(page, content):
    login = Login()
    login.web.pages[f"{SERVER}{page}"] = content
    assert login.refusal(login.issued()) == "trust.server_keys"


def test_a_server_that_is_away_is_not_asked_at_every_message():
    login = Login()
    identity = login.identity()
    login.web.pages.clear()
    for _ in range(5):
        with pytest.raises(Denied, match="server_keys"):
            identity.caller(login.issued(), now=login.clock())
    assert len(login.web.asked) == 1
    login.publish()
    login.clock.forward(seconds=10)
    assert identity.caller(login.issued(), now=login.clock()).id == THEIRS


def test_our_own_token_is_taken_once_in_its_lifetime_for_each_receiver():
    login = Login()
    identity = login.identity()
    assert [identity.authorization(THEIRS) for _ in range(3)] == ["Bearer t1"] * 3
    assert identity.authorization("did:web:other.example") == "Bearer t2"
    login.clock.forward(seconds=timedelta(seconds=271).total_seconds())
    assert identity.authorization(THEIRS) == "Bearer t3"
    header, form = login.asked[0]
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == "pack:s%3Aecret%2F%C3%A4"
    assert form["grant_type"] == ["client_credentials"] and form["audience"] == [THEIRS]


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "invalid_client"},
        {"access_token": 7},
        {"access_token": "a b"},
        {"access_token": "x\r\ny"},
        {"access_token": "t", "token_type": "mac"},
    ],
)
def test_without_a_token_of_the_server_nothing_is_sent(answer):
    login = Login()
    login.answer = answer
    with pytest.raises(Unavailable):
        login.identity().authorization(THEIRS)
