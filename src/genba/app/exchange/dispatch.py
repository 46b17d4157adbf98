"""Send what waits in the outbox, again until it is acknowledged; what a crash leaves is found in the due-table."""

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import quote

import msgspec

from genba.app.exchange import acknowledging, sweeping
from genba.app.exchange.node import Exchange
from genba.app.exchange.sending import LEASE, plain
from genba.dsp.compaction import compact
from genba.dsp.errors import read_error
from genba.errors import GenbaError, Unavailable
from genba.model.exchange import Outgoing
from genba.ports.exchange import Answer
from genba.storage.exchange import negotiations, outbox, transfers

LOG = logging.getLogger("genba.exchange")
LEASE_S = LEASE.total_seconds()
FIRST_S = 0.5
POLLED = 50
# For so long a partner that was not reached is left alone, so that its messages hold up nobody else's.
REST_S = 2.0
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


def deliver(exchange: Exchange, outgoing: Outgoing, pace: Pace = STANDARD) -> bool:
    """Send one message and take down what became of it; says whether the other side was reached."""
    try:
        answer = _send(exchange, outgoing)
    except GenbaError as error:
        _failed(exchange, outgoing, error.code, pace)
        return False
    if 200 <= answer.status < 300:
        acknowledging.acknowledged(exchange, outgoing, answer.body)
    elif 400 <= answer.status < 500 and answer.status not in _LATER:
        _refused(exchange, outgoing, answer, pace)
    else:
        _failed(exchange, outgoing, f"http {answer.status}", pace, asked_s=answer.retry_after_s)
    return True


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
    again = outgoing.attempts + 1 >= REFUSALS and outgoing.failure.startswith("http 4")
    if again or theirs is None or theirs in ("TERMINATED", "COMPLETED"):
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
    if answer.status >= 500 or answer.status in _LATER:
        raise Unavailable("connector.no_answer")
    if answer.status != 200:
        return None
    return _stated(answer.body)


def _stated(body: bytes) -> str | None:
    """Read nothing but the state out of an answer; a process that was called off early may lack an id."""
    try:
        value = compact(msgspec.json.decode(body[:65_536]))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, GenbaError):
        return None
    state = value.get("state") if isinstance(value, dict) else None
    return state if isinstance(state, str) else None


def _failed(exchange: Exchange, outgoing: Outgoing, failure: str, pace: Pace, *, asked_s: float = 0.0) -> None:
    since = acknowledging.since(exchange, outgoing)
    limit = timedelta(seconds=exchange.settings.limits.give_up_after_s)
    if since is not None and exchange.now() - since > limit:
        acknowledging.given_up(exchange, outgoing, failure)
    else:
        _later(exchange, outgoing, failure, pace, asked_s=asked_s)


def _later(exchange: Exchange, outgoing: Outgoing, failure: str, pace: Pace, *, asked_s: float = 0.0) -> None:
    """Try again after our own time, or after the other side's where that is longer, but never later than we ever do."""
    wait_s = max(pace.wait_s(outgoing.attempts), min(asked_s, pace.most_s))
    due_at = exchange.now() + timedelta(seconds=wait_s)
    acknowledging.postponed(exchange, outgoing, due_at, failure)
    LOG.info("message postponed", extra={"code": failure, "subject": outgoing.process, "attempts": outgoing.attempts})


class Dispatcher:
    """Threads that send: what a commit hands over at once, and what the due-table holds now and then."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        threads: int = 8,
        poll_s: float = 1.0,
        sweep_s: float = 60.0,
        pace: Pace = STANDARD,
    ) -> None:
        """Take the exchange; `exchange` of this object is the one that hands over to it, for whoever receives."""
        self.exchange = replace(exchange, nudge=self.nudge, hand_over=self.hand_over)
        self._pace = pace
        self._poll_s = poll_s
        self._sweep_s = sweep_s
        self._wake = threading.Condition()
        self._ready: deque[Outgoing] = deque()
        self._silent: dict[str, float] = {}  # partners that were not reached, and until when they are left alone
        self._is_stopping = False
        self._next_poll = time.monotonic()
        self._next_sweep = time.monotonic() + sweep_s
        self._threads = [
            threading.Thread(target=self._run, name=f"genba-dispatch-{number}", daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        """Begin to send, what an earlier process died with first."""
        now = self.exchange.now()
        with self.exchange.database.transaction() as tx:
            outbox.release(tx, now, before=now + LEASE)
        for thread in self._threads:
            thread.start()

    def hand_over(self, queued: tuple[Outgoing, ...]) -> None:
        """Take messages that were just queued; they are ours for the time of a lease."""
        with self._wake:
            self._ready.extend(queued)
            self._wake.notify(len(queued))

    def nudge(self) -> None:
        """Look into the due-table now."""
        with self._wake:
            self._next_poll = 0.0
            self._wake.notify()

    def stop(self, *, timeout_s: float = 15.0) -> None:
        """End after the messages that are on their way; the others wait in the due-table."""
        with self._wake:
            self._is_stopping = True
            self._wake.notify_all()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(timeout_s)

    def _run(self) -> None:
        while not self._is_stopping:
            try:
                handed = self._following()
                if handed is not None:
                    self._send(handed)
                elif self._is_time():
                    self._poll()
            except Exception as error:  # noqa: BLE001 - one bad message must not end the thread that sends the others
                LOG.warning("dispatch failed", extra={"code": getattr(error, "code", type(error).__name__)})

    def _send(self, outgoing: Outgoing) -> None:
        """Send a message, but not while another one is finding out whether a silent partner is back."""
        partner = outgoing.partner
        with self._wake:
            rests_until = self._silent.get(partner, 0.0)
            waits = rests_until > time.monotonic()
            if rests_until and not waits:
                self._silent[partner] = time.monotonic() + LEASE_S  # this one finds out
        if waits:
            due_at = self.exchange.now() + timedelta(seconds=self._pace.wait_s(outgoing.attempts) + REST_S)
            acknowledging.postponed(self.exchange, outgoing, due_at, "connector.not_reached")
            return
        reached = deliver(self.exchange, outgoing, self._pace)
        with self._wake:
            if reached:
                self._silent.pop(partner, None)
            else:
                self._silent[partner] = time.monotonic() + REST_S

    def _following(self) -> Outgoing | None:
        """Give the next message, or None when it is time to look into the due-table."""
        with self._wake:
            while not self._ready and not self._is_stopping:
                left = self._next_poll - time.monotonic()
                if left <= 0:
                    return None
                self._wake.wait(left)
            return self._ready.popleft() if self._ready and not self._is_stopping else None

    def _is_time(self) -> bool:
        """Let one thread look, and the others wait for the next time."""
        with self._wake:
            if self._is_stopping or time.monotonic() < self._next_poll:
                return False
            self._next_poll = time.monotonic() + self._poll_s
            return True

    def _poll(self) -> None:
        now = self.exchange.now()
        lease_until = now + timedelta(seconds=self._pace.lease_s)
        with self.exchange.database.transaction() as tx:
            due = outbox.take_due(tx, now, lease_until=lease_until, limit=POLLED)
        self.hand_over(due)
        if len(due) == POLLED:
            self.nudge()
        if time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + self._sweep_s
            sweeping.sweep(self.exchange)
