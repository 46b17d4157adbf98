"""Catalog and Dataset documents: written from stored JSON without reading it again, read tolerantly from partners."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from genba.dsp.compaction import compact
from genba.dsp.limits import CATALOG_BYTES, check_body
from genba.dsp.messages import CONTEXT
from genba.errors import InvalidInput

FORMAT_PULL = "HttpData-PULL"
DATASETS = 100_000
_encode = msgspec.json.encode
_CONTEXT = b'"@context":["' + CONTEXT.encode() + b'"]'


def service(id: str, address: str) -> bytes:
    """Write the data service of our protocol endpoint."""
    return _encode({"@id": id, "@type": "DataService", "endpointURL": address})


def dataset(described: str, offers: Sequence[str], *, id: str, service_id: str, formats: Sequence[str] = ()) -> str:
    """Put a dataset's own description, its offers and how it is delivered into one object, to be stored and sent as is.

    Offers stand inside a dataset without target; the description brings any other members.
    """
    if not offers:
        raise InvalidInput("dsp.dataset_without_offer", dataset=id)
    members = msgspec.json.decode(described or "{}", type=dict[str, msgspec.Raw])
    for own in ("@context", "@id", "@type", "hasPolicy", "distribution"):
        members.pop(own, None)
    distributions = [
        {"@type": "Distribution", "format": format, "accessService": service_id}
        for format in (formats or (FORMAT_PULL,))
    ]
    whole = {
        "@id": id,
        "@type": "Dataset",
        **members,
        "hasPolicy": [_without_target(offer) for offer in offers],
        "distribution": distributions,
    }
    return _encode(whole).decode()


def _without_target(offer: str) -> dict[str, msgspec.Raw]:
    members = msgspec.json.decode(offer, type=dict[str, msgspec.Raw])
    members.pop("target", None)
    members.pop("@context", None)
    return members


def catalog(participant: str, *, id: str, datasets: Iterable[str | bytes], services: Iterable[bytes] = ()) -> bytes:
    """Join a page of the catalog from datasets stored ready to send."""
    # One long text is encoded many times faster than a thousand short ones.
    listed = ",".join([item if isinstance(item, str) else item.decode() for item in datasets]).encode()
    offered = b",".join(services)
    parts = [b"{", _CONTEXT, b',"@id":', _encode(id), b',"@type":"Catalog","participantId":', _encode(participant)]
    if offered:  # the schema wants at least one, or no member at all
        parts += [b',"service":[', offered, b"]"]
    if listed:
        parts += [b',"dataset":[', listed, b"]"]
    return b"".join((*parts, b"}"))


def single(stored: str | bytes) -> bytes:
    """Give one dataset, stored ready to send, as a document of its own."""
    text = stored if isinstance(stored, bytes) else stored.encode()
    return b"{" + _CONTEXT + b"," + text[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedDataset:
    """A dataset in a partner's catalog."""

    id: str
    title: str = ""
    offers: tuple[tuple[str, str], ...] = ()  # (id, policy as JSON without target)
    formats: tuple[str, ...] = ()
    text: str = ""  # the whole object, JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedCatalog:
    """A partner's catalog, nested ones laid flat."""

    participant: str
    datasets: tuple[OfferedDataset, ...]
    addresses: tuple[str, ...] = ()


def read_catalog(body: bytes) -> OfferedCatalog:
    """Read a partner's catalog; what cannot be negotiated (no id, no offer) is left out."""
    value = _read(body, "Catalog")
    catalogs, found, addresses = [value], [], []
    for level in catalogs:
        catalogs += [inner for inner in _objects(level.get("catalog")) if len(catalogs) < 1_000]
        addresses += [str(item["endpointURL"]) for item in _objects(level.get("service")) if item.get("endpointURL")]
        found += [_dataset(item) for item in _objects(level.get("dataset"))[:DATASETS]]
    participant = value.get("participantId")
    return OfferedCatalog(
        participant=participant if isinstance(participant, str) else "",
        datasets=tuple(item for item in found if item.id and item.offers),
        addresses=tuple(addresses),
    )


def read_dataset(body: bytes) -> OfferedDataset:
    """Read one dataset of a partner."""
    return _dataset(_read(body, "Dataset"))


def _read(body: bytes, kind: str) -> dict[str, Any]:
    check_body(body, limit=CATALOG_BYTES)
    try:
        value = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput("dsp.not_json", message=kind) from error
    value = compact(value)
    if not isinstance(value, dict) or value.get("@type") not in (kind, None):
        raise InvalidInput("dsp.message_invalid", message=kind, problem="@type")
    return value


def _dataset(item: dict[str, Any]) -> OfferedDataset:
    offers = [offer for offer in _objects(item.get("hasPolicy")) if isinstance(offer.get("@id"), str)]
    formats = [entry.get("format") for entry in _objects(item.get("distribution"))]
    return OfferedDataset(
        id=item["@id"] if isinstance(item.get("@id"), str) else "",
        title=_title(item),
        offers=tuple((offer["@id"], _encode(offer).decode()) for offer in offers),
        formats=tuple(dict.fromkeys(name for name in formats if isinstance(name, str))),
        text=_encode(item).decode(),
    )


def _title(item: dict[str, Any]) -> str:
    for key in ("title", "name", "https://w3id.org/edc/v0.0.1/ns/name", "edc:name"):
        found = item.get(key)
        first = found[0] if isinstance(found, list) and found else found
        text = first.get("@value") if isinstance(first, dict) else first
        if isinstance(text, str) and text:
            return text[:1_000]
    return ""


def _objects(value: object) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]
