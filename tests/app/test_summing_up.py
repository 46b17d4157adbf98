"""How far a document can be used is judged by what was read."""

import pytest

from genba.app.summing_up import usability_of
from genba.model.document import Document
from genba.model.finding import Finding, Severity
from genba.model.nodes import Paragraph
from genba.model.record import Usability
from genba.model.source import Source


def judged(code: str, severity: Severity) -> Usability:
    source = Source(path="議事録.doc", sha256="0" * 64, size_bytes=1, kind="doc")
    finding = Finding(code=code, severity=severity)
    return usability_of(Document(source=source, nodes=(Paragraph(text="議事録"),), findings=(finding,)))


def test_a_file_that_was_converted_and_read_can_be_used() -> None:
    assert judged("legacy_office.converted", Severity.NOTICE) is Usability.FULLY


@pytest.mark.parametrize("code", ["legacy_office.convert", "file.unsupported_drawing", "reading.kind_not_taken"])
def test_a_file_that_is_only_kept_is_listed(code: str) -> None:
    assert judged(code, Severity.NOTICE) is Usability.LISTED
