"""Writes what the catalogue says of a product: a dcat:Dataset for the Dataspace Protocol, with quality figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

# The protocol's context (2025-1) knows these prefixes: dct, dcat, odrl, xsd. Other terms are written as full IRIs.
DQV = "http://www.w3.org/ns/dqv#"
CROISSANT = "http://mlcommons.org/croissant/1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogEntry:
    """What is told of a product before anybody has a contract."""

    id: str
    version: str
    title: str
    publisher: str  # DID
    description: str = ""
    keywords: tuple[str, ...] = ()
    issued: datetime
    size_bytes: int
    files: int
    manifest_sha256: str
    quality: Mapping[str, float] = field(default_factory=dict)  # name of a metric → figure
    previous: str = ""  # id of the version before
    has_croissant: bool = False


def encode(entry: CatalogEntry) -> str:
    """Encode the dataset without its offers and distributions, which differ by who asks."""
    data: dict[str, object] = {
        "@id": entry.id,
        "@type": "Dataset",
        "dct:title": entry.title,
        "dct:publisher": {"@id": entry.publisher},
        "dct:identifier": entry.manifest_sha256,
        "dct:issued": {"@type": "xsd:dateTime", "@value": entry.issued.strftime("%Y-%m-%dT%H:%M:%SZ")},
        "dcat:version": entry.version,
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(entry.size_bytes)},
        f"{DQV}hasQualityMeasurement": _measurements(entry.quality),
        "dct:description": entry.description,
        "dcat:keyword": list(entry.keywords),
        "dct:conformsTo": {"@id": CROISSANT} if entry.has_croissant else None,
        "dcat:previousVersion": {"@id": entry.previous} if entry.previous else None,
    }
    return msgspec.json.encode({name: value for name, value in data.items() if value}).decode("utf-8")


def _measurements(quality: Mapping[str, float]) -> Sequence[dict[str, object]]:
    return [
        {
            "@type": f"{DQV}QualityMeasurement",
            f"{DQV}isMeasurementOf": {"@id": f"urn:genba:metric:{name}"},
            f"{DQV}value": {"@type": "xsd:decimal", "@value": f"{value:g}"},
        }
        for name, value in sorted(quality.items())
    ]
