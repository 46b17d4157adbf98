"""An identity that believes what it is told, for kits and peers that know no other; no setting switches it on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from genba.errors import Denied
from genba.model.exchange import Caller
from genba.ports.exchange import Answer, Http


class _Claim(msgspec.Struct, rename="camel"):
    """What Eclipse EDC's mock puts into the Authorization header, as it stands, without any signature."""

    client_id: str
    region: str = "any"
    audience: str = ""


@dataclass(frozen=True, slots=True)
class UnsafeMockIdentity:
    """Satisfies ports.exchange.Identity: whoever claims to be somebody is."""

    participant: str

    def authorization(self, audience: str) -> str:
        """Claim to be ourselves."""
        return msgspec.json.encode(_Claim(client_id=self.participant, audience=audience)).decode()

    def caller(self, authorization: str, *, now: datetime) -> Caller:
        """Believe it."""
        try:
            claim = msgspec.json.decode(authorization, type=_Claim)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise Denied("trust.unreadable") from None
        return Caller(id=claim.client_id)


@dataclass(frozen=True, slots=True)
class Unhurried:
    """Satisfies ports.exchange.Http: takes its time before each message, as long as the kit needs to expect it."""

    http: Http
    seconds: float

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Wait, then send."""
        if method == "POST":
            time.sleep(self.seconds)
        return self.http.request(method, url, headers=headers, body=body)
