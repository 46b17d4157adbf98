"""Read mails as files (.eml): ISO-2022-JP, CP932 or UTF-8, with headers as broken as mail programs write them."""

import email.header
import email.message
import email.parser
import email.policy
import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from genba.errors import InvalidInput
from genba.formats.encoding import CODECS, decode
from genba.formats.mail.message import Attachment, Message
from genba.formats.mail.parts import parts_of
from genba.model.finding import Finding, Severity
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part

MESSAGE_BYTES = 256 << 20
HEADER_CHARS = 20_000
# What mail programs call Windows' supersets.
CHARSETS = {
    "iso-2022-jp": CODECS["iso-2022-jp"],
    "iso-2022-jp-ms": CODECS["iso-2022-jp"],
    "cp50220": CODECS["iso-2022-jp"],
    "cp50221": CODECS["iso-2022-jp"],
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "us-ascii": "",
    "ascii": "",
    "unknown-8bit": "",
    "default": "",
}
SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
EXTENSIONS = {"message/rfc822": "eml", "text/calendar": "ics", "text/html": "html", "text/plain": "txt"}
_SURROGATE = re.compile("[\udc80-\udcff]")
_Part = email.message.Message


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield a mail's header fields, its own text and its attachments."""
    allowed = min(MESSAGE_BYTES, limits.member_bytes)
    with blob.open() as stream:
        data = stream.read(allowed + 1)
    if len(data) > allowed:
        raise InvalidInput("zip.too_large", name=blob.name, limit_mb=allowed >> 20)
    try:
        parsed = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(data)
        message = _message(parsed)
    except RecursionError:
        raise InvalidInput("mail.too_nested") from None
    yield from parts_of(message, limits)


@dataclass(slots=True)
class _Gathered:
    """What the parts of a mail hold, as they are walked through."""

    text: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    findings: dict[str, Finding] = field(default_factory=dict)

    def note(self, code: str, severity: Severity = Severity.PROBLEM) -> None:
        self.findings.setdefault(code, Finding(code=code, severity=severity))


def _message(parsed: _Part) -> Message:
    gathered = _Gathered()
    _gather(parsed, gathered)
    written = _header(parsed, "Date")
    return Message(
        subject=_header(parsed, "Subject"),
        sender=_addresses(parsed, "From"),
        to=_addresses(parsed, "To"),
        cc=_addresses(parsed, "Cc"),
        bcc=_addresses(parsed, "Bcc"),
        sent=_moment(written),
        sent_as_written=written,
        message_id=_header(parsed, "Message-ID").strip("<> "),
        in_reply_to=_header(parsed, "In-Reply-To").strip("<> "),
        text="\n".join(gathered.text),
        html="\n".join(gathered.html),
        attachments=tuple(gathered.attachments),
        findings=tuple(gathered.findings.values()),
    )


def _gather(part: _Part, gathered: _Gathered) -> None:
    kind = part.get_content_type()
    if kind == "multipart/alternative":
        _alternatives(part, gathered)
    elif kind == "message/rfc822":
        inner = part.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], email.message.Message):
            subject = _header(inner[0], "Subject")
            name = _file_name(part) or f"{subject or 'message'}.eml"
            data = inner[0].as_bytes(policy=email.policy.compat32)
            gathered.attachments.append(Attachment(name=name, data=data, media_type=kind))
    elif part.is_multipart():
        for inner in part.get_payload():
            if isinstance(inner, email.message.Message):
                _gather(inner, gathered)
    elif kind in SIGNATURES:
        return
    elif kind in ENCRYPTED:
        gathered.note("mail.encrypted", Severity.BLOCKER)
    else:
        _leaf(part, kind, gathered)


