import pytest

from genba.errors import InvalidInput
from genba.i18n import LANGUAGES, catalog, translate
from genba.policy.checking import check_offer, problems
from genba.policy.constraints import OPERANDS, is_corporate_number
from genba.policy.odrl import read
from tests.policy.test_evaluation import atom, forbidding, permitting


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        (atom("Unheard", "eq", "x"), "policy.operand_unknown"),
        (atom("UsagePurpose", "gt", "x"), "policy.operator_unknown"),
        (atom("DataUsageEndDate", "eq", "2026-12-31"), "policy.value_unreadable"),
        (atom("DataUsageEndDate", "eq", ["2026-12-31T00:00:00Z", "2027-12-31T00:00:00Z"]), "policy.value_unreadable"),
        (atom("CorporateNumber", "eq", "8999900000002"), "policy.value_unreadable"),
        (atom("count", "lteq", 0), "policy.value_unreadable"),
        (atom("count", "lteq", -1), "policy.value_unreadable"),
        (atom("spatial", "eq", "Japan"), "policy.value_unreadable"),
        (atom("Liability", "eq", "cx.noLiability:1"), "policy.value_unreadable"),
        (atom("UsageRestriction", "isAllOf", ["cx.thirdParty.forbidden:1"]), "policy.out_of_place"),
        (atom("BusinessPartnerGroup", "isAnyOf", []), "policy.value_unreadable"),
        ({"andSequence": [atom("count", "lt", 3)]}, "policy.operator_unknown"),
        ({"or": []}, "policy.operator_unknown"),
        ({"or": [{"and": [atom("Unheard", "eq", "x")]}]}, "policy.operand_unknown"),
    ],
)
def test_a_condition_that_cannot_be_decided_is_refused_before_it_is_offered(
    constraint: dict[str, object], expected: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        check_offer(permitting(constraint))
    assert raised.value.code == expected
    for lang in LANGUAGES:
        assert "{" not in translate(expected, lang, **raised.value.details)


def test_what_can_be_decided_may_be_offered() -> None:
    check_offer(
        permitting(
            {"and": [atom("UsagePurpose", "isAnyOf", ["cx.pcf.base:1", "in our own words"]), atom("count", "lteq", 3)]},
            atom("CorporateNumber", "isAnyOf", ["8999900000001"]),
            prohibition=[
                {"action": "use", "constraint": [atom("UsageRestriction", "isAllOf", ["cx.thirdParty.forbidden:1"])]}
            ],
            obligation=[
                {"action": "use", "constraint": [atom("DataProvisioningEndDurationDays", "eq", 30)]},
                {"action": "delete"},
            ],
        )
    )


def test_an_offer_permits_something_and_only_acts_that_we_know() -> None:
    assert [one.code for one in problems(read({}))] == ["policy.nothing_permitted"]
    found = problems(read({"permission": [{"action": "sell", "duty": [{"action": "compensate"}]}]}))
    assert [one.code for one in found] == ["policy.action_unknown", "policy.duty_unknown"]


def test_a_forbidden_purpose_has_to_stand_in_the_hierarchy() -> None:
    assert [one.code for one in problems(forbidding(atom("UsagePurpose", "isAnyOf", ["our own"])))] == [
        "policy.purpose_unknown"
    ]


def test_two_ends_of_use_are_one_too_many() -> None:
    both = permitting(
        atom("DataUsageEndDate", "eq", "2030-01-01T00:00:00+09:00"), atom("DataUsageEndDurationDays", "eq", 5)
    )
    assert [one.code for one in problems(both)] == ["policy.two_ends"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_operand_and_operator_of_the_table_has_its_words(lang: str) -> None:
    operators = {operator for operand in OPERANDS.values() for operator in operand.operators}
    wanted = {f"word.operand_{name}" for name in OPERANDS} | {f"word.operator_{name}" for name in operators}
    assert not wanted - catalog(lang).keys()


def test_the_check_digit_of_a_corporate_number_counts() -> None:
    assert is_corporate_number("8999900000001")
    assert is_corporate_number("7999900000002")
    assert not is_corporate_number("8999900000010")
    assert not is_corporate_number("899990000000１")
