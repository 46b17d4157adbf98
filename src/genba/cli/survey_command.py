"""genba survey: count what lies on a file share without reading contents."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from genba.cli.console import Console, size_text
from genba.config import Config
from genba.i18n import translate

if TYPE_CHECKING:
    from genba.app.survey import Survey

KINDS_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("folder", type=Path, metavar="DIR", help=translate("cli.survey_dir", lang))
    parser.add_argument("--duplicates", action="store_true", help=translate("cli.survey_duplicates", lang))
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Count and print."""
    from genba.app.survey import survey

    def tell(files: int) -> None:
        console.status(translate("cli.surveying", console.lang, files=f"{files:,}"))

    found = survey(parsed.folder, now=datetime.now(UTC), duplicates=parsed.duplicates, tell=tell)
    if parsed.json:
        console.json(found)
    else:
        _show(found, console)
    return 1 if found.unreadable else 0


def _show(found: Survey, console: Console) -> None:
    lang = console.lang
    console.say(
        "cli.surveyed",
        files=f"{found.files:,}",
        folders=f"{found.folders:,}",
        size=size_text(found.size_bytes),
        depth=found.depth,
        unreadable=f"{found.unreadable:,}",
        links=f"{found.links:,}",
    )
    console.line()
    kinds = [
        [f".{kind}" if kind else "-", f"{files:,}", size_text(size)]
        for kind, (files, size) in list(found.kinds.items())[:KINDS_SHOWN]
    ]
    _table(console, ("survey_kind", "survey_files", "survey_size"), kinds)
    _table(console, ("survey_age", "survey_files"), _named(found.ages, lang))
    _table(console, ("survey_size", "survey_files"), _named(found.sizes, lang))
    _table(console, ("survey_largest", "survey_size"), [[path, size_text(size)] for path, size in found.largest])
    if found.duplicate_files:
        console.say("cli.survey_same", files=f"{found.duplicate_files:,}", size=size_text(found.duplicate_bytes))
        groups = [[" = ".join(group.paths[:3]), size_text(group.size_bytes)] for group in found.duplicates[:10]]
        _table(console, ("survey_duplicate", "survey_size"), groups)


def _named(counts: Mapping[str, int], lang: str) -> list[list[str]]:
    return [[translate(f"cli.survey_{name}", lang), f"{count:,}"] for name, count in counts.items()]


def _table(console: Console, columns: tuple[str, ...], rows: list[list[str]]) -> None:
    if rows:
        header = [translate(f"cli.{column}", console.lang) for column in columns]
        console.table(header, rows, right=frozenset(range(1, len(columns))))
        console.line()
