"""Finds the document that a reference means; where more than one answers, none is taken."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from genba.formats.codes import is_standard
from genba.model.gist import Gist, Pointer
from genba.model.relations import Family, Link, Resolution
from genba.model.terms import TermKind
from genba.steps.collection.learning import Learnt
from genba.steps.collection.naming import file_name, title_key

CANDIDATES = 5
_OF_A_PART = re.compile(
    r"手順|標準|基準|成績|記録|報告|見積|工程表|チェック|検査|点検|注文|納品|議事|日報|仕様書|FMEA|QC|依頼|写真|ミルシート|データ|証明"
)
_SUFFIX = re.compile(r"(?P<base>[A-Z0-9].*[0-9])[-_./]?(?P<revision>[A-Z]|R\d{1,2})$")
_JOINT = re.compile(r"(?<=[A-Z])(?=\d)")
_ENCLOSED = re.compile(r"(?:別紙|別表|別図|添付|付図|付表|付属書|附属書|様式|資料)")
_PARTICLE = re.compile("[にでとのがもるたい]|から|より")
LEAST_TITLE = 5


class Resolver:
    """Everything by which documents can be named."""

    def __init__(self, gists: Sequence[Gist], families: Sequence[Family], learnt: Learnt) -> None:
        self._gists = {gist.id: gist for gist in gists}
        self._learnt = learnt
        self._family: dict[str, Family] = {member.document: family for family in families for member in family.members}
        self._by_number: dict[str, dict[str, str]] = defaultdict(dict)
        self._joined: dict[str, set[str]] = defaultdict(set)
        self._by_title: dict[str, list[str]] = defaultdict(list)
        self._by_folder: dict[str, list[str]] = defaultdict(list)
        for gist in gists:
            for number, how in gist.numbers:
                self._by_number[number].setdefault(gist.id, how)
            for key in gist.titles:
                self._by_title[key].append(gist.id)
            self._by_folder[_folder(gist.path)].append(gist.id)
        for number in list(self._by_number):
            self._joined[_JOINT.sub("-", number)].add(number)

    def link(self, gist: Gist, pointer: Pointer) -> Link | None:
        """Resolve one reference; None where it points nowhere outside its own document or names nothing."""
        if pointer.code and is_standard(pointer.code) and pointer.code not in self._by_number:
            return self._link(gist, pointer, Resolution.EXTERNAL)
        if not pointer.code:
            return self._by_words(gist, pointer)
        kind = self._kind(pointer)
        found, revision = self._numbered(pointer)
        found = self._fitting(found, kind)
        if gist.id in found and (not revision or revision == gist.revision):
            return None
        if not found:
            if kind in (TermKind.DRAWING, TermKind.DOCUMENT):
                return self._link(gist, pointer, Resolution.MISSING)
            return None
        return self._choose(gist, pointer, found, revision)

    def _kind(self, pointer: Pointer) -> str:
        if pointer.kind != TermKind.UNKNOWN:
            return pointer.kind
        told = self._learnt.kind_of(pointer.code)
        return told[0] if told else TermKind.UNKNOWN

    def _numbered(self, pointer: Pointer) -> tuple[dict[str, str], str]:
        """Documents of a number and the revision wanted: A-1023 with Rev.B may be filed as A-1023-B, and vice versa."""
        code, revision = pointer.code, pointer.revision
        if code in self._by_number:
            return self._by_number[code], revision
        if revision:
            for whole in (f"{code}-{revision}", f"{code}{revision}", f"{code}_{revision}"):
                if whole in self._by_number:
                    return self._by_number[whole], ""
        ending = _SUFFIX.fullmatch(code)
        if ending and not revision and ending["base"] in self._by_number:
            wanted = ending["revision"].removeprefix("R") or "R"
            bearing = {
                identity: how
                for identity, how in self._by_number[ending["base"]].items()
                if self._gists[identity].revision == wanted
            }
            if bearing:
                return bearing, wanted
        joined = self._joined.get(_JOINT.sub("-", code), set())
        if len(joined) == 1:
            return self._by_number[next(iter(joined))], revision
        return {}, revision

    def _fitting(self, found: dict[str, str], kind: str) -> dict[str, str]:
        """Keep the drawing of a number where a drawing is meant, and what bears the number more surely."""
        if kind == TermKind.DRAWING:
            drawings = {identity: how for identity, how in found.items() if self._gists[identity].is_drawing}
            found = drawings or {
                identity: how for identity, how in found.items() if not self._is_of_a_part(self._gists[identity])
            }
        elif kind == TermKind.DOCUMENT:
            found = {identity: how for identity, how in found.items() if not self._gists[identity].is_drawing} or found
        elif kind in (TermKind.PART, TermKind.EQUIPMENT, TermKind.LOT, TermKind.PROCESS):
            found = {identity: how for identity, how in found.items() if how == "labelled"}
        if any(how != "said" for how in found.values()):
            found = {identity: how for identity, how in found.items() if how != "said"}
        return found

    def _is_of_a_part(self, gist: Gist) -> bool:
        return bool(_OF_A_PART.search(file_name(gist.path).stem) or _OF_A_PART.search(gist.title))

    def _choose(self, gist: Gist, pointer: Pointer, found: dict[str, str], revision: str) -> Link | None:
        heads = self._heads(found)
        if len(heads) > 1:
            labelled = self._heads({identity: how for identity, how in found.items() if how == "labelled"})
            rules = self._heads(
                {identity: how for identity, how in found.items() if not self._gists[identity].is_record}
            )
            heads = next((some for some in (labelled, rules) if len(some) == 1), heads)
        if len(heads) > 1 and revision:
            bearing = self._heads(
                {identity: how for identity, how in found.items() if self._gists[identity].revision == revision}
            )
            heads = bearing if len(bearing) == 1 else heads
        candidates = tuple(sorted(found)[:CANDIDATES])
        if len(heads) > 1:
            return self._link(gist, pointer, Resolution.AMBIGUOUS, candidates=candidates)
        members = next(iter(heads.values()))
        if not revision:
            return self._to(gist, pointer, members[0])
        for identity in members:
            if self._gists[identity].revision == revision:
                return self._to(gist, pointer, identity)
        return self._link(gist, pointer, Resolution.OTHER_REVISION, candidates=tuple(members[:CANDIDATES]))

    def _heads(self, found: dict[str, str]) -> dict[str, list[str]]:
        """Put documents into their families; each family is named by its current document."""
        heads: dict[str, list[str]] = {}
        for identity in found:
            family = self._family.get(identity)
            members = [member.document for member in family.members] if family else [identity]
            heads.setdefault(members[0], members)
        return heads

    def _by_words(self, gist: Gist, pointer: Pointer) -> Link | None:
        key = title_key(pointer.title)
        if _ENCLOSED.match(pointer.title):
            beside = [item for item in self._by_folder[_folder(gist.path)] if item != gist.id]
            name = re.compile(rf"{re.escape(key)}(?!\d)")
            found = [item for item in beside if name.search(title_key(file_name(self._gists[item].path).stem))]
            heads = self._heads(dict.fromkeys(found, "named"))
            return self._to(gist, pointer, next(iter(heads.values()))[0]) if len(heads) == 1 else None
        found = self._titled(key)
        if gist.id in found:
            return None
        if not found:
            quoted = pointer.as_written[:1] in "「『"
            return self._link(gist, pointer, Resolution.MISSING) if quoted else None
        rules = [identity for identity in found if not self._gists[identity].is_record]
        return self._choose(gist, pointer, dict.fromkeys(rules or found, "named"), pointer.revision)

    def _titled(self, key: str) -> list[str]:
        """Documents of a title; words of the sentence may stand before it, up to a particle."""
        if key in self._by_title:
            return self._by_title[key]
        for boundary in _PARTICLE.finditer(key):
            rest = key[boundary.end() :]
            if len(rest) >= LEAST_TITLE and rest in self._by_title:
                return self._by_title[rest]
        return []

    def _to(self, gist: Gist, pointer: Pointer, target: str) -> Link | None:
        if target == gist.id:
            return None
        return self._link(gist, pointer, Resolution.RESOLVED, target=target)

    def _link(
        self,
        gist: Gist,
        pointer: Pointer,
        resolution: Resolution,
        *,
        target: str = "",
        candidates: tuple[str, ...] = (),
    ) -> Link:
        return Link(
            document=gist.id,
            path=gist.path,
            as_written=pointer.as_written,
            resolution=resolution,
            code=pointer.code,
            title=pointer.title,
            revision=pointer.revision,
            target=target,
            target_path=self._gists[target].path if target else "",
            candidates=candidates,
            node=pointer.node,
            place=pointer.place,
        )


def links(gists: Sequence[Gist], families: Sequence[Family], learnt: Learnt) -> tuple[Link, ...]:
    """Resolve every reference of every document, in the order of documents and of their texts."""
    if not any(gist.pointers for gist in gists):
        return ()
    resolver = Resolver(gists, families, learnt)
    found = (resolver.link(gist, pointer) for gist in gists for pointer in gist.pointers)
    return tuple(link for link in found if link is not None)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
