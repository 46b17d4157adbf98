"""Secrets at rest: only the right key and the right place open them."""

import os
import stat
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from genba.errors import Conflict, Denied, InvalidInput, NotFound, Unavailable
from genba.trust.encoding import from_base64url
from genba.trust.keys import create_keys, load_keys, rotate_keys
from genba.trust.vault import create_key_file, create_keyring_key, keys_of_file, keys_of_keyring, vault_of
from tests.trust.world import NOON, randomness

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
VAULT = vault_of([KEY], randomness)


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_was_sealed_opens_with_its_label_only(secret, label):
    envelope = VAULT.seal(secret, label=label)
    assert VAULT.open(envelope, label=label) == secret
    with pytest.raises(Denied, match="envelope_changed"):
        VAULT.open(envelope, label=label + "x")


def test_an_envelope_names_its_algorithm_and_key_and_opens_with_plain_aes_gcm():
    envelope = msgspec.json.decode(VAULT.seal(b"secret", label="token"))
    assert set(envelope) == {"alg", "kid", "nonce", "data"}
    assert envelope["alg"] == "A256GCM"
    bound = msgspec.json.encode(["A256GCM", envelope["kid"], "token"])
    nonce, data = from_base64url(envelope["nonce"]), from_base64url(envelope["data"])
    assert AESGCM(KEY).decrypt(nonce, data, bound) == b"secret"


def test_two_envelopes_of_one_secret_differ():
    assert VAULT.seal(b"secret", label="a") != VAULT.seal(b"secret", label="a")


@given(st.integers(0, 10_000), st.integers(32, 126))
def test_no_changed_envelope_opens(place, character):
    envelope = VAULT.seal(b"a secret", label="a")
    place %= len(envelope)
    changed = envelope[:place] + chr(character) + envelope[place + 1 :]
    if changed != envelope:
        with pytest.raises(Denied):
            VAULT.open(changed, label="a")


def test_a_new_key_seals_and_the_old_one_still_opens():
    before = VAULT.seal(b"old", label="a")
    both = vault_of([OTHER, KEY], randomness)
    assert both.open(before, label="a") == b"old"
    after = both.seal(b"new", label="a")
    with pytest.raises(Denied, match="envelope_other_key"):
        VAULT.open(after, label="a")


@pytest.mark.parametrize("keys", [[], [b"short"], [KEY, b""]])
def test_unusable_keys_are_refused(keys):
    with pytest.raises(InvalidInput):
        vault_of(keys, randomness)


def test_a_vault_shows_nothing_of_its_keys():
    assert KEY.hex() not in repr(VAULT) and "\\x" not in repr(VAULT)


def test_a_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path):
    path = tmp_path / "vault.key"
    create_key_file(path, lambda size: KEY)
    assert keys_of_file(path) == [KEY]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(Conflict):
        create_key_file(path, randomness)
    assert keys_of_file(path) == [KEY]


@pytest.mark.skipif(os.name != "posix", reason="rights of others are POSIX")
def test_a_key_file_that_everybody_can_read_is_refused(tmp_path: Path):
    path = tmp_path / "vault.key"
    create_key_file(path, randomness)
    path.chmod(0o644)
    with pytest.raises(Denied, match="vault_key_open"):
        keys_of_file(path)


def test_missing_and_damaged_key_files_are_told_apart(tmp_path: Path):
    with pytest.raises(NotFound):
        keys_of_file(tmp_path / "none")
    path = tmp_path / "vault.key"
    for text in (b"", b"short\n", b"\xff\xfe", b"A" * 44):
        path.write_bytes(text)
        path.chmod(0o600)
        with pytest.raises(InvalidInput):
            keys_of_file(path)


class MemoryKeyring:
    """The system's keyring in memory."""

    def __new__(cls):
        from keyring.backend import KeyringBackend

        class Backend(KeyringBackend):
            priority = 1

            def __init__(self) -> None:
                super().__init__()
                self.table: dict[tuple[str, str], str] = {}

            def get_password(self, service: str, username: str) -> str | None:
                return self.table.get((service, username))

            def set_password(self, service: str, username: str, password: str) -> None:
                self.table[service, username] = password

            def delete_password(self, service: str, username: str) -> None:
                del self.table[service, username]

        return Backend()


def test_a_key_in_the_systems_keyring_is_made_once():
    import keyring

    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())
    try:
        with pytest.raises(NotFound):
            keys_of_keyring("did:web:a.example")
        create_keyring_key("did:web:a.example", lambda size: KEY)
        assert keys_of_keyring("did:web:a.example") == [KEY]
        with pytest.raises(Conflict):
            create_keyring_key("did:web:a.example", randomness)
    finally:
        keyring.set_keyring(before)


def test_a_machine_without_a_keyring_is_said_so():
    import keyring
    from keyring.backends.fail import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    try:
        with pytest.raises(Unavailable, match="keyring_failed"):
            keys_of_keyring("did:web:a.example")
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize("alg", ["ES256", "EdDSA"])
def test_signing_keys_are_made_once_sealed_and_read_again(tmp_path: Path, alg):
    made = create_keys(tmp_path, VAULT, now=NOON, alg=alg)
    read = load_keys(tmp_path, VAULT)
    assert made.id == read.id == "k1" and read.current.alg == alg
    with pytest.raises(Conflict):
        create_keys(tmp_path, VAULT, now=NOON)
    with pytest.raises(Denied):
        load_keys(tmp_path, vault_of([OTHER], randomness))


def test_a_retired_key_keeps_its_public_half_only(tmp_path: Path):
    first = create_keys(tmp_path, VAULT, now=NOON)
    second = rotate_keys(tmp_path, VAULT, now=NOON)
    assert second.id == "k2" and list(second.public) == ["k2", "k1"]
    assert second.retired["k1"].native.public_numbers() == first.current.public.native.public_numbers()
    stored = msgspec.json.decode((tmp_path / "signing.json").read_bytes())
    assert [bool(key["sealed"]) for key in stored["keys"]] == [True, False]
    assert list(rotate_keys(tmp_path, VAULT, now=NOON, alg="EdDSA").public) == ["k3", "k2", "k1"]


def test_damaged_or_exchanged_signing_keys_are_refused(tmp_path: Path):
    with pytest.raises(NotFound):
        load_keys(tmp_path, VAULT)
    create_keys(tmp_path, VAULT, now=NOON)
    create_keys(tmp_path / "other", VAULT, now=NOON)
    mine, other = tmp_path / "signing.json", tmp_path / "other" / "signing.json"
    changed = msgspec.json.decode(mine.read_bytes())
    changed["keys"][0]["public"] = msgspec.json.decode(other.read_bytes())["keys"][0]["public"]
    mine.write_bytes(msgspec.json.encode(changed))
    with pytest.raises(Denied, match="keys_changed"):
        load_keys(tmp_path, VAULT)
    mine.write_bytes(b"{")
    with pytest.raises(InvalidInput):
        load_keys(tmp_path, VAULT)
