from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from genba.i18n import LANGUAGES, catalog, translate
from genba.model.policy import Facts, Policy
from genba.policy.evaluation import agreed, decide, explain
from genba.policy.odrl import read
from tests.policy.policies import NOW

QUALITY = "urn:genba:purpose:quality"
ANALYSIS = "urn:genba:purpose:quality.analysis"


def atom(operand: str, operator: str, value: object) -> dict[str, object]:
    return {"leftOperand": operand, "operator": operator, "rightOperand": value}


def permitting(*constraints: dict[str, object], **more: Any) -> Policy:
    return read({"permission": [{"action": "use", "constraint": list(constraints)}], **more})


def forbidding(*constraints: dict[str, object]) -> Policy:
    return permitting(prohibition=[{"action": "use", "constraint": list(constraints)}])


def codes(policy: Policy, facts: Facts) -> list[str]:
    return [reason.code for reason in explain(policy, facts).reasons]


def test_without_a_permission_nothing_is_allowed() -> None:
    assert not decide(Policy(), Facts()).allowed
    assert codes(Policy(), Facts()) == ["policy.nothing_permitted"]


def test_a_permission_without_conditions_allows() -> None:
    assert decide(permitting(), Facts()).allowed


def test_a_prohibition_wins() -> None:
    policy = forbidding(atom("Training", "eq", "true"))
    assert decide(policy, Facts(training=False)).allowed
    assert not decide(policy, Facts(training=True)).allowed


def test_a_prohibition_applies_where_nobody_can_say_that_it_does_not() -> None:
    policy = forbidding(atom("Training", "eq", "true"))
    assert not decide(policy, Facts()).allowed
    assert codes(policy, Facts())[:2] == ["policy.prohibition_applies", "policy.fact_unknown"]
    assert not decide(forbidding(atom("Unheard", "eq", "x")), Facts()).allowed


def test_a_prohibition_of_an_unknown_act_forbids_use() -> None:
    policy = permitting(prohibition=[{"action": "distribute"}])
    assert not decide(policy, Facts(onward=False)).allowed


@pytest.mark.parametrize(
    ("stated", "allowed"),
    [
        ((QUALITY,), True),
        ((ANALYSIS,), True),
        (("cx.quality.base:1",), True),
        ((QUALITY, ANALYSIS), True),
        (("urn:genba:purpose:business",), False),  # reaches further than what is permitted
        (("urn:genba:purpose:design",), False),
        ((ANALYSIS, "urn:genba:purpose:design"), False),
        (("quality",), False),
        ((), False),
        (None, False),
    ],
)
def test_every_stated_purpose_has_to_lie_within_what_is_permitted(stated: Any, allowed: bool) -> None:
    policy = permitting(atom("UsagePurpose", "isAnyOf", [QUALITY]))
    assert decide(policy, Facts(purposes=stated)).allowed is allowed


@pytest.mark.parametrize("stated", [(ANALYSIS,), (QUALITY,), ("urn:genba:purpose:business",), ("made:up",), None])
def test_a_forbidden_purpose_is_forbidden_also_as_part_of_a_broader_or_an_unknown_one(stated: Any) -> None:
    assert not decide(forbidding(atom("UsagePurpose", "isAnyOf", [ANALYSIS])), Facts(purposes=stated)).allowed


def test_a_purpose_beside_the_forbidden_one_is_free() -> None:
    policy = forbidding(atom("UsagePurpose", "isAnyOf", [ANALYSIS]))
    assert decide(policy, Facts(purposes=("urn:genba:purpose:quality.inspection",))).allowed


def test_the_last_moment_of_use_still_counts() -> None:
    policy = permitting(atom("DataUsageEndDate", "eq", NOW.isoformat()))
    assert decide(policy, Facts(now=NOW)).allowed
    assert not decide(policy, Facts(now=NOW + timedelta(seconds=1))).allowed


def test_days_count_from_the_agreement() -> None:
    policy = permitting(atom("DataUsageEndDurationDays", "eq", 30))
    assert decide(policy, Facts(now=NOW, agreed_at=NOW - timedelta(days=30))).allowed
    assert not decide(policy, Facts(now=NOW, agreed_at=NOW - timedelta(days=30, seconds=1))).allowed
    assert not decide(policy, Facts(now=NOW)).allowed


@pytest.mark.parametrize("time", ["2030-01-01", "2030-01-01T00:00:00", "tomorrow", "", "2030-13-01T00:00:00Z"])
def test_a_time_without_a_zone_or_sense_denies(time: str) -> None:
    assert not decide(permitting(atom("DataUsageEndDate", "eq", time)), Facts(now=NOW)).allowed


@pytest.mark.parametrize(
    ("time", "allowed"), [("9999-12-31T23:59:59-14:00", True), ("0001-01-01T00:00:00+14:00", False)]
)
def test_the_ends_of_time_break_nothing(time: str, allowed: bool) -> None:
    assert decide(permitting(atom("DataUsageEndDate", "eq", time)), Facts(now=NOW)).allowed is allowed
    days = permitting(atom("DataUsageEndDurationDays", "eq", 36_525))
    assert not decide(days, Facts(now=NOW, agreed_at=datetime(9999, 12, 1, tzinfo=UTC))).allowed


def test_a_clock_without_a_zone_denies() -> None:
    policy = permitting(atom("DataUsageEndDate", "eq", "2030-01-01T00:00:00Z"))
    assert not decide(policy, Facts(now=datetime(2026, 1, 1))).allowed


def test_count_includes_the_delivery_that_is_asked_for() -> None:
    policy = permitting(atom("count", "lteq", 2))
    assert [decide(policy, Facts(uses=uses)).allowed for uses in (0, 1, 2)] == [True, True, False]


