"""A running exchange is backed up and comes back whole; a damaged back-up is refused before anything is written."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from genba.errors import Conflict, InvalidInput, NotFound
from genba.model.exchange import Partner, Publication
from genba.model.policy import Audience
from genba.storage.exchange import backup, log, partners, publications
from genba.storage.exchange.migrations import migrate
from genba.storage.exchange.sqlite import open_sqlite
from tests.ports.keys import NamedSigner

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
US = NamedSigner()


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "会社"
    (folder / "keys").mkdir(parents=True)
    (folder / "deliveries" / "d1" / "files").mkdir(parents=True)
    (folder / "exchange.toml").write_text("format = 1\n", encoding="utf-8")
    (folder / "keys" / "signing.json").write_text("sealed", encoding="utf-8")
    delivered = folder / "deliveries" / "d1" / "files" / "表.parquet"
    delivered.write_bytes(bytes(range(256)) * 5000)
    os.utime(delivered, ns=(1_700_000_000_123_456_789, 1_700_000_000_123_456_789))
    (folder / "deliveries" / "half.part").write_bytes(b"x")
    return folder


@pytest.fixture
def database(home):
    opened = open_sqlite(home / backup.DATABASE)
    migrate(opened)
    yield opened
    opened.close()


def contents(folder: Path):
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(backup.DATABASE)
    }


def test_a_home_comes_back_as_it_was(database, home, tmp_path):
    with database.transaction() as tx:
        partners.put(tx, Partner(id="did:a", name="甲社"))
    made = backup.back_up(database, home, tmp_path / "copy", at=NOW)
    assert (made.database, made.made_at) == ("sqlite", NOW)
    assert backup.check(tmp_path / "copy") == ()
    with database.transaction() as tx:
        partners.block(tx, "did:a")
    backup.restore(tmp_path / "copy", tmp_path / "again")
    before = contents(home)
    del before["deliveries/half.part"]
    assert contents(tmp_path / "again") == before
    restored = open_sqlite(tmp_path / "again" / backup.DATABASE)
    with restored.reading() as tx:
        assert partners.load(tx, "did:a") == Partner(id="did:a", name="甲社")
    restored.close()


def test_a_back_up_made_while_others_write_holds_one_state(database, home, tmp_path):
    stop = threading.Event()

    def write():
        while not stop.is_set():
            with database.transaction() as tx:
                log.append(tx, US, at=NOW, kind="receipt", body={"filler": "x" * 2000})
                tx.execute("UPDATE counters SET value = value + 1 WHERE name = 'token'")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup.back_up(database, home, tmp_path / f"copy{number}", at=NOW)
    finally:
        stop.set()
        writer.join(30)
    for number in range(3):
        backup.restore(tmp_path / f"copy{number}", tmp_path / f"again{number}")
        restored = open_sqlite(tmp_path / f"again{number}" / backup.DATABASE)
        with restored.reading() as tx:
            ((count,),) = tx.execute("SELECT value FROM counters WHERE name = 'token'")
            links = list(log.entries(tx))
            assert len(links) == count == log.head(tx).seq
            assert log.verify(links, US, signer=US.name, anchors=[log.head(tx)]) == ()
        restored.close()


@pytest.mark.parametrize(
    ("name", "code"),
    [("exchange.sqlite", "backup_file_changed"), ("home/keys/signing.json", "backup_file_changed")],
)
def test_a_changed_file_is_found_and_nothing_is_restored(database, home, tmp_path, name, code):
    backup.back_up(database, home, tmp_path / "copy", at=NOW)
    changed = tmp_path / "copy" / name
    raw = bytearray(changed.read_bytes())
    raw[-1] ^= 1
    changed.write_bytes(raw)
    assert [(one.path, one.code) for one in backup.check(tmp_path / "copy")] == [(name, f"exchange_store.{code}")]
    with pytest.raises(InvalidInput, match=r"exchange_store\.damaged_backup"):
        backup.restore(tmp_path / "copy", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_missing_file_is_found(database, home, tmp_path):
    backup.back_up(database, home, tmp_path / "copy", at=NOW)
    (tmp_path / "copy" / "home" / "exchange.toml").unlink()
    assert [one.code for one in backup.check(tmp_path / "copy")] == ["exchange_store.backup_file_missing"]


def test_nothing_is_written_over(database, home, tmp_path):
    backup.back_up(database, home, tmp_path / "copy", at=NOW)
    with pytest.raises(Conflict, match=r"exchange_store\.backup_exists"):
        backup.back_up(database, home, tmp_path / "copy", at=NOW)
    with pytest.raises(Conflict, match=r"exchange_store\.home_exists"):
        backup.restore(tmp_path / "copy", home)


def test_a_back_up_that_was_cut_off_is_none(database, home, tmp_path):
    backup.back_up(database, home, tmp_path / "copy", at=NOW)
    (tmp_path / "copy" / backup.MANIFEST).unlink()
    with pytest.raises(NotFound):
        backup.restore(tmp_path / "copy", tmp_path / "again")


@pytest.mark.parametrize("path", ["home/../../evil", "/etc/passwd", "home/C:evil", "other/x", "home/CON"])
def test_a_manifest_cannot_lead_out_of_the_folder(database, home, tmp_path, path):
    made = backup.back_up(database, home, tmp_path / "copy", at=NOW)
    one = msgspec.structs.replace(made.files[-1], path=path)
    changed = msgspec.structs.replace(made, files=(*made.files[:-1], one))
    (tmp_path / "copy" / backup.MANIFEST).write_bytes(msgspec.json.encode(changed))
    with pytest.raises(InvalidInput, match=r"exchange_store\.bad_backup"):
        backup.restore(tmp_path / "copy", tmp_path / "again")


def test_a_back_up_of_a_newer_genba_is_refused(database, home, tmp_path):
    made = backup.back_up(database, home, tmp_path / "copy", at=NOW)
    changed = msgspec.structs.replace(made, shape=made.shape + 1)
    (tmp_path / "copy" / backup.MANIFEST).write_bytes(msgspec.json.encode(changed))
    with pytest.raises(Conflict, match=r"exchange_store\.newer"):
        backup.restore(tmp_path / "copy", tmp_path / "again")


def publish(database, folder):
    made = Publication(
        id="urn:d",
        version="1",
        title="",
        dataset="{}",
        offer_id="urn:o",
        offer="{}",
        access="{}",
        folder=folder,
        manifest_sha256="",
        published_at=NOW,
        personal_data="",
    )
    with database.transaction() as tx:
        publications.put(tx, made, Audience())


def test_a_database_that_names_files_which_are_not_there_is_refused(database, home, tmp_path):
    publish(database, "deliveries/d1")
    made = backup.back_up(database, home, tmp_path / "copy", at=NOW)
    backup.check_restored(database, home, made)
    publish(database, "deliveries/later")
    with pytest.raises(Conflict, match=r"exchange_store\.files_missing"):
        backup.check_restored(database, home, made)


def test_a_database_with_another_log_is_refused(database, home, tmp_path):
    for number in range(2):
        with database.transaction() as tx:
            log.append(tx, US, at=NOW, kind="receipt", body={"n": number})
    made = backup.back_up(database, home, tmp_path / "copy", at=NOW)
    with database.transaction() as tx:
        log.append(tx, US, at=NOW, kind="receipt", body={})
    backup.check_restored(database, home, made)
    with pytest.raises(Conflict, match=r"exchange_store\.other_log"):
        backup.check_restored(database, home, msgspec.structs.replace(made, log_seq=1))
