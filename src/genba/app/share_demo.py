"""Two companies on this machine: one publishes, the other finds, asks, fetches, is refused; both prove it later."""

import json
import random
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from genba.config import environment_of_a_demonstration
from genba.errors import Conflict, Unavailable

SEED = 7
LOTS = 60
FILES = "検査と熱処理"
READY_S = 30.0
COMMAND_S = 300.0
TOLD_S = 1.0  # a message to the partner takes less
# Exit statuses that are as they should be: a person has to decide; refused.
WAITS = 1
REFUSED = 2
PURPOSE = "quality"
OTHER_PURPOSE = "design"


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """How the demonstration speaks, and whom it asks."""

    chapter: Callable[[str], None]  # a message's code
    command: Callable[[str], None]
    output: Callable[[str], None]
    approve: Callable[[], bool]
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One side of the demonstration."""

    home: Path
    name: str
    port: int
    id: str = ""

    @property
    def address(self) -> str:
        """Where the partner sends messages to."""
        return f"http://127.0.0.1:{self.port}"


class _Stage:
    """Runs genba as a person would type it."""

    def __init__(self, teller: Teller, folder: Path) -> None:
        self._teller = teller
        self._folder = folder
        self._environment = environment_of_a_demonstration(folder / "state")

    def show(self, *arguments: str, status: int = 0) -> None:
        """Run a command and show what it says; raises Unavailable when it ends with another exit status."""
        done = self._run(arguments)
        self._teller.command(f"genba {' '.join(shlex.quote(item) for item in arguments)}")
        self._teller.output((done.stdout + done.stderr).strip())
        if done.returncode != status:
            raise Unavailable("share.demo_failed", command=arguments[0], status=done.returncode)

    def ask(self, *arguments: str) -> dict[str, object] | list[dict[str, object]]:
        """Run a command for its JSON."""
        done = self._run((*arguments, "--json"))
        if done.returncode != 0:
            raise Unavailable("share.demo_failed", command=arguments[0], status=done.returncode)
        value: dict[str, object] | list[dict[str, object]] = json.loads(done.stdout)
        return value

    def _run(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (sys.executable, "-m", "genba", *arguments, "--lang", self._teller.lang),
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=COMMAND_S,
            check=False,
        )

    @contextmanager
    def serving(self, company: Company) -> Iterator[None]:
        """Run `genba serve` of a company in a process of its own until the block ends."""
        command = ("serve", "--home", company.home.name, "--lang", self._teller.lang)
        self._teller.command(f"genba {' '.join(command)} &")
        log = (self._folder / f"{company.home.name}.log").open("wb")
        process = subprocess.Popen(
            (sys.executable, "-m", "genba", *command), cwd=self._folder, env=self._environment, stdout=log, stderr=log
        )
        try:
            _wait_for(company.port, process)
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise Unavailable("share.demo_failed", command="serve", status=process.poll() or 0)


def _free_port() -> int:
    """Find a port that is free together with the one after it, where management listens."""
    for _ in range(100):
        with socket.socket() as probe, socket.socket() as beside:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            with suppress(OSError, OverflowError):
                beside.bind(("127.0.0.1", port + 1))
                return port
    raise Unavailable("share.demo_failed", command="serve", status=0)


def demonstrate(folder: Path, teller: Teller) -> None:
    """Take the whole path from publishing to proof; everything stays in the folder to be looked at."""
    if folder.exists() and any(folder.iterdir()):
        raise Conflict("share.demo_not_empty", folder=str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    stage = _Stage(teller, folder)
    maker, buyer = _set_up(stage, teller, folder)
    with stage.serving(maker), stage.serving(buyer):
        _agree(stage, teller, maker, buyer)
        _use(stage, teller, maker, buyer)
    teller.chapter("share.demo_prove")
    for company, other in ((maker, buyer), (buyer, maker)):
        log = f"{company.home.name}.jsonl"
        stage.show("audit", "verify", "--home", company.home.name)
        stage.show("audit", "export", log, "--partner", other.id, "--home", company.home.name)
        stage.show("audit", "verify", log, "--home", other.home.name)


def _set_up(stage: _Stage, teller: Teller, folder: Path) -> tuple[Company, Company]:
    teller.chapter("share.demo_set_up")
    companies = []
    for home, name in (("maker", "現場精機"), ("buyer", "近江自動車部品")):
        port = _free_port()
        address = f"http://127.0.0.1:{port}"
        stage.show("identity", "new", "--home", home, "--name", name, "--address", address, "--local")
        shown = stage.ask("identity", "show", "--home", home)
        assert isinstance(shown, dict)
        companies.append(Company(home=folder / home, name=name, port=port, id=str(shown["participant"])))
    maker, buyer = companies
    for one, other in ((maker, buyer), (buyer, maker)):
        known = ("--name", other.name, "--address", f"{other.address}/dsp/2025-1", "--group", "協力会社")
        stage.show("partner", "add", other.id, *known, "--home", one.home.name)
    teller.chapter("share.demo_publish")
    write_files(folder / FILES)
    stage.show("refine", FILES, "--out", "product")
    stage.show("publish", "product", "--terms", "suppliers", "--home", maker.home.name, status=REFUSED)
    terms = ("--terms", "suppliers", "--set", f"purposes={PURPOSE}", "--set", "groups=協力会社")
    word = ("--personal-data", "none", "--signed-by", "品質保証部 山田")
    stage.show("publish", "product", *terms, *word, "--home", maker.home.name)
    return maker, buyer


def _agree(stage: _Stage, teller: Teller, maker: Company, buyer: Company) -> None:
    teller.chapter("share.demo_find")
    found = (f"{maker.address}/dsp/2025-1", "--home", buyer.home.name)
    stage.show("catalog", *found)
    catalog = stage.ask("catalog", *found)
    assert isinstance(catalog, dict)
    offer = catalog["datasets"][0]["offers"][0][0]  # type: ignore[index]
    teller.chapter("share.demo_negotiate")
    stage.show("negotiate", offer, "--yes", "--wait", "1", "--home", buyer.home.name, status=WAITS)
    teller.chapter("share.demo_approve")
    stage.show("waiting", "list", "--home", maker.home.name)
    waiting = stage.ask("waiting", "list", "--home", maker.home.name)
    assert isinstance(waiting, list)
    answer = ("accept",) if teller.approve() else ("refuse",)
    stage.show("waiting", *answer, str(waiting[0]["pid"]), "--home", maker.home.name)


def _use(stage: _Stage, teller: Teller, maker: Company, buyer: Company) -> None:
    teller.chapter("share.demo_pull")
    agreement = _agreement(stage, buyer)
    stage.show("agreements", "--home", buyer.home.name)
    pull = ("pull", agreement, "--home", buyer.home.name)
    stage.show(*pull, "--out", "received", "--purpose", PURPOSE)
    teller.chapter("share.demo_refused")
    stage.show(*pull, "--out", "received-2", "--purpose", OTHER_PURPOSE, status=REFUSED)
    teller.chapter("share.demo_withdraw")
    stage.show("withdraw", agreement, "--reason", "取引終了 / end of business", "--home", maker.home.name)
    time.sleep(TOLD_S)
    stage.show(*pull, "--out", "received-3", "--purpose", PURPOSE, status=REFUSED)


def _agreement(stage: _Stage, buyer: Company) -> str:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        agreements = stage.ask("agreements", "--home", buyer.home.name)
        assert isinstance(agreements, list)
        if agreements and agreements[0]["final"]:
            return str(agreements[0]["id"])
        time.sleep(0.2)
    raise Unavailable("share.demo_failed", command="agreements", status=0)


def write_files(folder: Path) -> None:
    """Write two small invented files: a lot inspection and the heat treatment of the same lots."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(SEED)
    inspection = ["ロット番号,品番,検査日,外径_mm,硬さ_HRC,判定"]
    treatment = ["ロット番号,炉,焼入れ温度_℃,焼戻し温度_℃,時間_分"]
    for number in range(1, LOTS + 1):
        lot = f"L{2600 + number:05d}"
        hardness = chance.gauss(60.0, 0.8)
        day = f"2026/{1 + number // 28:02d}/{1 + number % 28:02d}"
        verdict = "合格" if 58.0 <= hardness <= 62.0 else "不合格"
        inspection.append(f"{lot},GS-204{number % 3},{day},{chance.gauss(24.0, 0.004):.3f},{hardness:.1f},{verdict}")
        treatment.append(
            f"{lot},{number % 2 + 1}号炉,{chance.gauss(850, 4):.0f},{chance.gauss(180, 3):.0f},{chance.randint(88, 95)}"
        )
    (folder / "ロット検査.csv").write_text("\n".join(inspection) + "\n", encoding="cp932", newline="\r\n")
    (folder / "熱処理条件.csv").write_text("\n".join(treatment) + "\n", encoding="cp932", newline="\r\n")
