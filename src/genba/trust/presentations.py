"""Presentations signed as JWT: a holder shows credentials to one verifier, and the verifier checks that it is so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from genba.errors import Denied
from genba.model.credential import VC11, VC20, Credential, HeldCredential
from genba.trust import jws
from genba.trust.credentials import CONTEXTS, CredentialCheck
from genba.trust.self_issued import (
    CLOCK_SKEW,
    FindKey,
    Issuing,
    audience_of,
    check_times,
    found,
    same,
    text_of,
)

ENVELOPED = "EnvelopedVerifiableCredential"
_DATA = "data:application/vc+jwt,"
MAX_PRESENTATIONS = 10
MAX_CREDENTIALS = 50
LIFETIME = timedelta(minutes=5)


def present(issuing: Issuing, verifier: str, credentials: tuple[HeldCredential, ...], profile: str) -> str:
    """Show credentials of one profile to one verifier; none at all are shown as an empty presentation."""
    now = issuing.now()
    tokens = [held.token for held in credentials]
    times = {"iat": int(now.timestamp()), "exp": int((now + LIFETIME).timestamp())}
    about = {"iss": issuing.did, "aud": verifier, "jti": issuing.new_id(), **times}
    if profile == VC20:
        shown = [{"@context": CONTEXTS[VC20], "type": ENVELOPED, "id": f"{_DATA}{token}"} for token in tokens]
        claims = {
            "@context": [CONTEXTS[VC20]],
            "type": ["VerifiablePresentation"],
            "holder": issuing.did,
            "verifiableCredential": shown,
            **about,
        }
        return jws.write(issuing.key, msgspec.json.encode(claims), kid=issuing.kid, typ="vp+jwt", cty="vp")
    presentation = {
        "@context": [CONTEXTS[VC11]],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": tokens,
    }
    claims = {**about, "sub": issuing.did, "nbf": times["iat"], "vp": presentation}
    return jws.write(issuing.key, msgspec.json.encode(claims), kid=issuing.kid, typ="JWT")


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationCheck:
    """What a presentation has to withstand (Decentralized Claims Protocol 1.0, section 5.4.3)."""

    did: str  # ours, the verifier's
    key: FindKey
    credentials: CredentialCheck
    skew: timedelta = CLOCK_SKEW

    def check(self, presentations: list[Any], *, holder: str, now: datetime) -> tuple[Credential, ...]:
        """Give the verified credentials of all presentations; one doubtful thing spoils them all."""
        if len(presentations) > MAX_PRESENTATIONS:
            raise Denied("trust.presentation_malformed", field="presentation")
        tokens = [token for text in presentations for token in self._shown(text, holder, now)]
        if len(tokens) > MAX_CREDENTIALS:
            raise Denied("trust.presentation_malformed", field="verifiableCredential")
        return tuple(self.credentials.check(token, holder=holder, now=now) for token in tokens)

    def _shown(self, text: object, holder: str, now: datetime) -> list[str]:
        if not isinstance(text, str):  # presentations with proofs of linked data
            raise Denied("trust.presentation_malformed", field="presentation")
        parts = jws.read(text)
        claims = jws.claims(parts.payload)
        typ = parts.header.typ.lower()
        if typ == "vp+jwt":
            document: Mapping[str, Any] = claims
            if claims.get("holder") is not None and claims["holder"] != holder:
                raise Denied("trust.presentation_foreign")
        elif typ in ("", "jwt") and isinstance(claims.get("vp"), dict):
            document = claims["vp"]
            if claims.get("sub") is not None and not same(text_of(claims, "sub"), holder):
                raise Denied("trust.presentation_foreign")
        else:
            raise Denied("trust.token_type", typ=parts.header.typ[:40])
        if not same(text_of(claims, "iss"), holder):
            raise Denied("trust.presentation_foreign")
        if not same(audience_of(claims), self.did):
            raise Denied("trust.token_audience")
        check_times(claims, now=now, skew=self.skew)
        if parts.header.kid.partition("#")[0] != holder:
            raise Denied("trust.key_foreign")
        jws.check(parts, found(self.key, parts.header.kid, "authentication"))
        return _tokens(document)


def _tokens(document: Mapping[str, Any]) -> list[str]:
    shown = document.get("verifiableCredential", [])
    shown = shown if isinstance(shown, list) else [shown]
    if len(shown) > MAX_CREDENTIALS:
        raise Denied("trust.presentation_malformed", field="verifiableCredential")
    tokens = []
    for item in shown:
        if isinstance(item, dict) and item.get("type") in (ENVELOPED, [ENVELOPED]):
            item = str(item.get("id")).removeprefix(_DATA)
        if not isinstance(item, str):
            raise Denied("trust.presentation_malformed", field="verifiableCredential")
        tokens.append(item)
    return tokens
