"""Terms of use as values: the ODRL 2.2 subset that genba reads, decides and writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Enforcement(StrEnum):
    """How far a term is kept: decided where the data leave, recorded where they arrive, or promised only."""

    ENFORCED = "enforced"
    EVIDENCED = "evidenced"
    CONTRACTUAL = "contractual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A condition on one operand (odrl:Constraint); the right side is always a tuple of strings."""

    left_operand: str
    operator: str
    right_operand: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicalConstraint:
    """Conditions joined by `and`, `or` or `xone` (odrl:LogicalConstraint)."""

    operator: str
    operands: tuple["Constraint | LogicalConstraint", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What the assignee has to do for a permission or an agreement as a whole (odrl:Duty)."""

    action: str
    constraints: tuple[Constraint | LogicalConstraint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A permission or a prohibition (odrl:Permission, odrl:Prohibition)."""

    action: str
    constraints: tuple[Constraint | LogicalConstraint, ...] = ()
    duties: tuple[Duty, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A set of rules, an offer or an agreement (odrl:Policy)."""

    id: str = ""
    kind: str = "Set"  # Set, Offer or Agreement
    permissions: tuple[Rule, ...] = ()
    prohibitions: tuple[Rule, ...] = ()
    obligations: tuple[Duty, ...] = ()
    target: str = ""
    assigner: str = ""
    assignee: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The circumstances of one request; what is None is unknown, and what is unknown permits nothing."""

    action: str = "use"
    now: datetime | None = None  # UTC
    purposes: tuple[str, ...] | None = None  # stated for this use
    recipient: str | None = None  # id of who receives
    corporate_number: str | None = None  # 法人番号, 13 digits, from a verified credential or the partner's entry
    business_partner_number: str | None = None
    groups: tuple[str, ...] | None = None  # of the provider's own partner list
    memberships: tuple[str, ...] | None = None  # verified
    frameworks: tuple[str, ...] | None = None  # framework agreements, as "Name:Version", verified
    agreed_at: datetime | None = None  # UTC
    uses: int | None = None  # earlier pulls under the agreement
    volume_bytes: int | None = None  # delivered so far under the agreement
    place: str | None = None  # where the data are processed, ISO 3166-1 alpha-2
    training: bool | None = None  # whether a model learns from the data
    onward: bool | None = None  # whether the data go to a third party
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # facts of plain comparison, by operand


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a decision fell: a message's code with its details, for either language."""

    code: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether something may be done; `reasons` are filled on demand only."""

    allowed: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who may see an offer, in a form that a database decides: all of `all_of`, between two dates.

    Each group of alternatives is a tuple of (kind, value), kinds: participant, group, corporate_number,
    business_partner_number, membership, framework. No group at all means every authenticated participant.
    """

    all_of: tuple[tuple[tuple[str, str], ...], ...] = ()
    none_of: tuple[tuple[str, str], ...] = ()
    first: datetime | None = None
    last: datetime | None = None