def test_once_is_once() -> None:
    policy = permitting(atom("DataFrequency", "eq", "cx.dataFrequency.once:1"))
    assert decide(policy, Facts(uses=0)).allowed
    assert not decide(policy, Facts(uses=1)).allowed
    assert decide(permitting(atom("DataFrequency", "eq", "cx.dataFrequency.unlimited:1")), Facts(uses=99)).allowed


def test_none_of_needs_to_know() -> None:
    policy = permitting(atom("CorporateNumber", "isNoneOf", ["8999900000001"]))
    assert decide(policy, Facts(corporate_number="7999900000002")).allowed
    assert not decide(policy, Facts(corporate_number="8999900000001")).allowed
    assert not decide(policy, Facts(corporate_number="")).allowed
    unreadable = permitting(atom("CorporateNumber", "isNoneOf", ["株式会社"]))
    assert not decide(unreadable, Facts(corporate_number="7999900000002")).allowed


def test_one_permission_that_holds_is_enough() -> None:
    policy = read({"permission": [
        {"action": "use", "constraint": [atom("Unheard", "eq", "x")]},
        {"action": "use", "constraint": [atom("spatial", "eq", "JP")]},
    ]})  # fmt: skip
    assert decide(policy, Facts(place="JP")).allowed
    assert not decide(policy, Facts(place="US")).allowed


def test_exactly_one_is_not_known_while_another_could_still_hold() -> None:
    policy = permitting({"xone": [atom("spatial", "eq", "JP"), atom("Training", "eq", "false")]})
    assert decide(policy, Facts(place="JP", training=True)).allowed
    assert not decide(policy, Facts(place="JP", training=False)).allowed
    assert not decide(policy, Facts(place="JP")).allowed


def test_conditions_in_a_sequence_are_not_decided() -> None:
    assert not decide(permitting({"andSequence": [atom("spatial", "eq", "JP")]}), Facts(place="JP")).allowed


def test_what_only_a_contract_settles_holds_once_it_was_agreed() -> None:
    policy = permitting(atom("ContractReference", "isAllOf", ["C-1"]), atom("Liability", "eq", "cx.grossNegligence:1"))
    assert not decide(policy, Facts()).allowed
    assert decide(policy, Facts(others=agreed(policy))).allowed
    assert codes(policy, Facts()).count("policy.not_agreed") == 2


def test_a_promised_restriction_forbids_nothing_but_its_breach() -> None:
    policy = forbidding(
        atom("UsageRestriction", "isAllOf", ["cx.thirdParty.forbidden:1", "cx.manipulation.forbidden:1"])
    )
    others = agreed(policy)
    assert decide(policy, Facts(others=others, onward=False)).allowed
    assert not decide(policy, Facts(others=others, onward=True)).allowed
    assert not decide(policy, Facts(others=others)).allowed
    assert not decide(policy, Facts(onward=False)).allowed
    elsewhere = forbidding(atom("AffiliatesRegion", "isAnyOf", ["cx.region.europe:1"]))
    assert decide(elsewhere, Facts(others=agreed(elsewhere))).allowed


def test_an_end_of_provision_as_obligation_ends_delivery() -> None:
    duty = {"action": "use", "constraint": [atom("DataProvisioningEndDate", "eq", NOW.isoformat())]}
    policy = permitting(obligation=[duty])
    assert decide(policy, Facts(now=NOW)).allowed
    assert not decide(policy, Facts(now=NOW + timedelta(days=1))).allowed


def test_a_duty_nobody_knows_denies_and_one_to_delete_comes_later() -> None:
    assert decide(permitting(obligation=[{"action": "delete"}]), Facts()).allowed
    assert not decide(permitting(obligation=[{"action": "compensate"}]), Facts()).allowed
    with_duty = read({"permission": [{"action": "use", "duty": [{"action": "compensate"}]}]})
    assert not decide(with_duty, Facts()).allowed


def test_to_use_includes_to_see_and_not_the_reverse() -> None:
    assert decide(permitting(), Facts(action="access")).allowed
    seeing = read({"permission": [{"action": "access"}]})
    assert decide(seeing, Facts(action="access")).allowed
    assert not decide(seeing, Facts(action="use")).allowed


@pytest.mark.parametrize("lang", LANGUAGES)
def test_reasons_can_be_said_in_both_languages(lang: str) -> None:
    policy = read({
        "permission": [
            {"action": "use", "constraint": [
                atom("UsagePurpose", "isAnyOf", [QUALITY]), atom("Unheard", "eq", "x"), atom("count", "like", "1"),
                atom("spatial", "eq", "Japan"), atom("UsageRestriction", "isAllOf", ["x"]),
                atom("Liability", "eq", "cx.slightNegligence:1"), {"or": [atom("Training", "eq", "false")]},
            ]},
            {"action": "access"},
        ],
        "prohibition": [{"action": "use", "constraint": [atom("count", "gt", 3)]}],
        "obligation": [{"action": "compensate"}],
    })  # fmt: skip
    explained = explain(policy, Facts(purposes=(QUALITY,), uses=1, place="JP", training=True))
    sentences = [translate(reason.code, lang, **reason.details) for reason in explained.reasons]
    assert len({reason.code for reason in explained.reasons}) >= 11
    assert all(reason.code in catalog(lang) for reason in explained.reasons)
    assert not [sentence for sentence in sentences if "{" in sentence or "UsagePurpose" in sentence]
    if lang == "ja":
        assert any(
            "「利用目的」は条件（いずれか: urn:genba:purpose:quality）を満たしています" in one for one in sentences
        )
    else:
        assert any("“purpose of use” satisfies the condition" in one for one in sentences)
