"""Which files a run takes: the recipe's patterns, .genbaignore files, and what is private or temporary by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec as Patterns

IGNORE_FILE = ".genbaignore"
IGNORE_FILE_BYTES = 1 << 20

# Names under which Japanese companies keep what must not wander into a data product unasked.
_PRIVATE = re.compile(
    r"人事|給与|給料|賞与|賃金|年収|年末調整|源泉|マイナンバー|個人番号|履歴書|職務経歴|採用面接|退職|懲戒|考課|査定|人事評価"
    r"|健康診断|健診結果|ストレスチェック|社会保険|雇用保険|扶養|住所録|家族構成|payroll|salary",
    re.IGNORECASE,
)
_TEMPORARY = re.compile(
    r"~\$.*|\.~lock\..*#|thumbs\.db|desktop\.ini|ehthumbs\.db|\.ds_store|\._.*|.*\.(?:tmp|crdownload|part)",
    re.IGNORECASE,
)
_SYSTEM_FOLDERS = frozenset({"$recycle.bin", "system volume information", ".git", ".svn", "__macosx", ".genba"})


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one run; folders add theirs by `.genbaignore`."""

    include: Patterns | None = None
    exclude: Patterns | None = None
    take_private: bool = False
    ignores: tuple[tuple[str, Patterns], ...] = field(default=())

    def below(self, folder: str, lines: Sequence[str]) -> Rules:
        """Add the lines of a folder's `.genbaignore`; they hold for what is below that folder."""
        return Rules(self.include, self.exclude, self.take_private, (*self.ignores, (folder, _spec(lines))))

    def reason_against(self, portable: str, *, is_folder: bool) -> str:
        """Give the code of the reason why a path is left out; empty when it is taken.

        The name of the folder that the user gave is not judged: whoever names a folder wants it.
        """
        root, _, inner = portable.partition("/")
        name = portable.rsplit("/", 1)[-1]
        if is_folder and name.lower() in _SYSTEM_FOLDERS:
            return "scan.system_file"
        if not is_folder and (_TEMPORARY.fullmatch(name) or name == IGNORE_FILE):
            return "scan.system_file"
        if not inner:
            return ""
        if not self.take_private and _PRIVATE.search(name):
            return "scan.private"
        marked = inner + "/" if is_folder else inner
        if self.exclude is not None and self.exclude.match_file(marked):
            return "scan.excluded"
        for folder, spec in self.ignores:
            if spec.match_file(marked.removeprefix(folder.removeprefix(root).lstrip("/")).lstrip("/")):
                return "scan.excluded"
        if not is_folder and self.include is not None and not self.include.match_file(inner):
            return "scan.not_included"
        return ""


def make_rules(include: Iterable[str], exclude: Iterable[str], *, take_private: bool) -> Rules:
    """Compile a recipe's patterns, which are written as in .gitignore."""
    included, excluded = list(include), list(exclude)
    return Rules(
        include=_spec(included) if included else None,
        exclude=_spec(excluded) if excluded else None,
        take_private=take_private,
    )


def _spec(lines: Iterable[str]) -> Patterns:
    from pathspec import GitIgnoreSpec as Patterns  # only where there are patterns: workers have none

    return Patterns.from_lines(lines)