def _alternatives(part: _Part, gathered: _Gathered) -> None:
    """Take the plain text where it says something, else HTML; what hangs on either comes along."""
    own = _Gathered(attachments=gathered.attachments, findings=gathered.findings)
    for inner in part.get_payload():
        if isinstance(inner, email.message.Message):
            _gather(inner, own)
    if any(text.strip() for text in own.text):
        gathered.text.extend(own.text)
    else:
        gathered.html.extend(own.html)


def _leaf(part: _Part, kind: str, gathered: _Gathered) -> None:
    name = _file_name(part)
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    shown = part.get_content_disposition() != "attachment" and not name
    if kind in ("text/plain", "text/html") and shown:
        text = _decoded(data, part.get_content_charset() or "", gathered)
        (gathered.html if kind == "text/html" else gathered.text).append(text)
        return
    if not data and not name:
        return
    content_id = _header(part, "Content-ID").strip("<> ")
    is_inline = part.get_content_maintype() == "image" and (
        bool(content_id) or part.get_content_disposition() == "inline"
    )
    if not name:
        ending = EXTENSIONS.get(kind) or re.sub(r"[^a-z0-9]", "", kind.rpartition("/")[2].lower())[:8] or "bin"
        name = f"attachment{len(gathered.attachments) + 1}.{ending}"
    found = Attachment(name=name, data=data, media_type=kind, content_id=content_id, is_inline=is_inline)
    gathered.attachments.append(found)


def _decoded(data: bytes, charset: str, gathered: _Gathered) -> str:
    """Decode as stated; where that fails, or nothing is stated, as the bytes themselves say."""
    name = CHARSETS.get(charset.lower(), charset)
    if name:
        try:
            text = data.decode(name)
            if name != "iso2022_jp_ext" or "\x1b" not in text:
                return text
        except (LookupError, ValueError):
            pass
    try:
        return decode(data).text
    except InvalidInput:
        gathered.note("mail.charset_unclear")
        return data.decode("cp932" if name == "cp932" else "utf-8", "replace")


def _raw(part: _Part, name: str) -> list[str]:
    """Give a field's values as they stand; what `get` gives has lost the bytes that are not ASCII."""
    wanted = name.lower()
    return [str(value)[:HEADER_CHARS] for key, value in part.raw_items() if key.lower() == wanted]


def _header(part: _Part, name: str) -> str:
    values = _raw(part, name)
    return _words(values[0]) if values else ""


def _words(value: str) -> str:
    """Decode RFC 2047 words, also where a program cut a character in two, and bytes that stand there undeclared."""
    if _SURROGATE.search(value):
        value = _guess(value.encode("utf-8", "surrogateescape"))
    value = re.sub(r"\r?\n[ \t]?", " ", value) if "=?" in value else re.sub(r"\r?\n(?=[ \t])", "", value)
    try:
        pieces = email.header.decode_header(value)
    except (ValueError, email.errors.HeaderParseError):
        return " ".join(value.split())
    texts: list[str] = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            texts.append(piece)
            continue
        name = CHARSETS.get((charset or "").lower(), charset or "")
        try:
            texts.append(piece.decode(name or "utf-8"))
        except (LookupError, ValueError):
            texts.append(_guess(piece))
    return " ".join("".join(texts).split())


def _guess(data: bytes) -> str:
    try:
        return decode(data).text
    except InvalidInput:
        return data.decode("utf-8", "replace")


def _addresses(part: _Part, name: str) -> str:
    values = [_words(value) for value in _raw(part, name)]
    return ", ".join(value for value in values if value)


def _file_name(part: _Part) -> str:
    for name in ("Content-Type", "Content-Disposition"):
        for value in _raw(part, name)[:1]:
            if _SURROGATE.search(value):
                part.replace_header(name, _guess(value.encode("utf-8", "surrogateescape")))
    try:
        found = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):  # RFC 2231 with a charset nobody knows
        return ""
    return _words(found)


def _moment(written: str) -> str:
    """Give ISO 8601; empty for what is no date."""
    try:
        moment: datetime = email.utils.parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
    return moment.isoformat()
