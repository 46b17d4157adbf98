"""Writes the report for people: one page that opens offline, first what to do, then the evidence."""

from genba.formats.webpage import readable_size, template
from genba.i18n import catalog, title, translate
from genba.model.place import Place
from genba.model.report import Related, Report

ISSUES_SHOWN = 100
FILES_SHOWN = 200
DUPLICATES_SHOWN = 30


def encode(report: Report, lang: str) -> bytes:
    """Render the page; names and values from files are escaped, whatever they hold."""
    shown = report.issues[:ISSUES_SHOWN]
    worst = sorted(report.files, key=lambda item: (sum(before or 0 for _, before, _ in item.levels), item.path))
    page = template("genba.writers", "report.html.jinja").render(
        lang=lang,
        report=report,
        blocking=[issue for issue in shown if issue.severity != "notice"],
        notices=[issue for issue in shown if issue.severity == "notice"],
        worst=worst[:FILES_SHOWN],
        duplicates=report.duplicates[:DUPLICATES_SHOWN],
        shows_relations=_shows(report.related),
        unresolved=_unresolved(report.related),
        usable=report.usability["fully"] + report.usability["partly"],
        most_failed=max((max(rule.before, rule.after) for rule in report.rules), default=0),
        t=lambda code, **details: translate(code, lang, **details),
        title=lambda code: title(code, lang),
        named=lambda code: catalog(lang).get(code, code.rsplit("_", 1)[-1]),
        place=lambda place: place_text(place, lang),
        size=readable_size,
    )
    return str(page).encode("utf-8")


def _shows(related: Related | None) -> bool:
    return related is not None and any((related.old, related.unresolved, related.disagreeing, related.patterns))


def _unresolved(related: Related | None) -> int:
    settled = ("resolved", "external")
    return sum(count for name, count in related.references.items() if name not in settled) if related else 0


def place_text(place: Place, lang: str) -> str:
    """Write a place as a person finds it again."""
    if place.sheet:
        return f"{place.sheet}!{place.range}" if place.range else place.sheet
    parts = [
        translate("cli.place_page", lang, page=place.page) if place.page else "",
        translate("cli.place_line", lang, line=place.line) if place.line else "",
        place.part,
        place.pointer,
    ]
    return " ".join(part for part in parts if part)
