"""Decide: default deny, a prohibition wins, and what is unknown permits nothing."""

from collections.abc import Iterable, Mapping

from genba.model.policy import Constraint, Decision, Duty, Facts, LogicalConstraint, Policy, Rule
from genba.policy.constraints import OBLIGATION, OPERANDS, PERMISSION, PROHIBITION

ALLOWED, DENIED = Decision(allowed=True), Decision(allowed=False)
# ODRL's `use` includes `access` (Catena-X: to see an offer); other actions are unknown.
ACTIONS = frozenset({"use", "access"})
# Duties that we know: Catena-X writes promises about provision as a duty to use; deleting is kept by the recipient.
DUTIES = frozenset({"use", "delete"})


def decide(policy: Policy, facts: Facts) -> Decision:
    """Say whether what the facts describe may be done; nothing is remembered between two decisions."""
    action = facts.action
    if action not in ACTIONS:
        return DENIED
    for rule in policy.prohibitions:
        if forbids(rule, facts):
            return DENIED
    for duty in policy.obligations:
        if not is_kept(duty, facts):
            return DENIED
    for rule in policy.permissions:
        if rule.action == action or rule.action == "use":
            for constraint in rule.constraints:
                if holds(constraint, facts, PERMISSION) is not True:
                    break
            else:
                if all(is_kept(duty, facts) for duty in rule.duties):
                    return ALLOWED
    return DENIED


def forbids(rule: Rule, facts: Facts) -> bool:
    """Say whether a prohibition applies: unless a condition of it is violated, it does, whatever its action is."""
    return all(holds(constraint, facts, PROHIBITION) is not False for constraint in rule.constraints)


def is_kept(duty: Duty, facts: Facts) -> bool:
    """Say whether a duty stands in no way: to use is a condition, to delete comes later, any other is unknown."""
    if duty.action == "use":
        return all(holds(constraint, facts, OBLIGATION) is True for constraint in duty.constraints)
    return duty.action in DUTIES and not duty.constraints


def holds(constraint: Constraint | LogicalConstraint, facts: Facts, place: str) -> bool | None:
    """Decide one condition: True, False, or None where nobody can tell."""
    if isinstance(constraint, LogicalConstraint):
        return _joined(constraint, facts, place)
    operand = OPERANDS.get(constraint.left_operand)
    if operand is None or constraint.operator not in operand.operators or place not in operand.places:
        return None
    if not constraint.right_operand:
        return None
    verdict = operand.holds(constraint.operator, constraint.right_operand, facts)
    if verdict and operand.promised and place == PROHIBITION:
        return False
    return verdict


def _joined(constraint: LogicalConstraint, facts: Facts, place: str) -> bool | None:
    """Join by Kleene's three-valued logic; nothing joined, or an unknown way to join, is unknown."""
    verdicts = [holds(one, facts, place) for one in constraint.operands]
    if not verdicts:
        return None
    if constraint.operator == "and":
        return False if False in verdicts else None if None in verdicts else True
    if constraint.operator == "or":
        return True if True in verdicts else None if None in verdicts else False
    if constraint.operator == "xone":
        count = verdicts.count(True)
        return False if count > 1 else None if None in verdicts else count == 1
    return None


def agreed(policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """Collect what a concluded agreement names under operands that only a contract settles: `others` of its facts."""
    named: dict[str, tuple[str, ...]] = {}
    rules: tuple[Rule | Duty, ...] = (*policy.permissions, *policy.prohibitions, *policy.obligations)
    for rule in rules:
        for constraint in atoms(rule.constraints):
            operand = OPERANDS.get(constraint.left_operand)
            if operand is not None and not operand.at_delivery:
                before = named.get(operand.name, ())
                named[operand.name] = (*before, *(v for v in constraint.right_operand if v not in before))
    return named


def atoms(constraints: Iterable[Constraint | LogicalConstraint]) -> Iterable[Constraint]:
    """Give every single condition, those inside joined ones too."""
    for constraint in constraints:
        if isinstance(constraint, LogicalConstraint):
            yield from atoms(constraint.operands)
        else:
            yield constraint
