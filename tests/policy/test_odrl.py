import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.errors import GenbaError, InvalidInput
from genba.model.policy import Constraint, LogicalConstraint, Policy, Rule
from genba.policy.odrl import read, write
from tests.policy.policies import policies

ODRL = "http://www.w3.org/ns/odrl/2/"
PURPOSE = Constraint(left_operand="UsagePurpose", operator="isAnyOf", right_operand=("cx.pcf.base:1",))


def condition(**fields: object) -> dict[str, object]:
    return {"permission": [{"action": "use", "constraint": [fields]}]}


def code(policy: object) -> str:
    with pytest.raises(InvalidInput) as raised:
        read(policy)  # type: ignore[arg-type]
    return raised.value.code


def test_the_conformance_kit_s_empty_list_of_constraints_is_no_constraint() -> None:
    policy = read({"@type": "Offer", "@id": "CN0101", "permission": [{"action": "use", "constraint": []}]})
    assert policy == Policy(id="CN0101", kind="Offer", permissions=(Rule(action="use"),))
    assert write(policy) == {"@type": "Offer", "@id": "CN0101", "permission": [{"action": "use"}]}


def test_prefixed_words_and_single_objects_are_read_as_eclipse_connectors_send_them() -> None:
    policy = read(
        {
            "@id": "a:b:c",
            "@type": "odrl:Offer",
            "odrl:permission": {
                "odrl:action": {"@id": "odrl:use"},
                "odrl:constraint": {
                    "odrl:leftOperand": {"@id": "cx-policy:UsagePurpose"},
                    "odrl:operator": {"@id": "odrl:isAnyOf"},
                    "odrl:rightOperand": "cx.pcf.base:1",
                },
            },
            "odrl:prohibition": [],
            "odrl:obligation": [],
        }
    )
    assert policy.permissions == (Rule(action="use", constraints=(PURPOSE,)),)
    assert policy.kind == "Offer"


def test_expanded_json_ld_is_read() -> None:
    policy = read(
        {
            "@id": "urn:uuid:1",
            "@type": [f"{ODRL}Agreement"],
            f"{ODRL}target": [{"@id": "dataset-1"}],
            f"{ODRL}assigner": [{"@id": "did:web:a.example"}],
            f"{ODRL}assignee": [{"@id": "did:web:b.example"}],
            "https://w3id.org/dspace/2025/1/timestamp": [{"@value": "2026-01-01T00:00:00Z"}],
            f"{ODRL}permission": [
                {
                    f"{ODRL}action": [{"@id": f"{ODRL}use"}],
                    f"{ODRL}constraint": [
                        {
                            f"{ODRL}and": [
                                {
                                    "@list": [
                                        {
                                            f"{ODRL}leftOperand": [
                                                {"@id": "https://w3id.org/catenax/2025/9/policy/UsagePurpose"}
                                            ],
                                            f"{ODRL}operator": [{"@id": f"{ODRL}isAnyOf"}],
                                            f"{ODRL}rightOperand": [{"@list": [{"@value": "cx.pcf.base:1"}]}],
                                        }
                                    ]
                                }
                            ]
                        }
                    ],
                }
            ],
        }
    )
    joined = LogicalConstraint(operator="and", operands=(PURPOSE,))
    assert policy == Policy(
        id="urn:uuid:1",
        kind="Agreement",
        permissions=(Rule(action="use", constraints=(joined,)),),
        target="dataset-1",
        assigner="did:web:a.example",
        assignee="did:web:b.example",
    )


@pytest.mark.parametrize("given_value", [90, "90", {"@value": 90}, {"@value": "90", "@type": "xsd:integer"}, [90]])
def test_numbers_are_read_however_they_are_written(given_value: object) -> None:
    constraint = {"leftOperand": "DataUsageEndDurationDays", "operator": "eq", "rightOperand": given_value}
    policy = read({"permission": [{"action": "use", "constraint": [constraint]}]})
    (found,) = policy.permissions[0].constraints
    assert isinstance(found, Constraint)
    assert found.right_operand == ("90",)


