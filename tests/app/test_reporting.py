"""Issues stand in the order in which mending them helps most, and examples lead to different files."""

from dataclasses import replace

from genba.app.reporting import EXAMPLES, build_report
from genba.i18n import catalog
from genba.model.place import Place
from genba.model.record import DocumentRecord, FindingRecord, Usability
from genba.model.score import Score
from genba.storage.scan import Skipped
from genba.writers import report_html

LARGEST_BYTES = 2 << 20


def record(path: str, code: str, severity: str) -> DocumentRecord:
    return DocumentRecord(
        path=path,
        id=f"id-{path}",
        kind="zip",
        size_bytes=1,
        sha256="",
        modified="2026-04-01T00:00:00Z",
        usability=Usability.PARTLY,
        findings=(FindingRecord(code=code, severity=severity, count=1),),
    )


def test_many_bad_files_in_one_archive_are_one_thing_to_mend() -> None:
    inside = [record(f"share/a.zip!/{number}.zip", "zip.bomb", "problem") for number in range(50)]
    beside = [record(f"share/{number}.doc", "legacy_office.convert", "blocker") for number in range(2)]
    issues = build_report("share", [*inside, *beside], ()).issues
    assert [(issue.code, issue.files) for issue in issues] == [("legacy_office.convert", 2), ("zip.bomb", 50)]


def test_examples_lead_to_different_files_before_the_same_one_again() -> None:
    inside = [record(f"share/a.zip!/{number}.csv", "csv.no_header", "problem") for number in range(EXAMPLES + 2)]
    issues = build_report("share", [*inside, record("share/b.csv", "csv.no_header", "problem")], ()).issues
    paths = [example.path for example in issues[0].examples]
    assert paths[:2] == ["share/a.zip!/0.csv", "share/b.csv"]
    assert len(paths) == EXAMPLES


def test_the_page_stays_small_however_much_there_is() -> None:
    codes = [code.removesuffix(".title") for code in catalog("ja") if code.endswith(".title")]
    place = Place(sheet="検" * 31, range="AAA100000:XFD1048576")
    findings = tuple(FindingRecord(code=code, severity="problem", count=9, places=(place,) * 3) for code in codes)
    scores = tuple(Score(level=level, before=10, after=90) for level in (1, 2, 3))
    names = [f"share/{'長い名前' * 60}{number}.xlsx" for number in range(2_000)]
    records = [
        replace(record(name, "csv.no_header", "problem"), sha256="0" * 64, findings=findings[:10], scores=scores)
        for name in names
    ]
    everything = replace(records[0], path="share/all.xlsx", findings=findings)
    skipped = [Skipped(name, "scan.private") for name in names]
    page = report_html.encode(build_report("share", [everything, *records], skipped), "ja")
    assert len(page) <= LARGEST_BYTES
