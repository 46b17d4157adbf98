"""One random schedule of two exchanges in two processes, over HTTP on this machine, killed at random moments."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from benchmarks.exchange.schedule_checks import differences, remembered
from benchmarks.exchange.schedule_side import DATASET, Part, fresh_seed
from genba.app.exchange.cataloguing import SERVICE_ID
from genba.dsp import catalog
from genba.model.policy import Audience
from genba.ports.database import Database
from genba.storage.exchange import outbox, publications
from genba.storage.exchange.migrations import migrate
from genba.storage.exchange.sqlite import open_sqlite
from tests.exchange_companies import OFFER, UnsafeSigner, UnsafeVault, publication
from tests.interop.edc import free_ports

ROOT = Path(__file__).resolve().parents[2]
STEPS = 30
BADNESS = 0.25
DRAINED_WITHIN_S = 60.0


@dataclass
class ProcessSchedule:
    """Two processes and chance."""

    seed: int
    folder: Path
    steps: int = STEPS
    rng: random.Random = field(init=False)
    parts: dict[str, Part] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        ports = dict(zip(("maker", "buyer"), free_ports(2), strict=True))
        for name, peer in (("maker", "buyer"), ("buyer", "maker")):
            self.parts[name] = Part(
                name=name,
                port=ports[name],
                peer=peer,
                peer_port=ports[peer],
                folder=str(self.folder),
                seed=self.seed,
                badness=BADNESS,
            )
        self._publish()

    def _publish(self) -> None:
        database = open_sqlite(self.parts["maker"].database)
        migrate(database)
        with database.transaction() as tx:
            entry = catalog.dataset("{}", [json.dumps(OFFER)], id=DATASET, service_id=SERVICE_ID)
            publications.put(tx, publication(DATASET), Audience(), entry=entry)
        database.close()

    def run(self) -> list[str]:
        """Go through all steps, heal, and say in what the two do not agree."""
        try:
            for name in self.parts:
                self._start(name, BADNESS)
            for _ in range(self.steps):
                self._step()
            return self._healed()
        finally:
            for name in list(self.running):
                self._kill(name)

    def _step(self) -> None:
        happens = self.rng.choices(("ask", "request", "change", "kill", "wait"), (5, 4, 5, 3, 4))[0]
        name = self.rng.choice(tuple(self.parts)) if happens in ("kill", "change") else "buyer"
        self.done[happens] += 1
        if happens == "kill":
            self._kill(name)
            time.sleep(self.rng.uniform(0, 0.2))
            self._start(name, BADNESS)
        elif happens == "wait":
            time.sleep(self.rng.uniform(0, 0.3))
        else:
            self._tell(name, happens)
            time.sleep(self.rng.uniform(0, 0.05))

    def _start(self, name: str, badness: float) -> None:
        self.done["starts"] += 1
        seed = fresh_seed(self.seed, name, self.done["starts"]) % 2**31
        part = msgspec.structs.replace(self.parts[name], badness=badness, seed=seed)
        log = (self.folder / f"{name}.log").open("a")
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.exchange.schedule_side", msgspec.json.encode(part).decode()],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        log.close()
        self.running[name] = process
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError((self.folder / f"{name}.log").read_text()[-2_000:])

    def _kill(self, name: str) -> None:
        """As `kill -9`: nothing is said, nothing is written any more."""
        process = self.running.pop(name)
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _tell(self, name: str, command: str) -> None:
        pipe = self.running[name].stdin
        assert pipe is not None
        with suppress(OSError):
            pipe.write(f"{command}\n")
            pipe.flush()

    def _healed(self) -> list[str]:
        """Both come back to a good line; when nothing is due any more, compare what they remember."""
        for name in self.parts:
            self._kill(name)
        for name in self.parts:
            self._start(name, 0.0)
        databases = {name: open_sqlite(part.database) for name, part in self.parts.items()}
        ends = time.monotonic() + DRAINED_WITHIN_S
        while any(map(_unsent, databases.values())) and time.monotonic() < ends:
            time.sleep(0.1)
        for name in self.parts:
            self._kill(name)
        maker, buyer = (
            remembered(name, self.parts[name].did, databases[name], UnsafeVault()) for name in ("maker", "buyer")
        )
        for database in databases.values():
            database.close()
        self.done["negotiations"] += len(buyer.negotiations)
        self.done["transfers"] += len(buyer.transfers)
        return differences(maker, buyer, UnsafeSigner())


def _unsent(database: Database) -> int:
    with database.reading() as tx:
        return outbox.size(tx)
