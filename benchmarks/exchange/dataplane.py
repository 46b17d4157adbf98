"""The data plane with one big file: genba pulls from genba with all checks and receipts, nginx sends the same file.

    python -m benchmarks.exchange.dataplane --size-mb 1000 --runs 3

A provider is served by `genba serve` in a process of its own; the consumer's pull verifies every chunk, writes the
product, its terms and receipts, and gets the provider's. nginx is read by the same client with the same checks
(`nginx`), and without them by a client that throws the bytes away (`nginx, unchecked`; `genba, unchecked` alike).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.results import Measure
from genba.app.exchange.downloading import Endpoint, download
from genba.app.exchange.home import NewHome, new_home, open_home
from genba.app.exchange.node import Exchange
from genba.app.exchange.pull import pull
from genba.config import Config
from genba.model.exchange import Agreement, Partner, Publication, Role, Transfer, TransferState
from genba.model.policy import Audience
from genba.storage.exchange import agreements, partners, publications, transfers
from genba.storage.exchange.deliveries import Delivery, load_delivery, write_delivery

TOKEN = "a" * 43
DATASET, AGREEMENT, PROVIDER_PID = "urn:genba:dataset:big", "urn:uuid:agreement", "urn:uuid:provider"
PURPOSE = "cx.quality.base:1"
POLICY = {
    "@type": "Agreement",
    "@id": AGREEMENT,
    "target": DATASET,
    "permission": [
        {
            "action": "use",
            "constraint": [
                {
                    "leftOperand": "https://w3id.org/catenax/2025/9/policy/UsagePurpose",
                    "operator": "isAnyOf",
                    "rightOperand": [PURPOSE],
                }
            ],
        }
    ],
}
MB = 1_000_000
BUFFER_BYTES = 1 << 20


def company(folder: Path, name: str, port: int) -> Exchange:
    """A company on this machine, its protocol endpoint on this port."""
    home = folder / name
    wanted = NewHome(home=home, name=name, address=f"http://127.0.0.1:{port}", local=True)
    new_home(wanted, Config(state_dir=folder / "state"))
    exchange = open_home(home)
    if exchange.settings.protocol.listen != f"127.0.0.1:{port}":
        raise SystemExit("the listener is not where partners are told")
    return exchange


def prepare(folder: Path, size_bytes: int, seed: int) -> tuple[Exchange, Exchange, Delivery]:
    """A provider with one big file published, a consumer with an agreement about it and an open transfer."""
    maker, buyer = company(folder, "maker", free_port()), company(folder, "buyer", free_port())
    big = folder / "big.bin"
    block = random.Random(seed).randbytes(1 << 20)
    with big.open("wb") as stream:
        for number in range(-(-size_bytes // len(block))):
            left = size_bytes - stream.tell()
            stream.write((number.to_bytes(8, "big") + block[8:])[:left])
    made = write_delivery(
        maker.home / "deliveries" / "big",
        [("big.bin", big)],
        maker.signer,
        dataset=DATASET,
        version="1",
        title="big",
        provider=maker.participant,
    )
    now = datetime.now(UTC)
    for exchange, other, role in ((maker, buyer, Role.PROVIDER), (buyer, maker, Role.CONSUMER)):
        agreement = Agreement(
            id=AGREEMENT,
            role=role,
            dataset=DATASET,
            assigner=maker.participant,
            assignee=buyer.participant,
            policy=json.dumps(POLICY),
            agreed_at=now,
            final=True,
        )
        with exchange.database.transaction() as tx:
            partners.put(tx, Partner(id=other.participant, address=other.protocol_address))
            agreements.add(tx, agreement)
    with maker.database.transaction() as tx:
        publications.put(tx, _publication(made, now), Audience(), entry="{}")
    return maker, buyer, made


def _publication(made: Delivery, now: datetime) -> Publication:
    return Publication(
        id=DATASET,
        version="1",
        title="big",
        dataset="{}",
        offer_id="offer",
        offer="{}",
        access="{}",
        folder="deliveries/big",
        manifest_sha256=sha256(made.body).hexdigest(),
        published_at=now,
        personal_data="-",
    )


def open_transfer(maker: Exchange, buyer: Exchange, number: int) -> None:
    """Start a transfer on both sides without messages: the control plane is measured elsewhere."""
    address = f"{maker.settings.protocol.address}/data/{PROVIDER_PID}-{number}/"
    kept = {"endpoint": address, "token_sha256": sha256(TOKEN.encode()).hexdigest()}
    given = {"@type": "DataAddress", "endpoint": address, "endpointProperties": [_named("authorization", TOKEN)]}
    for exchange, other, role, shown in (
        (maker, buyer, Role.PROVIDER, kept),
        (buyer, maker, Role.CONSUMER, given),
    ):
        transfer = Transfer(
            provider_pid=f"{PROVIDER_PID}-{number}",
            consumer_pid=f"urn:uuid:consumer-{number}",
            role=role,
            state=TransferState.STARTED,
            partner=other.participant,
            address=other.protocol_address,
            agreement_id=AGREEMENT,
            format="HttpData-PULL",
            data_address=json.dumps(shown),
            changed_at=datetime.now(UTC),
        )
        with exchange.database.transaction() as tx:
            transfers.add(tx, transfer, exchange.vault)


def _named(name: str, value: str) -> dict[str, str]:
    return {"@type": "EndpointProperty", "name": name, "value": value}


@contextmanager
def served(maker: Exchange) -> Iterator[psutil.Process]:
    """`genba serve` over the provider's home, in a process of its own."""
    command = [sys.executable, "-m", "genba", "serve", "--home", str(maker.home), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        wait_for(maker.settings.protocol.listen)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.err;
events {{ worker_connections 64; }}
http {{ access_log off; sendfile on; tcp_nopush on; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; location /files/ {{ alias {files}/; }} }} }}
"""


def nginx_program() -> str:
    """Where nginx is; a system may keep it off the PATH."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or ""


