"""What is locked, and the wheels of it that a target needs."""

import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name, parse_wheel_filename

from distribution.targets import Target


class DistributionError(Exception):
    """The archive cannot be built; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of the lock, with the hashes of all its files."""

    name: str
    version: str
    hashes: tuple[str, ...]
    marker: str = ""

    def applies(self, environment: Mapping[str, str]) -> bool:
        """Say whether an environment needs the package."""
        return not self.marker or Marker(self.marker).evaluate(dict(environment))

    def line(self) -> str:
        """The package as a requirement with hashes, without its marker."""
        return " ".join([f"{self.name}=={self.version}", *(f"--hash={digest}" for digest in self.hashes)])


def read_lock(text: str) -> tuple[Locked, ...]:
    """Parse a lock as `make lock` writes it; anything else in it is refused."""
    packages = []
    for line in text.replace("\\\n", " ").splitlines():
        line = line.partition(" #")[0].strip() if not line.startswith("#") else ""
        if not line:
            continue
        requirement, *hashes = (part.strip() for part in line.split("--hash="))
        pinned, _, marker = (part.strip() for part in requirement.partition(";"))
        name, equals, version = (part.strip() for part in pinned.partition("=="))
        if not (name and equals and version and hashes):
            raise DistributionError(f"not a pinned requirement with hashes: {line[:80]}")
        packages.append(Locked(str(canonicalize_name(name)), version, tuple(hashes), marker))
    return tuple(packages)


def download(packages: Iterable[Locked], target: Target, python: str, folder: Path) -> list[Locked]:
    """Fetch a target's wheels into a folder and return the packages that have none."""
    wanted = [package for package in packages if package.applies(target.environment(python))]
    if fetch(wanted, target, python, folder):
        return []
    return [package for package in wanted if not fetch([package], target, python, folder)]


def fetch(packages: list[Locked], target: Target, python: str, folder: Path) -> bool:
    """Download exactly these files, checked against their hashes; say whether all were there."""
    folder.mkdir(parents=True, exist_ok=True)
    listing = folder / "wanted.txt"
    listing.write_text("".join(package.line() + "\n" for package in packages), encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--require-hashes", "--requirement", str(listing), "--dest", str(folder), "--python-version", python]
    command += [word for platform in target.platforms for word in ("--platform", platform)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    listing.unlink()
    return done.returncode == 0


def table(packages: Iterable[Locked], columns: Mapping[str, Iterable[str]]) -> str:
    """Show for each package which wheel serves each column (a target under a Python), `-` where none does."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for column, names in columns.items():
        found[column] = {}
        for name in names:
            distribution, version, _, tags = parse_wheel_filename(name)
            shown = min(
                (f"{tag.interpreter}-{tag.abi}-{tag.platform}" for tag in tags), key=lambda tag: (len(tag), tag)
            )
            found[column][distribution, str(version)] = "any" if shown.endswith("-none-any") else shown
    header = ["package", *columns]
    rows = [
        [f"{package.name} {package.version}"]
        + [found[column].get((package.name, package.version), "-") for column in columns]
        for package in packages
    ]
    widths = [max(len(row[index]) for row in [header, *rows]) for index in range(len(header))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [header, *rows]
    ]
    return "\n".join(lines)
