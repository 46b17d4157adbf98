"""Writes what is known of a part, machine or document as an Asset Administration Shell with two submodels of IDTA.

Ids of ECLASS are given as ids only; no licensed text of that dictionary is in here.
"""

import re
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from genba.model.document import Document
from genba.writers.aas_json.elements import named, reference
from genba.writers.aas_json.handover import handover_documentation
from genba.writers.aas_json.technical import technical_data

# Names are made in a space of their own, so that they meet no other's.
_SPACE = uuid.UUID("6f2d6c0e-6d57-5b0c-9d53-2f8f1d3b7a10")
NAME_CHARS = 64
_UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What an asset is named by, in the order of preference, and what AAS calls that name.
KEYS = {"part_number": "partNumber", "equipment": "equipment", "product": "product"}


def encode(key: tuple[str, str], documents: Sequence[tuple[str, Document]], *, product: str, base: str = "") -> bytes:
    """Encode the environment of the asset that `key` names: one of KEYS or "document", and the value.

    Documents come with their titles. Ids are below `base` where it is given, else made of the product's title and key.
    """
    kind, value = key
    name = "\0".join((product, kind, value))

    def identity(part: str) -> str:
        made = uuid.uuid5(_SPACE, f"{name}\0{part}")
        return f"{base.rstrip('/')}/{part}/{made}" if base else f"urn:uuid:{made}"

    facts: dict[str, str] = {}
    for _, document in documents:
        for item in document.properties:
            facts.setdefault(item.name, item.value)
    designation = facts.get("product", "") or (documents[0][0] if kind == "document" else "")
    article = value if kind == "part_number" else ""
    submodels = [
        technical_data(identity("technical-data"), documents, designation=designation, article_number=article),
        handover_documentation(identity("handover-documentation"), documents),
    ]
    shell = {
        "modelType": "AssetAdministrationShell",
        "id": identity("shell"),
        "idShort": "Asset",
        "displayName": named(value),
        "assetInformation": {
            "assetKind": "Type" if kind in ("part_number", "product") else "Instance",
            "specificAssetIds": [{"name": KEYS.get(kind, "documentPath")[:NAME_CHARS], "value": value[:2000]}],
        },
        "submodels": [reference(item["id"], kind="ModelReference", key="Submodel") for item in submodels],
    }
    environment = {"assetAdministrationShells": [shell], "submodels": submodels}
    return msgspec.json.format(msgspec.json.encode(_writable(environment)), indent=1) + b"\n"


def _writable(item: Any) -> Any:
    """Replace what the metamodel allows in no text (constraint AASd-130: what XML cannot hold)."""
    if isinstance(item, str):
        return _UNWRITABLE.sub("\ufffd", item)
    if isinstance(item, dict):
        return {name: _writable(value) for name, value in item.items()}
    return [_writable(value) for value in item] if isinstance(item, list) else item
