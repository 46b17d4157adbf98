"""Writes a mail found inside another as a file of its own, the same bytes for the same mail."""

import base64
from email.header import Header

from genba.formats.mail.message import Message

_LINE = 76


def eml_of(message: Message) -> bytes:
    """Write a message as RFC 5322 with its bodies and attachments in base64."""
    heads = (
        ("From", message.sender),
        ("To", message.to),
        ("Subject", message.subject),
        ("Cc", message.cc),
        ("Date", _date(message.sent)),
        ("Message-ID", f"<{message.message_id}>" if message.message_id else ""),
        ("MIME-Version", "1.0"),
    )
    # The first three always, also empty: by them the bytes are known for a mail.
    lines = [f"{name}: {_coded(value)}" for number, (name, value) in enumerate(heads) if value or number < 3]
    boundary = "=_genba_" + str(len(message.attachments) + len(message.text) + len(message.html))
    lines += [f'Content-Type: multipart/mixed; boundary="{boundary}"', ""]
    kind, body = ("plain", message.text) if message.text.strip() else ("html", message.html)
    lines += [f"--{boundary}", f"Content-Type: text/{kind}; charset=utf-8", *_base64(body.encode("utf-8", "replace"))]
    for attachment in message.attachments:
        named = f'filename="{_coded(attachment.name)}"'
        cid = (
            [f"Content-ID: <{attachment.content_id}>"]
            if attachment.content_id.isascii() and attachment.content_id
            else []
        )
        shown = "inline" if attachment.is_inline else "attachment"
        media_type = attachment.media_type if _is_media_type(attachment.media_type) else "application/octet-stream"
        lines += [f"--{boundary}", f"Content-Type: {media_type}", f"Content-Disposition: {shown}; {named}", *cid]
        lines += _base64(attachment.data)
    lines += [f"--{boundary}--", ""]
    return "\r\n".join(lines).encode("ascii", "replace")


def _base64(data: bytes) -> list[str]:
    text = base64.b64encode(data).decode("ascii")
    return ["Content-Transfer-Encoding: base64", "", *(text[at : at + _LINE] for at in range(0, len(text), _LINE)), ""]


def _coded(value: str) -> str:
    value = " ".join(value.replace('"', "'").split())
    return value if value.isascii() else Header(value, "utf-8", maxlinelen=10_000).encode(maxlinelen=0)


def _is_plain(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def _is_media_type(text: str) -> bool:
    # A mail in it is already written out as bytes; as message/rfc822 it may not be in base64.
    if not _is_plain(text) or text.count("/") != 1 or ";" in text:
        return False
    return not text.startswith(("multipart/", "message/", "text/"))


def _date(sent: str) -> str:
    from datetime import datetime
    from email.utils import format_datetime

    try:
        return format_datetime(datetime.fromisoformat(sent)) if sent else ""
    except ValueError:
        return ""
