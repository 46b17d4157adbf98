"""Every database that must pass the same cases: SQLite in memory and in a file, PostgreSQL on a server of our own."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from genba.storage.exchange.migrations import migrate
from genba.storage.exchange.postgres import PostgresDatabase, open_postgres
from genba.storage.exchange.sqlite import SqliteDatabase, open_sqlite

HOW_TO_GET = "apt-get install postgresql-15"
PASSWORD = "現場 pass:word/@"
_NUMBER = itertools.count()
AnyDatabase = SqliteDatabase | PostgresDatabase


def folder_of_programs() -> Path | None:
    """Where a server's programs lie: on PATH, or where Debian puts them, the newest first."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    return max(versions, key=lambda path: int(path.parent.name), default=None)


def as_somebody_else() -> dict[str, Any]:
    """A server refuses to run as root: then it runs as the system's account for it, or as nobody."""
    if os.name == "nt" or os.getuid() != 0:
        return {}
    import pwd

    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_server(needs: Callable[[str, str], str]) -> Iterator[str]:
    """Start a server of our own and give its address; it ends with the session."""
    programs = folder_of_programs()
    if programs is None:
        needs("initdb", HOW_TO_GET)
    assert programs is not None
    account = as_somebody_else()
    home = Path(tempfile.mkdtemp(prefix="genba-pg-"))
    (home / "password").write_text(PASSWORD, encoding="utf-8")
    if account:
        os.chown(home, account["user"], account["group"])
        os.chown(home / "password", account["user"], account["group"])
    run = {"cwd": home, "check": True, "capture_output": True, "timeout": 120, **account}
    arguments = ["--username=genba", f"--pwfile={home / 'password'}", "--auth=scram-sha-256", "--encoding=UTF8"]
    # Not C on purpose: texts have to be compared by their bytes whatever a server's language is.
    subprocess.run([programs / "initdb", "-D", home / "data", *arguments, "--locale=C.UTF-8", "--no-sync"], **run)
    port = free_port()
    options = f"-h 127.0.0.1 -p {port} -c fsync=off -c max_connections=60 -k '{home}'"
    start = [programs / "pg_ctl", "-D", home / "data", "-w", "-t", "60", "-l", home / "log", "-o", options, "start"]
    subprocess.run(start, **{**run, "capture_output": False, "stdout": subprocess.DEVNULL})
    try:
        yield f"postgresql://genba@127.0.0.1:{port}/postgres?passfile={home / 'password'}"
    finally:
        subprocess.run([programs / "pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop"], **run)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(params=["memory", "file", "postgresql"])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], AnyDatabase]]:
    """Open the same empty database as often as wanted: as several servers do. In memory there is only one."""
    opened: list[AnyDatabase] = []
    if request.param == "postgresql":
        address = f"{request.getfixturevalue('postgres_server')}&schema=case_{next(_NUMBER)}"

    def open_it() -> AnyDatabase:
        if request.param == "memory" and opened:
            return opened[0]
        if request.param == "postgresql":
            opened.append(open_postgres(address))
        else:
            opened.append(
                open_sqlite(":memory:" if request.param == "memory" else tmp_path / "現場" / "exchange.sqlite")
            )
        migrate(opened[-1])
        return opened[-1]

    yield open_it
    for database in opened:
        database.close()


@pytest.fixture
def database(open_again: Callable[[], AnyDatabase]) -> AnyDatabase:
    """An empty database of the present shape."""
    return open_again()
