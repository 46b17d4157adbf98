"""Identity by an authorisation server: client credentials for ourselves, signed access tokens from others."""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode

import msgspec

from genba.errors import Denied, GenbaError, Unavailable
from genba.model.exchange import Caller, Partner
from genba.ports.exchange import Http
from genba.trust import jws
from genba.trust.encoding import to_base64url
from genba.trust.fetching import Fetched
from genba.trust.jwk import PublicKey, public_key
from genba.trust.self_issued import CLOCK_SKEW, bearer, check_times, same, text_of

_TYPES = ("", "jwt", "at+jwt", "application/at+jwt")
KEPT = timedelta(minutes=10)
REFRESH_AFTER = timedelta(seconds=10)
LONGEST = timedelta(hours=24)
MAX_DOCUMENT_BYTES = 200_000
MAX_TOKENS = 200
MAX_AUDIENCES = 20
MAX_TOKEN_CHARS = 20_000
# A token is taken anew when it would end within this time.
BEFORE_END = timedelta(seconds=30)
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,20000}")


@dataclass(slots=True)
class ServerKeys:
    """The signing keys of an authorisation server, found by its own description."""

    issuer: str
    fetched: Fetched
    _asked_at: datetime | None = None
    _keys: dict[str, list[PublicKey]] = field(default_factory=dict)
    _until: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def key(self, kid: str, alg: str, now: datetime) -> PublicKey:
        """Find a key; an unknown one asks the server again, not more often than every ten seconds."""
        with self._lock:
            stale = self._until is None or self._until <= now
            may_ask = self._asked_at is None or self._asked_at + REFRESH_AFTER <= now
            if may_ask and (stale or kid not in self._keys):
                self._asked_at = now
                self._keys, self._until = self._ask(now), now + KEPT
            elif stale:
                raise _server("asked before")
            keys = self._keys
        found = keys.get(kid, []) if kid else [key for named in keys.values() for key in named]
        fitting = [key for key in found if key.allows(alg)]
        if len(fitting) != 1:
            raise Denied("trust.key_unknown", reason="kid")
        return fitting[0]

    def _ask(self, now: datetime) -> dict[str, list[PublicKey]]:
        about = self._object(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", now)
        if about.get("issuer") != self.issuer or not isinstance(about.get("jwks_uri"), str):
            raise _server("issuer")
        listed = self._object(about["jwks_uri"], now).get("keys")
        if not isinstance(listed, list) or len(listed) > 100:
            raise _server("keys")
        keys: dict[str, list[PublicKey]] = {}
        for jwk in listed:
            try:
                keys.setdefault(str(jwk.get("kid", "")), []).append(public_key(jwk))
            except (GenbaError, AttributeError):
                continue  # keys for encryption, kinds we do not know
        return keys

    def _object(self, url: str, now: datetime) -> Mapping[str, Any]:
        try:
            value = msgspec.json.decode(self.fetched.get(url, now, refused=_server, anew=True))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise _server("JSON") from None
        if not isinstance(value, dict):
            raise _server("JSON")
        return value


def server_keys(http: Http, issuer: str) -> ServerKeys:
    """Build the finder with its memory."""
    return ServerKeys(issuer, Fetched(http, KEPT, MAX_DOCUMENT_BYTES, 2 * MAX_DOCUMENT_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth2Identity:
    """OAuth 2.0 client credentials (ports.exchange.Identity)."""

    did: str
    issuer: str
    token_url: str
    client_id: str
    client_secret: Callable[[], str]  # out of the vault, when it is needed
    keys: ServerKeys
    http: Http
    now: Callable[[], datetime]
    partner: Callable[[str], Partner | None]
    participant_claim: str = "sub"
    participants: Mapping[str, str] = field(default_factory=dict)  # what the claim says to participant id
    skew: timedelta = CLOCK_SKEW
    _tokens: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def participant(self) -> str:
        """Our own id."""
        return self.did

    def authorization(self, audience: str) -> str:
        """Give a token for one receiver, taken from the server at most once in its lifetime."""
        now = self.now()
        with self._lock:
            kept = self._tokens.get(audience)
        if kept is None or kept[0] <= now:
            kept = self._take(audience, now)
            with self._lock:
                while len(self._tokens) >= MAX_TOKENS:
                    self._tokens.pop(next(iter(self._tokens)))
                self._tokens[audience] = kept
        return f"Bearer {kept[1]}"

    def _take(self, audience: str, now: datetime) -> tuple[datetime, str]:
        # RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
        both = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret())}".encode("ascii")
        basic = to_base64url(both).replace("-", "+").replace("_", "/")
        form = {"grant_type": "client_credentials", "audience": audience, "resource": audience}
        answer = self.http.request(
            "POST",
            self.token_url,
            headers={
                "authorization": f"Basic {basic}{'=' * (-len(basic) % 4)}",
                "content-type": "application/x-www-form-urlencoded",
                "accept": "application/json",
            },
            body=urlencode(form).encode("ascii"),
        )
        try:
            given = jws.claims(answer.body) if answer.status == 200 else {}
        except Denied:
            given = {}
        token, lifetime = given.get("access_token"), given.get("expires_in", 0)
        is_bearer = str(given.get("token_type", "bearer")).lower() == "bearer"
        if not isinstance(token, str) or not _TOKEN.fullmatch(token) or not is_bearer:
            raise Unavailable("trust.token_not_given", reason=str(answer.status))
        seconds = lifetime if isinstance(lifetime, int) and not isinstance(lifetime, bool) else 0
        return now + timedelta(seconds=max(0, min(seconds, 86_400))) - BEFORE_END, token

    def caller(self, authorization: str, *, now: datetime) -> Caller:
        """Raises Denied unless the server has issued the token for us, and its client is one of our partners."""
        parts = jws.read(bearer(authorization), max_chars=MAX_TOKEN_CHARS)
        if parts.header.typ.lower() not in _TYPES:
            raise Denied("trust.token_type", typ=parts.header.typ[:40])
        claims = jws.claims(parts.payload)
        if not same(text_of(claims, "iss"), self.issuer):
            raise Denied("trust.key_foreign")
        if not self._is_for_us(claims.get("aud")):
            raise Denied("trust.token_audience")
        check_times({"iat": 0, **claims}, now=now, skew=self.skew, longest=LONGEST)
        jws.check(parts, self.keys.key(parts.header.kid, parts.header.alg, now))
        claimed = text_of(claims, self.participant_claim)
        participant = self.participants.get(claimed, "") if self.participants else claimed
        partner = self.partner(participant)
        if partner is None:
            raise Denied("trust.partner_unknown", partner=participant[:80])
        if partner.blocked:
            raise Denied("trust.partner_blocked", partner=participant[:80])
        return Caller(id=participant, corporate_number=partner.corporate_number)

    def _is_for_us(self, audience: object) -> bool:
        values = audience if isinstance(audience, list) else [audience]
        return len(values) <= MAX_AUDIENCES and any(isinstance(one, str) and same(one, self.did) for one in values)


def _server(reason: str) -> Denied:
    return Denied("trust.server_keys", reason=reason)
