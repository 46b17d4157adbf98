import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.i18n import LANGUAGES
from genba.model.policy import Enforcement, Policy
from genba.policy import terms
from genba.policy.constraints import OPERANDS
from genba.policy.labels import Partner, describe
from tests.policy.policies import policies
from tests.policy.test_evaluation import atom, forbidding, permitting

ENFORCED, EVIDENCED, CONTRACTUAL = Enforcement.ENFORCED, Enforcement.EVIDENCED, Enforcement.CONTRACTUAL


def kept(policy: Policy, partner: Partner) -> dict[str, list[Enforcement]]:
    found: dict[str, list[Enforcement]] = {}
    for line in describe(policy, partner=partner, lang="en"):
        found.setdefault(line.operand, []).append(line.enforcement)
    return found


def test_what_the_recipient_does_later_is_at_most_evidenced_and_contractual_with_a_foreign_connector() -> None:
    contract = terms.load("suppliers", count=3, places="JP", contracts="C-1").contract
    genba, other = kept(contract, "genba"), kept(contract, "other")
    assert genba["UsagePurpose"] == [ENFORCED, EVIDENCED]
    assert other["UsagePurpose"] == [ENFORCED, CONTRACTUAL]
    assert genba["OnwardProvision"] == [EVIDENCED, EVIDENCED]
    assert other["OnwardProvision"] == [CONTRACTUAL, CONTRACTUAL]
    assert genba["count"] == other["count"] == [ENFORCED]
    assert genba["BusinessPartnerGroup"] == other["BusinessPartnerGroup"] == [ENFORCED]
    assert genba["ContractReference"] == other["ContractReference"] == [CONTRACTUAL]
    assert genba[""] == other[""] == [CONTRACTUAL]  # to delete


def test_nothing_is_called_evidenced_with_a_foreign_connector() -> None:
    for name in terms.SHIPPED:
        lines = describe(terms.load(name).contract, partner="other", lang="ja")
        assert EVIDENCED not in {line.enforcement for line in lines}


def test_sentences_say_values_in_the_reader_s_language() -> None:
    contract = terms.load("suppliers", purposes="quality.analysis").contract
    japanese = [line.text for line in describe(contract, partner="genba", lang="ja")]
    english = [line.text for line in describe(contract, partner="genba", lang="en")]
    assert any("「不具合の解析と対策」" in text for text in japanese)
    assert any("analysing and correcting defects" in text for text in english)
    assert any("「AIの学習への利用」: しない" in text for text in japanese)
    assert any("“use for training AI”: no" in text for text in english)


def test_prohibitions_are_told_with_what_holds_when_nobody_knows() -> None:
    (free, line, after) = describe(forbidding(atom("Training", "eq", "true")), partner="other", lang="en")
    assert free.text.startswith("Who has a contract")
    assert "or is not known" in line.text
    assert (line.enforcement, after.enforcement) == (ENFORCED, CONTRACTUAL)


def test_alternatives_are_as_weak_as_their_weakest() -> None:
    policy = permitting({"or": [atom("count", "lteq", 3), atom("ContractReference", "isAllOf", ["C-1"])]})
    first = describe(policy, partner="genba", lang="en")[0]
    assert first.enforcement is CONTRACTUAL
    assert "any of them" in first.text


def test_a_term_nobody_can_decide_is_told_as_a_no() -> None:
    lines = describe(permitting(atom("Unheard", "eq", "x")), partner="genba", lang="en")
    assert "cannot be decided" in lines[0].text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_operand_has_a_sentence(lang: str) -> None:
    for operand in OPERANDS.values():
        for operator in operand.operators:
            constraint = atom(operand.name, operator, list(operand.values[:1]) or ["2"])
            policy = permitting(constraint) if "permission" in operand.places else forbidding(constraint)
            for line in describe(policy, partner="genba", lang=lang):
                assert "{" not in line.text
                assert not line.text.startswith("policy.")


@settings(max_examples=200)
@given(policies, st.sampled_from(LANGUAGES), st.sampled_from(("genba", "other")))
def test_any_policy_can_be_told(policy: Policy, lang: str, partner: Partner) -> None:
    lines = describe(policy, partner=partner, lang=lang)
    assert lines
    assert not [line for line in lines if not line.text or line.text.startswith("policy.")]
