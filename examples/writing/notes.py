"""Comments, threaded comments and form check boxes of a worksheet, with the old VML part both need."""

# ruff: noqa: E501 - parts of the file format are not broken over lines

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from examples.writing.cells import MAIN
from examples.writing.package import MICROSOFT, Package, attribute, guid, text

THREADED = f"{MICROSOFT}/spreadsheetml/2018/threadedcomments"
LEGACY_NOTICE = (
    "[スレッド化されたコメント]\n\n使用している Excel のバージョンでは、このスレッド化されたコメントを表示できますが、"
    "新しいバージョンの Excel でファイルを開いた場合は、編集内容がすべて削除されます。\n\nコメント:\n    "
)


@dataclass(frozen=True)
class Note:
    """A comment on a cell; with replies it is a threaded one. Each message is (author, text)."""

    row: int
    column: int
    messages: tuple[tuple[str, str], ...]
    is_threaded: bool = False


@dataclass(frozen=True)
class Checkbox:
    """A form control check box with its label, anchored at a cell."""

    row: int
    column: int
    label: str
    is_checked: bool
    span: int = 2


def add_notes(package: Package, sheet_part: str, number: int, notes: Sequence[Note]) -> None:
    """Add the comments part and, where a note is threaded, the thread and person parts."""
    from examples.writing.cells import ref

    authors: dict[str, int] = {}
    rows = ""
    threads = ""
    for note in sorted(notes, key=lambda note: (note.row, note.column)):
        cell = ref(note.row, note.column)
        first = guid(sheet_part, cell, 0)
        name = f"tc={first}" if note.is_threaded else note.messages[0][0]
        author = authors.setdefault(name, len(authors))
        shown = note.messages[0][1]
        if note.is_threaded:
            shown = LEGACY_NOTICE + "\n返信:\n    ".join(message for _, message in note.messages)
        rows += (
            f'<comment ref="{cell}" authorId="{author}" shapeId="0"><text><r><rPr><sz val="9"/></rPr>'
            f'<t xml:space="preserve">{text(shown)}</t></r></text></comment>'
        )
        if note.is_threaded:
            threads += _thread(cell, first, note, sheet_part)
    listed = "".join(f"<author>{text(name)}</author>" for name in authors)
    part = f"xl/comments{number}.xml"
    xml = f'<comments xmlns="{MAIN}"><authors>{listed}</authors><commentList>{rows}</commentList></comments>'
    package.add(part, xml, "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml")
    package.relate(sheet_part, "comments", part)
    if threads:
        _add_threads(package, sheet_part, number, threads, notes)


def _thread(cell: str, first: str, note: Note, key: str) -> str:
    rows = ""
    for order, (author, message) in enumerate(note.messages):
        own = first if order == 0 else guid(key, cell, order)
        parent = "" if order == 0 else f' parentId="{first}"'
        rows += (
            f'<threadedComment ref="{cell}" dT="2025-03-1{order}T0{order + 1}:30:00.00" personId="{guid("person", author)}" '
            f'id="{own}"{parent}><text>{text(message)}</text></threadedComment>'
        )
    return rows


def _add_threads(package: Package, sheet_part: str, number: int, threads: str, notes: Sequence[Note]) -> None:
    part = f"xl/threadedComments/threadedComment{number}.xml"
    package.add(
        part,
        f'<ThreadedComments xmlns="{THREADED}" xmlns:x="{MAIN}">{threads}</ThreadedComments>',
        "application/vnd.ms-excel.threadedcomments+xml",
    )
    package.relate(sheet_part, f"{MICROSOFT}/2017/10/relationships/threadedComment", part)
    people = {author: None for note in notes if note.is_threaded for author, _ in note.messages}
    listed = "".join(
        f'<person displayName={attribute(name)} id="{guid("person", name)}" userId={attribute(name)} providerId="None"/>'
        for name in people
    )
    name = "xl/persons/person.xml"
    old = package.parts.get(name, b"").decode()
    if old:
        known = old[old.index("<person ") : old.index("</personList>")]
        listed = known + "".join(row + "/>" for row in listed.split("/>") if row and row + "/>" not in known)
    else:
        package.relate("xl/workbook.xml", f"{MICROSOFT}/2017/10/relationships/person", name)
    xml = f'<personList xmlns="{THREADED}" xmlns:x="{MAIN}">{listed}</personList>'
    package.add(name, xml, "application/vnd.ms-excel.person+xml")


