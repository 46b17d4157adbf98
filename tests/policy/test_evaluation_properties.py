from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from genba.model.policy import Constraint, Facts, Policy, Rule
from genba.policy.constraints import OPERANDS
from genba.policy.evaluation import agreed, decide, explain
from tests.policy.naive_oracle import is_allowed
from tests.policy.policies import conditions, facts, friendly, policies, rules

KNOWN = ("now", "purposes", "recipient", "corporate_number", "business_partner_number", "groups", "memberships",
         "frameworks", "agreed_at", "uses", "volume_bytes", "place", "training", "onward")  # fmt: skip


def test_the_list_of_facts_is_whole() -> None:
    assert {*KNOWN, "action", "others"} == {field.name for field in fields(Facts)}


@settings(max_examples=600)
@given(policies, rules, facts)
def test_adding_a_prohibition_never_turns_no_into_yes(policy: Policy, rule: Rule, given_facts: Facts) -> None:
    stricter = replace(policy, prohibitions=(*policy.prohibitions, rule))
    assert decide(policy, given_facts).allowed or not decide(stricter, given_facts).allowed


@settings(max_examples=300)
@given(st.one_of(policies, friendly), facts, st.sets(st.sampled_from((*KNOWN, "others"))))
def test_knowing_less_never_turns_no_into_yes(policy: Policy, known: Facts, lost: set[str]) -> None:
    less = replace(known, **{name: {} if name == "others" else None for name in lost})
    assert decide(policy, known).allowed or not decide(policy, less).allowed


@settings(max_examples=600)
@given(st.one_of(policies, friendly), rules, facts)
def test_adding_a_permission_never_turns_yes_into_no(policy: Policy, rule: Rule, given_facts: Facts) -> None:
    wider = replace(policy, permissions=(*policy.permissions, rule))
    assert decide(wider, given_facts).allowed or not decide(policy, given_facts).allowed


@settings(max_examples=300)
@given(st.one_of(policies, friendly), conditions, facts)
def test_adding_a_condition_never_turns_no_into_yes(policy: Policy, one: Constraint, given_facts: Facts) -> None:
    narrower = replace(
        policy, permissions=tuple(replace(r, constraints=(*r.constraints, one)) for r in policy.permissions)
    )
    assert decide(policy, given_facts).allowed or not decide(narrower, given_facts).allowed


@settings(max_examples=300)
@given(st.text(max_size=30), st.sampled_from(("eq", "isAnyOf", "isNoneOf", "neq")), st.text(max_size=9), facts)
def test_an_unknown_operand_on_the_only_permission_denies(name: str, operator: str, value: str, known: Facts) -> None:
    if name in OPERANDS:
        return
    unknown = Constraint(left_operand=name, operator=operator, right_operand=(value,))
    policy = Policy(permissions=(Rule(action="use", constraints=(unknown,)),))
    assert not decide(policy, replace(known, others={name: (value,)})).allowed


@settings(max_examples=2_000)
@given(st.one_of(policies, friendly), facts)
def test_decisions_are_those_of_a_naive_reading_of_the_rules(policy: Policy, given_facts: Facts) -> None:
    assert decide(policy, given_facts).allowed is is_allowed(policy, given_facts)


@settings(max_examples=300)
@given(st.one_of(policies, friendly), facts)
def test_an_explanation_decides_the_same_and_always_has_reasons(policy: Policy, given_facts: Facts) -> None:
    explained = explain(policy, given_facts)
    assert explained.allowed is decide(policy, given_facts).allowed
    assert explained.reasons


@settings(max_examples=300)
@given(policies)
def test_what_was_agreed_names_only_what_a_contract_settles(policy: Policy) -> None:
    assert all(OPERANDS[name].is_contractual for name in agreed(policy))
