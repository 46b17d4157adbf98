"""Brings editions and copies of one document together and tells which is current, without comparing all with all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from genba.model.gist import Gist
from genba.model.relations import Family, Kinship, Member
from genba.steps.collection.naming import FileName, file_name, is_rule, title_key
from genba.steps.collection.sketching import likeness

SAME_NUMBER = 0.4  # likeness from which documents of one number and unlike names are editions
SAME_NAME = 0.6
SAME_STEM = 0.8
SAME_TEXT = 0.95
EQUAL = 0.98
LEAST_CHARS = 300  # of texts that are compared without a name in common
COMPARED = 40  # groups that a document is compared with, at most
ALIKE_AT_MOST = 5  # more documents of one wording are made from a template
NO_CONTENT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
# Of renditions of one edition, the one people edit stands for the others.
_EDITED = "docx xlsx xlsm pptx dxf odt ods doc xls ppt md txt html pdf".split()
_FORMATS = {kind: rank for rank, kind in enumerate(_EDITED)}


class _Groups:
    """Documents joined so far (union–find)."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def find(self, item: int) -> int:
        while self._parents[item] != item:
            self._parents[item] = self._parents[self._parents[item]]
            item = self._parents[item]
        return item

    def join(self, left: int, right: int) -> None:
        first, second = sorted((self.find(left), self.find(right)))
        self._parents[second] = first


def families(gists: Sequence[Gist]) -> tuple[Family, ...]:
    """Find families of two and more, in the order of their current document's path."""
    groups = _Groups(len(gists))
    _join_equal_bytes(gists, groups)
    rules = [index for index, gist in enumerate(gists) if not gist.is_record and gist.size_chars]
    names = {index: file_name(gists[index].path) for index in rules}
    _join_numbers(gists, rules, names, groups)
    _join_names(gists, rules, names, groups)
    _join_alike(gists, rules, groups)
    members: dict[int, list[int]] = defaultdict(list)
    for index in range(len(gists)):
        root = groups.find(index)
        if root != index or root in members:
            members.setdefault(root, [root] if root != index else []).append(index)
    found = [_family([gists[index] for index in sorted(set(same))]) for same in members.values()]
    return tuple(sorted(found, key=lambda family: family.members[0].path))


def _join_equal_bytes(gists: Sequence[Gist], groups: _Groups) -> None:
    first: dict[str, int] = {}
    for index, gist in enumerate(gists):
        if gist.sha256 and gist.sha256 != NO_CONTENT:
            groups.join(first.setdefault(gist.sha256, index), index)


def _join_numbers(gists: Sequence[Gist], rules: list[int], names: dict[int, FileName], groups: _Groups) -> None:
    """Documents of one number are editions where title, name or text agree; a number alone may be that of its part."""
    by_number: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for index in rules:
        for number in dict.fromkeys(number for number, _ in gists[index].numbers):
            by_number[number, gists[index].is_drawing].append(index)
    for same in by_number.values():
        _join_like(
            same, groups, lambda left, right: _same_numbered(gists[left], gists[right], names[left], names[right])
        )


def _same_numbered(left: Gist, right: Gist, first: FileName, second: FileName) -> bool:
    if title_key(left.title) == title_key(right.title) or first.key == second.key:
        return True
    return likeness(left.sketch, right.sketch) >= SAME_NUMBER


def _join_names(gists: Sequence[Gist], rules: list[int], names: dict[int, FileName], groups: _Groups) -> None:
    by_name: dict[str, list[int]] = defaultdict(list)
    for index in rules:
        if len(names[index].key) >= 3:
            by_name[names[index].key].append(index)
    for same in by_name.values():
        _join_like(same, groups, lambda left, right: _same_named(gists[left], gists[right], names[left], names[right]))


def _same_named(left: Gist, right: Gist, first: FileName, second: FileName) -> bool:
    if _are_apart(left, right):
        return False
    alike = likeness(left.sketch, right.sketch)
    if first.stem == second.stem:
        return alike >= SAME_STEM
    if not (first.revision or second.revision or first.is_copy or second.is_copy or is_rule(first.stem, left.title)):
        return alike >= EQUAL  # dates alone: minutes and sheets of different days
    return alike >= SAME_NAME


