"""Describes a product as DCAT 3 in JSON-LD: documents as datasets, their files as distributions, scores as DQV."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin

import msgspec

from genba.formats.contentname import content_name
from genba.formats.script import language_of
from genba.model.product import ProductContents, ProductDocument
from genba.model.record import OutputRecord
from genba.model.score import Score

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_IANA = "https://www.iana.org/assignments/media-types/"
_MEDIA_TYPES = {
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".html": "text/html",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
    ".tif": "image/tiff",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".emf": "image/emf",
    ".wmf": "image/wmf",
}
_DATES = {"issued": "dct:issued", "revised": "dct:modified"}
_STATES = {"before": "as found", "after": "after refinement"}


def encode(contents: ProductContents, *, base: str = "") -> bytes:
    """Encode the description; with `base` files have addresses, else what was not offered anywhere has none."""
    identity = base or content_name(contents.sha256)
    datasets = [_dataset(item, identity, base) for item in contents.documents]
    catalog = {
        "@id": identity,
        "@type": ["dcat:Catalog", "dcat:Dataset"],
        "dct:title": _text(contents.title),
        "dct:identifier": contents.sha256,
        "prov:wasGeneratedBy": {"@type": "prov:Activity", "dct:title": contents.software},
        "dcat:dataset": [{"@id": item["@id"]} for item in datasets],
        "dcat:distribution": [_distribution(file, base) for file in contents.files],
    }
    graph = [catalog, *datasets, *_metrics(contents, identity)]
    data = {"@context": CONTEXT, "@graph": [_said(item) for item in graph]}
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


def _dataset(item: ProductDocument, catalog: str, base: str) -> dict[str, Any]:
    document = item.document
    facts: dict[str, str] = {}
    for fact in document.properties:
        facts.setdefault(fact.name, fact.value)
    dates = {
        name: {"@type": "xsd:date", "@value": facts[fact][:10]}
        for fact, name in _DATES.items()
        if _is_date(facts.get(fact, ""))
    }
    return {
        "@id": _identity(item, base),
        "@type": "dcat:Dataset",
        "dct:title": _text(item.title),
        "dct:identifier": [document.id, *filter(None, (facts.get("document_number"),))],
        "dct:description": _text(document.summary) if document.summary else None,
        "dcat:keyword": [_text(word) for word in document.keywords],
        "dcat:version": facts.get("revision"),
        **dates,
        "dct:language": language_of(item.title + document.summary) or None,
        "prov:wasDerivedFrom": {
            "@id": content_name(document.source.sha256),
            "@type": "prov:Entity",
            "dct:title": document.source.path,
        },
        "dcat:distribution": [_distribution(file, base) for file in item.files],
        "dqv:hasQualityMeasurement": [found for score in document.scores for found in _measurements(score, catalog)],
    }


def _identity(item: ProductDocument, base: str) -> str:
    """Name a dataset by the address or the content of its document's file."""
    file = next((file for file in item.files if file.path.startswith("documents/")), None)
    if base:
        return _address(base, f"documents/{item.document.id}.json")
    return content_name(file.sha256 if file else item.document.source.sha256)


def _distribution(file: OutputRecord, base: str) -> dict[str, Any]:
    suffix = file.path[file.path.rfind(".") :]
    media_type = _MEDIA_TYPES.get(suffix)
    return _said(
        {
            "@type": "dcat:Distribution",
            "dct:title": file.path,
            "dcat:mediaType": {"@id": _IANA + media_type} if media_type else None,
            "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.size_bytes)},
            "dcat:downloadURL": {"@id": _address(base, file.path)} if base else None,
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
            },
        }
    )


def _address(base: str, path: str) -> str:
    return urljoin(base if base.endswith("/") else f"{base}/", quote(path))


def _measurements(score: Score, catalog: str) -> Iterator[dict[str, Any]]:
    for state, value in (("before", score.before), ("after", score.after)):
        if value is not None:
            yield {
                "@type": "dqv:QualityMeasurement",
                "dqv:isMeasurementOf": {"@id": _metric(catalog, score.level, state)},
                "dqv:value": {"@type": "xsd:integer", "@value": str(value)},
            }


def _metric(catalog: str, level: int, state: str) -> str:
    return f"{catalog}#machine-readability-level-{level}-{state}"


def _metrics(contents: ProductContents, catalog: str) -> Iterator[dict[str, Any]]:
    """Define what was measured: the score of the Digital Agency's machine-readability rules, level by level."""
    levels = sorted({score.level for item in contents.documents for score in item.document.scores})
    for level in levels:
        for state, words in _STATES.items():
            yield {
                "@id": _metric(catalog, level, state),
                "@type": "dqv:Metric",
                "skos:prefLabel": {"@language": "en", "@value": f"Machine readability, level {level}, {words}"},
                "skos:definition": {
                    "@language": "en",
                    "@value": "0 to 100: share of the machine-readability rules for tables that a file meets",
                },
                "dqv:expectedDataType": {"@id": "xsd:integer"},
            }


def _text(text: str) -> object:
    language = language_of(text)
    return {"@language": language, "@value": text} if language else text


def _is_date(text: str) -> bool:
    return len(text) >= 10 and text[4] == text[7] == "-" and text[:10].replace("-", "").isdigit()


def _said(item: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known."""
    return {name: value for name, value in item.items() if value not in (None, "", [])}
