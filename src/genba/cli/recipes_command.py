"""genba recipes: list the recipes and what their steps are."""

import argparse

from genba.cli.console import Console
from genba.config import Config
from genba.i18n import translate


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Print the recipes."""
    from genba.app.recipes import list_recipes

    recipes = list_recipes()
    if parsed.json:
        console.json(recipes)
        return 0
    header = [translate(f"cli.recipes_{column}", parsed.lang) for column in ("name", "title", "steps")]
    rows = [[recipe.name, recipe.title.get(parsed.lang, ""), " → ".join(recipe.steps)] for recipe in recipes]
    console.table(header, rows)
    return 0
