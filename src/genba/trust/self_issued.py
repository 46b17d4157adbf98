"""Tokens that a participant issues about itself (Decentralized Claims Protocol 1.0, section 4.3)."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from genba.errors import Denied, GenbaError
from genba.trust import jws
from genba.trust.jwk import PrivateKey, PublicKey

LIFETIME = timedelta(minutes=5)
# A token that is good for longer would have to be remembered for as long against being sent again.
LONGEST = timedelta(hours=1)
CLOCK_SKEW = timedelta(seconds=60)
MAX_TOKEN_CHARS = 20_000
MAX_ID_CHARS = 500
_TYPES = ("", "jwt")
_FOREIGN = ("vp", "vc")  # a presentation or credential of JWT form is no token

FindKey = Callable[[str, str], PublicKey]  # absolute key id, relationship
FirstTime = Callable[[str, str, datetime], bool]  # issuer, jti, until when to remember; False: seen before


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """What it takes to issue tokens as one participant."""

    did: str
    kid: str
    key: PrivateKey
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    lifetime: timedelta = LIFETIME

    def token(self, audience: str, **further: str) -> str:
        """Issue a token for one receiver; `further` are claims such as `token`."""
        now = self.now()
        claims = {
            "iss": self.did,
            "sub": self.did,
            "aud": audience,
            "jti": self.new_id(),
            "iat": int(now.timestamp()),
            "exp": int((now + self.lifetime).timestamp()),
            **further,
        }
        return jws.write(self.key, msgspec.json.encode(claims), kid=self.kid, typ="JWT")


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfIssued:
    """What a token claims; true once it was proven."""

    issuer: str
    jti: str
    expires: datetime
    claims: Mapping[str, Any]
    token: jws.Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """What it takes to verify tokens that are meant for one participant."""

    did: str
    key: FindKey
    first_time: FirstTime
    skew: timedelta = CLOCK_SKEW
    relationship: str = "capabilityInvocation"

    def check(self, token: str, *, now: datetime) -> SelfIssued:
        """Make every check of section 4.3.3; raises Denied with a code of its own for each."""
        claimed = self.read(token, now=now)
        self.prove(claimed)
        return claimed

    def read(self, token: str, *, now: datetime) -> SelfIssued:
        """Check what can be checked without asking anybody; proves nothing yet."""
        parts = jws.read(token, max_chars=MAX_TOKEN_CHARS)
        if parts.header.typ.lower() not in _TYPES:
            raise Denied("trust.token_type", typ=parts.header.typ[:40])
        claims = jws.claims(parts.payload)
        issuer = text_of(claims, "iss")
        if not same(issuer, text_of(claims, "sub")) or any(name in claims for name in _FOREIGN):
            raise Denied("trust.token_not_self_issued")
        if not same(audience_of(claims), self.did):
            raise Denied("trust.token_audience")
        expires = check_times(claims, now=now, skew=self.skew)
        if parts.header.kid.partition("#")[0] != issuer:
            raise Denied("trust.key_foreign")
        return SelfIssued(issuer=issuer, jti=text_of(claims, "jti"), expires=expires, claims=claims, token=parts)

    def prove(self, claimed: SelfIssued) -> None:
        """Verify the signature, then that the token was not sent before: nobody can use up another's ids."""
        jws.check(claimed.token, found(self.key, claimed.token.header.kid, self.relationship))
        if not self.first_time(claimed.issuer, claimed.jti, claimed.expires + self.skew):
            raise Denied("trust.token_repeated")


def bearer(authorization: str) -> str:
    """Take the token out of an Authorization header."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token or " " in token:
        raise Denied("trust.no_bearer")
    return token


def found(find: FindKey, kid: str, relationship: str) -> PublicKey:
    """Find a key; whatever keeps it from being found means no."""
    try:
        return find(kid, relationship)
    except Denied:
        raise
    except GenbaError as error:
        raise Denied("trust.key_unknown", reason=error.code) from None


def check_times(claims: Mapping[str, Any], *, now: datetime, skew: timedelta, longest: timedelta = LONGEST) -> datetime:
    """Check iat, nbf and exp with the tolerated difference between clocks; give when it expires."""
    issued, expires = time_of(claims, "iat"), time_of(claims, "exp")
    begins = time_of(claims, "nbf") if claims.get("nbf") is not None else issued
    if expires <= now - skew:
        raise Denied("trust.token_expired")
    if issued > now + skew or begins > now + skew:
        raise Denied("trust.token_early")
    if expires > now + longest + skew:
        raise Denied("trust.token_long")
    return expires


def time_of(claims: Mapping[str, Any], name: str) -> datetime:
    """Read a NumericDate."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 253_402_300_800:
        raise Denied("trust.token_claim", claim=name)
    return datetime.fromtimestamp(value, UTC)


def text_of(claims: Mapping[str, Any], name: str) -> str:
    """Read a claim that has to be a text."""
    value = claims.get(name)
    if not isinstance(value, str) or not value or len(value) > MAX_ID_CHARS:
        raise Denied("trust.token_claim", claim=name)
    return value


def audience_of(claims: Mapping[str, Any]) -> str:
    """Read the one receiver; a token for several is good for none."""
    value = claims.get("aud")
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return text_of({"aud": value}, "aud")


def same(first: str, second: str) -> bool:
    """Compare without telling by the time it takes how much was right."""
    return hmac.compare_digest(first.encode("utf-8", "surrogatepass"), second.encode("utf-8", "surrogatepass"))
