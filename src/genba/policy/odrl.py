"""Read and write ODRL as the Dataspace Protocol carries it: strict about what it says, tolerant of how it is spelt."""

from collections.abc import Mapping
from typing import Any

from genba.errors import InvalidInput
from genba.model.policy import Constraint, Duty, LogicalConstraint, Policy, Rule
from genba.policy.constraints import NAMESPACES, ODRL, OPERANDS

LOGICAL = ("and", "or", "xone", "andSequence")
_DEEPEST = 8  # conditions inside conditions
_MOST_PARTS = 1_000  # rules, conditions and values of one policy together
_LONGEST = 2_000  # characters of any text
_KINDS = ("Set", "Offer", "Agreement")
# Prefixes of structural words; left operands have more namespaces, see constraints.
_PREFIXES = ("odrl:", ODRL, "dspace:", "https://w3id.org/dspace/2025/1/")
# Profiles whose operands we know; another could change what the words mean.
_PROFILES = ("cx-policy:", "https://w3id.org/catenax/", "https://w3id.org/dspace/", "urn:genba:")
_POLICY = frozenset(
    {"@context", "@id", "uid", "@type", "profile", "permission", "prohibition", "obligation", "target", "assigner",
     "assignee", "timestamp"}
)  # fmt: skip
_RULE = frozenset({"@id", "@type", "action", "constraint", "duty", "target", "assigner", "assignee"})
_DUTY = frozenset({"@id", "@type", "action", "constraint", "target", "assigner", "assignee"})
_CONSTRAINT = frozenset({"@id", "@type", "leftOperand", "operator", "rightOperand"})
# What the type of a part may say, if it says one.
_TYPES = {
    "permission": ("Permission", "Rule"),
    "prohibition": ("Prohibition", "Rule"),
    "duty": ("Duty", "Rule"),
    "constraint": ("Constraint", "AtomicConstraint", "LogicalConstraint"),
}
_LISTS = frozenset({"isAnyOf", "isNoneOf", "isAllOf"})


def read(policy: Mapping[str, Any]) -> Policy:
    """Read a policy; an unknown field is refused, unknown operands and values are kept and decided as unknown."""
    return _Reading().policy(policy)


class _Reading:
    """One reading, which counts what it has read."""

    def __init__(self) -> None:
        self.parts = 0
        self.target = ""

    def policy(self, data: object) -> Policy:
        fields = self.fields(data, "policy", _POLICY)
        kind = "Set" if fields.get("@type") is None else self.kind(fields["@type"])
        self.context(fields.get("@context"))
        for profile in _list(fields.get("profile")):
            if not self.text(profile, "profile").startswith(_PROFILES):
                raise InvalidInput("policy.unknown_profile", profile=self.text(profile, "profile"))
        self.optional(fields, "timestamp")
        if "@id" in fields and "uid" in fields:
            raise InvalidInput("policy.field_twice", field="uid")
        self.target = self.optional(fields, "target")
        return Policy(
            id=self.optional(fields, "@id") or self.optional(fields, "uid"),
            kind=kind,
            permissions=tuple(self.rule(one, "permission") for one in _list(fields.get("permission"))),
            prohibitions=tuple(self.rule(one, "prohibition") for one in _list(fields.get("prohibition"))),
            obligations=tuple(self.duty(one) for one in _list(fields.get("obligation"))),
            target=self.target,
            assigner=self.optional(fields, "assigner"),
            assignee=self.optional(fields, "assignee"),
        )

    def rule(self, data: object, part: str) -> Rule:
        fields = self.fields(data, part, _RULE)
        return Rule(
            action=self.action(fields),
            constraints=self.constraints(fields),
            duties=tuple(self.duty(one) for one in _list(fields.get("duty"))),
        )

    def duty(self, data: object) -> Duty:
        fields = self.fields(data, "duty", _DUTY)
        return Duty(action=self.action(fields), constraints=self.constraints(fields))

    def action(self, fields: Mapping[str, Any]) -> str:
        """Read what is done; a rule that speaks of another target than its policy is refused."""
        if self.optional(fields, "target") not in ("", self.target):
            raise InvalidInput("policy.other_target")
        for party in ("assigner", "assignee"):
            if fields.get(party) is not None:
                raise InvalidInput("policy.unknown_field", field=party, part="rule")
        if fields.get("action") is None:
            raise InvalidInput("policy.missing_field", field="action")
        return _bare(self.text(_only(fields["action"]), "action"))

    def constraints(self, fields: Mapping[str, Any]) -> tuple[Constraint | LogicalConstraint, ...]:
        return tuple(self.constraint(one, 1) for one in _list(fields.get("constraint")))

    def constraint(self, data: object, depth: int) -> Constraint | LogicalConstraint:
        if depth > _DEEPEST:
            raise InvalidInput("policy.too_large", limit=_DEEPEST)
        fields = self.fields(data, "constraint", _CONSTRAINT.union(LOGICAL))
        joining = [name for name in LOGICAL if name in fields]
        if joining:
            if len(joining) > 1 or fields.keys() & {"leftOperand", "operator", "rightOperand"}:
                raise InvalidInput("policy.field_twice", field=joining[-1])
            operands = tuple(self.constraint(one, depth + 1) for one in _list(fields[joining[0]]))
            return LogicalConstraint(operator=joining[0], operands=operands)
        for name in ("leftOperand", "operator", "rightOperand"):
            if fields.get(name) is None:
                raise InvalidInput("policy.missing_field", field=name)
        values = tuple(self.value(one) for one in _list(fields["rightOperand"]))
        return Constraint(
            left_operand=operand_name(self.text(_only(fields["leftOperand"]), "leftOperand")),
            operator=_bare(self.text(_only(fields["operator"]), "operator")),
            right_operand=values,
        )

    def fields(self, data: object, part: str, known: frozenset[str]) -> dict[str, Any]:
        """Take an object apart by the bare names of its fields."""
        self.count()
        if not isinstance(data, Mapping):
            raise InvalidInput("policy.not_an_object", part=part)
        fields: dict[str, Any] = {}
        for name, value in data.items():
            bare = _bare(name) if isinstance(name, str) else ""
            if bare not in known:
                raise InvalidInput("policy.unknown_field", field=str(name)[:80], part=part)
            if bare in fields:
                raise InvalidInput("policy.field_twice", field=bare)
            fields[bare] = value
        if part in _TYPES and fields.get("@type") is not None:
            kind = _bare(self.text(_only(fields["@type"]), "@type"))
            if kind not in _TYPES[part]:
                raise InvalidInput("policy.unknown_kind", kind=kind)
        return fields

    def kind(self, given: object) -> str:
        kind = _bare(self.text(_only(given), "@type"))
        if kind not in _KINDS:
            raise InvalidInput("policy.unknown_kind", kind=kind)
        return kind

    def context(self, given: object) -> None:
        """Refuse a context that is spelt out: it could give our words other meanings."""
        for one in _list(given):
            if not isinstance(one, str):
                raise InvalidInput("policy.inline_context")

    def optional(self, fields: Mapping[str, Any], name: str) -> str:
        return "" if fields.get(name) is None else self.text(_only(fields[name]), name)

    def text(self, data: object, field: str) -> str:
        """Read a text, an {"@id": …} or an {"@value": …}."""
        if isinstance(data, Mapping):
            if data.keys() == {"@id"}:
                data = data["@id"]
            elif "@value" in data and data.keys() <= {"@value", "@type"}:
                data = data["@value"]
        if not isinstance(data, str):
            raise InvalidInput("policy.not_a_text", field=field)
        if len(data) > _LONGEST:
            raise InvalidInput("policy.too_large", limit=_LONGEST)
        return data

    def value(self, data: object) -> str:
        """Read one value of a right operand; numbers and truth values as they are written on the wire."""
        self.count()
        if isinstance(data, Mapping) and "@value" in data and data.keys() <= {"@value", "@type"}:
            data = data["@value"]
        if isinstance(data, bool):
            return "true" if data else "false"
        if isinstance(data, int) and abs(data) < 10**15:
            return str(data)
        return self.text(data, "rightOperand")

    def count(self) -> None:
        self.parts += 1
        if self.parts > _MOST_PARTS:
            raise InvalidInput("policy.too_large", limit=_MOST_PARTS)


