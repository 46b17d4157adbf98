"""What is known when data are asked for or used: what was stated, who it is, what was used before."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import msgspec

from genba.errors import InvalidInput
from genba.model.exchange import Agreement, Caller, Partner
from genba.model.policy import Decision, Facts, Policy
from genba.policy import evaluation, odrl
from genba.policy.labels import in_words
from genba.policy.purposes import resolve

PURPOSE, PLACE, TRAINING = "genba-purpose", "genba-place", "genba-training"
MAX_PURPOSES = 20
_PURPOSE = re.compile(r"[!-+\--~]{1,200}")  # visible ASCII without the comma that parts them
_PLACE = re.compile(r"[A-Z]{2}")
_YES_NO = {"yes": True, "no": False, "": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What whoever asks says of the use; None was not said, and what is unknown permits nothing."""

    purposes: tuple[str, ...] | None = None
    place: str | None = None
    training: bool | None = None

    def headers(self) -> dict[str, str]:
        """Write it as a request carries it."""
        found = {}
        if self.purposes:
            found["Genba-Purpose"] = ", ".join(self.purposes)
        if self.place:
            found["Genba-Place"] = self.place
        if self.training is not None:
            found["Genba-Training"] = "yes" if self.training else "no"
        return found

    def record(self) -> dict[str, object]:
        """Write it as logs and receipts hold it: without what was not stated."""
        named = {"purposes": self.purposes, "place": self.place, "training": self.training}
        return {name: value for name, value in named.items() if value is not None}


def stated(purposes: str, place: str, training: str) -> Stated:
    """Read what was said; raises InvalidInput for what cannot be read, which is not the same as unsaid."""
    named = tuple(dict.fromkeys(part.strip() for part in purposes.split(",") if part.strip()))
    if len(named) > MAX_PURPOSES or any(_PURPOSE.fullmatch(name) is None for name in named):
        raise InvalidInput("pull.bad_purpose")
    where = place.strip().upper()
    if where and _PLACE.fullmatch(where) is None:
        raise InvalidInput("pull.bad_place", place=place[:20])
    learns = training.strip().lower()
    if learns not in _YES_NO:
        raise InvalidInput("pull.bad_training", training=training[:20])
    resolved = tuple(map(resolve, named))
    return Stated(purposes=resolved or None, place=where or None, training=_YES_NO[learns])


def stated_in(query: Mapping[str, str], headers: Mapping[str, str]) -> Stated:
    """Read what a request says of its use; headers count before the query."""
    return stated(
        headers.get(PURPOSE) or query.get("purpose", ""),
        headers.get(PLACE) or query.get("place", ""),
        headers.get(TRAINING) or query.get("training", ""),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What was delivered under an agreement before."""

    uses: int | None = None
    volume_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use under an agreement, as it is decided about."""

    agreement: Agreement
    stated: Stated
    now: datetime
    used: Used = Used()
    partner: Partner | None = None
    caller: Caller | None = None  # what was proven of the recipient
    onward: bool | None = None

    def facts(self, policy: Policy) -> Facts:
        """Put together what a decision about the agreed policy asks for."""
        partner, caller = self.partner, self.caller
        number = (caller.corporate_number if caller else "") or (partner.corporate_number if partner else "")
        return Facts(
            now=self.now,
            purposes=self.stated.purposes,
            recipient=self.agreement.assignee,
            corporate_number=number or None,
            business_partner_number=(caller.business_partner_number if caller else "") or None,
            groups=partner.groups if partner else None,
            memberships=caller.memberships if caller else None,
            frameworks=caller.frameworks if caller else None,
            agreed_at=self.agreement.agreed_at,
            uses=self.used.uses,
            volume_bytes=self.used.volume_bytes,
            place=self.stated.place,
            training=self.stated.training,
            onward=self.onward,
            others=evaluation.agreed(policy),
        )


def decide(use: Use) -> Decision:
    """Say whether a use is allowed by the agreement's terms, and where it is not, what speaks against it."""
    return decide_by(read_terms(use.agreement.policy), use)


def decide_by(policy: Policy, use: Use) -> Decision:
    """Decide a use by a policy, such as a part of the agreed one."""
    facts = use.facts(policy)
    decision = evaluation.decide(policy, facts)
    if decision.allowed:
        return decision
    return Decision(allowed=False, reasons=tuple(map(in_words, evaluation.against(policy, facts))))


@lru_cache(maxsize=256)
def read_terms(text: str) -> Policy:
    """Read agreed terms once; decisions are made anew each time."""
    return odrl.read(msgspec.json.decode(text))
