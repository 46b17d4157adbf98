"""Random policies and facts, as a partner might send them: mostly sensible, partly not."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from hypothesis import strategies as st

from genba.model.policy import Constraint, Duty, Facts, LogicalConstraint, Policy, Rule
from genba.policy.constraints import OPERANDS
from genba.policy.purposes import PURPOSES

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
DIDS = ("did:web:a.example", "did:web:b.example", "did:web:c.example")
NUMBERS = ("8999900000001", "7999900000002")
BPNS = ("BPNL000000000001", "BPNL0000000000ZZ")
GROUPS = ("internal", "suppliers", "customers")
PLACES = ("JP", "DE", "US")
FRAMEWORKS = ("DataExchangeGovernance:1.0", "Pcf:1.0")
MEMBERSHIPS = ("active", "other")
ALL_OPERATORS = (
    "eq", "neq", "gt", "gteq", "lt", "lteq", "isA", "hasPart", "isPartOf", "isAnyOf", "isNoneOf", "isAllOf", "like",
)  # fmt: skip
_MOMENTS = [(NOW + timedelta(days=days)).isoformat(timespec="seconds") for days in (-400, -1, 0, 1, 400)]
TIMES = (*_MOMENTS, "2026-11-22", "2026-11-22T12:00:00", "tomorrow")
COUNTS = ("0", "1", "2", "3", "-1", "１", "two", "9" * 30)
PURPOSE_IDS = (*sorted(PURPOSES), "somebody:else", "")

_VALUES = {
    "UsagePurpose": PURPOSE_IDS,
    "purpose": PURPOSE_IDS,
    "recipient": DIDS,
    "CorporateNumber": (*NUMBERS, "123", "８９９９９００００００"),
    "BusinessPartnerNumber": (*BPNS, "BPNS000000000001"),
    "BusinessPartnerGroup": GROUPS,
    "Membership": MEMBERSHIPS,
    "FrameworkAgreement": FRAMEWORKS,
    "DataUsageEndDate": TIMES,
    "DataProvisioningEndDate": TIMES,
    "dateTime": TIMES,
    "DataUsageEndDurationDays": COUNTS,
    "DataProvisioningEndDurationDays": COUNTS,
    "count": COUNTS,
    "VolumeBytes": COUNTS,
    "spatial": (*PLACES, "Japan", "jp"),
}
NAMES = (*OPERANDS, "Unheard", "http://www.w3.org/ns/odrl/2/percentage")
ODD = ("", " ", "\x00", "urn:genba:operand:Unheard", "利用")
_PROMISES = {name: operand.values or ("x",) for name, operand in OPERANDS.items() if operand.is_contractual}
_T = TypeVar("_T")


class Dice:
    """Choices taken from bytes: many times faster to draw than a strategy for each part; shrinks to first choices."""

    def __init__(self, data: bytes) -> None:
        self.data = iter(data)

    def of(self, options: Sequence[_T]) -> _T:
        return options[next(self.data, 0) % len(options)]

    def many(self, make: Callable[["Dice"], _T], most: int, *, least: int = 0) -> tuple[_T, ...]:
        return tuple(make(self) for _ in range(self.of(range(least, most + 1))))

    def maybe(self, make: Callable[["Dice"], _T]) -> _T | None:
        return make(self) if self.of((True, True, True, False)) else None


def drawn(make: Callable[[Dice], _T], size: int = 150) -> st.SearchStrategy[_T]:
    return st.binary(min_size=size, max_size=size).map(lambda data: make(Dice(data)))


def atom(dice: Dice, names: Sequence[str] = NAMES) -> Constraint:
    name = dice.of(names)
    operand = OPERANDS.get(name)
    usual = sorted(operand.operators) if operand else ["eq"]
    operator = dice.of(usual) if dice.of(range(4)) else dice.of(ALL_OPERATORS)
    known = _VALUES.get(name) or (operand.values if operand else ()) or ("x", "y")
    values = dice.many(lambda d: d.of(known) if d.of(range(9)) else d.of(ODD), 3, least=dice.of((1, 1, 1, 0)))
    return Constraint(left_operand=name, operator=operator, right_operand=values)


def condition(dice: Dice, depth: int = 0, names: Sequence[str] = NAMES) -> Constraint | LogicalConstraint:
    if depth > 2 or dice.of((True, True, True, False)):
        return atom(dice, names)
    operator = dice.of(("and", "or", "xone", "andSequence"))
    return LogicalConstraint(operator=operator, operands=dice.many(lambda d: condition(d, depth + 1, names), 3))


def duty(dice: Dice) -> Duty:
    return Duty(action=dice.of(("delete", "use", "compensate")), constraints=dice.many(condition, dice.of((0, 1))))


def rule(dice: Dice) -> Rule:
    action = dice.of(("use", "use", "use", "access", "distribute"))
    duties = dice.many(duty, dice.of((0, 0, 1)))
    return Rule(action=action, constraints=dice.many(condition, 3), duties=duties)


def policy(dice: Dice) -> Policy:
    return Policy(
        id=dice.of(("", "urn:uuid:1")),
        kind=dice.of(("Set", "Offer", "Agreement")),
        permissions=dice.many(rule, 3, least=dice.of((1, 0))),
        prohibitions=dice.many(rule, dice.of((0, 1))),
        obligations=dice.many(duty, dice.of((0, 0, 1))),
        target=dice.of(("", "dataset-1")),
        assigner=dice.of(("", DIDS[0])),
        assignee=dice.of(("", DIDS[1])),
    )


def friendly_policy(dice: Dice) -> Policy:
    """A policy that says yes often enough for a yes to be lost."""
    return Policy(permissions=dice.many(lambda d: Rule(action="use", constraints=d.many(condition, 2)), 3, least=1))


def circumstances(dice: Dice) -> Facts:
    some = lambda values: dice.maybe(lambda d: d.many(lambda e: e.of(values), 2, least=d.of((1, 1, 0))))
    one = lambda values: dice.maybe(lambda d: d.of(values))
    return Facts(
        action=dice.of(("use", "use", "use", "access", "read")),
        now=one((NOW,)),
        purposes=some(PURPOSE_IDS),
        recipient=one(DIDS),
        corporate_number=one(NUMBERS),
        business_partner_number=one(BPNS),
        groups=some(GROUPS),
        memberships=some(MEMBERSHIPS),
        frameworks=some(FRAMEWORKS),
        agreed_at=one((NOW - timedelta(days=2), NOW - timedelta(days=1), NOW)),
        uses=one((0, 1, 2, 3)),
        volume_bytes=one((0, 1, 2, 3)),
        place=one(PLACES),
        training=one((False, True)),
        onward=one((False, True)),
        others=dice.of(({}, _PROMISES, dict(list(_PROMISES.items())[:5]))),
    )


policies = drawn(policy)
friendly = drawn(friendly_policy)
rules = drawn(rule)
conditions = drawn(condition)
facts = drawn(circumstances)
