"""A second, slow reading of the rules, written from their description alone; shares no code with the evaluator."""

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from genba.model.policy import Constraint, Facts, LogicalConstraint, Policy

_FILE = Path(__file__).resolve().parents[2] / "src/genba/policy/purposes.toml"
_DATES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")


def _edges(name: str, table: dict[str, Any], parent: str | None) -> Iterator[tuple[str, str | None]]:
    own = f"urn:genba:purpose:{name}"
    yield own, parent
    for broad in table.get("broader", []):
        yield own, f"urn:genba:purpose:{broad}"
    for foreign in table.get("catena_x", []):
        yield foreign, own
    for part, inner in table.items():
        if isinstance(inner, dict):
            yield from _edges(f"{name}.{part}", inner, own)


EDGES = [
    edge
    for name, table in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()
    for edge in _edges(name, table, None)
]


def below(narrow: str, broad: str) -> bool:
    return narrow == broad or any(below(parent, broad) for child, parent in EDGES if child == narrow and parent)


def listed(purpose: str) -> bool:
    return any(purpose == child for child, _ in EDGES)


def opposite(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def purposes(operator: str, values: tuple[str, ...], facts: Facts) -> bool | None:
    if operator not in ("eq", "neq", "isA", "isAnyOf", "isNoneOf", "isPartOf") or not facts.purposes:
        return None
    answers = []
    for stated in facts.purposes:
        if stated in values or (listed(stated) and any(listed(v) and below(stated, v) for v in values)):
            answers.append(True)
        elif not listed(stated) or any(not listed(v) or below(v, stated) for v in values):
            answers.append(None)
        else:
            answers.append(False)
    if any(one is not other for one, other in pairwise(answers)):
        return None
    return opposite(answers[0]) if operator in ("neq", "isNoneOf") else answers[0]


def among(operator: str, values: tuple[str, ...], held: set[str], *, all_of: bool = False) -> bool | None:
    if operator == "isAnyOf":
        return bool(held & set(values))
    if operator == "isNoneOf":
        return not held & set(values)
    if operator == "isAllOf" and all_of:
        return held >= set(values)
    if operator in ("eq", "neq") and len(values) == 1:
        return (values[0] in held) == (operator == "eq")
    return None


def before(values: tuple[str, ...], now: datetime | None) -> bool | None:
    if len(values) != 1 or now is None or not _DATES.fullmatch(values[0]):
        return None
    return now <= datetime.fromisoformat(values[0])


def whole(values: tuple[str, ...]) -> int | None:
    return int(values[0]) if len(values) == 1 and re.fullmatch(r"[0-9]{1,15}", values[0]) else None


def compared(operator: str, left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return None
    table = {"lt": left < right, "lteq": left <= right, "gt": left > right, "gteq": left >= right}
    return table.get(operator)


def atom(one: Constraint, facts: Facts, place: str) -> bool | None:
    name, operator, values = one.left_operand, one.operator, one.right_operand
    if not values:
        return None
    if name in ("UsagePurpose", "purpose"):
        return None if place == "obligation" else purposes(operator, values, facts)
    single = {
        "recipient": (facts.recipient, r"(?s).+"),
        "CorporateNumber": (facts.corporate_number, r"[0-9]{13}"),
        "BusinessPartnerNumber": (facts.business_partner_number, r"(?s)BPNL.{12}"),
        "spatial": (facts.place, r"[A-Z]{2}"),
    }
    if name in single and place != "obligation":
        held, shape = single[name]
        good = held and all(re.fullmatch(shape, value) for value in values)
        return among(operator, values, {held}) if good and held else None
    many = {
        "BusinessPartnerGroup": facts.groups,
        "Membership": facts.memberships,
        "FrameworkAgreement": facts.frameworks,
    }
    if name in many and place != "obligation":
        if many[name] is None or "" in values or (name != "BusinessPartnerGroup" and operator != "eq"):
            return None
        return among(operator, values, set(many[name] or ()), all_of=True)
    return limits(name, operator, values, facts, place)


def limits(name: str, operator: str, values: tuple[str, ...], facts: Facts, place: str) -> bool | None:
    if name.endswith(("EndDate", "EndDurationDays")):
        if operator not in ("eq", "lteq") or place == "prohibition" or (place == "obligation" and "Usage" in name):
            return None
        if name.endswith("EndDate"):
            return before(values, facts.now)
        days = whole(values)
        if days is None or days > 36_525 or facts.agreed_at is None or facts.now is None:
            return None
        return facts.now - facts.agreed_at <= timedelta(days=days)
    if place == "obligation":
        return None
    if name == "dateTime":
        good = len(values) == 1 and _DATES.fullmatch(values[0])
        return compared(operator, facts.now, datetime.fromisoformat(values[0])) if good else None
    if name == "count":
        return compared(operator, None if facts.uses is None else facts.uses + 1, whole(values))
    if name == "VolumeBytes":
        return compared(operator, facts.volume_bytes, whole(values))
    if name == "DataFrequency":
        if operator != "eq" or place != "permission":
            return None
        if values == ("cx.dataFrequency.unlimited:1",):
            return True
        return None if values != ("cx.dataFrequency.once:1",) or facts.uses is None else facts.uses == 0
    if name in ("Training", "OnwardProvision"):
        held = facts.training if name == "Training" else facts.onward
        if held is None or values not in (("true",), ("false",)) or operator not in ("eq", "neq"):
            return None
        return (str(held).lower() == values[0]) == (operator == "eq")
    return promises(name, operator, values, facts, place)


PROMISES = {
    "ContractReference": "isAllOf", "AffiliatesBpnl": "isAnyOf", "AffiliatesRegion": "isAnyOf",
    "ManagedLegalEntityBpnl": "isAnyOf", "ManagedLegalEntityRegion": "isAnyOf", "ConfidentialInformationMeasures": "eq",
    "ConfidentialInformationSharing": "isAnyOf", "ContractTermination": "eq", "DataUsageEndDefinition": "eq",
    "ExclusiveUsage": "eq", "JurisdictionLocation": "eq", "JurisdictionLocationReference": "eq", "Liability": "eq",
    "Precedence": "eq", "VersionChanges": "eq", "Warranty": "eq", "WarrantyDefinition": "eq",
    "WarrantyDurationMonths": "eq",
}  # fmt: skip


def promises(name: str, operator: str, values: tuple[str, ...], facts: Facts, place: str) -> bool | None:
    promised = all(value in facts.others.get(name, ()) for value in values)
    if not promised:
        return None
    if name == "UsageRestriction":
        if operator != "isAllOf" or place != "prohibition":
            return None
        return facts.onward if "cx.thirdParty.forbidden:1" in values else False
    if PROMISES.get(name) != operator:
        return None
    if place == "prohibition":
        return False if name.startswith("Affiliates") else None
    return True


def condition(one: Constraint | LogicalConstraint, facts: Facts, place: str) -> bool | None:
    if isinstance(one, Constraint):
        return atom(one, facts, place)
    answers = [condition(inner, facts, place) for inner in one.operands]
    # Every way the unknown ones could turn out: the answer is known when it is the same in all of them.
    worlds: list[list[bool]] = [[]]
    for answer in answers:
        worlds = [[*world, choice] for world in worlds for choice in ((True, False) if answer is None else (answer,))]
    judged = {
        "and": {all(world) for world in worlds},
        "or": {any(world) for world in worlds},
        "xone": {sum(world) == 1 for world in worlds},
    }.get(one.operator)
    return judged.pop() if answers and judged and len(judged) == 1 else None


def is_allowed(policy: Policy, facts: Facts) -> bool:
    if facts.action not in ("use", "access"):
        return False
    for rule in policy.prohibitions:
        if not any(condition(one, facts, "prohibition") is False for one in rule.constraints):
            return False
    duties = list(policy.obligations)
    if not all(_dutiful(duty, facts) for duty in duties):
        return False
    return any(
        rule.action in ("use", facts.action)
        and all(condition(one, facts, "permission") is True for one in rule.constraints)
        and all(_dutiful(duty, facts) for duty in rule.duties)
        for rule in policy.permissions
    )


def _dutiful(duty: Any, facts: Facts) -> bool:
    if duty.action == "delete":
        return not duty.constraints
    return duty.action == "use" and all(condition(one, facts, "obligation") is True for one in duty.constraints)
