"""Writes what was done to a document as W3C PROV (PROV-O in JSON-LD): source, activities in order, changed values."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genba.formats.contentname import content_name
from genba.formats.places import origin_text
from genba.model.document import Document, Edit

CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "dct": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def encode(
    document: Document,
    *,
    title: str,
    sha256: str,
    software: tuple[str, str],
    activities: Sequence[tuple[str, Mapping[str, object]]],
    edits: Sequence[Edit],
) -> bytes:
    """Encode the provenance of the document's file, whose hash is `sha256`; names are names of content (RFC 6920)."""
    identity, source = content_name(sha256), content_name(document.source.sha256)
    agent = f"{identity}#agent"
    done = [f"{identity}#activity-{position}" for position in range(1, len(activities) + 1)]
    by_step = {use: name for (use, _), name in zip(activities, done, strict=True)}
    graph: list[dict[str, Any]] = [
        {
            "@id": source,
            "@type": "prov:Entity",
            "dct:title": document.source.path,
            "dct:identifier": document.source.sha256,
        },
        {
            "@id": identity,
            "@type": "prov:Entity",
            "dct:title": title,
            "dct:identifier": document.id,
            "prov:wasDerivedFrom": {"@id": source},
            "prov:wasAttributedTo": {"@id": agent},
            **({"prov:wasGeneratedBy": {"@id": done[-1]}} if done else {}),
        },
        {
            "@id": agent,
            "@type": ["prov:Agent", "prov:SoftwareAgent"],
            "schema:name": software[0],
            "schema:softwareVersion": software[1],
        },
    ]
    for position, (use, options) in enumerate(activities):
        graph.append(
            {
                "@id": done[position],
                "@type": "prov:Activity",
                "dct:title": use,
                "prov:wasAssociatedWith": {"@id": agent},
                "prov:used": {"@id": source},
                **({"prov:wasInformedBy": {"@id": done[position - 1]}} if position else {}),
                **({"schema:additionalProperty": _options(options)} if options else {}),
            }
        )
    graph += [
        _edit(edit, f"{identity}#value-{number}", identity, by_step.get(edit.step, ""))
        for number, edit in enumerate(edits, 1)
    ]
    return msgspec.json.format(msgspec.json.encode({"@context": CONTEXT, "@graph": graph}), indent=1) + b"\n"


def _options(options: Mapping[str, object]) -> list[dict[str, object]]:
    return [
        {"@type": "schema:PropertyValue", "schema:name": name, "schema:value": value}
        for name, value in sorted(options.items())
    ]


def _edit(edit: Edit, name: str, document: str, activity: str) -> dict[str, Any]:
    """A value that a step changed, derived from the value as it was."""
    found: dict[str, Any] = {
        "@id": name,
        "@type": "prov:Entity",
        "dct:isPartOf": {"@id": document},
        "dct:description": edit.rule,
        "prov:value": edit.after,
        "prov:wasDerivedFrom": {"@id": f"{name}-before", "@type": "prov:Entity", "prov:value": edit.before},
    }
    if activity:
        found["prov:wasGeneratedBy"] = {"@id": activity}
    if edit.count != 1:
        found["schema:size"] = edit.count
    if where := origin_text(edit.place):
        found["prov:atLocation"] = {"@type": "prov:Location", "dct:title": where}
    return found
