"""SmartArt (ISO/IEC 29500-1, 21.4): the author's texts in the order of the data model, not of the drawn shapes."""

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.drawing import DrawnText, R, drawn_text
from genba.formats.ooxml.package import Package
from genba.formats.xml import whole_number
from genba.model.marks import Mark

DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
REL_IDS = DGM + "relIds"  # element of a graphic frame that names the parts; r:dm is the data part
_DSP_TEXT = "{http://schemas.microsoft.com/office/drawing/2008/diagram}txBody"
_PRESENTED = frozenset(("pres", "parTrans", "sibTrans"))


@dataclass(frozen=True, slots=True)
class DiagramText:
    """A text of a diagram with its depth in the hierarchy from 0."""

    text: str
    level: int = 0
    marks: frozenset[Mark] = frozenset()


def diagram_texts(package: Package, part: str, rel: str) -> tuple[DiagramText, ...]:
    """Read the SmartArt whose data part is relationship `rel` (`r:dm`) of `part`, parents before children.

    Where the data part is missing or broken, the shapes that Office drew last are read instead.
    Raises InvalidInput where neither can be read.
    """
    relationships = package.relationships(part)
    data = relationships.get(rel)
    drawn = [found.target for found in relationships.values() if found.type == "diagramDrawing" and not found.external]
    if data is not None and not data.external and package.has(data.target):
        try:
            return model_texts(package.xml(data.target))
        except InvalidInput:
            if not drawn:
                raise
    number = _number(data.target) if data is not None else ""
    for target in drawn:
        if (len(drawn) == 1 or _number(target) == number) and package.has(target):
            bodies = package.xml(target).iter(_DSP_TEXT)
            texts = (drawn_text(body) for body in bodies)
            return tuple(DiagramText(found.text, 0, found.marks) for found in texts if found.text)
    raise InvalidInput("ooxml.part_missing", part=data.target if data is not None else posixpath.basename(part))


def _number(target: str) -> str:
    found = re.search(r"(\d+)\.xml$", target)
    return found.group(1) if found else ""


def model_texts(root: etree._Element) -> tuple[DiagramText, ...]:
    """Walk a data model depth first along its parent-of connections; points that belong to no parent come last."""
    texts: dict[str, DrawnText] = {}
    kinds: dict[str, str] = {}
    for point in root.iterfind(f"{DGM}ptLst/{DGM}pt"):
        key = point.get("modelId") or ""
        kinds[key] = point.get("type", "node")
        body = point.find(DGM + "t")
        if kinds[key] != "pres" and body is not None:
            texts[key] = drawn_text(body)
    below: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for connection in root.iterfind(f"{DGM}cxnLst/{DGM}cxn"):
        if connection.get("type", "parOf") == "parOf":
            order = whole_number(connection.get("srcOrd"))
            child, between = connection.get("destId") or "", connection.get("sibTransId") or ""
            below[connection.get("srcId") or ""].append((order, child, between))
    found: list[DiagramText] = []
    seen: set[str] = set()
    tops = [key for key, kind in kinds.items() if kind == "doc"]
    pending = [(key, -1) for key in reversed(tops)]
    pending = [(key, 0) for key in reversed(kinds) if kinds[key] not in (*_PRESENTED, "doc")] + pending
    while pending:
        key, level = pending.pop()
        if key in seen:
            continue
        seen.add(key)
        text = texts.get(key)
        if text is not None and text.text:
            found.append(DiagramText(text.text, max(level, 0), text.marks))
        for _, child, between in sorted(below.get(key, ()), key=lambda link: link[0], reverse=True):
            if between in texts:  # a text typed on the arrow to the next sibling
                pending.append((between, level + 1))
            pending.append((child, level + 1))
    return tuple(found)


def relation_id(frame: etree._Element) -> str:
    """Find the relationship id of the data part in a graphic frame or inline that holds SmartArt, or give ""."""
    for ids in frame.iter(REL_IDS):
        return ids.get(R + "dm") or ""
    return ""
