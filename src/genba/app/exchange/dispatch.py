"""Send what waits in the outbox, again until it is acknowledged; what a crash leaves is found in the due-table."""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import quote

from genba.app.exchange import acknowledging, sweeping
from genba.app.exchange.node import Exchange
from genba.app.exchange.sending import plain
from genba.dsp import messages
from genba.dsp.errors import read_error
from genba.errors import GenbaError
from genba.model.exchange import Outgoing
from genba.ports.exchange import Answer
from genba.storage.exchange import negotiations, outbox, transfers

LOG = logging.getLogger("genba.exchange")
# Longer than a request may take; whoever dies meanwhile has its messages sent by another after this time.
LEASE_S = 30.0
FIRST_S = 0.5
MOST_S = 600.0
# A refusal may be a matter of messages that overtook each other; it counts when it comes again.
REFUSALS = 3
# Answers that say nothing about the message: not authorised yet, too early, too many, or trouble at the other side.
_LATER = frozenset({401, 403, 408, 421, 425, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How messages are tried: for how long one is leased, and how chance spreads the repetitions."""

    lease_s: float = LEASE_S
    first_s: float = FIRST_S
    most_s: float = MOST_S
    jitter: Callable[[], float] = random.random

    def wait_s(self, attempts: int) -> float:
        """Give the time to the next try: doubled each time, between half and whole by chance."""
        whole: float = min(self.most_s, self.first_s * 2.0 ** min(attempts, 30))
        return whole * (0.5 + self.jitter() / 2)


STANDARD = Pace()


def deliver_due(exchange: Exchange, *, limit: int = 50, pace: Pace = STANDARD) -> int:
    """Send messages that are due, one of each process; gives how many were tried."""
    now = exchange.now()
    with exchange.database.transaction() as tx:
        due = outbox.take_due(tx, now, lease_until=now + timedelta(seconds=pace.lease_s), limit=limit)
    for outgoing in due:
        deliver(exchange, outgoing, pace)
    return len(due)


def deliver(exchange: Exchange, outgoing: Outgoing, pace: Pace = STANDARD) -> None:
    """Send one message and take down what became of it."""
    try:
        answer = _send(exchange, outgoing)
    except GenbaError as error:
        _failed(exchange, outgoing, error.code, pace)
        return
    if 200 <= answer.status < 300:
        acknowledging.acknowledged(exchange, outgoing, answer.body)
    elif 400 <= answer.status < 500 and answer.status not in _LATER:
        _refused(exchange, outgoing, answer, pace)
    else:
        _failed(exchange, outgoing, f"http {answer.status}", pace)


def _send(exchange: Exchange, outgoing: Outgoing) -> Answer:
    headers = {
        "Authorization": exchange.identity.authorization(outgoing.partner),
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    return exchange.http.request("POST", outgoing.url, headers=headers, body=plain(exchange, outgoing))


def _refused(exchange: Exchange, outgoing: Outgoing, answer: Answer, pace: Pace) -> None:
    """Look where the other side is; if it is neither where our message leads nor at an end, try twice more."""
    reason = read_error(answer.body)[:300] or f"http {answer.status}"
    try:
        theirs = _their_state(exchange, outgoing)
    except GenbaError as error:
        _failed(exchange, outgoing, error.code, pace)
        return
    unknown = theirs is None
    if outgoing.attempts + 1 >= REFUSALS or unknown or theirs in ("TERMINATED", "COMPLETED"):
        acknowledging.refused(exchange, outgoing, theirs, reason)
    else:
        _later(exchange, outgoing, f"http {answer.status}", pace)


def _their_state(exchange: Exchange, outgoing: Outgoing) -> str | None:
    """Ask the other side for its state of the process; None when it knows of none."""
    area = "negotiations" if outgoing.kind == "negotiation" else "transfers"
    with exchange.database.reading() as tx:
        found = (
            negotiations.load(tx, outgoing.process)
            if outgoing.kind == "negotiation"
            else transfers.load(tx, outgoing.process, exchange.vault)
        )
    if found is None:
        return None
    pid = found.provider_pid if found.pid == found.consumer_pid else found.consumer_pid
    if not pid:
        return None
    headers = {"Authorization": exchange.identity.authorization(found.partner), "Accept": "application/json"}
    answer = exchange.http.request("GET", f"{found.address}/{area}/{quote(pid, safe=':~-._')}", headers=headers)
    if answer.status != 200:
        return None
    if area == "negotiations":
        return str(messages.read(answer.body, messages.ContractNegotiation).state)
    return str(messages.read(answer.body, messages.TransferProcess).state)


def _failed(exchange: Exchange, outgoing: Outgoing, failure: str, pace: Pace) -> None:
    since = acknowledging.since(exchange, outgoing)
    limit = timedelta(seconds=exchange.settings.limits.give_up_after_s)
    if since is not None and exchange.now() - since > limit:
        acknowledging.given_up(exchange, outgoing, failure)
    else:
        _later(exchange, outgoing, failure, pace)


def _later(exchange: Exchange, outgoing: Outgoing, failure: str, pace: Pace) -> None:
    due_at = exchange.now() + timedelta(seconds=pace.wait_s(outgoing.attempts))
    acknowledging.postponed(exchange, outgoing, due_at, failure)
    LOG.info("message postponed", extra={"code": failure, "process": outgoing.process, "attempts": outgoing.attempts})


class Dispatcher:
    """Threads that send what is due: woken after a change, otherwise looking now and then."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        threads: int = 4,
        poll_s: float = 1.0,
        sweep_s: float = 60.0,
        pace: Pace = STANDARD,
    ) -> None:
        """Take the exchange; `exchange` of this object is the one that wakes it, to be used by whoever receives."""
        self.exchange = replace(exchange, nudge=self.nudge)
        self._pace = pace
        self._poll_s = poll_s
        self._sweep_s = sweep_s
        self._wake = threading.Condition()
        self._nudges = 0
        self._is_stopping = False
        self._next_sweep = time.monotonic()
        self._threads = [
            threading.Thread(target=self._run, name=f"genba-dispatch-{number}", daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def nudge(self) -> None:
        """Say that something may be due."""
        with self._wake:
            self._nudges += 1
            self._wake.notify()

    def stop(self, *, timeout_s: float = 15.0) -> None:
        """End after the messages that are on their way."""
        with self._wake:
            self._is_stopping = True
            self._wake.notify_all()
        for thread in self._threads:
            thread.join(timeout_s)

    def _run(self) -> None:
        while not self._is_stopping:
            try:
                self._sweep()
                sent = deliver_due(self.exchange, limit=1, pace=self._pace)
            except (GenbaError, OSError) as error:
                LOG.warning("dispatch failed", extra={"code": getattr(error, "code", type(error).__name__)})
                sent = 0
            if not sent:
                self._sleep()

    def _sleep(self) -> None:
        with self._wake:
            if not self._nudges and not self._is_stopping:
                self._wake.wait(self._poll_s)
            self._nudges = 0

    def _sweep(self) -> None:
        with self._wake:
            if time.monotonic() < self._next_sweep:
                return
            self._next_sweep = time.monotonic() + self._sweep_s
        sweeping.sweep(self.exchange)
