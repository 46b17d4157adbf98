"""Say terms in sentences, each with how far it is kept by this partner's connector, so that nobody signs a surprise."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from genba.i18n import Spoken, translate
from genba.model.policy import Constraint, Duty, Enforcement, LogicalConstraint, Policy, Reason, Rule
from genba.policy.constraints import OPERANDS, PROHIBITION, Operand
from genba.policy.evaluation import atoms
from genba.policy.purposes import PREFIX, label

Partner = Literal["genba", "other"]
# Operators that a sentence of its own covers; any other is shown as a comparison.
_PLAIN = {
    "UsagePurpose": ("eq", "isA", "isAnyOf", "isPartOf"),
    "purpose": ("eq", "isA", "isAnyOf", "isPartOf"),
    "recipient": ("eq", "isAnyOf"),
    "CorporateNumber": ("eq", "isAnyOf"),
    "BusinessPartnerNumber": ("eq", "isAnyOf"),
    "BusinessPartnerGroup": ("eq", "isAnyOf"),
    "count": ("lteq",),
    "VolumeBytes": ("lteq",),
    "spatial": ("eq", "isAnyOf"),
}
_CALLED = frozenset({"UsagePurpose", "purpose", "Training", "OnwardProvision", "DataFrequency"})
_WHO = (
    "recipient",
    "CorporateNumber",
    "BusinessPartnerNumber",
    "BusinessPartnerGroup",
    "Membership",
    "FrameworkAgreement",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermLine:
    """One sentence of the terms, the operand it is about, and how far it is kept."""

    text: str
    operand: str
    enforcement: Enforcement
    afterwards: bool = False  # what becomes of the term before it once the data have arrived


def in_words(reason: Reason) -> Reason:
    """Let a reason call purposes and yes or no by their words; in Japanese with the name that a command takes."""
    operand = reason.details.get("operand")
    if operand not in _CALLED:
        return reason
    called = {
        name: _called(str(operand), detail) if name in ("values", "found") and isinstance(detail, str) else detail
        for name, detail in reason.details.items()
    }
    return Reason(code=reason.code, details=called)


def _called(operand: str, listed: str) -> Spoken:
    japanese, english = [], []
    for value in listed.split(", "):
        short = value.removeprefix(PREFIX)
        if operand in ("UsagePurpose", "purpose"):
            word = label(value, "ja")
            japanese.append(short if word == value else f"{word} {short}")
            english.append(short)
        else:
            code = f"policy.value_{value.partition(':')[0].split('.')[-1]}"
            for lang, said in (("ja", japanese), ("en", english)):
                word = translate(code, lang)
                said.append(value if word == code else word)
    return Spoken(plain=listed, ja="、".join(japanese), en=", ".join(english))


def describe(policy: Policy, *, partner: Partner, lang: str) -> tuple[TermLine, ...]:
    """Say all terms: what the provider's data plane decides, what is evidenced, what is a promise only.

    `partner` is the recipient's connector: genba checks and records each use there, any other is trusted.
    """
    return tuple(dict.fromkeys(_Saying(partner, lang).policy(policy)))


class _Saying:
    """One saying, for a partner and in a language."""

    def __init__(self, partner: Partner, lang: str) -> None:
        self.lang = lang
        self.after = Enforcement.EVIDENCED if partner == "genba" else Enforcement.CONTRACTUAL

    def policy(self, policy: Policy) -> Iterator[TermLine]:
        if not policy.permissions:
            yield self.line("policy.nothing_permitted", "", Enforcement.ENFORCED)
        if len(policy.permissions) > 1:
            yield self.line("policy.term_any_permission", "", Enforcement.ENFORCED, count=len(policy.permissions))
        for number, rule in enumerate(policy.permissions, 1):
            if len(policy.permissions) > 1:
                yield self.line("policy.term_permission", "", self.weakest(rule.constraints), number=number)
            yield from self.permission(rule)
        for rule in policy.prohibitions:
            yield from self.prohibition(rule)
        for duty in policy.obligations:
            yield from self.duty(duty)

    def permission(self, rule: Rule) -> Iterator[TermLine]:
        if not rule.constraints:
            yield self.line("policy.term_unconditional", "", Enforcement.ENFORCED)
        for constraint in rule.constraints:
            yield from self.condition(constraint)
        for duty in rule.duties:
            yield from self.duty(duty)

    def condition(self, constraint: Constraint | LogicalConstraint) -> Iterator[TermLine]:
        if isinstance(constraint, LogicalConstraint):
            if not constraint.operands:
                yield self.line("policy.operator_unknown", "", Enforcement.ENFORCED, operator=constraint.operator)
            elif constraint.operator != "and":
                weakest = self.weakest(constraint.operands)
                yield self.line("policy.term_joined", "", weakest, joining=constraint.operator)
            for one in constraint.operands:
                yield from self.condition(one)
            return
        operand = OPERANDS.get(constraint.left_operand)
        if operand is None:
            # It is decided as no, and that is enforced.
            yield self.line("policy.operand_unknown", constraint.left_operand, Enforcement.ENFORCED)
            return
        values = self.values(constraint)
        if operand.is_contractual:
            yield self.line("policy.term_promised", operand.name, Enforcement.CONTRACTUAL, values=values)
            return
        enforcement = Enforcement.ENFORCED if operand.at_delivery else self.after
        code, operator = _sentence(operand, constraint), constraint.operator
        yield self.line(code, operand.name, enforcement, values=values, operator=operator)
        if operand.afterwards:
            yield self.promise(operand)

    def promise(self, operand: Operand) -> TermLine:
        """Say what is left to the recipient once the data have arrived."""
        is_genba = self.after is Enforcement.EVIDENCED
        code = "policy.term_afterwards_evidenced" if is_genba else "policy.term_afterwards_contractual"
        return replace(self.line(code, operand.name, self.after), afterwards=True)

    def prohibition(self, rule: Rule) -> Iterator[TermLine]:
        """Say what is forbidden; with several conditions only all of them together are."""
        conditions = list(atoms(rule.constraints))
        if not conditions:
            yield self.line("policy.term_forbidden_all", "", Enforcement.ENFORCED)
        if len(conditions) > 1:
            joining = next((one.operator for one in rule.constraints if isinstance(one, LogicalConstraint)), "and")
            yield self.line("policy.term_forbidden_joined", "", self.weakest(rule.constraints), joining=joining)
        for constraint in conditions:
            operand = OPERANDS.get(constraint.left_operand)
            values = self.values(constraint)
            if operand is None or PROHIBITION not in operand.places:
                yield self.line("policy.operand_unknown", constraint.left_operand, Enforcement.ENFORCED)
            elif operand.is_contractual:
                code = "policy.term_forbidden_promised"
                yield self.line(code, operand.name, Enforcement.CONTRACTUAL, values=values)
            else:
                enforcement = Enforcement.ENFORCED if operand.at_delivery else self.after
                code, operator = "policy.term_forbidden", constraint.operator
                yield self.line(code, operand.name, enforcement, values=values, operator=operator)
                if operand.afterwards:
                    yield self.promise(operand)

    def duty(self, duty: Duty) -> Iterator[TermLine]:
        if duty.action == "delete":
            yield self.line("policy.term_delete", "", Enforcement.CONTRACTUAL)
        elif duty.action == "use":
            for constraint in duty.constraints:
                yield from self.condition(constraint)
        else:
            yield self.line("policy.duty_unknown", "", Enforcement.ENFORCED, action=duty.action)

    def weakest(self, constraints: Iterable[Constraint | LogicalConstraint]) -> Enforcement:
        """Give how far all of these are kept together."""
        operands = [OPERANDS.get(one.left_operand) for one in atoms(constraints)]
        if any(operand and operand.is_contractual for operand in operands):
            return Enforcement.CONTRACTUAL
        return self.after if any(operand and operand.afterwards for operand in operands) else Enforcement.ENFORCED

    def values(self, constraint: Constraint) -> str:
        """Write values as people call them."""
        values = constraint.right_operand
        if constraint.left_operand in ("UsagePurpose", "purpose"):
            values = tuple(label(value, self.lang) for value in values)
        if constraint.left_operand in ("Training", "OnwardProvision", "DataFrequency"):
            values = tuple(
                self.word(f"policy.value_{value.partition(':')[0].split('.')[-1]}", value) for value in values
            )
        return ("、" if self.lang == "ja" else ", ").join(values)

    def word(self, code: str, otherwise: str) -> str:
        found = translate(code, self.lang)
        return otherwise if found == code else found

    def line(self, code: str, operand: str, enforcement: Enforcement, /, **details: object) -> TermLine:
        text = translate(code, self.lang, **{"operand": operand, **details})
        return TermLine(text=text, operand=operand, enforcement=enforcement)


def _sentence(operand: Operand, constraint: Constraint) -> str:
    """Choose the sentence for a condition that is decided at every delivery."""
    name, operator = operand.name, constraint.operator
    if operator not in _PLAIN.get(name, (operator,)) or name == "dateTime":
        return "policy.term_compared"
    if name in ("UsagePurpose", "purpose"):
        return "policy.term_purpose"
    if name in _WHO:
        return "policy.term_who"
    if name in ("DataUsageEndDate", "DataProvisioningEndDate"):
        return "policy.term_until"
    if name in ("DataUsageEndDurationDays", "DataProvisioningEndDurationDays"):
        return "policy.term_days"
    return {
        "Training": "policy.term_stated",
        "OnwardProvision": "policy.term_onward",
        "count": "policy.term_count",
        "DataFrequency": "policy.term_frequency",
        "VolumeBytes": "policy.term_volume",
        "spatial": "policy.term_place",
    }.get(name, "policy.term_compared")
