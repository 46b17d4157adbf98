"""A signer and a vault that need no cryptography, so that storage is tested alone."""

from __future__ import annotations

import base64
import hashlib

from genba.errors import Denied


class NamedSigner:
    """Signs by naming itself; `verify` is its other half."""

    def __init__(self, name: str = "did:key:us") -> None:
        self.name = name

    def sign(self, payload: bytes, *, typ: str) -> str:
        return f"{typ}~{self.name}~{payload.hex()}"

    def verify(self, token: str, *, typ: str, signer: str) -> bytes:
        found, name, payload = token.split("~")
        if (found, name) != (typ, signer):
            raise Denied("trust.bad_signature")
        return bytes.fromhex(payload)


class LabelledVault:
    """Seals a secret under its label, and opens it under no other."""

    def seal(self, secret: bytes, *, label: str) -> str:
        return f"sealed:{hashlib.sha256(label.encode()).hexdigest()}:{base64.b64encode(secret).decode()}"

    def open(self, envelope: str, *, label: str) -> bytes:
        _, bound, secret = envelope.split(":")
        if bound != hashlib.sha256(label.encode()).hexdigest():
            raise Denied("trust.bad_envelope")
        return base64.b64decode(secret)
