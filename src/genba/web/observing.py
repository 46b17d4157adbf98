"""How a running exchange is doing: health for those who restart it, metrics for those who watch it."""

import time
from collections.abc import Mapping
from typing import Literal

import msgspec

from genba import __version__
from genba.app.exchange.node import Exchange
from genba.app.exchange.overview import Standing, standing
from genba.errors import GenbaError, Unavailable
from genba.web.connections import Door
from genba.web.desk import Figures
from genba.web.metrics import Gauge, Labels, text

LATE_S = 60.0  # messages that should have gone out this long ago mean that nobody sends
KEPT_S = 2.0  # figures from the database are not asked for more often
Word = Literal["ok", "failing"]


class Health(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What was checked, and what came of it."""

    status: Word
    database: Word
    keys: Word
    sending: Word
    oldest_due_s: float
    version: str


class Observed:
    """Looks at an exchange, at its listeners and at its process."""

    def __init__(self, exchange: Exchange, figures: Figures, doors: tuple[Door, Door]) -> None:
        """Nothing is looked at before somebody asks."""
        self._exchange = exchange
        self._doors = doors
        self._began = time.time()
        self._looked = -KEPT_S
        self._standing: Standing | None = None
        self._metrics = (*figures.metrics(), *self._gauges())

    def health(self) -> Health:
        """Check database, keys and sending; what fails is named, not explained."""
        database: Word = "ok"
        lag = 0.0
        try:
            lag = standing(self._exchange).oldest_due_s
        except GenbaError:
            database = "failing"
        keys: Word = "ok"
        try:
            self._exchange.signer.sign(b"health", typ="genba-start")
        except GenbaError:
            keys = "failing"
        sending: Word = "ok" if lag <= LATE_S else "failing"
        status: Word = "ok" if (database, keys, sending) == ("ok", "ok", "ok") else "failing"
        return Health(
            status=status, database=database, keys=keys, sending=sending, oldest_due_s=lag, version=__version__
        )

    def ready(self) -> Health:
        """Raises Unavailable where anything fails, so that nobody is sent here."""
        health = self.health()
        if health.status != "ok":
            raise Unavailable("web.not_ready")
        return health

    def metrics(self) -> bytes:
        """Write all metrics."""
        return text(self._metrics).encode("utf-8")

    def _gauges(self) -> tuple[Gauge, ...]:
        return (
            Gauge("genba_info", "The version that runs.", ("version",), lambda: {(__version__,): 1.0}),
            Gauge("genba_connections", "Open connections.", ("listener",), self._connections),
            Gauge("genba_negotiations", "Negotiations by role and state.", ("role", "state"), self._negotiations),
            Gauge("genba_transfers", "Transfers by role and state.", ("role", "state"), self._transfers),
            Gauge("genba_notices_open", "What waits for a person.", (), lambda: _one(self._now().notices)),
            Gauge("genba_messages_waiting", "Messages not acknowledged.", (), lambda: _one(self._now().messages)),
            Gauge("genba_message_lag_seconds", "How late the oldest message is.", (), self._lag),
            Gauge("genba_agreements", "Agreements in force.", ("role",), self._agreements),
            Gauge("process_resident_memory_bytes", "Resident memory.", (), _resident),
            Gauge("process_start_time_seconds", "When it began, in Unix time.", (), lambda: {(): self._began}),
        )

    def _now(self) -> Standing:
        moment = time.monotonic()
        if self._standing is None or moment - self._looked > KEPT_S:
            self._standing, self._looked = standing(self._exchange), moment
        return self._standing

    def _connections(self) -> Mapping[Labels, float]:
        names = ("protocol", "management")
        return {(name,): float(door.open) for name, door in zip(names, self._doors, strict=True)}

    def _negotiations(self) -> Mapping[Labels, float]:
        return {labels: float(count) for labels, count in self._now().negotiations.items()}

    def _transfers(self) -> Mapping[Labels, float]:
        return {labels: float(count) for labels, count in self._now().transfers.items()}

    def _agreements(self) -> Mapping[Labels, float]:
        return {(role,): float(count) for role, count in self._now().agreements.items()}

    def _lag(self) -> Mapping[Labels, float]:
        return {(): self._now().oldest_due_s}


def _one(value: float) -> Mapping[Labels, float]:
    return {(): float(value)}


def _resident() -> Mapping[Labels, float]:
    import psutil

    return {(): float(psutil.Process().memory_info().rss)}
