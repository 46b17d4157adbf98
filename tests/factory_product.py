"""The example factory refined once per test session and seed, by the command line as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 600


@dataclass(frozen=True)
class Refined:
    """A product with the truth about its source."""

    root: Path
    truth: dict[str, Any]

    def documents(self) -> list[dict[str, Any]]:
        """Every document's JSON, in the order of file names."""
        return [json.loads(path.read_bytes()) for path in sorted((self.root / "documents").glob("*.json"))]


def refine(source: Path, out: Path, *options: str) -> None:
    """Run the command line; some of the example's files are broken on purpose, so that 1 is the usual status."""
    command = [sys.executable, "-m", "genba", "refine", str(source), "--out", str(out), *options]
    environment = {**os.environ, "PYTHONUTF8": "1", "GENBA_STATE_DIR": str(out.parent / "state")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr


def refined_factory(seed: int, factory: pytest.TempPathFactory) -> Refined:
    """Generate and refine, or wait for the test process beside this one that already does."""
    base = factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    folder = base / f"factory-{seed}"
    truth = folder / "truth.json"
    done, failed = folder / "done", folder / "failed"
    try:
        folder.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + PATIENCE_S
        while not done.exists():
            assert not failed.exists(), "making the example's product has failed before"
            assert time.monotonic() < deadline, "another test process failed to make the example's product"
            time.sleep(0.2)
    else:
        try:
            _make(folder, seed, truth)
        except BaseException:
            failed.touch()
            raise
        done.touch()
    return Refined(folder / "product", json.loads(truth.read_bytes()))


def _make(folder: Path, seed: int, truth: Path) -> None:
    generate = [sys.executable, str(ROOT / "examples/factory/generate.py"), str(folder / "factory")]
    subprocess.run([*generate, "--seed", str(seed), "--truth", str(truth)], check=True, capture_output=True, cwd=ROOT)
    refine(folder / "factory", folder / "product", "--workers", "2")
