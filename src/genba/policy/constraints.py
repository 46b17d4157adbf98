"""Left operands: what a constraint can be about, how it is decided, and how far it is kept.

A new operand is one function here, one line in OPERANDS, and its words in messages. Every function answers True
(satisfied), False (violated) or None (unknown), and None whenever a value cannot be read.
"""

# ruff: noqa: E501 - a table of names

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import ge, gt, le, lt
from string import ascii_uppercase
from typing import Any

from genba.formats.corporate_numbers import has_shape, is_corporate_number
from genba.model.policy import Facts
from genba.policy.purposes import lies_within

CATENA_X = "https://w3id.org/catenax/2025/9/policy/"
ODRL = "http://www.w3.org/ns/odrl/2/"
OWN = "urn:genba:operand:"
# How operands are spelt on the wire, and the namespace that each spelling means; we write the namespace itself.
NAMESPACES = {
    CATENA_X: CATENA_X,
    "https://w3id.org/catenax/policy/": CATENA_X,
    "cx-policy:": CATENA_X,
    ODRL: ODRL,
    "odrl:": ODRL,
    OWN: OWN,
}

Holds = Callable[[str, tuple[str, ...], Facts], bool | None]
PERMISSION, PROHIBITION, OBLIGATION = "permission", "prohibition", "obligation"
LONGEST_DAYS = 36_525
_DIGITS = 15
_COUNTRIES = frozenset(one + other for one in ascii_uppercase for other in ascii_uppercase)
_BPN_CHARS = 16
_NEGATING = frozenset({"neq", "isNoneOf"})
ONCE, UNLIMITED = "cx.dataFrequency.once:1", "cx.dataFrequency.unlimited:1"
_YEARS = range(1970, 9000)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", re.ASCII)
_BPN = re.compile(r"BPNL[0-9A-Z]{12}", re.ASCII)
_FRAMEWORK = re.compile(r"[A-Za-z][A-Za-z0-9]*:[0-9]+(\.[0-9]+)*", re.ASCII)
THIRD_PARTY = "cx.thirdParty.forbidden:1"


def moment(text: str) -> datetime | None:
    """Read a time that says its zone; a time without one is somebody's guess."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo is not None else None


def number(text: str) -> int | None:
    """Read a whole number as it is written on the wire: ASCII digits only."""
    return int(text) if len(text) <= _DIGITS and text.isascii() and text.isdigit() else None


def _among(operator: str, values: tuple[str, ...], held: tuple[str, ...]) -> bool | None:
    """Compare what is held with a list of values."""
    if operator == "isAnyOf":
        for value in values:  # noqa: SIM110 - a third faster than any(), at every delivery
            if value in held:
                return True
        return False
    if operator == "isNoneOf":
        return not any(value in held for value in values)
    if operator == "isAllOf":
        return all(value in held for value in values)
    if len(values) != 1:
        return None
    return (values[0] in held) is (operator == "eq")


# How two numbers compare, or two times that both know their zone.
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {"lt": lt, "lteq": le, "gt": gt, "gteq": ge}


def purpose(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Hold when every stated purpose lies within the values; unknown when only some do, or one reaches further."""
    stated = facts.purposes
    if not stated:
        return None
    verdict = lies_within(stated[0], values)
    if len(stated) > 1 and any(lies_within(other, values) is not verdict for other in stated[1:]):
        return None
    return not verdict if operator in _NEGATING and verdict is not None else verdict


