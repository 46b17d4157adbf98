"""Write OLE compound files: old Office formats, encrypted packages, 一太郎."""

# ruff: noqa: E501 - parts of the file format are not broken over lines

from __future__ import annotations

import struct
from collections.abc import Mapping

SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NONE = 0xFFFFFFFF
_CUTOFF = 4096


def compound(streams: Mapping[str, bytes], class_id: bytes = bytes(16)) -> bytes:
    """A version 3 compound file; streams shorter than 4096 bytes are padded with zeros to stay out of the mini stream."""
    ordered = sorted(streams.items(), key=lambda item: (len(item[0]), item[0].upper()))
    contents = [(name, data.ljust(_CUTOFF, b"\0")) for name, data in ordered]
    directory_sectors = -(-(len(contents) + 1) * 128 // SECTOR)
    data_sectors = sum(-(-len(data) // SECTOR) for _, data in contents)
    fat_sectors = 1
    while fat_sectors * 128 < fat_sectors + directory_sectors + data_sectors:
        fat_sectors += 1
    fat = [_FAT] * fat_sectors
    _chain(fat, directory_sectors)
    entries = [_entry("Root Entry", 5, (1 if contents else _NONE, _NONE), (_END, 0), class_id)]
    body = b""
    for number, (name, data) in enumerate(contents, 1):
        start = len(fat)
        _chain(fat, -(-len(data) // SECTOR))
        right = number + 1 if number < len(contents) else _NONE
        entries.append(_entry(name, 2, (_NONE, right), (start, len(data)), bytes(16)))
        body += data.ljust(-(-len(data) // SECTOR) * SECTOR, b"\0")
    directory = b"".join(entries).ljust(directory_sectors * SECTOR, b"\0")
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_sectors * SECTOR, b"\xff")
    return _header(fat_sectors, fat_sectors) + table + directory + body


def _chain(fat: list[int], count: int) -> None:
    first = len(fat)
    fat.extend([*range(first + 1, first + count), _END])


def _header(fat_sectors: int, directory_start: int) -> bytes:
    listed = [*range(fat_sectors), *[_FREE] * (109 - fat_sectors)]
    fixed = struct.pack(
        "<8s16sHHHHH6s", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6)
    )
    counts = struct.pack("<IIIIIIIII", 0, fat_sectors, directory_start, 0, _CUTOFF, _END, 0, _END, 0)
    return fixed + counts + struct.pack("<109I", *listed)


def _entry(name: str, kind: int, links: tuple[int, int], place: tuple[int, int], class_id: bytes) -> bytes:
    """A directory entry; links are (child, right sibling), place is (first sector, size)."""
    encoded = name.encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded) + 2, kind, 1)
    joined = struct.pack("<III", _NONE, links[1], links[0]) + class_id
    return head + joined + struct.pack("<I8s8sIQ", 0, bytes(8), bytes(8), *place)


def encrypted_package(noise: bytes) -> bytes:
    """What Excel and Word write for a file with a password: nothing readable without it."""
    info = struct.pack("<HHI", 4, 4, 0x40) + (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<encryption xmlns="http://schemas.microsoft.com/office/'
        b'2006/encryption" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData saltSize="16" '
        b'blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" '
        b'hashAlgorithm="SHA512" saltValue="AAAAAAAAAAAAAAAAAAAAAA=="/></encryption>'
    )
    package = struct.pack("<Q", len(noise)) + noise
    return compound({"EncryptionInfo": info, "EncryptedPackage": package})


def word97(words: str) -> bytes:
    """A stub of an old Word document: the right streams, and the text as UTF-16 behind the header."""
    header = struct.pack("<HHHHH", 0xA5EC, 0xC1, 0, 0x0411, 0).ljust(512, b"\0")
    return compound({"WordDocument": header + words.encode("utf-16-le"), "1Table": bytes(64)}, _class("00020906"))


def powerpoint97(words: str) -> bytes:
    """A stub of an old PowerPoint presentation."""
    atom = struct.pack("<HHI", 0, 0x0FA0, len(words) * 2) + words.encode("utf-16-le")
    user = struct.pack("<HHI", 0, 0x0FF6, 20).ljust(28, b"\0")
    return compound({"PowerPoint Document": atom, "Current User": user}, _class("64818D10"))


def ichitaro(words: str) -> bytes:
    """A stub of an 一太郎 document."""
    return compound({"DocumentText": words.encode("utf-16-be"), "JSRV_SegmentInformation": bytes(16)})


def _class(first: str) -> bytes:
    return struct.pack("<I", int(first, 16)) + b"\0\0\0\0\xc0\0\0\0\0\0\0F"
