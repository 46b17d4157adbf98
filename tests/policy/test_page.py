"""What the page about terms says is what the tables say."""

import re
from pathlib import Path

import pytest

from genba.i18n import LANGUAGES, catalog
from genba.policy import terms
from genba.policy.checking import check_access, check_offer
from genba.policy.constraints import CATENA_X, ODRL, OPERANDS, OWN
from genba.policy.purposes import PREFIX, PURPOSES

DOCS = Path(__file__).resolve().parents[2] / "docs"
VOCABULARIES = {CATENA_X: "Catena-X", ODRL: "ODRL", OWN: "genba"}
KEPT = {
    "en": {(True, False): "at delivery", (True, True): "at delivery, afterwards", (False, True): "afterwards"},
    "ja": {(True, False): "配信ごと", (True, True): "配信ごと・以後も", (False, True): "以後も"},
}


def page(lang: str) -> str:
    return (DOCS / lang / "terms.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_of_operands_says_names_words_operators_and_how_they_are_kept(lang: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| `([^|]+)` \| ([^|]+) \|$", page(lang), re.MULTILINE)
    said = {
        name: (words, vocabulary, set(operators.split()), kept) for name, words, vocabulary, operators, kept in rows
    }
    assert said == {
        one.name: (
            catalog(lang)[f"word.operand_{one.name}"],
            VOCABULARIES[one.namespace],
            set(one.operators),
            KEPT[lang][one.at_delivery, one.afterwards],
        )
        for one in OPERANDS.values()
        if not one.is_contractual
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_of_promises_names_them_all(lang: str) -> None:
    rows = dict(re.findall(r"^\| `([A-Z]\w+)` \| ([^|]+) \|$", page(lang), re.MULTILINE))
    promises = [one.name for one in OPERANDS.values() if one.is_contractual]
    assert rows == {name: catalog(lang)[f"word.operand_{name}"] for name in promises}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_of_purposes_names_them_all(lang: str) -> None:
    text = page(lang)
    for purpose in PURPOSES.values():
        assert f"`{purpose.id.removeprefix(PREFIX)}`" in text, purpose.id


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_tables_of_parameters_are_those_of_the_templates(lang: str) -> None:
    text = page(lang)
    for name in terms.SHIPPED:
        for parameter in terms.parameters_of(name):
            assert f"| `{parameter.name}` | {parameter.text[lang]} |" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_template_on_the_page_can_be_offered(lang: str, tmp_path: Path) -> None:
    (block,) = re.findall(r"^```\n(format = 1\n.*?)^```", page(lang), re.MULTILINE | re.DOTALL)
    mine = tmp_path / "mine.toml"
    mine.write_text(block, encoding="utf-8")
    loaded = terms.load(mine, partner="did:web:partner.example")
    check_offer(loaded.contract)
    check_access(loaded.access)
