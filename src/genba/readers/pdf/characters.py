"""The characters of a page with their em boxes, styles and what is doubtful about them."""

import ctypes
import math
import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

from genba.formats.pagelayout.glyphs import Flow, Glyph, Style
from genba.readers.pdf.frame import PageFrame
from genba.readers.pdf.library import Calls, address_of

BOLD = re.compile(r"bold|black|heavy|demi|[-_]?W[6-9]\b|-[BEHU]\b|-(?:DB|EB)\b|ゴシック.*太|極太", re.IGNORECASE)
SPACES = {" ", "\t", "\xa0", "\u3000", "\u2002", "\u2003", "\u2009", "\u200a"}
DROPPED = {"\r", "\n", "\u200b", "\ufeff", "\u200e", "\u200f", "\u2060"}
WHITES = {0xFFFFFF, 0xFEFEFE, 0xFDFDFD}
MOST_PER_PAGE = 150_000


@dataclass(slots=True)
class PageText:
    """What the text layer of a page holds."""

    glyphs: list[Glyph] = field(default_factory=list)
    aslant: dict[int, list[Glyph]] = field(default_factory=dict)  # by text object: watermarks and stamps
    outside: list[Glyph] = field(default_factory=list)  # beyond the visible box
    invisible: int = 0  # drawn in render mode 3, as OCR layers are
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What one text object says of its characters."""

    style: Style
    size: float
    turn: Flow | None
    invisible: bool


class SettingReader:
    """Reads fonts and sizes once per text object, not once per character."""

    def __init__(self, text_page: Any, frame: PageFrame, fast: Calls, fonts: dict[int, tuple[str, bool]]) -> None:
        """`fonts` remembers names and weights over the pages of a document."""
        import pypdfium2.raw as pdfium

        self._raw, self._text_page, self._frame, self._calls, self._fonts = pdfium, text_page, frame, fast, fonts
        self._handle = address_of(text_page)
        self._styles: dict[Style, Style] = {}
        self._matrix = pdfium.FS_MATRIX()

    def read(self, text_object: int, index: int) -> Setting:
        """Read what holds for all characters of the object."""
        raw, matrix = self._raw, self._matrix
        handle = ctypes.cast(text_object, raw.FPDF_PAGEOBJECT)
        self._calls.matrix(self._handle, index, ctypes.addressof(matrix))
        size = raw.FPDFText_GetFontSize(self._text_page, index) * math.hypot(matrix.c, matrix.d)
        name, bold = self._font(raw.FPDFTextObj_GetFont(handle))
        mode = raw.FPDFTextObj_GetTextRenderMode(handle)
        colour = self._colour(handle)
        invisible = mode in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
        stroked_too = mode == raw.FPDF_TEXTRENDERMODE_FILL_STROKE
        turn = self._frame.turn(matrix.a, matrix.b)
        style = Style(name, bold or stroked_too, hidden=invisible or colour < 0, white=colour in WHITES)
        style = self._styles.setdefault(style, style)
        return Setting(style, abs(size) or 1.0, turn, invisible)

    def _colour(self, handle: Any) -> int:
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not self._raw.FPDFPageObj_GetFillColor(handle, red, green, blue, alpha):
            return 0
        return -1 if alpha.value == 0 else red.value << 16 | green.value << 8 | blue.value

    def _font(self, font: Any) -> tuple[str, bool]:
        address = address_of(font) if font else 0
        known = self._fonts.get(address)
        if known is None:
            raw, buffer = self._raw, ctypes.create_string_buffer(256)
            length = raw.FPDFFont_GetBaseFontName(font, buffer, 256) if font else 0
            data = buffer.raw[: max(min(length, 256) - 1, 0)]
            name = data.decode("utf-8", "replace")
            if "\ufffd" in name:
                name = data.decode("cp932", "replace")
            name = name.split("+", 1)[1] if re.match(r"[A-Z]{6}\+", name) else name
            weight = raw.FPDFFont_GetWeight(font) if font else 400
            known = (name, bool(BOLD.search(name)) or weight >= 650)
            self._fonts[address] = known
        return known


def read_characters(text_page: Any, frame: PageFrame, fast: Calls, fonts: dict[int, tuple[str, bool]]) -> PageText:
    """Read the characters in the order drawn; fonts, size and turn are looked up once per text object."""
    import pypdfium2.raw as pdfium

    found = PageText()
    count = pdfium.FPDFText_CountChars(text_page)
    if count > MOST_PER_PAGE:
        count, found.cut_off = MOST_PER_PAGE, True
    handle = address_of(text_page)
    reader = SettingReader(text_page, frame, fast, fonts)
    rect = pdfium.FS_RECTF()
    where = ctypes.addressof(rect)
    unicode_at, object_at, box_at, error_at = fast.unicode, fast.text_object, fast.loose_box, fast.map_error
    width, height, place = frame.width, frame.height, frame.box
    upright, left, page_top = frame.turns == 0, frame.left, frame.top
    last_object, setting, space, high = 0, None, "", 0
    for index in range(count):
        code = unicode_at(handle, index)
        text_object = object_at(handle, index)
        if not text_object:
            continue
        if code < 0x3001 and (char := chr(code)) in SPACES:
            if not fast.is_generated(handle, index):
                space += char
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code, high = (0x10000 + ((high - 0xD800) << 10) + code - 0xDC00, 0) if high else (0xFFFD, 0)
        if code == 2:  # pdfium's sign for a hyphen at the end of a line
            code = 0x2D
        text = chr(code) if code < 0x110000 else "\ufffd"
        if text in DROPPED or (code < 0x20 and fast.is_generated(handle, index)):
            continue
        if text_object != last_object or setting is None:
            last_object, setting = text_object, reader.read(text_object, index)
        box_at(handle, index, where)
        if upright:
            x0, y0, x1, y1 = rect.left - left, page_top - rect.top, rect.right - left, page_top - rect.bottom
        else:
            x0, y0, x1, y1 = place(rect.left, rect.bottom, rect.right, rect.top)
        style = setting.style
        if is_doubtful(text, code) or error_at(handle, index):
            style = replace(style, garbled=True)
        elif 0xFB00 <= code <= 0xFB06:
            text = unicodedata.normalize("NFKC", text)
        turn = setting.turn
        if code > 0x2E7F and turn is not None and x1 - x0 > 1.45 * setting.size and y1 - y0 < 1.1 * setting.size:
            x0 = x1 - setting.size  # a vertical font without glyphs: pdfium unites its em box with an empty one
        glyph = Glyph(text, x0, y0, x1, y1, setting.size, style, turn or Flow.RIGHT, space)
        space = ""
        found.invisible += setting.invisible
        if x1 < 0 or y1 < 0 or x0 > width or y0 > height:
            found.outside.append(glyph)
        elif turn is None:
            found.aslant.setdefault(text_object, []).append(glyph)
        else:
            found.glyphs.append(glyph)
    return found


def is_doubtful(text: str, code: int) -> bool:
    """A code that no text means: control, private use, replacement, noncharacter."""
    if 0x20 <= code < 0x7F or 0x3000 <= code < 0xD800:
        return False
    return (
        code < 0x20
        or 0x7F <= code < 0xA0
        or code in (0xFFFD, 0xFFFE, 0xFFFF)
        or 0xE000 <= code < 0xF900
        or code >= 0xF0000
    )
