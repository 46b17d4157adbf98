"""Where a PostgreSQL server is and how it is spoken to: read from a postgresql:// address."""

import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from genba.errors import InvalidInput, NotFound

SCHEMES = ("postgresql", "postgres")
OPTIONS = frozenset({"host", "sslmode", "sslrootcert", "passfile", "pool", "schema"})
MODES = ("disable", "require", "verify-full")
POOL = 10
MAX_POOL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A server, a database in it and who we are there."""

    host: str
    port: int
    database: str
    user: str
    password: str = field(default="", repr=False)
    socket_folder: str = ""
    mode: str = "verify-full"
    root_certificate: str = ""
    schema: str = ""
    pool: int = POOL

    def tls(self) -> ssl.SSLContext | None:
        """Give what the connection is encrypted with; None where it is not."""
        if self.mode == "disable":
            return None
        context = ssl.create_default_context(cafile=self.root_certificate or None)
        if self.mode == "require":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def read_address(url: str) -> Address:
    """Read an address; another machine is asked for its certificate unless the address says otherwise.

    Options: sslmode (disable, require, verify-full), sslrootcert, passfile (a file that holds the password alone),
    host (the folder of a Unix socket), pool (connections), schema.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:
        raise InvalidInput("exchange_store.bad_address", part="port") from None
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme not in SCHEMES:
        raise InvalidInput("exchange_store.bad_address", part="postgresql://")
    for name in sorted(options.keys() - OPTIONS):
        raise InvalidInput("exchange_store.bad_address", part=name[:40])
    folder = options.get("host", "")
    mode = options.get("sslmode") or ("disable" if folder or _is_here(parts.hostname) else "verify-full")
    if mode not in MODES:
        raise InvalidInput("exchange_store.bad_address", part="sslmode")
    return Address(
        host=parts.hostname or "localhost",
        port=port,
        database=unquote(parts.path.lstrip("/")) or "genba",
        user=unquote(parts.username or "") or "genba",
        password=_password(parts, options),
        socket_folder=folder,
        mode=mode,
        root_certificate=options.get("sslrootcert", ""),
        schema=_schema(options.get("schema", "")),
        pool=_pool(options.get("pool", "")),
    )


def _password(parts: SplitResult, options: Mapping[str, str]) -> str:
    if "passfile" not in options:
        return unquote(parts.password or "")
    try:
        return Path(options["passfile"]).read_text(encoding="utf-8").strip()
    except OSError:
        raise NotFound("exchange_store.no_password_file", file=options["passfile"]) from None


def _pool(text: str) -> int:
    if not text:
        return POOL
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_POOL):
        raise InvalidInput("exchange_store.bad_address", part="pool")
    return int(text)


def _schema(name: str) -> str:
    if name and not (name.isascii() and name.isidentifier()):
        raise InvalidInput("exchange_store.bad_address", part="schema")
    return name


def _is_here(host: str | None) -> bool:
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
