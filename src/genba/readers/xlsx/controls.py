"""Form controls and text boxes of the old kind, which Excel keeps in VML parts (ISO/IEC 29500-4, 19)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.drawing import R
from genba.formats.ooxml.package import Package, Relationship
from genba.formats.ooxml.shapes import Box
from genba.formats.ranges import Area
from genba.model.nodes import Choice
from genba.readers.xlsx.geometry import EMU_PER_PIXEL, Geometry

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
X = "{urn:schemas-microsoft-com:office:excel}"
V = "{urn:schemas-microsoft-com:vml}"
OFFICE = "{urn:schemas-microsoft-com:office:office}"
_PROPERTIES = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}formControlPr"
_CHOSEN = {"Checkbox", "Radio"}
_OPEN_BREAK = re.compile(rb"<br\s*>")


@dataclass(frozen=True, slots=True)
class Control:
    """A control or legacy text box: what it is (Checkbox, Radio, GBox, Button, …), where, and its state."""

    key: str  # the id of its VML shape: "_x0000_s1025"
    kind: str
    box: Box
    area: Area
    text: str = ""
    checked: bool = False


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """Check boxes or option buttons that belong together."""

    label: str
    options: tuple[Choice, ...]
    area: Area


def parse_vml(data: bytes, *, name: str) -> etree._Element:
    """Parse VML, in which Excel itself leaves tags open (`<br>`); raises InvalidInput for document types."""
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
        raise InvalidInput("xml.doctype", name=name)
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(_OPEN_BREAK.sub(b"<br/>", data), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise InvalidInput("xml.broken", name=name, line=1)
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidInput("xml.doctype", name=name)
    return root


def read_controls(root: etree._Element, geometry: Geometry) -> list[Control]:
    """List what lies on the sheet in a VML part; the boxes that show comments are no content of their own."""
    found: list[Control] = []
    for data in root.iter(X + "ClientData"):
        shape = data.getparent()
        kind = data.get("ObjectType") or ""
        placed = _anchor(data.findtext(X + "Anchor") or "", geometry)
        if shape is None or kind == "Note" or placed is None:
            continue
        box, area = placed
        checked = (data.findtext(X + "Checked") or "0").strip() == "1"
        key = shape.get(OFFICE + "spid") or shape.get("id") or ""  # where the control has a name, that is its id
        found.append(Control(key, kind, box, area, _text(shape.find(V + "textbox")), checked))
    return found


def with_states(
    controls: list[Control], package: Package, sheet: etree._Element, relationships: Mapping[str, Relationship]
) -> list[Control]:
    """Take the states from the control properties, which newer versions of Excel keep up to date."""
    parts: dict[str, str] = {}
    for element in sheet.iter(S + "control"):
        relationship = relationships.get(element.get(R + "id") or "")
        if relationship is not None and relationship.type == "ctrlProp":
            parts[f"_x0000_s{element.get('shapeId')}"] = relationship.target
    changed: list[Control] = []
    for control in controls:
        part = parts.get(control.key)
        if part and control.kind in _CHOSEN:
            try:
                properties = package.xml(part)
            except InvalidInput:
                changed.append(control)  # the state in the VML part still holds
                continue
            if properties.tag == _PROPERTIES:
                control = replace(control, checked=properties.get("checked") == "Checked")
        changed.append(control)
    return changed


def grouped(controls: list[Control]) -> list[ControlGroup]:
    """Put boxes and buttons into groups: by the frame around them; buttons without one together, boxes row by row."""
    frames = [control for control in controls if control.kind == "GBox"]
    groups: dict[tuple[str, str], list[Control]] = {}
    labels: dict[tuple[str, str], str] = {}
    for control in sorted(controls, key=lambda found: (found.area.top, found.box.left)):
        if control.kind not in _CHOSEN:
            continue
        frame = next((found for found in frames if _holds(found.box, control.box)), None)
        if frame is not None:
            group = (control.kind, frame.key)
            labels[group] = frame.text
        else:
            group = (control.kind, "" if control.kind == "Radio" else f"row {control.area.top}")
        groups.setdefault(group, []).append(control)
    return [
        ControlGroup(
            labels.get(group, ""),
            tuple(Choice(text=member.text, selected=member.checked) for member in members),
            _around([member.area for member in members]),
        )
        for group, members in groups.items()
    ]


def _around(areas: list[Area]) -> Area:
    return Area(
        min(area.top for area in areas),
        min(area.left for area in areas),
        max(area.bottom for area in areas),
        max(area.right for area in areas),
    )


def _holds(outer: Box, inner: Box) -> bool:
    x, y = inner.middle
    return outer.left <= x <= outer.right and outer.top <= y <= outer.bottom


def _anchor(text: str, geometry: Geometry) -> tuple[Box, Area] | None:
    """Read "left column, offset, top row, offset, right column, offset, bottom row, offset", offsets in pixels."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 8 or not all(part.isascii() and part.isdigit() and len(part) < 8 for part in parts):
        return None
    left, left_off, top, top_off, right, right_off, bottom, bottom_off = (int(part) for part in parts)
    return geometry.between(
        (min(left, 16383), left_off * EMU_PER_PIXEL, min(top, 1048575), top_off * EMU_PER_PIXEL),
        (min(right, 16383), right_off * EMU_PER_PIXEL, min(bottom, 1048575), bottom_off * EMU_PER_PIXEL),
    )


def _text(box: etree._Element | None) -> str:
    if box is None:
        return ""
    lines = "".join(_pieces(box)).split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _pieces(element: etree._Element) -> Iterator[str]:
    """Give the text of HTML in a text box, whose own line ends mean nothing."""
    if element.tag in ("br", "div"):
        yield "\n"
    yield (element.text or "").replace("\n", " ")
    for child in element.iterchildren("*"):
        yield from _pieces(child)
        yield (child.tail or "").replace("\n", " ")
