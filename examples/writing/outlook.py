"""Write mails as Outlook saves them (.msg): an OLE compound file with storages, small streams in the mini stream."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Union

SECTOR, MINI, CUTOFF = 512, 64, 4096
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
Tree = Mapping[str, Union[bytes, "Tree"]]


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail to be saved; attachments are (name, bytes or a mail inside)."""

    subject: str
    sender: tuple[str, str] = ("", "")
    to: Sequence[tuple[str, str]] = ()
    cc: Sequence[tuple[str, str]] = ()
    sent: datetime | None = None
    body: str = ""
    html: bytes = b""
    rtf: bytes = b""
    attachments: Sequence[tuple[str, bytes | Mail]] = field(default_factory=tuple)


def message(mail: Mail) -> bytes:
    """The whole file."""
    return compound({**_message(mail, bytes(32)), "__nameid_version1.0": {"__substg1.0_00020102": b""}})


def packed_rtf(rtf: bytes) -> bytes:
    """Rich text in the form of MS-OXRTFCP that is not compressed."""
    return struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf


def _message(mail: Mail, head: bytes) -> dict[str, bytes | Tree]:
    texts = {0x0037: mail.subject, 0x0C1A: mail.sender[0], 0x5D01: mail.sender[1], 0x1000: mail.body}
    found: dict[str, bytes | Tree] = {
        _stream(tag, 0x1F): text.encode("utf-16-le") for tag, text in texts.items() if text
    }
    if mail.html:
        found[_stream(0x1013, 0x102)] = mail.html
    if mail.rtf:
        found[_stream(0x1009, 0x102)] = packed_rtf(mail.rtf)
    fixed = [(0x40, 0x0039, _ticks(mail.sent))] if mail.sent else []
    found["__properties_version1.0"] = head + b"".join(
        struct.pack("<HHIQ", kind, tag, 6, value) for kind, tag, value in fixed
    )
    people = [(person, 1) for person in mail.to] + [(person, 2) for person in mail.cc]
    for number, ((name, address), kind) in enumerate(people):
        found[f"__recip_version1.0_#{number:08X}"] = {
            "__properties_version1.0": bytes(8) + struct.pack("<HHIQ", 3, 0x0C15, 6, kind),
            _stream(0x3001, 0x1F): name.encode("utf-16-le"),
            _stream(0x39FE, 0x1F): address.encode("utf-16-le"),
        }
    for number, (name, content) in enumerate(mail.attachments):
        inside = isinstance(content, Mail)
        method = struct.pack("<HHIQ", 3, 0x3705, 6, 5 if inside else 1)
        found[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": bytes(8) + method,
            _stream(0x3707, 0x1F): name.encode("utf-16-le"),
            _stream(0x3701, 0x0D if inside else 0x102): (
                _message(content, bytes(24)) if isinstance(content, Mail) else content
            ),
        }
    return found


def _stream(tag: int, kind: int) -> str:
    return f"__substg1.0_{tag:04X}{kind:04X}"


def _ticks(moment: datetime) -> int:
    return (int(moment.timestamp()) + 11_644_473_600) * 10_000_000


def compound(tree: Tree) -> bytes:
    """A version 3 compound file of storages and streams."""
    names: list[str] = ["Root Entry"]
    kinds: list[int] = [5]
    links: list[list[int]] = [[_NONE, _NONE]]  # child, right sibling
    data: list[bytes] = [b""]
    _entries(tree, 0, names, kinds, links, data)
    mini = [number for number, found in enumerate(data) if kinds[number] == 2 and 0 < len(found) < CUTOFF]
    large = [number for number, found in enumerate(data) if kinds[number] == 2 and len(found) >= CUTOFF]
    mini_fat: list[int] = []
    mini_stream = b""
    starts = dict.fromkeys(range(len(names)), _END)
    for number in mini:
        starts[number] = len(mini_fat)
        _chain(mini_fat, -(-len(data[number]) // MINI))
        mini_stream += data[number].ljust(-(-len(data[number]) // MINI) * MINI, b"\0")
    parts = [bytes(128 * len(names)), struct.pack(f"<{len(mini_fat)}I", *mini_fat), mini_stream]
    parts += [data[number] for number in large]
    counts = [-(-len(part) // SECTOR) for part in parts]
    fat_sectors = 1
    while fat_sectors * 128 < fat_sectors + sum(counts):
        fat_sectors += 1
    fat = [_FAT] * fat_sectors
    begins = []
    for count in counts:
        begins.append(len(fat) if count else _END)
        _chain(fat, count)
    starts[0] = begins[2]
    starts.update(zip(large, begins[3:], strict=True))
    sizes = [len(found) for found in data]
    sizes[0] = len(mini_stream)
    parts[0] = b"".join(
        _entry(names[number], kinds[number], links[number], starts[number], sizes[number])
        for number in range(len(names))
    )
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_sectors * SECTOR, b"\xff")
    body = b"".join(part.ljust(count * SECTOR, b"\0") for part, count in zip(parts, counts, strict=True))
    return _header(fat_sectors, begins[0], begins[1], counts[1]) + table + body


def _entries(
    tree: Tree, parent: int, names: list[str], kinds: list[int], links: list[list[int]], data: list[bytes]
) -> None:
    before = -1
    for name, content in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
        number = len(names)
        names.append(name)
        kinds.append(2 if isinstance(content, bytes) else 1)
        links.append([_NONE, _NONE])
        data.append(content if isinstance(content, bytes) else b"")
        if before < 0:
            links[parent][0] = number
        else:
            links[before][1] = number
        before = number
        if not isinstance(content, bytes):
            _entries(content, number, names, kinds, links, data)


def _chain(fat: list[int], count: int) -> None:
    first = len(fat)
    if count:
        fat.extend([*range(first + 1, first + count), _END])


def _entry(name: str, kind: int, links: list[int], start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded) + 2, kind, 1)
    return (
        head
        + struct.pack("<III", _NONE, links[1], links[0])
        + bytes(16)
        + struct.pack("<I8s8sIQ", 0, bytes(8), bytes(8), start, size)
    )


def _header(fat_sectors: int, directory: int, mini_fat: int, mini_sectors: int) -> bytes:
    fixed = struct.pack(
        "<8s16sHHHHH6s", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6)
    )
    counts = struct.pack("<IIIIIIIII", 0, fat_sectors, directory, 0, CUTOFF, mini_fat, mini_sectors, _END, 0)
    return fixed + counts + struct.pack("<109I", *range(fat_sectors), *[_FREE] * (109 - fat_sectors))
