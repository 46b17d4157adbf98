"""Writes what holds between documents; one entry a line, so that two runs compare and large products stay quick."""

from collections.abc import Iterable
from typing import Any

import msgspec

from genba.formats.pruning import pruned
from genba.model.relations import KnownCode, Relations

FORMAT = "genba-relations/1.0"


def encode(relations: Relations) -> bytes:
    """Encode relations; what is empty or says no more than its default is left out of entries."""
    lists = {
        "families": relations.families,
        "references": relations.links,
        "contradictions": relations.contradictions,
        "codes": relations.codes,
        "patterns": relations.patterns,
        "words": relations.words,
    }
    parts = [b'"format": ' + msgspec.json.encode(FORMAT)]
    parts += [b'"' + name.encode() + b'": ' + _lines(items) for name, items in lists.items()]
    distinctive = [
        msgspec.json.encode(key) + b": " + msgspec.json.encode(terms) for key, terms in relations.distinctive.items()
    ]
    parts.append(b'"distinctive": {' + (b"\n" + b",\n".join(distinctive) + b"\n" if distinctive else b"") + b"}")
    return b"{\n" + b",\n".join(parts) + b"\n}\n"


def _lines(items: Iterable[Any]) -> bytes:
    # Codes are by far the most, and have no field that may be left out.
    entries = [msgspec.json.encode(item if isinstance(item, KnownCode) else pruned(item)) for item in items]
    return b"[" + (b"\n" + b",\n".join(entries) + b"\n" if entries else b"") + b"]"
