"""The signature algorithms, one line each: a key says which of them it may be used with, never the message."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm

from genba.errors import InvalidInput

DEFAULT = "ES256"
# RFC 7518 section 3.3 asks for 2048 bits or more; above 8192 a signature costs the verifier too much.
RSA_BITS = range(2048, 8193)


@dataclass(frozen=True, slots=True)
class Algorithm:
    """How an `alg` of JOSE is computed, and for which kind of key."""

    name: str
    key: str  # kind of key: kty and, where there is one, crv
    generate: Callable[[], Any] | None
    sign: Callable[[Any, bytes], bytes]
    holds: Callable[[Any, bytes, bytes], bool]


def _ecdsa(name: str, curve: ec.EllipticCurve, hash_: HashAlgorithm) -> Algorithm:
    size = (curve.key_size + 7) // 8
    scheme = ec.ECDSA(hash_)

    def sign(private: Any, message: bytes) -> bytes:
        r, s = decode_dss_signature(private.sign(message, scheme))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def holds(public: Any, signature: bytes, message: bytes) -> bool:
        if len(signature) != 2 * size:
            return False
        halves = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
        return _verified(public, encode_dss_signature(*halves), message, scheme)

    return Algorithm(name, f"EC {_CURVE_NAMES[curve.name]}", lambda: ec.generate_private_key(curve), sign, holds)


def _eddsa(name: str) -> Algorithm:
    return Algorithm(
        name,
        "OKP Ed25519",
        ed25519.Ed25519PrivateKey.generate,
        lambda private, message: bytes(private.sign(message)),
        lambda public, signature, message: _verified(public, signature, message),
    )


def _rsa(name: str, *scheme: object) -> Algorithm:
    return Algorithm(
        name,
        "RSA",
        None,  # for the keys of authorisation servers only; our own are smaller and faster
        lambda private, message: bytes(private.sign(message, *scheme)),
        lambda public, signature, message: _verified(public, signature, message, *scheme),
    )


def _verified(public: Any, signature: bytes, message: bytes, *scheme: object) -> bool:
    try:
        public.verify(signature, message, *scheme)
    except InvalidSignature:
        return False
    return True


_CURVE_NAMES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp256k1": "secp256k1"}
_PSS = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=SHA256.digest_size)

# A new algorithm (post-quantum included) is a line here and, where its keys are of a new kind, one in jwk.py.
_ALL = (
    _ecdsa("ES256", ec.SECP256R1(), SHA256()),
    _ecdsa("ES384", ec.SECP384R1(), SHA384()),
    _ecdsa("ES256K", ec.SECP256K1(), SHA256()),
    _eddsa("EdDSA"),
    _eddsa("Ed25519"),  # RFC 9864's name for the same
    _rsa("PS256", _PSS, SHA256()),
    _rsa("RS256", padding.PKCS1v15(), SHA256()),
)
ALGORITHMS = {algorithm.name: algorithm for algorithm in _ALL}


def kind_of(key: Any) -> str:
    """Say of what kind a public key is; raises InvalidInput for kinds that are not in the table."""
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVE_NAMES:
        return f"EC {_CURVE_NAMES[key.curve.name]}"
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "OKP Ed25519"
    if isinstance(key, rsa.RSAPublicKey) and key.key_size in RSA_BITS:
        return "RSA"
    raise InvalidInput("trust.key_kind", kind=type(key).__name__)
