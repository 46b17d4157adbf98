"""Issues stand in the order in which mending them helps most, and examples lead to different files."""

from genba.app.reporting import EXAMPLES, build_report
from genba.model.record import DocumentRecord, FindingRecord, Usability


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
