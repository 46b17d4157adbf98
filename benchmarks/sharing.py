"""What is asked of sharing: terms decided, catalogue, negotiations, data plane, start, claims, faults, the kit.

Each part is a program of benchmarks/exchange or tests/conformance; here its figures become Measures. Peers take part
unless they are left out, or say that they are not installed. What a part measured besides is kept in sharing-PART.json.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import tools
from benchmarks.results import Measure
from benchmarks.tools import Bench

PARTS = ("policies", "catalogue", "exchange", "dataplane", "start", "schedules", "claims", "kit")
HEAP = "512m"
KIT = re.compile(r"(\d+) passed, (\d+) failed")
GIVE_UP_S = 1500


def measure(part: str, bench: Bench, seed: int, scale: float) -> list[Measure]:
    """One part; with a scale below 1 it takes less time and its rates mean less."""
    measures: dict[str, Callable[[Bench, int, float], list[Measure]]] = {
        "policies": policies,
        "catalogue": catalogue,
        "exchange": exchange,
        "dataplane": dataplane,
        "start": start,
        "schedules": schedules,
        "claims": claims,
        "kit": kit,
    }
    return measures[part](bench, seed, scale)


def policies(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Decisions a second, beside Cedar."""
    from benchmarks.exchange import policies as program

    if bench.peers:
        tools.install(("cedarpy",), {})
    several = max(10, round(100 * scale))
    found: list[Measure] = []
    for shape in ("random", "worst"):
        found += program.measure(shape, seed=seed, policies=several, questions=several, with_cedar=bool(bench.peers))
    return [_seeded(one, seed) for one in found]


