"""One random schedule of two exchanges in one process: what people ask for, over a bad network, with sudden deaths."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from benchmarks.exchange.schedule_checks import differences, remembered
from benchmarks.exchange.schedule_faults import CrashingDatabase, FaultyLine, Fuse, survived
from genba.app.exchange import deciding, negotiating, sweeping, transferring
from genba.app.exchange.negotiating import OfferRequest
from genba.app.exchange.pull import pull
from genba.dsp import negotiation, transfer
from genba.errors import GenbaError, Unavailable
from genba.storage.exchange import agreements, negotiations, outbox, transfers
from tests.app.exchange.trading import DATASET, FILES, FOR_QUALITY, PURPOSE, Trade, offer, publish, trade
from tests.exchange_companies import Company

STEPS = 60
BADNESS = 0.35  # of every hundred messages, so many meet with something
DEADLY = 0.25  # before so many steps a fuse is lit
OTHER_TERMS = offer()
LONGEST_S = 700  # longer than any pause between two tries


@dataclass
class Schedule:
    """Two companies that have agreed once, and chance."""

    seed: int
    folder: Path
    steps: int = STEPS
    rng: random.Random = field(init=False)
    made: Trade = field(init=False)
    line: FaultyLine = field(init=False)
    fuses: dict[str, Fuse] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.line = FaultyLine(self.rng, BADNESS)
        self.made = trade(self.folder, line=self.line)
        for company in self.companies:
            fuse = self.fuses[company.name] = Fuse()
            database = CrashingDatabase(company.exchange.database, fuse)
            company.exchange = replace(company.exchange, database=database)
            company.exchange.home.mkdir(parents=True, exist_ok=True)

    @property
    def companies(self) -> tuple[Company, Company]:
        """Provider and consumer."""
        return self.made.maker, self.made.buyer

    def run(self) -> list[str]:
        """Go through all steps, heal, and say in what the two do not agree."""
        self.line.is_faulty = True
        for _ in range(self.steps):
            name, action = self._chosen()
            self._light_a_fuse()
            self._try(name, action)
        self._heal()
        maker, buyer = (
            remembered(one.name, one.did, one.exchange.database, one.exchange.vault) for one in self.companies
        )
        found = differences(maker, buyer, self.made.buyer.exchange.verifier)
        self.done["negotiations"] += len(buyer.negotiations)
        self.done["transfers"] += len(buyer.transfers)
        self.done["deaths"] += sum(fuse.blown for fuse in self.fuses.values())
        self.done.update(self.line.counts)
        return found

    def close(self) -> None:
        """Let go of both databases."""
        for company in self.companies:
            company.database.close()

    def _light_a_fuse(self) -> None:
        for fuse in self.fuses.values():
            fuse.left = self.rng.randint(1, 30) if self.rng.random() < DEADLY else None

    def _try(self, name: str, action: Callable[[], object]) -> None:
        """What a side refuses or does not survive is part of the schedule."""
        try:
            if survived(action):
                self.done[name] += 1
        except GenbaError:
            self.done[f"{name} refused"] += 1
        for fuse in self.fuses.values():
            fuse.left = None

    def _chosen(self) -> tuple[str, Callable[[], object]]:
        maker, buyer = self.companies
        actions: list[tuple[int, str, Callable[[], object]]] = [
            (8, "maker sends", maker.deliver),
            (8, "buyer sends", buyer.deliver),
            (6, "time passes", lambda: self.made.clock.move(seconds=self.rng.choice((1, 5, 31, 120)))),
            (2, "somebody asks", self._ask),
            (2, "terms change", self._publish),
            (3, "a person decides", self._decide),
            (2, "a negotiation is broken off", self._end_negotiation),
            (2, "data are asked for", self._request),
            (5, "a transfer is changed", self._change_transfer),
            (1, "an agreement is withdrawn", self._withdraw),
            (2, "data are pulled", self._pull),
            (1, "somebody sweeps", lambda: sweeping.sweep(self._anybody().exchange)),
        ]
        if self.line.late:
            actions.append((6, "a late message arrives", self.line.deliver_late))
        weights = [weight for weight, _, _ in actions]
        _, name, action = self.rng.choices(actions, weights)[0]
        return name, action

    def _anybody(self) -> Company:
        return self.rng.choice(self.companies)

    def _ask(self) -> None:
        terms = self.rng.choice((FOR_QUALITY, FOR_QUALITY, OTHER_TERMS))
        maker, buyer = self.companies
        wanted = OfferRequest(partner=maker.did, address=maker.base, dataset=DATASET, offer=json.dumps(terms))
        negotiating.request_offer(buyer.exchange, wanted)

    def _publish(self) -> None:
        rule = self.rng.choice(("accept", "person", "person", "refuse"))
        publish(self.made.maker, self.folder, terms=FOR_QUALITY, files=FILES, rule=rule)

    def _decide(self) -> None:
        company = self._anybody()
        with company.exchange.database.reading() as tx:
            waiting = [one.pid for one in negotiations.listing(tx, limit=100) if one.waiting]
        if waiting:
            word = self.rng.choice(("accept", "accept", "refuse", "counter"))
            policy = json.dumps(self.rng.choice((FOR_QUALITY, OTHER_TERMS)))
            deciding.decide(company.exchange, self.rng.choice(waiting), word, policy=policy, reason="so decided")

    def _end_negotiation(self) -> None:
        company = self._anybody()
        with company.exchange.database.reading() as tx:
            pids = [one.pid for one in negotiations.listing(tx, limit=100) if one.state not in negotiation.FINAL]
        if pids:
            negotiating.terminate(company.exchange, self.rng.choice(pids), reason="no longer wanted")

    def _request(self) -> None:
        maker, buyer = self.companies
        with buyer.exchange.database.reading() as tx:
            ids = [one.id for one in agreements.listing(tx) if one.final]
        transferring.request_transfer(buyer.exchange, self.rng.choice(ids), address=maker.base)

    def _change_transfer(self) -> None:
        company = self._anybody()
        with company.exchange.database.reading() as tx:
            every = transfers.listing(tx, company.exchange.vault, limit=100)
            pids = [one.pid for one in every if one.state not in transfer.FINAL]
        if not pids:
            return
        pid, exchange = self.rng.choice(pids), company.exchange
        self.rng.choice(
            (
                partial(transferring.start, exchange, pid),
                partial(transferring.start, exchange, pid),
                partial(transferring.suspend, exchange, pid, reason="pause"),
                partial(transferring.suspend, exchange, pid, reason="pause"),
                partial(transferring.complete, exchange, pid),
                partial(transferring.terminate, exchange, pid, reason="enough"),
            )
        )()

    def _withdraw(self) -> None:
        exchange = self.made.maker.exchange
        with exchange.database.reading() as tx:
            ids = [one.id for one in agreements.listing(tx) if one.final]
        transferring.withdraw(exchange, self.rng.choice(ids), "no longer wished")

    def _pull(self) -> None:
        maker, buyer = self.companies
        out = self.folder / "pulled" / str(self.rng.randrange(3))

        def pause(seconds: float) -> None:
            """Meanwhile the provider does its part."""
            self.made.clock.move(seconds=max(seconds, 1))
            survived(maker.deliver)

        pull(buyer.exchange, self.made.agreement, out=out, purpose=PURPOSE, wait_s=3, pause=pause)

    def _heal(self) -> None:
        """Links heal, all that is late arrives, and everything due is sent until nothing is."""
        self.line.is_faulty = False
        while self.line.late:
            self.line.deliver_late()
        self._drain()
        for folder in sorted((self.folder / "pulled").glob("*")):
            if folder.suffix == "" and not folder.name.startswith("."):
                self._finish(folder)
        self._drain()

    def _finish(self, out: Path) -> None:
        buyer = self.made.buyer
        try:
            pull(buyer.exchange, self.made.agreement, out=out, purpose=PURPOSE, wait_s=3, pause=lambda s: self._drain())
        except GenbaError as refused:
            self.done[f"pull ended: {refused.code}"] += 1
        else:
            self.done["pulled"] += 1

    def _drain(self) -> None:
        for _ in range(40):
            for company in self.companies:
                while company.deliver():
                    pass
            if not any(self._unsent(company) for company in self.companies):
                return
            self.made.clock.move(seconds=LONGEST_S)
        raise Unavailable("exchange.never_drained")

    @staticmethod
    def _unsent(company: Company) -> int:
        with company.exchange.database.reading() as tx:
            return outbox.size(tx)