def _are_apart(left: Gist, right: Gist) -> bool:
    """Numbers or parts that have nothing in common: two documents made from one template."""
    for first, second in (
        ({number for number, _ in left.numbers}, {number for number, _ in right.numbers}),
        (set(left.subjects), set(right.subjects)),
    ):
        if first and second and not first & second:
            return True
    return left.is_drawing != right.is_drawing


def _join_alike(gists: Sequence[Gist], rules: list[int], groups: _Groups) -> None:
    """Texts that are all but equal under other names; a wording that many share is a template and joins nobody."""
    buckets: dict[int, list[int]] = defaultdict(list)
    for index in rules:
        if gists[index].size_chars >= LEAST_CHARS:
            for value in gists[index].sketch[:4]:
                buckets[value].append(index)
    for same in buckets.values():
        if 1 < len(same) <= ALIKE_AT_MOST:
            _join_like(
                same,
                groups,
                lambda left, right: (
                    not _are_apart(gists[left], gists[right])
                    and likeness(gists[left].sketch, gists[right].sketch) >= SAME_TEXT
                ),
            )


def _join_like(same: list[int], groups: _Groups, is_same: Callable[[int, int], bool]) -> None:
    """Join each document to the first group it fits; only so many groups are tried."""
    firsts: list[int] = []
    for index in same:
        for first in firsts:
            if groups.find(first) == groups.find(index):
                break
            if is_same(first, index):
                groups.join(first, index)
                break
        else:
            if len(firsts) < COMPARED:
                firsts.append(index)


def _family(members: list[Gist]) -> Family:
    ages = _ages(members)
    ordered = sorted(members, key=_rank)
    ordered.sort(key=lambda gist: ages[gist.id], reverse=True)
    current = ordered[0]
    hashes: set[str] = set()
    placed = []
    for gist in ordered:
        kinship = Kinship.CURRENT if gist is current else _kinship(current, gist, ages, hashes)
        hashes.add(gist.sha256)
        placed.append(Member(document=gist.id, path=gist.path, kinship=kinship, revision=gist.revision, date=gist.date))
    number = next((number for gist in ordered for number, _ in gist.numbers), "")
    return Family(name=current.title, number=number, members=tuple(placed))


def _kinship(current: Gist, gist: Gist, ages: dict[str, tuple[object, ...]], hashes: set[str]) -> Kinship:
    if gist.sha256 in hashes:
        return Kinship.COPY
    if ages[gist.id] != ages[current.id]:
        return Kinship.REVISION
    if likeness(current.sketch, gist.sketch) >= EQUAL or (gist.kind != current.kind and gist.revision):
        return Kinship.RENDITION
    return Kinship.UNDECIDED


def _ages(members: list[Gist]) -> dict[str, tuple[object, ...]]:
    """What tells newer from older: the revision where those known compare, then the date, then where it lies."""
    known = [gist.revision for gist in members if gist.revision not in ("", "初版")]
    by_revision = bool(known) and len({revision[0].isdigit() for revision in known}) == 1
    by_date = all(gist.date for gist in members)
    return {
        gist.id: (
            _order(gist.revision) if by_revision else (),
            gist.date if by_date else "",
            not file_name(gist.path).is_old,
        )
        for gist in members
    }


def _order(revision: str) -> tuple[object, ...]:
    if not revision:
        return (0,)
    if revision == "初版":
        return (1,)
    if revision[0].isdigit():
        return (2, tuple(int(part) if part.isdigit() else 0 for part in revision.split(".")))
    return (2, (len(revision), revision))


def _rank(gist: Gist) -> tuple[object, ...]:
    """Which of equally new ones people should use: no copy mark, the format they edit, the shorter path."""
    name = file_name(gist.path)
    return (name.is_old, name.is_copy, _FORMATS.get(gist.kind, 99), len(gist.path), gist.path)
