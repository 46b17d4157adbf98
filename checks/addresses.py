"""No lock file, script or page names a package registry: whoever builds chooses where packages come from."""

import re
from collections.abc import Iterator

from checks.project import Problem, Project

# Put together here, so that this file passes its own check.
HOSTS = tuple(
    ".".join(labels)
    for labels in (
        ("pypi", "org"), ("pypi", "python", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"),
        ("yarnpkg", "com"), ("crates", "io"), ("proxy", "golang", "org"), ("repo1", "maven", "org"),
        ("repo", "maven", "apache", "org"), ("deb", "debian", "org"), ("security", "debian", "org"),
        ("conda", "anaconda", "org"),
    )
)  # fmt: skip
NAMED_HOST = re.compile("|".join(rf"(?<![\w-]){re.escape(host)}\b" for host in HOSTS), re.IGNORECASE)
# In a lock file every address and every option that chooses a source is wrong.
LOCK_SOURCE = re.compile(
    r"://|^\s*(--(extra-)?index-url|--find-links|--trusted-host|-[if])\b|\bresolved\b|\bregistry\b"
)


def check(project: Project) -> Iterator[Problem]:
    """Search every text file."""
    for name in project.files:
        if (text := project.text(name)) is not None:
            yield from addresses(name, text)


def addresses(name: str, text: str) -> Iterator[Problem]:
    """Find registry addresses in one file; lock files are held to the stricter rule."""
    pattern = LOCK_SOURCE if name.endswith((".lock", "-lock.json")) else NAMED_HOST
    for number, line in enumerate(text.splitlines(), start=1):
        if pattern.search(line) or NAMED_HOST.search(line):
            yield Problem(name, number, "names where packages come from; leave that to the builder's settings")
