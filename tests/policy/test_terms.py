import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from genba.errors import InvalidInput, NotFound
from genba.i18n import LANGUAGES
from genba.model.policy import Constraint, Facts, Policy
from genba.policy import terms
from genba.policy.audience import audience
from genba.policy.checking import check_access, check_offer
from genba.policy.evaluation import agreed, decide
from tests.policy.policies import NOW

TEMPLATES = Path(terms.__file__).parent / "templates"


def operands(policy: Policy) -> dict[str, tuple[str, ...]]:
    found = policy.permissions[0].constraints
    return {one.left_operand: one.right_operand for one in found if isinstance(one, Constraint)}


@pytest.mark.parametrize("name", terms.SHIPPED)
def test_a_shipped_template_can_be_offered_as_it_is(name: str) -> None:
    loaded = terms.load(name)
    check_offer(loaded.contract)
    check_access(loaded.access)
    assert all(loaded.title[lang] and loaded.text[lang] for lang in LANGUAGES)
    assert audience(loaded.access).all_of  # never everybody
    assert loaded.name == name


def test_everything_in_the_folder_is_shipped() -> None:
    assert sorted(path.stem for path in TEMPLATES.glob("*.toml")) == sorted(terms.SHIPPED)


def test_suppliers_use_the_data_for_the_purpose_until_the_end_and_nothing_else() -> None:
    contract = terms.load("suppliers", purposes="quality", days=30, count=1).contract
    facts: dict[str, Any] = {
        "now": NOW,
        "agreed_at": NOW - timedelta(days=1),
        "groups": ("suppliers",),
        "purposes": ("urn:genba:purpose:quality.analysis",),
        "uses": 0,
        "training": False,
        "onward": False,
    }
    assert decide(contract, Facts(**facts)).allowed
    for change in (
        {"groups": ()}, {"purposes": ("urn:genba:purpose:design",)}, {"now": NOW + timedelta(days=40)}, {"uses": 1},
        {"training": True}, {"onward": True}, {"training": None}, {"purposes": None},
    ):  # fmt: skip
        assert not decide(contract, Facts(**{**facts, **change})).allowed, change


def test_parameters_are_read_however_a_command_line_or_a_program_gives_them() -> None:
    said = terms.load("suppliers", groups="a, b、c", until="2027-03-31", training="はい", onward=True, columns=["x"],
                      samples="yes", volume=10**9, places="JP,DE", contracts="C-1")  # fmt: skip
    found = operands(said.contract)
    assert found["BusinessPartnerGroup"] == ("a", "b", "c")
    assert found["DataUsageEndDate"] == ("2027-03-31T23:59:59+09:00",)
    assert "DataUsageEndDurationDays" not in found
    assert not found.keys() & {"Training", "OnwardProvision", "count"}
    assert found["VolumeBytes"] == ("1000000000",)
    assert found["spatial"] == ("JP", "DE")
    assert (said.columns, said.details_visible) == (("x",), True)
    assert agreed(said.contract) == {"ContractReference": ("C-1",)}
    again = (
        terms.load("suppliers", until=date(2027, 3, 31)),
        terms.load("suppliers", until=datetime(2027, 3, 31, tzinfo=UTC)),
    )
    assert [operands(one.contract)["DataUsageEndDate"] for one in again] == [
        ("2027-03-31T23:59:59+09:00",), ("2027-03-31T00:00:00+00:00",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"purpose": "quality"}, "policy.parameter_unknown"),
        ({"purposes": "qualty"}, "policy.parameter_bad"),
        ({"groups": ""}, "policy.parameter_missing"),
        ({"groups": []}, "policy.parameter_missing"),
        ({"groups": [" "]}, "policy.parameter_bad"),
        ({"groups": 7}, "policy.parameter_bad"),
        ({"days": ""}, "policy.parameter_missing"),
        ({"days": "0"}, "policy.parameter_bad"),
        ({"days": "-3"}, "policy.parameter_bad"),
        ({"days": True}, "policy.parameter_bad"),
        ({"until": "31.3.2027"}, "policy.parameter_bad"),
        ({"until": "2027-02-30"}, "policy.parameter_bad"),
        ({"places": "Japan"}, "policy.parameter_bad"),
        ({"training": "maybe"}, "policy.parameter_bad"),
    ],
)
def test_a_parameter_that_cannot_be_read_never_widens_the_terms(given: dict[str, object], expected: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        terms.load("suppliers", **given)
    assert raised.value.code == expected


def test_a_template_tells_what_can_be_chosen() -> None:
    found = {one.name: one for one in terms.parameters_of("suppliers")}
    assert found["days"].default == "365"
    assert found["purposes"].default == ("urn:genba:purpose:quality", "urn:genba:purpose:manufacturing")
    assert found["until"].default is None
    assert all(one.text["ja"] and one.text["en"] for one in found.values())


def test_a_file_of_one_s_own_has_the_same_format_and_is_read_strictly(tmp_path: Path) -> None:
    text = (TEMPLATES / "suppliers.toml").read_text(encoding="utf-8")
    mine = tmp_path / "私の条件.toml"
    mine.write_text(text.replace('name = "suppliers"', 'name = "mine"'), encoding="utf-8")
    assert terms.load(mine, days=3).name == "mine"
    for broken in (
        "colour = 'red'\n" + text,
        text.replace('action = "use"', 'action = "use"\nuntil = "2027"', 1),
        text.replace('rightOperand = "$groups"', 'rightOperand = "$group"', 1),
        text.replace('when = "until"', 'when = "til"', 1),
        text.replace("format = 1", "format = 2"),
        text[:200],
    ):
        mine.write_text(broken, encoding="utf-8")
        with pytest.raises(InvalidInput):
            terms.load(mine)


def test_a_template_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    for name in ("everyone", tmp_path / "none.toml", "../internal", "templates/internal"):
        with pytest.raises(NotFound) as raised:
            terms.load(name)
        assert raised.value.details["known"] == "internal, suppliers"


def test_a_template_too_large_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.toml"
    large.write_text("#" * 200_000, encoding="utf-8")
    with pytest.raises(InvalidInput, match=re.escape("policy.too_large")):
        terms.load(large)
