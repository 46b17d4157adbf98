"""One file's scores before and after refinement."""

from genba.model.document import Document
from genba.model.score import Score
from genba.schemes.machine_readability import original as as_found
from genba.schemes.machine_readability import refined as as_refined
from genba.schemes.machine_readability.judgement import judge
from genba.schemes.machine_readability.matching import match
from genba.schemes.machine_readability.rules import LEVELS, failed, level_score


def compare(original: Document, refined: Document) -> tuple[Score, ...]:
    """Score the tables of a file as it came and as they came out; a file without data tables has no scores."""
    made = match(original, refined)
    if not made:
        return ()
    found = as_found.evidence_of(original, refined, made)
    before = judge(found)
    after = judge(as_refined.evidence_of(refined, made, found))
    return tuple(
        Score(
            level=level,
            before=level_score(before, level),
            after=level_score(after, level),
            failed_before=failed(before, level),
            failed_after=failed(after, level),
        )
        for level in LEVELS
    )
