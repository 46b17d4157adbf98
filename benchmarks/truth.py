"""What real Office files hold, read from their XML here and nowhere else, so that genba does not mark its own work."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
THREADED = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The texts of a workbook or document."""

    cells: list[tuple[str, str]]  # cell, text
    drawn: list[str]
    comments: list[str]
    characters: int


def workbook(path: Path) -> Contents:
    """Texts of cells on worksheets, of shapes and SmartArt, of comments; and how many characters all cells hold."""
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        strings = _shared_strings(package) if "xl/sharedStrings.xml" in names else []
        cells: list[tuple[str, str]] = []
        numbers = 0
        for name in names:
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                for cell, text, is_number in _cells(package, name, strings):
                    if is_number:
                        numbers += len(text)
                    else:
                        cells.append((cell, text))
        drawn = [text for name in names for text in _drawn(package, name)]
        comments = [text for name in names for text in _comments(package, name)]
    texts = [text for _, text in cells] + drawn + comments
    return Contents(cells=cells, drawn=drawn, comments=comments, characters=numbers + sum(map(len, texts)))


def document(path: Path) -> Contents:
    """Texts of the paragraphs of a Word document's body: deleted, hidden and ruby readings left out."""
    with zipfile.ZipFile(path) as package:
        root = _parse(package, "word/document.xml")
        texts = [text for paragraph in root.iter(W + "p") if (text := _paragraph(paragraph)).strip()]
    return Contents(cells=[("", text) for text in texts], drawn=[], comments=[], characters=sum(map(len, texts)))


def openpyxl_cells(path: Path) -> int:
    """A second opinion on how many cells hold text."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    book = load_workbook(path, data_only=True, rich_text=False)
    rows = (row for sheet in book.worksheets for row in sheet.iter_rows())
    return sum(isinstance(cell.value, str) and bool(cell.value.strip()) for row in rows for cell in row)


def _parse(package: zipfile.ZipFile, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(package.read(name), parser)


def _shared_strings(package: zipfile.ZipFile) -> list[str]:
    return [_rich(item) for item in _parse(package, "xl/sharedStrings.xml").iterchildren(S + "si")]


def _rich(item: etree._Element) -> str:
    """The text of runs that are not struck through; furigana (rPh) is a reading, not text."""
    parts = []
    for child in item:
        if child.tag == S + "t":
            parts.append(child.text or "")
        elif child.tag == S + "r":
            strike = child.find(f"{S}rPr/{S}strike")
            if strike is None or strike.get("val") in ("0", "false"):
                parts.append(child.findtext(S + "t") or "")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(parts))


def _cells(package: zipfile.ZipFile, name: str, strings: list[str]) -> Iterator[tuple[str, str, bool]]:
    for cell in _parse(package, name).iter(S + "c"):
        kind, value = cell.get("t", "n"), cell.findtext(S + "v") or ""
        if kind == "s" and value:
            text = strings[int(value)]
        elif kind == "inlineStr":
            inline = cell.find(S + "is")
            text = _rich(inline) if inline is not None else ""
        else:
            text = value
        if text.strip():
            yield f"{posixpath.basename(name)}!{cell.get('r')}", text, kind not in ("s", "inlineStr", "str")


def _drawn(package: zipfile.ZipFile, name: str) -> Iterator[str]:
    """Text of each shape on sheets, and of each point of SmartArt."""
    if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name):
        bodies = _without_fallbacks(_parse(package, name)).iter(XDR + "txBody")
    elif re.fullmatch(r"xl/diagrams/data\d+\.xml", name):
        bodies = _parse(package, name).iter(DGM + "t")
    else:
        return
    for body in bodies:
        lines = ["".join(run.text or "" for run in line.iter(A + "t")) for line in body.iter(A + "p")]
        text = "\n".join(lines).strip()
        if text:
            yield text


def _without_fallbacks(root: etree._Element) -> etree._Element:
    """What stands in mc:Fallback is a second copy for older programs."""
    for fallback in list(root.iter(MC + "Fallback")):
        parent = fallback.getparent()
        if parent is not None:
            parent.remove(fallback)
    return root


def _comments(package: zipfile.ZipFile, name: str) -> Iterator[str]:
    if re.fullmatch(r"xl/comments[^/]*\.xml|xl/comments/[^/]+\.xml", name):
        for comment in _parse(package, name).iter(S + "comment"):
            body = comment.find(S + "text")
            text = _rich(body) if body is not None else ""
            # A threaded comment leaves a copy for older programs, which begins with a notice.
            if text.strip() and not (comment.get("shapeId") and text.startswith("[")):
                yield text
    elif name.startswith("xl/threadedComments/"):
        for comment in _parse(package, name).iter(THREADED + "threadedComment"):
            yield comment.findtext(THREADED + "text") or ""


def _paragraph(paragraph: etree._Element) -> str:
    """Runs of this paragraph alone, not those of text boxes in it."""
    parts = []
    for run in paragraph.iter(W + "r"):
        above = [ancestor.tag for ancestor in run.iterancestors()]
        own = above[: above.index(W + "p") + 1]
        if run.getparent() is None or next(run.iterancestors(W + "p")) is not paragraph:
            continue
        if MC + "Fallback" in above or W + "rt" in own or W + "del" in own or W + "moveFrom" in own:
            continue
        if run.find(f"{W}rPr/{W}vanish") is not None:
            continue
        parts.append("".join(child.text or "" for child in run if child.tag == W + "t"))
    return "".join(parts)
