"""What goes into the management API and what comes out; nothing here is read or written anywhere else."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Did = Annotated[str, msgspec.Meta(pattern=r"^did:[a-z0-9]+:[^\s]+$", max_length=2000)]
Word = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=2000)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]
RoleWord = Literal["consumer", "provider"]
NegotiationWord = Literal["REQUESTED", "OFFERED", "ACCEPTED", "AGREED", "VERIFIED", "FINALIZED", "TERMINATED"]
TransferWord = Literal["REQUESTED", "STARTED", "SUSPENDED", "COMPLETED", "TERMINATED"]
YesNo = Literal["yes", "no"]


class Struct(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Strict on the way in, complete on the way out."""


class PageQuery(Struct):
    """Which page of a list."""

    limit: Limit = 100
    after: Text = ""  # id of the last item of the page before


class NegotiationsQuery(PageQuery):
    """Which negotiations."""

    state: NegotiationWord | None = None
    waiting: YesNo | None = None
    partner: Text = ""


class AgreementsQuery(PageQuery):
    """Which agreements."""

    role: RoleWord | None = None
    in_force: YesNo | None = None


class TransfersQuery(PageQuery):
    """Which transfers."""

    state: TransferWord | None = None
    agreement: Text = ""


class PublicationsQuery(PageQuery):
    """Which publications."""

    withdrawn: YesNo | None = None


class PartnerIn(Struct):
    """What a person knows of a company."""

    name: Word = ""
    address: Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^(https?://\S+|file:)?$")] = ""
    groups: Annotated[list[Word], msgspec.Meta(max_length=100)] = []
    corporate_number: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{13})?$")] = ""


class PartnerOut(Struct):
    """A company that a person has entered."""

    id: str
    name: str
    address: str
    groups: list[str]
    corporate_number: str
    blocked: bool


class PublicationOut(Struct):
    """A product that is offered."""

    id: str
    version: str
    title: str
    offer: str
    rule: str
    published_at: datetime
    withdrawn_at: datetime | None
    details_visible: bool
    facets: dict[str, list[str]]
    policy: msgspec.Raw


class NegotiationOut(Struct):
    """One side's record of a negotiation."""

    id: str
    provider_pid: str
    consumer_pid: str
    role: RoleWord
    state: NegotiationWord | None
    partner: str
    dataset: str
    agreement: str
    waiting: str
    waiting_text: str
    reason: str
    changed_at: datetime
    age_s: float


class TransferOut(Struct):
    """One side's record of a transfer."""

    id: str
    provider_pid: str
    consumer_pid: str
    role: RoleWord
    state: TransferWord | None
    partner: str
    agreement: str
    format: str
    reason: str
    changed_at: datetime


class TermOut(Struct):
    """One term in a sentence, and how far it is kept with this partner."""

    text: str
    operand: str
    kept: Literal["enforced", "evidenced", "contractual"]


class AgreementOut(Struct):
    """What two participants agreed."""

    id: str
    role: RoleWord
    dataset: str
    assigner: str
    assignee: str
    agreed_at: datetime
    final: bool
    withdrawn_at: datetime | None
    withdrawn_because: str


class AgreementWithTerms(AgreementOut):
    """An agreement with its terms: for people, and as they were signed."""

    terms: list[TermOut]
    policy: msgspec.Raw


class NoticeOut(Struct):
    """What waits for a person."""

    id: str
    at: datetime
    code: str
    text: str
    subject: str


class Partners(Struct):
    """A page of partners; `next` is empty on the last one."""

    items: list[PartnerOut]
    next: str


class Publications(Struct):
    """A page of publications."""

    items: list[PublicationOut]
    next: str


class Negotiations(Struct):
    """A page of negotiations."""

    items: list[NegotiationOut]
    next: str


class Transfers(Struct):
    """A page of transfers."""

    items: list[TransferOut]
    next: str


class Agreements(Struct):
    """A page of agreements."""

    items: list[AgreementOut]
    next: str


class Notices(Struct):
    """A page of notices."""

    items: list[NoticeOut]
    next: str
