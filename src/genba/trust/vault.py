"""Secrets at rest, sealed with AES-256-GCM; the envelope names its algorithm and key, so that both can be replaced."""

import os
import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from genba.errors import Conflict, Denied, InvalidInput, NotFound, Unavailable
from genba.formats.paths import extended
from genba.trust.encoding import from_base64url, to_base64url

KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D: with random nonces at most 2^32 envelopes a key
DEFAULT = "A256GCM"
_MAX_FILE_BYTES = 10_000
_SERVICE = "genba exchange"

# The ciphers, one line each: what makes one of a key.
CIPHERS: dict[str, Callable[[bytes], Any]] = {"A256GCM": AESGCM}


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What lies on disk instead of a secret."""

    alg: str
    kid: str
    nonce: str
    data: str


_READ = msgspec.json.Decoder(Envelope)


def key_id(key: bytes) -> str:
    """Name a key without giving anything of it away."""
    return sha256(b"genba vault key\0" + key).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class KeyVault:
    """Seals with the first of its keys and opens with any of them, so that keys can change (ports.exchange.Vault)."""

    keys: Mapping[str, bytes]  # by id; the first is the current one
    random: Callable[[int], bytes]
    alg: str = DEFAULT

    def seal(self, secret: bytes, *, label: str) -> str:
        """Encrypt, bound to what it belongs to."""
        kid = next(iter(self.keys))
        nonce = self.random(NONCE_BYTES)
        data = CIPHERS[self.alg](self.keys[kid]).encrypt(nonce, secret, _bound(self.alg, kid, label))
        envelope = Envelope(self.alg, kid, to_base64url(nonce), to_base64url(data))
        return msgspec.json.encode(envelope).decode("ascii")

    def open(self, envelope: str, *, label: str) -> bytes:
        """Decrypt; raises Denied when the envelope was changed, moved or sealed with another key."""
        try:
            read = _READ.decode(envelope)
            nonce, data = from_base64url(read.nonce), from_base64url(read.data)
        except (msgspec.DecodeError, InvalidInput, UnicodeEncodeError):
            raise Denied("trust.envelope_malformed") from None
        key, cipher = self.keys.get(read.kid), CIPHERS.get(read.alg)
        if key is None or cipher is None or len(nonce) != NONCE_BYTES:
            raise Denied("trust.envelope_other_key", kid=read.kid[:32])
        try:
            return bytes(cipher(key).decrypt(nonce, data, _bound(read.alg, read.kid, label)))
        except InvalidTag:
            raise Denied("trust.envelope_changed") from None

    def __repr__(self) -> str:
        """Keep the keys out of logs."""
        return f"KeyVault(keys={list(self.keys)!r})"


def _bound(alg: str, kid: str, label: str) -> bytes:
    return msgspec.json.encode([alg, kid, label])


def vault_of(keys: list[bytes], random: Callable[[int], bytes]) -> KeyVault:
    """Make a vault of keys, the current one first."""
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise InvalidInput("trust.vault_key_unusable")
    return KeyVault({key_id(key): key for key in keys}, random)


def create_key_file(path: Path, random: Callable[[int], bytes]) -> None:
    """Write a new key that only its owner can read; a file that is there already is left alone and refused."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(extended(str(path), windows=sys.platform == "win32"), flags, 0o600)
    except FileExistsError:
        raise Conflict("trust.vault_key_exists", file=path.name) from None
    except OSError as error:
        raise Unavailable("trust.not_writable", file=path.name, reason=str(error.strerror)) from None
    with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as file:
        file.write(to_base64url(random(KEY_BYTES)) + "\n")


def keys_of_file(path: Path) -> list[bytes]:
    """Read keys, one a line, the current one first; a file that others on the machine can read is refused."""
    name = extended(str(path), windows=sys.platform == "win32")
    try:
        with open(name, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_MAX_FILE_BYTES)
    except FileNotFoundError:
        raise NotFound("trust.vault_key_missing", file=str(path)) from None
    except OSError as error:
        raise Unavailable("trust.not_readable", file=path.name, reason=str(error.strerror)) from None
    if os.name == "posix" and mode & stat.S_IRWXO:
        raise Denied("trust.vault_key_open", file=str(path))
    return _keys(text)


def create_keyring_key(name: str, random: Callable[[int], bytes]) -> None:
    """Put a new key into the system's keyring; one that is there already is left alone and refused."""
    keyring = _keyring()
    try:
        if keyring.get_password(_SERVICE, name) is not None:
            raise Conflict("trust.vault_key_exists", file=name)
        keyring.set_password(_SERVICE, name, to_base64url(random(KEY_BYTES)))
    except keyring.errors.KeyringError as error:
        raise Unavailable("trust.keyring_failed", reason=type(error).__name__) from None


def keys_of_keyring(name: str) -> list[bytes]:
    """Read the keys of a home from the system's keyring."""
    keyring = _keyring()
    try:
        text = keyring.get_password(_SERVICE, name)
    except keyring.errors.KeyringError as error:
        raise Unavailable("trust.keyring_failed", reason=type(error).__name__) from None
    if text is None:
        raise NotFound("trust.vault_key_missing", file=name)
    return _keys(text.encode("utf-8"))


def _keyring() -> Any:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise Unavailable("trust.keyring_missing") from None
    return keyring


def _keys(text: bytes) -> list[bytes]:
    try:
        keys = [from_base64url(line) for line in text.decode("ascii").split()]
    except (InvalidInput, UnicodeDecodeError):
        raise InvalidInput("trust.vault_key_unusable") from None
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise InvalidInput("trust.vault_key_unusable")
    return keys
