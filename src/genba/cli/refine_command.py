"""genba refine: turn folders into a data product and show what was found."""

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path

from genba.cli.console import Console
from genba.config import Config
from genba.i18n import translate


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("sources", nargs="+", type=Path, metavar="SRC", help=translate("cli.refine_src", lang))
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help=translate("cli.refine_out", lang))
    parser.add_argument("--recipe", default="factory", help=translate("cli.refine_recipe", lang))
    parser.add_argument(
        "--workers", type=int, default=max(1, min(os.cpu_count() or 1, 8)), help=translate("cli.refine_workers", lang)
    )
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))
    parser.add_argument("--fresh", action="store_true", help=translate("cli.refine_fresh", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Refine and print the summary."""
    from genba.app.refine import Progress, RefineRequest, refine

    request = RefineRequest(
        sources=tuple(parsed.sources),
        out=parsed.out,
        recipe=parsed.recipe,
        workers=parsed.workers,
        fresh=parsed.fresh,
        lang=parsed.lang,
    )

    def tell(progress: Progress) -> None:
        console.progress(
            progress.files_done, progress.files_total, progress.bytes_done, progress.bytes_total, progress.current
        )

    outcome = refine(request, now=datetime.now(UTC), tell=tell)
    console.line(repr(outcome))
    return outcome.exit_status