def test_operands_are_written_by_their_full_names_and_numbers_as_text() -> None:
    policy = read({"permission": [{"action": "use", "constraint": [
        {"leftOperand": "count", "operator": "lteq", "rightOperand": 3},
        {"leftOperand": "Training", "operator": "eq", "rightOperand": False},
        {"leftOperand": "UsagePurpose", "operator": "isAnyOf", "rightOperand": "x:y"},
    ]}]})  # fmt: skip
    assert write(policy)["permission"][0]["constraint"] == [
        {"leftOperand": f"{ODRL}count", "operator": "lteq", "rightOperand": "3"},
        {"leftOperand": "urn:genba:operand:Training", "operator": "eq", "rightOperand": "false"},
        {
            "leftOperand": "https://w3id.org/catenax/2025/9/policy/UsagePurpose",
            "operator": "isAnyOf",
            "rightOperand": ["x:y"],
        },
    ]


def test_a_name_in_somebody_else_s_namespace_is_not_taken_for_ours() -> None:
    for name in (f"{ODRL}Training", "cx-policy:count", "urn:genba:operand:UsagePurpose", "https://x.example/count"):
        policy = read({"permission": {"action": "use", "constraint": {
            "leftOperand": name, "operator": "eq", "rightOperand": "1"}}})  # fmt: skip
        (found,) = policy.permissions[0].constraints
        assert isinstance(found, Constraint)
        assert found.left_operand == name


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"permission": [{"action": "use", "until": "2027"}]}, "policy.unknown_field"),
        ({"conflict": "perm"}, "policy.unknown_field"),
        ({"inheritFrom": "urn:x"}, "policy.unknown_field"),
        ({"@context": {"use": "https://x.example/steal"}}, "policy.inline_context"),
        ({"profile": "https://x.example/profile"}, "policy.unknown_profile"),
        ({"@type": "Ticket"}, "policy.unknown_kind"),
        ({"permission": [{"action": "use", "@type": "Prohibition"}]}, "policy.unknown_kind"),
        ({"permission": [{"constraint": []}]}, "policy.missing_field"),
        ({"permission": [{"action": {"@id": "use", "refinement": []}}]}, "policy.not_a_text"),
        ({"permission": [{"action": ["use", "sell"]}]}, "policy.not_a_text"),
        ({"permission": ["use"]}, "policy.not_an_object"),
        ({"target": "a", "permission": [{"action": "use", "target": "b"}]}, "policy.other_target"),
        ({"permission": [{"action": "use"}], "odrl:permission": []}, "policy.field_twice"),
        (condition(leftOperand="count", operator="lt"), "policy.missing_field"),
        (condition(**{"and": [], "or": []}), "policy.field_twice"),
        (condition(leftOperand="count", operator="lt", rightOperand=1.5), "policy.not_a_text"),
        (condition(leftOperand="count", operator="lt", rightOperand="1", unit="km"), "policy.unknown_field"),
        ({"permission": [{"action": "use"}] * 2_000}, "policy.too_large"),
        ({"target": "x" * 3_000}, "policy.too_large"),
        ([], "policy.not_an_object"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(policy: object, expected: str) -> None:
    assert code(policy) == expected


def test_conditions_that_nest_without_end_are_refused() -> None:
    constraint: object = {"leftOperand": "count", "operator": "lt", "rightOperand": "1"}
    for _ in range(20):
        constraint = {"and": [constraint]}
    assert code({"permission": [{"action": "use", "constraint": [constraint]}]}) == "policy.too_large"


@settings(max_examples=500)
@given(policies)
def test_reading_what_was_written_gives_the_same_policy(policy: Policy) -> None:
    assert read(write(policy)) == policy
    assert read(msgspec.json.decode(msgspec.json.encode(write(policy)))) == policy


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ("@id", "@type", "@value", "permission", "odrl:permission", "action", "constraint", "and", "leftOperand",
             "operator", "rightOperand", "duty", "target", "x")
        ),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=500)
@given(json_like)
def test_no_json_breaks_the_reader(data: object) -> None:
    try:
        policy = read(data)  # type: ignore[arg-type]
    except GenbaError:
        return
    assert read(write(policy)) == policy
