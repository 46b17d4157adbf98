"""The protocol's JSON Schemas and context documents as they are shipped: read when needed, never fetched."""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

CONTEXTS = {
    "https://w3id.org/dspace/2025/1/context.jsonld": "dspace.jsonld",
    "https://w3id.org/dspace/2025/1/odrl-profile.jsonld": "odrl.jsonld",
}


@cache
def context(address: str) -> dict[str, Any]:
    """Give a context document by the address it is known by; KeyError for one that is not shipped."""
    name = CONTEXTS[address]
    return _load((files("genba.dsp") / "contexts" / name).read_bytes())


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Give all schemas by their $id, references mended that lack a slash in the published files."""
    found = {}
    for file in (files("genba.dsp") / "schemas").iterdir():
        if file.name.endswith(".json"):
            schema = _load(file.read_bytes().replace(b".json#definitions/", b".json#/definitions/"))
            found[str(schema["$id"])] = schema
    return found


def _load(text: bytes) -> dict[str, Any]:
    return msgspec.json.decode(text, type=dict[str, Any])
