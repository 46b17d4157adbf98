"""Which addresses on the network may be reached: public ones, and private ranges that the settings name."""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from genba.errors import Denied, InvalidInput, Unavailable

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# From a host and a port to its addresses.
Resolve = Callable[[str, int], Sequence[str]]

MAX_URL = 2048
_VISIBLE = re.compile(rf"[!-~]{{1,{MAX_URL}}}")
_NAT64 = ip_network("64:ff9b::/96")
_GLOBAL_V6 = ip_network("2000::/3")  # all that is handed out; site-local fec0::/10 and the rest are nobody's outside


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed address: where to connect, and what to ask for."""

    scheme: str
    host: str
    port: int
    path: str  # with the query

    @property
    def netloc(self) -> str:
        """Host and port as the Host header names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"


def parse(url: str) -> Target:
    """Take a URL apart; refuses other schemes, user names, fragments and what does not belong into a request line."""
    if _VISIBLE.fullmatch(url) is None:
        raise InvalidInput("connector.bad_address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidInput("connector.bad_address") from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.fragment or port == 0:
        raise InvalidInput("connector.bad_address")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)


def ranges(texts: Sequence[str]) -> tuple[Network, ...]:
    """Read the private ranges that the settings name."""
    try:
        return tuple(ip_network(text, strict=False) for text in texts)
    except ValueError:
        raise InvalidInput("connector.bad_range", ranges=", ".join(texts)) from None


def is_allowed(address: Address, private: Sequence[Network]) -> bool:
    """Say whether an address may be reached; one that hides another counts as the hidden one."""
    plain = unwrapped(address)
    if plain.is_multicast or plain.is_unspecified:
        return False
    if plain.version == 6 and plain not in _GLOBAL_V6:
        return is_within(plain, private)
    return is_within(plain, private) or (plain.is_global and not plain.is_reserved)


def is_within(address: Address, private: Sequence[Network]) -> bool:
    """Say whether an address lies in one of the named ranges."""
    plain = unwrapped(address)
    return any(plain.version == network.version and plain in network for network in private)


def unwrapped(address: Address) -> Address:
    """Give the IPv4 address inside a mapped, 6to4, Teredo or NAT64 address, otherwise the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or (int(address) >> 32 == 0 and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def checked(target: Target, private: Sequence[Network], *, plain_http: bool, resolve: Resolve) -> tuple[str, ...]:
    """Resolve a host once and give its addresses; one address that may not be reached refuses the host as a whole.

    Without TLS only the named private ranges may be reached, and only where the settings say so.
    """
    texts = [target.host] if _is_literal(target.host) else resolve(target.host, target.port)
    if not texts:
        raise Unavailable("connector.unknown_host")
    for text in texts:
        address = ip_address(text.partition("%")[0])
        if "%" in text or not is_allowed(address, private):
            raise Denied("connector.address_refused")
        if target.scheme == "http" and not (plain_http and is_within(address, private)):
            raise Denied("connector.needs_tls")
    return tuple(texts)


def check_literal(url: str, private: Sequence[Network], *, plain_http: bool) -> None:
    """Check what can be said of an address without asking for its name: form, scheme, and numbers as host."""
    target = parse(url)
    if target.scheme == "http" and not (plain_http and private):
        raise Denied("connector.needs_tls")
    if _is_literal(target.host):
        checked(target, private, plain_http=plain_http, resolve=lambda host, port: ())


def system_resolve(host: str, port: int) -> Sequence[str]:
    """Ask the operating system for a host's addresses."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable("connector.unknown_host") from None
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
