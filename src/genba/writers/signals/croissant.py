"""Describes a dataset made from captures as Croissant 1.1, its Parquet tables field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genba.formats.croissant import CONFORMS_TO, CONTEXT, field, file_object, file_set
from genba.model.record import OutputRecord

# A list of more files than a person can read helps nobody; manifest.json has all of them.
FILES_DESCRIBED = 1000
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f]")


def encode(
    title: str, description: str, files: Sequence[OutputRecord], tables: Mapping[str, Sequence[tuple[str, str]]]
) -> bytes:
    """Encode the description; `tables` are patterns of Parquet files with the names and types of their columns."""
    sets = [file_set(_key(pattern), pattern, "application/x-parquet") for pattern in tables]
    about = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": {"ja": title},
        "description": {"ja": description},
        "conformsTo": CONFORMS_TO,
        "inLanguage": "ja",
        "distribution": [*sets, *(file_object(item.path, item) for item in files[:FILES_DESCRIBED])],
        "recordSet": [_records(pattern, columns) for pattern, columns in tables.items()],
    }
    return msgspec.json.format(msgspec.json.encode(about), indent=1) + b"\n"


def _records(pattern: str, columns: Sequence[tuple[str, str]]) -> dict[str, Any]:
    owner = f"{_key(pattern)}-records"
    found, taken = [], set()
    for name, kind in columns:
        source = {"fileSet": {"@id": _key(pattern)}, "extract": {"column": name}}
        item = field(owner, name, kind, source)
        key = base = _UNFIT.sub("_", name)
        number = 2
        while key in taken:
            key, number = f"{base}_{number}", number + 1
        taken.add(key)
        found.append({**item, "@id": f"{owner}/{key}"})
    return {"@type": "cr:RecordSet", "@id": owner, "name": {"ja": owner}, "field": found}


def _key(pattern: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", pattern.removesuffix(".parquet")).strip("-.") or "files"
