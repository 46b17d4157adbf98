"""The dataspace's words as values: negotiations, agreements, transfers, publications and what waits to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Which side of a contract somebody is."""

    CONSUMER = "consumer"
    PROVIDER = "provider"

    @property
    def other(self) -> "Role":
        """Give the opposite side."""
        return Role.PROVIDER if self is Role.CONSUMER else Role.CONSUMER


class NegotiationState(StrEnum):
    """States of a contract negotiation (Dataspace Protocol 2025-1, contract negotiation)."""

    REQUESTED = "REQUESTED"
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    AGREED = "AGREED"
    VERIFIED = "VERIFIED"
    FINALIZED = "FINALIZED"
    TERMINATED = "TERMINATED"


class TransferState(StrEnum):
    """States of a transfer process (Dataspace Protocol 2025-1, transfer process)."""

    REQUESTED = "REQUESTED"
    STARTED = "STARTED"
    SUSPENDED = "SUSPENDED"
    COMPLETED = "COMPLETED"
    TERMINATED = "TERMINATED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiation:
    """One side's record of a contract negotiation; `state` is None until the first message was acknowledged."""

    provider_pid: str  # empty on the consumer's side until the provider has answered
    consumer_pid: str
    role: Role  # ours
    state: NegotiationState | None
    partner: str  # id of the other participant
    address: (
        str  # base address of the other side's protocol endpoint, without a slash at the end; "file:" for carried files
    )
    dataset: str
    offer: str  # the policy last offered or requested, JSON exactly as sent or received
    agreement: str = ""  # JSON exactly as sent or received
    agreement_id: str = ""
    waiting: str = ""  # code of the reason why a person has to decide; empty when none has to
    reason: str = ""  # why it was terminated, in the words of who did it
    changed_at: datetime
    version: int = 0  # of the record, for optimistic writes

    @property
    def pid(self) -> str:
        """Our own id of this negotiation."""
        return self.provider_pid if self.role is Role.PROVIDER else self.consumer_pid


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One side's record of a transfer process."""

    provider_pid: str
    consumer_pid: str
    role: Role  # ours
    state: TransferState | None
    partner: str
    address: str
    agreement_id: str
    format: str
    data_address: str = ""  # JSON; holds a secret, so it is stored encrypted
    reason: str = ""
    changed_at: datetime
    version: int = 0

    @property
    def pid(self) -> str:
        """Our own id of this transfer."""
        return self.provider_pid if self.role is Role.PROVIDER else self.consumer_pid


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What two participants agreed (odrl:Agreement)."""

    id: str
    role: Role  # ours
    dataset: str
    assigner: str
    assignee: str
    policy: str  # JSON exactly as sent or received
    agreed_at: datetime
    final: bool = False  # both sides have confirmed
    withdrawn_at: datetime | None = None
    withdrawn_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message that has to reach the other side, kept until it was acknowledged."""

    id: str
    process: str  # our pid of the negotiation or transfer; messages of one process go one after the other
    kind: str  # negotiation or transfer
    message: str  # its @type
    partner: str
    url: str
    body: bytes  # the same bytes at every try, so that the other side can tell a repetition
    attempts: int = 0
    due_at: datetime
    failure: str = ""  # code of the last failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A company that we know: entered by a person, not learned from messages."""

    id: str  # DID
    name: str = ""
    address: str = ""  # its protocol endpoint
    groups: tuple[str, ...] = ()
    corporate_number: str = ""
    blocked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who sent a message, as far as it was proven."""

    id: str
    memberships: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    corporate_number: str = ""
    business_partner_number: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A data product that is offered: what the catalogue says of it, on what terms, and where its bytes are."""

    id: str  # dataset id in the catalogue, different for each version
    version: str
    title: str
    dataset: str  # dcat:Dataset without hasPolicy and distribution, JSON
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # kind, format, keyword, language, lot …
    text: str = ""  # what full-text search looks through
    offer_id: str
    offer: str  # contract policy as an odrl:Offer without target, JSON
    access: str  # access policy, JSON
    folder: str  # delivered files, below the home's deliveries/ or an absolute path
    manifest_sha256: str  # of delivery.json, the signed list of what is delivered
    published_at: datetime
    withdrawn_at: datetime | None = None
    rule: str = "person"  # accept, person or refuse: what happens when it is asked for
    personal_data: str  # the signed statement about personal data, compact JWS
    details_visible: bool = False  # samples and schema may be seen before a contract


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """A link of the hash-chained log: what happened, signed, bound to everything before it."""

    seq: int
    at: datetime
    kind: str  # published, negotiation, agreement, pull.begun, pull.ended, pull.refused, receipt, withdrawn …
    agreement: str = ""
    partner: str = ""
    body: str  # canonical JSON
    previous: str  # SHA-256 of the link before, hex; 64 zeros at the beginning
    sha256: str
    signature: str  # compact JWS over the link's hash; its header names algorithm and key


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that waits for a person, or that a person should know."""

    id: str
    at: datetime
    code: str
    details: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""  # pid or agreement
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenOffer:
    """An offer in a partner's catalogue, as it stood there when we last looked."""

    offer_id: str
    partner: str
    address: str  # of the partner's protocol endpoint
    dataset: str
    title: str = ""
    policy: str  # odrl:Offer, JSON as it came
    seen_at: datetime
