"""The participant under test for the kit of the Decentralized Claims Protocol: genba as it serves, identity included.

`python -m tests.conformance.dcp_connector PORT STS_PORT KIT_PORT SECRET` serves until it is stopped. What is handed to
`genba` as values: unsigned status lists are believed, DID documents completed, and no caller is remembered between
messages, since the kit's one holder shows other credentials in every test. The token service is how the kit asks for
tokens of ours.
"""

from __future__ import annotations

import hmac
import sys
import tempfile
import threading
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import msgspec

from genba.app.exchange.home import NewHome, new_home, open_home
from genba.app.exchange.identities import make_identity
from genba.app.exchange.node import Exchange
from genba.app.exchange.wallet import parts_of
from genba.config import Config
from genba.model.settings import IdentitySettings, LimitSettings, ManagementSettings, ProtocolSettings
from genba.storage.exchange.settings import write_settings
from genba.trust.dcp import DcpIdentity, KnownCallers, token_for
from genba.trust.status_lists import status_check
from genba.web.serve import serve
from tests.conformance.unsafe_trust import LEAST_BITS, UnsafeCompletedDocuments, unsafe_unsigned_list

TYPES = ("MembershipCredential", "SensitiveDataCredential")


def participant(port: int) -> str:
    """Our DID."""
    return f"did:web:localhost%3A{port}"


def kits(port: int, role: str) -> str:
    """The DIDs that the kit makes up for itself."""
    return f"did:web:localhost%3A{port}:{role}"


def open_participant(folder: Path, port: int, kit_port: int) -> Exchange:
    """A home that believes the kit's issuer, opened like any other."""
    home = folder / "home"
    made = new_home(NewHome(home=home, did=participant(port), local=True), Config(state_dir=folder / "state"))
    (home / "exchange.toml").unlink()
    issuer = kits(kit_port, "issuer")
    settings = replace(
        made,
        protocol=ProtocolSettings(listen=f"127.0.0.1:{port}", address=f"http://localhost:{port}"),
        management=ManagementSettings(listen="127.0.0.1:0"),
        identity=IdentitySettings(
            profile="dcp", required=TYPES[:1], issuers=dict.fromkeys(TYPES, (issuer,)), clock_skew_s=5
        ),
        limits=LimitSettings(requests_per_minute=100_000),
    )
    write_settings(home, settings)
    opened = open_home(home)
    exchange = replace(opened, http=UnsafeCompletedDocuments(opened.http))
    return replace(exchange, identity=_unsafe(exchange))


def _unsafe(exchange: Exchange) -> DcpIdentity:
    parts = parts_of(exchange)
    identity = make_identity(parts)
    assert isinstance(identity, DcpIdentity)
    believing = status_check(exchange.http, parts.resolver.key, open_list=unsafe_unsigned_list)
    believing = replace(believing, least_bits=LEAST_BITS)
    checks = replace(identity.presentations.credentials, status=believing)
    return replace(
        identity,
        presentations=replace(identity.presentations, credentials=checks),
        known=KnownCallers(kept_for=timedelta(0)),
    )


def token_service(exchange: Exchange, port: int, secret: str) -> ThreadingHTTPServer:
    """Give the kit tokens about ourselves, as a wallet's own token service would."""
    issuing = parts_of(exchange).issuing()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            if not hmac.compare_digest(form.get("client_secret", ""), secret):
                self._answer(401, {})
                return
            scopes = tuple(form.get("bearer_access_scope", "").split())
            token = token_for(issuing, form["audience"], scopes)
            self._answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": 300})

        def _answer(self, status: int, content: object) -> None:
            body = msgspec.json.encode(content)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main(arguments: list[str]) -> None:
    """Serve until stopped."""
    port, sts_port, kit_port = map(int, arguments[:3])
    with tempfile.TemporaryDirectory() as folder:
        exchange = open_participant(Path(folder), port, kit_port)
        serve(exchange, ready=lambda listening: _ready(exchange, sts_port, arguments[3]))


def _ready(exchange: Exchange, port: int, secret: str) -> None:
    token_service(exchange, port, secret)


if __name__ == "__main__":
    main(sys.argv[1:])
