"""What must hold when links are healed and retries drained: both sides agree, nothing is lost, nothing is doubled."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from genba.app.exchange import receipts
from genba.dsp import negotiation, transfer
from genba.model.exchange import Agreement, LogEntry, Negotiation, NegotiationState, Role, Transfer
from genba.ports.database import Database
from genba.ports.exchange import Vault, Verifier
from genba.storage.exchange import agreements, log, negotiations, outbox, transfers, usage

EVERYTHING = 10_000
_MACHINES = {"negotiation": negotiation, "transfer": transfer}


@dataclass(frozen=True)
class Memory:
    """All that one side remembers."""

    name: str
    participant: str
    negotiations: tuple[Negotiation, ...]
    transfers: tuple[Transfer, ...]
    agreements: tuple[Agreement, ...]
    entries: tuple[LogEntry, ...]
    unsent: int
    uses: Mapping[str, int] = field(default_factory=dict)


def remembered(name: str, participant: str, database: Database, vault: Vault) -> Memory:
    """Read everything of one side."""
    with database.reading() as tx:
        kept = agreements.listing(tx, limit=EVERYTHING)
        return Memory(
            name=name,
            participant=participant,
            negotiations=negotiations.listing(tx, limit=EVERYTHING),
            transfers=transfers.listing(tx, vault, limit=EVERYTHING),
            agreements=kept,
            entries=tuple(log.entries(tx)),
            unsent=outbox.size(tx),
            uses={agreement.id: usage.used(tx, agreement.id).uses for agreement in kept},
        )


def differences(provider: Memory, consumer: Memory, verifier: Verifier) -> list[str]:
    """Everything in which the two sides do not agree, or what one side has lost or has twice."""
    found = [*_paired("negotiation", provider.negotiations, consumer.negotiations)]
    found += _paired("transfer", provider.transfers, consumer.transfers)
    found += _agreements(provider, consumer)
    found += _receipts(provider, consumer)
    for side in (provider, consumer):
        found += [f"{side.name}: {text}" for text in _log(side, verifier)]
        if side.unsent:
            found.append(f"{side.name}: {side.unsent} messages unsent")
    return found


def _paired(kind: str, provider: Iterable[Any], consumer: Iterable[Any]) -> Iterator[str]:
    ours = {record.consumer_pid: record for record in consumer}
    theirs: dict[str, Any] = {}
    for record in provider:
        if record.consumer_pid in theirs:
            yield f"{kind} {record.consumer_pid} is there twice"
        theirs[record.consumer_pid] = record
    for pid in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(pid), theirs.get(pid)
        if mine is None:
            yield f"{kind} {pid} is unknown to the consumer"
        elif other is None:
            if mine.state != "TERMINATED":
                yield f"{kind} {pid} is unknown to the provider, {mine.state} for the consumer"
        elif mine.state != other.state:
            yield f"{kind} {pid} is {other.state} for the provider, {mine.state} for the consumer"
        elif mine.provider_pid != other.provider_pid:
            yield f"{kind} {pid} has two ids of the provider"


def _agreements(provider: Memory, consumer: Memory) -> Iterator[str]:
    agreed = {
        side.name: {one.agreement_id: one for one in side.negotiations if one.state is NegotiationState.FINALIZED}
        for side in (provider, consumer)
    }
    final = {side.name: {one.id: one for one in side.agreements if one.final} for side in (provider, consumer)}
    for side in (provider, consumer):
        finalized = sum(one.state is NegotiationState.FINALIZED for one in side.negotiations)
        if finalized != len(agreed[side.name]):
            yield f"{side.name}: two negotiations have the same agreement"
        if agreed[side.name].keys() != final[side.name].keys():
            yield f"{side.name}: final agreements {sorted(final[side.name])}, agreed {sorted(agreed[side.name])}"
        if len({one.id for one in side.agreements}) != len(side.agreements):
            yield f"{side.name}: an agreement is there twice"
    for id, ours in final[provider.name].items():
        theirs = final[consumer.name].get(id)
        if theirs is None or (ours.policy, ours.assigner, ours.assignee) != (
            theirs.policy,
            theirs.assigner,
            theirs.assignee,
        ):
            yield f"agreement {id} differs"


def _log(side: Memory, verifier: Verifier) -> Iterator[str]:
    for broken in log.verify(side.entries, verifier, signer=side.participant):
        yield f"log: {broken}"
    states: dict[str, list[str]] = {}
    for entry in side.entries:
        if entry.kind in _MACHINES:
            body = json.loads(entry.body)
            states.setdefault(body["process"], []).append(body["state"])
            reached, means, sender = body["state"], body["message"], Role(body["sender"])
            machine = _MACHINES[entry.kind]
            before = states[body["process"]][-2] if len(states[body["process"]]) > 1 else None
            key = (before, means, sender)
            if machine.TRANSITIONS.get(key) != reached and reached not in ("TERMINATED", "COMPLETED"):  # type: ignore[attr-defined]
                yield f"log: {body['process']} went from {before} to {reached} by {means} of the {sender}"
    for record in (*side.negotiations, *side.transfers):
        told = states.get(record.pid, [])
        if record.state is not None and (not told or told[-1] != record.state):
            yield f"log: {record.pid} is {record.state}, the log says {told}"
    signed = Counter(entry.agreement for entry in side.entries if entry.kind == "agreement")
    for agreement in side.agreements:
        if signed[agreement.id] != agreement.final:
            yield f"log: agreement {agreement.id} is told {signed[agreement.id]} times"


def _receipts(provider: Memory, consumer: Memory) -> Iterator[str]:
    """Each pull counts once; once both receipts are exchanged each side has both, each of them once."""
    tokens: dict[str, dict[str, Counter[str]]] = {}
    for side in (provider, consumer):
        for entry in side.entries:
            logged = receipts.logged_in(entry)
            if logged is not None:
                pull, _, token = logged
                tokens.setdefault(pull, {}).setdefault(side.name, Counter())[token] += 1
    for pull, sides in tokens.items():
        if any(times > 1 for counter in sides.values() for times in counter.values()):
            yield f"pull {pull}: a receipt is there twice"
        if not set(sides.get(provider.name, ())) <= set(sides.get(consumer.name, ())):
            yield f"pull {pull}: the provider has a receipt that the consumer has not"
        if any(len(counter) > 2 for counter in sides.values()):
            yield f"pull {pull}: more than two receipts"
    begun = Counter(entry.agreement for entry in provider.entries if entry.kind == "pull.begun")
    for agreement, uses in provider.uses.items():
        if begun[agreement] != uses:
            yield f"agreement {agreement}: {uses} uses counted, {begun[agreement]} pulls begun"
