"""Tests of genba.web.serve and genba.cli.serve_command: a real process, real signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from genba.app.exchange.home import NewHome, new_home
from genba.app.exchange.node import Exchange
from genba.config import Config
from genba.errors import Denied, NotFound
from genba.storage.exchange.settings import NAME, load_settings
from genba.web.serve import serve
from genba.web.tokens import token_of
from tests.web.conftest import open_exchange
from tests.web.driver import ask, running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose listeners take any free ports."""
    folder = tmp_path / "home"
    new_home(NewHome(home=folder, local=True), Config(state_dir=tmp_path))
    text = (folder / NAME).read_text(encoding="utf-8")
    for listener in ("protocol", "management"):
        usual = getattr(load_settings(folder), listener).listen
        text = text.replace(f'listen = "{usual}"', 'listen = "127.0.0.1:0"')
    (folder / NAME).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def process(home: Path) -> Iterator[subprocess.Popen[str]]:
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    started = subprocess.Popen(
        [sys.executable, "-m", "genba", "serve", "--home", str(home), "--json"],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        creationflags=flags,
    )
    yield started
    if started.poll() is None:
        started.kill()
    started.wait(10)


def said(process: subprocess.Popen[str]) -> dict[str, str]:
    """What it prints when it is ready."""
    assert process.stdout is not None
    text = ""
    while not text.rstrip().endswith("}"):
        line = process.stdout.readline()
        assert line, "it ended before it was ready"
        text += line
    found: dict[str, str] = json.loads(text)
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_and_stops_cleanly(process: subprocess.Popen[str], home: Path, number: signal.Signals) -> None:
    listening = said(process)
    assert ask(listening["protocol"], "GET", "/.well-known/dspace-version").status == 200
    headers = {"authorization": f"Bearer {token_of(home)}"}
    health = ask(listening["management"], "GET", "/health/ready", headers=headers)
    assert json.loads(health.body)["status"] == "ok"
    process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", number))
    assert process.wait(15) == 0
    lines = [json.loads(line) for line in (home / "logs" / "serve.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines if line["event"] != "request"] == ["started", "stopped"]


def test_it_does_not_import_what_it_does_not_need(home: Path) -> None:
    code = (
        "import sys, threading\n"
        "from pathlib import Path\n"
        "from genba.app.exchange.home import open_home\n"
        "from genba.web.serve import serve\n"
        "stop = threading.Event()\n"
        f"serve(open_home(Path({str(home)!r})), ready=lambda listening: stop.set(), stop=stop)\n"
        "heavy = {'pyarrow', 'numpy', 'lxml', 'jinja2', 'pandas', 'polars', 'scipy', 'h11', 'websockets'}\n"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_without_keys_it_does_not_start(home: Path) -> None:
    for key in (home / "keys").iterdir():
        key.unlink()
    done = subprocess.run(
        [sys.executable, "-m", "genba", "serve", "--home", str(home), "--lang", "en"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 2
    assert not (home / "management.token").exists()


def test_where_others_could_read_along_it_does_not_start(tmp_path: Path) -> None:
    exchange = open_exchange(tmp_path)
    settings = exchange.settings
    public = replace(settings, management=replace(settings.management, listen="0.0.0.0:0"))
    with pytest.raises(Denied, match=r"web\.management_without_tls"):
        serve(replace(exchange, settings=public))
    exchange.database.close()


def test_keys_that_do_not_work_are_found_before_anything_listens(exchange: Exchange) -> None:
    class Broken:
        def sign(self, payload: bytes, *, typ: str) -> str:
            raise NotFound("exchange_home.key_missing", key="keys")

    with pytest.raises(NotFound):
        serve(replace(exchange, signer=Broken()))


def test_a_port_that_is_taken_is_said_to_be_so(exchange: Exchange) -> None:
    with running(exchange) as listening:
        settings = exchange.settings
        taken = listening.protocol.removeprefix("http://")
        again = replace(exchange, settings=replace(settings, protocol=replace(settings.protocol, listen=taken)))
        with pytest.raises(Exception, match=r"web\.address_taken"), running(again):
            pass


def test_a_home_without_settings_is_said_to_be_missing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "genba", "serve", "--home", str(tmp_path / "nowhere"), "--lang", "en"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "exchange_home.missing" in done.stderr


def test_an_answer_being_given_is_given_to_its_end(exchange: Exchange) -> None:
    slow = replace(exchange, identity=Slow(exchange.identity))
    got: list[int] = []
    with running(slow) as listening:
        address = listening.protocol
        asking = threading.Thread(
            target=lambda: got.append(ask(address, "POST", "/dsp/2025-1/catalog/request", body=b"{}").status)
        )
        asking.start()
        assert Slow.began.wait(10)
    asking.join(10)
    assert got == [401]


class Slow:
    """An identity that takes its time and then believes nobody."""

    began = threading.Event()

    def __init__(self, identity: object) -> None:
        self.participant = "did:key:zSlow"

    def authorization(self, audience: str) -> str:
        return ""

    def caller(self, authorization: str, *, now: object) -> object:
        self.began.set()
        time.sleep(0.5)
        raise Denied("exchange.who_are_you")
