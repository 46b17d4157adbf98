"""Lays an instruction out as PDF pages, and turns such pages into scans."""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

from __future__ import annotations

import functools
import io
import itertools
import math
import random
import re
from pathlib import Path

from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from benchmarks.generators.instructions.blocks import Box, Layout, Line, Pairs, Picture, Row, Table
from examples.writing import pictures

# Fonts of Japanese text that Debian, Windows and macOS bring; only such a font can be drawn for a scan.
_FONTS = (
    "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf",
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "C:/Windows/Fonts/meiryo.ttc",
    "C:/Windows/Fonts/msgothic.ttc",
)
_WIDE, _HIGH, _MARGIN, _SIZE = 595.0, 842.0, 50.0, 10.0
_SCAN_DPI = 200
_RUN = re.compile(r"[!-~±·−⁻]+|.")


@functools.cache
def has_font() -> bool:
    """Whether a Japanese font is there to be embedded."""
    return _font() != "HeiseiKakuGo-W5"


@functools.cache
def _font() -> str:
    for path in map(Path, _FONTS):
        if path.exists():
            pdfmetrics.registerFont(TTFont("Gothic", str(path), subfontIndex=0))
            return "Gothic"
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiKakuGo-W5"))
    return "HeiseiKakuGo-W5"


def write(page: Layout, rng: random.Random) -> bytes:
    """The finished .pdf with its text."""
    return _Writer(page, rng).to_bytes()


def scan(page: Layout, rng: random.Random, kind: str) -> bytes:
    """The same pages as a scanner gives them: a TIFF of many pages, or a PDF of pictures; slightly askew, with noise."""
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(write(page, rng))
    images = [_worn(sheet.render(scale=_SCAN_DPI / 72, grayscale=True).to_pil(), rng) for sheet in document]
    out = io.BytesIO()
    if kind == "tiff":
        images[0].save(out, "TIFF", save_all=True, append_images=images[1:], compression="tiff_lzw", dpi=(200, 200))
        return out.getvalue()
    canvas = Canvas(out, pagesize=(_WIDE, _HIGH), invariant=1)
    for image in images:
        packed = io.BytesIO()
        image.save(packed, "JPEG", quality=80)
        canvas.drawImage(ImageReader(packed), 0, 0, _WIDE, _HIGH)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _worn(image: Image.Image, rng: random.Random) -> Image.Image:
    """Mildly: under a degree askew, a little blur, grain, a grey ground."""
    image = image.convert("L").rotate(rng.uniform(-0.8, 0.8), Image.Resampling.BICUBIC, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.6)))
    small = Image.frombytes("L", (512, 512), rng.randbytes(512 * 512))
    grain = Image.new("L", image.size)
    for x in range(0, image.width, 512):
        for y in range(0, image.height, 512):
            grain.paste(small, (x, y))
    ground = Image.blend(image, Image.new("L", image.size, rng.randrange(225, 245)), 0.08)
    return Image.blend(ground, grain, 0.04)


