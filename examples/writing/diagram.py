"""SmartArt: the data model, layout, style, colours and the drawn fallback that Office keeps beside it."""

# ruff: noqa: E501 - parts of the file format are not broken over lines

from __future__ import annotations

from collections.abc import Sequence

from examples.writing.package import MICROSOFT, Package, guid, text

DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
DSP = f"{MICROSOFT}/drawing/2008/diagram"
_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.diagram"
_EMPTY = '<a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr kumimoji="1" lang="ja-JP" altLang="en-US"/></a:p>'
_URN = "urn:microsoft.com/office/officeart/2005/8"


def attach(
    package: Package, source: str, pattern: str, nodes: Sequence[tuple[int, str]], layout: str = "process1"
) -> dict[str, str]:
    """Add the five parts; return the relation ids that `dgm:relIds` needs (dm, lo, qs, cs)."""
    made = {
        "dm": ("diagramData", "data", "", f"{_TYPE}Data+xml"),
        "lo": ("diagramLayout", "layout", _layout(layout), f"{_TYPE}Layout+xml"),
        "qs": ("diagramQuickStyle", "quickStyle", _quick_style(), f"{_TYPE}Style+xml"),
        "cs": ("diagramColors", "colors", _colors(), f"{_TYPE}Colors+xml"),
    }
    ids = {}
    for key, (kind, name, xml, content_type) in made.items():
        part = pattern.format(name)
        package.add(part, xml, content_type)
        ids[key] = package.relate(source, kind, part)
    drawn = pattern.format("drawing")
    package.add(drawn, drawing_xml(nodes, pattern), "application/vnd.ms-office.drawingml.diagramDrawing+xml")
    drawn_id = package.relate(source, f"{MICROSOFT}/2007/relationships/diagramDrawing", drawn)
    package.add(pattern.format("data"), data_xml(nodes, pattern, layout, drawn_id), f"{_TYPE}Data+xml")
    return ids


def data_xml(nodes: Sequence[tuple[int, str]], key: str, layout: str, drawing_relation: str) -> str:
    """The data model: one point per text, connections for the tree, presentation points beside them."""
    root = guid(key, "doc")
    points = (
        f'<dgm:pt modelId="{root}" type="doc"><dgm:prSet loTypeId="{_URN}/layout/{layout}" loCatId="process" '
        f'qsTypeId="{_URN}/quickstyle/simple1" qsCatId="simple" csTypeId="{_URN}/colors/accent1_2" csCatId="accent1"/>'
        f"<dgm:spPr/><dgm:t>{_EMPTY}</dgm:t></dgm:pt>"
    )
    links = ""
    parents: list[str] = [root]
    order: dict[str, int] = {}
    for number, (level, label) in enumerate(nodes):
        own, cxn = guid(key, number), guid(key, number, "cxn")
        parent_transition, sibling_transition = guid(key, number, "par"), guid(key, number, "sib")
        del parents[level + 1 :]
        parent = parents[level]
        place = order.get(parent, 0)
        order[parent] = place + 1
        parents.append(own)
        points += (
            f'<dgm:pt modelId="{own}"><dgm:prSet phldrT="[テキスト]"/><dgm:spPr/><dgm:t><a:bodyPr/><a:lstStyle/><a:p><a:r>'
            f'<a:rPr kumimoji="1" lang="ja-JP" altLang="en-US"/><a:t>{text(label)}</a:t></a:r></a:p></dgm:t></dgm:pt>'
            f'<dgm:pt modelId="{parent_transition}" type="parTrans" cxnId="{cxn}"><dgm:prSet/><dgm:spPr/><dgm:t>{_EMPTY}'
            f'</dgm:t></dgm:pt><dgm:pt modelId="{sibling_transition}" type="sibTrans" cxnId="{cxn}"><dgm:prSet/>'
            f"<dgm:spPr/><dgm:t>{_EMPTY}</dgm:t></dgm:pt>"
            f'<dgm:pt modelId="{guid(key, number, "pres")}" type="pres"><dgm:prSet presAssocID="{own}" presName="node" '
            f'presStyleLbl="node1" presStyleIdx="{number}" presStyleCnt="{len(nodes)}"/><dgm:spPr/></dgm:pt>'
        )
        links += (
            f'<dgm:cxn modelId="{cxn}" srcId="{parent}" destId="{own}" srcOrd="{place}" destOrd="0" '
            f'parTransId="{parent_transition}" sibTransId="{sibling_transition}"/>'
            f'<dgm:cxn modelId="{guid(key, number, "of")}" type="presOf" srcId="{own}" destId="{guid(key, number, "pres")}" '
            f'srcOrd="0" destOrd="0" presId="{_URN}/layout/{layout}"/>'
        )
    return (
        f'<dgm:dataModel xmlns:dgm="{DGM}" xmlns:a="{A}"><dgm:ptLst>{points}</dgm:ptLst><dgm:cxnLst>{links}</dgm:cxnLst>'
        f'<dgm:bg/><dgm:whole/><dgm:extLst><a:ext uri="http://schemas.microsoft.com/office/drawing/2008/diagram">'
        f'<dsp:dataModelExt xmlns:dsp="{DSP}" relId="{drawing_relation}" minVer="{DGM}"/></a:ext></dgm:extLst>'
        "</dgm:dataModel>"
    )


