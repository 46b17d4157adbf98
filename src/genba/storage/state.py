"""What is already refined, in SQLite beside the product: a killed run resumes from here, a second one skips by it."""

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from genba.errors import Conflict, Unavailable
from genba.model.chunk import Chunk
from genba.model.gist import Gist
from genba.model.record import DocumentRecord
from genba.storage.files import long_path, write_failed

SCHEMA_VERSION = 2
SCHEMA = """
CREATE TABLE IF NOT EXISTS files(
  path TEXT PRIMARY KEY, size_bytes INTEGER, modified_ns INTEGER, recipe TEXT, sha256 TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents(
  path TEXT PRIMARY KEY, file TEXT NOT NULL, id TEXT NOT NULL,
  digest BLOB NOT NULL, record BLOB NOT NULL, chunks BLOB NOT NULL, gist BLOB NOT NULL DEFAULT x''
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS documents_by_file ON documents(file);
CREATE INDEX IF NOT EXISTS documents_by_id ON documents(id);
CREATE TABLE IF NOT EXISTS summary(only INTEGER PRIMARY KEY CHECK (only = 1), digest BLOB NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS indexes(
  name TEXT PRIMARY KEY, digest BLOB NOT NULL, size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL
) WITHOUT ROWID;
"""

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")
_RECORD = msgspec.json.Decoder(DocumentRecord)
# From an older version to the next: documents of before left no gist, so every file is refined once more.
MIGRATIONS = {
    1: "ALTER TABLE documents ADD COLUMN gist BLOB NOT NULL DEFAULT x''; DELETE FROM files; DELETE FROM summary;"
}
_GISTS = msgspec.msgpack.Decoder(Gist)
_CHUNKS = msgspec.json.Decoder(tuple[Chunk, ...])


def encoded_gist(gist: Gist) -> bytes:
    """Encode what a document leaves behind as the memory keeps it."""
    return msgspec.msgpack.encode(gist)


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was last refined to the end."""

    size_bytes: int
    modified_ns: int
    recipe: str
    sha256: str


@dataclass(frozen=True, slots=True)
class IndexState:
    """An index file as it was last written, and from what."""

    digest: bytes
    size_bytes: int
    sha256: str


@contextmanager
def told() -> Iterator[None]:
    """Say in our words what the database says: no room to write, or a memory that is damaged."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", "") or type(error).__name__
        if name.startswith(_DAMAGED):
            raise Unavailable("storage.state_damaged", reason=name) from None
        raise Unavailable("storage.write_failed", reason=name) from None


class RunState:
    """The memory of an output folder; every method is one transaction."""

    def __init__(self, path: Path) -> None:
        """Open or make the memory; raises Conflict when a newer genba has written it."""
        reachable = long_path(path)
        try:
            reachable.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_failed(error) from None
        with told():
            self._db = sqlite3.connect(reachable, isolation_level=None)
            self._prepare()

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise Conflict("storage.newer_state", found=version, known=SCHEMA_VERSION)
        steps = "".join(MIGRATIONS[older] for older in range(version or SCHEMA_VERSION, SCHEMA_VERSION))
        self._db.executescript(f"BEGIN; {steps} {SCHEMA} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;")

    def close(self) -> None:
        """Close the database; what a full disk keeps from being tidied is tidied when it is opened again."""
        with suppress(sqlite3.Error):
            self._db.close()

    def files(self) -> dict[str, FileState]:
        """Give every file refined to the end, by portable path."""
        rows = self._db.execute("SELECT path, size_bytes, modified_ns, recipe, sha256 FROM files")
        return {path: FileState(size, modified, recipe, sha256) for path, size, modified, recipe, sha256 in rows}

    def add_document(self, file: str, record: DocumentRecord, chunks: tuple[Chunk, ...], gist: bytes = b"") -> None:
        """Remember a document of a file that is still being worked on."""
        encoded = msgspec.json.encode(record)
        packed = zlib.compress(msgspec.json.encode(chunks), 1)
        digest = hashlib.blake2b(encoded + packed + gist, digest_size=16).digest()
        self._db.execute(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)",
            (record.path, file, record.id, digest, encoded, packed, gist),
        )

    def finish_file(self, path: str, state: FileState, documents: set[str]) -> None:
        """Remember that a file is done and consists of just these documents."""
        self._db.execute("BEGIN IMMEDIATE")
        old = {row[0] for row in self._db.execute("SELECT path FROM documents WHERE file = ?", (path,))}
        self._db.executemany("DELETE FROM documents WHERE path = ?", [(gone,) for gone in old - documents])
        self._db.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
            (path, state.size_bytes, state.modified_ns, state.recipe, state.sha256),
        )
        self._db.execute("COMMIT")

    def keep_only(self, paths: set[str]) -> int:
        """Forget files that are no longer there, with their documents; returns how many."""
        gone = [(path,) for (path,) in self._db.execute("SELECT path FROM files") if path not in paths]
        orphans = [(path,) for path, file in self._db.execute("SELECT path, file FROM documents") if file not in paths]
        if gone or orphans:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("DELETE FROM files WHERE path = ?", gone)
            self._db.executemany("DELETE FROM documents WHERE path = ?", orphans)
            self._db.execute("COMMIT")
        return len(gone)

    def records(self) -> Iterator[DocumentRecord]:
        """Give every document's record in the order of paths."""
        for (record,) in self._db.execute("SELECT record FROM documents ORDER BY path"):
            yield _RECORD.decode(record)

    def gists(self) -> list[Gist]:
        """Give what every document left behind for the others, in the order of paths."""
        rows = self._db.execute("SELECT gist FROM documents WHERE gist != x'' ORDER BY path")
        return [_GISTS.decode(gist) for (gist,) in rows]

    def digests(self) -> Iterator[tuple[str, bytes]]:
        """Give id and digest of every document in the order of ids."""
        yield from self._db.execute("SELECT id, digest FROM documents ORDER BY id")

    def chunks(self, shard: str) -> Iterator[tuple[DocumentRecord, tuple[Chunk, ...]]]:
        """Give the documents whose id starts with `shard`, with their chunks, in the order of ids."""
        rows = self._db.execute(
            "SELECT record, chunks FROM documents WHERE id >= ? AND id < ? ORDER BY id", (shard, shard + "g")
        )
        for record, chunks in rows:
            yield _RECORD.decode(record), _CHUNKS.decode(zlib.decompress(chunks))

    def indexes(self) -> dict[str, IndexState]:
        """Give what is known of the index files."""
        rows = self._db.execute("SELECT name, digest, size_bytes, sha256 FROM indexes")
        return {name: IndexState(digest, size, sha256) for name, digest, size, sha256 in rows}

    def summary(self) -> tuple[bytes, bytes] | None:
        """Give the fingerprint of what the indexes were last written from, and the summary of that run."""
        found: tuple[bytes, bytes] | None = self._db.execute("SELECT digest, body FROM summary").fetchone()
        return found

    def set_summary(self, digest: bytes, body: bytes) -> None:
        """Remember that every index is up to date with this fingerprint."""
        self._db.execute("INSERT OR REPLACE INTO summary VALUES (1, ?, ?)", (digest, body))

    def set_index(self, name: str, state: IndexState | None) -> None:
        """Remember an index file, or forget it."""
        if state is None:
            self._db.execute("DELETE FROM indexes WHERE name = ?", (name,))
        else:
            self._db.execute(
                "INSERT OR REPLACE INTO indexes VALUES (?, ?, ?, ?)",
                (name, state.digest, state.size_bytes, state.sha256),
            )
