"""A text file in bounded pieces of whole lines, decoded, with one kind of line end."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from genba.errors import InvalidInput
from genba.formats.encoding import CODECS, SAMPLE_BYTES, Detection, examine, platform_pattern, sniff
from genba.model.finding import Finding, Severity
from genba.model.place import Place
from genba.ports.blob import Blob

CHUNK_BYTES = 1 << 20
LINE_BYTES = 16 << 20  # a longer line is cut
SHOWN = 10  # platform-dependent characters named in a finding


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines of a file; every line ends with LF except perhaps the file's last."""

    offset: int  # of its first byte
    line: int  # number of its first line, from 1
    text: str


@dataclass(slots=True)
class Damage:
    """What had to be mended while decoding, and what would have to be elsewhere."""

    nul: int = 0
    undecodable: int = 0
    cut_lines: list[int] = field(default_factory=list)
    altered: bool = False  # the text is not the bytes as they are, CRLF apart
    platform: Counter[str] = field(default_factory=Counter)  # characters that only some vendors' code tables hold
    platform_line: int = 0  # where the first of them stands

    def look(self, text: str, line: int) -> None:
        """Count platform-dependent characters."""
        if text.isascii():
            return
        pattern = platform_pattern()
        first = pattern.search(text)
        if first is None:
            return
        if not self.platform:
            self.platform_line = line + text.count("\n", 0, first.start())
        self.platform.update(pattern.findall(text, first.start()))

    def findings(self) -> Iterator[Finding]:
        """Tell of platform-dependent characters, the most frequent ones by name."""
        if self.platform:
            shown = "".join(char for char, _ in self.platform.most_common(SHOWN))
            yield Finding(
                code="text.platform_characters",
                severity=Severity.NOTICE,
                place=Place(line=self.platform_line),
                details={"characters": shown},
                count=self.platform.total(),
            )


def encoding_of(blob: Blob) -> Detection:
    """Tell a file's encoding, NUL bytes of a logger that lost power left aside; raises InvalidInput when unclear."""
    with blob.open() as stream:
        found = sniff(stream)
        if found is None:
            stream.seek(0)
            head = stream.read(4 * SAMPLE_BYTES)
            if b"\0" in head:
                found = examine(head.replace(b"\0", b""), complete=len(head) == blob.size_bytes)
    if found is None:
        raise InvalidInput("text.encoding_unknown", size_bytes=blob.size_bytes)
    return found


def chunks(
    blob: Blob, encoding: str, *, offset: int = 0, line: int = 1, damage: Damage | None = None
) -> Iterator[Chunk]:
    """Decode a file from a line start on; NUL is dropped, CRLF and CR become LF, a DOS end-of-file mark ends it."""
    is_watched = damage is not None
    damage = damage or Damage()
    with blob.open() as stream:
        stream.seek(offset)
        rest = b""
        while True:
            data = stream.read(CHUNK_BYTES)
            last = len(data) == 0
            data = rest + data
            cut = len(data) if last else _line_end(data, encoding)
            if cut == 0 and len(data) < LINE_BYTES and not last:
                rest = data
                continue
            if cut == 0 and not last:
                damage.cut_lines.append(line)
                cut = LINE_BYTES & ~3
                while not encoding.startswith("utf-16") and cut > 1 and data[cut] & 0xC0 == 0x80:
                    cut -= 1
            piece, rest = data[:cut], data[cut:]
            if piece:
                text = _decode(piece, encoding, damage, first=offset == 0, last=last)
                if text:
                    if is_watched:
                        damage.look(text, line)
                    yield Chunk(offset, line, text)
                    line += text.count("\n")
                offset += len(piece)
            if last:
                return


def _line_end(data: bytes, encoding: str) -> int:
    """Find the end of the last whole line; 0 when there is none. No trail byte of our encodings looks like LF or CR."""
    if encoding.startswith("utf-16"):
        mark = b"\n\0" if encoding.endswith("le") else b"\0\n"
        at = data.rfind(mark)
        while at > 0 and at % 2:
            at = data.rfind(mark, 0, at + 1)
        return at + 2 if at >= 0 and at % 2 == 0 else 0
    at = data.rfind(b"\n")
    if at < 0:
        at = data.rfind(b"\r", 0, len(data) - 1)  # an LF may follow the last byte
    return at + 1


def _decode(piece: bytes, encoding: str, damage: Damage, *, first: bool, last: bool) -> str:
    try:
        text = piece.decode(CODECS[encoding])
    except UnicodeDecodeError:
        text = piece.decode(CODECS[encoding], "genba.japanese")
        damage.undecodable += text.count("\ufffd")
        damage.altered = True
    if first:
        text = text.removeprefix("\ufeff")
    if "\0" in text:
        damage.nul += text.count("\0")
        damage.altered = True
        text = text.replace("\0", "")
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            damage.altered = True
            text = text.replace("\r", "\n")
    if last and text.endswith("\x1a"):
        damage.altered = True
        text = text.rstrip("\x1a")
    return text