def operand_name(given: str) -> str:
    """Give the short name of a left operand that we know in that namespace; any other stays as it is."""
    if given in OPERANDS:
        return given
    for prefix, namespace in NAMESPACES.items():
        operand = OPERANDS.get(given.removeprefix(prefix)) if given.startswith(prefix) else None
        if operand is not None and operand.namespace == namespace:
            return operand.name
    return given


def _bare(name: str) -> str:
    for prefix in _PREFIXES:
        if name.startswith(prefix):
            return name[len(prefix) :]
    return name


def _list(data: object) -> list[Any]:
    """Read one or many as JSON-LD writes them."""
    if data is None:
        return []
    only = _only(data)
    if isinstance(only, Mapping) and only.keys() == {"@list"}:
        data = only["@list"]
    return list(data) if isinstance(data, list | tuple) else [data]


def _only(data: object) -> object:
    """Take the one thing out of a list of one, as expanded JSON-LD has it."""
    return data[0] if isinstance(data, list) and len(data) == 1 else data


def write(policy: Policy) -> dict[str, Any]:
    """Write a policy as the 2025-1 schemas want it: no prefixes, no empty lists, operands by their full names."""
    written: dict[str, Any] = {"@type": policy.kind}
    if policy.id:
        written["@id"] = policy.id
    for name in ("target", "assigner", "assignee"):
        if getattr(policy, name):
            written[name] = getattr(policy, name)
    if policy.permissions:
        written["permission"] = [_rule(rule) for rule in policy.permissions]
    if policy.prohibitions:
        written["prohibition"] = [_rule(rule) for rule in policy.prohibitions]
    if policy.obligations:
        written["obligation"] = [_duty(duty) for duty in policy.obligations]
    return written


def _rule(rule: Rule) -> dict[str, Any]:
    written = _duty(Duty(action=rule.action, constraints=rule.constraints))
    if rule.duties:
        written["duty"] = [_duty(duty) for duty in rule.duties]
    return written


def _duty(duty: Duty) -> dict[str, Any]:
    written: dict[str, Any] = {"action": duty.action}
    if duty.constraints:
        written["constraint"] = [_constraint(one) for one in duty.constraints]
    return written


def _constraint(constraint: Constraint | LogicalConstraint) -> dict[str, Any]:
    if isinstance(constraint, LogicalConstraint):
        return {constraint.operator: [_constraint(one) for one in constraint.operands]}
    values = constraint.right_operand
    is_single = len(values) == 1 and constraint.operator not in _LISTS
    operand = OPERANDS.get(constraint.left_operand)
    return {
        "leftOperand": operand.iri if operand else constraint.left_operand,
        "operator": constraint.operator,
        "rightOperand": values[0] if is_single else list(values),
    }
