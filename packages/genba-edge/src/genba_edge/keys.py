"""Keys of the chain, from files of hexadecimal lines, and signatures by the extra `sign`."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, Protocol

from genba_edge.errors import EdgeError

KEY_BYTES = 32
SIGNED = b"genba edge batch 1.0\0"  # before the trailer's chain value, so that a signature means nothing elsewhere


def read_key(path: str | Path) -> bytes:
    """The first key of a file: one key a line, at least 64 hexadecimal digits; lines with # are remarks."""
    try:
        lines = Path(path).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EdgeError("key_file", path=str(path)) from error
    for line in lines:
        text = line.strip()
        if text and not text.startswith("#"):
            try:
                key = bytes.fromhex(text)
            except ValueError as error:
                raise EdgeError("key_file", path=str(path)) from error
            if len(key) >= KEY_BYTES:
                return key
            break
    raise EdgeError("key_file", path=str(path))


def make_key(path: str | Path) -> str:
    """Write a new key to a file that only its owner may read, and give its id; an existing file is left alone."""
    key = os.urandom(KEY_BYTES)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="ascii") as file:
            file.write(f"# genba-edge {key_id(key)}\n{key.hex()}\n")
    except FileExistsError as error:
        raise EdgeError("key_exists", path=str(path)) from error
    return key_id(key)


def key_id(key: bytes) -> str:
    """Names a key without telling it."""
    return hashlib.sha256(b"genba edge key id\0" + key).hexdigest()[:16] if key else ""


class Signer(Protocol):
    """Signs the end of a batch."""

    @property
    def public(self) -> str:
        """The public key in hexadecimal."""

    def sign(self, data: bytes) -> bytes:
        """A signature of the data."""


class Ed25519:
    """Signs with a private key from a PEM file; needs the extra `sign`."""

    def __init__(self, path: str | Path) -> None:
        """Load the key; it stays in memory."""
        try:
            from cryptography.hazmat.primitives import serialization
            from cryptography.hazmat.primitives.asymmetric import ed25519
        except ImportError as error:
            raise EdgeError("needs_extra", extra="sign") from error
        try:
            key: Any = serialization.load_pem_private_key(Path(path).read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise EdgeError("key_file", path=str(path)) from error
        if not isinstance(key, ed25519.Ed25519PrivateKey):
            raise EdgeError("key_file", path=str(path))
        self._key = key
        self._public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()

    @property
    def public(self) -> str:
        """The public key in hexadecimal."""
        return self._public

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of RFC 8032."""
        return self._key.sign(data)
