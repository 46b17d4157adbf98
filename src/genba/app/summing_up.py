"""Sums a finished document up in the record that indexes and reports are made from."""

from collections import Counter

from genba.model.document import Document
from genba.model.finding import Finding, Severity
from genba.model.nodes import Chart, Choices, Comment, Figure, Flow, Grid, Heading, Pair, Paragraph
from genba.model.record import DocumentRecord, FindingRecord, OutputRecord, TableRecord, Usability

PLACES_KEPT = 5
DETAIL_CHARS = 200
LISTED = frozenset({"reading.kind_not_taken", "legacy_office.convert"})
UNSUPPORTED = "file.unsupported_"
NODE_NAMES = {
    Heading: "headings",
    Paragraph: "paragraphs",
    Grid: "grids",
    Pair: "pairs",
    Choices: "choices",
    Figure: "figures",
    Chart: "charts",
    Flow: "flows",
    Comment: "comments",
}


def title_of(document: Document) -> str:
    """Take the title that a step found, else the first heading, else the file's name."""
    for item in document.properties:
        if item.name == "title" and item.value:
            return item.value
    for node in document.nodes:
        if isinstance(node, Heading) and node.text:
            return node.text
    return document.source.path.rsplit("/", 1)[-1]


def usability_of(document: Document) -> Usability:
    """Judge how far a document can be used, by what was read and what was found."""
    severities = {finding.severity for finding in document.findings}
    if any(finding.code in LISTED or finding.code.startswith(UNSUPPORTED) for finding in document.findings):
        return Usability.LISTED
    if Severity.BLOCKER in severities:
        return Usability.PARTLY if document.nodes or document.tables else Usability.NOT
    return Usability.PARTLY if Severity.PROBLEM in severities else Usability.FULLY


def record_of(
    document: Document, content: str, table_paths: dict[str, str], outputs: tuple[OutputRecord, ...]
) -> DocumentRecord:
    """Make the record."""
    counts = Counter(NODE_NAMES.get(type(node), "others") for node in document.nodes)
    counts["chars"] = len(content)
    counts["chunks"] = len(document.chunks)
    counts["images"] = len(document.images)
    counts["tables"] = len(document.tables)
    counts["steps"] = len(document.instruction.steps) if document.instruction else 0
    counts["rows"] = sum(table.rows for table in document.tables)
    counts["edits"] = sum(edit.count for edit in document.edits if edit.step == "normalise.text")
    properties: dict[str, str] = {}
    for item in document.properties:
        properties.setdefault(item.name, item.value[:DETAIL_CHARS])
    source = document.source
    return DocumentRecord(
        path=source.path,
        id=document.id,
        kind=source.kind,
        size_bytes=source.size_bytes,
        sha256=source.sha256,
        modified=source.modified,
        usability=usability_of(document),
        title=title_of(document),
        counts={name: count for name, count in sorted(counts.items()) if count},
        properties=properties,
        findings=grouped(document.findings),
        scores=document.scores,
        tables=tuple(
            TableRecord(
                id=table.id,
                name=table.name,
                path=table_paths[table.id],
                rows=table.rows,
                columns=table.columns,
                place=table.place,
                time_column=table.time_column,
            )
            for table in document.tables
        ),
        outputs=outputs,
    )


def grouped(findings: tuple[Finding, ...]) -> tuple[FindingRecord, ...]:
    """Join findings of the same code, keeping the first few places."""
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    return tuple(
        FindingRecord(
            code=code,
            severity=str(min((item.severity for item in same), key=list(Severity).index)),
            count=sum(item.count for item in same),
            places=tuple(item.place for item in same[:PLACES_KEPT]),
            details=dict(same[0].details),
        )
        for code, same in by_code.items()
    )
