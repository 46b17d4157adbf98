"""What a document is for, what it holds for, and what to beware of, by the words that Japanese documents use for it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from genba.model.document import Document
from genba.model.marks import Mark
from genba.model.nodes import Pair, Role
from genba.steps.digest.passages import Passage, Section

PURPOSE, SCOPE, POINTS, CAUTIONS = "purpose", "scope", "points", "cautions"
SLOT_CHARS = 200
CAUTIONS_TAKEN = 5
_NUMBERING = r"^[\s0-9０-９.．\-第章節項条①-⑳()（）]*"
_HEADINGS = {
    PURPOSE: re.compile(
        _NUMBERING + r"(?:本書の|文書の|制定の|報告の)?(?:目的|ねらい|狙い|趣旨|概要|要旨|はじめに|背景|まえがき|"
        r"Purpose|Objective|Overview|Summary)",
        re.IGNORECASE,
    ),
    SCOPE: re.compile(
        _NUMBERING + r"(?:適用範囲|適用|対象(?:範囲|製品|設備|者)?|範囲|Scope)\s*$",
        re.IGNORECASE,
    ),
    CAUTIONS: re.compile(
        _NUMBERING
        + r"(?:(?:安全|作業|取扱|取り扱い)上の)?(?:注意|注意事項|留意事項|安全|安全事項|警告|禁止事項|遵守事項|"
        r"Caution|Warning|Safety)",
        re.IGNORECASE,
    ),
}
_LEVEL = re.compile(r"^\W*(?:危険|警告|注意|重要)\W+")
_BOTH = re.compile(r"目的.{0,4}適用|Purpose and scope", re.I)
_PAIR_LABELS = {
    PURPOSE: re.compile(r"目的|ねらい|狙い|趣旨|用途"),
    SCOPE: re.compile(r"適用範囲|適用|対象|対象(?:製品|範囲|設備|工程)"),
    CAUTIONS: re.compile(r"注意|注意事項|安全上の注意|留意事項|禁止事項"),
}
_SENTENCES = {
    PURPOSE: re.compile(
        r"目的と(?:する|して|した)|を目的に|ことが目的|ために.{0,30}(?:定める|規定する|まとめ)|標準を定める|"
        r"手順を(?:示す|定める)"
    ),
    SCOPE: re.compile(r"に適用|(?:を|が)対象(?:と|で|に)|適用範囲は|について適用"),
    CAUTIONS: re.compile(
        r"注意(?:する|して|せよ|のこと|すること|[:：!！])|【?(?:警告|危険|注意|重要)】|厳禁|禁止(?!札)|ては(?:ならない|いけない|ならぬ)|"
        r"ないこと[。!！]?$|(?:絶対|決して).{0,20}ない|必ず.{4,}|感電|やけど|火傷|巻き込まれ|挟まれ|けが|怪我|"
        r"\b(?:must not|do not|never|caution|warning)\b",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """What fills one slot: sentences in the order of the document, with their nodes."""

    name: str
    passages: tuple[Passage, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes they come from, each once."""
        return tuple(dict.fromkeys(passage.node for passage in self.passages if passage.node))


def joined(passages: Iterable[Passage]) -> str:
    """Write sentences behind each other; one that has no full stop is set off by a space."""
    text = ""
    for passage in passages:
        if text and not text.endswith(("。", "！", "？")):
            text += " "
        text += passage.text.replace("\n", "")
    return text


def slots(document: Document, found: list[Section]) -> dict[str, Slot]:
    """Find purpose, scope and cautions by headings, by the labels of fields, then by how sentences are worded."""
    filled: dict[str, Slot] = {}
    for name in (PURPOSE, SCOPE):
        passages = _under_heading(found, name) or _in_field(document, name) or _worded(found, name, 1)
        taken = _fitting(passages, SLOT_CHARS)
        if taken:
            filled[name] = Slot(name, taken)
    if PURPOSE in filled and SCOPE in filled and filled[SCOPE].passages == filled[PURPOSE].passages:
        del filled[SCOPE if _SENTENCES[PURPOSE].search(filled[PURPOSE].passages[0].text) else PURPOSE]
    cautions = _cautions(document, found)
    if cautions:
        filled[CAUTIONS] = Slot(CAUTIONS, cautions)
    return filled


def _under_heading(found: list[Section], name: str) -> list[Passage]:
    for section in found:
        if section.passages and _HEADINGS[name].match(section.heading):
            passages = [passage for passage in section.passages if passage.role is not Role.TEXT_BOX]
            if _BOTH.search(section.heading):
                is_scope = _SENTENCES[SCOPE].search
                return [passage for passage in passages if bool(is_scope(passage.text)) == (name == SCOPE)]
            return passages
    return []


def _in_field(document: Document, name: str) -> list[Passage]:
    for node in document.nodes:
        if isinstance(node, Pair) and node.value and Mark.HIDDEN not in node.marks:
            label = re.sub(r"\s", "", node.label.rsplit("/", 1)[-1])
            if _PAIR_LABELS[name].fullmatch(label):
                return [Passage(node.value, node.id, -1)]
    return []


def _worded(found: list[Section], name: str, count: int) -> list[Passage]:
    passages = (passage for section in found for passage in section.passages)
    return [passage for passage in passages if _SENTENCES[name].search(passage.text)][:count]


def _cautions(document: Document, found: list[Section]) -> tuple[Passage, ...]:
    taken: dict[str, Passage] = {}
    if document.instruction is not None:
        hazards = [*document.instruction.warnings, *(w for step in document.instruction.steps for w in step.warnings)]
        for hazard in hazards[:CAUTIONS_TAKEN]:
            taken.setdefault(hazard.text, Passage(hazard.text, "", -1))
    for section in found:
        if _HEADINGS[CAUTIONS].match(section.heading):
            for passage in section.passages:
                taken.setdefault(passage.text, passage)
    for passage in _in_field(document, CAUTIONS) + _worded(found, CAUTIONS, CAUTIONS_TAKEN):
        taken.setdefault(passage.text, passage)
    first = _apart(list(taken.values()))[:CAUTIONS_TAKEN]
    return _fitting(sorted(first, key=lambda passage: passage.order), 2 * SLOT_CHARS)


def _apart(passages: list[Passage]) -> list[Passage]:
    """Leave out what another one says too."""
    bare = [re.sub(r"[\s。]", "", _LEVEL.sub("", passage.text)) for passage in passages]
    return [
        passage
        for at, passage in enumerate(passages)
        if not any(
            bare[at] in other and (len(other) > len(bare[at]) or before < at)
            for before, other in enumerate(bare)
            if before != at
        )
    ]


def _fitting(passages: Iterable[Passage], chars: int) -> tuple[Passage, ...]:
    """Take as many as fit, whole; one that is too long by itself is left out."""
    taken: list[Passage] = []
    length = 0
    for passage in passages:
        if length + len(passage.text) > chars:
            if taken:
                break
            continue
        taken.append(passage)
        length += len(passage.text) + 1
    return tuple(taken)
