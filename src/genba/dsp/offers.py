"""Offers and agreements made from one another, their rules kept byte for byte."""

import json
from datetime import UTC, datetime

import msgspec
from msgspec import Raw

from genba.errors import InvalidInput

_encoder = msgspec.json.Encoder()
RULES = ("permission", "prohibition", "obligation")


def _members(policy: str) -> dict[str, Raw]:
    try:
        return msgspec.json.decode(policy, type=dict[str, Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput("dsp.policy_invalid") from error


def _raw(text: str) -> Raw:
    return Raw(_encoder.encode(text))


def said_once(policy: bytes | str) -> str:
    """Give a policy whose objects name each member once: of two, every reader could take another."""
    text = policy if isinstance(policy, str) else policy.decode()
    try:
        json.loads(text, object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise InvalidInput("dsp.policy_invalid") from None
    return text


def _once(members: list[tuple[str, object]]) -> None:
    seen: set[str] = set()
    for name, _ in members:
        if name in seen:
            raise InvalidInput("policy.field_twice", field=name[:80])
        seen.add(name)


def message_offer(offer: str, *, target: str, assigner: str = "", assignee: str = "", id: str = "") -> str:
    """Turn an offer of the catalog, which names no target, into one for a message, which has to."""
    members = _members(offer)
    members.pop("@context", None)
    named = {"@type": "Offer", "@id": id, "target": target, "assigner": assigner, "assignee": assignee}
    members.update({name: _raw(value) for name, value in named.items() if value})
    if not any(rules in members for rules in RULES[:2]):
        raise InvalidInput("dsp.policy_without_rules")
    return _encoder.encode(members).decode()


def agreement(offer: str, *, id: str, target: str, assigner: str, assignee: str, at: datetime) -> str:
    """Turn the last offer into the agreement: parties, target and time are set, the rules stay as they were sent."""
    members = _members(offer)
    members.pop("@context", None)
    named = {
        "@type": "Agreement",
        "@id": id,
        "target": target,
        "assigner": assigner,
        "assignee": assignee,
        "timestamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    members.update({name: _raw(value) for name, value in named.items()})
    if not any(rules in members for rules in RULES[:2]):
        raise InvalidInput("dsp.policy_without_rules")
    return _encoder.encode(members).decode()
