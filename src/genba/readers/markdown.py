"""Read Markdown: headings, lists, tables, code; front matter becomes properties."""

import re
from collections.abc import Iterator

from genba.formats.encoding import decode
from genba.model.cells import Cell, CellStyle
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.nodes import Figure, Grid, Heading, Paragraph, Role
from genba.model.place import Place
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part

HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*")
ITEM = re.compile(r"(\s*)(?:([-*+])|(\d{1,9}[.)]))\s+(.*)")
DIVIDER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
FRONT = re.compile(r"([\w\- ぁ-んァ-ヶ一-龠々ー]{1,60})\s*:\s*(.*)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
RULE = re.compile(r" {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})")
HEADER = CellStyle(bold=True)


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield nodes line by line; anything that is no structure is a paragraph."""
    with blob.open() as stream:
        data = stream.read(4 * limits.text_chars)
    text = decode(data).text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > limits.text_chars or blob.size_bytes > len(data):
        yield Finding(code="file.text_too_long", severity=Severity.PROBLEM, details={"limit": limits.text_chars})
        text = text[: limits.text_chars]
    lines = text.split("\n")
    at = 0
    if lines[0].strip() == "---" and "---" in (line.strip() for line in lines[1:200]):
        end = next(number for number, line in enumerate(lines[1:], 1) if line.strip() == "---")
        yield from _front_matter(lines[1:end])
        at = end + 1
    held: list[str] = []
    while at < len(lines):
        line = lines[at]
        used, parts = _block(lines, at)
        if used or not line.strip() or RULE.fullmatch(line):
            yield from _paragraph(held, at)
            yield from parts
            at += max(used, 1)
        else:
            held.append(line.strip())
            at += 1
    yield from _paragraph(held, at)


def _front_matter(lines: list[str]) -> Iterator[Property]:
    for number, line in enumerate(lines, 2):
        found = FRONT.fullmatch(line.rstrip())
        value = found[2].strip().strip("\"'") if found else ""
        if found and value:
            yield Property(name=found[1].strip(), value=value, origin="properties", place=Place(line=number))


def _paragraph(held: list[str], end: int) -> Iterator[Part]:
    if not held:
        return
    text = "\n".join(held)
    place = Place(line=end - len(held) + 1, line_end=end)
    held.clear()
    for description, target in PICTURE.findall(text):
        yield Figure(description=description, place=Place(line=place.line, part=target))
    rest = PICTURE.sub("", text).strip()
    if rest:
        yield Paragraph(text=rest, place=place)


def _block(lines: list[str], at: int) -> tuple[int, list[Part]]:
    """Recognise a block that begins here; gives how many lines it takes."""
    line = lines[at]
    if heading := HEADING.fullmatch(line):
        return 1, [Heading(text=heading[2], level=len(heading[1]), place=Place(line=at + 1))] if heading[2] else []
    if fence := FENCE.match(line):
        end = next((n for n in range(at + 1, len(lines)) if lines[n].strip().startswith(fence[1])), len(lines))
        code = "\n".join(lines[at + 1 : end])
        place = Place(line=at + 1, line_end=end + 1)
        return end - at + 1, [Paragraph(text=code, role=Role.CODE, place=place)] if code.strip() else []
    if "|" in line and at + 1 < len(lines) and "-" in lines[at + 1] and DIVIDER.fullmatch(lines[at + 1]):
        return _table(lines, at)
    following = lines[at + 1].strip() if at + 1 < len(lines) else ""
    if line.strip() and len(following) >= 2 and set(following) in ({"="}, {"-"}) and not ITEM.fullmatch(line):
        level = 1 if following[0] == "=" else 2
        return 2, [Heading(text=line.strip(), level=level, place=Place(line=at + 1))]
    if (item := ITEM.fullmatch(line)) and not RULE.fullmatch(line):
        level = min(len(item[1].expandtabs(4)) // 2, 8)
        number = item[3] or "•"
        return 1, [Paragraph(text=item[4], role=Role.LIST_ITEM, number=number, level=level, place=Place(line=at + 1))]
    return 0, []


def _table(lines: list[str], at: int) -> tuple[int, list[Part]]:
    end = at + 2
    while end < len(lines) and "|" in lines[end] and lines[end].strip():
        end += 1
    rows = [_cells(lines[number]) for number in (at, *range(at + 2, end))]
    cells = [
        Cell(row, column, text, text, style=HEADER if row == 0 else CellStyle())
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
        if text
    ]
    place = Place(line=at + 1, line_end=end)
    grid = Grid(cells=tuple(cells), rows=len(rows), columns=max(map(len, rows)), header_rows=1, place=place)
    return end - at, [grid]


def _cells(line: str) -> list[str]:
    text = line.strip().removeprefix("|")
    if text.endswith("|") and not text.endswith("\\|"):
        text = text[:-1]
    return [cell.strip().replace("\\|", "|").replace("<br>", "\n") for cell in re.split(r"(?<!\\)\|", text)]
