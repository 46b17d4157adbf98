"""Identity by credentials: what a caller has to present, and every reason for which it is not believed."""

from dataclasses import replace

import msgspec
import pytest

from genba.errors import Denied, Unavailable
from genba.model.credential import VC11, VC20
from genba.model.exchange import Partner
from genba.ports.exchange import Answer
from genba.trust import jws
from genba.trust.dcp import KEPT, STRANGERS
from genba.trust.presentations import present
from genba.trust.self_issued import Issuing
from tests.trust.participants import MEMBERSHIP, Dataspace
from tests.trust.world import on_the_web

NUMBER = "BPNL00000000007A"
CORPORATE = "7999900000002"  # made up; its check digit is right


def asked(space: Dataspace) -> int:
    return sum(url.endswith("/presentations/query") for _, url in space.web.asked)


def refusal(space: Dataspace) -> str:
    with pytest.raises(Denied) as caught:
        space.call()
    return caught.value.code


@pytest.mark.parametrize("profile", [VC11, VC20])
def test_a_caller_with_the_required_credential_is_believed(profile):
    space = Dataspace()
    space.give(space.issuer.credential(space.supplier.did, claims={"holderIdentifier": NUMBER}, profile=profile))
    caller = space.call()
    assert (caller.id, caller.memberships, caller.business_partner_number) == (space.supplier.did, ("active",), NUMBER)


def test_credentials_of_both_profiles_are_presented_apart_and_count_together():
    space = Dataspace((MEMBERSHIP, "BpnCredential", "DataExchangeGovernanceCredential"))
    agreed = {"contractTemplate": "https://issuer.example/deg", "contractVersion": "1.0", "holderIdentifier": NUMBER}
    space.give(
        space.issuer.credential(space.supplier.did, profile=VC11),
        space.issuer.credential(space.supplier.did, "BpnCredential", {"bpn": NUMBER}, profile=VC20),
        space.issuer.credential(space.supplier.did, "DataExchangeGovernanceCredential", agreed, profile=VC11),
    )
    caller = space.call()
    assert caller.frameworks == ("DataExchangeGovernance:1.0",)
    assert caller.business_partner_number == NUMBER
    assert caller.claims["credentials"] == "BpnCredential DataExchangeGovernanceCredential MembershipCredential"


def test_a_verified_caller_is_asked_again_after_a_short_time_only():
    space = Dataspace()
    space.give(space.issuer.credential(space.supplier.did))
    for _ in range(3):
        space.call()
    assert asked(space) == 1
    space.clock.forward(seconds=KEPT.total_seconds())
    space.call()
    assert asked(space) == 2


def test_a_caller_is_never_believed_beyond_the_end_of_its_credential():
    space = Dataspace()
    end = int(space.clock().timestamp()) + 20
    space.give(space.issuer.credential(space.supplier.did, around={"exp": end}))
    space.call()
    space.clock.forward(seconds=21)
    assert refusal(space) == "trust.credential_missing"  # the wallet no longer shows it
    assert asked(space) == 2


def test_a_credential_that_ended_is_refused_whoever_still_shows_it():
    space = Dataspace()
    end = int(space.clock().timestamp()) + 20
    space.give(space.issuer.credential(space.supplier.did, around={"exp": end}))
    held = space.store.listing(space.clock())
    space.clock.forward(seconds=81)
    space.web.pages["https://cell.example.jp/dcp/presentations/query"] = answer(
        present(space.supplier.issuing, space.maker.did, held, VC11)
    )
    assert refusal(space) == "trust.credential_expired"


