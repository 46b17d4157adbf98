"""A participant's signing keys in its home: one speaks, retired ones still prove what was signed before."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from genba.errors import Conflict, Denied, InvalidInput, NotFound, Unavailable
from genba.formats.paths import extended
from genba.ports.exchange import Vault
from genba.trust.algorithms import DEFAULT
from genba.trust.jwk import PrivateKey, PublicKey, generate, jwk_of, private_bytes, private_key, public_key

NAME = "signing.json"
FORMAT = "genba keys 1.0"
_MAX_BYTES = 1_000_000


class StoredKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key as it lies in the home: the public half open, the private half sealed."""

    id: str
    alg: str
    created: str
    public: dict[str, str]
    sealed: str  # empty once the private half was destroyed
    retired: str = ""


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All keys of a home, the current one first."""

    format: str
    keys: tuple[StoredKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySet:
    """A participant's keys, opened."""

    id: str  # of the current one, a fragment of the DID document
    current: PrivateKey
    retired: Mapping[str, PublicKey]

    @property
    def public(self) -> dict[str, PublicKey]:
        """Give all public keys by id, the current one first."""
        return {self.id: self.current.public, **self.retired}


def create_keys(folder: Path, vault: Vault, *, now: datetime, alg: str = DEFAULT) -> KeySet:
    """Make the first key of a home; keys that are there already are left alone and refused."""
    if _path(folder).exists():
        raise Conflict("trust.keys_exist", folder=str(folder))
    _write(folder, KeyFile(FORMAT, (_new("k1", vault, now, alg),)), fresh=True)
    return load_keys(folder, vault)


def rotate_keys(folder: Path, vault: Vault, *, now: datetime, alg: str = "") -> KeySet:
    """Make a new key; the one before is retired, its private half destroyed, its public half kept for old proofs."""
    before = _read(folder)
    first = before.keys[0]
    number = 1 + max(int(key.id[1:]) for key in before.keys)
    retired = msgspec.structs.replace(first, sealed="", retired=_time(now))
    keys = (_new(f"k{number}", vault, now, alg or first.alg), retired, *before.keys[1:])
    _write(folder, KeyFile(FORMAT, keys), fresh=False)
    return load_keys(folder, vault)


def load_keys(folder: Path, vault: Vault) -> KeySet:
    """Raises NotFound where there are no keys, Denied where the vault's key is another or a file was changed."""
    first, *retired = _read(folder).keys
    current = private_key(vault.open(first.sealed, label=_label(first.id)), first.alg)
    if jwk_of(current.public) != first.public:
        raise Denied("trust.keys_changed")
    return KeySet(id=first.id, current=current, retired={key.id: public_key(key.public) for key in retired})


def _new(id_: str, vault: Vault, now: datetime, alg: str) -> StoredKey:
    key = generate(alg)
    return StoredKey(
        id=id_,
        alg=alg,
        created=_time(now),
        public=jwk_of(key.public),
        sealed=vault.seal(private_bytes(key), label=_label(id_)),
    )


def _label(id_: str) -> str:
    return f"signing key {id_}"


def _time(now: datetime) -> str:
    return now.isoformat(timespec="seconds")


def _path(folder: Path) -> Path:
    return Path(extended(str((folder / NAME).absolute()), windows=sys.platform == "win32"))


def _read(folder: Path) -> KeyFile:
    try:
        with _path(folder).open("rb") as file:
            stored = msgspec.json.decode(file.read(_MAX_BYTES), type=KeyFile)
    except FileNotFoundError:
        raise NotFound("trust.keys_missing", folder=str(folder)) from None
    except OSError as error:
        raise Unavailable("trust.not_readable", file=NAME, reason=str(error.strerror)) from None
    except msgspec.DecodeError:
        raise InvalidInput("trust.keys_unreadable", file=NAME) from None
    ids = [key.id for key in stored.keys]
    if stored.format != FORMAT or not ids or len(set(ids)) != len(ids) or not all(_is_id(id_) for id_ in ids):
        raise InvalidInput("trust.keys_unreadable", file=NAME)
    return stored


def _is_id(id_: str) -> bool:
    return id_[:1] == "k" and id_[1:].isascii() and id_[1:].isdigit()


def _write(folder: Path, keys: KeyFile, *, fresh: bool) -> None:
    """Write beside, then replace: a power cut leaves the old file or the new one."""
    path = _path(folder)
    beside = path.with_name(f"{NAME}.new")
    data = msgspec.json.format(msgspec.json.encode(keys), indent=2)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if fresh and path.exists():
            raise Conflict("trust.keys_exist", folder=str(folder))
        beside.replace(path)
    except OSError as error:
        raise Unavailable("trust.not_writable", file=NAME, reason=str(error.strerror)) from None
