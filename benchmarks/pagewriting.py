"""Puts the measured table into the pages of both languages, between two marks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.results import Measure, markdown
from benchmarks.tools import ROOT

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
WORDS = {
    "en": {
        "date": "Measured on {date} with {tools} on {machine} (load {load}) by:",
        "low": "Not reached: {names}.",
        "all": "Every bar that was measured is reached.",
    },
    "ja": {
        "date": "{date}に、{tools}を、{machine}（負荷{load}）で測りました。コマンドは次のとおりです。",
        "low": "達成していない項目：{names}。",
        "all": "測った項目はすべて基準を達成しています。",
    },
}


def write(results: Path, part: str = "") -> int:
    """Replace the measured part of each page; a page may have several, each with a name in its marks."""
    found = json.loads(results.read_text(encoding="utf-8"))
    for lang in WORDS:
        page = ROOT / "docs" / lang / "benchmarks.md"
        page.write_text(replaced(page.read_text(encoding="utf-8"), section(found, lang), part), encoding="utf-8")
    return 0


def replaced(page: str, text: str, part: str = "") -> str:
    """A page with the text between its marks exchanged."""
    begin, end = (mark.replace("measured:", f"measured {part}:" if part else "measured:") for mark in (BEGIN, END))
    before, _, rest = page.partition(begin)
    _, mark, after = rest.partition(end)
    if not mark:
        raise SystemExit(f"the page lacks {begin} … {end}")
    return f"{before}{begin}\n{text}{end}{after}"


def section(found: dict[str, Any], lang: str) -> str:
    """The table with what is needed to judge and repeat it."""
    words = WORDS[lang]
    known = Measure.__dataclass_fields__
    measures = [Measure(**{name: value for name, value in one.items() if name in known}) for one in found["measures"]]
    tools = ", ".join(f"{tool} {version}" for tool, version in found["versions"].items())
    names = low(measures, lang)
    lines = [
        words["date"].format(date=found["date"], tools=tools, machine=found["machine"], load=found["load"]),
        "",
        "```sh",
        found["command"],
        "```",
        "",
        markdown(measures, lang),
        words["low"].format(names=names) if names else words["all"],
    ]
    return "\n".join(lines) + "\n"


def low(measures: list[Measure], lang: str) -> str:
    """The names of what missed its bar."""
    from benchmarks.results import BARS, missed

    names = dict.fromkeys(getattr(BARS[measure.bar], lang) for measure in missed(measures))
    return ("、" if lang == "ja" else "; ").join(names)
