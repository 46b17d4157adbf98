"""Reasons travel with what they are about, and with nothing about anybody else."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.app.exchange.refusals import MOST_CHARS, MOST_REASONS, Told, heard, said, told
from genba.i18n import LANGUAGES, translate
from genba.model.policy import Constraint, Facts, Policy, Reason, Rule
from genba.policy import evaluation
from genba.policy.labels import in_words


@pytest.mark.parametrize("operand", ["recipient", "BusinessPartnerGroup", "BusinessPartnerNumber", "CorporateNumber"])
def test_a_refusal_names_no_other_partner(operand: str) -> None:
    others = Constraint(left_operand=operand, operator="isAnyOf", right_operand=("did:web:rival.example",))
    policy = Policy(permissions=(Rule(action="use", constraints=(others,)),))
    facts = Facts(
        recipient="did:web:we.example", groups=("blacklist",), corporate_number="1", business_partner_number="2"
    )
    body = msgspec.json.encode(told(evaluation.against(policy, facts)))
    assert b"policy.who_differs" in body
    assert not any(word in body for word in (b"rival", b"blacklist"))


def test_only_what_speaks_against_a_use_is_given() -> None:
    asked = (
        Constraint(left_operand="UsagePurpose", operator="isAnyOf", right_operand=("urn:genba:purpose:quality",)),
        Constraint(left_operand="spatial", operator="eq", right_operand=("JP",)),
    )
    training = Constraint(left_operand="Training", operator="eq", right_operand=("true",))
    policy = Policy(
        permissions=(Rule(action="use", constraints=asked),),
        prohibitions=(Rule(action="use", constraints=(training,)),),
    )
    purpose = ("urn:genba:purpose:quality",)
    learning = evaluation.against(policy, Facts(purposes=purpose, place="JP", training=True))
    assert [reason.code for reason in learning] == ["policy.forbidden"]
    elsewhere = evaluation.against(policy, Facts(purposes=purpose, place="DE", training=False))
    assert [(reason.code, reason.details["operand"]) for reason in elsewhere] == [("policy.violated", "spatial")]
    unsaid = evaluation.against(policy, Facts(purposes=purpose, training=False))
    assert [reason.code for reason in unsaid] == ["policy.fact_unknown"]


def test_a_reason_is_said_with_the_words_that_a_command_takes() -> None:
    details = {"operand": "UsagePurpose", "operator": "isAnyOf", "values": "urn:genba:purpose:quality", "found": "x"}
    reason = in_words(Reason(code="policy.violated", details=details))
    assert "品質 quality" in translate(reason.code, "ja", **reason.details)
    assert "(is any of quality)" in translate(reason.code, "en", **reason.details)
    assert told((reason,))[0].details == details


values = st.one_of(st.text(), st.integers(), st.booleans(), st.floats())


@given(st.lists(st.builds(Told, code=st.text(), details=st.dictionaries(st.text(), values)), max_size=40))
def test_whatever_a_partner_says_is_bounded_and_cannot_command_a_terminal(given: list[Told]) -> None:
    reasons = heard(given)
    assert len(reasons) <= MOST_REASONS
    for lang in LANGUAGES:
        for reason in reasons:
            text = translate(reason.code, lang, **reason.details)
            assert text.isprintable() and len(text) <= 20 * MOST_CHARS


def test_the_reason_of_a_message_may_be_a_code_of_ours_or_words() -> None:
    assert translate("pull.not_started", "en", reason=said("exchange.refused_by_rule 4f2a")).count("by its rule") == 1
    assert "“no\ufffdthing”" in translate("pull.not_started", "en", reason=said("no\x1bthing"))
    assert "No reason" in translate("pull.not_started", "en", reason=said(""))
