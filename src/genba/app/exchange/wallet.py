"""Our wallet: credentials kept in the database, shown to partners, received from issuers or entered by a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from genba.app.exchange.home import KEYS
from genba.app.exchange.identities import Parts, credential_check, own_document
from genba.app.exchange.node import Exchange
from genba.model.credential import HeldCredential
from genba.model.exchange import Notice
from genba.ports.database import Database
from genba.ports.exchange import Vault
from genba.storage.exchange import credentials, log, notices

if TYPE_CHECKING:
    from genba.trust.keys import KeySet
    from genba.trust.wallet import Offered, Wallet

ROOT = "/dcp"  # below our protocol address; our DID document names it


@dataclass(frozen=True, slots=True)
class StoredCredentials:
    """The wallet's credentials in the database, sealed (trust.wallet.CredentialStore)."""

    database: Database
    vault: Vault

    def put(self, held: HeldCredential) -> None:
        """Keep a credential, and throw away what has ended."""
        with self.database.transaction() as tx:
            credentials.purge(tx, held.received_at)
            credentials.put(tx, held, self.vault)

    def listing(self, now: datetime) -> tuple[HeldCredential, ...]:
        """Give those that have not ended, the newest first."""
        with self.database.reading() as tx:
            return credentials.listing(tx, self.vault, now=now)


def open_wallet(exchange: Exchange) -> "Wallet":
    """Build the handlers of our Credential Service."""
    from genba.trust.access_tokens import AccessCheck
    from genba.trust.wallet import Wallet

    parts = parts_of(exchange)
    document, _ = own_document(exchange.settings, _keys(exchange))
    return Wallet(
        issuing=parts.issuing(),
        checking=parts.checking(),
        access=AccessCheck(did=exchange.participant, key=document.keys.get, skew=parts.skew),
        received=credential_check(parts),
        store=StoredCredentials(exchange.database, exchange.vault),
        offered=lambda offered: _tell(exchange, offered),
    )


def parts_of(exchange: Exchange) -> Parts:
    """Give what the identities of an open exchange are made of."""
    from genba.trust.dids import Resolver

    keys = _keys(exchange)
    document, kid = own_document(exchange.settings, keys)
    resolver = Resolver(
        exchange.http,
        exchange.now,
        plain_localhost=exchange.settings.network.plain_http,
        own={exchange.participant: document},
    )
    return Parts(
        home=exchange.home,
        settings=exchange.settings,
        key=keys.current,
        kid=kid,
        resolver=resolver,
        http=exchange.http,
        vault=exchange.vault,
        database=exchange.database,
    )


def add_credential(exchange: Exchange, token: str) -> HeldCredential:
    """Put a credential into the wallet that an issuer has handed over; verified like one that was delivered."""
    from genba.trust.wallet import held_of

    now = exchange.now()
    credential = credential_check(parts_of(exchange)).check(token.strip(), holder=exchange.participant, now=now)
    held = held_of(credential, now)
    with exchange.database.transaction() as tx:
        credentials.put(tx, held, exchange.vault)
        body = {"issuer": held.issuer, "types": list(held.types), "id": held.id}
        log.append(tx, exchange.signer, at=now, kind="credential kept", partner=held.issuer, body=body)
    return held


def list_credentials(exchange: Exchange) -> tuple[HeldCredential, ...]:
    """Give all that lies in the wallet, the newest first; what has ended too."""
    with exchange.database.reading() as tx:
        return credentials.listing(tx, exchange.vault)


def remove_credential(exchange: Exchange, issuer: str, id: str) -> bool:
    """Throw a credential away; says whether it was there."""
    with exchange.database.transaction() as tx:
        return credentials.remove(tx, issuer, id)


def _keys(exchange: Exchange) -> "KeySet":
    from genba.trust.keys import load_keys

    return load_keys(exchange.home / KEYS, exchange.vault)


def _tell(exchange: Exchange, offered: "Offered") -> None:
    """Tell a person that an issuer offers credentials; one notice for each issuer that waits."""
    names = ", ".join(offered.credentials)[:500]
    with exchange.database.transaction() as tx:
        notices.done_for(tx, offered.issuer, exchange.now())
        notice = Notice(
            id=exchange.new_id(),
            at=exchange.now(),
            code="trust.credentials_offered",
            details={"issuer": offered.issuer, "credentials": names},
            subject=offered.issuer,
        )
        notices.put(tx, notice)
