from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from genba.errors import InvalidInput
from genba.model.policy import Audience, Facts, Policy
from genba.policy.audience import audience
from genba.policy.checking import check_access
from genba.policy.evaluation import decide
from genba.policy.odrl import read
from tests.policy.policies import (
    BPNS,
    DIDS,
    FRAMEWORKS,
    GROUPS,
    MEMBERSHIPS,
    NOW,
    NUMBERS,
    Dice,
    condition,
    drawn,
)


def seeing(*constraints: dict[str, object], **more: object) -> Policy:
    return read({"permission": [{"action": "access", "constraint": list(constraints)}], **more})


def atom(operand: str, operator: str, value: object) -> dict[str, object]:
    return {"leftOperand": operand, "operator": operator, "rightOperand": value}


def test_no_condition_means_every_authenticated_participant() -> None:
    assert audience(seeing()) == Audience()


def test_conditions_become_groups_of_alternatives_and_dates() -> None:
    found = audience(
        seeing(
            atom("Membership", "eq", "active"),
            {"or": [atom("recipient", "eq", DIDS[0]), atom("BusinessPartnerGroup", "isAnyOf", ["a", "b"])]},
            {"and": [atom("dateTime", "gteq", "2026-01-01T00:00:00Z"), atom("dateTime", "lteq", NOW.isoformat())]},
            prohibition=[{"action": "access", "constraint": [atom("BusinessPartnerGroup", "eq", "rivals")]}],
        )
    )
    assert found.all_of == (
        (("membership", "active"),),
        (("participant", DIDS[0]), ("group", "a"), ("group", "b")),
    )
    assert found.none_of == (("group", "rivals"),)
    assert found.first is not None
    assert (found.first.year, found.last) == (2026, NOW)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy(), "policy.access_one_permission"),
        (read({"permission": [{"action": "access"}, {"action": "access"}]}), "policy.access_one_permission"),
        (read({"permission": [{"action": "distribute"}]}), "policy.access_action"),
        (seeing(atom("UsagePurpose", "isAnyOf", ["x"])), "policy.access_operand"),
        (seeing(atom("Unheard", "eq", "x")), "policy.access_operand"),
        (seeing({"xone": [atom("recipient", "eq", "x")]}), "policy.access_joined"),
        (seeing(atom("CorporateNumber", "isNoneOf", ["8999900000001"])), "policy.access_none_of"),
        (seeing(atom("CorporateNumber", "eq", "8999900000002")), "policy.access_value"),
        (seeing(atom("BusinessPartnerGroup", "isAnyOf", [])), "policy.access_value"),
        (seeing(atom("dateTime", "gt", "2026-01-01T00:00:00Z")), "policy.access_value"),
        (seeing(atom("dateTime", "gteq", "0001-01-01T00:00:00+14:00")), "policy.access_value"),
        (seeing(atom("dateTime", "lteq", "2027-01-01")), "policy.access_value"),
        (seeing(prohibition=[{"action": "access"}]), "policy.access_prohibition"),
    ],
)
def test_what_the_catalogue_s_query_cannot_decide_is_refused(policy: Policy, expected: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        check_access(policy)
    assert raised.value.code == expected


def access_policy(dice: Dice) -> Policy:
    names = ("recipient", "CorporateNumber", "BusinessPartnerNumber", "BusinessPartnerGroup", "Membership",
             "FrameworkAgreement", "dateTime")  # fmt: skip
    make = lambda d: condition(d, names=names)
    rule = read({"permission": [{"action": "access"}]}).permissions[0]
    permission = replace(rule, constraints=dice.many(make, 3))
    prohibition = replace(rule, constraints=(make(dice),))
    return Policy(permissions=(permission,), prohibitions=dice.of(((), (prohibition,))))


def viewer(dice: Dice) -> Facts:
    """What is known of an authenticated caller: what was not proven is unknown, its groups are our own list."""
    some = lambda values: dice.many(lambda d: d.of(values), 2)
    return Facts(
        action="access",
        now=NOW + timedelta(days=dice.of((0, -2, 2))),
        recipient=dice.of(DIDS),
        corporate_number=dice.of((None, *NUMBERS)),
        business_partner_number=dice.of((None, *BPNS)),
        groups=some(GROUPS),
        memberships=some(MEMBERSHIPS),
        frameworks=some(FRAMEWORKS),
    )


def sees(found: Audience, facts: Facts) -> bool:
    """Decide as a database would, knowing pairs only."""
    has = {
        ("participant", facts.recipient),
        ("corporate_number", facts.corporate_number),
        ("business_partner_number", facts.business_partner_number),
        *(("group", value) for value in facts.groups or ()),
        *(("membership", value) for value in facts.memberships or ()),
        *(("framework", value) for value in facts.frameworks or ()),
    }
    assert facts.now is not None
    return (
        all(any(pair in has for pair in group) for group in found.all_of)
        and not any(pair in has for pair in found.none_of)
        and (found.first is None or facts.now >= found.first)
        and (found.last is None or facts.now <= found.last)
    )


@settings(max_examples=1_500)
@given(drawn(access_policy), drawn(viewer, 40))
def test_an_audience_sees_exactly_what_the_evaluator_would_show(policy: Policy, facts: Facts) -> None:
    try:
        found = audience(policy)
    except InvalidInput:
        return
    assert sees(found, facts) is decide(policy, facts).allowed
