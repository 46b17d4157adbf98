"""Build the identity that the settings name, and our own DID document."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from genba.errors import InvalidInput
from genba.model.exchange import Partner
from genba.model.settings import Settings
from genba.ports.database import Database
from genba.ports.exchange import Http, Identity, Vault

if TYPE_CHECKING:
    from genba.trust.dids import Resolver
    from genba.trust.documents import Document
    from genba.trust.jwk import PrivateKey
    from genba.trust.keys import KeySet


def own_document(settings: Settings, keys: "KeySet") -> tuple["Document", str]:
    """Give our DID document and the absolute id of the key we speak with; a did:key is its own document."""
    from genba.trust.dids import key_document
    from genba.trust.documents import read_document
    from genba.trust.multikey import did_key, did_key_id

    did = settings.participant
    if did.startswith("did:key:"):
        if did_key(keys.current.public) != did:
            raise InvalidInput("exchange_home.other_key", did=did)
        return key_document(did), did_key_id(did)
    return read_document(web_document(settings, keys), did), f"{did}#{keys.id}"


def web_document(settings: Settings, keys: "KeySet") -> dict[str, object]:
    """Write the document that we serve for our did:web: keys, where the protocol begins, who holds our credentials."""
    from genba.trust.documents import write_document

    address = settings.protocol.address
    services = {
        "CredentialService": f"{address}/dcp",
        "CatalogService": f"{address}/dsp/2025-1/catalog",
        "DataService": f"{address}/.well-known/dspace-version",
    }
    return write_document(settings.participant, keys.id, keys.public, services)


def make_identity(
    settings: Settings, key: "PrivateKey", kid: str, resolver: "Resolver", http: Http, vault: Vault, database: Database
) -> Identity:
    """Build what the profile in the settings asks for."""
    from genba.app.exchange.node import new_pid, utc_now
    from genba.storage.exchange import partners, replay
    from genba.trust.did_identity import DidIdentity
    from genba.trust.self_issued import Checking, Issuing

    def first_time(issuer: str, jti: str, expires: datetime) -> bool:
        with database.transaction() as tx:
            return replay.first_time(tx, issuer, jti, expires)

    def partner(did: str) -> Partner | None:
        with database.reading() as tx:
            return partners.load(tx, did)

    issuing = Issuing(did=settings.participant, kid=kid, key=key, now=utc_now, new_id=new_pid)
    checking = Checking(
        did=settings.participant,
        key=resolver.key,
        first_time=first_time,
        skew=timedelta(seconds=settings.identity.clock_skew_s),
    )
    if settings.identity.profile == "did":
        return DidIdentity(issuing=issuing, checking=checking, partner=partner)
    raise InvalidInput("exchange_home.bad_setting", file="exchange.toml", reason="identity.profile")
