"""genba capture: take recordings into a signal store, bit for bit, with a ledger of what is missing."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from genba.cli.console import Console, size_text
from genba.config import Config
from genba.i18n import translate

if TYPE_CHECKING:
    from genba.app.capture import CapturedSource
    from genba.model.finding import Finding

SHOWN_STREAMS = 30
SHOWN_FINDINGS = 20


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("sources", type=Path, nargs="+", metavar="SRC", help=translate("capture.src", lang))
    parser.add_argument("--store", type=Path, required=True, metavar="STORE", help=translate("capture.store", lang))
    parser.add_argument("--title", default="", metavar="TEXT", help=translate("capture.named", lang))
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Capture and say what came in, what is missing and what to do next."""
    from genba.app.capture import CaptureRequest, capture

    captured = capture(
        CaptureRequest(
            sources=tuple(parsed.sources),
            store=parsed.store,
            title=parsed.title,
            edge_key_file=config.edge_key_file,
            lang=parsed.lang,
        )
    )
    if parsed.json:
        console.json(captured)
        return captured.exit_status
    for source in captured.sources:
        _show(source, console)
    if any(source.capture for source in captured.sources):
        console.say("capture.next", store=captured.store)
    return captured.exit_status


def _show(source: "CapturedSource", console: Console) -> None:
    if source.capture:
        console.say("capture.done", title=source.title, id=source.capture, streams=len(source.streams))
        console.say(
            "capture.size",
            samples=f"{source.samples:,}",
            raw=size_text(source.raw_bytes),
            stored=size_text(source.stored_bytes),
            ratio=f"{source.raw_bytes / max(source.stored_bytes, 1):.1f}",
        )
        console.line()
        _streams(source, console)
        if source.losses:
            counts = [f"{_loss(kind, console)} {count:,}" for kind, count in source.losses.items()]
            console.say("capture.losses_found", losses=", ".join(counts))
        else:
            console.say("capture.no_losses")
        if source.asked_by:
            console.say("capture.asked", models=", ".join(source.asked_by))
    elif source.known_files and source.known_files == source.files:
        console.say("capture.known", source=source.source, files=source.known_files)
    else:
        console.say("capture.nothing", source=source.source)
    if source.capture and source.known_files:
        console.say("capture.some_known", known=source.known_files, files=source.files)
    _findings(source.findings, console)
    console.line()


def _streams(source: "CapturedSource", console: Console) -> None:
    names = ("stream", "channels", "samples", "rate", "seconds", "raw", "stored", "losses")
    header = [translate(f"capture.column_{name}", console.lang) for name in names]
    rows = [
        [
            stream.id,
            f"{stream.channels:,}",
            f"{stream.samples:,}",
            f"{stream.rate_hz:,.6g} Hz" if stream.rate_hz else "",
            f"{stream.seconds:,.1f} s",
            size_text(stream.raw_bytes),
            size_text(stream.stored_bytes),
            ", ".join(f"{_loss(kind, console)} {count:,}" for kind, count in stream.losses.items()),
        ]
        for stream in source.streams[:SHOWN_STREAMS]
    ]
    console.table(header, rows, right=frozenset(range(1, 7)))
    if len(source.streams) > SHOWN_STREAMS:
        console.say("capture.more_streams", count=len(source.streams) - SHOWN_STREAMS)
    console.line()


def _loss(kind: str, console: Console) -> str:
    return translate(f"loss.{kind}", console.lang)


def _findings(findings: "tuple[Finding, ...]", console: Console) -> None:
    for finding in findings[:SHOWN_FINDINGS]:
        sentence = translate(finding.code, console.lang, **{**finding.details, "count": finding.count})
        place = console.place(finding.place)
        console.line(f"- {place}: {sentence}" if place else f"- {sentence}")
    if len(findings) > SHOWN_FINDINGS:
        console.say("capture.more_findings", count=len(findings) - SHOWN_FINDINGS)
