"""The rich text of Outlook's mails: unpacked (MS-OXRTFCP), then as text, or as the HTML hidden in it (MS-OXRTFEX)."""

import re
import struct
from dataclasses import dataclass, replace

from genba.errors import InvalidInput

MOST_BYTES = 64 << 20
MOST_DEPTH = 500
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_SKIPPED = frozenset(
    "fonttbl colortbl stylesheet info pict object themedata datastore latentstyles listtable listoverridetable "
    "generator xmlnstbl rsidtbl header footer headerl headerr footerl footerr fldinst mmathPr filetbl".split()
)
_WORDS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": "\t", "cell": "\t", "lquote": "‘",
    "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "endash": "–", "emdash": "—",
}  # fmt: skip
_CHARSETS = {
    0: "cp1252",
    2: "cp1252",
    128: "cp932",
    129: "cp949",
    134: "gbk",
    136: "big5",
    204: "cp1251",
    238: "cp1250",
}


def unpack(data: bytes) -> bytes:
    """Unpack PidTagRtfCompressed; raises InvalidInput for what is none or too large."""
    if len(data) < 16:
        raise InvalidInput("mail.damaged")
    packed_bytes, plain_bytes, magic, _ = struct.unpack_from("<IIII", data)
    if plain_bytes > MOST_BYTES:
        raise InvalidInput("mail.damaged")
    if magic == _PLAIN:
        return data[16 : 16 + plain_bytes]
    if magic != _PACKED:
        raise InvalidInput("mail.damaged")
    ring = bytearray(_DICTIONARY.ljust(4096, b"\0"))
    at, write = 16, len(_DICTIONARY)
    end = min(len(data), packed_bytes + 4)
    out = bytearray()
    while at < end and len(out) < plain_bytes:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= end:
                break
            if control >> bit & 1:
                if at + 1 >= end:
                    return bytes(out)
                pair = data[at] << 8 | data[at + 1]
                at += 2
                read, count = pair >> 4, (pair & 15) + 2
                if read == write:  # the mark of the end
                    return bytes(out)
                for _ in range(count):
                    byte = ring[read]
                    out.append(byte)
                    ring[write] = byte
                    read, write = (read + 1) & 4095, (write + 1) & 4095
            else:
                out.append(data[at])
                ring[write] = data[at]
                at += 1
                write = (write + 1) & 4095
    return bytes(out[:plain_bytes])


@dataclass(frozen=True, slots=True)
class _State:
    """What a group of RTF inherits and loses again at its end."""

    skip: bool = False
    html_tag: bool = False
    rtf_only: bool = False
    codec: str = "cp1252"
    after_unicode: int = 1


def words_of(data: bytes) -> tuple[str, bool]:
    """Give an RTF's text, and whether it is HTML that was hidden in it."""
    text = data[:MOST_BYTES].decode("latin-1")
    is_html = "\\fromhtml1" in text[:2000]
    return _Rtf(is_html).read(text), is_html


class _Rtf:
    """Reads one RTF text."""

    def __init__(self, is_html: bool) -> None:
        self._is_html = is_html
        self._out: list[str] = []
        self._bytes = bytearray()
        self._state = _State()
        self._stack: list[_State] = []
        self._fonts: dict[int, str] = {}
        self._font = -1
        self._in_fonts = 0
        self._pending = 0  # characters to pass over after \\u
        self._star = False

    def read(self, text: str) -> str:
        for match in _TOKEN.finditer(text):
            word, number, code, symbol, brace, plain = match.groups()
            if code is not None:
                self._byte(int(code, 16))
                continue
            if word is None and plain is None and symbol is None and brace is None:
                continue
            if plain is not None:
                self._plain(plain)
            elif brace is not None:
                self._flush()
                self._group(brace)
            elif symbol is not None:
                self._symbol(symbol)
            else:
                self._word(word, int(number) if number else None)
        self._flush()
        # What stands beyond the first 65,536 characters is written in two halves; half a one is none.
        return "".join(self._out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _group(self, brace: str) -> None:
        self._star = False
        self._pending = 0
        if brace == "{":
            if len(self._stack) >= MOST_DEPTH:
                raise InvalidInput("mail.damaged")
            self._stack.append(self._state)
        elif self._stack:
            self._state = self._stack.pop()
            if len(self._stack) < self._in_fonts:
                self._in_fonts = 0

    def _word(self, word: str, number: int | None) -> None:
        star, self._star = self._star, False
        if word == "fonttbl":
            self._in_fonts = len(self._stack)
        elif self._in_fonts and word == "f":
            self._font = number or 0
        elif self._in_fonts and word == "fcharset":
            self._fonts[self._font] = _CHARSETS.get(number or 0, "cp1252")
        if word == "htmltag":
            self._flush()
            self._state = replace(self._state, html_tag=True, skip=False)
        elif word == "htmlrtf":
            self._flush()
            self._state = replace(self._state, rtf_only=number != 0)
        elif word in _SKIPPED or star:
            self._flush()
            self._state = replace(self._state, skip=True)
        elif word == "ansicpg":
            self._state = replace(self._state, codec=_codec(number or 1252))
            self._stack = [replace(state, codec=self._state.codec) for state in self._stack]
        elif word == "f" and not self._in_fonts:
            self._flush()
            self._state = replace(self._state, codec=self._fonts.get(number or 0, self._state.codec))
        elif word == "uc":
            self._state = replace(self._state, after_unicode=max(0, min(8, number or 0)))
        elif word == "u" and number is not None:
            self._flush()
            self._say(chr(number & 0xFFFF))
            self._pending = self._state.after_unicode
        elif word in _WORDS:
            self._flush()
            self._say("\n" if self._is_html and word in ("par", "line") else _WORDS[word])

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._star = True
        elif symbol in "\\{}":
            self._plain(symbol)
        elif symbol == "~":
            self._say("\u00a0")
        elif symbol in "\r\n":
            self._say("\n")

    def _byte(self, byte: int) -> None:
        if self._pending:
            self._pending -= 1
        elif not (self._state.skip or self._state.rtf_only):
            self._bytes.append(byte)

    def _plain(self, text: str) -> None:
        if self._pending:
            passed = min(self._pending, len(text))
            self._pending -= passed
            text = text[passed:]
        if not (self._state.skip or self._state.rtf_only):
            self._bytes.extend(text.encode("latin-1", "replace"))  # the second byte of a kanji may be a letter

    def _say(self, text: str) -> None:
        if not (self._state.skip or self._state.rtf_only):
            self._flush()
            self._out.append(text)

    def _flush(self) -> None:
        if self._bytes:
            self._out.append(self._bytes.decode(self._state.codec, "replace"))
            self._bytes.clear()


def _codec(page: int) -> str:
    name = "utf-8" if page == 65001 else f"cp{page}"
    try:
        b"a".decode(name)  # of no bytes at all Python would not look the name up
    except (LookupError, ValueError):
        return "cp1252"
    return name
