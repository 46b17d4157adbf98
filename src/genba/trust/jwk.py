"""Keys as JSON (RFC 7517) and as values that know which algorithms they may be used with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from genba.errors import InvalidInput
from genba.trust.algorithms import ALGORITHMS, kind_of
from genba.trust.encoding import from_base64url, to_base64url

_CURVES: dict[str, tuple[ec.EllipticCurve, int]] = {
    "P-256": (ec.SECP256R1(), 32),
    "P-384": (ec.SECP384R1(), 48),
    "secp256k1": (ec.SECP256K1(), 32),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A key that verifies; `alg` is set where its owner allows one algorithm only."""

    kind: str
    native: Any
    alg: str = ""

    def allows(self, alg: str) -> bool:
        """Say whether a signature with this algorithm may be of this key; `none` and unknown ones never."""
        algorithm = ALGORITHMS.get(alg)
        return algorithm is not None and algorithm.key == self.kind and self.alg in ("", alg)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateKey:
    """A key that signs, with one algorithm."""

    alg: str
    native: Any

    @property
    def public(self) -> PublicKey:
        """Give the other half."""
        native = self.native.public_key()
        return PublicKey(kind=kind_of(native), native=native)

    def sign(self, message: bytes) -> bytes:
        """Sign as JOSE writes signatures."""
        return ALGORITHMS[self.alg].sign(self.native, message)

    def __repr__(self) -> str:
        """Keep the key out of logs."""
        return f"PrivateKey(alg={self.alg!r})"


def generate(alg: str) -> PrivateKey:
    """Make a new key; the randomness is the operating system's."""
    algorithm = ALGORITHMS.get(alg)
    if algorithm is None or algorithm.generate is None:
        raise InvalidInput("trust.key_kind", kind=alg)
    return PrivateKey(alg=alg, native=algorithm.generate())


def public_key(jwk: Mapping[str, object]) -> PublicKey:
    """Read a public JWK; one that holds a secret part, or is meant for encryption, is refused."""
    if "d" in jwk or "k" in jwk or jwk.get("use", "sig") != "sig":
        raise InvalidInput("trust.key_unusable")
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise InvalidInput("trust.key_unusable")
    kind, curve = jwk.get("kty"), jwk.get("crv")
    try:
        if kind == "EC" and isinstance(curve, str) and curve in _CURVES:
            shape, size = _CURVES[curve]
            point = ec.EllipticCurvePublicNumbers(_number(jwk, "x", size), _number(jwk, "y", size), shape)
            native: Any = point.public_key()
        elif kind == "OKP" and curve == "Ed25519":
            native = ed25519.Ed25519PublicKey.from_public_bytes(_bytes(jwk, "x"))
        elif kind == "RSA":
            native = rsa.RSAPublicNumbers(_number(jwk, "e"), _number(jwk, "n")).public_key()
        else:
            raise InvalidInput("trust.key_kind", kind=f"{kind} {curve}"[:40])
    except (ValueError, TypeError):  # not a point of the curve, a wrong length
        raise InvalidInput("trust.key_unusable") from None
    alg = jwk.get("alg", "")
    return PublicKey(kind=kind_of(native), native=native, alg=alg if isinstance(alg, str) else "?")


def jwk_of(key: PublicKey) -> dict[str, str]:
    """Write a public key."""
    native = key.native
    if isinstance(native, ec.EllipticCurvePublicKey):
        curve = key.kind.removeprefix("EC ")
        numbers, size = native.public_numbers(), _CURVES[curve][1]
        x, y = numbers.x.to_bytes(size, "big"), numbers.y.to_bytes(size, "big")
        return {"kty": "EC", "crv": curve, "x": to_base64url(x), "y": to_base64url(y)}
    if isinstance(native, ed25519.Ed25519PublicKey):
        raw = native.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "x": to_base64url(raw)}
    numbers_ = native.public_numbers()
    return {"kty": "RSA", "e": _integer(numbers_.e), "n": _integer(numbers_.n)}


def private_bytes(key: PrivateKey) -> bytes:
    """Write a private key as PKCS #8; only ever into a vault."""
    return bytes(key.native.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def private_key(data: bytes, alg: str) -> PrivateKey:
    """Read what `private_bytes` wrote."""
    try:
        native: Any = load_der_private_key(data, password=None)
    except (ValueError, TypeError):
        raise InvalidInput("trust.key_unusable") from None
    key = PrivateKey(alg=alg, native=native)
    if alg not in ALGORITHMS or ALGORITHMS[alg].key != key.public.kind:
        raise InvalidInput("trust.key_unusable")
    return key


def _bytes(jwk: Mapping[str, object], name: str) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str) or len(value) > 2_000:
        raise InvalidInput("trust.key_unusable")
    return from_base64url(value)


def _number(jwk: Mapping[str, object], name: str, size: int = 0) -> int:
    data = _bytes(jwk, name)
    if size and len(data) != size:  # RFC 7518 section 6.2.1.2: the full length, leading zeros included
        raise InvalidInput("trust.key_unusable")
    return int.from_bytes(data, "big")


def _integer(value: int) -> str:
    return to_base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))
