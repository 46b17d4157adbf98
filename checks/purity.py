"""Time, randomness and the environment come in as arguments; only the rims may ask for them."""

import ast
from collections.abc import Iterator

from checks.project import Module, Problem, Project

ENVIRONMENT = frozenset({"os.environ", "os.environb", "os.getenv", "os.putenv", "os.unsetenv"})
ENVIRONMENT_HOME = "src/genba/config.py"
OUTSIDE = frozenset(
    {
        "datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now", "datetime.datetime.utcnow",
        "datetime.datetime.today", "date.today", "datetime.date.today", "time.time", "time.time_ns", "time.localtime",
        "time.gmtime", "time.ctime", "uuid.uuid1", "uuid.uuid4", "os.urandom", "secrets.token_hex",
        "secrets.token_bytes", "secrets.token_urlsafe", "random.random", "random.randint", "random.choice",
        "random.shuffle", "random.sample",
    }
)  # fmt: skip
RIMS = frozenset({"app", "cli", "engines", "web", "mcp"})


def check(project: Project) -> Iterator[Problem]:
    """Look through all product code."""
    for module in project.product:
        yield from environment(module)
        yield from outside(module)


def environment(module: Module) -> Iterator[Problem]:
    """Refuse reading the environment anywhere but in config.py."""
    if module.path == ENVIRONMENT_HOME:
        return
    for line, name in names_used(module):
        if name in ENVIRONMENT:
            yield Problem(module.path, line, f"{name} belongs in config.py; pass the value down")


def outside(module: Module) -> Iterator[Problem]:
    """Refuse clocks and randomness below the rims."""
    if len(module.parts) > 2 and module.parts[2] in RIMS:
        return
    for line, name in names_used(module):
        if name in OUTSIDE:
            yield Problem(module.path, line, f"{name} belongs in app, cli or engines; take it as an argument")


def names_used(module: Module) -> Iterator[tuple[int, str]]:
    """Every dotted name that is read, with `from x import y` resolved to `x.y`."""
    imported = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    imported[alias.asname] = alias.name
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute | ast.Name) and (name := dotted(node)):
            first, _, rest = name.partition(".")
            whole = imported.get(first, first)
            yield node.lineno, f"{whole}.{rest}" if rest else whole


def dotted(node: ast.expr) -> str:
    """`a.b.c` for nested attributes of a name, else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""