def recipient(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Compare the id of the participant who receives."""
    return _among(operator, values, (facts.recipient,)) if facts.recipient and "" not in values else None


def corporate_number(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Compare the 法人番号 of the company that receives."""
    if not facts.corporate_number or not all(has_shape(value) for value in values):
        return None
    return _among(operator, values, (facts.corporate_number,))


def business_partner_number(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Compare the Catena-X number of the company that receives."""
    if not facts.business_partner_number or not all(_is_bpn(value) for value in values):
        return None
    return _among(operator, values, (facts.business_partner_number,))


def business_partner_group(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Look for the recipient in groups of the provider's partner list."""
    held = facts.groups
    if held is None or "" in values:
        return None
    if operator == "isAnyOf":  # what `_among` does, without its call
        for value in values:  # noqa: SIM110
            if value in held:
                return True
        return False
    return _among(operator, values, held)


def membership(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Look for a verified membership."""
    return _among(operator, values, facts.memberships) if facts.memberships is not None and "" not in values else None


def framework_agreement(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Look for a verified framework agreement, as Name:Version."""
    return _among(operator, values, facts.frameworks) if facts.frameworks is not None and "" not in values else None


def end_date(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Hold until that time, inclusive."""
    if len(values) != 1 or facts.now is None:
        return None
    try:
        end = datetime.fromisoformat(values[0])
        return None if end.tzinfo is None else facts.now <= end
    except (ValueError, TypeError):
        return None


def end_duration_days(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Hold for so many days of 24 hours from the agreement on."""
    days = number(values[0]) if len(values) == 1 else None
    if days is None or days > LONGEST_DAYS or facts.now is None or facts.agreed_at is None:
        return None
    try:
        return facts.now <= facts.agreed_at + timedelta(days=days)
    except (OverflowError, TypeError):
        return None


def date_time(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Compare the present time."""
    limit = moment(values[0]) if len(values) == 1 else None
    if limit is None or facts.now is None or facts.now.tzinfo is None:
        return None
    return _COMPARISONS[operator](facts.now, limit)


def count(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Compare the number of deliveries including this one."""
    limit = number(values[0]) if len(values) == 1 else None
    return None if limit is None or facts.uses is None else _COMPARISONS[operator](facts.uses + 1, limit)


def data_frequency(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Hold for the first delivery only, or for every one."""
    if values == (UNLIMITED,):
        return True
    return facts.uses < 1 if values == (ONCE,) and facts.uses is not None else None


def volume(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Compare the bytes delivered under the agreement."""
    limit = number(values[0]) if len(values) == 1 else None
    return None if limit is None or facts.volume_bytes is None else _COMPARISONS[operator](facts.volume_bytes, limit)


def place(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Compare the country where the data are processed, ISO 3166-1 alpha-2."""
    if facts.place not in _COUNTRIES or not _COUNTRIES.issuperset(values):
        return None
    return _among(operator, values, (facts.place,))


def training(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Ask whether a model learns from the data."""
    return _yes_or_no(operator, values, facts.training)


def onward(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Ask whether the data go on to somebody else."""
    return _yes_or_no(operator, values, facts.onward)


def _yes_or_no(operator: str, values: tuple[str, ...], held: bool | None) -> bool | None:
    if held is None or values not in (("true",), ("false",)):
        return None
    return (held is (values[0] == "true")) is (operator == "eq")


def _promise(name: str) -> Holds:
    """Hold when the concluded agreement names these values; what they mean is decided between people."""

    def holds(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
        named = facts.others.get(name)
        return True if named is not None and all(value in named for value in values) else None

    return holds


def usage_restriction(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    """Say whether something forbidden is about to be done: false when all is promised and none is stated.

    The Catena-X profile puts acts that are forbidden into a prohibition; the prohibition applies when one is done.
    """
    named = facts.others.get("UsageRestriction")
    if named is None or not all(value in named for value in values):
        return None
    return facts.onward if THIRD_PARTY in values else False


def is_named(text: str) -> bool:
    """Say whether a value says anything, on one line."""
    return bool(text.strip()) and text.isprintable()


def is_moment(text: str) -> bool:
    """Say whether a time is written as the Catena-X profile wants it, and lies where every database can hold it."""
    time = moment(text) if _MOMENT.fullmatch(text) else None
    return time is not None and time.year in _YEARS


def is_number(text: str) -> bool:
    """Say whether this is a whole number above zero."""
    return bool(number(text))


def is_days(text: str) -> bool:
    """Say whether this is a number of days within a century."""
    return 0 < (number(text) or 0) <= LONGEST_DAYS


def is_bpn(text: str) -> bool:
    """Say whether this is the Catena-X number of a legal entity."""
    return _BPN.fullmatch(text) is not None


def is_framework(text: str) -> bool:
    """Say whether this names a framework agreement and its version."""
    return _FRAMEWORK.fullmatch(text) is not None


def is_country(text: str) -> bool:
    """Say whether this can be a country's code: two capital letters."""
    return text in _COUNTRIES


def _is_bpn(text: str) -> bool:
    return len(text) == _BPN_CHARS and text.startswith("BPNL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """What a constraint can be about.

    `fact` names the fact it needs. `at_delivery`: the provider's data plane settles it at every delivery. `afterwards`:
    something is left that only the recipient can keep. Neither: only a contract can settle it.
    """

    name: str
    namespace: str
    operators: frozenset[str]
    holds: Holds
    fact: str = ""
    at_delivery: bool = True
    afterwards: bool = False
    promised: bool = False  # holds because it was agreed, so that in a prohibition it says: this is not done
    audience: str = ""  # what Audience calls it; empty where the catalogue's query cannot decide it
    places: frozenset[str] = frozenset({PERMISSION, PROHIBITION})
    values: tuple[str, ...] = ()  # the only ones there are; empty where they are free
    readable: Callable[[str], bool] = is_named  # whether a free value can be offered

    @property
    def is_contractual(self) -> bool:
        """Whether nobody but the parties of the contract can say that it is kept."""
        return not self.at_delivery and not self.afterwards

    def reads(self, values: tuple[str, ...]) -> bool:
        """Say whether every value is one that can be offered."""
        return all(value in self.values if self.values else self.readable(value) for value in values)

    @property
    def iri(self) -> str:
        """The name as it is written on the wire."""
        return self.namespace + self.name


_EQ = frozenset({"eq"})
_ANY = frozenset({"isAnyOf"})
_ALL = frozenset({"isAllOf"})
_SETS = frozenset({"eq", "neq", "isAnyOf", "isNoneOf"})
_GROUPS = frozenset({"eq", "neq", "isAnyOf", "isNoneOf", "isAllOf"})
_LIMITS = frozenset({"lt", "lteq", "gt", "gteq"})
_UNTIL = frozenset({"eq", "lteq"})
_PURPOSES = frozenset({"eq", "neq", "isA", "isAnyOf", "isNoneOf", "isPartOf"})
_TRUTHS = frozenset({"eq", "neq"})
_REGIONS = tuple(
    f"cx.region.{name}:1"
    for name in ("all", "europe", "northAmerica", "southAmerica", "africa", "asia", "oceania", "antarctica")
)


def _until(name: str, holds: Holds, fact: str, *, readable: Callable[[str], bool], afterwards: bool) -> Operand:
    """An end, of use or of provision; as an obligation it is the provider's promise to deliver until then."""
    return Operand(
        name=name, namespace=CATENA_X, operators=_UNTIL, holds=holds, fact=fact, readable=readable,
        afterwards=afterwards, places=frozenset({PERMISSION} if afterwards else {PERMISSION, OBLIGATION}),
    )  # fmt: skip


def _promised(
    name: str,
    operators: frozenset[str],
    *values: str,
    readable: Callable[[str], bool] = is_named,
    in_prohibitions: bool = False,
) -> Operand:
    """An operand of the Catena-X profile that only the contract settles."""
    return Operand(
        name=name, namespace=CATENA_X, operators=operators, holds=_promise(name), at_delivery=False, promised=True, values=values, readable=readable,
        places=frozenset({PERMISSION, PROHIBITION} if in_prohibitions else {PERMISSION}),
    )  # fmt: skip


_ALL_OPERANDS = (
    Operand(name="UsagePurpose", namespace=CATENA_X, operators=_PURPOSES, holds=purpose, fact="purposes", afterwards=True),
    Operand(name="purpose", namespace=ODRL, operators=_PURPOSES, holds=purpose, fact="purposes", afterwards=True),
    Operand(name="recipient", namespace=ODRL, operators=_SETS, holds=recipient, fact="recipient", audience="participant"),
    Operand(name="CorporateNumber", namespace=OWN, operators=_SETS, holds=corporate_number, fact="corporate_number", audience="corporate_number", readable=is_corporate_number),
    Operand(name="BusinessPartnerNumber", namespace=CATENA_X, operators=_SETS, holds=business_partner_number, fact="business_partner_number", audience="business_partner_number", readable=is_bpn),
    Operand(name="BusinessPartnerGroup", namespace=CATENA_X, operators=_GROUPS, holds=business_partner_group, fact="groups", audience="group"),
    Operand(name="Membership", namespace=CATENA_X, operators=_EQ, holds=membership, fact="memberships", audience="membership"),
    Operand(name="FrameworkAgreement", namespace=CATENA_X, operators=_EQ, holds=framework_agreement, fact="frameworks", audience="framework", readable=is_framework),
    _until("DataUsageEndDate", end_date, "now", readable=is_moment, afterwards=True),
    _until("DataUsageEndDurationDays", end_duration_days, "agreed_at", readable=is_days, afterwards=True),
    _until("DataProvisioningEndDate", end_date, "now", readable=is_moment, afterwards=False),
    _until("DataProvisioningEndDurationDays", end_duration_days, "agreed_at", readable=is_days, afterwards=False),
    Operand(name="dateTime", namespace=ODRL, operators=_LIMITS, holds=date_time, fact="now", readable=is_moment),
    Operand(name="count", namespace=ODRL, operators=_LIMITS, holds=count, fact="uses", readable=is_number),
    Operand(name="DataFrequency", namespace=CATENA_X, operators=_EQ, holds=data_frequency, fact="uses", values=(ONCE, UNLIMITED), places=frozenset({PERMISSION})),
    Operand(name="VolumeBytes", namespace=OWN, operators=_LIMITS, holds=volume, fact="volume_bytes", readable=is_number),
    Operand(name="spatial", namespace=ODRL, operators=_SETS, holds=place, fact="place", afterwards=True, readable=is_country),
    Operand(name="Training", namespace=OWN, operators=_TRUTHS, holds=training, fact="training", afterwards=True, values=("true", "false")),
    Operand(name="OnwardProvision", namespace=OWN, operators=_TRUTHS, holds=onward, fact="onward", at_delivery=False, afterwards=True, values=("true", "false")),
    Operand(
        name="UsageRestriction", namespace=CATENA_X, operators=_ALL, holds=usage_restriction, at_delivery=False,
        places=frozenset({PROHIBITION}),
        values=(THIRD_PARTY, "cx.manipulation.forbidden:1", "cx.derivations.forbidden:1", "cx.extraordinaryAnalytics.forbidden:1", "cx.dataProviderRemoval.forbidden:1"),
    ),
    _promised("ContractReference", _ALL),
    _promised("AffiliatesBpnl", _ANY, readable=is_bpn, in_prohibitions=True),
    _promised("AffiliatesRegion", _ANY, *_REGIONS, in_prohibitions=True),
    _promised("ManagedLegalEntityBpnl", _ANY, readable=is_bpn),
    _promised("ManagedLegalEntityRegion", _ANY, *_REGIONS),
    _promised("ConfidentialInformationMeasures", _EQ, "cx.confidentiality.measures:1"),
    _promised("ConfidentialInformationSharing", _ANY, "cx.sharing.affiliates:1", "cx.sharing.managedLegalEntity:1"),
    _promised("ContractTermination", _EQ, "cx.data.deletion:1", "cx.data.keeping:1"),
    _promised("DataUsageEndDefinition", _EQ, "cx.dataUsageEnd.unlimited:1"),
    _promised("ExclusiveUsage", _EQ, "cx.exclusiveUsage.dataConsumer:1"),
    _promised("JurisdictionLocation", _EQ),
    _promised("JurisdictionLocationReference", _EQ, "cx.location.dataConsumer:1", "cx.location.contractReference:1"),
    _promised("Liability", _EQ, "cx.grossNegligence:1", "cx.slightNegligence:1"),
    _promised("Precedence", _EQ, "cx.precedence.contractReference:1", "cx.precedence.rcAgreement:1"),
    _promised("VersionChanges", _EQ, "cx.versionChanges.minor:1", "cx.versionChanges.major:1"),
    _promised("Warranty", _EQ, "cx.warranty.none:1", "cx.warranty.contractReference:1", "cx.warranty.dataQualityIssues:1"),
    _promised("WarrantyDefinition", _EQ, "cx.warranty.contractEndDate:1"),
    _promised("WarrantyDurationMonths", _EQ, readable=is_number),
)  # fmt: skip

OPERANDS: Mapping[str, Operand] = {operand.name: operand for operand in _ALL_OPERANDS}
