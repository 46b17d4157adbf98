"""Refuse terms that could not be kept, before anybody is offered them."""

from collections.abc import Iterator

from genba.errors import InvalidInput
from genba.model.policy import Constraint, Duty, LogicalConstraint, Policy, Reason, Rule
from genba.policy.audience import audience
from genba.policy.constraints import OBLIGATION, OPERANDS, PERMISSION, PROHIBITION
from genba.policy.evaluation import DUTIES, atoms
from genba.policy.purposes import PURPOSES

_JOINING = ("and", "or", "xone")
_PURPOSES = ("UsagePurpose", "purpose")
# The Catena-X profile wants at most one of these in a permission.
_ENDS = (
    ("DataUsageEndDate", "DataUsageEndDurationDays", "DataUsageEndDefinition"),
    ("DataProvisioningEndDate", "DataProvisioningEndDurationDays"),
)


def check_offer(policy: Policy) -> None:
    """Raise InvalidInput with the first thing that makes a contract policy impossible to keep."""
    for problem in problems(policy):
        raise InvalidInput(problem.code, **problem.details)


def check_access(policy: Policy) -> None:
    """Raise InvalidInput unless the catalogue's query can decide who sees the offer."""
    audience(policy)


def problems(policy: Policy) -> Iterator[Reason]:
    """Give everything that makes a contract policy impossible to keep."""
    if not policy.permissions:
        yield Reason(code="policy.nothing_permitted")
    for rule in policy.permissions:
        yield from _rule(rule, PERMISSION)
        names = [one.left_operand for one in atoms(rule.constraints)]
        for ends in _ENDS:
            if sum(names.count(end) for end in ends) > 1:
                yield Reason(code="policy.two_ends", details={"operand": ends[0]})
    for rule in policy.prohibitions:
        yield from _rule(rule, PROHIBITION)
    for duty in policy.obligations:
        yield from _duty(duty)


def _rule(rule: Rule, place: str) -> Iterator[Reason]:
    if rule.action != "use":
        yield Reason(code="policy.action_unknown", details={"action": rule.action})
    for constraint in rule.constraints:
        yield from _constraint(constraint, place)
    for duty in rule.duties:
        yield from _duty(duty)


def _duty(duty: Duty) -> Iterator[Reason]:
    """A duty to delete stands without conditions: when it falls due, the end of use says."""
    if duty.action not in DUTIES or (duty.action == "delete" and duty.constraints):
        yield Reason(code="policy.duty_unknown", details={"action": duty.action})
        return
    for constraint in duty.constraints:
        yield from _constraint(constraint, OBLIGATION)


def _constraint(constraint: Constraint | LogicalConstraint, place: str) -> Iterator[Reason]:
    if isinstance(constraint, LogicalConstraint):
        if constraint.operator not in _JOINING or not constraint.operands:
            yield Reason(code="policy.operator_unknown", details={"operator": constraint.operator, "operand": ""})
        for one in constraint.operands:
            yield from _constraint(one, place)
        return
    name = constraint.left_operand
    operand = OPERANDS.get(name)
    if operand is None:
        yield Reason(code="policy.operand_unknown", details={"operand": name})
    elif constraint.operator not in operand.operators:
        yield Reason(code="policy.operator_unknown", details={"operator": constraint.operator, "operand": name})
    elif place not in operand.places:
        yield Reason(code="policy.out_of_place", details={"operand": name, "place": place})
    elif not _is_readable(constraint):
        values = ", ".join(constraint.right_operand)[:200]
        yield Reason(code="policy.value_unreadable", details={"operand": name, "values": values})
    elif name in _PURPOSES and place == PROHIBITION:
        for value in constraint.right_operand:
            if value not in PURPOSES:
                yield Reason(code="policy.purpose_unknown", details={"purpose": value[:200]})


def _is_readable(constraint: Constraint) -> bool:
    """Say whether the values can be read, with as many of them as the operator takes."""
    operand, values = OPERANDS[constraint.left_operand], constraint.right_operand
    is_single = constraint.operator not in ("isAnyOf", "isNoneOf", "isAllOf", "isA", "isPartOf")
    return bool(values) and (len(values) == 1 or not is_single) and operand.reads(values)
