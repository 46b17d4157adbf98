"""Writes the report for programs: every number, every issue, every file's score."""

import msgspec

from genba.formats.places import origin
from genba.model.report import Example, Report

FORMAT = "genba-report/1.1"
# The relations themselves stand in relations.json.
COUNTED = ("families", "superseded", "undecided", "references", "contradictions", "codes")


def encode(report: Report) -> bytes:
    """Encode the report."""
    data = {"format": FORMAT, **msgspec.to_builtins(report)}
    if report.together is None:
        del data["together"]
    del data["related"]
    if report.related is not None:
        data["related"] = {name: getattr(report.related, name) for name in COUNTED}
    data["issues"] = [
        {**issue, "examples": [_example(example) for example in found.examples]}
        for issue, found in zip(data["issues"], report.issues, strict=True)
    ]
    data["files"] = [
        {
            "path": file.path,
            "levels": [{"level": level, "before": before, "after": after} for level, before, after in file.levels],
        }
        for file in report.files
    ]
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


def _example(example: Example) -> dict[str, object]:
    found: dict[str, object] = {"path": example.path, "count": example.count}
    if example.document:
        found["document"] = example.document
    if place := origin(example.place):
        found["origin"] = place
    if example.details:
        found["details"] = dict(example.details)
    return found
