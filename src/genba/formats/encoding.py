"""Decode text as Japanese factories write it: UTF-8, UTF-16, CP932, EUC-JP, ISO-2022-JP, told by structure and content.

A file's name never counts. Among the readings that its bytes allow, the one that is best Japanese wins; where none is
convincing, or the bytes are no text, nothing is guessed. Bytes that cannot be read in an otherwise clear file stay
visible as U+FFFD.
"""

from __future__ import annotations

import codecs
import io
import re
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache
from typing import BinaryIO, TextIO

from genba.errors import InvalidInput
from genba.formats import encoding_score as score
from genba.formats.encoding_tables import EUCJP_MS, IBM_KANJI, NEC_SPECIAL, OTHER_PLATFORM

SAMPLE_BYTES = 256 * 1024
_WINDOW_BYTES = 8 * 1024  # of bytes that are not all ASCII, enough to judge by
_CHUNK_BYTES = 1024 * 1024
_MAX_OFFSETS = 1000
_ERRORS = "genba.japanese"

CODECS = {
    "ascii": "ascii",
    "utf-8": "utf-8",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "cp932": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp1252": "cp1252",
}
"""Our names of encodings and Python's."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x19\x1c-\x1f\x7f]")
_CP932_PAIR = re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|([\x80\xa0\xfd-\xff])")
_CP932_LOOSE = "\x80\uf8f0\uf8f1\uf8f2\uf8f3"  # what Python makes of bytes CP932 leaves empty
_ESCAPE = re.compile(rb"\x1b(?:\$[@BAC]|\$\([CDOPQ]|\([JI])")
_MAGIC = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
)
_LONE_SYMBOL = re.compile(rb"(?<![\x80-\xff])[\xb0\xb1\xb2\xb3\xb5\xb7\xd7\xd8\xf7\xf8](?![\x80-\xff])")


@dataclass(frozen=True, slots=True)
class Detection:
    """How bytes want to be read, and how sure that is (0 to 1)."""

    encoding: str
    bom: bool = False
    confidence: float = 1.0

    @property
    def bom_bytes(self) -> int:
        """How many bytes to skip before the text."""
        return (3 if self.encoding == "utf-8" else 2) if self.bom else 0


@dataclass(frozen=True, slots=True)
class Decoded:
    """A whole text with what had to be known or mended to read it."""

    text: str
    encoding: str
    bom: bool
    confidence: float
    replacements: int = 0  # bytes or sequences shown as U+FFFD
    offsets: tuple[int, ...] = ()  # where in the bytes the first 1,000 of them are
    platform_dependent: bool = False

    @property
    def had_replacements(self) -> bool:
        """True where not every byte could be read."""
        return self.replacements > 0


@dataclass(frozen=True, slots=True)
class PlatformDependent:
    """Distinct characters of a text that not every computer shows, by where they come from, in code order."""

    nec_special: tuple[str, ...] = ()  # ① Ⅳ ㈱ ㎜
    ibm_extension: tuple[str, ...] = ()  # 髙 﨑, also called NEC selected IBM characters
    other: tuple[str, ...] = ()  # ㋿ ㎥, circled and squared characters outside CP932, private use
    half_width_kana: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nec_special or self.ibm_extension or self.other)


def detect(sample: bytes, *, complete: bool) -> str | None:
    """Name the encoding of a text's beginning; None for what is not text or not clear. BOMs count but are not named."""
    found = examine(sample, complete=complete)
    return found.encoding if found else None


