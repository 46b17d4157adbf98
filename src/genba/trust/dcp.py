"""Identity by verifiable credentials: the Decentralized Claims Protocol 1.0, as one who proves and one who verifies."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from genba.errors import Denied, GenbaError, Unavailable
from genba.model.credential import Credential
from genba.model.exchange import Caller, Partner
from genba.ports.exchange import Http
from genba.trust import jws
from genba.trust.access_tokens import write_access_token
from genba.trust.caller_claims import caller_of
from genba.trust.did_identity import FindPartner, entered
from genba.trust.documents import Document
from genba.trust.presentations import PresentationCheck
from genba.trust.scopes import write_scope
from genba.trust.self_issued import Checking, Issuing, SelfIssued, bearer

CONTEXT = "https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"
SERVICE = "CredentialService"
# How long a caller is believed without being asked for credentials again: a revocation counts after this time.
KEPT = timedelta(seconds=60)
MAX_KEPT = 10_000
MAX_ANSWER_BYTES = 1_000_000
MAX_ACCESS_CHARS = 10_000
# So many strangers may have us ask their servers at once: slow ones must not take every thread that answers.
STRANGERS = 3


@dataclass(slots=True)
class KnownCallers:
    """Callers whose credentials were verified a moment ago; bounded, safe to share between threads."""

    kept_for: timedelta = KEPT
    _kept: OrderedDict[str, tuple[datetime, Caller]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, did: str, now: datetime) -> Caller | None:
        """Give a caller as it was verified, unless that is too long ago."""
        with self._lock:
            kept = self._kept.get(did)
        return kept[1] if kept is not None and now < kept[0] else None

    def put(self, caller: Caller, credentials: tuple[Credential, ...], now: datetime) -> None:
        """Remember a caller, never beyond the end of one of its credentials."""
        until = min([now + self.kept_for, *(one.ends for one in credentials if one.ends is not None)])
        if until <= now:
            return
        with self._lock:
            self._kept[caller.id] = (until, caller)
            self._kept.move_to_end(caller.id)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DcpIdentity:
    """Self-issued tokens, and presentations of credentials asked for (ports.exchange.Identity)."""

    issuing: Issuing
    checking: Checking
    presentations: PresentationCheck
    document: Callable[[str], Document]  # resolves a DID
    http: Http
    required: tuple[str, ...]  # types of credentials that a caller must present
    presented: tuple[str, ...]  # types of credentials of ours that a partner may read
    partner: FindPartner
    known: KnownCallers = field(default_factory=KnownCallers)
    _slots: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(STRANGERS))

    @property
    def participant(self) -> str:
        """Our own id."""
        return self.issuing.did

    def authorization(self, audience: str) -> str:
        """Issue a token for this one message, with the right to read our credentials inside."""
        return f"Bearer {token_for(self.issuing, audience, tuple(map(write_scope, self.presented)))}"

    def caller(self, authorization: str, *, now: datetime) -> Caller:
        """Raises Denied unless the caller proves its key and every required credential."""
        claimed = self.checking.read(bearer(authorization), now=now)
        access = claimed.claims.get("token")
        if not isinstance(access, str) or not access or len(access) > MAX_ACCESS_CHARS:
            raise Denied("trust.token_claim", claim="token")
        partner = self._partner(claimed.issuer)
        caller = self.known.get(claimed.issuer, now)
        if caller is not None:
            self.checking.prove(claimed)
            return _with_entry(caller, partner)
        if partner is not None:
            return _with_entry(self._verified(claimed, access, now), partner)
        if not self._slots.acquire(blocking=False):
            raise Unavailable("trust.too_many_strangers")
        try:
            return self._verified(claimed, access, now)
        finally:
            self._slots.release()

    def _verified(self, claimed: SelfIssued, access: str, now: datetime) -> Caller:
        """Prove the key and ask for credentials; both may wait for servers that the caller has chosen."""
        self.checking.prove(claimed)
        credentials = self._ask(claimed.issuer, access, now) if self.required else ()
        caller = caller_of(claimed.issuer, credentials)
        self.known.put(caller, credentials, now)
        return caller

    def _partner(self, did: str) -> Partner | None:
        """Refuse a blocked partner; where no credentials are required, only partners that were entered."""
        if not self.required:
            return entered(self.partner, did)
        partner = self.partner(did)
        if partner is not None and partner.blocked:
            raise Denied("trust.partner_blocked", partner=did[:80])
        return partner

    def _ask(self, holder: str, access: str, now: datetime) -> tuple[Credential, ...]:
        """Ask the caller's Credential Service, found in its DID document, and verify the answer."""
        try:
            endpoint = self.document(holder).service(SERVICE)
            if not endpoint:
                raise Denied("trust.no_credential_service")
            answer = self.http.request(
                "POST",
                f"{endpoint.rstrip('/')}/presentations/query",
                headers={
                    "authorization": f"Bearer {self.issuing.token(holder, token=access)}",
                    "content-type": "application/json",
                    "accept": "application/json",
                },
                body=self._query(),
            )
        except Denied:
            raise
        except GenbaError as error:
            raise Denied("trust.credentials_unavailable", reason=error.code) from None
        if answer.status != 200:
            raise Denied("trust.credentials_unavailable", reason=str(answer.status))
        found = self.presentations.check(_presentations(answer.body), holder=holder, now=now)
        for type_ in self.required:
            if not any(type_ in credential.types for credential in found):
                raise Denied("trust.credential_missing", type=type_)
        return found

    def _query(self) -> bytes:
        scopes = [write_scope(type_) for type_ in self.required]
        return msgspec.json.encode({"@context": [CONTEXT], "type": "PresentationQueryMessage", "scope": scopes})


def token_for(issuing: Issuing, audience: str, scopes: tuple[str, ...]) -> str:
    """Issue a token about ourselves that lets its receiver read some of our credentials."""
    return issuing.token(audience, token=write_access_token(issuing, audience, scopes))


def _with_entry(caller: Caller, partner: Partner | None) -> Caller:
    """Add what a person entered about the partner; it may not contradict what was proven."""
    entry = partner.corporate_number if partner else ""
    if not entry or entry == caller.corporate_number:
        return caller
    if caller.corporate_number:
        raise Denied("trust.credentials_contradict")
    return replace(caller, corporate_number=entry)


def _presentations(body: bytes) -> list[Any]:
    if len(body) > MAX_ANSWER_BYTES:
        raise Denied("trust.presentation_malformed", field="size")
    message = jws.claims(body)
    if "PresentationResponseMessage" not in (message.get("type"), message.get("@type")):
        raise Denied("trust.presentation_malformed", field="type")
    shown = message.get("presentation")
    if not isinstance(shown, list):
        raise Denied("trust.presentation_malformed", field="presentation")
    return shown
