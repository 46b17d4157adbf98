"""Gathers Java programs through Maven, once: what a pom.xml names, into build/java."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GATHERED = ROOT / "build" / "java"
TRIES = 3


def is_available() -> bool:
    """Whether this machine has what is needed: a JDK and Maven."""
    return all(shutil.which(program) for program in ("java", "javac", "mvn"))


def classpath(project: Path) -> str:
    """The class path of the project in this folder (its pom.xml, its *.java), gathered when it is not there yet."""
    pom = project / "pom.xml"
    sources = sorted(project.glob("*.java"))
    folder = GATHERED / project.name
    state = hashlib.sha256(b"".join(path.read_bytes() for path in (pom, *sources))).hexdigest()
    stamp = folder / "state"
    jars, classes = folder / "jars", folder / "classes"
    if not stamp.is_file() or stamp.read_text() != state:
        shutil.rmtree(folder, ignore_errors=True)
        classes.mkdir(parents=True)
        _run(_maven(pom, jars))
        if sources:
            _run(["javac", "-d", str(classes), "-cp", f"{jars}{os.sep}*", *map(str, sources)])
        stamp.write_text(state)
    return f"{classes}{os.pathsep}{jars}{os.sep}*"


def _maven(pom: Path, jars: Path) -> list[str]:
    goals = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={jars}"]
    return [shutil.which("mvn") or "mvn", "--quiet", "--batch-mode", "--file", str(pom), *goals]


def _run(command: list[str]) -> None:
    """A registry may be out of reach for a moment: three tries, the last one's words are shown."""
    for _ in range(TRIES):
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode == 0:
            return
    raise SystemExit(f"{command[0]} failed ({TRIES} tries):\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
