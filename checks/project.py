"""The project as the checks see it: its own files, read and parsed once."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

TEXT_BYTES = 2_000_000  # nothing larger is written by hand


@dataclass(frozen=True, slots=True)
class Problem:
    """One breach of a house rule, with the place to mend it."""

    path: str
    line: int
    text: str
    warning: bool = False

    def __str__(self) -> str:
        """Show it as editors and terminals make it clickable."""
        return f"{self.path}:{self.line}: {'warning: ' if self.warning else ''}{self.text}"


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file with its syntax tree."""

    path: str  # relative to the project, with forward slashes
    text: str
    tree: ast.Module

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders and the file name."""
        return PurePosixPath(self.path).parts


class Project:
    """A project folder; files that git ignores are no part of it."""

    def __init__(self, root: Path) -> None:
        """Nothing is read before it is asked for."""
        self.root = root

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Every file's path, tracked or about to be, with forward slashes."""
        listing = subprocess.run(
            ["git", "-C", str(self.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True,
            check=False,
        )
        if listing.returncode == 0:
            names = {name for name in listing.stdout.decode("utf-8").split("\0") if name}
        else:  # an unpacked archive without git
            names = {path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file()}
        return tuple(sorted(name for name in names if (self.root / name).is_file()))

    def text(self, name: str) -> str | None:
        """A file's text, or None for binary and oversized files."""
        raw = (self.root / name).read_bytes()
        if len(raw) > TEXT_BYTES or b"\0" in raw:
            return None
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return None

    @cached_property
    def python(self) -> tuple[Module, ...]:
        """Every Python file; one that does not parse is left to the linter."""
        modules = []
        for name in self.files:
            if name.endswith(".py") and (text := self.text(name)) is not None:
                try:
                    modules.append(Module(name, text, ast.parse(text)))
                except SyntaxError:
                    continue
        return tuple(modules)

    @property
    def product(self) -> tuple[Module, ...]:
        """The Python files that users get."""
        return tuple(module for module in self.python if module.path.startswith("src/"))
