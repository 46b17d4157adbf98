"""genba recipes: list the recipes and what their steps are."""

import argparse
import textwrap

from genba.cli.console import Console
from genba.config import Config
from genba.i18n import translate

STEPS_WIDTH = 92
STEPS_INDENT = 12


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
    header = [translate(f"cli.recipes_{column}", parsed.lang) for column in ("name", "title")]
    console.table(header, [[recipe.name, recipe.title.get(parsed.lang, "")] for recipe in recipes])
    console.line()
    console.say("cli.recipes_steps")
    for recipe in recipes:
        steps = " → ".join(recipe.steps)
        indent = " " * STEPS_INDENT
        console.line(textwrap.fill(steps, STEPS_WIDTH, initial_indent=f"  {recipe.name:10}", subsequent_indent=indent))
    console.line()
    console.say("cli.recipes_own")
    return 0
