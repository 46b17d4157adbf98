"""Shapes, groups, connectors, pictures, charts and SmartArt on a worksheet, placed by cells."""

# ruff: noqa: E501 - parts of the file format are not broken over lines

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from examples.writing import chart, diagram
from examples.writing.notes import Checkbox, shape_id
from examples.writing.package import MICROSOFT, OFFICE, Package, attribute, guid, text

XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_STYLE = (
    '<xdr:style><a:lnRef idx="2"><a:schemeClr val="accent1"/></a:lnRef><a:fillRef idx="1"><a:schemeClr val="accent1"/>'
    '</a:fillRef><a:effectRef idx="0"><a:schemeClr val="accent1"/></a:effectRef><a:fontRef idx="minor">'
    '<a:schemeClr val="lt1"/></a:fontRef></xdr:style>'
)
Box = tuple[float, float, float, float]  # column, row, right column, bottom row


class Surface(Protocol):
    """What a drawing needs to know of its sheet."""

    name: str

    def x(self, column: float) -> int: ...
    def y(self, row: float) -> int: ...


@dataclass(frozen=True)
class Shape:
    """A shape's id and place, for connectors and groups to refer to."""

    id: int
    box: Box


class Drawing:
    """The drawing layer of one sheet."""

    def __init__(self, sheet: Surface) -> None:
        self.sheet = sheet
        self.anchors: list[str] = []
        self.control_shapes: Sequence[Checkbox] = ()
        self._next = 1
        self._links: list[tuple[str, bytes | str, str]] = []  # kind, content, marker
        self._diagrams: list[tuple[str, list[tuple[int, str]], str]] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing was drawn."""
        return not self.anchors

    def _id(self) -> int:
        self._next += 1
        return self._next

    def shape(self, box: Box, label: str, *, preset: str = "rect", text_box: bool = False) -> Shape:
        """Draw a shape or a text box; newlines in the label make paragraphs."""
        shape = Shape(self._id(), box)
        self._anchor(box, self._shape_xml(shape, label, preset, text_box))
        return shape

    def group(self, members: Sequence[tuple[Box, str, str]], *, scale: float = 1.0) -> list[Shape]:
        """Draw shapes (box, label, preset) as one group; a scale makes it one that was resized after grouping."""
        own = self._id()
        shapes = [Shape(self._id(), box) for box, _, _ in members]
        left, top = min(b[0] for b, _, _ in members), min(b[1] for b, _, _ in members)
        right, bottom = max(b[2] for b, _, _ in members), max(b[3] for b, _, _ in members)
        outer = self._xfrm((left, top, right, bottom))
        whole = self._frame_of((left, top, right, bottom))
        child = _placed((whole[0], whole[1], int(whole[2] * scale), int(whole[3] * scale)))
        child = child.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")
        inner = ""
        for shape, (box, label, preset) in zip(shapes, members, strict=True):
            x, y, width, height = self._frame_of(box)
            moved = (int(whole[0] + (x - whole[0]) * scale), int(whole[1] + (y - whole[1]) * scale))
            placed = _placed((*moved, int(width * scale), int(height * scale)))
            inner += self._shape_xml(shape, label, preset, False).replace(self._xfrm(box), placed)
        self._anchor(
            (left, top, right, bottom),
            f'<xdr:grpSp><xdr:nvGrpSpPr><xdr:cNvPr id="{own}" name="グループ化 {own - 1}"/>'
            f"<xdr:cNvGrpSpPr/></xdr:nvGrpSpPr><xdr:grpSpPr><a:xfrm>{outer}{child}</a:xfrm></xdr:grpSpPr>{inner}</xdr:grpSp>",
        )
        return shapes

    def connector(
        self,
        start: Shape,
        end: Shape,
        *,
        glued: bool = True,
        sides: tuple[int, int] = (2, 0),
        gap: float = 0.0,
        reverse: bool = False,
    ) -> None:
        """Draw an arrow between two shapes; sides are 0 top, 1 left, 2 bottom, 3 right.

        An unglued one only touches; a gap, in cells, keeps it short of both. A reversed one was drawn from the end
        to the start, and its head is where it begins.
        """
        if reverse:
            start, end, sides = end, start, (sides[1], sides[0])
        own = self._id()
        x1, y1 = _side(start.box, sides[0], gap)
        x2, y2 = _side(end.box, sides[1], gap)
        ends = f'<a:stCxn id="{start.id}" idx="{sides[0]}"/><a:endCxn id="{end.id}" idx="{sides[1]}"/>' if glued else ""
        box = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
        head = "headEnd" if reverse else "tailEnd"
        bent = "straightConnector1" if x1 == x2 or y1 == y2 else "bentConnector3"
        self._anchor(
            box,
            f'<xdr:cxnSp macro=""><xdr:nvCxnSpPr><xdr:cNvPr id="{own}" name="直線矢印コネクタ {own - 1}"/>'
            f"<xdr:cNvCxnSpPr>{ends}</xdr:cNvCxnSpPr></xdr:nvCxnSpPr><xdr:spPr>{self._way((x1, y1, x2, y2), box, sides)}"
            f'<a:prstGeom prst="{bent}"><a:avLst/></a:prstGeom><a:ln><a:{head} type="triangle"/></a:ln></xdr:spPr>{_STYLE}</xdr:cxnSp>',
        )

    def picture(self, box: Box, data: bytes, *, alt: str = "", extension: str = "png") -> Shape:
        """Place a picture."""
        shape = Shape(self._id(), box)
        marker = self._link("image", data, extension)
        described = f" descr={attribute(alt)}" if alt else ""
        self._anchor(
            box,
            f'<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{shape.id}" name="図 {shape.id - 1}"{described}/><xdr:cNvPicPr>'
            f'<a:picLocks noChangeAspect="1"/></xdr:cNvPicPr></xdr:nvPicPr><xdr:blipFill><a:blip xmlns:r="{OFFICE}" '
            f'r:embed="{marker}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm>{self._xfrm(box)}'
            '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>',
        )
        return shape

    def chart(self, box: Box, plot: chart.Chart) -> None:
        """Place a chart with its cached data."""
        marker = self._link("chart", chart.xml(plot), "xml")
        frame = f'<c:chart xmlns:c="{C}" xmlns:r="{OFFICE}" r:id="{marker}"/>'
        self._frame(box, C, frame, "グラフ")

    def smart_art(self, box: Box, nodes: list[tuple[int, str]], layout: str = "process1") -> None:
        """Place SmartArt given as (level, text) rows, level 0 outermost."""
        marker = f"@diagram{len(self._diagrams)}@"
        self._diagrams.append((marker, nodes, layout))
        frame = (
            f'<dgm:relIds xmlns:dgm="{DGM}" xmlns:r="{OFFICE}" r:dm="{marker}dm" r:lo="{marker}lo" '
            f'r:qs="{marker}qs" r:cs="{marker}cs"/>'
        )
        self._frame(box, DGM, frame, "図表")

    def attach(self, package: Package, sheet_part: str, number: int) -> str:
        """Add the drawing and all its parts to the package; return the sheet's relation to it."""
        part = f"xl/drawings/drawing{number}.xml"
        body = "".join(self.anchors) + "".join(
            self._control(number, order, box) for order, box in enumerate(self.control_shapes)
        )
        for order, (kind, content, marker) in enumerate(self._links):
            name = f"xl/{'media/image' if kind == 'image' else 'charts/chart'}{number}{order:02d}.{marker.split('.')[1][:-1]}"
            if kind == "image":
                package.default(name.rpartition(".")[2], f"image/{name.rpartition('.')[2]}")
            package.add(name, content, "application/vnd.openxmlformats-officedocument.drawingml.chart+xml")
            body = body.replace(marker, package.relate(part, kind, name))
        for order, (marker, nodes, layout) in enumerate(self._diagrams):
            ids = diagram.attach(package, part, f"xl/diagrams/{{}}{number}{order:02d}.xml", nodes, layout)
            for key, relation in ids.items():
                body = body.replace(f"{marker}{key}", relation)
        package.add(
            part,
            f'<xdr:wsDr xmlns:xdr="{XDR}" xmlns:a="{A}">{body}</xdr:wsDr>',
            "application/vnd.openxmlformats-officedocument.drawing+xml",
        )
        return package.relate(sheet_part, "drawing", part)

    def _link(self, kind: str, content: bytes | str, extension: str) -> str:
        marker = f"@link{len(self._links)}.{extension}@"
        self._links.append((kind, content, marker))
        return marker

    def _way(self, ends: Box, box: Box, sides: tuple[int, int]) -> str:
        """A connector's frame; one that leaves downwards and bends is a turned one, as Excel stores it."""
        x1, y1, x2, y2 = ends
        if sides == (2, 0) and x1 != x2 and y2 > y1:
            x, y, width, height = self._frame_of(box)
            turned = (x + (width - height) // 2, y + (height - width) // 2, height, width)
            turn = 'rot="5400000"' if x2 < x1 else 'rot="16200000" flipH="1"'
            return f"<a:xfrm {turn}>{_placed(turned)}</a:xfrm>"
        flips = (' flipH="1"' if x2 < x1 else "") + (' flipV="1"' if y2 < y1 else "")
        return f"<a:xfrm{flips}>{self._xfrm(box)}</a:xfrm>"

    def _frame_of(self, box: Box) -> tuple[int, int, int, int]:
        x, y = self.sheet.x(box[0]), self.sheet.y(box[1])
        return x, y, self.sheet.x(box[2]) - x, self.sheet.y(box[3]) - y

    def _xfrm(self, box: Box) -> str:
        return _placed(self._frame_of(box))

    def _anchor(self, box: Box, content: str) -> None:
        self.anchors.append(
            f"<xdr:twoCellAnchor><xdr:from>{self._corner(box[0], box[1])}</xdr:from>"
            f"<xdr:to>{self._corner(box[2], box[3])}</xdr:to>{content}<xdr:clientData/></xdr:twoCellAnchor>"
        )

    def _corner(self, column: float, row: float) -> str:
        x = self.sheet.x(column) - self.sheet.x(int(column))
        y = self.sheet.y(row) - self.sheet.y(int(row))
        return (
            f"<xdr:col>{int(column) - 1}</xdr:col><xdr:colOff>{x}</xdr:colOff>"
            f"<xdr:row>{int(row) - 1}</xdr:row><xdr:rowOff>{y}</xdr:rowOff>"
        )

    def _frame(self, box: Box, uri: str, content: str, name: str) -> None:
        own = self._id()
        self._anchor(
            box,
            f'<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="{own}" name="{name} {own - 1}"/>'
            '<xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
            f'<a:graphic><a:graphicData uri="{uri}">{content}</a:graphicData></a:graphic></xdr:graphicFrame>',
        )

    def _shape_xml(self, shape: Shape, label: str, preset: str, text_box: bool) -> str:
        kind = "テキスト ボックス" if text_box else "正方形/長方形" if preset == "rect" else "フローチャート"
        named = f'"{kind} {shape.id - 1}"'
        creation = (
            '<a:extLst><a:ext uri="{FF2B5EF4-FFF2-40B4-BE49-F238E27FC236}"><a16:creationId xmlns:a16='
            f'"{MICROSOFT}/drawing/2014/main" id="{guid(self.sheet.name, shape.id)}"/></a:ext></a:extLst>'
        )
        marked = ' txBox="1"' if text_box else ""
        return (
            f'<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{shape.id}" name={named}>{creation}</xdr:cNvPr>'
            f"<xdr:cNvSpPr{marked}/></xdr:nvSpPr><xdr:spPr><a:xfrm>{self._xfrm(shape.box)}</a:xfrm>"
            f'<a:prstGeom prst="{preset}"><a:avLst/></a:prstGeom></xdr:spPr>{_STYLE}<xdr:txBody>'
            '<a:bodyPr vertOverflow="clip" horzOverflow="clip" rtlCol="0" anchor="ctr"/><a:lstStyle/>'
            f"{paragraphs(label)}</xdr:txBody></xdr:sp>"
        )

    def _control(self, number: int, order: int, box: Checkbox) -> str:
        own = shape_id(number, order)
        area = (box.column, box.row, box.column + box.span, box.row + 1)
        self_anchor = (
            f'<xdr:twoCellAnchor editAs="oneCell"><xdr:from>{self._corner(area[0], area[1])}</xdr:from>'
            f"<xdr:to>{self._corner(area[2], area[3])}</xdr:to>"
        )
        return (
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice '
            f'xmlns:a14="{MICROSOFT}/drawing/2010/main" Requires="a14">{self_anchor}<xdr:sp macro="" textlink="">'
            f'<xdr:nvSpPr><xdr:cNvPr id="{own}" name="Check Box {order + 1}" hidden="1"><a:extLst><a:ext '
            f'uri="{{63B3BB69-23CF-44E3-9099-C40C66FF867C}}"><a14:compatExt spid="_x0000_s{own}"/></a:ext></a:extLst>'
            f"</xdr:cNvPr><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:xfrm>{self._xfrm(area)}</a:xfrm>"
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:lstStyle/>'
            f"{paragraphs(box.label)}</xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor></mc:Choice>"
            "<mc:Fallback/></mc:AlternateContent>"
        )


def paragraphs(label: str) -> str:
    """DrawingML paragraphs, one per line."""
    return "".join(
        f'<a:p><a:r><a:rPr kumimoji="1" lang="ja-JP" altLang="en-US" sz="1100"/><a:t>{text(line)}</a:t></a:r></a:p>'
        for line in label.split("\n")
    )


def _placed(frame: tuple[int, int, int, int]) -> str:
    x, y, width, height = frame
    return f'<a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/>'


def _side(box: Box, side: int, gap: float) -> tuple[float, float]:
    left, top, right, bottom = box
    middle, centre = (left + right) / 2, (top + bottom) / 2
    return ((middle, top - gap), (left - gap, centre), (middle, bottom + gap), (right + gap, centre))[side]