def add_controls(package: Package, sheet_part: str, number: int, boxes: Sequence[Checkbox]) -> str:
    """Add one ctrlProp part per check box and return the sheet's controls element."""
    rows = ""
    for order, box in enumerate(boxes):
        part = f"xl/ctrlProps/ctrlProp{number}{order:02d}.xml"
        state = ' checked="Checked"' if box.is_checked else ""
        package.add(
            part,
            f'<formControlPr xmlns="{MICROSOFT}/spreadsheetml/2009/9/main" objectType="CheckBox"{state} '
            'lockText="1" noThreeD="1"/>',
            "application/vnd.ms-excel.controlproperties+xml",
        )
        relation = package.relate(sheet_part, "ctrlProp", part)
        rows += (
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            f'<mc:Choice Requires="x14"><control shapeId="{shape_id(number, order)}" r:id="{relation}" '
            f'name="Check Box {order + 1}"><controlPr defaultSize="0" autoFill="0" autoLine="0" autoPict="0">'
            f'<anchor moveWithCells="1"><from>{_corner(box.row, box.column)}</from>'
            f"<to>{_corner(box.row + 1, box.column + box.span)}</to></anchor></controlPr></control></mc:Choice>"
            "</mc:AlternateContent>"
        )
    return (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        f'xmlns:x14="{MICROSOFT}/spreadsheetml/2009/9/main"><mc:Choice Requires="x14"><controls>{rows}</controls>'
        "</mc:Choice></mc:AlternateContent>"
    )


def _corner(row: int, column: int) -> str:
    return (
        f"<xdr:col>{column - 1}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{row - 1}</xdr:row><xdr:rowOff>0</xdr:rowOff>"
    )


def shape_id(number: int, order: int) -> int:
    """The VML shape number that Excel would give the sheet's control."""
    return number * 1024 + 1 + order


def vml(number: int, notes: Sequence[Note], boxes: Sequence[Checkbox]) -> str:
    """The legacy drawing: one shape per check box and per note."""
    shapes = ""
    for order, box in enumerate(boxes):
        checked = "<x:Checked>1</x:Checked>" if box.is_checked else ""
        anchor = f"{box.column - 1}, 0, {box.row - 1}, 0, {box.column + box.span - 1}, 0, {box.row}, 0"
        shapes += (
            f'<v:shape id="Check_x0020_Box_x0020_{order + 1}" o:spid="_x0000_s{shape_id(number, order)}" type="#_x0000_t201" '
            "style='position:absolute;z-index:1' filled=\"f\" stroked=\"f\"><v:textbox><div style='text-align:left'>"
            f'<font face="Meiryo UI" size="160" color="auto">{text(box.label)}</font></div></v:textbox>'
            f'<x:ClientData ObjectType="Checkbox"><x:Anchor>{anchor}</x:Anchor>{checked}</x:ClientData></v:shape>'
        )
    for order, note in enumerate(notes, len(boxes)):
        anchor = f"{note.column}, 15, {note.row - 1}, 2, {note.column + 2}, 31, {note.row + 3}, 1"
        shapes += (
            f'<v:shape id="_x0000_s{shape_id(number, order)}" type="#_x0000_t202" style=\'position:absolute;'
            "visibility:hidden' fillcolor=\"#ffffe1\"><v:textbox><div style='text-align:left'></div></v:textbox>"
            f'<x:ClientData ObjectType="Note"><x:Anchor>{anchor}</x:Anchor><x:Row>{note.row - 1}</x:Row>'
            f"<x:Column>{note.column - 1}</x:Column></x:ClientData></v:shape>"
        )
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" '
        f'data="{number}"/></o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
        'path="m,l,21600r21600,l21600,xe"/><v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" '
        f'path="m,l,21600r21600,l21600,xe"/>{shapes}</xml>'
    )
