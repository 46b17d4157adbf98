"""Whatever happens to a run from outside: workers killed, the disk full, the terminal gone, nobody logged in."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.journeys.conftest import Run, command, environment, product_of

ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits and signals")
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from genba.cli.main import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture
def slow_factory(small_factory: Path) -> Path:
    """One of the files takes a while, so that there is something to interrupt."""
    rows = "".join(f"{n},{n * 3 % 17}.5,温度{n % 9}\n" for n in range(60_000))
    (small_factory / "製造部" / "記録.csv").write_text("番号,値,名前\n" + rows, encoding="utf-8")
    return small_factory


def started(tmp_path: Path, source: Path, *more: object) -> "subprocess.Popen[bytes]":
    arguments = command("refine", source, "--out", tmp_path / "out", "--workers", 2, *more)
    return subprocess.Popen(
        arguments, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def workers_of(process: "subprocess.Popen[bytes]", *, within_s: float = 20.0) -> list[psutil.Process]:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        found = psutil.Process(process.pid).children(recursive=True)
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("no worker was started")


def test_workers_killed_by_somebody_else_change_nothing(genba: Run, slow_factory: Path, tmp_path: Path) -> None:
    genba("refine", slow_factory, "--out", tmp_path / "expected")
    with started(tmp_path, slow_factory) as process:
        workers_of(process)
        time.sleep(0.4)
        for worker in workers_of(process):
            worker.kill()
        process.communicate(timeout=120)
    assert process.returncode == 1
    assert product_of(tmp_path / "out") == product_of(tmp_path / "expected")


def test_workers_end_by_themselves_when_their_run_is_killed(slow_factory: Path, tmp_path: Path) -> None:
    with started(tmp_path, slow_factory) as process:
        workers = workers_of(process)
        time.sleep(0.3)
        process.kill()
        process.communicate()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive


@ON_POSIX
@pytest.mark.parametrize("limit", [4_096, 60_000])
def test_a_full_disk_is_told_and_the_next_run_completes(
    limit: int, genba: Run, small_factory: Path, tmp_path: Path
) -> None:
    genba("refine", small_factory, "--out", tmp_path / "expected")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), "refine", str(small_factory), "--out", str(tmp_path / "out")],
        env=environment(tmp_path), capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "storage.write_failed" in done.stderr
    assert "Traceback" not in done.stderr
    assert genba("refine", small_factory, "--out", tmp_path / "out").returncode == 1
    assert product_of(tmp_path / "out") == product_of(tmp_path / "expected")


def test_a_damaged_memory_is_told_with_the_way_out(genba: Run, small_factory: Path, tmp_path: Path) -> None:
    genba("refine", small_factory, "--out", tmp_path / "out")
    expected = product_of(tmp_path / "out")
    memory = tmp_path / "out" / ".genba"
    (memory / "state.sqlite").write_bytes(b"not a database" * 1000)
    for rest in ("state.sqlite-wal", "state.sqlite-shm"):
        (memory / rest).unlink(missing_ok=True)
    done = genba("refine", small_factory, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "storage.state_damaged" in done.stderr
    for path in memory.iterdir():
        path.unlink()
    assert genba("refine", small_factory, "--out", tmp_path / "out").returncode == 1
    assert product_of(tmp_path / "out") == expected


@ON_POSIX
def test_ctrl_c_says_that_the_next_run_goes_on(slow_factory: Path, tmp_path: Path) -> None:
    with started(tmp_path, slow_factory, "--json") as process:
        workers = workers_of(process)
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the workers too
        out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == b""
    assert "続きから再開" in err.decode()
    assert b"Traceback" not in err
    assert not psutil.wait_procs(workers, timeout=10)[1]


@ON_POSIX
def test_a_reader_that_goes_away_leaves_no_complaint(small_factory: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        command("refine", small_factory, "--out", tmp_path / "out", "--json"),
        env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) in (0, 1)
    assert err == b""


@ON_POSIX
def test_cron_has_no_terminal_no_home_and_no_language(small_factory: Path, tmp_path: Path) -> None:
    bare = {"PATH": os.environ["PATH"], "LANG": "C", "LC_ALL": "C", "XDG_STATE_HOME": "/dev/null"}  # no log either
    done = subprocess.run(
        command("refine", small_factory, "--out", tmp_path / "out"), env=bare, stdin=subprocess.DEVNULL,
        capture_output=True, timeout=120, check=False, cwd="/",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stderr == b""
    assert "レポート: " in done.stdout.decode()
    assert b"\x1b" not in done.stdout


def test_two_runs_into_one_folder_are_refused(slow_factory: Path, genba: Run, tmp_path: Path) -> None:
    with started(tmp_path, slow_factory) as process:
        workers_of(process)
        second = genba("refine", slow_factory, "--out", tmp_path / "out")
        process.communicate(timeout=120)
    assert second.returncode == 2
    assert "storage.locked" in second.stderr


def test_a_module_that_lies_on_the_file_share_is_not_run(small_factory: Path, tmp_path: Path) -> None:
    (small_factory / "msgspec.py").write_text("raise SystemExit('taken over')", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "genba", "refine", ".", "--out", str(tmp_path / "out"), "--json"],
        env=environment(tmp_path), capture_output=True, timeout=120, check=False, cwd=small_factory,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["files"] == 10


def test_json_is_utf_8_on_a_japanese_console(small_factory: Path, tmp_path: Path) -> None:
    (small_factory / "①㈱한글😀.txt").write_text("点検", encoding="utf-8")
    process_environment = environment(tmp_path, PYTHONUTF8="0", PYTHONIOENCODING="cp932")
    done = subprocess.run(
        command("inspect", small_factory / "①㈱한글😀.txt", "--json"),
        env=process_environment,
        capture_output=True,
        check=False,
    )
    assert json.loads(done.stdout.decode("utf-8"))[0]["record"]["path"] == "①㈱한글😀.txt"
    shown = subprocess.run(
        command("inspect", small_factory / "①㈱한글😀.txt"), env=process_environment, capture_output=True, check=False
    )
    assert shown.returncode == 0
    assert "①㈱" in shown.stdout.decode("cp932")