def drawing_xml(nodes: Sequence[tuple[int, str]], key: str) -> str:
    """The fallback that shows the same texts as drawn shapes; deeper levels are bullets of their parent."""
    groups: list[list[str]] = []
    for level, label in nodes:
        if level == 0 or not groups:
            groups.append([label])
        else:
            groups[-1].append(label)
    shapes = ""
    for number, labels in enumerate(groups):
        rows = "".join(
            f'<a:p><a:pPr lvl="{int(order > 0)}" algn="ctr"/><a:r><a:rPr kumimoji="1" lang="ja-JP" altLang="en-US" sz="1000" '
            f'kern="1200"/><a:t>{text(label)}</a:t></a:r></a:p>'
            for order, label in enumerate(labels)
        )
        shapes += (
            f'<dsp:sp modelId="{guid(key, number, "drawn")}"><dsp:nvSpPr><dsp:cNvPr id="0" name=""/><dsp:cNvSpPr/></dsp:nvSpPr>'
            f'<dsp:spPr><a:xfrm><a:off x="{number * 1300000}" y="400000"/><a:ext cx="1100000" cy="700000"/></a:xfrm>'
            '<a:prstGeom prst="roundRect"><a:avLst/></a:prstGeom></dsp:spPr><dsp:style><a:lnRef idx="2">'
            '<a:scrgbClr r="0" g="0" b="0"/></a:lnRef><a:fillRef idx="1"><a:scrgbClr r="0" g="0" b="0"/></a:fillRef>'
            '<a:effectRef idx="0"><a:scrgbClr r="0" g="0" b="0"/></a:effectRef><a:fontRef idx="minor">'
            f'<a:schemeClr val="lt1"/></a:fontRef></dsp:style><dsp:txBody><a:bodyPr/><a:lstStyle/>{rows}</dsp:txBody></dsp:sp>'
        )
    return (
        f'<dsp:drawing xmlns:dgm="{DGM}" xmlns:dsp="{DSP}" xmlns:a="{A}"><dsp:spTree><dsp:nvGrpSpPr><dsp:cNvPr id="0" name=""/>'
        f"<dsp:cNvGrpSpPr/></dsp:nvGrpSpPr><dsp:grpSpPr/>{shapes}</dsp:spTree></dsp:drawing>"
    )


def _layout(name: str) -> str:
    return (
        f'<dgm:layoutDef xmlns:dgm="{DGM}" xmlns:a="{A}" uniqueId="{_URN}/layout/{name}"><dgm:title val=""/><dgm:desc val=""/>'
        '<dgm:catLst><dgm:cat type="process" pri="1000"/></dgm:catLst><dgm:layoutNode name="diagram"><dgm:alg type="lin"/>'
        '<dgm:shape><dgm:adjLst/></dgm:shape><dgm:presOf/><dgm:forEach name="nodes" axis="ch" ptType="node">'
        '<dgm:layoutNode name="node"><dgm:alg type="tx"/><dgm:shape type="roundRect"><dgm:adjLst/></dgm:shape>'
        '<dgm:presOf axis="desOrSelf" ptType="node"/></dgm:layoutNode></dgm:forEach></dgm:layoutNode></dgm:layoutDef>'
    )


def _quick_style() -> str:
    return (
        f'<dgm:styleDef xmlns:dgm="{DGM}" xmlns:a="{A}" uniqueId="{_URN}/quickstyle/simple1"><dgm:title val=""/>'
        '<dgm:desc val=""/><dgm:catLst><dgm:cat type="simple" pri="10100"/></dgm:catLst></dgm:styleDef>'
    )


def _colors() -> str:
    return (
        f'<dgm:colorsDef xmlns:dgm="{DGM}" xmlns:a="{A}" uniqueId="{_URN}/colors/accent1_2"><dgm:title val=""/>'
        '<dgm:desc val=""/><dgm:catLst><dgm:cat type="accent1" pri="11200"/></dgm:catLst></dgm:colorsDef>'
    )
