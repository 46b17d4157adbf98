"""genba-edge runs alone on a gateway: Python 3.10, the standard library, extras where they are needed."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator

from checks.dependencies import distribution
from checks.project import Module, Problem, Project

FOLDER = "packages/genba-edge/"
SOURCE = FOLDER + "src/"
OWN, PLATFORM = "genba_edge", "genba"
OLDEST = (3, 10)


def check(project: Project) -> Iterator[Problem]:
    """Look through the SDK, and at the platform for imports of it."""
    pyproject = FOLDER + "pyproject.toml"
    extras = declared(project.text(pyproject) or "") if pyproject in project.files else frozenset()
    for module in project.python:
        if module.path.startswith(SOURCE):
            yield from old_enough(module)
            yield from imports(module, extras)
        elif module.path.startswith("src/"):
            for line, top, _ in imported(module):
                if top == OWN:
                    yield Problem(
                        module.path, line, f"{PLATFORM} imports nothing of {OWN}: they share a format, not code"
                    )


def declared(text: str) -> frozenset[str]:
    """The packages of all extras."""
    extras = tomllib.loads(text).get("project", {}).get("optional-dependencies", {}).values()
    return frozenset(
        distribution(re.split(r"[^A-Za-z0-9._-]", requirement)[0]) for extra in extras for requirement in extra
    )


def old_enough(module: Module) -> Iterator[Problem]:
    """Refuse syntax that the oldest Python of gateways does not know."""
    try:
        ast.parse(module.text, feature_version=OLDEST)
    except SyntaxError as error:
        yield Problem(module.path, error.lineno or 1, f"not Python {OLDEST[0]}.{OLDEST[1]}: {error.msg}")


def imports(module: Module, extras: frozenset[str]) -> Iterator[Problem]:
    """Refuse what is neither the standard library nor an extra that is asked for where it is needed."""
    for line, top, is_lazy in imported(module):
        if top == OWN or top in sys.stdlib_module_names:
            continue
        if distribution(top) not in extras:
            yield Problem(module.path, line, f"{top} is neither the standard library nor in an extra of genba-edge")
        elif not is_lazy:
            yield Problem(module.path, line, f"{top} belongs to an extra: import it inside the function that needs it")


def imported(module: Module) -> Iterator[tuple[int, str, bool]]:
    """Line and top-level name of every import, and whether it waits for a function's call or for a type checker."""
    lazy = {
        id(inner)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or is_for_types(node)
        for inner in ast.walk(node)
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        for name in names:
            yield node.lineno, name.partition(".")[0], id(node) in lazy


def is_for_types(node: ast.AST) -> bool:
    """Say whether this is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
