"""Turn an access policy into an audience that a database decides by itself; what does not fit is refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from genba.errors import InvalidInput
from genba.model.policy import Audience, Constraint, LogicalConstraint, Policy
from genba.policy.constraints import OPERANDS, is_moment, moment

# Kinds that are always known of a caller, so that “none of” cannot be true by ignorance.
_ALWAYS_KNOWN = ("participant", "group")
_ACTIONS = ("access", "use")


def audience(policy: Policy) -> Audience:
    """Give who may see the offer; one permission whose conditions are about who and when, and nothing else."""
    if len(policy.permissions) != 1 or policy.obligations:
        raise InvalidInput("policy.access_one_permission")
    (rule,) = policy.permissions
    if rule.action not in _ACTIONS or rule.duties:
        raise InvalidInput("policy.access_action", action=rule.action)
    found = Audience()
    for constraint in _flat(rule.constraints):
        found = _narrowed(found, constraint)
    for prohibition in policy.prohibitions:
        conditions = list(_flat(prohibition.constraints))
        if len(conditions) != 1 or prohibition.duties or prohibition.action not in _ACTIONS:
            raise InvalidInput("policy.access_prohibition")
        alternatives = tuple(dict.fromkeys(_alternatives(conditions[0])))
        found = replace(found, none_of=(*found.none_of, *_refusable(alternatives)))
    return found


def _flat(constraints: tuple[Constraint | LogicalConstraint, ...]) -> Iterator[Constraint | LogicalConstraint]:
    """Give conditions that all have to hold, those joined by `and` one by one."""
    for constraint in constraints:
        if isinstance(constraint, LogicalConstraint) and constraint.operator == "and" and constraint.operands:
            yield from _flat(constraint.operands)
        else:
            yield constraint


def _narrowed(found: Audience, constraint: Constraint | LogicalConstraint) -> Audience:
    """Add one condition of the permission."""
    if isinstance(constraint, Constraint):
        if constraint.left_operand == "dateTime":
            return _dated(found, constraint)
        if constraint.operator in ("isNoneOf", "neq"):
            counter = replace(constraint, operator="isAnyOf" if constraint.operator == "isNoneOf" else "eq")
            return replace(found, none_of=(*found.none_of, *_refusable(tuple(_alternatives(counter)))))
        if constraint.operator == "isAllOf" and constraint.left_operand == "BusinessPartnerGroup":
            each = [replace(constraint, operator="eq", right_operand=(value,)) for value in constraint.right_operand]
            groups = tuple(tuple(_alternatives(one)) for one in each)
            if groups:
                return replace(found, all_of=(*found.all_of, *groups))
    return replace(found, all_of=(*found.all_of, tuple(dict.fromkeys(_alternatives(constraint)))))


def _alternatives(constraint: Constraint | LogicalConstraint) -> Iterator[tuple[str, str]]:
    """Give the (kind, value) pairs of which one is enough."""
    if isinstance(constraint, LogicalConstraint):
        if constraint.operator != "or" or not constraint.operands:
            raise InvalidInput("policy.access_joined", operator=constraint.operator)
        for one in constraint.operands:
            yield from _alternatives(one)
        return
    operand = OPERANDS.get(constraint.left_operand)
    if operand is None or not operand.audience:
        raise InvalidInput("policy.access_operand", operand=constraint.left_operand)
    values = constraint.right_operand
    is_listed = constraint.operator == "isAnyOf" or (constraint.operator == "eq" and len(values) == 1)
    if not is_listed or constraint.operator not in operand.operators or not values or not operand.reads(values):
        raise InvalidInput("policy.access_value", operand=constraint.left_operand)
    for value in values:
        yield operand.audience, value


def _refusable(alternatives: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    for kind, _ in alternatives:
        if kind not in _ALWAYS_KNOWN:
            raise InvalidInput("policy.access_none_of")
    return alternatives


def _dated(found: Audience, constraint: Constraint) -> Audience:
    """Narrow the time between which the offer is seen."""
    values = constraint.right_operand
    limit = moment(values[0]) if len(values) == 1 and is_moment(values[0]) else None
    if limit is None or constraint.operator not in ("gteq", "lteq"):
        raise InvalidInput("policy.access_value", operand="dateTime")
    if constraint.operator == "gteq":
        return replace(found, first=_later(found.first, limit))
    return replace(found, last=limit if found.last is None else min(found.last, limit))


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)
