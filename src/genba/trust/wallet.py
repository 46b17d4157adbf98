"""Our Credential Service (Decentralized Claims Protocol 1.0): shows credentials to who may see them, takes new ones.

Without any HTTP of its own: paths and bodies in, status and bodies out. The outside never learns why it was refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

import msgspec

from genba.errors import Denied, GenbaError, InvalidInput
from genba.model.credential import VC11, VC20, Credential, HeldCredential
from genba.trust.access_tokens import AccessCheck
from genba.trust.credentials import CredentialCheck
from genba.trust.dcp import CONTEXT, MAX_ACCESS_CHARS
from genba.trust.presentations import present
from genba.trust.scopes import MAX_SCOPES, Scope, covers, read_scope
from genba.trust.self_issued import Checking, Issuing, SelfIssued, bearer

MAX_BODY_BYTES = 500_000
MAX_RECEIVED = 20
MAX_OFFERED = 50
MAX_TEXT_CHARS = 500
# Of the credentials of one type, the newest are shown: an issuer that renews often does not make answers grow.
SHOWN_OF_A_TYPE = 3
_STATUSES = ("ISSUED", "REJECTED")


class CredentialStore(Protocol):
    """Where the wallet keeps its credentials."""

    def put(self, held: HeldCredential) -> None:
        """Keep a credential; one with the same id is there already."""
        ...

    def listing(self, now: datetime) -> tuple[HeldCredential, ...]:
        """Give those that have not ended, the newest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletAnswer:
    """What is answered."""

    status: int
    body: bytes = b""
    code: str = ""  # why it was refused: for our own log, never for the outside
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What an issuer has offered; a person decides whether to ask for it."""

    issuer: str
    credentials: tuple[str, ...]  # types, or ids where the offer gives no types


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """The handlers of the Credential Service."""

    issuing: Issuing
    checking: Checking
    access: AccessCheck
    received: CredentialCheck  # whom we take credentials from, for each type
    store: CredentialStore
    offered: Callable[[Offered], None]

    def handle(self, method: str, path: str, authorization: str, body: bytes, *, now: datetime) -> WalletAnswer:
        """Answer one request; `path` is what stands behind the address of the service."""
        handlers = {"/presentations/query": self._query, "/credentials": self._receive, "/offers": self._offer}
        handler = handlers.get(path)
        if handler is None:
            return WalletAnswer(status=404)
        if method != "POST":
            return WalletAnswer(status=405)
        try:
            claimed = self.checking.read(bearer(authorization), now=now)
            # Before anything is fetched for a stranger: a verifier brings a token of ours, an issuer is on our list.
            allowed = self._allowed(claimed, now) if path == "/presentations/query" else self._listed(claimed.issuer)
            self.checking.prove(claimed)
            return handler(claimed.issuer, allowed, _message(body), now)
        except Denied as error:
            return WalletAnswer(status=401, code=error.code)
        except InvalidInput as error:
            return WalletAnswer(status=400, code=error.code)

    def _allowed(self, claimed: SelfIssued, now: datetime) -> tuple[Scope, ...]:
        access = claimed.claims.get("token")
        if not isinstance(access, str) or len(access) > MAX_ACCESS_CHARS:
            raise Denied("trust.token_claim", claim="token")
        return self.access.scopes(access, verifier=claimed.issuer, now=now)

    def _listed(self, issuer: str) -> tuple[Scope, ...]:
        if not any(issuer in dids for dids in self.received.issuers.values()):
            raise Denied("trust.issuer_unknown", issuer=issuer[:200], type="*")
        return ()

    def _query(
        self, verifier: str, allowed: tuple[Scope, ...], message: Mapping[str, Any], now: datetime
    ) -> WalletAnswer:
        _expect(message, "PresentationQueryMessage")
        if "presentationDefinition" in message:
            definition = message["presentationDefinition"]
            if "scope" in message or not isinstance(definition, dict) or not definition:
                raise InvalidInput("trust.message_malformed", field="presentationDefinition")
            return WalletAnswer(status=501)  # Presentation Exchange; section 5.4.1.1 leaves it open
        wanted = tuple(read_scope(text) for text in _texts(message, "scope", MAX_SCOPES))
        if not wanted:
            raise InvalidInput("trust.message_malformed", field="scope")
        shown = self._shown(wanted, allowed, now)
        presentations = [
            present(self.issuing, verifier, of_profile, profile)
            for profile in (VC20, VC11)
            if (of_profile := tuple(held for held in shown if held.profile == profile))
        ] or [present(self.issuing, verifier, (), VC11)]
        answer = {"@context": [CONTEXT], "type": "PresentationResponseMessage", "presentation": presentations}
        return WalletAnswer(status=200, body=msgspec.json.encode(answer))

    def _shown(
        self, wanted: tuple[Scope, ...], allowed: tuple[Scope, ...], now: datetime
    ) -> tuple[HeldCredential, ...]:
        """Choose what was asked for and may be seen; what may not is left out without a word."""
        counts: dict[tuple[str, ...], int] = {}
        shown = []
        for held in self.store.listing(now):
            if covers(wanted, held.types, held.id) and covers(allowed, held.types, held.id):
                counts[held.types] = counts.get(held.types, 0) + 1
                if counts[held.types] <= SHOWN_OF_A_TYPE:
                    shown.append(held)
        return tuple(shown)

    def _receive(self, issuer: str, allowed: object, message: Mapping[str, Any], now: datetime) -> WalletAnswer:
        _expect(message, "CredentialMessage")
        _text(message, "issuerPid")
        _text(message, "holderPid")
        if message.get("status") not in _STATUSES:
            raise InvalidInput("trust.message_malformed", field="status")
        if message["status"] == "REJECTED":
            return WalletAnswer(status=200)
        containers = message.get("credentials")
        if not isinstance(containers, list) or not 0 < len(containers) <= MAX_RECEIVED:
            raise InvalidInput("trust.message_malformed", field="credentials")
        # All are verified before any is kept.
        found = [self._verified(container, issuer, now) for container in containers]
        for credential in found:
            self.store.put(held_of(credential, now))
        return WalletAnswer(status=200)

    def _verified(self, container: object, issuer: str, now: datetime) -> Credential:
        if not isinstance(container, dict) or not isinstance(container.get("payload"), str):
            raise InvalidInput("trust.message_malformed", field="payload")
        try:
            credential = self.received.check(container["payload"], holder=self.issuing.did, now=now)
        except Denied:
            raise
        except GenbaError as error:
            raise Denied("trust.credentials_unavailable", reason=error.code) from None
        if credential.issuer != issuer or container.get("credentialType") not in credential.types:
            raise Denied("trust.credential_foreign")
        return credential

    def _offer(self, issuer: str, allowed: object, message: Mapping[str, Any], now: datetime) -> WalletAnswer:
        _expect(message, "CredentialOfferMessage")
        if _text(message, "issuer") != issuer:
            raise InvalidInput("trust.message_malformed", field="issuer")
        credentials = message.get("credentials")
        if not isinstance(credentials, list) or not 0 < len(credentials) <= MAX_OFFERED:
            raise InvalidInput("trust.message_malformed", field="credentials")
        names = []
        for item in credentials:
            if not isinstance(item, dict):
                raise InvalidInput("trust.message_malformed", field="credentials")
            id_ = _text(item, "id")
            names.append(_text(item, "credentialType") if "credentialType" in item else id_)
        self.offered(Offered(issuer=issuer, credentials=tuple(names)))
        return WalletAnswer(status=200)


def held_of(credential: Credential, now: datetime) -> HeldCredential:
    """Give a credential that was verified the form in which the wallet keeps it."""
    return HeldCredential(
        id=credential.id or sha256(credential.token.encode("ascii")).hexdigest(),
        types=credential.types,
        issuer=credential.issuer,
        profile=credential.profile,
        token=credential.token,
        received_at=now,
        ends=credential.ends,
    )


def _message(body: bytes) -> Mapping[str, Any]:
    if len(body) > MAX_BODY_BYTES:
        raise InvalidInput("trust.message_malformed", field="size")
    try:
        message = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInput("trust.message_malformed", field="JSON") from None
    if not isinstance(message, dict):
        raise InvalidInput("trust.message_malformed", field="JSON")
    return message


def _expect(message: Mapping[str, Any], type_: str) -> None:
    contexts = message.get("@context")
    if CONTEXT not in (contexts if isinstance(contexts, list) else [contexts]):
        raise InvalidInput("trust.message_malformed", field="@context")
    if message.get("type", message.get("@type")) != type_:
        raise InvalidInput("trust.message_malformed", field="type")


def _text(message: Mapping[str, Any], name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str) or not value or len(value) > MAX_TEXT_CHARS:
        raise InvalidInput("trust.message_malformed", field=name)
    return value


def _texts(message: Mapping[str, Any], name: str, limit: int) -> list[str]:
    values = message.get(name, [])
    if not isinstance(values, list) or len(values) > limit or not all(isinstance(value, str) for value in values):
        raise InvalidInput("trust.message_malformed", field=name)
    return values
