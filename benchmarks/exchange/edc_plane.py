"""One big file through EDC's data plane, beside the file server that it reads from."""

from __future__ import annotations

import http.client
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.exchange.edc import resident_mb
from tests.interop import edc

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def file_server(folder: Path) -> Iterator[tuple[str, str]]:
    """Serve a folder: by nginx where it is installed, else by a process that hands files to the kernel."""
    (port,) = edc.free_ports(1)
    url = f"http://127.0.0.1:{port}"
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx:
        configuration = folder / "nginx.conf"
        lines = (
            f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;",
            "events { worker_connections 64; }",
            f"http {{ access_log off; sendfile on; client_body_temp_path {folder}/t; proxy_temp_path {folder}/t;",
            f"fastcgi_temp_path {folder}/t; uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;",
            f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}",
        )
        configuration.write_text("\n".join(lines), encoding="utf-8")
        command = [nginx, "-c", str(configuration), "-p", str(folder)]
    else:
        command = [sys.executable, "-m", "benchmarks.exchange.edc_plane", str(folder), str(port)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=ROOT)
    try:
        edc.wait_for_answer(f"{url}/ready", process, timeout_s=10)
        yield url, "nginx" if nginx else "sendfile"
    finally:
        process.terminate()
        process.wait(10)


def serve_files(folder: Path, port: int) -> None:
    """Serve a folder's files by sendfile until stopped."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = folder / Path(urllib.parse.urlsplit(self.path).path).name
            if not path.is_file():
                self.send_error(404)
                return
            with path.open("rb") as file:
                self.send_response(200)
                self.send_header("Content-Type", "application/octet-stream")
                self.send_header("Content-Length", str(os.fstat(file.fileno()).st_size))
                self.end_headers()
                self.wfile.flush()
                self.connection.sendfile(file)

        def log_message(self, *arguments: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def fetch_rate(url: str, headers: Mapping[str, str]) -> tuple[float, int]:
    """Bytes a second of one GET by one client, and how many there were; the clock runs from the request on."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)
    buffer = memoryview(bytearray(1 << 20))
    began, count = time.monotonic(), 0
    connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=dict(headers))
    answer = connection.getresponse()
    if answer.status != 200:
        raise edc.Refused(f"{url}: {answer.status} {answer.read(300)!r}")
    while read := answer.readinto(buffer):
        count += read
    seconds = time.monotonic() - began
    connection.close()
    return count / seconds, count


def plane(*, megabytes: int, times: int, heap: str) -> dict[str, Any]:
    """MB/s of one client that pulls a file through EDC's data plane, beside the server that it reads from."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        _random_file(folder / "data.bin", megabytes)
        (folder / "ready").write_text("ready", encoding="ascii")
        source, kind = stack.enter_context(file_server(folder))
        direct = [fetch_rate(f"{source}/data.bin", {})[0] / 1e6 for _ in range(times)]
        settings = edc.waits(20)
        provider = stack.enter_context(edc.running("provider", folder / "provider", settings, heap=heap))
        consumer = stack.enter_context(edc.running("consumer", folder / "consumer", settings, heap=heap))
        edc.offer(provider, "file", f"{source}/data.bin")
        where = provider.participant, provider.address
        (terms,) = edc.offers(edc.datasets(edc.catalogue(consumer, *where))["file"])
        agreed = edc.negotiated(consumer, edc.begin_negotiation(consumer, *where, "file", terms))
        transfer = edc.begin_transfer(consumer, *where, str(agreed["contractAgreementId"]))
        edc.transferred(consumer, transfer)
        endpoint, authorization = edc.data_address(consumer, transfer)
        before = resident_mb(provider.pid)
        rates, count = [], 0
        for _ in range(times):
            rate, count = fetch_rate(endpoint, {"Authorization": authorization})
            rates.append(rate / 1e6)
        grown = resident_mb(provider.pid) - before
    return {
        "bytes": count,
        "edc_mb_per_s": statistics.median(rates),
        f"{kind}_mb_per_s": statistics.median(direct),
        "resident_growth_mb": grown,
        "times": times,
    }


def _random_file(path: Path, megabytes: int) -> None:
    block = random.Random(5).randbytes(1 << 20)
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(block)


if __name__ == "__main__":
    serve_files(Path(sys.argv[1]), int(sys.argv[2]))
