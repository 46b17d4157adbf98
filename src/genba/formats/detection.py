"""What a file is, told by its content; the name decides only between kinds of plain text."""

from dataclasses import dataclass

from genba.errors import InvalidInput
from genba.formats.containers import ole_kind, zip_kind
from genba.formats.delimited.dialect import delimiter_of_plain_text
from genba.formats.kinds import BY_NAME, MEDIA_TYPES, PROMISES, extension
from genba.formats.plaintext import (
    HEAD_BYTES,
    kind_of_drawing,
    kind_of_json,
    kind_of_markup,
    looks_binary,
    looks_markdown,
    rough_text,
)
from genba.formats.signatures import kind_by_signature
from genba.model.finding import Finding, Severity
from genba.ports.blob import Blob
from genba.ports.reader import Limits

TEXT_KINDS = {"csv": "csv", "tsv": "tsv", "md": "md", "markdown": "md", "jsonl": "jsonl", "ndjson": "jsonl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """The kind by which a reader is found, and what is odd about the file."""

    kind: str
    media_type: str
    findings: tuple[Finding, ...] = ()


def detect(blob: Blob, limits: Limits) -> Detected:
    """Look at the head (and a container's directory) of a file.

    Raises InvalidInput for files nobody can read: empty, cut off, protected by a password.
    """
    if blob.size_bytes == 0:
        raise InvalidInput("file.empty")
    with blob.open() as stream:
        head = stream.read(HEAD_BYTES)
        if not head:
            raise InvalidInput("file.empty")
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04")):
            kind = zip_kind(stream, stream.seek(0, 2), head)
        elif head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
            kind = ole_kind(stream)
        else:
            kind = kind_by_signature(head)
    promised = extension(blob.name)
    if not kind:
        kind = BY_NAME.get(promised, "unknown") if looks_binary(head) else text_kind(rough_text(head), promised)
    return Detected(kind=kind, media_type=MEDIA_TYPES[kind], findings=tuple(_odd(kind, promised)))


def text_kind(text: str, promised: str) -> str:
    """Tell the kind of a text from its head; what the extension promises decides where structure leaves a choice."""
    text = text.lstrip("\ufeff")
    kind = kind_of_markup(text) or kind_of_json(text) or kind_of_drawing(text)
    if kind and not (kind == "html" and promised == "md"):
        return kind
    by_name = TEXT_KINDS.get(promised, "")
    if by_name in ("csv", "tsv", "md"):
        return by_name
    delimiter = delimiter_of_plain_text(text)
    if delimiter:
        return "tsv" if delimiter == "\t" else "csv"
    return "md" if promised == "" and looks_markdown(text) else "txt"


def _odd(kind: str, promised: str) -> list[Finding]:
    if kind == "unknown":
        return [Finding(code="file.unknown_kind", severity=Severity.BLOCKER, details={"extension": promised})]
    expected = PROMISES.get(promised)
    if expected is not None and kind not in expected:
        return [Finding(code="file.wrong_extension", details={"extension": promised, "kind": kind})]
    return []
