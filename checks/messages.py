"""Every code has its sentence in both languages, with the same placeholders, and every sentence is used."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from checks.project import Module, Problem, Project

FOLDER = "src/genba/messages/"
LANGUAGES = ("ja", "en")
ERRORS = frozenset({"InvalidInput", "NotFound", "Conflict", "Denied", "Unavailable"})
FINDING = "Finding"
FROM_FINDING = frozenset({"count"})  # a finding carries its count itself
# What is raised here ends as a finding in a report, so it needs a headline too.
RAISED_AS_FINDINGS = frozenset({"formats", "readers", "steps"})
TITLE = ".title"
TEMPLATES = (".html", ".j2", ".jinja", ".md")
CODE = re.compile(r"[a-z0-9_]+\.[a-z0-9_]*[a-z0-9]")
FILE_SUFFIXES = frozenset(
    {"csv", "html", "jinja", "json", "jsonl", "jws", "lock", "log", "md", "parquet", "sqlite", "toml", "txt", "xml"}
)
BEGINNING = re.compile(r"[a-z0-9_]+\.([a-z0-9_]*[._])?")


@dataclass(frozen=True, slots=True)
class Use:
    """A code given as a literal to an error, a finding, or anything with a `code` parameter."""

    path: str
    line: int
    code: str
    needs_title: bool
    details: frozenset[str] | None  # None: not known from the source alone


def check(project: Project) -> Iterator[Problem]:
    """Compare the languages with each other and with the code."""
    catalogs: dict[str, dict[str, str]] = {lang: {} for lang in LANGUAGES}
    for name in project.files:
        if name.startswith(FOLDER) and name.endswith(".toml"):
            lang, area = PurePosixPath(name).parts[-2], PurePosixPath(name).stem
            problems, messages = read(name, area, project.text(name) or "")
            yield from problems
            catalogs.setdefault(lang, {}).update(messages)
    yield from twins(catalogs)
    uses = [use for module in project.product for use in uses_in(module)]
    areas = {area_of(code) for code in (*catalogs["ja"], *(use.code for use in uses))}
    seen = {(use.path, use.code) for use in uses}
    uses += [use for module in project.product for use in bare(module, areas) if (use.path, use.code) not in seen]
    yield from missing(catalogs["ja"], uses)
    literals, prefixes = mentions(project)
    yield from unused(catalogs["ja"], literals, prefixes)


def read(name: str, area: str, text: str) -> tuple[list[Problem], dict[str, str]]:
    """Load one area's sentences under their codes; anything but a string is a problem."""
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [Problem(name, 1, f"not valid TOML: {error}")], {}
    problems, messages = [], {}
    for fact, sentence in entries.items():
        if isinstance(sentence, str) and sentence.strip():
            messages[f"{area}.{fact}"] = sentence
        else:
            problems.append(Problem(name, 1, f"“{fact}” is not a sentence (quote keys with a dot)"))
    return problems, messages


def twins(catalogs: Mapping[str, Mapping[str, str]]) -> Iterator[Problem]:
    """Both languages have the same codes and placeholders; headlines have none."""
    first, *others = LANGUAGES
    for other in others:
        for code in sorted(catalogs[first].keys() ^ catalogs[other].keys()):
            lacking = other if code in catalogs[first] else first
            yield Problem(file_of(code, lacking), 1, f"{code} is missing")
        for code in sorted(catalogs[first].keys() & catalogs[other].keys()):
            if placeholders(catalogs[first][code]) != placeholders(catalogs[other][code]):
                yield Problem(file_of(code, other), 1, f"{code} has other placeholders than in {first}")
    for lang in LANGUAGES:
        for code, sentence in catalogs[lang].items():
            if placeholders(sentence) is None:
                yield Problem(file_of(code, lang), 1, f"{code} has a broken placeholder")
            elif code.endswith(TITLE) and placeholders(sentence):
                yield Problem(file_of(code, lang), 1, f"{code} is a headline and may have no placeholders")


def area_of(code: str) -> str:
    """The first part of a code."""
    return code.partition(".")[0]


