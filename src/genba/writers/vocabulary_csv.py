"""Writes what was learnt of codes and words as a table that people confirm in Excel and give back."""

import csv
import io
from collections.abc import Iterator

from genba.formats.vocabulary import COLUMNS, KIND_NAMES, NO, PATTERN, WORD, YES
from genba.model.relations import Relations
from genba.model.vocabulary import CodePattern, Vocabulary

# What begins a formula, wide characters as Japanese Excel takes them, and the mark itself, which reading takes away.
_COMMANDING = frozenset("=+-@\t\r\n＝＋－＠'")


def encode(relations: Relations, vocabulary: Vocabulary) -> bytes:
    """Encode in UTF-8 with a mark that Excel needs; what is decided stands first, then what is to be decided."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(relations, vocabulary):
        writer.writerow([_harmless(value) for value in row])
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8", "replace")


def _rows(relations: Relations, vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    for decided, answer in ((vocabulary.patterns, YES), (vocabulary.refused, NO)):
        for pattern in decided:
            yield _pattern(pattern, answer if pattern.is_confirmed or answer == NO else "")
    words = {(concept.kind, concept.name) for concept in vocabulary.concepts if concept.kind in KIND_NAMES}
    for kind, name in sorted(words):
        yield (WORD, KIND_NAMES[kind], name, "", "", YES)
    for name in vocabulary.refused_words:
        yield (WORD, "", name, "", "", NO)
    for pattern in relations.patterns:
        yield _pattern(pattern, "")
    for word in relations.words:
        if (word.kind, word.word) not in words:
            yield (WORD, KIND_NAMES.get(word.kind, word.kind), word.word, "", str(word.count), "")


def _pattern(pattern: CodePattern, answer: str) -> tuple[str, ...]:
    examples = "、".join(pattern.examples)
    return (PATTERN, KIND_NAMES[pattern.kind], pattern.shape, examples, str(pattern.count or ""), answer)


def _harmless(value: str) -> str:
    """A text that a spreadsheet would take for a formula gets a mark that it does not show."""
    return f"'{value}" if value[:1] in _COMMANDING else value
