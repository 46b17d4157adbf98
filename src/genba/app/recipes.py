"""List the recipes that come with genba."""

from collections.abc import Mapping
from dataclasses import dataclass

from genba.recipes.recipe import builtin_names, load_recipe


@dataclass(frozen=True, slots=True)
class RecipeSummary:
    """A recipe as a person chooses it."""

    name: str
    title: Mapping[str, str]
    steps: tuple[str, ...]


def list_recipes() -> tuple[RecipeSummary, ...]:
    """Load every built-in recipe, the default first."""
    loaded = [load_recipe(name).recipe for name in builtin_names()]
    loaded.sort(key=lambda recipe: (recipe.name != "factory", recipe.name))
    return tuple(RecipeSummary(item.name, item.title, tuple(call.use for call in item.step)) for item in loaded)
