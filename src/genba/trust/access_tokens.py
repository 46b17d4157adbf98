"""Tokens with which a verifier may read from our wallet: signed by us, bound to that verifier, soon over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from genba.errors import Denied, InvalidInput
from genba.trust import jws
from genba.trust.jwk import PublicKey
from genba.trust.scopes import MAX_SCOPES, Scope, read_scope
from genba.trust.self_issued import CLOCK_SKEW, Issuing, check_times, same, text_of

TYP = "genba-wallet+jwt"  # so that it can never pass for a token of another kind
LIFETIME = timedelta(minutes=5)


def write_access_token(issuing: Issuing, verifier: str, scopes: tuple[str, ...]) -> str:
    """Let one verifier read what the scopes cover."""
    now = issuing.now()
    claims = {
        "iss": issuing.did,
        "for": verifier,
        "scope": list(scopes),
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "jti": issuing.new_id(),
    }
    return jws.write(issuing.key, msgspec.json.encode(claims), kid=issuing.kid, typ=TYP)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessCheck:
    """Reads the tokens that we have issued ourselves."""

    did: str
    key: Callable[[str], PublicKey | None]  # our own keys by absolute id
    skew: timedelta = CLOCK_SKEW

    def scopes(self, token: str, *, verifier: str, now: datetime) -> tuple[Scope, ...]:
        """Give what a verifier may read; raises Denied when the token is not ours, not for it or too old."""
        parts = jws.read(token, max_chars=20_000)
        if parts.header.typ != TYP:
            raise Denied("trust.token_type", typ=parts.header.typ[:40])
        key = self.key(parts.header.kid)
        if key is None:
            raise Denied("trust.key_foreign")
        claims = jws.claims(jws.check(parts, key))
        if not same(text_of(claims, "iss"), self.did) or not same(text_of(claims, "for"), verifier):
            raise Denied("trust.token_audience")
        check_times(claims, now=now, skew=self.skew)
        scopes = claims.get("scope")
        if not isinstance(scopes, list) or len(scopes) > MAX_SCOPES:
            raise Denied("trust.token_claim", claim="scope")
        try:
            return tuple(read_scope(str(scope)) for scope in scopes)
        except InvalidInput:
            raise Denied("trust.token_claim", claim="scope") from None
