"""What must hold however much there is; figures are measured by `make bench`, not here."""

import subprocess
import time
from pathlib import Path

import psutil

from genba.app.task import MEMORY_LIMIT_BYTES, MEMORY_TOGETHER_BYTES
from tests.journeys.conftest import Run, command, environment

BUDGET_BYTES = 1536 << 20
OWN_BYTES = 200 << 20  # what the run's own process may need


def many_files(root: Path, count: int) -> Path:
    root.mkdir()
    for number in range(count):
        (root / f"点検{number:04d}.txt").write_text(f"点検記録{number}\n\n異常なし。\n", encoding="utf-8")
    return root


def test_without_models_the_limits_of_workers_leave_room_for_the_run_itself() -> None:
    assert MEMORY_LIMIT_BYTES + OWN_BYTES <= BUDGET_BYTES
    assert MEMORY_TOGETHER_BYTES + OWN_BYTES <= BUDGET_BYTES


def test_one_added_file_writes_its_own_files_and_one_part_of_the_chunks(genba: Run, tmp_path: Path) -> None:
    source, out = many_files(tmp_path / "share", 200), tmp_path / "out"
    genba("refine", source, "--out", out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    (source / "新しい.txt").write_text("追加した記録\n", encoding="utf-8")
    done = genba("refine", source, "--out", out)
    assert "変更なし 200件" in done.stdout
    written = [
        path.relative_to(out).parts[0]
        for path in out.rglob("*")
        if path.is_file() and ".genba" not in path.parts and before.get(path) != path.stat().st_mtime_ns
    ]
    assert sorted(name for name in written if "." not in name) == ["chunks", "documents", "lineage"]


def test_a_large_csv_is_never_held_whole(tmp_path: Path) -> None:
    source = tmp_path / "記録.csv"
    block = "".join(
        f"2025-10-01 {n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d},{n / 7:.3f},OK\n" for n in range(20_000)
    )
    with source.open("w", encoding="cp932") as stream:
        stream.write("日時,温度[℃],判定\n")
        while stream.tell() < 60_000_000:
            stream.write(block)
    largest = 0
    with subprocess.Popen(
        command("refine", source, "--out", tmp_path / "out", "--workers", 1),
        env=environment(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        while process.poll() is None:
            largest = max(
                largest, sum(memory_of(child) for child in psutil.Process(process.pid).children(recursive=True))
            )
            time.sleep(0.05)
    assert process.returncode == 0
    assert 0 < largest < 400 << 20


def memory_of(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
