"""Compact JSON Web Signatures (RFC 7515): written with a key's own algorithm, read with every doubt refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from genba.errors import Denied, GenbaError, InvalidInput
from genba.trust.algorithms import ALGORITHMS
from genba.trust.encoding import from_base64url, to_base64url
from genba.trust.jwk import PrivateKey, PublicKey

MAX_CHARS = 200_000
MAX_HEADER_CHARS = 4_000

_ENCODER = msgspec.json.Encoder(order="deterministic")


class Header(msgspec.Struct, frozen=True):
    """What a protected header says; keys that a message brings along (jwk, jku, x5u, x5c) are never looked at."""

    alg: str
    kid: str = ""
    typ: str = ""
    cty: str = ""
    crit: Any = None
    b64: Any = None


_HEADER = msgspec.json.Decoder(Header)


@dataclass(frozen=True, slots=True)
class Token:
    """A compact JWS taken apart, not yet verified."""

    header: Header
    payload: bytes
    signed: bytes
    signature: bytes


def write(key: PrivateKey, payload: bytes, *, kid: str, typ: str, cty: str = "") -> str:
    """Sign; the header names algorithm, key and type."""
    header = {"alg": key.alg, "kid": kid, "typ": typ} | ({"cty": cty} if cty else {})
    signed = f"{to_base64url(_ENCODER.encode(header))}.{to_base64url(payload)}"
    return f"{signed}.{to_base64url(key.sign(signed.encode('ascii')))}"


def read(token: str, *, max_chars: int = MAX_CHARS) -> Token:
    """Take apart; raises Denied for everything that is not exactly a compact JWS as we know it."""
    if len(token) > max_chars:
        raise Denied("trust.token_malformed")
    head, _, rest = token.partition(".")
    body, _, tail = rest.partition(".")
    if not head or not tail or "." in tail or len(head) > MAX_HEADER_CHARS:
        raise Denied("trust.token_malformed")
    try:
        header = _HEADER.decode(from_base64url(head))
        payload, signature = from_base64url(body), from_base64url(tail)
    except (InvalidInput, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Denied("trust.token_malformed") from None
    if header.crit is not None or header.b64 is not None:  # RFC 7515 section 4.1.11: not understood, so refused
        raise Denied("trust.token_malformed")
    return Token(header, payload, f"{head}.{body}".encode("ascii"), signature)


def check(token: Token, key: PublicKey) -> bytes:
    """Verify with a key that was found by other means than the token, and give the payload."""
    alg = token.header.alg
    if not key.allows(alg):
        raise Denied("trust.algorithm_refused", alg=alg[:20])
    if not ALGORITHMS[alg].holds(key.native, token.signature, token.signed):
        raise Denied("trust.signature_wrong")
    return token.payload


def claims(payload: bytes) -> dict[str, Any]:
    """Read a payload that has to be a JSON object."""
    try:
        value = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Denied("trust.token_malformed") from None
    if not isinstance(value, dict):
        raise Denied("trust.token_malformed")
    return value


@dataclass(frozen=True, slots=True)
class KeySigner:
    """Signs with one key under its absolute id (ports.exchange.Signer)."""

    key: PrivateKey
    kid: str  # DID URL

    def sign(self, payload: bytes, *, typ: str) -> str:
        """Give a compact JWS."""
        return write(self.key, payload, kid=self.kid, typ=typ)


@dataclass(frozen=True, slots=True)
class DidVerifier:
    """Verifies what participants signed with a key that their DID document lists (ports.exchange.Verifier)."""

    find: Callable[[str, str], PublicKey]  # kid and purpose to key: Resolver.key or a table's

    def verify(self, token: str, *, typ: str, signer: str) -> bytes:
        """Raises Denied when the type is another, the key is not the signer's, or the signature does not hold."""
        parts = read(token)
        if parts.header.typ != typ:
            raise Denied("trust.token_type", typ=parts.header.typ[:40])
        did, _, fragment = parts.header.kid.partition("#")
        if not fragment or did != signer:
            raise Denied("trust.key_foreign")
        try:
            key = self.find(parts.header.kid, "assertionMethod")
        except Denied:
            raise
        except GenbaError as error:
            raise Denied("trust.key_unknown", reason=error.code) from None
        return check(parts, key)
