"""The house rules no ready-made linter knows; `python -m checks` runs them all."""

from collections.abc import Callable, Iterable

from checks import addresses, dependencies, edge, languages, messages, naming, purity, sizes
from checks.project import Problem, Project

CHECKS: dict[str, Callable[[Project], Iterable[Problem]]] = {
    "sizes": sizes.check,
    "naming": naming.check,
    "purity": purity.check,
    "dependencies": dependencies.check,
    "edge": edge.check,
    "messages": messages.check,
    "languages": languages.check,
    "addresses": addresses.check,
}