def answer(*presentations: object, **changed: object) -> Answer:
    message = {
        "@context": ["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],
        "type": "PresentationResponseMessage",
        "presentation": list(presentations),
    } | changed
    return Answer(status=200, headers={}, body=msgspec.json.encode(message))


def test_strangers_whose_servers_are_slow_do_not_keep_out_partners_that_were_entered():
    space = Dataspace()
    space.give(space.issuer.credential(space.supplier.did))
    identity = space.maker_identity
    request, inside = space.web.request, []

    def call(verifier=identity):
        return verifier.caller(space.supplier_identity.authorization(space.maker.did), now=space.clock())

    def slow(method, url, *, headers=None, body=b""):
        if len(inside) < STRANGERS and url.endswith("/presentations/query"):
            inside.append(url)
            if len(inside) == STRANGERS:
                with pytest.raises(Unavailable, match=r"trust\.too_many_strangers"):
                    call()
                known = replace(identity, partner=lambda did: Partner(id=did))
                assert call(known).id == space.supplier.did
            else:
                call()
        return request(method, url, headers=headers, body=body)

    space.web.request = slow
    assert call().id == space.supplier.did
    assert len(inside) == STRANGERS


def test_without_credentials_a_caller_is_refused():
    space = Dataspace()
    assert refusal(space) == "trust.credential_missing"


def test_every_required_credential_is_needed():
    space = Dataspace((MEMBERSHIP, "BpnCredential"))
    space.give(space.issuer.credential(space.supplier.did))
    assert refusal(space) == "trust.credential_missing"


@pytest.mark.parametrize("profile", [VC11, VC20])
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (
            {"document": {"credentialSubject": {"id": "did:web:other.example"}}, "around": {"sub": None}},
            "trust.credential_foreign",
        ),
        ({"document": {"credentialSubject": {}}, "around": {"sub": None}}, "trust.credential_malformed"),
        ({"document": {"credentialSubject": [{"id": "did:web:cell.example.jp"}]}}, "trust.credential_malformed"),
        ({"document": {"issuer": "did:web:elsewhere.example"}}, "trust.credential_malformed"),
        ({"document": {"issuer": "did:web:elsewhere.example"}, "around": {"iss": None}}, "trust.key_foreign"),
        ({"document": {"issuer": ["did:web:trust.example.jp"]}}, "trust.credential_malformed"),
        ({"around": {"exp": 1_700_000_000}}, "trust.credential_expired"),
        ({"around": {"nbf": 1_900_000_000}}, "trust.credential_early"),
        ({"around": {"exp": "soon"}}, "trust.token_claim"),
        ({"document": {"type": ["VerifiableCredential"]}}, "trust.credential_malformed"),
        ({"document": {"type": []}}, "trust.credential_malformed"),
        ({"document": {"type": ["VerifiableCredential", 7]}}, "trust.credential_malformed"),
        ({"document": {"type": ["VerifiableCredential", MEMBERSHIP, "Bonus"]}}, "trust.issuer_unknown"),
        ({"document": {"credentialStatus": "https://x"}}, "trust.credential_malformed"),
        ({"document": {"credentialStatus": {"type": "Unheard"}}}, "trust.status_list_unusable"),
        ({"document": {"credentialSchema": {"id": "https://x", "type": "Unheard"}}}, "trust.schema_unusable"),
        ({"header": {"typ": "kb+jwt"}}, "trust.token_type"),
        ({"header": {"kid": "did:web:cell.example.jp#k1"}}, "trust.key_foreign"),
        ({"header": {"kid": "did:web:trust.example.jp#k7"}}, "trust.key_unknown"),
    ],
)
def test_a_doubtful_credential_is_refused(profile, changed, code):
    space = Dataspace()
    token = space.issuer.credential(space.supplier.did, profile=profile, **changed)
    shown(space, token, profile)
    assert refusal(space) == code


def shown(space: Dataspace, token: str, profile: str) -> None:
    """Let the supplier's service present any token at all."""
    from tests.trust.test_wallet import held

    presentation = present(space.supplier.issuing, space.maker.did, (held(token, profile),), profile)
    space.web.pages["https://cell.example.jp/dcp/presentations/query"] = answer(presentation)


@pytest.mark.parametrize(
    ("profile", "code"), [(VC11, "trust.credential_foreign"), (VC20, "trust.credential_malformed")]
)
def test_whom_a_credential_is_about_stands_inside(profile, code):
    space = Dataspace()
    about = {"credentialSubject": {"id": "did:web:other.example"}}
    shown(space, space.issuer.credential(space.supplier.did, profile=profile, document=about), profile)
    assert refusal(space) == code
    if profile == VC11:
        shown(space, space.issuer.credential(space.supplier.did, around={"sub": "urn:uuid:7"}), profile)
        assert space.call().memberships == ("active",)


