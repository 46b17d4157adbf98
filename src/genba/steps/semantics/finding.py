"""The step: what codes, words and references stand in a document, bounded however large it is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from genba.formats.codelabels import kind_of_label, kind_of_words
from genba.formats.codes import Found, codes, fits, folded, normal_code, normal_revision
from genba.model.document import Document
from genba.model.nodes import Grid, Heading
from genba.model.terms import Mention, Reference, TermKind
from genba.model.vocabulary import NO_VOCABULARY, Vocabulary
from genba.ports.recognisers import Tokeniser
from genba.steps.semantics.pointing import Pointed, labels_of, may_point, to_codes, to_standards, to_titles
from genba.steps.semantics.spots import Spot, spots

MENTIONS = 2_000
PER_CODE = 5  # places kept of one code
REFERENCES = 300
WORD_CHARS = 20
_UNIT_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?P<code>[A-Za-z]{0,3}-?\d{1,3}号機)")
_WORD = re.compile(r"[一-鿿々ァ-ヴーぁ-んA-Za-z・]{2,20}")
_WORDS_APART = re.compile(r"[、,，・/／\n]|及び|と(?=[一-鿿])")
_LEARNT = 0.5  # confidence in a code that no label names: learning over all files may raise it
_ONLY_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/#-]{0,38}[A-Za-z0-9]")


class _Gathered:
    """What was found so far, within bounds."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.mentions: list[Mention] = []
        self.references: list[Reference] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._pointers: set[tuple[str, str, str, str]] = set()
        self.confirmed = [pattern for pattern in vocabulary.patterns if pattern.is_confirmed]
        self._kinds: dict[str, TermKind | None] = {}

    def mention(self, text: str, normal: str, kind: TermKind, spot: Spot, **more: str | float) -> None:
        key = (normal, kind)
        self._counts[key] += 1
        if self._counts[key] <= PER_CODE and len(self.mentions) < MENTIONS:
            self.mentions.append(
                Mention(text=text, normal=normal, kind=kind, node=spot.node, place=spot.place, **more)  # type: ignore[arg-type]
            )

    def reference(self, pointed: Pointed, spot: Spot) -> None:
        key = (pointed.code, pointed.title, pointed.revision, spot.node)
        if key in self._pointers or len(self.references) >= REFERENCES:
            return
        self._pointers.add(key)
        self.references.append(
            Reference(
                as_written=pointed.as_written,
                code=pointed.code,
                title=pointed.title,
                revision=normal_revision(pointed.revision) if pointed.title and pointed.revision else pointed.revision,
                kind=pointed.kind,
                node=spot.node,
                place=spot.place,
            )
        )

    def confirmed_kind(self, code: str) -> TermKind | None:
        """What the user has said codes of this shape are."""
        if code not in self._kinds:
            self._kinds[code] = next((item.kind for item in self.confirmed if fits(code, item.shape)), None)
        return self._kinds[code]


def mentions(
    document: Document, *, tokeniser: Tokeniser | None = None, vocabulary: Vocabulary = NO_VOCABULARY
) -> Document:
    """Add the document's codes, names of processes and defects, and references to other documents."""
    del tokeniser  # codes and labels are found without a dictionary
    gathered = _Gathered(vocabulary)
    own = _own_numbers(document)
    enclosed = _inside(document)
    known_words = _known_words(vocabulary)
    for spot in spots(document):
        if not spot.text:
            continue
        _codes_of(spot, gathered, own, enclosed)
        if spot.is_value and spot.label:
            _words_of(spot, gathered)
        elif known_words is not None:
            _known(spot, known_words, gathered)
    return replace(document, mentions=tuple(gathered.mentions), references=tuple(gathered.references))


def _own_numbers(document: Document) -> frozenset[str]:
    numbers = [item.value for item in document.properties if item.name == "document_number"]
    if document.drawing is not None and document.drawing.number:
        numbers.append(document.drawing.number)
    return frozenset(map(normal_code, numbers))


def _inside(document: Document) -> str:
    """The headings, sheets and captions of the document itself: 別紙2 may be one of them."""
    names = [node.text for node in document.nodes if isinstance(node, Heading)]
    names += [node.caption for node in document.nodes if isinstance(node, Grid) and node.caption]
    names += [node.place.sheet for node in document.nodes[:2000] if node.place.sheet]
    return "\n".join(dict.fromkeys(re.sub(r"\s", "", folded(name)) for name in names))


