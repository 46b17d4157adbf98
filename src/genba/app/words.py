"""Reads the files of words that a user gives a run, whatever their format, and keeps them where workers find them."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from genba.app.task import WORDS
from genba.errors import InvalidInput, NotFound
from genba.formats.vocabulary import LARGEST_BYTES, read_table, together
from genba.model.vocabulary import NO_VOCABULARY, Vocabulary
from genba.storage.files import ProductFolder

SKOS = frozenset({".ttl", ".rdf", ".owl", ".xml", ".jsonld", ".json", ".nt", ".n3"})


def load_vocabulary(files: Sequence[Path]) -> Vocabulary:
    """Read files of words; raises InvalidInput with the place of a mistake."""
    return together(_read(path) for path in files) if files else NO_VOCABULARY


def remember(vocabulary: Vocabulary, out: Path) -> str:
    """Keep the words beside the memory, for all workers of this run; gives their fingerprint, empty for none."""
    if vocabulary == NO_VOCABULARY:
        return ""
    data = msgspec.json.encode(vocabulary)
    ProductFolder(out).put(WORDS, data)
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def _read(path: Path) -> Vocabulary:
    if not path.is_file():
        raise NotFound("vocabulary.no_such_file", name=str(path))
    if path.stat().st_size > LARGEST_BYTES:
        raise InvalidInput("vocabulary.too_large", name=path.name, limit=LARGEST_BYTES >> 20)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            "vocabulary.unreadable", name=path.name, reason=error.strerror or type(error).__name__
        ) from None
    if path.suffix.lower() in SKOS:
        from genba.formats.vocabulary_skos import read_skos

        return read_skos(data, path.name)
    return read_table(data, path.name)