def examine(sample: bytes, *, complete: bool) -> Detection | None:
    """Say how bytes want to be read; `complete` is False where they may be cut inside a character."""
    if not sample:
        return Detection("ascii")
    if sample.startswith(_UTF32) or sample.startswith(_MAGIC):
        return None
    for bom, encoding in _BOMS:
        if sample.startswith(bom):
            return Detection(encoding, bom=True) if _bom_holds(sample[len(bom) :], encoding) else None
    if (wide := score.wide(sample)) is not None:
        return Detection(wide[0], confidence=wide[1])
    head = sample[:SAMPLE_BYTES]
    if b"\x00" in sample or len(_CONTROL.findall(head)) > max(1, len(head) // 200):
        return None
    if sample.isascii():
        return Detection("iso-2022-jp" if b"\x1b" in sample and _ESCAPE.search(sample) else "ascii")
    window = _window(sample)
    return _eight_bit(window, complete=complete and sample.endswith(window))


def decode(data: bytes) -> Decoded:
    """Read a whole text; what is not text, or not clearly in one encoding, is refused."""
    found = examine(data, complete=True)
    if found is None:
        raise InvalidInput("text.encoding_unknown", size_bytes=len(data))
    offsets: list[int] = []
    token = _offsets.set(offsets)
    try:
        text = str(memoryview(data)[found.bom_bytes :], CODECS[found.encoding], _ERRORS)
    finally:
        _offsets.reset(token)
    if found.encoding == "cp932" and any(char in text for char in _CP932_LOOSE):
        text = text.translate(dict.fromkeys(map(ord, _CP932_LOOSE), "\ufffd"))
        offsets = sorted([*offsets, *(pair.start() for pair in _CP932_PAIR.finditer(data) if pair[1])])
    return Decoded(
        text=text,
        encoding=found.encoding,
        bom=found.bom,
        confidence=found.confidence,
        replacements=len(offsets),
        offsets=tuple(offset + found.bom_bytes for offset in offsets[:_MAX_OFFSETS]),
        platform_dependent=bool(platform_dependent(text)),
    )


def open_text(binary: BinaryIO, encoding: str | None = None, *, newline: str | None = "") -> TextIO:
    """Read a file of any size as text, from its beginning; it must be seekable. Unreadable bytes become U+FFFD.

    Plain ASCII is passed over until the first byte that tells something, so that a comment far down is not misread.
    The bytes 80, A0 and FD to FF, which CP932 leaves empty, come as U+0080 and U+F8F0 to U+F8F3.
    """
    found = sniff(binary) if encoding is None else Detection(encoding, bom=_has_bom(binary, encoding))
    if found is None:
        raise InvalidInput("text.encoding_unknown", size_bytes=binary.seek(0, io.SEEK_END))
    binary.seek(found.bom_bytes)
    return io.TextIOWrapper(binary, encoding=CODECS[found.encoding], errors=_ERRORS, newline=newline)


def sniff(binary: BinaryIO) -> Detection | None:
    """Examine a seekable file of any size; its position is left anywhere."""
    binary.seek(0)
    head = binary.read(SAMPLE_BYTES)
    complete = len(head) < SAMPLE_BYTES
    found = examine(head, complete=complete)
    if found is None or found.encoding != "ascii" or complete:
        return found
    while chunk := binary.read(_CHUNK_BYTES):
        if not chunk.isascii() or b"\x1b" in chunk or b"\x00" in chunk:
            start = _HIGH.search(chunk) or _ESCAPE.search(chunk)
            if start is None:
                if b"\x00" in chunk:
                    return None
                continue
            tail = chunk[start.start() :] + binary.read(SAMPLE_BYTES)
            found = examine(tail[:SAMPLE_BYTES], complete=len(tail) < SAMPLE_BYTES)
            return replace(found, bom=False) if found else None
    return found


def platform_dependent(text: str) -> PlatformDependent:
    """List the characters that may be lost or change elsewhere; half-width kana are listed apart."""
    if text.isascii():
        return PlatformDependent()
    found = set(text)
    rare = found & _rare()
    if max(found) >= "\ue000":
        rare |= {char for char in found if "\ue000" <= char <= "\uf8ff" or char >= "\U000f0000"}
    if not rare:
        return PlatformDependent()
    present = sorted(rare)
    return PlatformDependent(
        nec_special=tuple(char for char in present if char in NEC_SPECIAL),
        ibm_extension=tuple(char for char in present if char in IBM_KANJI or "ⅰ" <= char <= "ⅹ"),
        other=tuple(char for char in present if char not in NEC_SPECIAL and _is_other(char)),
        half_width_kana=tuple(char for char in present if "\uff61" <= char <= "\uff9f"),
    )


@cache
def platform_pattern() -> re.Pattern[str]:
    """Find the characters that may be lost elsewhere one by one, half-width kana apart; quick on large texts."""
    listed = sorted(char for char in _rare() if not "\uff61" <= char <= "\uff9f")
    # Private use beyond the first plane is left out: looking for it takes three times as long.
    return re.compile("[" + re.escape("".join(char for char in listed if char <= "\uffff")) + "\ue000-\uf8ff]")


@cache
def _rare() -> frozenset[str]:
    """All characters that may be lost elsewhere, but for those of private use, which are too many to list."""
    ranges = (
        ("\u2170", "\u2179"),
        ("\u2460", "\u24ff"),
        ("\u2776", "\u2793"),
        ("\u3200", "\u33ff"),
        ("\uff61", "\uff9f"),
    )
    listed = [chr(code) for first, last in ranges for code in range(ord(first), ord(last) + 1)]
    return frozenset((*NEC_SPECIAL, *IBM_KANJI, *OTHER_PLATFORM, *listed))


def _is_other(char: str) -> bool:
    if char in OTHER_PLATFORM or "\ue000" <= char <= "\uf8ff" or char >= "\U000f0000":
        return True
    return "\u2460" <= char <= "\u24ff" or "\u2776" <= char <= "\u2793" or "\u3200" <= char <= "\u33ff"


def _bom_holds(rest: bytes, encoding: str) -> bool:
    """A byte order mark is believed unless what follows it is plainly not text."""
    if not encoding.startswith("utf-16"):
        return rest.count(b"\x00") * 50 <= len(rest)
    text = rest[:65536].decode(encoding, "replace")
    return len(text) < 2 or text.count("\ufffd") + text.count("\x00") <= len(text) // 20


def _has_bom(binary: BinaryIO, encoding: str) -> bool:
    binary.seek(0)
    head = binary.read(3)
    return any(head.startswith(bom) for bom, name in _BOMS if name == encoding)


def _window(sample: bytes) -> bytes:
    """The part of a large sample that says most: from the line of the first byte that is not ASCII."""
    if len(sample) <= _WINDOW_BYTES:
        return sample
    first = _HIGH.search(sample)
    start = sample.rfind(b"\n", 0, first.start()) + 1 if first else 0
    return sample[start : start + _WINDOW_BYTES]


def _eight_bit(sample: bytes, *, complete: bool) -> Detection | None:
    """Let UTF-8, CP932 and EUC-JP compete."""
    high = len(_HIGH.findall(sample))
    if len(_LONE_SYMBOL.findall(sample)) == high:  # ° ± µ alone between ASCII: a Western machine's log
        return Detection("cp1252", confidence=0.6)
    unicode = score.rate(_loosely(sample, "utf-8", complete), "utf-8")
    if unicode > 1.2:
        return Detection("utf-8")
    others = [(score.rate(_loosely(sample, name, complete), name), name) for name in ("cp932", "euc-jp")]
    ranked = sorted([(unicode, "utf-8"), *others], reverse=True)
    (best, encoding), (second, _) = ranked[0], ranked[1]
    if best < score.CLEAR:
        return None
    return Detection(encoding, confidence=round(min(1.0, max(0.1, 0.5 + (best - second) / 2)), 2))


def _loosely(sample: bytes, encoding: str, complete: bool) -> str:
    """Decode a sample, its cut end left out; a reading that is mostly wrong is not worth mending."""
    make = codecs.getincrementaldecoder(CODECS[encoding])
    text = make("replace").decode(sample, complete)
    wrong = text.count("\ufffd")
    return text if not wrong or (wrong * 20 > len(text) > 200) else make(_ERRORS).decode(sample, complete)


_offsets: ContextVar[list[int] | None] = ContextVar("offsets", default=None)


def _repair(error: UnicodeError) -> tuple[str, int]:
    """Read what Windows adds to the standards (CP51932, CP50221, eucJP-ms); show what is left as U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    data, start, end = error.object, error.start, error.end
    pair = data[start : start + 2]
    if error.encoding == "euc_jp" and len(pair) == 2 and pair[0] > 0xA0 and pair[1] > 0xA0:
        if text := _row_of_cp932(pair[0] - 0xA0, pair[1] - 0xA0):
            return text, start + 2
    elif (
        error.encoding == "euc_jp"
        and pair[:1] == b"\x8f"
        and (text := EUCJP_MS.get(bytes(data[start : start + 3]), ""))
    ):
        return text, start + 3
    elif error.encoding.startswith("iso2022") and (text := _row_of_cp932(*(byte - 0x20 for byte in pair.ljust(2)))):
        return text, start + 2
    found = _offsets.get()
    if found is not None:
        found.append(start)
    return "\ufffd", end


def _row_of_cp932(row: int, cell: int) -> str:
    """The character CP932 has at a row and cell of the 94 × 94 table."""
    if not (1 <= row <= 94 and 1 <= cell <= 94):
        return ""
    high = (row - 1) // 2 + (0x81 if row <= 62 else 0xC1)
    low = cell + (0x9E if row % 2 == 0 else 0x3F if cell <= 63 else 0x40)
    return bytes((high, low)).decode("cp932", "ignore")


codecs.register_error(_ERRORS, _repair)
