"""Decide: default deny, a prohibition wins, and what is unknown permits nothing."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from genba.model.policy import Constraint, Decision, Duty, Facts, LogicalConstraint, Policy, Reason, Rule
from genba.policy.constraints import OBLIGATION, OPERANDS, PERMISSION, PROHIBITION, Holds

ALLOWED, DENIED = Decision(allowed=True), Decision(allowed=False)
# ODRL's `use` includes `access` (Catena-X: to see an offer); other actions are unknown.
ACTIONS = frozenset({"use", "access"})
# Duties that we know: Catena-X writes promises about provision as a duty to use; deleting is kept by the recipient.
DUTIES = frozenset({"use", "delete"})
_SHOWN = 200  # characters of a value in a reason


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
                # As `holds` does, without its call: this runs for every condition at every delivery.
                if constraint.__class__ is Constraint:
                    operator, values = constraint.operator, constraint.right_operand
                    try:
                        decider = _PERMITTING[constraint.left_operand][operator]
                    except KeyError:
                        break
                    if not values or decider(operator, values, facts) is not True:
                        break
                elif holds(constraint, facts, PERMISSION) is not True:
                    break
            else:
                if not rule.duties or all(is_kept(duty, facts) for duty in rule.duties):
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
    decider = _DECIDERS[place].get(constraint.left_operand, {}).get(constraint.operator)
    if decider is None or not constraint.right_operand:
        return None
    return decider(constraint.operator, constraint.right_operand, facts)


def _counter(promised: Holds) -> Holds:
    """Turn a promise into its counterpart for a prohibition: what was promised is not done, anything else may be."""

    def done(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
        return False if promised(operator, values, facts) else None

    return done


# What decides a condition, by where it stands, what it is about and how it compares.
_DECIDERS: dict[str, dict[str, dict[str, Holds]]] = {
    place: {
        operand.name: dict.fromkeys(
            operand.operators,
            _counter(operand.holds) if operand.promised and place == PROHIBITION else operand.holds,
        )
        for operand in OPERANDS.values()
        if place in operand.places
    }
    for place in (PERMISSION, PROHIBITION, OBLIGATION)
}
_PERMITTING = _DECIDERS[PERMISSION]


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


def explain(policy: Policy, facts: Facts) -> Decision:
    """Decide as `decide` does and say why, condition by condition; slower, so only for those who ask."""
    return Decision(allowed=decide(policy, facts).allowed, reasons=tuple(_reasons(policy, facts)))


def _reasons(policy: Policy, facts: Facts) -> Iterator[Reason]:
    """Say what each rule comes to: what forbids or hinders first, then the permissions in their order."""
    if facts.action not in ACTIONS:
        yield Reason(code="policy.action_unknown", details={"action": facts.action})
        return
    for number, rule in enumerate(policy.prohibitions, 1):
        does = forbids(rule, facts)
        code = "policy.prohibition_applies" if does else "policy.prohibition_rests"
        yield Reason(code=code, details={"number": number, "action": rule.action})
        yield from _conditions(rule.constraints, facts, PROHIBITION)
    for duty in policy.obligations:
        yield from _duty(duty, facts)
    for number, rule in enumerate(policy.permissions, 1):
        if rule.action not in (facts.action, "use"):
            yield Reason(code="policy.permission_elsewhere", details={"number": number, "action": rule.action})
            continue
        holding = all(holds(one, facts, PERMISSION) is True for one in rule.constraints)
        holding = holding and all(is_kept(duty, facts) for duty in rule.duties)
        code = "policy.permission_holds" if holding else "policy.permission_fails"
        yield Reason(code=code, details={"number": number, "action": rule.action})
        yield from _conditions(rule.constraints, facts, PERMISSION)
        for duty in rule.duties:
            yield from _duty(duty, facts)
    if not policy.permissions:
        yield Reason(code="policy.nothing_permitted")


def against(policy: Policy, facts: Facts) -> tuple[Reason, ...]:
    """Give what speaks against a use that `decide` refuses, each once; what is in order is left out."""
    return tuple({(one.code, *map(str, one.details.items())): one for one in _against(policy, facts)}.values())


def _against(policy: Policy, facts: Facts) -> Iterator[Reason]:
    if facts.action not in ACTIONS:
        yield Reason(code="policy.action_unknown", details={"action": facts.action})
        return
    for rule in policy.prohibitions:
        if forbids(rule, facts):
            yield from _applying(rule, facts)
    for duty in policy.obligations:
        yield from _unkept(duty, facts)
    rules = [rule for rule in policy.permissions if rule.action in (facts.action, "use")]
    if not rules:
        yield Reason(code="policy.nothing_permitted")
    if not decide(Policy(permissions=policy.permissions), facts).allowed:
        for rule in rules:
            yield from _unmet(rule.constraints, facts, PERMISSION)
            for duty in rule.duties:
                yield from _unkept(duty, facts)


def _applying(rule: Rule, facts: Facts) -> Iterator[Reason]:
    """Say what a use does, or may do, that is forbidden."""
    if not rule.constraints:
        yield Reason(code="policy.term_forbidden_all")
    for constraint in atoms(rule.constraints):
        reason = _condition(constraint, facts, PROHIBITION)
        if reason.code == "policy.satisfied":
            yield Reason(code="policy.forbidden", details=reason.details)
        elif reason.code not in ("policy.violated", "policy.agreed"):
            yield reason


def _unkept(duty: Duty, facts: Facts) -> Iterator[Reason]:
    if is_kept(duty, facts):
        return
    if duty.action == "use":
        yield from _unmet(duty.constraints, facts, OBLIGATION)
    else:
        yield Reason(code="policy.duty_unknown", details={"action": duty.action})


def _unmet(constraints: Iterable[Constraint | LogicalConstraint], facts: Facts, place: str) -> Iterator[Reason]:
    """Say of conditions that should hold which do not, or of joined ones that they do not hold together."""
    for constraint in constraints:
        if holds(constraint, facts, place) is True:
            continue
        if isinstance(constraint, Constraint):
            yield _condition(constraint, facts, place)
            continue
        inside = tuple(_unmet(constraint.operands, facts, place))
        yield from inside or (
            Reason(code="policy.joined", details={"joining": constraint.operator, "verdict": "false"}),
        )


def _duty(duty: Duty, facts: Facts) -> Iterator[Reason]:
    if duty.action != "use" and not is_kept(duty, facts):
        yield Reason(code="policy.duty_unknown", details={"action": duty.action})
    elif duty.action == "use":
        yield from _conditions(duty.constraints, facts, OBLIGATION)


def _conditions(constraints: Iterable[Constraint | LogicalConstraint], facts: Facts, place: str) -> Iterator[Reason]:
    for constraint in constraints:
        if isinstance(constraint, Constraint):
            yield _condition(constraint, facts, place)
        else:
            verdict = holds(constraint, facts, place)
            word = "unknown" if verdict is None else "true" if verdict else "false"
            yield Reason(code="policy.joined", details={"joining": constraint.operator, "verdict": word})
            yield from _conditions(constraint.operands, facts, place)


def _condition(constraint: Constraint, facts: Facts, place: str) -> Reason:
    """Say what one condition comes to, and when nobody can tell, why."""
    name, operator = constraint.left_operand, constraint.operator
    values = ", ".join(constraint.right_operand)[:_SHOWN]
    operand = OPERANDS.get(name)
    if operand is None:
        return Reason(code="policy.operand_unknown", details={"operand": name[:_SHOWN]})
    if operator not in operand.operators:
        return Reason(code="policy.operator_unknown", details={"operator": operator[:_SHOWN], "operand": name})
    if place not in operand.places:
        return Reason(code="policy.out_of_place", details={"operand": name, "place": place})
    verdict = holds(constraint, facts, place)
    if operand.is_contractual:
        code = "policy.not_agreed" if verdict is None else "policy.agreed"
        return Reason(code=code, details={"operand": name, "values": values})
    found = getattr(facts, operand.fact)
    details = {"operand": name, "operator": operator, "values": values}
    if verdict is None:
        is_missing = found is None or found in ((), "") or (operand.fact == "agreed_at" and facts.now is None)
        code = "policy.fact_unknown" if is_missing else "policy.undecidable"
        return Reason(code=code, details=details if is_missing else {**details, "found": _shown(found)})
    code = "policy.satisfied" if verdict else "policy.violated"
    return Reason(code=code, details={**details, "found": _shown(found)})


def _shown(found: object) -> str:
    """Write a fact as the terms would write it."""
    if isinstance(found, tuple):
        return ", ".join(map(str, found))[:_SHOWN] or "–"
    if isinstance(found, datetime):
        return found.isoformat(timespec="seconds")
    if isinstance(found, bool):
        return "true" if found else "false"
    return "–" if found is None else str(found)[:_SHOWN]


def agreed(policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """Collect what a concluded agreement names under operands that only a contract settles: `others` of its facts."""
    named: dict[str, tuple[str, ...]] = {}
    rules: tuple[Rule | Duty, ...] = (*policy.permissions, *policy.prohibitions, *policy.obligations)
    for rule in rules:
        for constraint in atoms(rule.constraints):
            operand = OPERANDS.get(constraint.left_operand)
            if operand is not None and operand.is_contractual:
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
