"""What proves a batch: keys of its chain and signers of its end, from files that the user configures."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from genba.errors import InvalidInput, Unavailable

KEY_BYTES = 32
SIGNER = "ed25519:"
_SIGNED = b"genba edge batch 1.0\0"
_START = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Keys by their ids, and the public keys of known signers."""

    keys: Mapping[str, bytes] = field(default_factory=dict)
    signers: frozenset[str] = frozenset()


NO_TRUST = Trust()


def trust(text: str) -> Trust:
    """Read a key file: hexadecimal keys, or `ed25519:` and a public key, one a line; # begins a remark."""
    keys: dict[str, bytes] = {}
    signers: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        entry = line.partition("#")[0].strip()
        if not entry:
            continue
        try:
            raw = bytes.fromhex(entry.removeprefix(SIGNER))
        except ValueError as error:
            raise InvalidInput("edge.key_file", line=number) from error
        if entry.startswith(SIGNER) and len(raw) == KEY_BYTES:
            signers.add(raw.hex())
        elif not entry.startswith(SIGNER) and len(raw) >= KEY_BYTES:
            keys[key_id(raw)] = raw
        else:
            raise InvalidInput("edge.key_file", line=number)
    return Trust(keys=keys, signers=frozenset(signers))


def key_id(key: bytes) -> str:
    """Names a key without telling it."""
    return hashlib.sha256(b"genba edge key id\0" + key).hexdigest()[:16]


class Links:
    """Follows the chain of a file; a record holds when its value is what the record before it makes it."""

    def __init__(self, preamble: bytes, key: bytes) -> None:
        """Without a key the chain shows what went missing, not who wrote it."""
        self._before = _START
        self._preamble = preamble
        self._key = key

    def holds(self, head: bytes, payload: bytes, value: bytes) -> bool:
        """Check a record and go on from the value that it bears."""
        message = (self._preamble if self._before == _START else b"") + self._before + head + payload
        expected = hmac.digest(self._key, message, "sha256") if self._key else hashlib.sha256(message).digest()
        self._before = value
        return hmac.compare_digest(expected, value)

    def skip(self, value: bytes) -> None:
        """Go on behind a damaged record, from the value it bears."""
        self._before = value or _START


def is_signed(public: str, signature: str, sealed: bytes) -> bool:
    """Whether a signature is of this trailer and by this key."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise Unavailable("edge.signature_extra", extra="sensors") from error
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), _SIGNED + sealed)
    except (InvalidSignature, ValueError):
        return False
    return True