class _Writer:
    def __init__(self, page: Layout, rng: random.Random) -> None:
        self.page, self.rng, self.font = page, rng, _font()
        self.out = io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=(_WIDE, _HIGH), invariant=1)
        self.canvas.setTitle(page.title)
        self.y, self.number = _HIGH - _MARGIN, 0
        self._open()

    def to_bytes(self) -> bytes:
        for block in self.page.blocks:
            if isinstance(block, Line):
                self._line(block)
            elif isinstance(block, Box):
                self._box(block)
            elif isinstance(block, Picture):
                self._picture(block)
            elif isinstance(block, Table):
                self._table(block)
            else:
                self._pairs(block)
        self.canvas.showPage()
        self.canvas.save()
        return self.out.getvalue()

    def _open(self) -> None:
        self.number += 1
        if self.page.header:
            self._text(_MARGIN, _HIGH - 30, self.page.header, 8)
        self._text(_WIDE / 2 - 10, 25, f"- {self.number} -", 8)
        self.y = _HIGH - _MARGIN

    def _room(self, high: float) -> bool:
        """Begin a new page where the rest of this one is too small."""
        if self.y - high >= _MARGIN:
            return False
        self.canvas.showPage()
        self._open()
        return True

    def _text(self, x: float, y: float, words: str, size: float = _SIZE) -> None:
        self.canvas.setFont(self.font, size)
        self.canvas.drawString(x, y, words.replace("⚠", "▲"))  # most fonts of print lack the sign

    def _wrapped(self, words: str, wide: float, size: float = _SIZE) -> list[str]:
        lines: list[str] = []
        for part in words.split("\n"):
            line = ""
            # As programs do: Japanese breaks anywhere but before a closing mark, numbers and Latin words stay whole.
            for run in _RUN.findall(part):
                is_over = pdfmetrics.stringWidth(line + run, self.font, size) > wide
                if line and is_over and run not in "。、）)」":
                    lines.append(line)
                    line = ""
                for sign in run:
                    if pdfmetrics.stringWidth(line + sign, self.font, size) > wide and len(run) > 1:
                        lines.append(line)
                        line = ""
                    line += sign
            lines.append(line)
        return lines

    def _line(self, line: Line) -> None:
        if line.role == "title":
            wide = pdfmetrics.stringWidth(line.text, self.font, 16)
            self._text((_WIDE - wide) / 2, self.y - 16, line.text, 16)
            self.y -= 34
            return
        size = 12.0 if line.role == "heading" else _SIZE
        if line.role == "heading":
            self._room(60)
            self.y -= 8
        indent = 0.0
        if line.number:
            own = pdfmetrics.stringWidth(line.number + "　", self.font, size)
            indent = max(22.0, own) + (18.0 if line.level else 0.0)
        for place, words in enumerate(self._wrapped(line.text, _WIDE - 2 * _MARGIN - indent, size)):
            self._room(size * 1.6)
            self.y -= size * 1.6
            if place == 0 and line.number:
                self._text(_MARGIN + (18.0 if line.level else 0.0), self.y, line.number, size)
            self._text(_MARGIN + indent, self.y, words, size)
        self.y -= 4

    def _box(self, box: Box) -> None:
        lines = [part for words in box.lines for part in self._wrapped(words, _WIDE - 2 * _MARGIN - 40)]
        high = len(lines) * 16 + 10
        self._room(high + 12)
        self.canvas.rect(_MARGIN + 10, self.y - high - 4, _WIDE - 2 * _MARGIN - 20, high)
        for place, words in enumerate(lines):
            self._text(_MARGIN + 20, self.y - 18 - place * 16, words)
        self.y -= high + 14

    def _photograph(self, picture: Picture, x: float, y: float, wide: float, high: float) -> None:
        data = pictures.photograph(self.rng, self.rng.choice(("part", "machine")), size=(240, 180))
        self.canvas.drawImage(ImageReader(io.BytesIO(data)), x, y, wide, high)

    def _picture(self, picture: Picture) -> None:
        self._room(150)
        wide = pdfmetrics.stringWidth(picture.caption, self.font, 9)
        if picture.is_captioned_above:
            self._text((_WIDE - wide) / 2, self.y - 14, picture.caption, 9)
            self.y -= 18
        self._photograph(picture, _WIDE / 2 - 72, self.y - 112, 144, 108)
        self.y -= 114
        if not picture.is_captioned_above:
            self._text((_WIDE - wide) / 2, self.y - 12, picture.caption, 9)
            self.y -= 18
        self.y -= 6

    def _table(self, table: Table) -> None:
        whole, line = sum(table.widths), _WIDE - 2 * _MARGIN
        edges = [_MARGIN]
        for share in table.widths:
            edges.append(edges[-1] + line * share / whole)
        self.y -= 6
        self._header(table, edges)
        for row in table.rows:
            high = self._height(row, edges)
            if self._room(high):
                self._header(table, edges)
            self._row(row, edges, high)
        self.y -= 10

    def _header(self, table: Table, edges: list[float]) -> None:
        names = [
            self._wrapped(name, right - left - 6, 9)
            for name, left, right in zip(table.columns, edges, edges[1:], strict=False)
        ]
        high = max(len(lines) for lines in names) * 13 + 5
        self._room(high + 60)
        for lines, left, right in zip(names, edges, edges[1:], strict=False):
            self.canvas.setFillGray(0.9)
            self.canvas.rect(left, self.y - high, right - left, high, fill=1)
            self.canvas.setFillGray(0)
            for place, words in enumerate(lines):
                wide = pdfmetrics.stringWidth(words, self.font, 9)
                self._text((left + right - wide) / 2, self.y - 12 - place * 13, words, 9)
        self.y -= high

    def _height(self, row: Row, edges: list[float]) -> float:
        if row.is_whole:
            return len(self._wrapped(row.cells[0].text, edges[-1] - edges[0] - 8, 9)) * 13 + 7
        high = 0.0
        for cell, left, right in zip(row.cells, edges, edges[1:], strict=False):
            lines = len(self._wrapped(cell.text, right - left - 6, 9)) if cell.text else 0
            photo = (right - left - 10) * 0.75 + 4 if cell.picture else 0
            high = max(high, lines * 13 + 7 + photo)
        return math.ceil(high)

    def _row(self, row: Row, edges: list[float], high: float) -> None:
        spans = [(edges[0], edges[-1])] if row.is_whole else list(itertools.pairwise(edges))
        for cell, (left, right) in zip(row.cells, spans, strict=False):
            self.canvas.rect(left, self.y - high, right - left, high)
            y = self.y - 13
            if cell.picture:
                tall = (right - left - 10) * 0.75
                self._photograph(cell.picture, left + 5, self.y - tall - 4, right - left - 10, tall)
                y -= tall + 4
            for place, words in enumerate(self._wrapped(cell.text, right - left - 6, 9) if cell.text else ()):
                self._text(left + 3, y - place * 13, words, 9)
        self.y -= high

    def _pairs(self, pairs: Pairs) -> None:
        wide = (_WIDE - 2 * _MARGIN) / 2
        for place, (label, value) in enumerate(pairs.items):
            left = _MARGIN + wide * (place % 2)
            self.canvas.rect(left, self.y - 18, 70, 18)
            self.canvas.rect(left + 70, self.y - 18, wide - 70, 18)
            self._text(left + 4, self.y - 13, label, 9)
            self._text(left + 74, self.y - 13, value, 9)
            if place % 2 or place == len(pairs.items) - 1:
                self.y -= 18
        self.y -= 10
