"""The run's memory keeps what is finished and forgets what is gone."""

import sqlite3
import zlib
from pathlib import Path

import msgspec
import pytest

from genba.errors import Conflict
from genba.model.chunk import Chunk
from genba.model.gist import Gist, Pointer
from genba.model.place import Place
from genba.model.record import DocumentRecord, Usability
from genba.storage.state import FileState, RunState, encoded_gist


def record(path: str, identity: str = "00ff", title: str = "") -> DocumentRecord:
    return DocumentRecord(
        path=path,
        id=identity,
        kind="csv",
        size_bytes=3,
        sha256="ab",
        modified="",
        usability=Usability.FULLY,
        title=title,
    )


POINTER = Pointer(
    "図面 A-1 参照", "A-1", "", "B", "drawing", "n1", Place(sheet="表", range="B3", box=(1.0, 2.0, 3.0, 4.0))
)
CHUNK = Chunk(id="c1", text="締付トルクを確認する。", headings=("1. 目的",), kind="text", nodes=("n1",))


@pytest.fixture
def state(tmp_path: Path) -> RunState:
    return RunState(tmp_path / "state.sqlite")


def test_what_is_remembered_comes_back(state: RunState, tmp_path: Path) -> None:
    state.add_document("f/a.csv", record("f/a.csv", "0a"), (CHUNK,))
    state.finish_file("f/a.csv", FileState(3, 4, "r", "ab"), {"f/a.csv"})
    state.close()
    again = RunState(tmp_path / "state.sqlite")
    assert again.files() == {"f/a.csv": FileState(3, 4, "r", "ab")}
    assert list(again.records()) == [record("f/a.csv", "0a")]
    assert list(again.chunks("0")) == [(record("f/a.csv", "0a"), (CHUNK,))]
    assert list(again.chunks("1")) == []


def test_a_file_that_holds_fewer_documents_than_before_loses_them(state: RunState) -> None:
    for member in ("a.zip!/1.csv", "a.zip!/2.csv"):
        state.add_document("a.zip", record(member), ())
    state.finish_file("a.zip", FileState(1, 1, "r", ""), {"a.zip!/1.csv"})
    assert [item.path for item in state.records()] == ["a.zip!/1.csv"]


def test_files_that_are_gone_are_forgotten_with_their_documents(state: RunState) -> None:
    for name in ("a.csv", "b.csv"):
        state.add_document(name, record(name), ())
        state.finish_file(name, FileState(1, 1, "r", ""), {name})
    assert state.keep_only({"b.csv"}) == 1
    assert [item.path for item in state.records()] == ["b.csv"]


def test_documents_of_a_file_that_never_finished_are_forgotten_when_it_is_gone(state: RunState) -> None:
    state.add_document("half.zip", record("half.zip!/1.csv"), ())
    assert state.keep_only(set()) == 0
    assert list(state.records()) == []


def test_the_digest_changes_with_record_and_chunks_only(state: RunState) -> None:
    state.add_document("a", record("a"), ())
    (first,) = state.digests()
    state.add_document("a", record("a"), ())
    assert list(state.digests()) == [first]
    state.add_document("a", record("a"), (CHUNK,))
    assert list(state.digests()) != [first]


def test_what_documents_leave_behind_comes_back_in_the_order_of_paths(state: RunState) -> None:
    gists = [
        Gist(id=name, path=name, kind="csv", sha256="", sketch=(1, 2**32 - 1), pointers=(POINTER,)) for name in "ab"
    ]
    for gist in reversed(gists):
        state.add_document(gist.path, record(gist.path), (), encoded_gist(gist))
    state.add_document("dead", record("dead"), ())
    assert state.gists() == gists


def test_a_memory_of_before_there_were_gists_is_kept_and_its_files_are_refined_again(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    old = sqlite3.connect(path)
    old.executescript(
        """CREATE TABLE files(path TEXT PRIMARY KEY, size_bytes INTEGER, modified_ns INTEGER, recipe TEXT, sha256 TEXT)
        WITHOUT ROWID;
        CREATE TABLE documents(path TEXT PRIMARY KEY, file TEXT NOT NULL, id TEXT NOT NULL, digest BLOB NOT NULL,
        record BLOB NOT NULL, chunks BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE summary(only INTEGER PRIMARY KEY CHECK (only = 1), digest BLOB NOT NULL, body BLOB NOT NULL);
        INSERT INTO files VALUES ('a', 1, 1, 'r', '');
        PRAGMA user_version=1;"""
    )
    data = msgspec.json.encode(record("a"))
    old.execute("INSERT INTO documents VALUES ('a', 'a', '00', x'', ?, ?)", (data, zlib.compress(b"[]")))
    old.commit()
    old.close()
    state = RunState(path)
    assert state.files() == {}
    assert list(state.records()) == [record("a")]
    assert state.gists() == []


def test_a_memory_written_by_a_newer_genba_is_refused(state: RunState, tmp_path: Path) -> None:
    state._db.execute("PRAGMA user_version=99")
    state.close()
    with pytest.raises(Conflict, match=r"storage\.newer_state"):
        RunState(tmp_path / "state.sqlite")
