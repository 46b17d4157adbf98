"""Small files, small functions, few parameters: what does not fit a screen is split by concept."""

import ast
from collections.abc import Iterator

from checks.project import Module, Problem, Project

FILE_WARNING_LINES = 400
FILE_ERROR_LINES = 600
FUNCTION_LINES = 60
POSITIONAL_PARAMETERS = 6

LITERALS = (ast.Dict, ast.List, ast.Set, ast.Tuple, ast.Constant)


def check(project: Project) -> Iterator[Problem]:
    """Measure every Python file."""
    for module in project.python:
        yield from file_size(module)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from function_size(module, node)


def file_size(module: Module) -> Iterator[Problem]:
    """Warn over 400 lines, refuse over 600; tables of data at module level do not count."""
    lines = module.text.count("\n") + 1
    data = sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in module.tree.body if is_table(node))
    counted = lines - data
    if counted > FILE_ERROR_LINES:
        yield Problem(module.path, 1, f"{counted} lines, at most {FILE_ERROR_LINES}: split by concept")
    elif counted > FILE_WARNING_LINES:
        yield Problem(module.path, 1, f"{counted} lines, better at most {FILE_WARNING_LINES}", warning=True)


def is_table(node: ast.stmt) -> bool:
    """Say whether a statement is an assignment of a literal that spans several lines."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    value = node.value
    if isinstance(value, ast.Call) and value.args and not value.keywords:  # frozenset({…}), MappingProxyType({…})
        value = value.args[0]
    return isinstance(value, LITERALS) and (node.end_lineno or node.lineno) > node.lineno


def function_size(module: Module, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Problem]:
    """Refuse functions over 60 lines and signatures with over 6 positional parameters."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if lines > FUNCTION_LINES:
        yield Problem(module.path, node.lineno, f"{node.name} has {lines} lines, at most {FUNCTION_LINES}")
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    if names and names[0] in ("self", "cls"):
        names = names[1:]
    if len(names) > POSITIONAL_PARAMETERS:
        yield Problem(
            module.path,
            node.lineno,
            f"{node.name} has {len(names)} positional parameters, at most {POSITIONAL_PARAMETERS}: pass a value object",
        )
