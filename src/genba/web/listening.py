"""Where the listeners stand: addresses that may be used without TLS, sockets, certificates."""

import ipaddress
import socket
import ssl
import sys
from pathlib import Path

from genba.errors import Conflict, Denied, InvalidInput
from genba.model.settings import Settings
from genba.storage.files import long_path

BACKLOG = 512


def split_address(listen: str) -> tuple[str, int]:
    """Read `127.0.0.1:8480`, `[::1]:8480` or `name:8480`."""
    host, colon, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > 65_535:
        raise InvalidInput("web.bad_listen", listen=listen)
    return host, int(port)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address; of a name nothing is believed but `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_listeners(settings: Settings) -> None:
    """Refuse what would let others read along: a listener without TLS that other machines reach."""
    management, protocol = settings.management, settings.protocol
    if not is_loopback(split_address(management.listen)[0]) and not management.tls_certificate:
        raise Denied("web.management_without_tls", listen=management.listen)
    if not (is_loopback(split_address(protocol.listen)[0]) or protocol.tls_certificate or protocol.behind_proxy):
        raise Denied("web.protocol_without_tls", listen=protocol.listen)


def open_socket(listen: str) -> socket.socket:
    """Take an address; raises Conflict when another program has it."""
    host, port = split_address(listen)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        opened = socket.socket(family, kind, protocol)
    except OSError:
        raise InvalidInput("web.bad_listen", listen=listen) from None
    try:
        if sys.platform != "win32":  # there it would let two programs have the same port
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(BACKLOG)
        opened.setblocking(False)
    except OSError:
        opened.close()
        raise Conflict("web.address_taken", listen=listen) from None
    return opened


def address_of(opened: socket.socket, *, tls: bool) -> str:
    """Give the URL of a listener, its real port where any was asked for."""
    host, port = opened.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{shown}:{port}"


def tls_context(certificate: str, key: str, home: Path) -> ssl.SSLContext | None:
    """Load a certificate; relative names stand below the home. Nothing older than TLS 1.2 is spoken."""
    if not certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(long_path(home / certificate), long_path(home / key) if key else None)
    except (OSError, ssl.SSLError):
        raise InvalidInput("web.bad_certificate", file=Path(certificate).name) from None
    return context
