"""One process, two listeners: protocol and data outside, management for this machine."""

import asyncio
import contextlib
import logging
import signal
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

import uvicorn

from genba.app.exchange.node import Exchange
from genba.app.exchange.overview import standing
from genba.errors import Unavailable
from genba.web.assembly import assemble
from genba.web.connections import Door, guarded
from genba.web.listening import address_of, check_listeners, open_socket, tls_context
from genba.web.log import Forwarding, StructuredLog, open_log
from genba.web.outside import Application
from genba.web.tokens import NAME as TOKEN

STOP_S = 10  # answers that are being given may end by then
KEEP_ALIVE_S = 15
TICK_S = 0.1
SIGNALS = ("SIGINT", "SIGTERM", "SIGBREAK")  # the last is Ctrl+Break, on Windows only


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where a running exchange can be reached."""

    protocol: str
    management: str
    token_file: str
    waiting: int  # things that wait for a person


Ready = Callable[[Listening], None]


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to us: two of them run in one process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing."""
        yield


def serve(
    exchange: Exchange,
    *,
    ready: Ready = lambda listening: None,
    stop: threading.Event | None = None,
    log: str = "",
    lang: str = "ja",
) -> None:
    """Serve until a signal comes or `stop` is set; raises before anything listens when keys or addresses do not do."""
    check_listeners(exchange.settings)
    prove_keys(exchange)
    opened, close = open_log(log, exchange.home, now=exchange.now)
    with contextlib.ExitStack() as stack:
        stack.callback(close)
        stack.enter_context(_heard("uvicorn", Forwarding(opened, "server", logging.WARNING)))
        stack.enter_context(_heard("genba.exchange", Forwarding(opened, "exchange", logging.INFO)))
        asyncio.run(_serve(exchange, ready, stop, opened, lang))


@contextlib.contextmanager
def _heard(name: str, handler: logging.Handler) -> Iterator[None]:
    """Let a handler, and nobody else, hear what a part of the program logs."""
    logger = logging.getLogger(name)
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(handler.level)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before


def prove_keys(exchange: Exchange) -> None:
    """Use each key once: an exchange that cannot sign or open its secrets does not start."""
    sealed = exchange.vault.seal(b"start", label="start")
    if exchange.vault.open(sealed, label="start") != b"start":
        raise Unavailable("web.no_keys")
    exchange.signer.sign(b"start", typ="genba-start")


def _server(app: Application, door: Door, context: ssl.SSLContext | None) -> _Server:
    config = uvicorn.Config(
        app,
        http=guarded(door),
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_S,
        forwarded_allow_ips=[],
        workers=1,
    )
    config.load()
    config.ssl = context
    return _Server(config)


async def _serve(exchange: Exchange, ready: Ready, stop: threading.Event | None, log: StructuredLog, lang: str) -> None:
    """Open both listeners, tell so, and wait for the end."""
    settings = exchange.settings
    running = assemble(exchange, log, lang=lang)
    contexts = [
        tls_context(kind.tls_certificate, kind.tls_key, exchange.home)
        for kind in (settings.protocol, settings.management)
    ]
    with contextlib.ExitStack() as stack:
        sockets = [
            stack.enter_context(contextlib.closing(open_socket(listen)))
            for listen in (settings.protocol.listen, settings.management.listen)
        ]
        addresses = [
            address_of(opened, tls=context is not None) for opened, context in zip(sockets, contexts, strict=True)
        ]
        applications: tuple[Application, Application] = (running.outside, running.management)
        servers = [
            _server(app, door, context)
            for app, door, context in zip(applications, running.doors, contexts, strict=True)
        ]
        stack.callback(running.close)
        stack.enter_context(_stopped_by_signals(servers))
        ending = [
            asyncio.ensure_future(server.serve(sockets=[opened]))
            for server, opened in zip(servers, sockets, strict=True)
        ]
        stack.enter_context(running.sending())
        ready(
            Listening(
                protocol=addresses[0],
                management=addresses[1],
                token_file=str(exchange.home / TOKEN),
                waiting=standing(exchange).notices,
            )
        )
        log.line("started")
        await _until_stopped(servers, ending, stop)
        log.line("stopped")


async def _until_stopped(
    servers: list[_Server], ending: list["asyncio.Task[None]"], stop: threading.Event | None
) -> None:
    """Wait for a signal, for `stop`, or for one of the servers to fail; then end both."""
    while not any(server.should_exit for server in servers) and not any(task.done() for task in ending):
        if stop is not None and stop.is_set():
            break
        await asyncio.sleep(TICK_S)
    for server in servers:
        server.should_exit = True
    for task in ending:
        await task


@contextlib.contextmanager
def _stopped_by_signals(servers: list[_Server]) -> Iterator[None]:
    """End on Ctrl+C and on a request to terminate; a second Ctrl+C does not wait for answers being given."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        for server in servers:
            server.force_exit = server.should_exit and number == signal.SIGINT
            server.should_exit = True

    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