def file_of(code: str, lang: str) -> str:
    """Where a code's sentence is written."""
    return f"{FOLDER}{lang}/{area_of(code)}.toml"


def placeholders(sentence: str) -> frozenset[str] | None:
    """The names between braces, or None when the braces do not match."""
    try:
        return frozenset(
            name.partition(".")[0].partition("[")[0]
            for _, name, _, _ in string.Formatter().parse(sentence)
            if name is not None
        )
    except ValueError:
        return None


def uses_in(module: Module) -> Iterator[Use]:
    """Find codes given as literals to errors and findings."""
    layer = layer_of(module)
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        code = next((word.value for word in node.keywords if word.arg == "code"), None)
        if code is None and name in ERRORS and node.args:
            code = node.args[0]
        if not isinstance(code, ast.Constant) or not isinstance(code.value, str):
            continue
        needs_title = name == FINDING or (name in ERRORS and layer in RAISED_AS_FINDINGS)
        details = details_of(node, is_error=name in ERRORS) if name in ERRORS or name == FINDING else None
        yield Use(module.path, node.lineno, code.value, needs_title, details)


def bare(module: Module, areas: set[str]) -> Iterator[Use]:
    """Find literals that look like a code of a known area: they reach an error or finding by way of a variable."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            area, _, fact = node.value.partition(".")
            if area in areas and fact not in FILE_SUFFIXES:
                yield Use(module.path, node.lineno, node.value, layer_of(module) in RAISED_AS_FINDINGS, None)


def layer_of(module: Module) -> str:
    """The folder below src/genba."""
    return module.parts[2] if len(module.parts) > 2 else ""


def details_of(call: ast.Call, *, is_error: bool) -> frozenset[str] | None:
    """The names of the details a call passes, as far as the source shows them."""
    if is_error:
        if any(word.arg is None for word in call.keywords):
            return None
        return frozenset(word.arg for word in call.keywords if word.arg)
    given = next((word.value for word in call.keywords if word.arg == "details"), None)
    if given is None:
        return None if any(word.arg is None for word in call.keywords) else FROM_FINDING
    if not isinstance(given, ast.Dict):
        return None
    names = [key.value if isinstance(key, ast.Constant) else None for key in given.keys]
    return None if None in names else FROM_FINDING | {str(name) for name in names}


def missing(catalog: Mapping[str, str], uses: list[Use]) -> Iterator[Problem]:
    """Every code used has a sentence whose placeholders are all passed, and a headline where one is shown."""
    for use in uses:
        sentence = catalog.get(use.code)
        if sentence is None:
            yield Problem(use.path, use.line, f"{use.code} has no sentence in {file_of(use.code, '*')}")
            continue
        if use.needs_title and use.code + TITLE not in catalog:
            yield Problem(use.path, use.line, f'{use.code} has no headline: "{use.code.partition(".")[2]}.title"')
        lacking = sorted((placeholders(sentence) or frozenset()) - use.details) if use.details is not None else []
        if lacking:
            yield Problem(use.path, use.line, f"{use.code} needs the details {', '.join(lacking)}")


def mentions(project: Project) -> tuple[set[str], set[str]]:
    """All string literals of the product, and those that only begin a code: `kind.`, `report.kind_`."""
    literals: set[str] = set()
    for module in project.product:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                literals.add(node.value)
    for name in project.files:
        if name.startswith("src/") and name.endswith(TEMPLATES):
            literals.update((project.text(name) or "").replace('"', "'").split("'"))
    return literals, {literal for literal in literals if BEGINNING.fullmatch(literal)}


def unused(catalog: Mapping[str, str], literals: set[str], prefixes: set[str]) -> Iterator[Problem]:
    """A sentence that no code mentions is dead; a headline lives as long as its sentence."""
    for code in sorted(catalog):
        base = code.removesuffix(TITLE)
        if base != code and base not in catalog:
            yield Problem(file_of(code, "ja"), 1, f"{code} is the headline of nothing")
        elif base == code and code not in literals and not any(code.startswith(prefix) for prefix in prefixes):
            yield Problem(file_of(code, "ja"), 1, f"{code} is used nowhere")
