"""Outlook's saved mails (MS-OXMSG): properties in an OLE compound file, read as any other mail."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from genba.errors import InvalidInput
from genba.formats.encoding import decode
from genba.formats.mail.eml import eml_of
from genba.formats.mail.message import Attachment, Message
from genba.formats.mail.rtf import unpack, words_of
from genba.model.finding import Finding, Severity

SUBJECT, BODY, HTML, RTF = 0x0037, 0x1000, 0x1013, 0x1009
SENT, DELIVERED, MESSAGE_ID, IN_REPLY_TO = 0x0039, 0x0E06, 0x1035, 0x1042
SENDER_NAME, SENDER_SMTP, SENDER_ADDRESS = 0x0C1A, 0x5D01, 0x0C1F
REPRESENTED_NAME, REPRESENTED_SMTP, REPRESENTED_ADDRESS = 0x0042, 0x5D02, 0x0065
DISPLAY_TO, DISPLAY_CC, DISPLAY_BCC = 0x0E04, 0x0E03, 0x0E02
NAME, SMTP, ADDRESS, RECIPIENT_TYPE = 0x3001, 0x39FE, 0x3003, 0x0C15
ATTACHED, LONG_NAME, SHORT_NAME, METHOD = 0x3701, 0x3707, 0x3704, 0x3705
MEDIA_TYPE, CONTENT_ID, FLAGS, HIDDEN = 0x370E, 0x3712, 0x3714, 0x7FFE
CODEPAGE, INTERNET_CODEPAGE = 0x3FFD, 0x3FDE
_FIXED = {0x0002: "<h", 0x0003: "<i", 0x000B: "<H", 0x0014: "<q", 0x0040: "<Q"}
_BY_VALUE, _EMBEDDED, _OLE = 1, 5, 6
MOST_RECIPIENTS = 5_000
MOST_FILES = 2_000
DEPTH = 4
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def message_of(stream: BinaryIO, *, most_bytes: int) -> Message:
    """Read a saved mail; raises InvalidInput for a file that is none."""
    import olefile

    try:
        ole = olefile.OleFileIO(stream)
    except (OSError, IndexError, ValueError, struct.error, RecursionError):
        raise InvalidInput("file.truncated") from None
    try:
        return _Message(_Storages(ole, most_bytes), ()).read(32, 0)
    finally:
        ole.close()


class _Storages:
    """The streams of the compound file by their path, with a budget for all that is read."""

    def __init__(self, ole: Any, most_bytes: int) -> None:
        self._ole = ole
        self._left_bytes = most_bytes
        self.damaged = False
        self._inside: dict[tuple[str, ...], list[str]] = {}
        for path in ole.listdir(streams=True, storages=True):
            self._inside.setdefault(tuple(path[:-1]), []).append(path[-1])

    def names(self, path: tuple[str, ...]) -> list[str]:
        return sorted(self._inside.get(path, ()))

    def stream(self, path: tuple[str, ...], name: str) -> bytes:
        try:
            with self._ole.openstream([*path, name]) as found:
                data: bytes = found.read(self._left_bytes + 1)
        except (OSError, ValueError, IndexError, struct.error):
            self.damaged = True
            return b""
        if len(data) > self._left_bytes:
            raise InvalidInput("zip.too_large", name=name, limit_mb=self._left_bytes >> 20)
        self._left_bytes -= len(data)
        return data


class _Properties:
    """The properties of a message, a recipient or an attachment."""

    def __init__(self, storages: _Storages, path: tuple[str, ...], header_bytes: int, codec: str = "") -> None:
        self._storages, self._path = storages, path
        names = storages.names(path)
        self._streams = {name[12:20].upper(): name for name in names if name.lower().startswith("__substg1.0_")}
        self._fixed: dict[int, int] = {}
        if "__properties_version1.0" in names:
            data = storages.stream(path, "__properties_version1.0")
            for at in range(header_bytes, len(data) - 15, 16):
                kind, tag = struct.unpack_from("<HH", data, at)
                if kind in _FIXED:
                    (self._fixed[tag],) = struct.unpack_from(_FIXED[kind], data, at + 8)
        page = self._fixed.get(CODEPAGE) or self._fixed.get(INTERNET_CODEPAGE) or 0
        self.codec = codec or {932: "cp932", 65001: "utf-8", 50220: "cp932", 1252: ""}.get(page, "")

    def text(self, *tags: int) -> str:
        """Give the first of some texts that is not empty."""
        for tag in tags:
            if name := self._streams.get(f"{tag:04X}001F"):
                found = self._storages.stream(self._path, name).decode("utf-16-le", "replace")
            elif name := self._streams.get(f"{tag:04X}001E"):
                found = self._eight_bit(self._storages.stream(self._path, name))
            else:
                continue
            if found := "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in found).strip("\0"):
                return found
        return ""

    def _eight_bit(self, data: bytes) -> str:
        data = data.rstrip(b"\0")
        if self.codec and self.codec != "utf-8":
            return data.decode(self.codec, "replace")
        try:
            return decode(data).text
        except InvalidInput:
            return data.decode("cp932", "replace")

    def data(self, tag: int) -> bytes:
        """Give a binary property."""
        name = self._streams.get(f"{tag:04X}0102")
        return self._storages.stream(self._path, name) if name else b""

    def storage(self, tag: int) -> tuple[str, ...]:
        """Give the path of a property that is a storage of its own; empty where there is none."""
        name = self._streams.get(f"{tag:04X}000D")
        return (*self._path, name) if name else ()

    def number(self, tag: int) -> int:
        """Give a number, 0 where there is none."""
        return self._fixed.get(tag, 0)


class _Message:
    """Reads the message in one storage."""

    def __init__(self, storages: _Storages, path: tuple[str, ...]) -> None:
        self._storages, self._path = storages, path
        self._findings: dict[str, Finding] = {}

    def read(self, header_bytes: int, depth: int) -> Message:
        found = _Properties(self._storages, self._path, header_bytes)
        to, cc, bcc = self._recipients(found.codec)
        text, html = self._bodies(found)
        attachments = tuple(self._attachments(found.codec, depth))
        if self._storages.damaged:
            self._note("mail.damaged")
        return Message(
            subject=" ".join(found.text(SUBJECT).split()),
            sender=_address(
                found.text(SENDER_NAME, REPRESENTED_NAME),
                found.text(SENDER_SMTP, REPRESENTED_SMTP, SENDER_ADDRESS, REPRESENTED_ADDRESS),
            ),
            to=to or found.text(DISPLAY_TO),
            cc=cc or found.text(DISPLAY_CC),
            bcc=bcc or found.text(DISPLAY_BCC),
            sent=_moment(found.number(SENT) or found.number(DELIVERED)),
            message_id=found.text(MESSAGE_ID).strip("<> "),
            in_reply_to=found.text(IN_REPLY_TO).strip("<> "),
            text=text,
            html=html,
            attachments=attachments,
            findings=tuple(self._findings.values()),
        )

    def _note(self, code: str, severity: Severity = Severity.PROBLEM, **details: str | int | float) -> None:
        self._findings.setdefault(f"{code}{details}", Finding(code=code, severity=severity, details=details))

    def _bodies(self, found: _Properties) -> tuple[str, str]:
        """Give text and HTML; the rich text is looked at only where both are missing."""
        text = found.text(BODY).replace("\r\n", "\n")
        html = found.text(HTML) or _page(found.data(HTML))
        if text.strip() or html.strip():
            return text, html
        packed = found.data(RTF)
        if not packed:
            return text, html
        try:
            words, is_html = words_of(unpack(packed))
        except (InvalidInput, RecursionError):
            self._note("mail.damaged")
            return text, html
        if is_html:
            return text, words
        self._note("mail.body_from_rtf", Severity.NOTICE)
        return words, html

    def _recipients(self, codec: str) -> tuple[str, str, str]:
        by_type: dict[int, list[str]] = {1: [], 2: [], 3: []}
        names = [name for name in self._storages.names(self._path) if name.lower().startswith("__recip_version1.0_")]
        for name in names[:MOST_RECIPIENTS]:
            found = _Properties(self._storages, (*self._path, name), 8, codec)
            shown = _address(found.text(NAME), found.text(SMTP, ADDRESS))
            by_type.get(found.number(RECIPIENT_TYPE) & 15, by_type[1]).append(shown)
        to, cc, bcc = (", ".join(filter(None, by_type[kind])) for kind in (1, 2, 3))
        return to, cc, bcc

    def _attachments(self, codec: str, depth: int) -> Iterator[Attachment]:
        names = [name for name in self._storages.names(self._path) if name.lower().startswith("__attach_version1.0_")]
        for number, name in enumerate(names[:MOST_FILES], 1):
            found = _Properties(self._storages, (*self._path, name), 8, codec)
            called = found.text(LONG_NAME, SHORT_NAME, NAME) or f"attachment{number}"
            method, inner = found.number(METHOD), found.storage(ATTACHED)
            if method == _EMBEDDED and inner:
                if depth + 1 >= DEPTH:
                    self._note("mail.too_nested")
                    continue
                message = _Message(self._storages, inner).read(24, depth + 1)
                name_of_mail = f"{message.subject or called}.eml"
                yield Attachment(name=name_of_mail, data=eml_of(message), media_type="message/rfc822")
                continue
            data = found.data(ATTACHED)
            if not data and (method not in (0, _BY_VALUE) or inner):
                self._note("mail.attachment_by_link", name=called)
                continue
            content_id = found.text(CONTENT_ID).strip("<> ")
            is_inline = bool(content_id) and bool(found.number(FLAGS) & 4 or found.number(HIDDEN))
            yield Attachment(
                name=called,
                data=data,
                media_type=found.text(MEDIA_TYPE),
                content_id=content_id,
                is_inline=is_inline,
            )


def _page(data: bytes) -> str:
    if not data:
        return ""
    try:
        return decode(data).text
    except InvalidInput:
        return data.decode("utf-8", "replace")


def _address(name: str, address: str) -> str:
    """Write name and address; an Exchange path (/O=…) says nothing outside its company."""
    address = "" if address.startswith("/") or "@" not in address else address
    name = name.strip("'\" ")
    return f"{name} <{address}>" if name and address and name != address else name or address


def _moment(ticks: int) -> str:
    """Turn a FILETIME into ISO 8601; empty where there is none."""
    if not 0 < ticks < 1 << 62:
        return ""
    try:
        return (EPOCH + timedelta(microseconds=ticks // 10)).replace(microsecond=0).isoformat()
    except OverflowError:
        return ""
