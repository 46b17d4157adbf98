"""Write PDF pages by hand: Japanese text across and down, rules, attachments, and text layers that cannot be read."""

# ruff: noqa: E501 - parts of the file format are not broken over lines

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

A4 = (595, 842)
ACROSS, DOWN, BROKEN, PRIVATE = "F1", "F2", "F3", "F4"
_STAMP = "D:20250401090000+09'00'"


def width(words: str, size: float) -> float:
    """How far text reaches across: half-width signs take half."""
    return sum(0.5 if ord(sign) < 0x7F or 0xFF61 <= ord(sign) <= 0xFF9F else 1.0 for sign in words) * size


@dataclass
class Page:
    """One page; the origin is its lower left corner, lengths are points."""

    size: tuple[int, int] = A4
    operators: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, size: float = 10.5, font: str = ACROSS) -> None:
        """Text across from (x, y), or down from there when the font is DOWN."""
        shown = "".join(f"{_code(sign, font):04X}" for sign in words)
        self.operators.append(f"BT /{font} {size:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm <{shown}> Tj ET")

    def line(self, x1: float, y1: float, x2: float, y2: float, weight: float = 0.6) -> None:
        """A rule."""
        self.operators.append(f"{weight:g} w {x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S")

    def box(self, x: float, y: float, w: float, h: float) -> None:
        """A rectangle's outline."""
        self.operators.append(f"0.6 w {x:.2f} {y:.2f} {w:.2f} {h:.2f} re S")


def _code(sign: str, font: str) -> int:
    if font == BROKEN:
        return 0x0200 + (ord(sign) * 7919) % 0x3F00  # glyph numbers of a subset font say nothing about characters
    return ord(sign)


@dataclass
class Pdf:
    """A PDF under construction."""

    title: str = ""
    author: str = ""
    pages: list[Page] = field(default_factory=list)
    attachments: list[tuple[str, bytes]] = field(default_factory=list)

    def page(self, size: tuple[int, int] = A4) -> Page:
        """Add a page."""
        self.pages.append(Page(size))
        return self.pages[-1]

    def to_bytes(self) -> bytes:
        """The finished file."""
        objects = _Objects()
        catalog, pages = objects.reserve(), objects.reserve()
        fonts = " ".join(f"/{name} {number} 0 R" for name, number in _fonts(objects, self._used()).items())
        kids = []
        for page in self.pages:
            content = objects.stream("\n".join(page.operators).encode("ascii"))
            kids.append(
                objects.add(
                    f"<< /Type /Page /Parent {pages} 0 R /MediaBox [0 0 {page.size[0]} {page.size[1]}] "
                    f"/Resources << /Font << {fonts} >> >> /Contents {content} 0 R >>"
                )
            )
        objects.fill(pages, f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>")
        objects.fill(catalog, f"<< /Type /Catalog /Pages {pages} 0 R{self._names(objects)} >>")
        info = objects.add(
            f"<< /Title {_string(self.title)} /Author {_string(self.author)} /CreationDate ({_STAMP}) /ModDate ({_STAMP}) >>"
        )
        return objects.to_bytes(catalog, info)

    def _used(self) -> list[str]:
        drawn = "\n".join(operator for page in self.pages for operator in page.operators)
        return [name for name in (ACROSS, DOWN, BROKEN, PRIVATE) if f"/{name} " in drawn]

    def _names(self, objects: _Objects) -> str:
        rows = ""
        for name, data in self.attachments:
            held = objects.stream(data, f"/Type /EmbeddedFile /Params << /Size {len(data)} >> ")
            spec = objects.add(f"<< /Type /Filespec /F {_string(name)} /UF {_string(name)} /EF << /F {held} 0 R >> >>")
            rows += f"{_string(name)} {spec} 0 R "
        return f" /Names << /EmbeddedFiles << /Names [{rows}] >> >>" if rows else ""


class _Objects:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def reserve(self) -> int:
        self.bodies.append(b"")
        return len(self.bodies)

    def fill(self, number: int, body: str) -> None:
        self.bodies[number - 1] = body.encode("latin-1")

    def add(self, body: str) -> int:
        self.bodies.append(body.encode("latin-1"))
        return len(self.bodies)

    def stream(self, data: bytes, extra: str = "") -> int:
        packed = zlib.compress(data, 6)
        head = f"<< {extra}/Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode("latin-1")
        self.bodies.append(head + packed + b"\nendstream")
        return len(self.bodies)

    def to_bytes(self, root: int, info: int) -> bytes:
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, body in enumerate(self.bodies, 1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        start = len(out)
        out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
        out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
        out += f"trailer\n<< /Size {len(places) + 1} /Root {root} 0 R /Info {info} 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
        return bytes(out)


def _string(words: str) -> str:
    return f"<FEFF{words.encode('utf-16-be').hex().upper()}>"


def _fonts(objects: _Objects, used: list[str]) -> dict[str, int]:
    made = {
        ACROSS: ("HeiseiKakuGo-W5", "UniJIS-UCS2-H", "Japan1", ""),
        DOWN: ("HeiseiMin-W3", "UniJIS-UCS2-V", "Japan1", ""),
        BROKEN: ("ABCDEF+MSGothic", "Identity-H", "Identity", ""),
        PRIVATE: ("GHIJKL+Gaiji", "Identity-H", "Identity", "private"),
    }
    found = {}
    for name in used:
        base, encoding, ordering, kind = made[name]
        descriptor = objects.add(
            f"<< /Type /FontDescriptor /FontName /{base} /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0 /Ascent 880 "
            "/Descent -120 /CapHeight 700 /StemV 80 >>"
        )
        widths = "/W [1 [" + "500 " * 94 + "] 231 632 500] " if ordering == "Japan1" else ""
        descendant = objects.add(
            f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /{base} /CIDSystemInfo << /Registry (Adobe) "
            f"/Ordering ({ordering}) /Supplement {6 if ordering == 'Japan1' else 0} >> /DW 1000 {widths}/FontDescriptor {descriptor} 0 R >>"
        )
        unicode = f"/ToUnicode {_private_map(objects)} 0 R " if kind else ""
        found[name] = objects.add(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{base} /Encoding /{encoding} {unicode}"
            f"/DescendantFonts [{descendant} 0 R] >>"
        )
    return found


def _private_map(objects: _Objects) -> int:
    """A ToUnicode map into the private use area, as font makers' own tools leave behind."""
    rows = "\n".join(f"<{high:02X}00> <{high:02X}FF> <{0xE0 + high % 0x18:02X}00>" for high in range(0x30, 0x94))
    return objects.stream(
        (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Custom def /CMapType 2 def "
            f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n100 beginbfrange\n{rows}\nendbfrange "
            "endcmap CMapName currentdict /CMap defineresource pop end end"
        ).encode()
    )
