"""A mail as any format gives it, before it becomes the parts of a document."""

from dataclasses import dataclass

from genba.model.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a mail; `content_id` is set where the text shows it (an inline picture)."""

    name: str
    data: bytes
    media_type: str = ""
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Header fields, decoded, and the bodies as sent; `sent` is ISO 8601 with its offset where the mail says one."""

    subject: str = ""
    sender: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    sent: str = ""
    sent_as_written: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    findings: tuple[Finding, ...] = ()
