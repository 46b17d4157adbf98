"""Build the identity that the settings name, and our own DID document."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from genba.app.exchange.node import new_pid, utc_now
from genba.errors import InvalidInput, NotFound
from genba.model.exchange import Partner
from genba.model.settings import Settings
from genba.ports.database import Database
from genba.ports.exchange import Http, Identity, Vault
from genba.storage.exchange import partners, replay
from genba.storage.files import long_path, write_failed

if TYPE_CHECKING:
    from genba.trust.credentials import CredentialCheck
    from genba.trust.dids import Resolver
    from genba.trust.documents import Document
    from genba.trust.jwk import PrivateKey
    from genba.trust.keys import KeySet
    from genba.trust.self_issued import Checking, Issuing

# Where the secret of an authorisation server's client lies, sealed.
CLIENT_SECRET = "keys/oauth2-client.sealed"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What identities are made of."""

    home: Path
    settings: Settings
    key: "PrivateKey"
    kid: str
    resolver: "Resolver"
    http: Http
    vault: Vault
    database: Database

    def issuing(self) -> "Issuing":
        """Issue tokens about ourselves."""
        from genba.trust.self_issued import Issuing

        return Issuing(did=self.settings.participant, kid=self.kid, key=self.key, now=utc_now, new_id=new_pid)

    def checking(self) -> "Checking":
        """Verify tokens that are meant for us; each counts once."""
        from genba.trust.self_issued import Checking

        return Checking(
            did=self.settings.participant, key=self.resolver.key, first_time=self._first_time, skew=self.skew
        )

    @property
    def skew(self) -> timedelta:
        """The difference between clocks that is tolerated."""
        return timedelta(seconds=self.settings.identity.clock_skew_s)

    def partner(self, did: str) -> Partner | None:
        """Find a partner as a person has entered it."""
        with self.database.reading() as tx:
            return partners.load(tx, did)

    def _first_time(self, issuer: str, jti: str, expires: datetime) -> bool:
        with self.database.transaction() as tx:
            return replay.first_time(tx, issuer, jti, expires)


def make_identity(parts: Parts) -> Identity:
    """Build what the profile in the settings asks for."""
    profile = parts.settings.identity.profile
    if profile == "did":
        from genba.trust.did_identity import DidIdentity

        return DidIdentity(issuing=parts.issuing(), checking=parts.checking(), partner=parts.partner)
    if profile == "dcp":
        return _by_credentials(parts)
    if profile == "oauth2":
        return _by_server(parts)
    raise InvalidInput("exchange_home.bad_setting", file="exchange.toml", reason="identity.profile")


def credential_check(parts: Parts) -> "CredentialCheck":
    """Verify credentials as the settings say whom to believe."""
    from genba.trust.credential_schemas import schema_check
    from genba.trust.credentials import CredentialCheck
    from genba.trust.status_lists import status_check

    return CredentialCheck(
        key=parts.resolver.key,
        issuers=parts.settings.identity.issuers,
        status=status_check(parts.http, parts.resolver.key),
        schema=schema_check(parts.http),
        skew=parts.skew,
    )


def _by_credentials(parts: Parts) -> Identity:
    from genba.trust.dcp import DcpIdentity
    from genba.trust.presentations import PresentationCheck

    did, required = parts.settings.participant, parts.settings.identity.required
    return DcpIdentity(
        issuing=parts.issuing(),
        checking=parts.checking(),
        presentations=PresentationCheck(
            did=did, key=parts.resolver.key, credentials=credential_check(parts), skew=parts.skew
        ),
        document=parts.resolver.document,
        http=parts.http,
        required=required,
        presented=required,  # the rules of one dataspace: what all have to show
        partner=parts.partner,
    )


def _by_server(parts: Parts) -> Identity:
    from genba.trust.oauth2 import OAuth2Identity, server_keys

    identity = parts.settings.identity
    for name in ("oauth2_issuer", "oauth2_token_url", "oauth2_client_id"):
        if not getattr(identity, name).startswith("https://" if name != "oauth2_client_id" else ""):
            raise InvalidInput("exchange_home.bad_setting", file="exchange.toml", reason=f"identity.{name}")
    client_secret(parts.home, parts.vault)  # no secret, no start
    return OAuth2Identity(
        did=parts.settings.participant,
        issuer=identity.oauth2_issuer,
        token_url=identity.oauth2_token_url,
        client_id=identity.oauth2_client_id,
        client_secret=lambda: client_secret(parts.home, parts.vault),
        keys=server_keys(parts.http, identity.oauth2_issuer),
        http=parts.http,
        now=utc_now,
        partner=parts.partner,
        participant_claim=identity.oauth2_participant_claim,
        skew=parts.skew,
    )


def client_secret(home: Path, vault: Vault) -> str:
    """Read the secret that the authorisation server gave us, out of the vault."""
    try:
        envelope = long_path(home / CLIENT_SECRET).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise NotFound("exchange_home.client_secret_missing") from None
    return vault.open(envelope, label=CLIENT_SECRET).decode("utf-8")


def set_client_secret(home: Path, vault: Vault, secret: str) -> None:
    """Keep the secret that the authorisation server gave us, sealed."""
    path = long_path(home / CLIENT_SECRET)
    try:
        path.write_text(vault.seal(secret.encode("utf-8"), label=CLIENT_SECRET), encoding="ascii", newline="\n")
    except OSError as error:
        raise write_failed(error) from None
