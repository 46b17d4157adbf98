"""genba inspect: show what one file holds and what is wrong with it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from genba.cli.console import Console, size_text
from genba.config import Config
from genba.i18n import catalog, title, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genba.app.inspect import AgreedTerms, Inspection

# The order in which a person looks at what a file holds.
COUNTS = (
    "headings",
    "paragraphs",
    "pairs",
    "choices",
    "tables",
    "rows",
    "grids",
    "figures",
    "charts",
    "flows",
    "images",
)


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("file", type=Path, metavar="FILE", help=translate("cli.inspect_file", lang))
    parser.add_argument("--recipe", default="factory", help=translate("cli.refine_recipe", lang))
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Inspect and print; 2 when nothing could be read."""
    from genba.app.inspect import agreed_about, inspect

    if parsed.file.is_dir() and (agreed := agreed_about(parsed.file)):
        if parsed.json:
            console.json(agreed)
        else:
            _show_agreed(agreed, console)
        return 0
    inspections = inspect(parsed.file, recipe=parsed.recipe)
    if parsed.json:
        console.json(inspections)
    else:
        for inspection in inspections:
            _show(inspection, console)
    statuses = {str(inspection.record.usability) for inspection in inspections}
    if statuses <= {"not", "listed"}:
        return 2
    return 1 if "not" in statuses else 0


def _show(inspection: Inspection, console: Console) -> None:
    record = inspection.record
    console.line(record.path)
    _show_agreed(inspection.agreed, console)
    words = catalog(console.lang)
    kind = words.get(f"report.kind_{record.kind}", record.kind)
    console.say("cli.inspect_kind", kind=kind, size=size_text(record.size_bytes), title=record.title)
    console.say(f"cli.usability_{record.usability}")
    console.line()
    names = [*(name for name in COUNTS if name in record.counts), *sorted(record.counts.keys() - set(COUNTS))]
    rows = [[translate(f"cli.count_{name}", console.lang), f"{record.counts[name]:,}"] for name in names]
    if rows:
        header = [translate("cli.inspect_what", console.lang), translate("cli.count", console.lang)]
        console.table(header, rows, right=frozenset({1}))
        console.line()
    for name, value in record.properties.items():
        # A file's own properties may have any name.
        console.line(f"  {words.get(f'cli.property_{name}', name)}: {value}")
    for finding in record.findings:
        console.line()
        console.line(f"[{finding.code}] {title(finding.code, console.lang)} ({finding.count})")
        console.line(f"  {translate(finding.code, console.lang, **finding.details)}")
        places = "、".join(filter(None, map(console.place, finding.places)))
        if places:
            console.line(f"  {places}")
    if inspection.excerpt:
        console.line()
        console.line(inspection.excerpt)
    console.line()


def _show_agreed(all_agreed: Sequence[AgreedTerms], console: Console) -> None:
    """Say under which agreements the data stand, and what those ask for."""
    if all_agreed:
        from genba.app.exchange.naming import short
    for agreed in all_agreed:
        console.say(
            "cli.inspect_agreed", title=agreed.title, provider=short(agreed.provider), agreement=agreed.agreement
        )
        if agreed.withdrawn:
            console.say("cli.inspect_withdrawn")
        for text, enforcement in agreed.terms.get(console.lang, ()):
            console.line(f"  {text} [{translate(f'share.{enforcement}', console.lang)}]")
        console.line()