def _codes_of(spot: Spot, gathered: _Gathered, own: frozenset[str], enclosed: str) -> None:
    text = folded(spot.text)
    if not may_point(text):
        return
    label_kind = kind_of_label(spot.label) if spot.label else None
    is_value = spot.is_value and label_kind is not None and label_kind is not TermKind.UNKNOWN
    found = codes(text, labelled=is_value and len(text) <= 200 and _ONLY_CODE.fullmatch(text.strip()) is not None)
    if is_value and not found and len(text) <= 60:
        found = [item for item in codes(text, labelled=True) if len(item.normal) >= 3]
    found = found or []
    labels = labels_of(text, found, (label_kind, spot.label) if is_value and label_kind else None)
    if _PLAIN_AFTER_LABEL.search(text):
        found, labels = _with_plain_numbers(text, found, labels)
    for item, label in zip(found, labels, strict=True):
        _mention(item, label, spot, gathered, label_kind)
    for match in _UNIT_NUMBER.finditer(text):
        gathered.mention(match.group(), match["code"].upper(), TermKind.EQUIPMENT, spot, label="号機")
    for pointed in (*to_codes(spot.text, text, found, labels), *to_standards(text)):
        if pointed.code not in own:
            gathered.reference(pointed, spot)
    taken = [(item.start, item.end) for item in found]
    for pointed in to_titles(text, taken):
        if re.sub(r"\s", "", pointed.title) not in enclosed:
            gathered.reference(pointed, spot)


_PLAIN_AFTER_LABEL = re.compile(
    r"(?:品番|部番|図番|図面番号|部品番号|製品番号|文書番号|設備番号|ロット(?:番号|No\.?)?|ロット|製番|機番|品目コード)\s?[.:=は]?\s?[「『(]?(?=[A-Za-z]{0,3}-?\d)"
)


def _with_plain_numbers(
    text: str, found: list[Found], labels: list[tuple[TermKind, str] | None]
) -> tuple[list[Found], list[tuple[TermKind, str] | None]]:
    """A label in running text vouches for what follows, also where that alone does not look like a code."""
    extra: list[tuple[Found, tuple[TermKind, str] | None]] = []
    for item in codes(text, labelled=True):
        if any(item.start < other.end and other.start < item.end for other in found):
            continue
        label = labels_of(text, [item], None)[0]
        if label is not None and label[0] is not TermKind.UNKNOWN and len(item.normal) >= 3:
            extra.append((item, label))
    both = sorted([*zip(found, labels, strict=True), *extra], key=lambda pair: pair[0].start)
    return [item for item, _ in both], [label for _, label in both]


def _mention(
    item: Found, label: tuple[TermKind, str] | None, spot: Spot, gathered: _Gathered, label_kind: TermKind | None
) -> None:
    kind, confidence, word = TermKind.UNKNOWN, _LEARNT, ""
    if label is not None and label[0] is not TermKind.UNKNOWN:
        kind, word = label
        confidence = 1.0 if spot.is_value or item.is_strong else 0.9
    elif confirmed := gathered.confirmed_kind(item.normal):
        kind, confidence = confirmed, 1.0
    elif label_kind is TermKind.UNKNOWN or label is not None:
        word = spot.label or "-"  # the number of another thing
    gathered.mention(item.text, item.normal, kind, spot, label=word, revision=item.revision, confidence=confidence)


def _words_of(spot: Spot, gathered: _Gathered) -> None:
    """Names of processes and defects in the columns and fields that hold such names."""
    kind = kind_of_words(spot.label)
    if kind is None or len(spot.text) > 60:
        return
    for part in _WORDS_APART.split(spot.text):
        word = part.strip()
        if _WORD.fullmatch(word) and word not in ("なし", "無し", "その他", "同上", "良好", "異常なし", "特になし"):
            gathered.mention(word, normal_code(word), kind, spot, label=spot.label)


def _known_words(vocabulary: Vocabulary) -> tuple[re.Pattern[str], dict[str, TermKind]] | None:
    words: dict[str, TermKind] = {
        name: concept.kind
        for concept in vocabulary.concepts
        if concept.kind in (TermKind.PROCESS, TermKind.DEFECT)
        for name in (concept.name, *concept.others)
        if len(name) >= 2
    }
    if not words:
        return None
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True))), words


def _known(spot: Spot, known: tuple[re.Pattern[str], dict[str, TermKind]], gathered: _Gathered) -> None:
    pattern, kinds = known
    for match in pattern.finditer(spot.text):
        gathered.mention(match.group(), normal_code(match.group()), kinds[match.group()], spot)
