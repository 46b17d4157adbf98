"""Sums records up into a report; the same records give the same report."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from genba.model.finding import Severity
from genba.model.place import NOWHERE
from genba.model.record import DocumentRecord, FindingRecord, Usability
from genba.model.relations import Kinship, Relations, Resolution
from genba.model.report import (
    Duplicate,
    Example,
    FileScore,
    Issue,
    KindCount,
    Left,
    LevelScore,
    Related,
    Report,
    RuleCount,
    Summary,
)
from genba.schemes.machine_readability import compare_files
from genba.storage.scan import Skipped

EXAMPLES = 5
FIRST = 5
DUPLICATES_LISTED = 200
PATHS_LISTED = 10
RELATED_LISTED = 50
UNRELATED = Relations()
PLAIN_COPIES = frozenset({Kinship.CURRENT, Kinship.COPY})
UNRESOLVED = frozenset({Resolution.MISSING, Resolution.AMBIGUOUS, Resolution.OTHER_REVISION})
SEVERITIES = [str(severity) for severity in Severity]
USABLE = frozenset({Usability.FULLY, Usability.PARTLY})
# How much one file with such a finding weighs when deciding what to mend first.
WEIGHTS = {Severity.BLOCKER: 10, Severity.PROBLEM: 3, Severity.NOTICE: 0}


def build_report(
    title: str, records: Sequence[DocumentRecord], skipped: Iterable[Skipped], relations: Relations = UNRELATED
) -> Report:
    """Sum up every document and everything left out."""
    counts: Counter[str] = Counter()
    for record in records:
        counts.update(record.counts)
    duplicates, copies = _duplicates(records)
    return Report(
        title=title,
        documents=len(records),
        size_bytes=sum(record.size_bytes for record in records if "!/" not in record.path),
        usability={str(state): sum(record.usability == state for record in records) for state in Usability},
        kinds=_kinds(records),
        years=dict(sorted(Counter(record.modified[:4] for record in records if record.modified).items())),
        counts=dict(sorted(counts.items())),
        issues=_issues(records),
        duplicates=duplicates,
        duplicate_files=copies,
        left_out=_left_out(skipped),
        levels=_levels(records),
        rules=_rules(records),
        files=tuple(
            FileScore(path=record.path, levels=tuple((s.level, s.before, s.after) for s in record.scores))
            for record in records
            if record.scores
        ),
        together=compare_files(records),
        related=_related(relations),
    )


def _related(relations: Relations) -> Related | None:
    """Count what holds between documents, and choose what people should look at."""
    if relations == UNRELATED:
        return None
    members = [member for family in relations.families for member in family.members]
    undecided = sum(member.kinship is Kinship.UNDECIDED for member in members)
    old = [family for family in relations.families if {member.kinship for member in family.members} - PLAIN_COPIES]
    unresolved = [link for link in relations.links if link.resolution in UNRESOLVED]
    return Related(
        families=len(relations.families),
        superseded=len(members) - len(relations.families) - undecided,
        undecided=undecided,
        references=dict(sorted(Counter(str(link.resolution) for link in relations.links).items())),
        contradictions=len(relations.contradictions),
        codes=len(relations.codes),
        old=tuple(old[:RELATED_LISTED]),
        unresolved=tuple(unresolved[:RELATED_LISTED]),
        disagreeing=relations.contradictions[:RELATED_LISTED],
        patterns=relations.patterns[:RELATED_LISTED],
    )


def summarise(report: Report) -> Summary:
    """Take what fits a terminal."""
    return Summary(
        documents=report.documents,
        usability=report.usability,
        kinds=report.kinds,
        counts=report.counts,
        first=tuple(issue for issue in report.issues if issue.severity != Severity.NOTICE)[:FIRST],
        levels=report.levels,
    )


def _kinds(records: Sequence[DocumentRecord]) -> tuple[KindCount, ...]:
    by_kind: dict[str, list[DocumentRecord]] = defaultdict(list)
    for record in records:
        by_kind[record.kind].append(record)
    found = [
        KindCount(
            kind=kind,
            files=len(same),
            size_bytes=sum(record.size_bytes for record in same),
            usable=sum(record.usability in USABLE for record in same),
        )
        for kind, same in by_kind.items()
    ]
    return tuple(sorted(found, key=lambda item: (-item.files, item.kind)))


def _issues(records: Sequence[DocumentRecord]) -> tuple[Issue, ...]:
    by_code: dict[str, list[tuple[DocumentRecord, FindingRecord]]] = defaultdict(list)
    for record in records:
        for finding in record.findings:
            by_code[finding.code].append((record, finding))
    issues = [
        Issue(
            code=code,
            severity=str(min((finding.severity for _, finding in same), key=SEVERITIES.index)),
            files=len(same),
            count=sum(finding.count for _, finding in same),
            share=round(len(same) / len(records), 4),
            examples=tuple(_example(record, finding) for record, finding in _spread(same)[:EXAMPLES]),
        )
        for code, same in by_code.items()
    ]
    # One archive with a thousand bad files in it is one thing to mend.
    outer = {code: len({_outermost(record.path) for record, _ in same}) for code, same in by_code.items()}
    return tuple(
        sorted(issues, key=lambda item: (-WEIGHTS[Severity(item.severity)] * outer[item.code], -item.files, item.code))
    )


def _spread(same: list[tuple[DocumentRecord, FindingRecord]]) -> list[tuple[DocumentRecord, FindingRecord]]:
    """Put one document of every file on the share first, so that examples lead to different files."""
    seen: set[str] = set()
    order: list[bool] = []
    for record, _ in same:
        order.append(_outermost(record.path) in seen)
        seen.add(_outermost(record.path))
    return [pair for _, pair in sorted(zip(order, same, strict=True), key=lambda item: item[0])]


def _outermost(path: str) -> str:
    return path.partition("!/")[0]


def _example(record: DocumentRecord, finding: FindingRecord) -> Example:
    place = finding.places[0] if finding.places else NOWHERE
    return Example(
        path=record.path,
        document=record.id if record.outputs else "",
        count=finding.count,
        details=finding.details,
        place=place,
    )


def _duplicates(records: Sequence[DocumentRecord]) -> tuple[tuple[Duplicate, ...], int]:
    by_hash: dict[str, list[DocumentRecord]] = defaultdict(list)
    for record in records:
        if record.sha256 and record.size_bytes:
            by_hash[record.sha256].append(record)
    groups = [same for same in by_hash.values() if len(same) > 1]
    groups.sort(key=lambda same: (-same[0].size_bytes * (len(same) - 1), same[0].path))
    listed = tuple(
        Duplicate(
            sha256=same[0].sha256,
            size_bytes=same[0].size_bytes,
            paths=tuple(record.path for record in same[:PATHS_LISTED]),
            copies=len(same),
        )
        for same in groups[:DUPLICATES_LISTED]
    )
    return listed, sum(len(same) - 1 for same in groups)


def _left_out(skipped: Iterable[Skipped]) -> tuple[Left, ...]:
    by_code: dict[str, list[str]] = defaultdict(list)
    for item in skipped:
        by_code[item.code].append(item.portable)
    return tuple(
        Left(code=code, count=len(paths), examples=tuple(paths[:EXAMPLES])) for code, paths in sorted(by_code.items())
    )


def _levels(records: Sequence[DocumentRecord]) -> tuple[LevelScore, ...]:
    by_level: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for record in records:
        for score in record.scores:
            if score.before is not None and score.after is not None:
                by_level[score.level].append((score.before, score.after))
    return tuple(
        LevelScore(
            level=level,
            files=len(pairs),
            before=round(sum(before for before, _ in pairs) / len(pairs), 1),
            after=round(sum(after for _, after in pairs) / len(pairs), 1),
        )
        for level, pairs in sorted(by_level.items())
    )


def _rules(records: Sequence[DocumentRecord]) -> tuple[RuleCount, ...]:
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for record in records:
        for score in record.scores:
            before.update(score.failed_before)
            after.update(score.failed_after)
    return tuple(RuleCount(rule=rule, before=before[rule], after=after[rule]) for rule in sorted(before | after))
