"""The page shows names and values from files as text, whatever they hold."""

from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from genba.model.place import Place
from genba.model.relations import Contradiction, Family, Kinship, Link, Member, Resolution, Statement
from genba.model.report import Duplicate, Example, FileScore, Issue, KindCount, Left, Related, Report
from genba.model.terms import TermKind
from genba.model.vocabulary import CodePattern
from genba.writers import report_html

NASTY = ("<script>alert(1)</script>", "<img src=x onerror=a>", "</td></table>", '"', "'", "&lt;", "&", "\n", "\u202e",
         "\u2066", "{{ 7*7 }}", "{% raw %}", "javascript:a", "\x00", "表", "]]>", "-->", "<!--")  # fmt: skip
TEXTS = st.lists(st.sampled_from(NASTY) | st.text(max_size=4), max_size=6).map("".join)
TURNING = {*"\u061c\u200e\u200f\x00", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}


class Elements(HTMLParser):
    """Counts elements and collects where they lead."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.targets: list[str] = []
        self.events: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        for name, value in attrs:
            if name in ("href", "src"):
                self.targets.append(value or "")
            if name.startswith("on"):
                self.events.append(name)


def related(text: str, place: Place) -> Related:
    """What holds between documents, of every kind, in this text."""
    said = Statement(document="0" * 20, path=text, as_written=text, place=place)
    members = tuple(
        Member(document="0" * 20, path=text, kinship=kinship, revision=text, date=text) for kinship in Kinship
    )
    missing = Link(document="0" * 20, path=text, as_written=text, resolution=Resolution.MISSING, place=place)
    return Related(
        families=1, superseded=3, undecided=1, references={"missing": 1}, contradictions=1, codes=1,
        old=(Family(name=text, members=members),), unresolved=(missing,),
        disagreeing=(Contradiction(subject=text, name=text, process=text, about=text, statements=(said, said)),),
        patterns=(CodePattern(kind=TermKind.PART, shape=text, examples=(text,), count=1),),
    )  # fmt: skip


def page(text: str) -> str:
    """A report in which every text that comes from files is this one."""
    place = Place(sheet=text, range=text, part=text, pointer=text)
    example = Example(
        path=text, document="0" * 20, place=place, count=1, details={"name": text, "sheet": text, "cell": text}
    )
    issue = Issue(code="file.truncated", severity="problem", files=1, count=1, share=1.0, examples=(example,))
    report = Report(
        title=text, documents=1, size_bytes=1, usability={"fully": 0, "partly": 1, "not": 0, "listed": 0},
        kinds=(KindCount(kind="xlsx", files=1, size_bytes=1, usable=1),), years={"2025": 1}, counts={"tables": 1},
        issues=(issue, replace(issue, code="xlsx.formula_without_value", severity="notice")),
        duplicates=(Duplicate(sha256="0" * 64, size_bytes=1, paths=(text, text), copies=2),), duplicate_files=1,
        left_out=(Left(code="scan.private", count=1, examples=(text,)),), levels=(), rules=(),
        files=(FileScore(path=text, levels=((1, 10, 90),)),), related=related(text, place),
    )  # fmt: skip
    return report_html.encode(report, "ja").decode("utf-8")


def elements(html: str) -> Elements:
    parser = Elements()
    parser.feed(html)
    return parser


PLAIN = elements(page("名前"))


@settings(max_examples=60)
@given(TEXTS)
def test_no_text_from_a_file_becomes_an_element_or_leads_anywhere(text: str) -> None:
    html = page(text)
    found = elements(html)
    assert found.counts == PLAIN.counts
    assert found.targets == PLAIN.targets
    assert not found.events
    assert not TURNING & set(html)


def test_the_page_allows_no_script_and_loads_nothing() -> None:
    html = page("名前")
    assert "default-src 'none'" in html
    assert "script" not in PLAIN.counts
    assert not [target for target in PLAIN.targets if "//" in target]
