"""What a self-issued token has to be before a caller is believed."""

import msgspec
import pytest

from genba.errors import Denied
from genba.model.exchange import Caller, Partner
from genba.trust import jws
from genba.trust.did_identity import DidIdentity
from genba.trust.dids import Resolver
from genba.trust.jwk import generate
from tests.trust.world import Clock, Company, Seen, Web, keyed, on_the_web, partners


class Two:
    """A supplier that calls and a maker that has to find out who calls."""

    def __init__(self, supplier: Company | None = None, web: Web | None = None) -> None:
        self.clock, self.web, self.seen = Clock(), web or Web(), Seen()
        self.supplier, self.maker = supplier or keyed(self.clock), keyed(self.clock)
        self.clock = self.supplier.clock
        self.resolver = Resolver(self.web, self.clock)
        self.entries = [Partner(id=self.supplier.did, corporate_number="7999900000002")]

    def identity(self, company: Company) -> DidIdentity:
        return DidIdentity(
            issuing=company.issuing,
            checking=company.checking(self.resolver, self.seen),
            partner=partners(*self.entries),
        )

    def claims(self, **changed: object) -> dict[str, object]:
        now = int(self.clock().timestamp())
        base: dict[str, object] = {
            "iss": self.supplier.did,
            "sub": self.supplier.did,
            "aud": self.maker.did,
            "jti": "one",
            "iat": now,
            "exp": now + 300,
        }
        return {name: value for name, value in (base | changed).items() if value is not None}

    def signed(self, claims: dict[str, object], *, kid: str = "", typ: str = "JWT") -> str:
        payload = msgspec.json.encode(claims)
        return f"Bearer {jws.write(self.supplier.key, payload, kid=kid or self.supplier.kid, typ=typ)}"

    def caller(self, authorization: str) -> Caller:
        return self.identity(self.maker).caller(authorization, now=self.clock())

    def refusal(self, authorization: str) -> str:
        with pytest.raises(Denied) as caught:
            self.caller(authorization)
        return caught.value.code


def test_a_partner_is_believed_with_what_a_person_entered_about_it():
    two = Two()
    token = two.identity(two.supplier).authorization(two.maker.did)
    assert two.caller(token) == Caller(id=two.supplier.did, corporate_number="7999900000002")


def test_a_partner_with_did_web_is_found_once_for_many_messages():
    web, clock = Web(), Clock()
    two = Two(on_the_web(web, clock, "cell.example.jp"), web)
    for _ in range(5):
        assert two.caller(two.identity(two.supplier).authorization(two.maker.did)).id == "did:web:cell.example.jp"
    assert web.asked == [("GET", "https://cell.example.jp/.well-known/did.json")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"sub": "did:key:zother"}, "trust.token_not_self_issued"),
        ({"vp": {}}, "trust.token_not_self_issued"),
        ({"aud": "did:key:zother"}, "trust.token_audience"),
        ({"jti": None}, "trust.token_claim"),
        ({"jti": ""}, "trust.token_claim"),
        ({"jti": "x" * 501}, "trust.token_claim"),
        ({"iat": None}, "trust.token_claim"),
        ({"exp": None}, "trust.token_claim"),
        ({"exp": True}, "trust.token_claim"),
        ({"exp": "1795348800"}, "trust.token_claim"),
        ({"exp": 1e300}, "trust.token_claim"),
        ({"nbf": 1e300}, "trust.token_claim"),
        ({"aud": 7}, "trust.token_claim"),
        ({"aud": []}, "trust.token_claim"),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(changed, code):
    two = Two()
    assert two.refusal(two.signed(two.claims(**changed))) == code


@pytest.mark.parametrize(
    ("claim", "by", "code"),
    [
        ("exp", -61, "trust.token_expired"),
        ("iat", 61, "trust.token_early"),
        ("nbf", 61, "trust.token_early"),
        ("exp", 3_661, "trust.token_long"),
    ],
)
def test_times_beyond_the_tolerated_skew_are_refused(claim, by, code):
    two = Two()
    now = int(two.clock().timestamp())
    assert two.refusal(two.signed(two.claims(**{claim: now + by}))) == code


@pytest.mark.parametrize(("claim", "by"), [("exp", -59), ("iat", 59), ("nbf", 59)])
def test_times_within_the_tolerated_skew_are_accepted(claim, by):
    two = Two()
    now = int(two.clock().timestamp())
    assert two.caller(two.signed(two.claims(**{claim: now + by}))).id == two.supplier.did


def test_an_audience_of_several_is_refused_and_a_list_of_one_accepted():
    two = Two()
    assert two.refusal(two.signed(two.claims(aud=[two.maker.did, "did:key:zother"]))) == "trust.token_claim"
    assert two.caller(two.signed(two.claims(aud=[two.maker.did]))).id == two.supplier.did


def test_a_token_is_accepted_once():
    two = Two()
    token = two.signed(two.claims())
    two.caller(token)
    assert two.refusal(token) == "trust.token_repeated"


def test_a_forged_token_uses_up_nobodys_id():
    two = Two()
    forger = Company(two.supplier.did, two.supplier.kid, generate("ES256"), two.clock)
    forged = jws.write(forger.key, msgspec.json.encode(two.claims()), kid=forger.kid, typ="JWT")
    assert two.refusal(f"Bearer {forged}") == "trust.signature_wrong"
    assert two.seen.tokens == set()
    two.caller(two.signed(two.claims()))


def test_a_key_of_another_company_is_refused():
    two = Two()
    assert two.refusal(two.signed(two.claims(), kid=two.maker.kid)) == "trust.key_foreign"
    assert two.refusal(two.signed(two.claims(), kid="k1")) == "trust.key_foreign"


def test_a_record_signed_for_another_use_is_no_token():
    two = Two()
    assert two.refusal(two.signed(two.claims(), typ="genba-receipt+jws")) == "trust.token_type"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "abc", "Bearer a b", "Bearer  a"])
def test_without_a_bearer_token_nobody_is_known(header):
    two = Two()
    assert two.refusal(header) == "trust.no_bearer"


def test_strangers_are_refused_before_anything_is_fetched_for_them():
    web, clock = Web(), Clock()
    two = Two(on_the_web(web, clock, "stranger.example"), web)
    two.entries = []
    assert two.refusal(two.signed(two.claims())) == "trust.partner_unknown"
    assert web.asked == []


def test_a_blocked_partner_is_refused():
    two = Two()
    two.entries = [Partner(id=two.supplier.did, blocked=True)]
    assert two.refusal(two.signed(two.claims())) == "trust.partner_blocked"
