"""The 8D report as PowerPoint: notes, a table, groups, SmartArt, pictures."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pptx
from pptx.util import Cm, Pt

from examples.factory import company
from examples.factory.company import Factory, File
from examples.writing import diagram, pictures
from examples.writing.package import OFFICE, Package, restamp

DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_DISCIPLINES = (
    ("D1 チーム編成", "品質保証課・製造二課・生産技術課"),
    ("D2 問題の記述", "センサーブラケットのバリにより、客先の組立で干渉した"),
    ("D3 暫定処置", "在庫 1,200 個を全数選別した"),
    ("D4 真因", "抜きクリアランスの摩耗と、点検周期の未設定"),
    ("D5 恒久対策", "3万ショットごとに金型を研磨する"),
    ("D6 実施と検証", "対策後 5 ロットでバリ 0.02mm 以下を確認した"),
    ("D7 再発防止", "金型点検基準書を改訂した"),
    ("D8 チームの表彰", "月例朝礼で発表した"),
)


def build(factory: Factory) -> Iterator[File]:
    """The 8D report."""
    rng = factory.rng("slides")
    day = factory.day(rng, 200)
    number = factory.document_numbers["8D"]
    deck = pptx.Presentation()
    deck.core_properties.author = factory.person(rng, "品質保証部")
    cover = deck.slides.add_slide(deck.slide_layouts[0])
    cover.shapes.title.text = "8D報告書：センサーブラケットのバリ"
    cover.placeholders[1].text = f"{number}　{day:%Y/%m/%d}\n{company.NAME}"
    notes = ["表紙。客先名は口頭で説明する。"]
    cover.notes_slide.notes_text_frame.text = notes[0]
    steps = deck.slides.add_slide(deck.slide_layouts[5])
    steps.shapes.title.text = "経緯と対策"
    rows = [
        ["区分", "内容", "期限"],
        *[[step, words, f"{day.month}/{2 + n * 3}"] for n, (step, words) in enumerate(_DISCIPLINES)],
    ]
    table = steps.shapes.add_table(len(rows), 3, Cm(1), Cm(4), Cm(23), Cm(12)).table
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            table.cell(r, c).text = value
            table.cell(r, c).text_frame.paragraphs[0].font.size = Pt(12)
    cause = deck.slides.add_slide(deck.slide_layouts[5])
    cause.shapes.title.text = "真因（なぜなぜ分析）"
    whys = ["バリが発生した", "クリアランスが広がった", "刃先が摩耗した", "研磨周期が決まっていない"]
    group = cause.shapes.add_group_shape()
    for order, why in enumerate(whys):
        shape = group.shapes.add_shape(1, Cm(2 + order * 5.6), Cm(5), Cm(5), Cm(2.4))
        shape.text_frame.text = why
    cause.shapes.add_picture(io.BytesIO(pictures.photograph(rng, "defect")), Cm(3), Cm(9), Cm(8))
    box = cause.shapes.add_textbox(Cm(3), Cm(15.2), Cm(8), Cm(1))
    box.text_frame.text = "図1 バリの外観"
    cause.notes_slide.notes_text_frame.text = "摩耗量の測定結果は添付の表を参照。"
    notes.append("摩耗量の測定結果は添付の表を参照。")
    plan = deck.slides.add_slide(deck.slide_layouts[5])
    plan.shapes.title.text = "今後の進め方"
    nodes = [(0, "横展開"), (1, "他の順送型を点検"), (0, "標準改訂"), (0, "効果確認")]
    buffer = io.BytesIO()
    deck.save(buffer)
    truth: dict[str, object] = {
        "document_number": number, "date": day.isoformat(), "slides": 4, "notes": notes,
        "titles": ["8D報告書：センサーブラケットのバリ", "経緯と対策", "真因（なぜなぜ分析）", "今後の進め方"],
        "tables": [{"columns": rows[0], "rows": rows[1:]}], "groups": [whys],
        "smart_art": [[level, words] for level, words in nodes],
        "figures": [{"caption": "図1 バリの外観"}],
    }  # fmt: skip
    data = with_smart_art(buffer.getvalue(), 4, nodes)
    yield File("02_品質保証部/8D/8D報告_センサーブラケット.pptx", data, "8D報告書", "pptx", truth, day=day)


def with_smart_art(deck: bytes, slide: int, nodes: list[tuple[int, str]]) -> bytes:
    """Add SmartArt to one slide of a saved deck."""
    source = f"ppt/slides/slide{slide}.xml"
    made = Package()
    with zipfile.ZipFile(io.BytesIO(deck)) as archive:
        relations_name = f"ppt/slides/_rels/slide{slide}.xml.rels"
        slide_xml, relations = archive.read(source).decode(), archive.read(relations_name).decode()
        types = archive.read("[Content_Types].xml").decode()
    for _ in re.findall("<Relationship ", relations):
        made.relate(source, "placeholder", "ppt/x.xml")  # keep the ids that are taken
    ids = diagram.attach(made, source, f"ppt/diagrams/{{}}{slide}.xml", nodes)
    rows = "".join(
        f'<Relationship Id="rId{order}" Type="{kind}" Target="{target}"/>'
        for order, (kind, target, _) in enumerate(made.relations[source], 1)
        if not kind.endswith("/placeholder")
    )
    frame = (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="90" name="図表 1"/>'
        "<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>"
        '<p:xfrm><a:off x="900000" y="1800000"/><a:ext cx="7200000" cy="3600000"/></p:xfrm><a:graphic>'
        f'<a:graphicData uri="{DGM}"><dgm:relIds xmlns:dgm="{DGM}" '
        f'xmlns:r="{OFFICE}" r:dm="{ids["dm"]}" r:lo="{ids["lo"]}" '
        f'r:qs="{ids["qs"]}" r:cs="{ids["cs"]}"/></a:graphicData></a:graphic></p:graphicFrame>'
    )
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in made.types.items())
    changes = {
        source: slide_xml.replace("</p:spTree>", frame + "</p:spTree>").encode(),
        relations_name: relations.replace("</Relationships>", rows + "</Relationships>").encode(),
        "[Content_Types].xml": types.replace("</Types>", overrides + "</Types>").encode(),
        **made.parts,
    }
    return restamp(deck, changes)
