"""Cell values, their looks, and the two tables (strings, styles) that a workbook's sheets share."""

# ruff: noqa: E501 - Excel's times carry no zone; parts of the file format are not broken over lines

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from examples.writing.package import attribute, text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BUILT_IN = {"General": 0, "0": 1, "0.00": 2, "#,##0": 3, "#,##0.00": 4, "0%": 9, "0.00%": 10, "@": 49}


@dataclass(frozen=True)
class Style:
    """How a cell looks; equal styles share one record in the workbook."""

    format: str = "General"
    bold: bool = False
    strike: bool = False
    size: int = 11
    color: str = ""
    fill: str = ""
    border: str = ""  # any of l r t b
    align: str = ""
    middle: bool = False
    wrap: bool = False
    vertical: bool = False


BOX = "lrtb"
HEAD = Style(bold=True, fill="D9E1F2", border=BOX, align="center", middle=True, wrap=True)
GRID = Style(border=BOX, middle=True, wrap=True)
TITLE = Style(bold=True, size=16, align="center", middle=True)


@dataclass(frozen=True)
class Formula:
    """A formula and what Excel last computed; None leaves the cached value out."""

    expression: str
    cached: object = None


@dataclass(frozen=True)
class Rich:
    """Text of several runs, each (text, is struck through)."""

    runs: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Furigana:
    """Text with readings: (start, end, kana) as Excel stores them beside the text."""

    base: str
    readings: tuple[tuple[int, int, str], ...]


def letters(column: int) -> str:
    """1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def ref(row: int, column: int) -> str:
    """A cell's name from its row and column, both counted from 1."""
    return f"{letters(column)}{row}"


def serial(value: date | datetime | time | timedelta, *, date1904: bool = False) -> float | int:
    """Excel's number for a date, a time of day or a duration."""
    if isinstance(value, timedelta):
        return value.total_seconds() / 86400
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    origin = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    days = (moment - origin).total_seconds() / 86400
    return int(days) if days.is_integer() else days


@dataclass
class Strings:
    """The shared string table."""

    index: dict[str, int] = field(default_factory=dict)

    def number(self, value: str | Rich | Furigana) -> int:
        """The string's place in the table, adding it when new."""
        return self.index.setdefault(_string_item(value), len(self.index))

    def xml(self) -> str:
        """The whole sharedStrings part."""
        count = len(self.index)
        return f'<sst xmlns="{MAIN}" count="{count}" uniqueCount="{count}">{"".join(self.index)}</sst>'


def _t(value: str) -> str:
    keep = ' xml:space="preserve"' if value != value.strip() or "\n" in value else ""
    return f"<t{keep}>{text(value)}</t>"


def _string_item(value: str | Rich | Furigana) -> str:
    if isinstance(value, Rich):
        runs = "".join(
            f'<r><rPr>{"<strike/>" if struck else ""}<sz val="11"/><rFont val="游ゴシック"/></rPr>{_t(part)}</r>'
            for part, struck in value.runs
        )
        return f"<si>{runs}</si>"
    if isinstance(value, Furigana):
        readings = "".join(f'<rPh sb="{start}" eb="{end}">{_t(kana)}</rPh>' for start, end, kana in value.readings)
        return f'<si>{_t(value.base)}{readings}<phoneticPr fontId="1"/></si>'
    return f"<si>{_t(value)}</si>"


@dataclass
class Styles:
    """The style table: every distinct look becomes one cell format record."""

    found: dict[Style, int] = field(default_factory=lambda: {Style(): 0})

    def number(self, style: Style) -> int:
        """The record's number, adding it when new."""
        return self.found.setdefault(style, len(self.found))

    def xml(self) -> str:
        """The whole styles part."""
        tables: dict[str, dict[str, int]] = {"fonts": {}, "fills": {}, "borders": {}}
        codes: dict[str, int] = {}
        plain = Style()
        _place(tables["fonts"], _font(plain))
        _place(tables["fills"], '<fill><patternFill patternType="none"/></fill>')
        _place(tables["fills"], '<fill><patternFill patternType="gray125"/></fill>')
        _place(tables["borders"], _border(""))
        records = []
        for style in self.found:
            font = _place(tables["fonts"], _font(style))
            fill = _place(tables["fills"], _fill(style.fill))
            border = _place(tables["borders"], _border(style.border))
            code = BUILT_IN.get(style.format)
            if code is None:
                code = codes.setdefault(style.format, 176 + len(codes))
            records.append(_record(style, code, font, fill, border))
        formats = "".join(
            f'<numFmt numFmtId="{number}" formatCode={attribute(code)}/>' for code, number in codes.items()
        )
        body = f'<numFmts count="{len(codes)}">{formats}</numFmts>' if codes else ""
        for name, rows in tables.items():
            body += f'<{name} count="{len(rows)}">{"".join(rows)}</{name}>'
        return (
            f'<styleSheet xmlns="{MAIN}">{body}<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" '
            f'borderId="0"/></cellStyleXfs><cellXfs count="{len(records)}">{"".join(records)}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="標準" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
        )


def _place(table: dict[str, int], row: str) -> int:
    return table.setdefault(row, len(table))


def _font(style: Style) -> str:
    marks = ("<b/>" if style.bold else "") + ("<strike/>" if style.strike else "")
    color = f'<color rgb="FF{style.color}"/>' if style.color else '<color theme="1"/>'
    return f'<font>{marks}<sz val="{style.size}"/>{color}<name val="游ゴシック"/><family val="3"/><charset val="128"/></font>'


def _fill(color: str) -> str:
    if not color:
        return '<fill><patternFill patternType="none"/></fill>'
    solid = f'<patternFill patternType="solid"><fgColor rgb="FF{color}"/><bgColor indexed="64"/></patternFill>'
    return f"<fill>{solid}</fill>"


def _border(edges: str) -> str:
    rows = "".join(
        f'<{name} style="thin"><color auto="1"/></{name}>' if name[0] in edges else f"<{name}/>"
        for name in ("left", "right", "top", "bottom")
    )
    return f"<border>{rows}<diagonal/></border>"


def _record(style: Style, code: int, font: int, fill: int, border: int) -> str:
    inner = ""
    if style.align or style.middle or style.wrap or style.vertical:
        inner = "<alignment"
        inner += f' horizontal="{style.align}"' if style.align else ""
        inner += ' vertical="center"' if style.middle else ""
        inner += ' wrapText="1"' if style.wrap else ""
        inner += ' textRotation="255"' if style.vertical else ""
        inner += "/>"
    applied = f'applyNumberFormat="{int(code != 0)}" applyAlignment="{int(bool(inner))}"'
    opening = f'<xf numFmtId="{code}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" {applied}'
    return f"{opening}>{inner}</xf>" if inner else f"{opening}/>"
