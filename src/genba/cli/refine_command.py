"""genba refine: turn folders into a data product and show what was found."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from genba import __version__
from genba.cli.console import Console
from genba.config import Config
from genba.errors import GenbaError
from genba.i18n import catalog, title, translate

if TYPE_CHECKING:
    from genba.app.refine import Outcome

USABILITIES = ("fully", "partly", "not", "listed")
KINDS_SHOWN = 12
SHOWN_COUNTS = (
    *("headings", "paragraphs", "pairs", "tables", "rows", "steps"),
    *("figures", "flows", "comments", "chunks", "edits"),
)


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("sources", nargs="+", type=Path, metavar="SRC", help=translate("cli.refine_src", lang))
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help=translate("cli.refine_out", lang))
    parser.add_argument("--recipe", default="factory", help=translate("cli.refine_recipe", lang))
    parser.add_argument(
        "--workers", type=int, default=max(1, min(os.cpu_count() or 1, 8)), help=translate("cli.refine_workers", lang)
    )
    parser.add_argument(
        "--vocabulary",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help=translate("cli.refine_vocabulary", lang),
    )
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))
    parser.add_argument("--fresh", action="store_true", help=translate("cli.refine_fresh", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Refine and print the summary."""
    from genba.app.batch import Progress
    from genba.app.refine import RefineRequest, refine
    from genba.storage.log import open_log

    request = RefineRequest(
        sources=tuple(parsed.sources),
        out=parsed.out,
        recipe=parsed.recipe,
        workers=parsed.workers,
        fresh=parsed.fresh,
        vocabulary=tuple(parsed.vocabulary),
        lang=parsed.lang,
    )

    def tell(progress: Progress) -> None:
        console.progress(
            progress.files_done, progress.files_total, progress.bytes_done, progress.bytes_total, progress.current
        )

    log = open_log(config.state_dir)
    log.info("refine begins: genba %s, recipe %s, %d sources", __version__, request.recipe, len(request.sources))
    try:
        outcome = refine(request, now=datetime.now(UTC), tell=tell, log=log)
    except GenbaError as error:
        log.error("refine ends: %s", error.code)
        raise
    log.info(
        "refine ends: exit %d, %d files, %d refined, %d left out",
        outcome.exit_status,
        outcome.files,
        outcome.refined,
        outcome.skipped,
    )
    if parsed.json:
        console.json(outcome)
    else:
        _show(outcome, console)
    return outcome.exit_status


def _show(outcome: Outcome, console: Console) -> None:
    lang, summary = console.lang, outcome.summary
    console.say(
        "cli.refined",
        files=f"{outcome.files:,}",
        refined=f"{outcome.refined:,}",
        unchanged=f"{outcome.unchanged:,}",
        skipped=f"{outcome.skipped:,}",
    )
    inside = summary.documents - outcome.files
    if inside > 0:
        console.say("cli.refined_inside", inside=f"{inside:,}", documents=f"{summary.documents:,}")
    console.line()
    usable = [[translate(f"report.{state}", lang), f"{summary.usability[state]:,}"] for state in USABILITIES]
    console.table([translate("report.now", lang), translate("cli.count", lang)], usable, right=frozenset({1}))
    console.line()
    kinds = [[_kind(kind.kind, lang), f"{kind.files:,}", f"{kind.usable:,}"] for kind in summary.kinds[:KINDS_SHOWN]]
    if rest := summary.kinds[KINDS_SHOWN:]:
        name = translate("report.more_kinds", lang, kinds=len(rest))
        kinds.append([name, f"{sum(kind.files for kind in rest):,}", f"{sum(kind.usable for kind in rest):,}"])
    header = [translate(f"report.{name}", lang) for name in ("kind", "files", "usable")]
    console.table(header, kinds, right=frozenset({1, 2}))
    console.line()
    counts = [
        [translate(f"cli.count_{name}", lang), f"{summary.counts[name]:,}"]
        for name in SHOWN_COUNTS
        if summary.counts.get(name)
    ]
    if counts:
        console.table([translate("cli.inspect_what", lang), translate("cli.count", lang)], counts, right=frozenset({1}))
        console.line()
    if summary.levels:
        levels = [
            [translate(f"report.level_{level.level}", lang), f"{level.before:.0f}", f"{level.after:.0f}"]
            for level in summary.levels
        ]
        header = [translate(f"report.{name}", lang) for name in ("readability", "before", "after")]
        console.table(header, levels, right=frozenset({1, 2}))
        console.line()
    if summary.first:
        first = [[title(issue.code, lang), f"{issue.files:,}"] for issue in summary.first]
        console.table([translate("report.first", lang), translate("report.files", lang)], first, right=frozenset({1}))
        console.line()
    if outcome.lacks_language:
        console.say("cli.refined_without_language")
    console.say("cli.report_at", path=outcome.report)


def _kind(kind: str, lang: str) -> str:
    return catalog(lang).get(f"report.kind_{kind}", kind)
