"""genba align: bring a capture's clocks to one time, or say which cannot be and why."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from genba.cli.console import Console
from genba.config import Config
from genba.i18n import title, translate

if TYPE_CHECKING:
    from genba.app.align import AlignedCapture, AlignedClock
    from genba.model.clock import ClockRefusal

SHOWN_CANDIDATES = 5
SHOWN_CLOCKS = 6
# What evidence there is, and the sentence that says it; of a chain the first that fits.
SENTENCES: tuple[tuple[set[str], str], ...] = (
    ({"pairs", "span_s"}, "pairs"),
    ({"events", "share", "spread_us"}, "events"),
    ({"correlation", "peak_ratio", "overlap_s"}, "correlation"),
    ({"pairs"}, "few_pairs"),
)
DIGITS = {"pairs": 0, "span_s": 1, "events": 0, "spread_us": 1, "correlation": 2, "next_best": 0, "overlap_s": 1}


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("store", type=Path, metavar="STORE", help=translate("align.store", lang))
    parser.add_argument("--capture", nargs="+", default=[], metavar="ID", help=translate("align.capture", lang))
    parser.add_argument("--reference", default="", metavar="CLOCK", help=translate("align.reference", lang))
    two = "STREAM[:CHANNEL]=STREAM[:CHANNEL]"
    parser.add_argument("--by-signal", nargs="+", default=[], metavar=two, help=translate("align.by_signal", lang))
    parser.add_argument("--by-events", nargs="+", default=[], metavar=two, help=translate("align.by_events", lang))
    parser.add_argument("--zone", nargs="+", default=[], metavar="[CLOCK=]ZONE", help=translate("align.zone", lang))
    parser.add_argument("--delay", default="", metavar="LOW..HIGH", help=translate("align.delay", lang))
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Align and say how each clock lies, how well that is known, and what to do about those that were refused."""
    from genba.app.align import AlignRequest, align

    aligned = align(
        AlignRequest(
            store=parsed.store,
            captures=tuple(parsed.capture),
            reference=parsed.reference,
            by_signal=tuple(parsed.by_signal),
            by_events=tuple(parsed.by_events),
            zones=tuple(parsed.zone),
            delay=parsed.delay,
            lang=parsed.lang,
        )
    )
    if parsed.json:
        console.json(aligned)
        return aligned.exit_status
    for capture in aligned.captures:
        _show(capture, console)
    refused = sum(bool(clock.refusals) for capture in aligned.captures for clock in capture.clocks)
    if refused:
        console.say("align.some_refused", count=refused)
    console.say("align.next", store=aligned.store)
    return aligned.exit_status


def _show(capture: "AlignedCapture", console: Console) -> None:
    console.say("align.done", title=capture.title, id=capture.id, reference=capture.reference)
    if capture.epoch != "unix":
        console.say("align.not_utc", reference=capture.reference, epoch=_word("epoch", capture.epoch, console))
    console.line()
    names = ("clock", "streams", "method", "offset", "drift", "half_width", "evidence")
    header = [translate(f"align.column_{name}", console.lang) for name in names]
    console.table(header, [_row(clock, console) for clock in capture.clocks], right=frozenset({1, 3, 4, 5}))
    console.line()
    _refusals([*(one for clock in capture.clocks for one in clock.refusals), *capture.asked], console)


def _row(clock: "AlignedClock", console: Console) -> list[str]:
    if clock.refusals:
        reason = title(clock.refusals[0].code, console.lang)
        return [clock.clock, f"{clock.streams:,}", translate("align.refused", console.lang), "", "", "", reason]
    method = _word("method", clock.method, console)
    if clock.method == "reference":
        return [clock.clock, f"{clock.streams:,}", method, "", "", "", ""]
    if clock.stretches > 1:
        method = translate("align.stretches", console.lang, method=method, count=clock.stretches)
    return [
        clock.clock,
        f"{clock.streams:,}",
        method,
        _seconds(clock.offset_ns),
        f"{clock.drift_ppm:+.3f} ppm",
        f"±{_short(clock.half_width_ns)}",
        _evidence(clock.evidence or {}, console),
    ]


def _evidence(evidence: "dict[str, float]", console: Console) -> str:
    """Say in words what a clock rests on; --json shows all figures."""
    for known, sentence in SENTENCES:
        if known <= evidence.keys():
            evidence = evidence | {"next_best": 100 * evidence.get("peak_ratio", 0.0)}
            shown = {name: f"{evidence[name]:,.{digits}f}" for name, digits in DIGITS.items() if name in evidence}
            code = "stated" if sentence == "pairs" and evidence.get("delay_stated") else sentence
            return translate(f"align.evidence_{code}", console.lang, **shown)
    return ""


def _refusals(refusals: "list[ClockRefusal]", console: Console) -> None:
    """Say each reason once, for all the clocks that share it."""
    clocks: dict[str, list[ClockRefusal]] = {}
    for refusal in refusals:
        reason = translate(refusal.code, console.lang, **dict(refusal.details))
        clocks.setdefault(reason, []).append(refusal)
    for reason, alike in clocks.items():
        names = list(dict.fromkeys(one.clock for one in alike))
        shown = ", ".join(names[:SHOWN_CLOCKS]) + (" …" if len(names) > SHOWN_CLOCKS else "")
        console.say("align.why", clock=shown, reason=reason)
        _candidates(alike[0], console)


def _candidates(refusal: "ClockRefusal", console: Console) -> None:
    for candidate in refusal.candidates[:SHOWN_CANDIDATES]:
        console.say("align.candidate", offset=_seconds(candidate.offset_ns), drift=f"{candidate.drift * 1e6:+.3f}")
    if len(refusal.candidates) > SHOWN_CANDIDATES:
        console.say("align.more_candidates", count=len(refusal.candidates) - SHOWN_CANDIDATES)
    console.line()


def _seconds(offset_ns: int) -> str:
    """Seconds with all nine digits: a float of today's Unix time has none of them."""
    sign = "-" if offset_ns < 0 else "+"
    whole, rest = divmod(abs(offset_ns), 1_000_000_000)
    return f"{sign}{whole:,}.{rest:09d} s"


def _short(width_ns: float) -> str:
    for limit, unit in ((1e3, "ns"), (1e6, "µs"), (1e9, "ms")):
        if width_ns < limit:
            return f"{width_ns / (limit / 1e3):.3g} {unit}"
    return f"{width_ns / 1e9:,.3g} s"


def _word(area: str, value: str, console: Console) -> str:
    return translate(f"align.{area}_{value}", console.lang) if value else ""
