"""A recipe is data: which steps run on a document, with which options, and which files are taken."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from genba.errors import InvalidInput, NotFound


class StepCall(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One step of a recipe: its name and its options."""

    use: str
    options: dict[str, str | int | float | bool | list[str]] = {}


class Files(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Which files a recipe takes; patterns are those of .gitignore."""

    include: list[str] = []
    exclude: list[str] = []
    kinds: list[str] = []  # kinds by detection; empty takes all
    private: str = "leave_out"  # personnel folders and the like: leave_out | take


class Collection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What becomes of documents beside others."""

    superseded: Literal["leave_out", "keep"] = "leave_out"  # older editions and copies, in the chunks


class Recipe(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How documents are refined."""

    name: str
    title: dict[str, str] = {}  # by language
    files: Files = Files()
    collection: Collection = Collection()
    step: list[StepCall] = []


@dataclass(frozen=True, slots=True)
class LoadedRecipe:
    """A recipe with the fingerprint of its text."""

    recipe: Recipe
    digest: str


def builtin_names() -> list[str]:
    """Name the recipes that come with genba."""
    from importlib import resources  # here and below: workers are told their recipe and load none

    folder = resources.files("genba.recipes")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def load_recipe(name: str) -> LoadedRecipe:
    """Load a built-in recipe by name, or a file that ends in .toml; raises InvalidInput with the place of a mistake."""
    if name.endswith(".toml"):
        path = Path(name)
        if not path.is_file():
            raise NotFound("recipe.no_such_file", name=name)
        return parse_recipe(path.read_bytes(), path.name)
    from importlib import resources

    if name not in builtin_names():
        raise NotFound("recipe.unknown", name=name, known=", ".join(builtin_names()))
    data = resources.files("genba.recipes").joinpath(f"{name}.toml").read_bytes()
    return parse_recipe(data, f"{name}.toml")


def parse_recipe(data: bytes, name: str) -> LoadedRecipe:
    """Turn a recipe's text into data, refusing fields that mean nothing."""
    import tomllib

    try:
        recipe = msgspec.convert(tomllib.loads(data.decode("utf-8")), Recipe)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise InvalidInput("recipe.invalid", name=name, reason=str(error)) from None
    return LoadedRecipe(recipe, hashlib.sha256(msgspec.json.encode(recipe)).hexdigest()[:16])
