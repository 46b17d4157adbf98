"""Finds current documents that state different values for the same quantity of the same part and process."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from genba.formats.units import parse_unit
from genba.model.gist import Claim, Gist
from genba.model.relations import Contradiction, Statement

STATEMENTS_COMPARED = 40
CONTRADICTIONS = 1_000
_NEAR = 1e-6

_Key = tuple[str, str]


class _Stated(NamedTuple):
    """A claim with its document; `is_only` where the document states the quantity for no other object."""

    gist: Gist
    claim: Claim
    is_only: bool


def contradictions(gists: Iterable[Gist], superseded: dict[str, str]) -> tuple[Contradiction, ...]:
    """Compare what current documents state that are no records; one that states two values itself is not asked."""
    stated: dict[_Key, list[_Stated]] = defaultdict(list)
    for gist in gists:
        if gist.is_record or gist.id in superseded or not gist.subjects or not gist.claims:
            continue
        for name, item in _single(gist):
            for subject in gist.subjects:
                stated[subject, name].append(item)
    found: list[Contradiction] = []
    for key in sorted(stated):
        by_about: dict[str, list[_Stated]] = {}
        for item in stated[key][:STATEMENTS_COMPARED]:
            by_about.setdefault(_plain(item.claim.about), []).append(item)
        unsaid = [item for item in by_about.pop("", []) if item.is_only]
        for group in by_about.values() or [[]]:
            others = unsaid if all(item.is_only for item in group) else []
            differing = _differing([*group, *others])
            if differing:
                found.append(_contradiction(key[0], differing))
    return _once(found)[:CONTRADICTIONS]


def _single(gist: Gist) -> list[tuple[str, _Stated]]:
    """The claims of a document whose name and object stand for one value in it."""
    by_name: dict[str, dict[str, list[Claim]]] = defaultdict(lambda: defaultdict(list))
    for claim in gist.claims:
        if claim.name and (claim.value is not None or claim.lower is not None or claim.upper is not None):
            by_name[_plain(claim.name)][_plain(claim.about)].append(claim)
    return [
        (name, _Stated(gist, same[0], len(by_about) == 1))
        for name, by_about in by_name.items()
        for same in by_about.values()
        if not any(_differ(same[0], other) for other in same[1:])
    ]


@lru_cache(maxsize=20_000)
def _plain(text: str) -> str:
    return re.sub(r"[\s・:：()（）\[\]]", "", unicodedata.normalize("NFKC", text)).lower()


@lru_cache(maxsize=5_000)
def _process(text: str) -> str:
    return re.sub(r"(?:工程|作業|手順|加工)$", "", _plain(text))


def _differing(group: list[_Stated]) -> list[_Stated]:
    """Those of a group that contradict another of it."""
    taken: set[int] = set()
    for (left, first), (right, second) in combinations(enumerate(group), 2):
        if first.gist.id == second.gist.id or not _same_process(first.claim.process, second.claim.process):
            continue
        if _differ(first.claim, second.claim):
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


def _contradiction(subject: str, differing: list[_Stated]) -> Contradiction:
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
        for gist, claim, _ in differing
    )
    process = next((item.claim.process for item in differing if item.claim.process), "")
    about = next((item.claim.about for item in differing if item.claim.about), "")
    name = differing[0].claim.name
    return Contradiction(subject=subject, name=name, process=process, about=about, statements=statements)


def _once(found: list[Contradiction]) -> tuple[Contradiction, ...]:
    """A part known by number and by name is contradicted once."""
    seen: dict[tuple[object, ...], Contradiction] = {}
    for item in found:
        seen.setdefault((item.name, item.about, tuple((s.document, s.as_written) for s in item.statements)), item)
    return tuple(seen.values())
