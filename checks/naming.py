"""A folder is a concept: no drawers for odds and ends, and every module says in one sentence what it is for."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from checks.project import Module, Problem, Project

DRAWERS = frozenset({"util", "utils", "helper", "helpers", "common", "commons", "manager", "managers", "misc", "impl"})
SENTENCE_ENDS = (".", "。", "?", "!", ":", "…")


def check(project: Project) -> Iterator[Problem]:
    """Look at the names of all files and the first words of all modules but tests."""
    for name in project.files:
        yield from drawer(name)
    for module in project.python:
        if module.parts[0] != "tests":
            yield from first_sentence(module)


def drawer(name: str) -> Iterator[Problem]:
    """Refuse a folder or module whose name says nothing."""
    path = PurePosixPath(name)
    for part in (*path.parts[:-1], path.stem):
        if part.lower().strip("_") in DRAWERS:
            yield Problem(name, 1, f"“{part}” names no concept: name what it holds")


def first_sentence(module: Module) -> Iterator[Problem]:
    """Refuse a module that does not open with a sentence."""
    docstring = ast.get_docstring(module.tree)
    if not docstring:
        yield Problem(module.path, 1, "no docstring: say in one sentence what the module is for")
        return
    opening = " ".join(docstring.split("\n\n")[0].split())
    if not opening.endswith(SENTENCE_ENDS):
        yield Problem(module.path, 1, "the docstring does not open with a sentence of its own")
