"""genba render: make a dataset from captures, for training and for other programs."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from genba.cli.console import Console
from genba.config import Config
from genba.i18n import translate

if TYPE_CHECKING:
    from genba.app.render import RenderOutcome

SHOWN_LEFT_OUT = 20
SAMPLES = {"lerobot": "frames", "mcap": "messages", "windows": "windows", "parquet": "rows"}
REASONS = {"render.no_common_time": "render.left_without_time"}


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("store", type=Path, metavar="STORE", help=translate("render.store", lang))
    parser.add_argument("--as", dest="kind", required=True, metavar="KIND", help=translate("render.as", lang))
    parser.add_argument("--capture", nargs="+", default=[], metavar="ID|TITLE", help=translate("render.capture", lang))
    parser.add_argument(
        "--stream", nargs="+", default=[], metavar="STREAM[=NAME]", help=translate("render.stream", lang)
    )
    parser.add_argument("--rate", default="", metavar="HZ[:HOW]", help=translate("render.rate", lang))
    parser.add_argument("--window", default="", metavar="N[/STEP]", help=translate("render.window", lang))
    parser.add_argument(
        "--records", nargs="+", default=[], metavar="[ZONE=]CSV", help=translate("render.records", lang)
    )
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Render and say what came out, how good its times are and what to do next."""
    from genba.app.render import RenderRequest, render

    request = RenderRequest(
        store=parsed.store,
        kind=parsed.kind,
        captures=tuple(parsed.capture),
        streams=tuple(parsed.stream),
        rate=parsed.rate,
        window=parsed.window,
        records=tuple(parsed.records),
        lang=parsed.lang,
    )
    outcome = render(request, now=datetime.now(UTC))
    if parsed.json:
        console.json(outcome)
        return outcome.exit_status
    _show(outcome, parsed.store, console)
    return outcome.exit_status


def _show(outcome: "RenderOutcome", store: Path, console: Console) -> None:
    dataset = outcome.dataset
    samples = translate(f"render.{SAMPLES[dataset.kind]}", console.lang, count=f"{dataset.samples:,}")
    console.say(
        "render.done",
        id=dataset.id,
        captures=len(dataset.captures),
        kind=translate(f"loop.kind_{dataset.kind}", console.lang),
        samples=samples,
    )
    for name, count in outcome.amounts.items():
        console.line("- " + translate(f"render.amount_{name}", console.lang, count=f"{count:,}"))
    console.say(
        "render.quality",
        half_width=time_text(dataset.clock_half_width_ns),
        farthest=time_text(dataset.farthest_ns),
    )
    if dataset.asked_by:
        console.say("render.asked_by", models=", ".join(dataset.asked_by))
    if outcome.left_out:
        console.say("render.left_out")
        for what, code in outcome.left_out[:SHOWN_LEFT_OUT]:
            console.line(f"- {what}: {translate(REASONS.get(code, code), console.lang)}")
        if len(outcome.left_out) > SHOWN_LEFT_OUT:
            console.say("capture.more_findings", count=len(outcome.left_out) - SHOWN_LEFT_OUT)
    for finding in outcome.findings[:SHOWN_LEFT_OUT]:
        console.line("- " + translate(finding.code, console.lang, **{**finding.details, "count": finding.count}))
    console.say("render.where", folder=outcome.folder)
    if outcome.amounts.get("to_label"):
        console.say("render.next_label", file=str(store / outcome.folder / "windows" / "to_label.csv"))
    following = dataset.kind if dataset.kind in ("windows", "lerobot") else "other"
    console.say(f"render.next_{following}", store=str(store), id=dataset.id, folder=str(store / outcome.folder))


def time_text(nanoseconds: int) -> str:
    """Write a short time as people read it."""
    for unit, size in (("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1_000)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:,.3g} {unit}"
    return f"{nanoseconds} ns"
