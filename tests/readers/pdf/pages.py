"""PDFs made for the tests, and the reader's parts sorted by what they are."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from genba.model.finding import Finding
from genba.model.nodes import Figure, Grid, Heading, Paragraph
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part
from genba.readers.pdf import read

MINCHO, GOTHIC = "HeiseiMin-W3", "HeiseiKakuGo-W5"
A4 = (595.0, 842.0)
BODY = (
    "締付けトルクは規定値の範囲内であることを確認し、記録する。異常があった場合は、"
    "ただちに設備を停止して責任者に連絡し、指示を受けること。"
)


def make_pdf(
    *draw: Callable[[Canvas], None], size: tuple[float, float] = A4, encrypt: StandardEncryption | None = None
) -> bytes:
    """One page for each function."""
    for font in (MINCHO, GOTHIC):
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=True, encrypt=encrypt)
    canvas.setTitle("")
    for page in draw:
        canvas.setFont(MINCHO, 10.5)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def paragraph(
    canvas: Canvas, x: float, y: float, text: str, *, width: float = 475, size: float = 10.5, lead: float = 17
) -> float:
    """Set a paragraph with its first line indented; gives the height after it."""
    text = "\u3000" + text
    fits = int(width // size)
    while text:
        canvas.drawString(x, y, text[:fits])
        text, y = text[fits:], y - lead
    return y


def ruled(canvas: Canvas, x: float, y: float, widths: list[float], rows: list[list[str]], height: float = 20) -> float:
    """Draw a table with all of its lines."""
    edges = [x + sum(widths[:i]) for i in range(len(widths) + 1)]
    for row in range(len(rows) + 1):
        canvas.line(edges[0], y - row * height, edges[-1], y - row * height)
    for edge in edges:
        canvas.line(edge, y, edge, y - len(rows) * height)
    for row, texts in enumerate(rows):
        for edge, text in zip(edges, texts, strict=False):
            canvas.drawString(edge + 4, y - row * height - 14, text)
    return y - len(rows) * height


@dataclass
class Parts:
    """What the reader gave, by kind."""

    parts: list[Part] = field(default_factory=list)

    def of(self, kind: type) -> list[Any]:
        return [part for part in self.parts if isinstance(part, kind)]

    @property
    def texts(self) -> list[str]:
        return [p.text for p in self.parts if isinstance(p, Heading | Paragraph) and not p.marks]

    @property
    def codes(self) -> dict[str, Finding]:
        return {finding.code: finding for finding in self.of(Finding)}

    @property
    def grids(self) -> list[list[list[str]]]:
        return [[[c.text for c in g.cells if c.row == r] for r in range(g.rows)] for g in self.of(Grid)]

    @property
    def figures(self) -> list[Figure]:
        return self.of(Figure)


def read_pdf(data: bytes, limits: Limits | None = None) -> Parts:
    """Read bytes to the end."""
    blob = Blob(name="a.pdf", size_bytes=len(data), open=lambda: io.BytesIO(data))
    return Parts(list(read(blob, limits or Limits())))


def objects(*bodies: bytes) -> bytes:
    """A PDF of raw objects numbered from 1; the first is the catalog."""

    def pieces() -> Iterator[bytes]:
        yield b"%PDF-1.7\n"
        for number, body in enumerate(bodies, 1):
            yield b"%d 0 obj\n%s\nendobj\n" % (number, body)

    data, offsets = b"", []
    for piece in pieces():
        if piece[0:1].isdigit():
            offsets.append(len(data))
        data += piece
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(data)
    count = len(offsets) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    return data + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start)


def stream(data: bytes, extra: bytes = b"") -> bytes:
    """A stream object."""
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), extra, data)
