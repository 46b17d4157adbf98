"""A mail as the parts of a document: who wrote what to whom and when, the text, the files that came with it."""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from genba.formats.html import nodes_of
from genba.formats.kinds import MEDIA_TYPES
from genba.formats.mail.history import Parted, begins_older, is_forwarded, own_lines, part
from genba.formats.mail.message import Attachment, Message
from genba.formats.membernames import portable_name
from genba.formats.paths import safe_name
from genba.formats.picture_size import picture_size
from genba.formats.signatures import kind_by_signature
from genba.model.document import Node, Property
from genba.model.finding import Finding, Severity
from genba.model.image import Image
from genba.model.marks import Mark
from genba.model.nodes import Figure, Heading, Pair, Paragraph, Role
from genba.model.place import Place
from genba.ports.blob import Blob
from genba.ports.reader import Child, Limits, Part

Element = Any  # the stubs of lxml do not know what its HTML elements can do

PICTURES = frozenset({"png", "jpeg", "gif", "bmp", "tiff", "webp"})
MOST_ATTACHMENTS = 2_000
NAME_CHARS = 300
_ITEM = re.compile(r"(\s*)([-・●○■□◆◇※*•]|[(（]?\d{1,2}[)）.．]|[①-⑳])\s*(\S.*)")
_QUOTING = ("blockquote", "gmail_quote", "yahoo_quoted", "moz-cite-prefix", "divRplyFwdMsg", "appendonsend")


def parts_of(message: Message, limits: Limits) -> Iterator[Part]:
    """Yield a mail's header fields, its text without what was quoted, and its attachments."""
    yield from _properties(message)
    yield from message.findings
    if message.subject:
        yield Heading(text=message.subject, level=1, place=Place(part="Subject"))
    for label, value in (("差出人", message.sender), ("宛先", message.to), ("CC", message.cc)):
        if value:
            yield Pair(label=label, value=value, place=Place(part="header"))
    if message.sent or message.sent_as_written:
        shown = message.sent[:16].replace("T", " ") if message.sent else message.sent_as_written
        yield Pair(label="日時", value=shown, place=Place(part="header"))
    yield from _body(message, limits)
    yield from _attachments(message, limits)


def _properties(message: Message) -> Iterator[Property]:
    found = (
        ("title", message.subject, ""),
        ("from", message.sender, ""),
        ("to", message.to, ""),
        ("cc", message.cc, ""),
        ("bcc", message.bcc, ""),
        ("dated", message.sent[:10], message.sent_as_written),
        ("sent", message.sent, message.sent_as_written),
        ("message_id", message.message_id, ""),
        ("in_reply_to", message.in_reply_to, ""),
    )
    for name, value, as_written in found:
        if value:
            yield Property(
                name=name, value=value, as_written=as_written, origin="properties", place=Place(part="header")
            )


def _body(message: Message, limits: Limits) -> Iterator[Part]:
    text, html = message.text, message.html
    if len(text) + len(html) > limits.text_chars:
        yield Finding(code="file.text_too_long", severity=Severity.PROBLEM, details={"limit": limits.text_chars})
        text, html = text[: limits.text_chars], html[: max(0, limits.text_chars - len(text))]
    forwarded = is_forwarded(message.subject)
    quoted = 0
    if text.strip():
        parted = part(text, forwarded=forwarded)
        quoted = parted.quoted
        yield from _paragraphs(parted)
    elif html.strip():
        nodes = list(nodes_of(html))
        own = nodes if forwarded else list(_own_nodes(html))
        own = own if any(isinstance(node, Paragraph | Heading) for node in own) else nodes
        quoted = _lines(nodes) - _lines(own)
        yield from (node for node in own if not isinstance(node, Property))
    if quoted > 0:
        yield Finding(code="mail.history_left_out", severity=Severity.NOTICE, details={"lines": quoted}, count=quoted)


