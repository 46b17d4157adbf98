"""Whether data may still flow under an agreement, as far as that is known before anybody pulls."""

from datetime import datetime
from functools import lru_cache

import msgspec

from genba.app.exchange.node import Exchange
from genba.errors import Conflict, Denied, NotFound
from genba.model.exchange import Agreement
from genba.model.policy import Facts, Policy
from genba.policy.constraints import PERMISSION
from genba.policy.evaluation import holds
from genba.policy.odrl import read
from genba.ports.database import Transaction
from genba.storage.exchange import agreements


def check(exchange: Exchange, tx: Transaction, agreement_id: str) -> Agreement:
    """Give an agreement that is final, not withdrawn, and whose terms can still be met; raises Conflict or Denied."""
    agreement = agreements.load(tx, agreement_id)
    if agreement is None:
        raise NotFound("exchange.no_such_agreement")
    if not agreement.final:
        raise Conflict("exchange.not_final")
    if agreement.withdrawn_at is not None:
        raise Denied("exchange.agreement_withdrawn")
    if is_over(agreement, exchange.now()):
        raise Denied("exchange.terms_over")
    return agreement


def is_over(agreement: Agreement, now: datetime) -> bool:
    """Whether what is known at any time (dates above all) rules every permission out, whatever a pull would state."""
    policy = _read(agreement.policy)
    facts = Facts(now=now, agreed_at=agreement.agreed_at, recipient=agreement.assignee)
    return not any(
        all(holds(constraint, facts, PERMISSION) is not False for constraint in permission.constraints)
        for permission in policy.permissions
    )


@lru_cache(maxsize=1024)
def _read(text: str) -> Policy:
    """Read terms once; decisions are made anew each time."""
    return read(msgspec.json.decode(text, type=dict[str, object]))
