"""Finds current documents that state different values for the same quantity of the same part and process."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations

from genba.formats.units import parse_unit
from genba.model.gist import Claim, Gist
from genba.model.relations import Contradiction, Statement

STATEMENTS_COMPARED = 40
CONTRADICTIONS = 1_000
_NEAR = 1e-6

_Key = tuple[str, str, str]


def contradictions(gists: Iterable[Gist], superseded: dict[str, str]) -> tuple[Contradiction, ...]:
    """Compare what current documents state that are no records; one that states two values itself is not asked."""
    stated: dict[_Key, list[tuple[Gist, Claim]]] = defaultdict(list)
    names: dict[_Key, str] = {}
    for gist in gists:
        if gist.is_record or gist.id in superseded or not gist.subjects or not gist.claims:
            continue
        for (name, about), claim in _single(gist.claims):
            for subject in gist.subjects:
                stated[subject, name, about].append((gist, claim))
                names.setdefault((subject, name, about), claim.name)
    found = []
    for key in sorted(stated):
        group = stated[key][:STATEMENTS_COMPARED]
        differing = _differing(group)
        if differing:
            found.append(_contradiction(key, names[key], differing))
    return _once(found)[:CONTRADICTIONS]


def _single(claims: Sequence[Claim]) -> list[tuple[tuple[str, str], Claim]]:
    """The claims of a document whose name and object stand for one value in it."""
    by_key: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.name and (claim.value is not None or claim.lower is not None or claim.upper is not None):
            by_key[_plain(claim.name), _plain(claim.about)].append(claim)
    return [(key, same[0]) for key, same in by_key.items() if not any(_differ(same[0], other) for other in same[1:])]


@lru_cache(maxsize=20_000)
def _plain(text: str) -> str:
    return re.sub(r"[\s・:：()（）\[\]]", "", unicodedata.normalize("NFKC", text)).lower()


@lru_cache(maxsize=5_000)
def _process(text: str) -> str:
    return re.sub(r"(?:工程|作業|手順|加工)$", "", _plain(text))


def _differing(group: list[tuple[Gist, Claim]]) -> list[tuple[Gist, Claim]]:
    """Those of a group that contradict another of it."""
    taken: set[int] = set()
    for (left, (first_gist, first)), (right, (second_gist, second)) in combinations(enumerate(group), 2):
        if first_gist.id != second_gist.id and _same_process(first.process, second.process) and _differ(first, second):
            taken.update((left, right))
    return [group[index] for index in sorted(taken)]


def _same_process(left: str, right: str) -> bool:
    first, second = _process(left), _process(right)
    return not first or not second or first == second or first in second or second in first


def _differ(left: Claim, right: Claim) -> bool:
    """Tell whether two statements cannot both hold as written; what only one of them says does not contradict."""
    first, second = _unit(left.unit), _unit(right.unit)
    if first is None or second is None or first[0] != second[0]:
        return False
    bounds = [
        [None if value is None else value * scale for value in (claim.value, claim.lower, claim.upper)]
        for claim, scale in ((left, first[1]), (right, second[1]))
    ]
    shared = [(a, b) for a, b in zip(*bounds, strict=True) if a is not None and b is not None]
    if shared:
        return any(abs(a - b) > _NEAR * max(1.0, abs(a), abs(b)) for a, b in shared)
    return _apart(bounds[0], bounds[1]) or _apart(bounds[1], bounds[0])


def _apart(left: list[float | None], right: list[float | None]) -> bool:
    value, lower, upper = left[0], right[1], right[2]
    return value is not None and ((lower is not None and value < lower) or (upper is not None and value > upper))


@lru_cache(maxsize=1_000)
def _unit(text: str) -> tuple[str, float] | None:
    """A unit by which values are compared; None for one that is not known."""
    if not text:
        return "", 1.0
    found = parse_unit(text)
    if found is None:
        return text, 1.0
    return found.ucum or found.as_written, found.factor


def _contradiction(key: _Key, name: str, differing: list[tuple[Gist, Claim]]) -> Contradiction:
    statements = tuple(
        Statement(
            document=gist.id,
            path=gist.path,
            as_written=claim.as_written,
            value=claim.value,
            lower=claim.lower,
            upper=claim.upper,
            unit=claim.unit,
            node=claim.node,
            place=claim.place,
        )
        for gist, claim in differing
    )
    process = next((claim.process for _, claim in differing if claim.process), "")
    return Contradiction(subject=key[0], name=name, process=process, about=differing[0][1].about, statements=statements)


def _once(found: list[Contradiction]) -> tuple[Contradiction, ...]:
    """A part known by number and by name is contradicted once."""
    seen: dict[tuple[object, ...], Contradiction] = {}
    for item in found:
        seen.setdefault((item.name, item.about, tuple((s.document, s.as_written) for s in item.statements)), item)
    return tuple(seen.values())
