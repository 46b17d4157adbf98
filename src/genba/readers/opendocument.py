"""Read OpenDocument: ods as sheets with displayed values, odt and odp as text in reading order with tables."""

import re
from collections.abc import Iterator

from genba.formats.opendocument import (
    DC,
    DRAW,
    OFFICE,
    STYLE,
    TABLE,
    TEXT,
    XLINK,
    Element,
    cells_of,
    content_of,
    paragraphs_of,
    text_of,
    whole,
)
from genba.formats.ranges import cell_name
from genba.model.cells import NO_MARKS, Cell
from genba.model.finding import Finding
from genba.model.marks import Mark, Reading
from genba.model.nodes import Comment, Figure, Grid, Heading, Paragraph, Role
from genba.model.place import Place
from genba.model.sheet import Sheet
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part

UNIT = re.compile(r"[-+▲△()¥￥$\d,.\s]*\d[\d,.]*\s*([^\d\s,.()-][^\d]{0,7})")
NUMBERS = frozenset({"float", "currency", "percentage"})


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield sheets for a spreadsheet, nodes for a text or a presentation."""
    root = content_of(blob, limits)
    body = root.find(f"{OFFICE}body")
    for part in body if body is not None else ():
        if part.tag == f"{OFFICE}spreadsheet":
            hidden = _hidden_styles(root)
            for table in part.iterchildren(f"{TABLE}table"):
                yield from _sheet(table, hidden, limits)
        elif part.tag == f"{OFFICE}text":
            yield from _blocks(part, 0, 0, limits)
        elif part.tag == f"{OFFICE}presentation":
            for number, page in enumerate(part.iterchildren(f"{DRAW}page"), 1):
                yield from _page(page, number, limits)


def _hidden_styles(root: Element) -> set[str]:
    return {
        style.get(f"{STYLE}name") or ""
        for style in root.iter(f"{STYLE}style")
        for properties in style.iter(f"{STYLE}table-properties")
        if properties.get(f"{TABLE}display") == "false"
    }


def _sheet(table: Element, hidden: set[str], limits: Limits) -> Iterator[Sheet | Finding]:
    name = table.get(f"{TABLE}name") or ""
    columns = _hidden_columns(table)
    cells: list[Cell] = []
    comments: list[Comment] = []
    made = 0
    for found in cells_of(table, limits.cells + 1):
        made += found.repeat
        for beside in range(found.repeat):
            column = found.column + beside
            marks = frozenset({Mark.HIDDEN}) if found.hidden_row or column in columns else NO_MARKS
            cells.append(_cell(found.element, found.row, column, marks))
        for note in found.element.iterchildren(f"{OFFICE}annotation"):
            place = Place(sheet=name, range=cell_name(found.row, found.column))
            author, written = note.findtext(f"{DC}creator") or "", note.findtext(f"{DC}date") or ""
            comments.append(Comment(text=paragraphs_of(note), author=author, written=written, place=place))
    yield Sheet(
        name=name,
        cells=tuple(cells[: limits.cells]),
        rows=max((cell.row + cell.row_span for cell in cells), default=0),
        columns=max((cell.column + cell.column_span for cell in cells), default=0),
        on_top=(*comments, *_text_boxes(table, name)),
        print_areas=_print_areas(table.get(f"{TABLE}print-ranges") or ""),
        place=Place(sheet=name),
        marks=frozenset({Mark.HIDDEN}) if table.get(f"{TABLE}style-name") in hidden else NO_MARKS,
    )
    if made >= limits.cells:
        yield Finding(code="xml.too_many_cells", place=Place(sheet=name), details={"limit": limits.cells})


def _hidden_columns(table: Element) -> set[int]:
    found: set[int] = set()
    at = 0
    for column in table.iter(f"{TABLE}table-column"):
        times = whole(column, f"{TABLE}number-columns-repeated")
        if column.get(f"{TABLE}visibility") in ("collapse", "filter"):
            found.update(range(at, at + min(times, 16_384)))
        at += times
    return found


def _print_areas(text: str) -> tuple[str, ...]:
    areas = []
    for part in re.findall(r"(?:'(?:[^']|'')*'|[^\s'])+", text):
        ends = [end.rpartition(".")[2].replace("$", "") for end in part.split(":")]
        areas.append(":".join(ends))
    return tuple(areas)


def _cell(element: Element, row: int, column: int, marks: frozenset[Mark]) -> Cell:
    readings: list[Reading] = []
    text = "\n".join(text_of(child, readings) for child in element.iterchildren(f"{TEXT}p"))
    kind = element.get(f"{OFFICE}value-type") or ""
    value: str | int | float | bool | None = text or None
    unit = ""
    if kind in NUMBERS:
        try:
            number = float(element.get(f"{OFFICE}value") or "")
            value = int(number) if number.is_integer() and abs(number) < 1 << 53 else number
        except ValueError:
            pass
        matched = UNIT.fullmatch(text) if kind != "percentage" else None
        unit = matched[1].strip() if matched else "%" if kind == "percentage" and text.endswith("%") else ""
    elif kind in ("date", "time", "boolean"):
        stated = element.get(f"{OFFICE}{kind}-value") or text
        value = stated == "true" if kind == "boolean" else stated
    link = next((anchor.get(f"{XLINK}href") or "" for anchor in element.iter(f"{TEXT}a")), "")
    return Cell(
        row,
        column,
        value,
        text,
        unit=unit,
        row_span=whole(element, f"{TABLE}number-rows-spanned"),
        column_span=whole(element, f"{TABLE}number-columns-spanned"),
        formula=(element.get(f"{TABLE}formula") or "").removeprefix("of:").removeprefix("="),
        marks=marks,
        readings=tuple(readings),
        link=link,
    )


def _text_boxes(holder: Element, sheet: str) -> Iterator[Paragraph | Figure]:
    for shapes in holder.iter(f"{DRAW}frame", f"{DRAW}custom-shape", f"{DRAW}rect"):
        text = "\n".join(text_of(line) for line in shapes.iter(f"{TEXT}p")).strip()
        if text:
            yield Paragraph(
                text=text, role=Role.TEXT_BOX, place=Place(sheet=sheet, part=shapes.get(f"{DRAW}name") or "")
            )


def _blocks(holder: Element, level: int, page: int, limits: Limits) -> Iterator[Part]:
    place = Place(page=page)
    for child in holder:
        tag = child.tag
        if tag == f"{TEXT}h":
            readings: list[Reading] = []
            text = text_of(child, readings).strip()
            if text:
                depth = max(1, whole(child, f"{TEXT}outline-level"))
                yield Heading(text=text, level=depth, place=place, readings=tuple(readings))
        elif tag == f"{TEXT}p":
            yield from _paragraph(child, Role.BODY, "", level, place)
        elif tag == f"{TEXT}list":
            for item in child:
                for line in item:
                    if line.tag in (f"{TEXT}p", f"{TEXT}h"):
                        yield from _paragraph(line, Role.LIST_ITEM, "•", level, place)
                    elif line.tag == f"{TEXT}list" and level < 20:
                        wrapper = [line]
                        yield from _blocks(wrapper, level + 1, page, limits)
        elif tag == f"{TABLE}table":
            yield from _grid(child, place, limits)
        elif isinstance(tag, str) and tag in (f"{TEXT}section", f"{DRAW}frame", f"{DRAW}text-box", f"{DRAW}g"):
            yield from _blocks(child, level, page, limits)


def _paragraph(element: Element, role: Role, number: str, level: int, place: Place) -> Iterator[Part]:
    readings: list[Reading] = []
    text = text_of(element, readings).strip()
    if text:
        yield Paragraph(text=text, role=role, number=number, level=level, place=place, readings=tuple(readings))
    for note in element.iter(f"{TEXT}note-body"):
        if body := paragraphs_of(note):
            yield Paragraph(text=body, role=Role.FOOTNOTE, place=place)
    for remark in element.iter(f"{OFFICE}annotation"):
        yield Comment(text=paragraphs_of(remark), author=remark.findtext(f"{DC}creator") or "", place=place)
    for box in element.iter(f"{DRAW}text-box"):
        if body := paragraphs_of(box):
            yield Paragraph(text=body, role=Role.TEXT_BOX, place=place)


def _grid(table: Element, place: Place, limits: Limits) -> Iterator[Grid]:
    cells = [_cell(found.element, found.row, found.column, NO_MARKS) for found in cells_of(table, limits.cells)]
    if any(cell.text for cell in cells):
        header = sum(1 for part in table.iterchildren(f"{TABLE}table-header-rows") for _ in part)
        yield Grid(
            cells=tuple(cells),
            rows=max(cell.row + cell.row_span for cell in cells),
            columns=max(cell.column + cell.column_span for cell in cells),
            header_rows=header,
            place=place,
        )


def _page(page: Element, number: int, limits: Limits) -> Iterator[Part]:
    place = Place(page=number)
    titled = False
    for frame in page:
        kind = next((value for name, value in frame.attrib.items() if name.endswith("}class")), "")
        texts = [text_of(line).strip() for line in frame.iter(f"{TEXT}p", f"{TEXT}h")]
        if frame.tag.endswith("}notes"):
            if text := "\n".join(filter(None, texts)):
                yield Paragraph(text=text, role=Role.SPEAKER_NOTE, place=place)
        elif kind == "title" and not titled and any(texts):
            titled = True
            yield Heading(text=" ".join(filter(None, texts)), level=1, place=place)
        elif frame.tag in (f"{DRAW}custom-shape", f"{DRAW}rect") and any(texts):
            yield Paragraph(text="\n".join(filter(None, texts)), role=Role.TEXT_BOX, place=place)
        elif frame.tag in (f"{DRAW}frame", f"{DRAW}g"):
            yield from _blocks([frame], 0, number, limits)
