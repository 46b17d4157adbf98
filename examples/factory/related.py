"""Documents that know of each other: an old revision still lying around, a standard that disagrees with another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from examples.factory import company
from examples.factory.company import Factory, File, wareki
from examples.writing.word import Document, field_run, paragraph, run, table

INSTRUCTION = "01_製造部/手順書/組立作業手順書_アクチュエーター_第3版.docx"
OLD = "99_共有/旧/組立作業手順書_アクチュエーター_第2版.docx"
STANDARD = "02_品質保証部/検査課/検査基準書_アクチュエーターASSY.docx"
_HEAD = ["No.", "検査項目", "規格値", "検査方法", "測定器", "頻度"]


def build(factory: Factory) -> Iterator[File]:
    """The second edition of the assembly instruction, and the inspection standard of the same product."""
    yield _old_edition(factory)
    yield _standard(factory)


def _old_edition(factory: Factory) -> File:
    number = factory.document_numbers["作業手順書"]
    day = factory.day(factory.rng("word/assembly")) - timedelta(days=540)
    document = Document("アクチュエーターASSY 組立作業手順書", factory.person(factory.rng("related"), "生産技術部"))
    document.header = paragraph(run(f"文書番号：{number}\t改訂：第2版\t制定：{wareki(day)}"))
    document.footer = paragraph(run(f"{company.NAME}　製造三課　"), field_run("PAGE", "1"))
    document.add(run(document.title), style="a3", align="center")
    product = company.PRODUCTS[7]
    document.heading("目的及び適用範囲")
    document.add(run(f"本書は、{product[1]}（品番 {product[0]}）の組立作業に適用する。"))
    document.heading("作業手順")
    steps = document.list_of((("decimal", "(%1)"),))
    for words in (
        "部品棚から減速機ハウジングを取り出す。",
        "Oリングにグリスを塗布する。",
        "ボルト M6 を締付けトルク 20 N・m で締め付ける。",
        "合いマークを付ける。",
    ):
        document.add(run(words), numbering=(steps, 0))
    truth: dict[str, object] = {"document_number": number, "revision": "第2版", "superseded_by": INSTRUCTION}
    return File(OLD, document.to_bytes(), "作業手順書（旧版）", "docx", truth, day=day)


def _standard(factory: Factory) -> File:
    rng = factory.rng("related/standard")
    number = f"{factory.document_numbers['検査基準書']}-60"
    instruction = factory.document_numbers["作業手順書"]
    product = company.PRODUCTS[7]
    day = factory.day(rng)
    document = Document("アクチュエーターASSY 検査基準書", factory.person(rng, "品質保証部"))
    document.header = paragraph(run(f"文書番号：{number}\t改訂：Rev.B\t制定日：{day:%Y/%m/%d}"))
    document.add(run(document.title), style="a3", align="center")
    document.heading("1. 適用範囲")
    document.add(run(f"本書は、{product[1]}（品番 {product[0]}）の検査に適用する。組立は {instruction} による。"))
    document.heading("2. 検査項目")
    rows = [
        ["1", "ボルト M6 の締付けトルク", "22.0±1.0 N・m", "増締め法", "トルクレンチ", "1回/ロット"],
        ["2", "外観", "キズ・打痕がないこと", "目視", "限度見本", "全数"],
        ["3", "気密", "漏れ量 5 mL/min 以下", "エアリーク試験", "リークテスター", "全数"],
    ]
    document.body.append(table([_HEAD, *rows], (600, 2600, 2000, 1600, 1600, 1200), header_rows=1))
    document.heading("3. 関連文書")
    document.add(run(f"組立作業手順書 {instruction}、図面 KGD-9990 Rev.A 参照。"))
    truth: dict[str, object] = {
        "document_number": number,
        "revision": "Rev.B",
        "references": {instruction: INSTRUCTION, "KGD-9990": None},
        "contradicts": {"締付けトルク": [INSTRUCTION, "24.5 N・m", "22.0±1.0 N・m"]},
        "checks": rows,
    }
    return File(STANDARD, document.to_bytes(), "検査基準書（製品）", "docx", truth, day=day)
