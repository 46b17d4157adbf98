"""What goes into calls about the log and back-ups, and what comes out."""

from datetime import datetime
from typing import Annotated

import msgspec

from genba.web.management.kinds import FileName, Limit, Moment, Struct, Text, Word


class AuditQuery(Struct):
    """Which links of the log."""

    limit: Limit = 100
    after: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0  # number of the last link of the page before
    kind: Word = ""
    agreement: Text = ""
    partner: Text = ""
    since: Moment = ""
    until: Moment = ""


class LogEntryOut(Struct):
    """A link of the log, as it was signed."""

    seq: int
    at: datetime
    kind: str
    agreement: str
    partner: str
    body: msgspec.Raw
    previous: str
    sha256: str
    signature: str


class LogEntries(Struct):
    """A page of the log; `next` is 0 on the last one."""

    items: list[LogEntryOut]
    next: int


class ExportIn(Struct):
    """Which links go into which file; without anything all of them, as one chain."""

    name: FileName
    kind: Word = ""
    agreement: Text = ""
    partner: Text = ""
    since: Moment = ""
    until: Moment = ""


class ExportOut(Struct):
    """What was written; the file's name is relative to the home."""

    links: int
    file: str


class AuditFindingOut(Struct):
    """Something that does not hold."""

    code: str
    text: str
    seq: int
    pull: str
    partner: str


class AuditedOut(Struct):
    """What was proven, and what does not hold."""

    participant: str
    links: int
    receipts: int
    pulls: int
    holds: bool
    findings: list[AuditFindingOut]


class BackUpIn(Struct):
    """How the back-up is called; its folder stands beside the home."""

    name: FileName


class BackUpOut(Struct):
    """What was written. The key for secrets is not part of it; PostgreSQL is dumped by its own tools."""

    folder: str
    database: str
    files: int
    size_bytes: int
