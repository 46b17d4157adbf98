"""Read the words a user gives: shapes and words confirmed in the table that genba wrote, and lists with ids."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from genba.errors import InvalidInput
from genba.formats.codes import normal_code
from genba.formats.encoding import decode
from genba.model.terms import TermKind
from genba.model.vocabulary import NO_VOCABULARY, CodePattern, Concept, Vocabulary

LARGEST_BYTES = 64 << 20
CONCEPTS = 200_000
COLUMNS = ("区分", "種類", "形または語", "例", "件数", "確認（はい・いいえ）")
PATTERN, WORD = "番号の形", "語"
YES, NO = "はい", "いいえ"
KIND_NAMES: dict[str, str] = {
    TermKind.PART: "品番",
    TermKind.DRAWING: "図番",
    TermKind.DOCUMENT: "文書番号",
    TermKind.EQUIPMENT: "設備",
    TermKind.LOT: "ロット",
    TermKind.PROCESS: "工程",
    TermKind.DEFECT: "不良",
}
_KINDS = {name: TermKind(kind) for kind, name in KIND_NAMES.items()} | {str(kind): kind for kind in TermKind}
_YES = frozenset({"はい", "○", "〇", "◯", "yes", "y", "ok", "1", "true", "可"})
_NO = frozenset({"いいえ", "×", "✕", "no", "n", "ng", "0", "false", "不可"})
_COUNT_DIGITS = 15
_HEADERS = re.compile(r"語|用語|名称|term|word|label|id|コード|概念|同義語|synonym|concept", re.IGNORECASE)


def read_table(data: bytes, name: str) -> Vocabulary:
    """Read a CSV file: the table that genba wrote, or words with ids and synonyms."""
    if len(data) > LARGEST_BYTES:
        raise InvalidInput("vocabulary.too_large", name=name, limit=LARGEST_BYTES >> 20)
    try:
        text = decode(data).text
        dialect = "\t" if "\t" in text.partition("\n")[0] else ","
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=dialect)]
    except (csv.Error, UnicodeError) as error:
        raise InvalidInput("vocabulary.unreadable", name=name, reason=str(error)) from None
    rows = [row for row in rows if any(row)]
    if rows and rows[0][:3] == list(COLUMNS[:3]):
        return _decided(rows[1:], name)
    return _listed(rows)


def _decided(rows: Sequence[list[str]], name: str) -> Vocabulary:
    patterns: list[CodePattern] = []
    refused: list[CodePattern] = []
    concepts: list[Concept] = []
    refused_words: list[str] = []
    for number, row in enumerate(rows, 2):
        what, kind_name, shape, examples, count, answer = (row + [""] * 6)[:6]
        shape, examples = shape.removeprefix("'"), examples.removeprefix("'")
        folded = answer.casefold()
        if not shape or folded not in _YES | _NO:
            if folded and folded not in ("?", "？", "-"):
                raise InvalidInput("vocabulary.unknown_answer", name=name, line=number, value=answer[:20])
            continue
        kind = _KINDS.get(kind_name)
        if kind is None and (what == PATTERN or folded in _YES):
            raise InvalidInput("vocabulary.unknown_kind", name=name, line=number, value=kind_name[:20])
        if what == PATTERN and kind is not None:
            pattern = CodePattern(
                kind=kind,
                shape=normal_code(shape),
                examples=tuple(part for part in examples.split("、") if part),
                count=int(count) if count.isdecimal() and len(count) <= _COUNT_DIGITS else 0,
                is_confirmed=folded in _YES,
            )
            (patterns if pattern.is_confirmed else refused).append(pattern)
        elif folded in _YES and kind is not None:
            concepts.append(Concept(name=shape, kind=kind))
        else:
            refused_words.append(shape)
    return Vocabulary(
        concepts=tuple(concepts),
        patterns=tuple(patterns),
        refused=tuple(refused),
        refused_words=tuple(refused_words),
    )


def _listed(rows: Sequence[list[str]]) -> Vocabulary:
    """語, id of the concept (of the user, IEC CDD or ECLASS, as given), synonyms; words of one id are one concept."""
    if rows and len(rows[0]) > 1 and _HEADERS.fullmatch(rows[0][0]) and _HEADERS.search(rows[0][1]):
        rows = rows[1:]
    by_id: dict[str, dict[str, None]] = {}
    for row in rows[:CONCEPTS]:
        word, identity = row[0], row[1] if len(row) > 1 else ""
        if word:
            names = by_id.setdefault(identity or f"\0{word}", {})
            names.update(dict.fromkeys((word, *(cell for cell in row[2:] if cell))))
    found = ((key, tuple(names)) for key, names in by_id.items())
    return Vocabulary(
        concepts=tuple(
            Concept(name=names[0], id="" if key.startswith("\0") else key, others=names[1:]) for key, names in found
        )
    )


def together(vocabularies: Iterable[Vocabulary]) -> Vocabulary:
    """Put several into one; of two answers on the same shape the later one holds."""
    patterns: dict[tuple[str, str], CodePattern] = {}
    concepts: dict[tuple[str, str, str], Concept] = {}
    words: dict[str, None] = {}
    for vocabulary in vocabularies:
        for pattern in (*vocabulary.patterns, *vocabulary.refused):
            patterns.pop((pattern.kind, pattern.shape), None)
            patterns[pattern.kind, pattern.shape] = pattern
        for concept in vocabulary.concepts:
            concepts[concept.id, concept.name, concept.kind] = concept
            words.pop(concept.name, None)
        words.update(dict.fromkeys(vocabulary.refused_words))
    if not patterns and not concepts and not words:
        return NO_VOCABULARY
    return Vocabulary(
        concepts=tuple(concepts.values()),
        patterns=tuple(pattern for pattern in patterns.values() if pattern.is_confirmed),
        refused=tuple(pattern for pattern in patterns.values() if not pattern.is_confirmed),
        refused_words=tuple(words),
    )
