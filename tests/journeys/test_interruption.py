"""A run that is killed, at any moment and more than once, ends as if nothing had happened."""

import random
import subprocess
import time
from pathlib import Path

import pytest

from tests.journeys.conftest import command, environment, make_small_factory, product_of

KILLS_PER_RUN = 5


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], float]:
    base = tmp_path_factory.mktemp("uninterrupted")
    source = make_small_factory(base / "工場")
    started = time.monotonic()
    run(source, base / "out", base)
    return source, product_of(base / "out"), time.monotonic() - started


def run(source: Path, out: Path, state: Path) -> None:
    subprocess.run(
        command("refine", source, "--out", out, "--workers", 1),
        env=environment(state),
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("seed", range(10))
def test_kill_minus_nine_at_fifty_random_points_changes_nothing(
    seed: int, uninterrupted: tuple[Path, dict[str, str], float], tmp_path: Path
) -> None:
    source, expected, duration_s = uninterrupted
    chance = random.Random(seed)
    for _ in range(KILLS_PER_RUN):
        with subprocess.Popen(
            command("refine", source, "--out", tmp_path / "out", "--workers", 1),
            env=environment(tmp_path),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                process.wait(timeout=chance.uniform(0.1, duration_s))
            except subprocess.TimeoutExpired:
                process.kill()
    run(source, tmp_path / "out", tmp_path)
    assert product_of(tmp_path / "out") == expected
