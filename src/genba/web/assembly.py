"""Puts the two applications together from what the exchange can do."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from genba.app.exchange.dispatch import Dispatcher
from genba.app.exchange.node import Exchange
from genba.web.callers import Callers
from genba.web.connections import MOST_CONNECTIONS, MOST_PER_ADDRESS, Door
from genba.web.desk import Desk, Figures
from genba.web.limits import Buckets
from genba.web.log import StructuredLog
from genba.web.management.application import Management
from genba.web.management.jobs import Jobs
from genba.web.management.routes import Route
from genba.web.observing import Observed
from genba.web.outside import Outside
from genba.web.places import places
from genba.web.tokens import token_of

DATA_FACTOR = 20  # a product may have thousands of small files, each of them one request


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Everything of one process that serves."""

    outside: Outside
    management: Management
    doors: tuple[Door, Door]
    jobs: Jobs
    dispatcher: Dispatcher

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Send what is due until the end of the block."""
        self.dispatcher.start()
        try:
            yield
        finally:
            self.dispatcher.stop()

    def close(self) -> None:
        """Begin nothing more."""
        self.outside.close()
        self.management.close()
        self.jobs.close()


def assemble(exchange: Exchange, log: StructuredLog, *, lang: str = "ja") -> Running:
    """Wire listeners, limits and figures; nothing runs yet."""
    limits = exchange.settings.limits
    figures = Figures()
    desk = Desk(log, figures, now=exchange.now)
    dispatcher = Dispatcher(exchange)
    callers = Callers(exchange.identity, Buckets(limits.requests_per_minute, now=time.monotonic))
    watched = replace(dispatcher.exchange, identity=callers)
    by_weight = {
        "messages": Buckets(limits.requests_per_minute, now=time.monotonic),
        "data": Buckets(limits.requests_per_minute * DATA_FACTOR, now=time.monotonic),
    }
    behind_proxy = exchange.settings.protocol.behind_proxy
    outside = Outside(places(watched), desk, callers, by_weight, behind_proxy=behind_proxy)
    doors = (
        _door(figures, "protocol", MOST_CONNECTIONS if behind_proxy else MOST_PER_ADDRESS),
        _door(figures, "management", MOST_CONNECTIONS),
    )
    observed = Observed(exchange, figures, doors)
    jobs = Jobs(dispatcher.exchange)

    def routes() -> Sequence[Route]:
        from genba.web.management.table import table

        return table(observed, jobs)

    management = Management(dispatcher.exchange, routes, token_of(exchange.home), desk, lang=lang)
    return Running(
        outside=outside,
        management=management,
        doors=doors,
        jobs=jobs,
        dispatcher=dispatcher,
    )


def _door(figures: Figures, listener: str, per_address: int) -> Door:
    return Door(lambda why: figures.refused.add(listener, why), per_address=per_address)
