"""Make and open a company's exchange: settings, keys, secrets, database; nothing opens without the keys."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from genba.app.exchange.node import Exchange, utc_now
from genba.config import Config
from genba.errors import Conflict, InvalidInput, NotFound, Unavailable
from genba.model.settings import (
    IdentitySettings,
    ManagementSettings,
    NetworkSettings,
    ProtocolSettings,
    SecretSettings,
    Settings,
)
from genba.ports.database import Database
from genba.ports.exchange import Rules, Vault
from genba.storage.exchange import log
from genba.storage.exchange.settings import load_settings, write_settings
from genba.storage.files import long_path

KEYS = "keys"
DATABASE = "exchange.sqlite"
DID_KEY = "did:key"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHome:
    """How a company's exchange is to be set up."""

    home: Path
    name: str = ""
    did: str = DID_KEY  # a did:web, or did:key for one that is made of the key
    address: str = ""  # as partners reach us
    keyring: bool = False  # the key for secrets goes into the system's keyring instead of a file
    local: bool = False  # partners are on this machine or in this network, without TLS: for trying out


@contextmanager
def _extra() -> Iterator[None]:
    """Say that the extra is missing where a module of it is."""
    try:
        yield
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] in ("cryptography", "pg8000"):
            raise Unavailable("exchange_home.extra_missing") from None
        raise


def new_home(wanted: NewHome, config: Config) -> Settings:
    """Make keys and settings; a home that is there already is refused."""
    with _extra():
        return _new(wanted, config)


def _new(wanted: NewHome, config: Config) -> Settings:
    from genba.trust import keys, vault
    from genba.trust.multikey import did_key

    if not (wanted.did == DID_KEY or wanted.did.startswith("did:web:")):
        raise InvalidInput("exchange_home.unusable_did", did=wanted.did[:100])
    home = wanted.home.absolute()
    if long_path(home / "exchange.toml").exists():
        raise InvalidInput("exchange_home.exists", home=str(wanted.home))
    long_path(home).mkdir(mode=0o700, parents=True, exist_ok=True)  # partners and log lie in it unsealed
    long_path(home / KEYS).mkdir(exist_ok=True)
    secret = _new_secret(wanted, home, config)
    opened = vault.vault_of(_secret_keys(secret, home), secrets.token_bytes)
    made = keys.create_keys(home / KEYS, opened, now=utc_now())
    private = ("127.0.0.0/8", "::1/128") if wanted.local else ()
    protocol, management = _listeners(wanted)
    settings = Settings(
        participant=did_key(made.current.public) if wanted.did == DID_KEY else wanted.did,
        name=wanted.name,
        protocol=protocol,
        management=management,
        identity=IdentitySettings(profile="did" if wanted.did == DID_KEY else "dcp"),
        network=NetworkSettings(private=private, plain_http=wanted.local),
        secrets=secret,
    )
    write_settings(home, settings)
    return settings


def _listeners(wanted: NewHome) -> tuple[ProtocolSettings, ManagementSettings]:
    """Listen where the address says when partners are on this machine; management takes the port beside."""
    usual = ProtocolSettings()
    if not wanted.address:
        return usual, ManagementSettings()
    if not wanted.local:
        return replace(usual, address=wanted.address), ManagementSettings()
    parts = urlsplit(wanted.address)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    return (
        ProtocolSettings(listen=f"{host}:{port}", address=wanted.address),
        ManagementSettings(listen=f"{host}:{port + 1}"),
    )


def _new_secret(wanted: NewHome, home: Path, config: Config) -> SecretSettings:
    """Put the key for secrets where a copy of the home alone does not hold it."""
    from genba.trust import vault

    if wanted.keyring:
        vault.create_keyring_key(_keyring_name(home), secrets.token_bytes)
        return SecretSettings(keyring=True)
    if config.state_dir is None:
        raise Unavailable("exchange_home.no_place_for_key")
    folder = config.state_dir / "exchange-keys"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{home.name}-{secrets.token_hex(4)}.key"
    vault.create_key_file(file, secrets.token_bytes)
    return SecretSettings(key_file=str(file))


def _keyring_name(home: Path) -> str:
    return str(home)


def _secret_keys(secret: SecretSettings, home: Path) -> list[bytes]:
    from genba.trust import vault

    if secret.keyring:
        return vault.keys_of_keyring(_keyring_name(home))
    if not secret.key_file:
        raise NotFound("exchange_home.key_missing", key="secrets.key_file")
    return vault.keys_of_file(home / secret.key_file)


def open_vault(home: Path) -> tuple[Settings, Vault]:
    """Open what keeps the secrets of a home, and nothing else: to put a secret in that the identity needs."""
    settings = load_settings(home)
    with _extra():
        from genba.trust import vault

        return settings, vault.vault_of(_secret_keys(settings.secrets, home.absolute()), secrets.token_bytes)


def new_signing_key(home: Path) -> str:
    """Sign with a new key from now on, and give its id; old signatures can still be checked, and only that."""
    from genba.trust import keys

    settings, opened = open_vault(home)
    if settings.participant.startswith(DID_KEY):
        raise Conflict("exchange_home.did_is_its_key", did=settings.participant)
    exchange = open_home(home)
    try:
        made = keys.rotate_keys(home.absolute() / KEYS, opened, now=utc_now())
    finally:
        exchange.database.close()
    exchange = open_home(home)
    try:
        with exchange.database.transaction() as tx:
            log.append(tx, exchange.signer, at=utc_now(), kind="key changed", body={"key": made.id})
    finally:
        exchange.database.close()
    return made.id


def open_home(home: Path, *, rules: Rules | None = None) -> Exchange:
    """Open a company's exchange; raises NotFound or Denied while a key is missing or another."""
    settings = load_settings(home)
    home = home.absolute()
    with _extra():
        return _open(home, settings, rules)


def _open(home: Path, settings: Settings, rules: Rules | None) -> Exchange:
    from genba.app.exchange.identities import Parts, make_identity, own_document
    from genba.app.exchange.rules import StandardRules
    from genba.connector.http import GuardedHttp
    from genba.trust import keys, vault
    from genba.trust.dids import Resolver
    from genba.trust.jws import DidVerifier, KeySigner

    opened = vault.vault_of(_secret_keys(settings.secrets, home), secrets.token_bytes)
    owned = keys.load_keys(home / KEYS, opened)
    http = GuardedHttp(
        private=settings.network.private, plain_http=settings.network.plain_http, timeout_s=settings.network.timeout_s
    )
    document, kid = own_document(settings, owned)
    resolver = Resolver(
        http, utc_now, plain_localhost=settings.network.plain_http, own={settings.participant: document}
    )
    database = open_database(home, settings)
    parts = Parts(
        home=home,
        settings=settings,
        key=owned.current,
        kid=kid,
        resolver=resolver,
        http=http,
        vault=opened,
        database=database,
    )
    return Exchange(
        home=home,
        settings=settings,
        database=database,
        identity=make_identity(parts),
        signer=KeySigner(owned.current, kid),
        verifier=DidVerifier(resolver.key),
        vault=opened,
        http=http,
        rules=rules or StandardRules(),
    )


def open_database(home: Path, settings: Settings) -> Database:
    """Open the database that the settings name, brought to the present shape."""
    from genba.storage.exchange.migrations import migrate

    if settings.database:
        from genba.storage.exchange.postgres import open_postgres

        server = open_postgres(settings.database)
        migrate(server)
        return server
    from genba.storage.exchange.sqlite import open_sqlite

    file = open_sqlite(home / DATABASE)
    migrate(file)
    return file
