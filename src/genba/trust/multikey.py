"""Keys as one word (multibase, multicodec), and did:key, whose document is made of the word alone."""

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from genba.errors import InvalidInput
from genba.trust.encoding import from_base58, to_base58
from genba.trust.jwk import PublicKey

DID_KEY = "did:key:"

# The multicodec prefix of each kind, as an unsigned varint.
_PREFIXES = {
    "OKP Ed25519": bytes((0xED, 0x01)),
    "EC P-256": bytes((0x80, 0x24)),
    "EC P-384": bytes((0x81, 0x24)),
    "EC secp256k1": bytes((0xE7, 0x01)),
}
_CURVES: dict[str, ec.EllipticCurve] = {
    "EC P-256": ec.SECP256R1(),
    "EC P-384": ec.SECP384R1(),
    "EC secp256k1": ec.SECP256K1(),
}


def to_multibase(key: PublicKey) -> str:
    """Write a public key as `z…`."""
    prefix = _PREFIXES.get(key.kind)
    if prefix is None:
        raise InvalidInput("trust.key_kind", kind=key.kind)
    native = key.native
    if key.kind in _CURVES:
        data = native.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    else:
        data = native.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"z{to_base58(prefix + data)}"


def from_multibase(text: str) -> PublicKey:
    """Read a public key; one key has one spelling."""
    if not text.startswith("z"):
        raise InvalidInput("trust.encoding")
    data = from_base58(text[1:])
    kind = next((kind for kind, prefix in _PREFIXES.items() if data.startswith(prefix)), "")
    if not kind:
        raise InvalidInput("trust.key_kind", kind=text[:8])
    raw = data[len(_PREFIXES[kind]) :]
    try:
        if kind in _CURVES:
            if raw[:1] not in (b"\x02", b"\x03"):  # compressed points only
                raise InvalidInput("trust.key_unusable")
            return PublicKey(kind=kind, native=ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[kind], raw))
        return PublicKey(kind=kind, native=ed25519.Ed25519PublicKey.from_public_bytes(raw))
    except ValueError:
        raise InvalidInput("trust.key_unusable") from None


def did_key(key: PublicKey) -> str:
    """Name a participant by its key."""
    return f"{DID_KEY}{to_multibase(key)}"


def did_key_id(did: str) -> str:
    """Give the absolute id of the one key of a did:key."""
    return f"{did}#{did.removeprefix(DID_KEY)}"


def key_of_did(did: str) -> PublicKey:
    """Read the key out of a did:key."""
    if not did.startswith(DID_KEY):
        raise InvalidInput("trust.did_method", did=did[:80])
    return from_multibase(did.removeprefix(DID_KEY))
