"""How the commands of the exchange show terms and times."""

from collections.abc import Sequence
from datetime import datetime

from genba.cli.console import Console
from genba.i18n import translate
from genba.policy.labels import TermLine

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400


def show_terms(console: Console, lines: Sequence[TermLine]) -> None:
    """Show each term and below it how far it is kept: where the data leave, and once they have arrived."""
    lang = console.lang
    seen: set[str] = set()
    for position, line in enumerate(lines):
        if line.afterwards:
            continue
        kept = translate(f"share.{line.enforcement}", lang)
        seen.add(line.enforcement)
        after = lines[position + 1] if position + 1 < len(lines) else None
        if after is not None and after.afterwards and after.enforcement != line.enforcement:
            seen.add(after.enforcement)
            later = translate(f"share.{after.enforcement}", lang)
            kept = translate("share.kept_twice", lang, now=kept, later=later)
        console.line(f"・{line.text}" if lang == "ja" else f"- {line.text}")
        console.line(f"    → {kept}")
    for enforcement in ("evidenced", "contractual"):
        if enforcement in seen:
            console.say(f"share.{enforcement}_means")


def local(moment: datetime) -> str:
    """Write a time as the clock on the wall shows it."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def age(seconds: int, lang: str) -> str:
    """Write how long something lasts already, in the largest unit that fits."""
    if seconds >= DAY_S:
        return translate("share.age_days", lang, count=seconds // DAY_S)
    if seconds >= HOUR_S:
        return translate("share.age_hours", lang, count=seconds // HOUR_S)
    return translate("share.age_minutes", lang, count=seconds // MINUTE_S)
