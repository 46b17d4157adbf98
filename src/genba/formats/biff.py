"""BIFF8 records of an .xls workbook stream ([MS-XLS]): strings, fonts, formats, sheets and what the globals say."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from genba.errors import InvalidInput
from genba.formats.numberformat import builtin
from genba.formats.ranges import Area
from genba.model.cells import CellStyle

BOF, EOF, CONTINUE, FILEPASS, DATEMODE = 0x0809, 0x000A, 0x003C, 0x002F, 0x0022
FONT, FORMAT, XF, SST, BOUNDSHEET, NAME = 0x0031, 0x041E, 0x00E0, 0x00FC, 0x0085, 0x0018
BIFF8 = 0x0600
ALIGNMENTS = ("", "left", "center", "right", "fill", "justify", "centerContinuous", "distributed")
PRINT_AREA = b"\x06"
AREA_TOKENS = {0x3B: 11, 0x5B: 11, 0x7B: 11}  # ptgArea3d in its three classes
STRINGS = 4_000_000


@dataclass(frozen=True, slots=True)
class RichText:
    """A shared string with the struck-through part taken out of it."""

    text: str
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Font:
    """What a font says about its text."""

    bold: bool = False
    struck: bool = False
    size_pt: float = 11.0


@dataclass(slots=True)
class SheetEntry:
    """A sheet as the globals list it."""

    name: str
    offset: int
    hidden: bool
    is_worksheet: bool
    print_areas: list[Area] = field(default_factory=list)


@dataclass(slots=True)
class Workbook:
    """Everything that all sheets share."""

    sheets: list[SheetEntry] = field(default_factory=list)
    strings: list[RichText] = field(default_factory=list)
    styles: list[CellStyle] = field(default_factory=list)
    struck: list[bool] = field(default_factory=list)  # by XF
    date1904: bool = False


def records(data: bytes, offset: int = 0) -> Iterator[tuple[int, bytes]]:
    """Walk over records; ends where the stream does, in the middle of a record or not."""
    size = len(data)
    while offset + 4 <= size:
        kind, length = struct.unpack_from("<HH", data, offset)
        yield kind, data[offset + 4 : offset + 4 + length]
        offset += 4 + length


def is_biff8(data: bytes) -> bool:
    """Say whether a workbook stream is of Excel 97 or later."""
    return (
        len(data) > 8 and struct.unpack_from("<HHH", data)[0] == BOF and struct.unpack_from("<H", data, 4)[0] == BIFF8
    )


def short_string(data: bytes, at: int, count: int) -> tuple[str, int]:
    """Read characters that follow a flags byte; gives the text and where it ends."""
    wide = data[at] & 1
    end = at + 1 + count * (2 if wide else 1)
    return data[at + 1 : end].decode("utf-16-le" if wide else "latin-1", "replace"), end


def read_globals(data: bytes) -> Workbook:
    """Read the first substream; raises InvalidInput for an encrypted workbook."""
    book = Workbook()
    fonts: list[Font] = []
    formats: dict[int, str] = {}
    xfs: list[bytes] = []
    shared: list[bytes] = []
    last = 0
    for kind, body in records(data):
        if kind == CONTINUE and last == SST:
            shared.append(body)
            continue
        last = kind
        if kind == FILEPASS:
            raise InvalidInput("file.password_protected")
        if kind == EOF:
            break
        try:
            if kind == DATEMODE:
                book.date1904 = body[:1] == b"\x01"
            elif kind == FONT:
                height, flags, _, weight = struct.unpack_from("<HHHH", body)
                fonts.append(Font(weight >= 600, bool(flags & 8), height / 20))
                if len(fonts) == 4:
                    fonts.append(Font())  # index 4 is never used
            elif kind == FORMAT:
                number, count = struct.unpack_from("<HH", body)
                formats[number] = short_string(body, 4, count)[0]
            elif kind == XF:
                xfs.append(body)
            elif kind == SST:
                shared.append(body)
            elif kind == BOUNDSHEET:
                offset, hidden, sort, count = struct.unpack_from("<IBBB", body)
                book.sheets.append(SheetEntry(short_string(body, 7, count)[0], offset, bool(hidden & 3), sort == 0))
            elif kind == NAME:
                _print_area(book, body)
        except (struct.error, IndexError):
            continue  # a damaged record says nothing; the cells are still there
    _styles(book, xfs, fonts, formats)
    book.strings = list(_strings(shared, fonts))
    return book


def _print_area(book: Workbook, body: bytes) -> None:
    flags, _, count, size, _, sheet = struct.unpack_from("<HBBHHH", body)
    if not flags & 0x20 or count != 1 or body[15:16] != PRINT_AREA or not 0 < sheet <= len(book.sheets):
        return
    tokens = body[16 : 16 + size]
    at = 0
    while at < len(tokens):
        if tokens[at] in AREA_TOKENS:
            top, bottom, left, right = struct.unpack_from("<HHHH", tokens, at + 3)
            book.sheets[sheet - 1].print_areas.append(Area(top, left & 0xFF, bottom, right & 0xFF))
            at += AREA_TOKENS[tokens[at]]
        else:
            at += 3 if tokens[at] in (0x29, 0x49, 0x69) else 1  # ptgMemFunc announces what follows; unions are one byte


def _styles(book: Workbook, xfs: list[bytes], fonts: list[Font], formats: dict[int, str]) -> None:
    seen: dict[bytes, CellStyle] = {}
    for body in xfs:
        style = seen.get(body)
        font = Font()
        if len(body) >= 20:
            font_at, format_at = struct.unpack_from("<HH", body)
            font = fonts[font_at] if font_at < len(fonts) else font
            if style is None:
                style = _style(body, font, formats.get(format_at) or builtin(format_at))
        style = style or CellStyle()
        seen[body] = style
        book.styles.append(style)
        book.struck.append(font.struck)


def _style(body: bytes, font: Font, code: str) -> CellStyle:
    lines, colours = struct.unpack_from("<II", body, 10)
    borders = sum(
        1 << side for side, shift in enumerate((0, 8, 4, 12)) if lines >> shift & 15
    )  # left, top, right, bottom
    pattern = colours >> 26
    (fill,) = struct.unpack_from("<H", body, 18)
    return CellStyle(
        bold=font.bold,
        size_pt=font.size_pt,
        fill=f"indexed {fill & 0x7F}" if pattern and fill & 0x7F not in (9, 64, 65) else "",
        borders=borders,
        align=ALIGNMENTS[body[6] & 7],
        indent=body[8] & 15,
        number_format=code,
    )


class _Segments:
    """Reads the shared strings over the records that continue them."""

    def __init__(self, segments: list[bytes]) -> None:
        self._segments = segments
        self._number = 0
        self._at = 0

    def bytes(self, count: int) -> bytes:
        out = b""
        while count:
            segment = self._segments[self._number]
            piece = segment[self._at : self._at + count]
            if not piece:
                self._number, self._at = self._number + 1, 0
                continue
            out += piece
            self._at += len(piece)
            count -= len(piece)
        return out

    def characters(self, count: int, wide: int) -> str:
        text = ""
        while count:
            segment = self._segments[self._number]
            size = 2 if wide else 1
            take = min(count, (len(segment) - self._at) // size)
            text += segment[self._at : self._at + take * size].decode("utf-16-le" if wide else "latin-1", "replace")
            self._at += take * size
            count -= take
            if count:  # the rest follows in the next record, which says anew how wide its characters are
                self._number += 1
                wide, self._at = self._segments[self._number][0] & 1, 1
        return text


def _strings(segments: list[bytes], fonts: list[Font]) -> Iterator[RichText]:
    if not segments or len(segments[0]) < 8:
        return
    source = _Segments(segments)
    count = min(struct.unpack_from("<I", source.bytes(8), 4)[0], STRINGS)
    try:
        for _ in range(count):
            length, flags = struct.unpack("<HB", source.bytes(3))
            runs = struct.unpack("<H", source.bytes(2))[0] if flags & 8 else 0
            extra = struct.unpack("<I", source.bytes(4))[0] if flags & 4 else 0
            text = source.characters(length, flags & 1)
            marks = [struct.unpack("<HH", source.bytes(4)) for _ in range(runs)]
            source.bytes(extra)  # phonetic text: a reading is no part of the text
            yield _parted(text, marks, fonts) if marks else RichText(text)
    except (IndexError, struct.error):
        return  # cut off: the strings before are whole


def _parted(text: str, marks: list[tuple[int, int]], fonts: list[Font]) -> RichText:
    kept, gone = text[: marks[0][0]], ""
    ends = [start for start, _ in marks[1:]] + [len(text)]
    for (start, font), end in zip(marks, ends, strict=True):
        if font < len(fonts) and fonts[font].struck:
            gone += text[start:end]
        else:
            kept += text[start:end]
    return RichText(kept, gone)


def rk_number(packed: int) -> int | float:
    """Unpack a number of 30 bits: an integer or the upper part of a double, perhaps in hundredths."""
    value: int | float
    if packed & 2:
        value = (packed >> 2) - (1 << 30 if packed & 0x80000000 else 0)
    else:
        value = struct.unpack("<d", struct.pack("<II", 0, packed & 0xFFFFFFFC))[0]
    if packed & 1:
        value /= 100
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53 else value