@pytest.mark.parametrize(
    ("profile", "document", "code"),
    [
        (VC11, {"issuanceDate": "2030-01-01T00:00:00Z"}, "trust.credential_early"),
        (VC11, {"expirationDate": "2026-11-22T11:58:00Z"}, "trust.credential_expired"),
        (VC11, {"expirationDate": "yesterday"}, "trust.credential_malformed"),
        (VC11, {"expirationDate": "2030-01-01T00:00:00"}, "trust.credential_malformed"),
        (VC20, {"validFrom": "2030-01-01T00:00:00Z"}, "trust.credential_early"),
        (VC20, {"validUntil": "2026-11-22T11:58:00Z"}, "trust.credential_expired"),
        (VC20, {"validUntil": 5}, "trust.credential_malformed"),
        (VC20, {"vc": {}}, "trust.credential_malformed"),
    ],
)
def test_a_credential_outside_its_time_is_refused(profile, document, code):
    space = Dataspace()
    shown(space, space.issuer.credential(space.supplier.did, profile=profile, document=document), profile)
    assert refusal(space) == code


def test_an_issuer_counts_for_its_own_types_only():
    space = Dataspace((MEMBERSHIP,))
    shown(space, space.stranger.credential(space.supplier.did), VC11)
    assert refusal(space) == "trust.issuer_unknown"
    space.issuers[MEMBERSHIP] = (space.stranger.company.did,)
    shown(space, space.issuer.credential(space.supplier.did), VC11)
    assert refusal(space) == "trust.issuer_unknown"


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda space: answer(), "trust.credential_missing"),
        (lambda space: answer(type="Other"), "trust.presentation_malformed"),
        (lambda space: answer(presentation="x"), "trust.presentation_malformed"),
        (lambda space: answer({"type": "VerifiablePresentation"}), "trust.presentation_malformed"),
        (lambda space: answer(*["x.y.z"] * 11), "trust.presentation_malformed"),
        (lambda space: answer("x.y.z"), "trust.token_malformed"),
        (lambda space: Answer(status=200, headers={}, body=b"[]"), "trust.token_malformed"),
        (lambda space: Answer(status=200, headers={}, body=b" " * 1_000_001), "trust.presentation_malformed"),
        (lambda space: Answer(status=401, headers={}, body=b""), "trust.credentials_unavailable"),
        (lambda space: Answer(status=302, headers={}, body=b""), "trust.credentials_unavailable"),
    ],
)
def test_an_answer_that_is_no_presentation_is_refused(made, code):
    space = Dataspace()
    space.web.pages["https://cell.example.jp/dcp/presentations/query"] = made(space)
    assert refusal(space) == code


def test_a_service_that_cannot_be_reached_is_refused():
    space = Dataspace()
    del space.web.pages["https://cell.example.jp/dcp/presentations/query"]
    assert refusal(space) == "trust.credentials_unavailable"


def test_a_caller_without_a_credential_service_is_refused():
    space = Dataspace()
    on = on_the_web(space.web, space.clock, "bare.example.jp")
    token = space.identity(on).authorization(space.maker.did)
    with pytest.raises(Denied, match="no_credential_service"):
        space.maker_identity.caller(token, now=space.clock())


def presentation(space: Dataspace, profile: str = VC11, **changed: object) -> str:
    """A presentation by the supplier with one thing changed; None removes."""
    credential = space.issuer.credential(space.supplier.did)
    now = int(space.clock().timestamp())
    claims = {
        "iss": space.supplier.did,
        "sub": space.supplier.did,
        "aud": space.maker.did,
        "jti": "p1",
        "iat": now,
        "exp": now + 300,
        "vp": {"type": ["VerifiablePresentation"], "verifiableCredential": [credential]},
    } | changed
    kid, typ = str(claims.pop("kid", space.supplier.kid)), str(claims.pop("typ", "JWT"))
    payload = {name: value for name, value in claims.items() if value is not None}
    return jws.write(space.supplier.key, msgspec.json.encode(payload), kid=kid, typ=typ)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"iss": "did:web:other.example"}, "trust.presentation_foreign"),
        ({"sub": "did:web:other.example"}, "trust.presentation_foreign"),
        ({"aud": "did:web:other.example"}, "trust.token_audience"),
        ({"aud": None}, "trust.token_claim"),
        ({"exp": 1_700_000_000}, "trust.token_expired"),
        ({"nbf": 1_900_000_000}, "trust.token_early"),
        ({"vp": "x"}, "trust.token_type"),
        ({"vp": {"verifiableCredential": [7]}}, "trust.presentation_malformed"),
        ({"vp": {"verifiableCredential": ["x.y.z"] * 51}}, "trust.presentation_malformed"),
        ({"kid": "did:web:trust.example.jp#k1"}, "trust.key_foreign"),
        ({"kid": "did:web:cell.example.jp#k2"}, "trust.key_unknown"),
        ({"typ": "genba-receipt+jws"}, "trust.token_type"),
        ({"typ": "vp+jwt", "holder": "did:web:other.example"}, "trust.presentation_foreign"),
    ],
)
def test_a_doubtful_presentation_is_refused(changed, code):
    space = Dataspace()
    space.web.pages["https://cell.example.jp/dcp/presentations/query"] = answer(presentation(space, **changed))
    assert refusal(space) == code