def _paragraphs(parted: Parted) -> Iterator[Paragraph]:
    """Paragraphs between empty lines; points that begin with a mark or a number are items of a list."""
    held: list[str] = []
    first = 1
    for number, line in enumerate((*parted.text.split("\n"), ""), 1):
        item = _ITEM.fullmatch(line.rstrip())
        if (not line.strip() or item) and held:
            yield Paragraph(text="\n".join(held), place=Place(part="body", line=first, line_end=number - 1))
            held = []
        if item:
            level = min(len(item[1].expandtabs(4).replace("\u3000", "  ")) // 2, 8)
            place = Place(part="body", line=number)
            yield Paragraph(text=item[3].strip(), role=Role.LIST_ITEM, number=item[2], level=level, place=place)
        elif line.strip():
            if not held:
                first = number
            held.append(line.strip())
    if parted.signature:
        text = "\n".join(line.strip() for line in parted.signature.split("\n"))
        yield Paragraph(text=text, place=Place(part="signature"), marks=frozenset({Mark.FURNITURE}))


def _own_nodes(html: str) -> Iterator[Node | Property]:
    """Give a page's nodes without the elements in which mail programs put what they quote."""
    for node in nodes_of(_unquoted(html)):
        if isinstance(node, Paragraph):
            lines = node.text.split("\n")
            own = own_lines(lines)
            if len(own) < len(lines):
                if own and (text := "\n".join(own).strip()):
                    yield Paragraph(text=text, role=node.role, number=node.number, level=node.level, place=node.place)
                if any(begins_older(lines, at) for at in range(len(lines))):
                    return
                continue
        yield node


def _unquoted(html: str) -> str:
    if not any(name in html for name in _QUOTING):
        return html
    from lxml import etree
    from lxml import html as lxml_html

    try:
        root = lxml_html.document_fromstring(html, parser=lxml_html.HTMLParser(huge_tree=False, no_network=True))
    except (etree.ParserError, ValueError):
        return html
    found: list[Element] = list(root.iter("div", "blockquote", "span"))
    for element in found:
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        is_cited = element.tag == "blockquote" and (element.get("type") == "cite" or "gmail" in named)
        if "divRplyFwdMsg" in named or "appendonsend" in named:
            for below in list(element.itersiblings()):
                below.drop_tree()
            is_cited = True
        if (is_cited or any(name in named for name in _QUOTING)) and element.getparent() is not None:
            element.drop_tree()
    return str(lxml_html.tostring(root, encoding="unicode"))


def _lines(nodes: list[Node | Property]) -> int:
    return sum(node.text.count("\n") + 1 for node in nodes if isinstance(node, Paragraph | Heading))


def _attachments(message: Message, limits: Limits) -> Iterator[Part]:
    names: set[str] = set()
    left = limits.unpacked_bytes
    for number, attachment in enumerate(message.attachments[:MOST_ATTACHMENTS], 1):
        name = _name(attachment, number, names)
        place = Place(part=name)
        left -= len(attachment.data)
        if left < 0 or len(attachment.data) > limits.member_bytes:
            details: dict[str, str | int | float] = {"name": name, "limit_mb": limits.member_bytes >> 20}
            yield Finding(code="zip.too_large", severity=Severity.PROBLEM, place=place, details=details)
            continue
        if attachment.media_type == "application/ms-tnef" or name.lower() == "winmail.dat":
            yield Finding(code="mail.winmail", severity=Severity.PROBLEM, place=place, details={"name": name})
            continue
        kind = kind_by_signature(attachment.data[:64]) if attachment.is_inline else ""
        if kind in PICTURES and len(attachment.data) <= limits.image_bytes:
            width, height = picture_size(attachment.data)
            yield Image(name=name, media_type=MEDIA_TYPES[kind], data=attachment.data, width_px=width, height_px=height)
            yield Figure(image=name, place=place)
            continue
        yield Pair(label="添付ファイル", value=name, place=place)
        data = attachment.data
        yield Child(path=name, blob=Blob(name=name, size_bytes=len(data), open=_opener(data)))
    if len(message.attachments) > MOST_ATTACHMENTS:
        details = {"limit": MOST_ATTACHMENTS, "count": len(message.attachments)}
        yield Finding(code="mail.too_many_attachments", severity=Severity.PROBLEM, details=details)


def _opener(data: bytes) -> Callable[[], BinaryIO]:
    return lambda: io.BytesIO(data)


def _name(attachment: Attachment, number: int, names: set[str]) -> str:
    """A portable name, unique among a mail's files; what leads outside keeps its last part only."""
    written = attachment.name.replace("\0", "")[-NAME_CHARS:]
    last = re.split(r"[/\\]", written)[-1].strip()
    name = portable_name(last) or (safe_name(last) if last else "") or f"attachment{number}"
    stem, dot, ending = name.rpartition(".")
    unique, copy = name, 2
    while unique in names:
        unique = f"{stem} ({copy}).{ending}" if dot and stem else f"{name} ({copy})"
        copy += 1
    names.add(unique)
    return unique
