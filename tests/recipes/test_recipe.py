"""Recipes are data: what they say is checked before any file is touched."""

from dataclasses import replace

import pytest

from genba.errors import InvalidInput, NotFound
from genba.model.document import Document
from genba.model.source import Source
from genba.recipes.apply import apply, bind
from genba.recipes.recipe import builtin_names, load_recipe, parse_recipe
from genba.steps import step_for

DOCUMENT = Document(source=Source(path="a", sha256="", size_bytes=0, kind="text"))


def titled(document: Document, *, text: str = "x") -> Document:
    """Set the summary."""
    return replace(document, summary=text)


def broken(document: Document) -> Document:
    raise ZeroDivisionError


@pytest.mark.parametrize("name", builtin_names())
def test_every_built_in_recipe_loads_and_its_steps_exist(name: str) -> None:
    loaded = load_recipe(name)
    assert loaded.recipe.name == name
    assert set(loaded.recipe.title) == {"ja", "en"}
    assert len(bind(loaded.recipe, step_for)) == len(loaded.recipe.step)


def test_the_default_recipe_is_built_in() -> None:
    assert {"factory", "documents", "tables"} <= set(builtin_names())


def test_an_unknown_recipe_is_refused_with_the_known_ones() -> None:
    with pytest.raises(NotFound) as caught:
        load_recipe("facotry")
    assert "factory" in str(caught.value.details["known"])


@pytest.mark.parametrize(
    "text",
    [
        'name = "a"\nunknown = 1',
        'name = "a"\n[[step]]\nuses = "x.y"',
        "name = ",
        'name = "a"\n[files]\ninclude = 3',
    ],
)
def test_fields_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"recipe\.invalid"):
        parse_recipe(text.encode(), "mine.toml")


def test_unknown_steps_and_options_are_refused_before_work_begins() -> None:
    unknown = parse_recipe(b'name = "a"\n[[step]]\nuse = "no.such"', "a.toml").recipe
    with pytest.raises(InvalidInput, match=r"recipe\.unknown_step"):
        bind(unknown, step_for)
    option = parse_recipe(b'name = "a"\n[[step]]\nuse = "t"\noptions = { size = 3 }', "a.toml").recipe
    with pytest.raises(InvalidInput, match=r"recipe\.unknown_option"):
        bind(option, {"t": titled}.get)


def test_options_reach_the_step() -> None:
    recipe = parse_recipe('name = "a"\n[[step]]\nuse = "t"\noptions = { text = "要約" }'.encode(), "a.toml").recipe
    assert apply(DOCUMENT, bind(recipe, {"t": titled}.get)).summary == "要約"


def test_a_step_that_fails_costs_only_its_own_result() -> None:
    recipe = parse_recipe(b'name = "a"\n[[step]]\nuse = "b"\n[[step]]\nuse = "t"', "a.toml").recipe
    refined = apply(DOCUMENT, bind(recipe, {"b": broken, "t": titled}.get))
    assert refined.summary == "x"
    assert [(item.code, item.details["reason"]) for item in refined.findings] == [
        ("recipe.step_failed", "ZeroDivisionError")
    ]


def test_the_digest_follows_the_meaning_not_the_spelling() -> None:
    one = parse_recipe(b'name = "a"\n# remark\n[files]\nkinds = ["csv"]', "a.toml")
    two = parse_recipe(b'name="a"\nfiles = { kinds = ["csv"] }', "a.toml")
    other = parse_recipe(b'name="a"\nfiles = { kinds = ["tsv"] }', "a.toml")
    assert one.digest == two.digest != other.digest
