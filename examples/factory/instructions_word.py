"""作業手順書 and 作業標準書 as Word documents, with everything that gets lost in conversion."""

from __future__ import annotations

import io
from collections.abc import Iterator

import docx

from examples.factory import company
from examples.factory.company import Factory, File, wareki
from examples.writing import pictures
from examples.writing.package import restamp
from examples.writing.word import (
    Cell,
    Document,
    content_control,
    deleted,
    field_run,
    inserted,
    paragraph,
    ruby,
    run,
    table,
    text_box,
)


def build(factory: Factory) -> Iterator[File]:
    """A rich instruction, a short standard, and a plain one written by a library."""
    yield _assembly(factory)
    yield _press_setup(factory)
    yield _inspection_rule(factory)


Step = tuple[int, list[str], str, str]  # level, runs, number as shown, text as read


def _assembly(factory: Factory) -> File:
    rng = factory.rng("word/assembly")
    number, day = factory.document_numbers["作業手順書"], factory.day(rng)
    checker = factory.person(rng, "品質保証部")
    document = Document("アクチュエーターASSY 組立作業手順書", factory.person(rng, "生産技術部"))
    document.header = paragraph(run(f"文書番号：{number}\t改訂：第3版\t制定：{wareki(day)}"))
    pages = (field_run("PAGE", "1"), run(" / "), field_run("NUMPAGES", "3"))
    document.footer = paragraph(run(f"{company.NAME}　製造三課　"), *pages)
    document.heading_list = document.list_of((("decimal", "第%1章"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3")))
    steps = document.list_of((("decimal", "(%1)"), ("decimalEnclosedCircle", "%2"), ("aiueoFullWidth", "%3．")))
    document.add(run(document.title), style="a3", align="center")
    document.heading("目的及び適用範囲")
    product = company.PRODUCTS[7]
    box = text_box(["⚠ 注意：保護めがね着用", "回転部に手を入れないこと"], 1)
    document.add(run(f"本書は、{product[1]}（品番 {product[0]}）の組立作業に適用する。"), box)
    document.heading("使用部品及び工具")
    document.body.append(_parts_table())
    document.heading("作業手順")
    document.heading("準備", 2)
    prepared = _prepare(document)
    _number(document, steps, prepared)
    document.heading("締付け", 2)
    tightened = _tighten(document, checker)
    _number(document, steps, tightened)
    _closing(document, pictures.photograph(rng, "part"), checker)
    truth: dict[str, object] = {
        "title": document.title,
        "document_number": number,
        "revision": "第3版",
        "date": day.isoformat(),
        "headings": ["第1章 目的及び適用範囲", "第2章 使用部品及び工具", "第3章 作業手順", "3.1 準備", "3.2 締付け"],
        "steps": [[shown, words] for _, _, shown, words in (*prepared, *tightened)],
        "changes": [{"deleted": "20", "inserted": "24.5", "author": checker}],
        "ruby": [["返り", "ばり"]],
        "text_boxes": ["⚠ 注意：保護めがね着用\n回転部に手を入れないこと"],
        "hidden": ["（旧メモ：トルク 18 N・m は廃止）"],
        "header": [f"文書番号：{number}"],
        "footnotes": ["グリスは指定品 GR-7 に限る。"],
        "comments": [["写真を追加してください", checker]],
        "controls": {"確認者": checker, "判定": "合格", "写真保存": True},
        "figures": [{"caption": "図 1 ボルトの締付け順序", "alt": "締付け順序の写真"}],
        "tables": [{"columns": ["区分", "名称", "数量/標準", "数量/予備"], "rows": [list(row) for row in _PARTS]}],
    }
    path = "01_製造部/手順書/組立作業手順書_アクチュエーター_第3版.docx"
    return File(path, document.to_bytes(), "作業手順書", "docx", truth, day=day)


def _prepare(document: Document) -> list[Step]:
    grease = document.footnote("グリスは指定品 GR-7 に限る。")
    return [
        (0, [run("部品棚から減速機ハウジングを取り出す。")], "(1)", "部品棚から減速機ハウジングを取り出す。"),
        (1, [run("合わせ面の"), ruby("返り", "ばり"), run("を除去する。")], "①", "合わせ面の返りを除去する。"),
        (1, [run("エアブローで切粉を除く。")], "②", "エアブローで切粉を除く。"),
        (0, [run("Oリングにグリスを塗布する。"), grease], "(2)", "Oリングにグリスを塗布する。"),
    ]


def _tighten(document: Document, checker: str) -> list[Step]:
    changed = [deleted("20", checker, 1), inserted("24.5", checker, 2)]
    torque = [run("ボルト M6 を締付けトルク "), *changed, run(" N・m で締め付ける。")]
    mark = document.comment("写真を追加してください", checker, run("合いマークを付ける。"))
    return [
        (0, torque, "(3)", "ボルト M6 を締付けトルク 24.5 N・m で締め付ける。"),
        (1, [run("対角の順に2回に分けて締める。")], "①", "対角の順に2回に分けて締める。"),
        (2, [run("1回目は半分のトルクとする。")], "ア．", "1回目は半分のトルクとする。"),
        (2, [run("2回目に規定トルクとする。")], "イ．", "2回目に規定トルクとする。"),
        (0, [mark], "(4)", "合いマークを付ける。"),
    ]


def _closing(document: Document, picture: bytes, checker: str) -> None:
    document.add(run("（旧メモ：トルク 18 N・m は廃止）", hidden=True))
    document.add(document.picture(picture, "締付け順序の写真"), align="center")
    caption = (run("図 "), field_run("SEQ 図 \\* ARABIC", "1"), run(" ボルトの締付け順序"))
    document.add(*caption, style="a4", align="center")
    verdict = content_control("判定", "合格", choices=("合格", "不合格"))
    saved = content_control("写真保存", "", checked=True)
    signed = content_control("確認者", checker)
    document.add(run("確認者："), signed, run("　判定："), verdict, run("　"), saved, run("写真を保存した"))


_PARTS = (
    ("部品", "減速機ハウジング", "1", "0"),
    ("部品", "ボルト M6×20", "8", "2"),
    ("工具", "トルクレンチ No.7", "1", "1"),
    ("工具", "六角ソケット 10mm", "1", "1"),
)


def _parts_table() -> str:
    rows: list[list[Cell | str]] = [
        [Cell("区分", vertical="restart"), Cell("名称", vertical="restart"), Cell("数量", span=2)],
        [Cell(vertical="continue"), Cell(vertical="continue"), "標準", "予備"],
    ]
    for number, (kind, name, usual, spare) in enumerate(_PARTS):
        first = Cell(kind, vertical="restart") if number % 2 == 0 else Cell(vertical="continue")
        rows.append([first, name, usual, spare])
    return table(rows, (1200, 3600, 1200, 1200), header_rows=2)


def _number(document: Document, numbering: int, rows: list[Step]) -> None:
    for level, runs, _, _ in rows:
        document.add(*runs, numbering=(numbering, level))


def _press_setup(factory: Factory) -> File:
    rng = factory.rng("word/press")
    number, day = factory.document_numbers["作業標準書"], factory.day(rng)
    tonnage = rng.choice((72, 80, 95))
    document = Document("順送プレス段取り作業標準書", factory.person(rng, "製造部"))
    document.header = (
        table(
            [["文書番号", number, "改訂", "Rev.C", "制定日", f"{day:%Y/%m/%d}"]],
            (1200, 2000, 900, 900, 1200, 1600),
            header_rows=0,
        )
        + paragraph()
    )
    items = document.list_of((("decimalFullWidth", "%1．"), ("irohaFullWidth", "(%2)")))
    document.add(run(document.title), style="a3", align="center")
    document.heading("1. 目的")
    document.add(run("PR-11 の金型交換を安全かつ短時間に行うための標準を定める。"))
    document.heading("2. 作業")
    rows = (
        (0, "主電源を切り、操作禁止札を掛ける。", "１．"),
        (0, f"ボルスタを清掃し、金型を載せる。加圧能力は {tonnage}t とする。", "２．"),
        (1, "ダイハイトを確認する。", "(イ)"),
        (1, "クランプボルトを締める。", "(ロ)"),
        (0, "寸動で下死点を確認する。", "３．"),
    )
    for level, words, _ in rows:
        document.add(run(words), numbering=(items, level))
    document.add(run("旧手順：手回しで下死点を確認する。", strike=True))
    truth: dict[str, object] = {
        "title": document.title,
        "document_number": number,
        "revision": "Rev.C",
        "date": day.isoformat(),
        "equipment": "PR-11",
        "headings": ["1. 目的", "2. 作業"],
        "steps": [[shown, words] for _, words, shown in rows],
        "withdrawn": ["旧手順：手回しで下死点を確認する。"],
    }
    return File(
        "01_製造部/手順書/プレス課/段取り作業標準書.docx", document.to_bytes(), "作業標準書", "docx", truth, day=day
    )


def _inspection_rule(factory: Factory) -> File:
    rng = factory.rng("word/rule")
    number = factory.document_numbers["検査基準書"]
    document = docx.Document()
    document.core_properties.author = factory.person(rng, "品質保証部")
    document.add_heading("受入検査基準書", 0)
    document.add_paragraph(f"管理番号 {number}　適用：外注メッキ品")
    document.add_heading("抜取方式", 1)
    document.add_paragraph("ロットの大きさに応じ、次の表による。")
    rows = [
        ["ロットの大きさ", "サンプル数", "Ac", "Re"],
        ["～150", "8", "0", "1"],
        ["151～500", "13", "1", "2"],
        ["501～", "20", "2", "3"],
    ]
    table_ = document.add_table(len(rows), 4, style="Table Grid")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            table_.cell(r, c).text = value
    document.add_heading("不合格時の処置", 1)
    for words in ("赤札を付けて隔離する。", "購買課へ連絡する。", "8D 報告書を要求する。"):
        document.add_paragraph(words, style="List Number")
    buffer = io.BytesIO()
    document.save(buffer)
    truth: dict[str, object] = {
        "title": "受入検査基準書",
        "document_number": number,
        "headings": ["受入検査基準書", "抜取方式", "不合格時の処置"],
        "steps": [["1.", "赤札を付けて隔離する。"], ["2.", "購買課へ連絡する。"], ["3.", "8D 報告書を要求する。"]],
        "tables": [{"columns": rows[0], "rows": rows[1:]}],
    }
    return File("02_品質保証部/検査課/受入検査基準書.docx", restamp(buffer.getvalue()), "検査基準書", "docx", truth)
