"""Writes the report for programs: every number, every issue, every file's score."""

import msgspec

from genba.model.report import Report

FORMAT = "genba-report/1.0"


def encode(report: Report) -> bytes:
    """Encode the report."""
    data = {"format": FORMAT, **msgspec.to_builtins(report)}
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"