def catalogue(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """The first page of 10 to 100,000 datasets."""
    from benchmarks.exchange import catalogue as program

    found = program.run(
        argparse.Namespace(
            datasets=[10, 1000, 10_000, 100_000] if scale >= 1 else [10, 1000],
            limit=50,
            times=30,
            concurrency=[1, 8],
            seconds=max(1.0, 3 * min(scale, 1)),
            warm=max(3.0, 45 * min(scale, 1)),
            seed=seed,
            postgres="",
            edc=_edc(bench),
            edc_datasets=10_000 if scale >= 1 else 1000,
        )
    )
    _keep(bench, "catalogue", seed, found)
    return program.measures(found, told=f"generated, seed {seed}")


def exchange(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Negotiations and transfers a second, in a process of their own; EDC's settings swept to its best."""
    from benchmarks.exchange import negotiations as program

    databases = ["memory", "sqlite", *(["postgresql"] if _postgres() else [])]
    seconds, out = max(2.0, 10 * min(scale, 1)), bench.out / f"sharing-exchange-{seed}.json"
    command = [sys.executable, "-m", "benchmarks.exchange.negotiations", "--databases", ",".join(databases)]
    command += ["--seconds", f"{seconds:g}", "--seed", str(seed), "--out", str(out)]
    if _edc(bench):
        command += ["--edc", "--edc-warm", f"{max(5.0, 60 * min(scale, 1)):g}"]
        command += ["--edc-seconds", f"{max(1.0, 2.5 * min(scale, 1)):g}"]
        command += [] if scale >= 1 else ["--waits", "5,20", "--batches", "100"]
    subprocess.run(command, cwd=tools.ROOT, check=True, timeout=GIVE_UP_S, stdout=subprocess.DEVNULL)
    found = json.loads(out.read_text(encoding="utf-8"))
    return program.measures(found["processes"], found["edc"], told=f"generated, seed {seed}")


def dataplane(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """A file of 1 GB, beside nginx and EDC."""
    from benchmarks.exchange import dataplane as program

    size_mb = max(50, round(1000 * min(scale, 1)))
    peers = bool(bench.peers)
    if peers and not program.nginx_program():
        _say("nginx: not installed (Debian: nginx-light)")
    with tempfile.TemporaryDirectory(prefix="genba-dataplane-") as folder:
        found = program.measure(Path(folder), size_bytes=size_mb * program.MB, runs=3, seed=seed, with_nginx=peers)
    theirs: dict[str, Any] = {}
    if _edc(bench):
        from benchmarks.exchange.edc_plane import plane

        theirs = plane(megabytes=round(size_mb * program.MB / (1 << 20)), times=3, heap=HEAP)
    _keep(bench, "dataplane", seed, found | {"edc": theirs})
    return program.measures(found, theirs, told=f"generated, seed {seed}")


def start(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Start to first answer, and idle memory."""
    from benchmarks.exchange import start as program

    times = max(1, round(5 * min(scale, 1)))
    found: dict[str, Any] = {"genba": program.run(times)}
    if _edc(bench):
        from benchmarks.exchange import edc

        found["edc"] = edc.start(times=min(times, 3), heap=HEAP)
    _keep(bench, "start", seed, found)
    return program.measures(found)


def schedules(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Random faults, after which both sides agree."""
    from benchmarks.exchange import schedules as program

    return [_seeded(one, seed) for one in program.measure(bench, seed, scale)]


def claims(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """What proving who calls costs; the keys are new ones each time."""
    from benchmarks.exchange import trust as program

    return program.run()


def kit(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """The official kit of the Dataspace Protocol."""
    from tests.conformance.run import MANDATORY
    from tests.interop import maven

    if not maven.is_available():
        _say("the kit: not installed (it needs a JDK and Maven)")
        return []
    done = subprocess.run(
        [sys.executable, "-m", "tests.conformance.run"],
        cwd=tools.ROOT, capture_output=True, text=True, encoding="utf-8", timeout=GIVE_UP_S, check=False,
    )  # fmt: skip
    misses = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    tally = KIT.findall(done.stdout)
    passed = int(tally[-1][0]) if tally else 0
    data = "dsp-tck, its mandatory tests"
    return [Measure(bar="exchange.kit", value=passed / MANDATORY, data=data, count=MANDATORY, misses=misses)]


def versions(bench: Bench, parts: set[str]) -> dict[str, str]:
    """The versions of the peers of these parts, as far as they are installed."""
    found: dict[str, str] = {}
    if not bench.peers:
        return found
    if "policies" in parts and (python := tools.python_in("policies")).exists():
        code = "import importlib.metadata as m; print(m.version('cedarpy'))"
        found["cedarpy"] = bench.call([str(python), "-c", code]).stdout.strip()
    if parts & {"catalogue", "exchange", "dataplane", "start"} and _edc(bench):
        pom = (tools.ROOT / "tests" / "interop" / "edc" / "pom.xml").read_text(encoding="utf-8")
        found["Eclipse EDC"] = pom.partition("<edc.version>")[2].partition("<")[0]
        found["Java"] = bench.call(["java", "-version"]).stderr.partition('"')[2].partition('"')[0]
    if "dataplane" in parts:
        from benchmarks.exchange.dataplane import nginx_program

        if program := nginx_program():
            found["nginx"] = bench.call([program, "-v"]).stderr.strip().rpartition("/")[2]
    if "exchange" in parts and (programs := _postgres()):
        found["PostgreSQL"] = bench.call([str(programs / "postgres"), "--version"]).stdout.split()[2]
    return found


def _edc(bench: Bench) -> bool:
    from tests.interop import maven

    if bench.peers and not maven.is_available():
        _say("Eclipse EDC: not installed (it needs a JDK and Maven)")
    return bool(bench.peers) and maven.is_available()


def _postgres() -> Path | None:
    from tests.ports.conftest import folder_of_programs

    programs = folder_of_programs()
    if programs is None:
        _say("PostgreSQL: not installed (Debian: postgresql)")
    return programs


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


def _seeded(measure: Measure, seed: int) -> Measure:
    return replace(measure, data=measure.data.replace("generated", f"generated, seed {seed}", 1))


def _keep(bench: Bench, part: str, seed: int, found: dict[str, Any]) -> None:
    """Everything that was measured, for whoever looks closer."""
    text = json.dumps({"part": part, "seed": seed, **found}, ensure_ascii=False, indent=1)
    (bench.out / f"sharing-{part}-{seed}.json").write_text(text + "\n", encoding="utf-8")