def test_the_unchanged_presentation_is_accepted_and_one_bad_one_spoils_all():
    space = Dataspace()
    good, bad = presentation(space), presentation(space, aud="did:web:other.example")
    page = "https://cell.example.jp/dcp/presentations/query"
    space.web.pages[page] = answer(good, bad)
    assert refusal(space) == "trust.token_audience"
    space.web.pages[page] = answer(good)
    assert space.call().memberships == ("active",)


def test_a_presentation_signed_with_another_key_is_refused():
    space = Dataspace()
    space.give(space.issuer.credential(space.supplier.did))
    forger = Issuing(
        did=space.supplier.did,
        kid=space.supplier.kid,
        key=space.maker.key,
        now=space.clock,
        new_id=space.supplier.new_id,
    )
    forged = present(forger, space.maker.did, space.store.listing(space.clock()), VC11)
    space.web.pages["https://cell.example.jp/dcp/presentations/query"] = answer(forged)
    assert refusal(space) == "trust.signature_wrong"


@pytest.mark.parametrize("token", [None, "", 7, "x" * 10_001])
def test_a_token_without_the_right_to_ask_is_refused_before_anything_is_fetched(token):
    space = Dataspace()
    further = {} if token is None else {"token": token}
    with pytest.raises(Denied, match="token_claim"):
        space.maker_identity.caller(
            f"Bearer {space.supplier.issuing.token(space.maker.did, **further)}", now=space.clock()
        )
    assert space.web.asked == []


def test_a_blocked_partner_is_refused_whatever_it_presents():
    space = Dataspace()
    space.give(space.issuer.credential(space.supplier.did))
    space.call()
    space.entries = [Partner(id=space.supplier.did, blocked=True)]
    assert refusal(space) == "trust.partner_blocked"


def test_where_no_credential_is_required_only_entered_partners_are_believed():
    space = Dataspace(())
    assert refusal(space) == "trust.partner_unknown"
    space.entries = [Partner(id=space.supplier.did)]
    assert space.call().id == space.supplier.did
    assert asked(space) == 0


def test_a_corporate_number_comes_from_the_credential_or_from_the_entry_and_both_must_agree():
    space = Dataspace((MEMBERSHIP, "JapaneseLegalEntityCredential"))
    space.give(space.issuer.credential(space.supplier.did))
    entity = space.issuer.credential(
        space.supplier.did, "JapaneseLegalEntityCredential", {"corporateNumber": CORPORATE}
    )
    space.give(entity)
    assert space.call().corporate_number == CORPORATE
    space.entries = [Partner(id=space.supplier.did, corporate_number=CORPORATE)]
    assert space.call().corporate_number == CORPORATE
    space.entries = [Partner(id=space.supplier.did, corporate_number="9999900000009")]
    assert refusal(space) == "trust.credentials_contradict"


def test_credentials_that_contradict_each_other_are_refused():
    space = Dataspace((MEMBERSHIP, "BpnCredential"))
    space.give(
        space.issuer.credential(space.supplier.did, claims={"holderIdentifier": NUMBER}),
        space.issuer.credential(space.supplier.did, "BpnCredential", {"bpn": "BPNL00000000008B"}),
    )
    assert refusal(space) == "trust.credentials_contradict"


def test_a_corporate_number_with_a_wrong_check_digit_is_refused():
    space = Dataspace(("JapaneseLegalEntityCredential",))
    claims = {"corporateNumber": f"8{CORPORATE[1:]}"}
    space.give(space.issuer.credential(space.supplier.did, "JapaneseLegalEntityCredential", claims))
    assert refusal(space) == "trust.credentials_contradict"
