"""Read vocabularies in SKOS (RDF/XML, Turtle, JSON-LD, N-Triples): names, synonyms, ids; nothing is fetched."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from importlib.util import find_spec
from typing import Any

from genba.errors import InvalidInput
from genba.formats.vocabulary import CONCEPTS
from genba.model.vocabulary import Concept, Vocabulary

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_SKOS_XL = "http://www.w3.org/2008/05/skos-xl#"
_SUFFIXES = {
    **dict.fromkeys((".ttl", ".n3"), "turtle"),
    ".nt": "nt",
    **dict.fromkeys((".jsonld", ".json"), "json-ld"),
    **dict.fromkeys((".rdf", ".owl", ".xml"), "xml"),
}
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def read_skos(data: bytes, name: str) -> Vocabulary:
    """Read concepts; the Japanese name comes first, then the one without a language, then English, then any other."""
    suffix = "." + name.rpartition(".")[2].lower()
    kind = _SUFFIXES.get(suffix, "turtle")
    if find_spec("rdflib") is None:
        raise InvalidInput("vocabulary.needs_language", name=name, format=suffix)
    if kind == "json-ld":
        _refuse_remote_contexts(data, name)
    if kind == "xml" and _ENTITIES.search(data):
        raise InvalidInput("vocabulary.broken", name=name, reason="DOCTYPE")
    import rdflib

    graph = rdflib.Graph()
    try:
        graph.parse(data=data, format=kind)
    except Exception as error:  # noqa: BLE001 -- rdflib's parsers raise whatever their libraries do
        raise InvalidInput("vocabulary.broken", name=name, reason=type(error).__name__) from None
    return Vocabulary(concepts=_concepts(graph))


def _refuse_remote_contexts(data: bytes, name: str) -> None:
    """A context named by its address, however it is written, would be fetched: nothing leaves the machine."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        for key, value in found:
            of_list = any(isinstance(item, str) for item in value) if isinstance(value, list) else False
            if key == "@import" or (key == "@context" and (isinstance(value, str) or of_list)):
                raise InvalidInput("vocabulary.defined_elsewhere", name=name, key=key)
        return dict(found)

    try:
        json.loads(data, object_pairs_hook=pairs)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("vocabulary.broken", name=name, reason=type(error).__name__) from None


def _concepts(graph: Any) -> tuple[Concept, ...]:
    import rdflib

    skos, extended = rdflib.Namespace(_SKOS), rdflib.Namespace(_SKOS_XL)
    names: dict[Any, list[tuple[int, str]]] = defaultdict(list)
    others: dict[Any, list[str]] = defaultdict(list)
    for predicate, is_preferred in ((skos.prefLabel, True), (skos.altLabel, False), (skos.hiddenLabel, False)):
        for concept, label in graph.subject_objects(predicate):
            _add(concept, label, is_preferred, names, others)
    for predicate, is_preferred in (
        (extended.prefLabel, True),
        (extended.altLabel, False),
        (extended.hiddenLabel, False),
    ):
        for concept, node in graph.subject_objects(predicate):
            for label in graph.objects(node, extended.literalForm):
                _add(concept, label, is_preferred, names, others)
    notations = {concept: str(code) for concept, code in graph.subject_objects(skos.notation)}
    found: list[Concept] = []
    for concept in sorted({*names, *others}, key=str)[:CONCEPTS]:
        labels = [label for _, label in sorted(names[concept])] + sorted(others[concept])
        distinct = tuple(dict.fromkeys(label for label in labels if label))
        if distinct:
            identity = str(concept) if isinstance(concept, rdflib.URIRef) else notations.get(concept, "")
            found.append(Concept(name=distinct[0], id=identity, others=distinct[1:]))
    return tuple(found)


def _add(
    concept: Any, label: Any, is_preferred: bool, names: dict[Any, list[tuple[int, str]]], others: dict[Any, list[str]]
) -> None:
    text = " ".join(str(label).split())
    if not is_preferred:
        others[concept].append(text)
        return
    language = (getattr(label, "language", None) or "").lower()
    rank = 0 if language.startswith("ja") else 1 if not language else 2 if language.startswith("en") else 3
    names[concept].append((rank, text))
