"""What goes into the management API and what comes out; nothing here is read or written anywhere else."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Word = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=2000)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]
FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$")]
Moment = Annotated[
    str, msgspec.Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2}))?$")
]
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
    address: Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^(https?://[!-~]+|file:)?$")] = ""
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


class WaitingOut(Struct):
    """A negotiation that a person has to decide, with its reason, its age and its terms."""

    negotiation: str
    partner: str
    partner_name: str
    dataset: str
    title: str
    role: RoleWord
    reason: str
    since: datetime
    age_s: int
    connector: Literal["genba", "other"]
    terms: list[TermOut]


class WaitingList(Struct):
    """All that a person has to decide, the newest first."""

    items: list[WaitingOut]


class NoticeOut(Struct):
    """What a person should know, or has to decide."""

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


class BlockedIn(Struct):
    """Whether a partner is answered."""

    blocked: bool


class PublishIn(Struct):
    """What to offer, on which terms, with whose word about personal data."""

    product: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    terms: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    personal_data: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    signed_by: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    parameters: dict[Word, Text] = {}
    rule: Literal["person", "accept", "refuse"] = "person"
    title: Word = ""


class PublishedOut(Struct):
    """What is in the catalogue now."""

    dataset: str
    version: str
    offer: str
    title: str
    files: int
    size_bytes: int
    was_there: bool


class ReasonIn(Struct):
    """Why; the other side is told."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class CatalogIn(Struct):
    """Whose catalogue, and what of it."""

    address: Annotated[str, msgspec.Meta(pattern=r"^https?://[!-~]+$", max_length=2000)]
    partner: Annotated[str, msgspec.Meta(pattern=r"^(did:[a-z0-9]+:[!-~]+)?$", max_length=2000)] = ""
    search: Word = ""
    facets: dict[Word, Annotated[list[Word], msgspec.Meta(max_length=20)]] = {}


class CatalogQuery(Struct):
    """How many pages to look through."""

    pages: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1


class OfferOut(Struct):
    """An offer in a partner's catalogue."""

    id: str
    policy: msgspec.Raw


class DatasetOut(Struct):
    """A dataset in a partner's catalogue."""

    id: str
    title: str
    formats: list[str]
    offers: list[OfferOut]


class CatalogOut(Struct):
    """What a partner offers us."""

    partner: str
    address: str
    datasets: list[DatasetOut]
    more: bool


class ConsideredOut(Struct):
    """An offer with its terms, and how far each would be kept by this partner's connector."""

    offer: str
    partner: str
    dataset: str
    title: str
    connector: Literal["genba", "other"]
    terms: list[TermOut]


class NegotiateIn(Struct):
    """Which offer to ask for: one that was seen in a catalogue."""

    offer: Id


class DecisionIn(Struct):
    """What a person says to a negotiation."""

    decision: Literal["accept", "refuse", "counter"]
    reason: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    policy: dict[str, Any] | None = None


class TransferIn(Struct):
    """Which agreement's data to ask for, and where."""

    agreement: Id
    address: Annotated[str, msgspec.Meta(pattern=r"^(https?://[!-~]+|file:)$", max_length=2000)]


class PullIn(Struct):
    """What to pull and for what; the folder is a name below received/ of the home."""

    agreement: Id
    folder: FileName
    purpose: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    place: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?$")] = ""
    training: bool = False


class PullOut(Struct):
    """A pull, where it goes, and what came of it."""

    id: str
    agreement: str
    folder: str
    begun_at: datetime
    state: Literal["running", "done", "failed"]
    received_bytes: int
    files: int
    proven: bool
    receipt: str
    error: str
    error_text: str


class Pulls(Struct):
    """The pulls that this process began, the newest first."""

    items: list[PullOut]