@contextmanager
def nginx(folder: Path, files: Path) -> Iterator[str | None]:
    """nginx over the delivered folder; None where it is not installed."""
    program = nginx_program()
    if not program:
        yield None
        return
    place, port = folder / "nginx", free_port()
    place.mkdir(mode=0o755)
    for path in (folder, place, files.parent.parent.parent, files.parent.parent, files.parent, files):
        path.chmod(0o755)  # its worker is another user
    (place / "nginx.conf").write_text(NGINX.format(folder=place, port=port, files=files), encoding="utf-8")
    process = subprocess.Popen([program, "-p", str(place), "-c", str(place / "nginx.conf")], stderr=subprocess.DEVNULL)
    try:
        wait_for(f"127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(listen: str) -> None:
    """Until somebody listens."""
    host, _, port = listen.rpartition(":")
    for _ in range(200):
        with suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return
        time.sleep(0.05)
    raise SystemExit(f"nobody listens on {listen}")


def timed(size_bytes: int, step: Callable[[], object]) -> float:
    """MB a second."""
    began = time.perf_counter()
    step()
    return size_bytes / MB / (time.perf_counter() - began)


class WithoutIfRange:
    """The same client, without the condition on our ETag: nginx has its own."""

    def __init__(self, http: Any) -> None:
        self._http = http

    def request(self, method: str, url: str, *, headers: Any = None, body: bytes = b"") -> Any:
        """Pass on."""
        return self._http.request(method, url, headers=headers, body=body)

    def stream(self, method: str, url: str, *, headers: Any = None) -> Any:
        """Pass on all headers but one."""
        kept = {name: value for name, value in (headers or {}).items() if name != "If-Range"}
        return self._http.stream(method, url, headers=kept)


def thrown_away(endpoint: Endpoint, path: str) -> None:
    """Read a file and do nothing with it."""
    buffer = memoryview(bytearray(BUFFER_BYTES))
    with endpoint.http.stream("GET", endpoint.url + path, headers=endpoint.headers) as body:  # type: ignore[attr-defined]
        if body.status != 200:
            raise SystemExit(f"{path}: {body.status}")
        while body.readinto(buffer):
            pass


def memory_mb(process: psutil.Process) -> float:
    """The most that a process ever had resident, where the system tells; else what it has now."""
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024 / MB
    return process.memory_info().rss / MB


def cpu_s(process: psutil.Process) -> float:
    """Processor time of a process."""
    times = process.cpu_times()
    return times.user + times.system


def measure(folder: Path, *, size_bytes: int, runs: int, seed: int, with_nginx: bool = True) -> dict[str, Any]:
    """Every way in turn, several times, so that what else the machine does falls on all of them."""
    maker, buyer, made = prepare(folder, size_bytes, seed)
    rates: dict[str, list[float]] = {}
    before = after = 0.0
    consumer_s: list[float] = []
    provider_s: list[float] = []

    def note(name: str, rate: float) -> None:
        rates.setdefault(name, []).append(rate)

    files = maker.home / "deliveries" / "big" / "files"
    with served(maker) as process, nginx(folder, files) if with_nginx else nullcontext() as address:
        for number in range(runs):
            open_transfer(maker, buyer, number)
            plain = Endpoint(
                http=buyer.http,
                url=f"{maker.settings.protocol.address}/data/{PROVIDER_PID}-{number}/",
                headers={"Authorization": f"Bearer {TOKEN}", "Genba-Purpose": PURPOSE, "Genba-Place": "JP"},
            )
            if not number:
                buyer.http.request("GET", plain.url, headers=plain.headers)
                before = memory_mb(process)
            out = folder / f"out-{number}"
            ours, theirs = time.process_time(), cpu_s(process)
            note("genba", timed(size_bytes, lambda out=out: _pulled(buyer, out)))  # type: ignore[misc]
            consumer_s.append((time.process_time() - ours) * 1000 * MB / size_bytes)
            provider_s.append((cpu_s(process) - theirs) * 1000 * MB / size_bytes)
            after = memory_mb(process)
            shutil.rmtree(out)
            open_transfer(maker, buyer, number + runs)
            plain = replace(plain, url=f"{maker.settings.protocol.address}/data/{PROVIDER_PID}-{number + runs}/")
            note("genba, unchecked", timed(size_bytes, lambda plain=plain: thrown_away(plain, "files/big.bin")))  # type: ignore[misc]
            if address is not None:
                peer = Endpoint(http=WithoutIfRange(buyer.http), url=address, headers={})
                part = folder / "nginx-out"
                note("nginx", timed(size_bytes, lambda peer=peer, part=part: download(peer, made.index, part)))  # type: ignore[misc]
                shutil.rmtree(part)
                note("nginx, unchecked", timed(size_bytes, lambda peer=peer: thrown_away(peer, "files/big.bin")))  # type: ignore[misc]
    load_delivery(made.folder)
    return {
        "size_mb": size_bytes / MB,
        "runs": runs,
        "cores": os.cpu_count(),
        "mb_per_s": {name: [round(rate) for rate in found] for name, found in rates.items()},
        "median_mb_per_s": {name: round(statistics.median(found)) for name, found in rates.items()},
        # Processor time is what a busy machine cannot spoil: cores divided by it bound the rate.
        "consumer_cpu_s_per_gb": round(statistics.median(consumer_s), 2),
        "provider_cpu_s_per_gb": round(statistics.median(provider_s), 2),
        "server_mb_before": round(before, 1),
        "server_mb_after": round(after, 1),
    }


def _pulled(buyer: Exchange, out: Path) -> None:
    done = pull(buyer, AGREEMENT, out=out, purpose=PURPOSE)
    if not (done.proven and done.provider_receipt):
        raise SystemExit("the pull is not proven or has no receipt")


def measures(found: dict[str, Any], edc: dict[str, Any] | None = None, *, told: str = "generated") -> list[Measure]:
    """Against the bars of the table; EDC's figures, where it was asked, beside."""
    median = found["median_mb_per_s"]
    checked = {name: float(median[name]) for name in ("nginx",) if name in median}
    thrown = {name: float(median[name]) for name in ("nginx, unchecked",) if name in median}
    growth = {}
    if edc:
        thrown["Eclipse EDC"] = edc["edc_mb_per_s"]
        growth["Eclipse EDC"] = edc["resident_growth_mb"]
    grown = found["server_mb_after"] - found["server_mb_before"]
    data = f"{told}, {found['size_mb']:,.0f} MB, median of {found['runs']}"
    unchecked = float(median["genba, unchecked"])
    return [
        Measure(bar="exchange.dataplane", value=float(median["genba"]), data=data, peers=checked),
        Measure(bar="exchange.dataplane_unchecked", value=unchecked, data=data, peers=thrown),
        Measure(bar="exchange.dataplane_memory", value=grown, data=data, peers=growth),
    ]


def main() -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size-mb", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="genba-dataplane-") as folder:
        found = measure(Path(folder), size_bytes=options.size_mb * MB, runs=options.runs, seed=options.seed)
    text = json.dumps({**found, "measures": [asdict(one) for one in measures(found)]}, indent=1)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
