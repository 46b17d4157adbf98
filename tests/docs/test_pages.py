"""What the pages say of kinds, codes, steps and options is what the code says."""

import inspect
import re
import tomllib
from pathlib import Path

import pytest

from genba.i18n import LANGUAGES, catalog
from genba.readers import READERS
from genba.recipes.apply import NOT_OPTIONS, bind
from genba.recipes.recipe import parse_recipe
from genba.steps import STEPS, step_for

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GENERATED = {"cli.md", "messages.md"}
PAGES = sorted(page for lang in LANGUAGES for page in (DOCS / lang).glob("*.md") if page.name not in GENERATED)
CODE = re.compile(r"`([a-z_]+\.(?!(?:cmd|csv|html|json|toml|log)`)[a-z_]+)`")


def page(lang: str, name: str) -> str:
    return (DOCS / lang / name).read_text(encoding="utf-8")


def section(text: str, number: int) -> str:
    """The part below the heading of level 2 with this number, from 0."""
    return text.split("\n## ")[number + 1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_that_is_detected_stands_in_the_table_it_belongs_to(lang: str) -> None:
    text = page(lang, "reading.md")
    listed = {kind for kind, reader in READERS.items() if reader == "genba.readers.unsupported:read"}
    assert set(re.findall(r"`([a-z0-9]+)`", section(text, 0))) == set(READERS) - listed
    assert set(re.findall(r"`([a-z0-9]+)`", section(text, 1))) == listed


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_has_a_name_that_people_know(lang: str) -> None:
    assert not [kind for kind in READERS if f"report.kind_{kind}" not in catalog(lang)]


@pytest.mark.parametrize("shown", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_code_that_a_page_names_exists(shown: Path) -> None:
    areas = {code.partition(".")[0] for code in catalog("ja")}
    for code in CODE.findall(shown.read_text(encoding="utf-8")):
        if code.partition(".")[0] in areas and code not in STEPS:
            assert code in catalog("ja"), code


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_of_steps_names_every_step_and_its_options(lang: str) -> None:
    rows = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|[^|]*\|([^|]*)\|$", page(lang, "recipes.md"), re.MULTILINE)
    assert [name for name, _ in rows] == list(STEPS)
    for name, options in rows:
        step = step_for(name)
        assert step is not None
        known = {
            parameter.name: str(parameter.default).lower()
            for parameter in inspect.signature(step).parameters.values()
            if parameter.kind is parameter.KEYWORD_ONLY and parameter.name not in NOT_OPTIONS
        }
        assert dict(re.findall(r"`([a-z_]+)` ?[（(](\w+)[）)]", options)) == known


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_recipe_on_the_page_can_be_used(lang: str) -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```", page(lang, "recipes.md"), re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        loaded = parse_recipe(block.encode(), "page.toml")
        assert bind(loaded.recipe, step_for)
        assert set(tomllib.loads(block)["files"]["kinds"]) <= set(READERS)


def test_both_front_pages_show_a_picture_of_the_report_that_is_small() -> None:
    for name, lang in (("README.ja.md", "ja"), ("README.md", "en")):
        picture = f"docs/images/report-{lang}.png"
        assert f"({picture})" in (ROOT / name).read_text(encoding="utf-8")
        assert (ROOT / picture).stat().st_size <= 300_000


def test_the_decisions_are_short_and_all_listed() -> None:
    listed = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for record in sorted((DOCS / "decisions").glob("*.md")):
        text = record.read_text(encoding="utf-8")
        for word in ("**Decision", "**Why", "**Consequences"):
            assert word in text, record.name
        assert f"docs/decisions/{record.name}" in listed, record.name
