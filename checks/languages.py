"""Everything a user reads exists in Japanese and in English."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from checks.project import Problem, Project

PAIRS = {"docs/ja/": "docs/en/", "docs/en/": "docs/ja/"}
FRONT = ("README.md", "README.ja.md")


def check(project: Project) -> Iterator[Problem]:
    """Compare the two trees of pages by name, and the two front pages."""
    files = set(project.files)
    for name in sorted(files):
        for here, there in PAIRS.items():
            if name.startswith(here) and PurePosixPath(name).suffix == ".md":
                twin = there + name.removeprefix(here)
                if twin not in files:
                    yield Problem(name, 1, f"{twin} is missing")
    for name in FRONT:
        if name not in files:
            yield Problem(name, 1, "is missing")
