"""What comes in and goes out by the protocol, without any transport: requests, answers, repetitions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TypeVar

from genba.app.exchange.node import Exchange
from genba.app.exchange.sending import gathered
from genba.errors import Conflict
from genba.ports.database import Transaction
from genba.storage.exchange import inbox, log

T = TypeVar("T")
JSON: Mapping[str, str] = {"content-type": "application/json"}
# So often a change is tried again when somebody else changed the same record meanwhile.
TRIES = 8
_RACES = frozenset({"exchange.stale", "exchange_store.exists"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolRequest:
    """A request below the root of our protocol address."""

    method: str
    path: str  # as it came, percent signs included
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolResponse:
    """What is answered."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)


def in_transaction(exchange: Exchange, change: Callable[[Transaction], T]) -> T:
    """Make a change take effect as a whole, again when somebody was faster; whoever sends is woken afterwards."""
    for remaining in reversed(range(TRIES)):
        try:
            with gathered() as left, exchange.database.transaction() as tx:
                result = change(tx)
                log.extend(tx, exchange.signer, left.events)
        except Conflict as conflict:
            if conflict.code not in _RACES or not remaining:
                raise
        else:
            if exchange.hand_over is None:
                exchange.nudge()
            elif left.queued:
                exchange.hand_over(tuple(left.queued))
            return result
    raise AssertionError("unreachable")


def answered(tx: Transaction, partner: str, process: str, body: bytes) -> ProtocolResponse | None:
    """Give the answer that the same bytes got before, if they did."""
    known = inbox.answer(tx, partner, process, sha256(body).hexdigest())
    return None if known is None else ProtocolResponse(status=known.status, body=bytes(known.body))


def remember(
    exchange: Exchange, tx: Transaction, partner: str, process: str, body: bytes, response: ProtocolResponse
) -> ProtocolResponse:
    """Keep the first answer to a message for repetitions, for twice the time that a partner may go on trying."""
    expires = exchange.now() + timedelta(seconds=2 * exchange.settings.limits.give_up_after_s)
    digest = sha256(body).hexdigest()
    inbox.remember(tx, partner, process, digest, status=response.status, body=response.body, expires=expires)
    return response


def is_refusal(conflict: Conflict) -> bool:
    """Whether a message was decided against for good; anything else is a matter of this attempt."""
    return conflict.code.startswith("dsp.")
