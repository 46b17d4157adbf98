"""What the official kit of the Decentralized Claims Protocol leaves out is believed; no setting switches this on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from genba.errors import Denied
from genba.ports.exchange import Answer, Http
from genba.trust.documents import RELATIONSHIPS

# The kit's lists have 16 384 bits; the standard asks for eight times as many.
LEAST_BITS = 16_384


def unsafe_unsigned_list(body: bytes, issuer: str, now: datetime) -> Mapping[str, Any]:
    """Believe a list that nobody has signed, and whoever serves it."""
    document = msgspec.json.decode(body)
    subject = document.get("credentialSubject") if isinstance(document, dict) else None
    if not isinstance(subject, dict):
        raise Denied("trust.status_list_unusable", reason="subject")
    return subject


@dataclass(frozen=True, slots=True)
class UnsafeCompletedDocuments:
    """Satisfies ports.exchange.Http: adds to DID documents what their keys are for.

    The newest kit that can be had (1.0.0-RC6) leaves it out, and genba refuses such keys; the kit's own later versions
    put every key under all three.
    """

    http: Http

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Pass on, and complete a DID document that says nothing of the sort."""
        answer = self.http.request(method, url, headers=headers, body=body)
        if not url.endswith("/did.json") or answer.status != 200:
            return answer
        document = msgspec.json.decode(answer.body)
        ids = [one["id"] for one in document.get("verificationMethod", [])]
        if not any(document.get(name) for name in RELATIONSHIPS):
            document |= dict.fromkeys(RELATIONSHIPS, ids)
        return replace(answer, body=msgspec.json.encode(document))
