"""Back up a company's exchange while it runs, and restore it: database, settings, sealed keys, deliveries, hashes."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from genba.errors import Conflict, InvalidInput, NotFound
from genba.formats.paths import is_inside
from genba.ports.database import Database
from genba.storage.exchange import log, migrations
from genba.storage.exchange.sqlite import SqliteDatabase, open_sqlite
from genba.storage.files import BLOCK_BYTES, long_path, write_failed

FORMAT = "genba exchange backup/1.0"
MANIFEST = "backup.json"
DATABASE = "exchange.sqlite"
HOME = "home"
MANIFEST_BYTES = 256 << 20
# The database is copied by itself; half-fetched files are fetched again; the next start makes a token of its own.
_LEFT_OUT = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal", "management.token")
_PARTIAL = ".part"


class BackedUpFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of the back-up; its time is kept, because deliveries are recognised by it."""

    path: str
    size_bytes: int
    sha256: str
    modified_ns: int


class BackUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """backup.json, written last: a folder without it is no back-up."""

    format: str = FORMAT
    made_at: datetime
    database: str  # sqlite: its file is in the back-up; postgresql: to be dumped by the server's own tools
    shape: int
    log_seq: int  # the log's last link
    log_sha256: str
    files: tuple[BackedUpFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A file of a back-up that is not as it was written."""

    path: str
    code: str


def back_up(database: Database, home: Path, target: Path, *, at: datetime) -> BackUp:
    """Write a back-up into a new folder while the exchange runs.

    The database goes first: whatever it names was on disk before, so the files copied after it hold that. The key
    that seals the secrets lies outside the home and is not part of it: keep that apart, or nothing can be opened.
    """
    folder = long_path(target)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Conflict("exchange_store.backup_exists", folder=target.name)
        files, kind = [], "postgresql"
        if isinstance(database, SqliteDatabase):
            kind = "sqlite"
            database.copy(folder / DATABASE)
            files.append(_described(folder / DATABASE, DATABASE))
        with database.reading() as tx:
            shape, end = migrations.version(tx), log.head(tx)
        for path in _files(long_path(home)):
            with suppress(FileNotFoundError):  # removed since it was listed
                files.append(_copied(long_path(home) / path, folder / HOME / path, f"{HOME}/{path}"))
        made = BackUp(
            made_at=at, database=kind, shape=shape, log_seq=end.seq, log_sha256=end.sha256, files=tuple(files)
        )
        partial = folder / f"{MANIFEST}{_PARTIAL}"
        partial.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1))
        partial.replace(folder / MANIFEST)
    except OSError as error:
        raise write_failed(error) from None
    return made


def read_back_up(source: Path) -> BackUp:
    """Read what a back-up says of itself."""
    try:
        with long_path(source / MANIFEST).open("rb") as file:
            made = msgspec.json.decode(file.read(MANIFEST_BYTES), type=BackUp)
    except OSError:
        raise NotFound("exchange_store.no_backup", folder=source.name) from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise InvalidInput("exchange_store.bad_backup", folder=source.name) from None
    if made.format != FORMAT:
        raise InvalidInput("exchange_store.bad_backup", folder=source.name)
    if made.shape > migrations.VERSION:
        raise Conflict("exchange_store.newer", found=made.shape, known=migrations.VERSION)
    for one in made.files:
        if one.path != DATABASE and not (one.path.startswith(f"{HOME}/") and is_inside(str(source), one.path)):
            raise InvalidInput("exchange_store.bad_backup", folder=source.name)
    return made


def check(source: Path) -> tuple[Damage, ...]:
    """Read every file of a back-up and find those that are missing or changed."""
    return tuple(_damages(source, read_back_up(source)))


def restore(source: Path, home: Path) -> BackUp:
    """Make a home from a back-up, in a folder where there is none; checked as a whole before anything is written.

    The log then ends where the back-up was made: what came after is known to the partners' receipts only.
    """
    made = read_back_up(source)
    reachable = long_path(home)
    if reachable.exists() and any(reachable.iterdir()):
        raise Conflict("exchange_store.home_exists", home=home.name)
    for damage in _damages(source, made):
        raise InvalidInput("exchange_store.damaged_backup", file=damage.path)
    try:
        reachable.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in made.files:
            path = file.path.removeprefix(f"{HOME}/")
            copied = _copied(long_path(source) / file.path, reachable / path, file.path)
            if copied.sha256 != file.sha256:
                raise InvalidInput("exchange_store.damaged_backup", file=file.path)
            os.utime(reachable / path, ns=(file.modified_ns, file.modified_ns))
    except OSError as error:
        raise write_failed(error) from None
    if made.database == "sqlite":
        _prove(reachable / DATABASE)
    return made


def check_restored(database: Database, home: Path, made: BackUp) -> None:
    """Refuse a database and files that do not belong together, as a server's dump restored by hand may be.

    The log holds the link that was its last when the files were saved, unless the dump is older; and whatever is
    offered has its files. Dump first, save the files afterwards, and both hold.
    """
    with database.reading() as tx:
        rows = tx.execute("SELECT sha256 FROM log WHERE seq = :seq", seq=made.log_seq)
        folders = tx.execute("SELECT folder FROM publications WHERE withdrawn_at IS NULL ORDER BY id")
    if rows and rows[0][0] != made.log_sha256:
        raise Conflict("exchange_store.other_log", seq=made.log_seq)
    for (folder,) in folders:
        if not long_path(home / folder).is_dir():
            raise Conflict("exchange_store.files_missing", folder=folder)


def _prove(path: Path) -> None:
    database = open_sqlite(path)
    try:
        with database.reading() as tx:
            if tx.execute("PRAGMA integrity_check") != [("ok",)]:
                raise InvalidInput("exchange_store.damaged_backup", file=DATABASE)
    finally:
        database.close()


def _damages(source: Path, made: BackUp) -> Iterator[Damage]:
    for file in made.files:
        try:
            found = _described(long_path(source) / file.path, file.path)
        except OSError:
            yield Damage(path=file.path, code="exchange_store.backup_file_missing")
            continue
        if (found.size_bytes, found.sha256) != (file.size_bytes, file.sha256):
            yield Damage(path=file.path, code="exchange_store.backup_file_changed")


def _files(home: Path) -> Iterator[str]:
    """Give the portable paths of a home's own files in a fixed order; links lead elsewhere and are left out."""
    for folder, folders, names in os.walk(home):
        folders.sort()
        for name in sorted(names):
            path = Path(folder) / name
            portable = path.relative_to(home).as_posix()
            if portable not in _LEFT_OUT and not name.endswith(_PARTIAL) and not path.is_symlink():
                yield portable


def _copied(source: Path, target: Path, name: str) -> BackedUpFile:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Keys and the database stay readable for their owner alone, in the copy too.
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(descriptor, "wb") as written, source.open("rb") as read:
        modified_ns = os.fstat(read.fileno()).st_mtime_ns
        while block := read.read(BLOCK_BYTES):
            digest.update(block)
            size += written.write(block)
        written.flush()
        os.fsync(written.fileno())
    os.utime(target, ns=(modified_ns, modified_ns))
    return BackedUpFile(path=name, size_bytes=size, sha256=digest.hexdigest(), modified_ns=modified_ns)


def _described(path: Path, name: str) -> BackedUpFile:
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return BackedUpFile(path=name, size_bytes=status.st_size, sha256=digest, modified_ns=status.st_mtime_ns)
