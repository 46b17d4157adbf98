"""Received products stay under their agreement: each use is decided by its terms and written down."""

import hashlib
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from genba.app.exchange import holding
from genba.app.exchange.circumstances import Stated, Use, Used, decide_by, read_terms
from genba.app.exchange.holding import HeldTerms, Label, Withdrawal
from genba.app.exchange.naming import short
from genba.app.exchange.uses import USES, WITHDRAWN, HeldUse, holdings
from genba.errors import Denied
from genba.model.policy import Constraint, LogicalConstraint, Policy, Reason, Rule
from genba.ports.exchange import Verifier
from genba.storage.files import append_line, long_path, write_failed

CLOCK_SKEW = timedelta(minutes=10)
BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A product that stands under an agreement, for showing it."""

    folder: Path
    title: str
    provider: str
    agreement: str
    agreed_at: datetime
    purposes: tuple[str, ...]
    withdrawn: bool
    labels: dict[str, tuple[Label, ...]]


class _Logged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of uses.jsonl, bound to the line before."""

    at: datetime
    action: str
    allowed: bool
    reasons: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    place: str = ""
    training: bool = False
    onward: bool = False
    previous: str


def decide_use(folder: Path, use: HeldUse, verifier: Verifier | None = None) -> None:
    """Raise Denied unless the agreement about a held product allows a use; the decision is written beside it."""
    terms, _ = holding.read_held(folder, verifier)
    reasons = _refusal(folder, terms, use)
    _log(folder, terms, use, reasons)
    codes = [reason.code for reason in reasons]
    if codes == ["held.withdrawn"]:
        withdrawal = _withdrawal(folder)
        at = withdrawal.known_at.date().isoformat() if withdrawal else "-"
        raise Denied("held.withdrawn", title=terms.title, at=at)
    if codes == ["held.clock"]:
        raise Denied("held.clock", title=terms.title)
    if reasons:
        provider = terms.agreement.assigner
        raise Denied("held.not_allowed", title=terms.title, provider=short(provider), reasons=reasons)


def terms_of(path: Path, *, verifier: Verifier | None = None) -> tuple[Held, ...]:
    """Give the agreements that a file or folder stands under; raises Denied when their record was changed."""
    found = []
    for folder in holdings(path):
        terms, _ = holding.read_held(folder, verifier)
        found.append(
            Held(
                folder=folder,
                title=terms.title,
                provider=terms.agreement.assigner,
                agreement=terms.agreement.id,
                agreed_at=terms.agreement.agreed_at,
                purposes=terms.purposes,
                withdrawn=_withdrawal(folder) is not None,
                labels=dict(terms.labels),
            )
        )
    return tuple(found)


def _refusal(folder: Path, terms: HeldTerms, use: HeldUse) -> tuple[Reason, ...]:
    """Give why a use is not allowed; nothing when it is."""
    if long_path(folder / WITHDRAWN).exists():
        return (Reason(code="held.withdrawn"),)
    if use.now < terms.pulled_at - CLOCK_SKEW:
        return (Reason(code="held.clock"),)
    said = Stated(
        purposes=use.purposes or terms.purposes or None, place=use.place or terms.place or None, training=use.training
    )
    asked = Use(agreement=terms.agreed(), stated=said, now=use.now, used=Used(), onward=use.onward)
    decision = decide_by(after_delivery(read_terms(asked.agreement.policy)), asked)
    return () if decision.allowed else decision.reasons or (Reason(code="policy.nothing_permitted"),)


def after_delivery(policy: Policy) -> Policy:
    """Leave what binds whoever has the data: conditions of the delivery itself were decided when it was made.

    A prohibition that is about the delivery alone did not apply then. One that is about both is kept, and applies
    where nobody here can tell: what is unknown permits nothing.
    """
    return replace(
        policy,
        permissions=tuple(_shortened(rule) for rule in policy.permissions),
        prohibitions=tuple(
            rule
            for rule in policy.prohibitions
            if not rule.constraints or not all(map(_is_of_delivery, rule.constraints))
        ),
        obligations=tuple(duty for duty in policy.obligations if not _is_promise_to_deliver(duty.constraints)),
    )


def _shortened(rule: Rule) -> Rule:
    return replace(rule, constraints=tuple(one for one in rule.constraints if not _is_of_delivery(one)))


def _is_of_delivery(constraint: Constraint | LogicalConstraint) -> bool:
    from genba.policy.constraints import OPERANDS

    if isinstance(constraint, LogicalConstraint):
        return bool(constraint.operands) and all(map(_is_of_delivery, constraint.operands))
    operand = OPERANDS.get(constraint.left_operand)
    if operand is None or not operand.at_delivery or operand.afterwards:
        return False
    # Both can be decided here too, at any time: who we are, and what time it is.
    return operand.name not in ("recipient", "dateTime")


def _is_promise_to_deliver(constraints: tuple[Constraint | LogicalConstraint, ...]) -> bool:
    return bool(constraints) and all(map(_is_of_delivery, constraints))


def _withdrawal(folder: Path) -> Withdrawal | None:
    place = long_path(folder / WITHDRAWN)
    if not place.exists():
        return None
    try:
        return msgspec.json.decode(place.read_bytes(), type=Withdrawal)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return Withdrawal(agreement="", known_at=datetime.fromtimestamp(0, UTC))


def _log(folder: Path, terms: HeldTerms, use: HeldUse, reasons: tuple[Reason, ...]) -> None:
    """Write a decision down; what cannot be written down is not allowed either."""
    place = long_path(folder / USES)
    try:
        previous = _last(place)
        line = _Logged(
            at=use.now,
            action=use.action,
            allowed=not reasons,
            reasons=tuple(dict.fromkeys(reason.code for reason in reasons)),
            purposes=use.purposes or terms.purposes,
            place=use.place or terms.place,
            training=use.training,
            onward=use.onward,
            previous=hashlib.sha256(previous).hexdigest() if previous else BEGINNING,
        )
        append_line(place, msgspec.json.encode(line))
    except OSError as error:
        raise write_failed(error) from None


def _last(place: Path) -> bytes:
    """Give the last line of the log, without reading all of it."""
    try:
        with place.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - 65_536))
            lines = stream.read().splitlines()
    except FileNotFoundError:
        return b""
    return lines[-1] if lines else b""


def uses(folder: Path) -> tuple[tuple[_Logged, bool], ...]:
    """Give every logged use, each with whether it is bound to the line before."""
    place = long_path(folder / USES)
    found, previous = [], b""
    try:
        lines = place.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    for line in lines:
        expected = hashlib.sha256(previous).hexdigest() if previous else BEGINNING
        try:
            logged = msgspec.json.decode(line, type=_Logged)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            logged = _Logged(at=datetime.fromtimestamp(0, UTC), action="?", allowed=False, previous="")
        found.append((logged, logged.previous == expected))
        previous = line
    return tuple(found)
