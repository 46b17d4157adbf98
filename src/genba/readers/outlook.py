"""Read mails saved by Outlook (.msg) as any other mail."""

from collections.abc import Iterator

from genba.formats.mail.msg import message_of
from genba.formats.mail.parts import parts_of
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part

MESSAGE_BYTES = 512 << 20


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield a mail's header fields, its own text and its attachments."""
    with blob.open() as stream:
        message = message_of(stream, most_bytes=min(MESSAGE_BYTES, limits.unpacked_bytes))
    yield from parts_of(message, limits)
