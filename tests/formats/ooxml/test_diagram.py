# ruff: noqa: E501 - raw XML is easier to compare with a file when it is not wrapped
"""SmartArt texts come in the order of the model, whatever the order of its points."""

from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.diagram import DiagramText, diagram_texts, model_texts
from genba.formats.ooxml.package import Package

DGM = 'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def point(key: str, text: str = "", kind: str = "node") -> str:
    body = f"<dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t>" if text else ""
    return f'<dgm:pt modelId="{key}" type="{kind}">{body}</dgm:pt>'


def link(source: str, target: str, order: int, more: str = "") -> str:
    return f'<dgm:cxn modelId="c{source}{target}" srcId="{source}" destId="{target}" srcOrd="{order}" {more}/>'


def model(points: str, links: str) -> str:
    return f"<dgm:dataModel {DGM} {A}><dgm:ptLst>{points}</dgm:ptLst><dgm:cxnLst>{links}</dgm:cxnLst></dgm:dataModel>"


def package(**parts: str) -> Package:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return Package(stream, unpacked_bytes=1 << 20, member_bytes=1 << 20, members=99, ratio=99)


def test_points_are_read_parents_first_in_the_order_of_their_links() -> None:
    points = point("3", "三") + point("0", kind="doc") + point("2", "二") + point("1", "一") + point("9", "枠", "pres")
    links = link("0", "2", 1) + link("0", "1", 0) + link("1", "3", 0) + link("1", "9", 1, 'type="presOf"')
    assert model_texts(etree.fromstring(model(points, links))) == (
        DiagramText("一", 0),
        DiagramText("三", 1),
        DiagramText("二", 0),
    )


def test_points_in_a_circle_and_points_without_a_parent_end_and_are_kept() -> None:
    points = point("0", kind="doc") + point("1", "一") + point("2", "二") + point("5", "孤")
    links = link("0", "1", 0) + link("1", "2", 0) + link("2", "1", 0)
    texts = [found.text for found in model_texts(etree.fromstring(model(points, links)))]
    assert texts == ["一", "二", "孤"]


def test_a_text_on_the_arrow_comes_after_the_point_it_leaves() -> None:
    points = point("0", kind="doc") + point("1", "一") + point("2", "二") + point("7", "矢印", "sibTrans")
    links = link("0", "1", 0, 'sibTransId="7"') + link("0", "2", 1)
    assert [found.text for found in model_texts(etree.fromstring(model(points, links)))] == ["一", "矢印", "二"]


def test_the_shapes_drawn_last_speak_where_the_model_is_missing() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="dm" Type="{RELS}/diagramData" Target="../diagrams/data1.xml"/>'
        '<Relationship Id="x" Type="http://schemas.microsoft.com/office/2007/relationships/diagramDrawing"'
        ' Target="../diagrams/drawing1.xml"/></Relationships>'
    )
    drawn = (
        f'<dsp:drawing xmlns:dsp="http://schemas.microsoft.com/office/drawing/2008/diagram" {A}><dsp:sp><dsp:txBody><a:p><a:r>'
        "<a:t>描かれた</a:t></a:r></a:p></dsp:txBody></dsp:sp></dsp:drawing>"
    )
    rels = {"xl__drawings___rels__drawing1.xml.rels": relations}
    found = diagram_texts(
        package(xl__diagrams__drawing1_xml="", **{"xl__diagrams__drawing1.xml": drawn}, **rels),
        "xl/drawings/drawing1.xml",
        "dm",
    )
    assert found == (DiagramText("描かれた", 0),)
    with pytest.raises(InvalidInput):
        diagram_texts(package(**rels), "xl/drawings/drawing1.xml", "dm")
