"""Paper that somebody put on the copier: a work instruction, a sealed form, a fax of several pages, a PDF of scans."""

from __future__ import annotations

import io
from collections.abc import Iterator

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from examples.factory import company
from examples.factory.company import Factory, File, wareki
from examples.writing import pictures
from examples.writing.scans import A4, A5_WIDE, Sheet, font_file, jpeg, tiff


def build(factory: Factory) -> Iterator[File]:
    """Every scan of the share; only a photograph where no Japanese font is installed."""
    yield _photograph(factory)
    if font_file():
        yield _instruction(factory)
        yield _form(factory)
        yield _fax(factory)
        yield _certificates(factory)


def _photograph(factory: Factory) -> File:
    data = pictures.photograph(factory.rng("scans/photograph"), "machine", size=(1600, 1200))
    truth: dict[str, object] = {"width": 1600, "height": 1200, "is_document": False}
    return File("03_生産技術部/設備保全課/写真/MC-05_全景.jpg", data, "写真", "jpeg", truth)


_STEPS = (
    ("治具に{part}を載せ、位置決めピンに当てる。", "ピンとのすき間がないこと"),
    ("クランプレバーを締め、{part}を固定する。", "締付けトルク {torque}±1 N・m"),
    ("六角穴付きボルト M8 を対角順に仮締めする。", "4本とも浮きがないこと"),
    ("トルクレンチで本締めし、マーキングする。", "締付けトルク {final}±1.5 N・m"),
    ("外観とすき間を確認し、記録票に記入する。", "すき間 0.05 mm 以下"),
)


def _instruction(factory: Factory) -> File:
    rng = factory.rng("scans/instruction")
    day = factory.day(rng, 2500)
    part = rng.choice(("ハウジング", "ブラケット", "カバー", "フランジ"))
    words = {"part": part, "torque": rng.randrange(6, 12), "final": rng.randrange(20, 30)}
    number = f"KGS-WI-{rng.randrange(100, 999)}"
    sheet = Sheet(A4)
    title = f"{part}組付け 作業手順書"
    lines = [f"文書番号：{number}　改訂：{rng.choice('ABC')}　作成日：{wareki(day)}", "1. 作業手順"]
    y = sheet.text(520, 130, title, 18) + 20
    for line in lines:
        y = sheet.text(150, y, line)
    rows = [["No.", "作業内容", "急所・管理値"]]
    rows += [[str(n), *(text.format(**words) for text in step)] for n, step in enumerate(_STEPS, 1)]
    y = sheet.table(150, round(y) + 10, (90, 760, 500), rows) + 50
    notes = ["警告：可動部に手を入れない。設備を停止してから作業する。", "注意：保護めがねと手袋を着用する。"]
    for note in notes:
        y = sheet.text(150, y, note)
    steps = [{"number": row[0], "text": row[1], "criterion": row[2]} for row in rows[1:]]
    truth: dict[str, object] = {
        "title": title, "document_number": number, "date": day.isoformat(), "texts": [*lines, *notes],
        "tables": [{"columns": rows[0], "rows": rows[1:], "header_rows": 1}], "steps": steps, "pages": 1,
    }  # fmt: skip
    path = "01_製造部/作業標準書/スキャン/組付け作業手順書_原本.jpg"
    return File(path, jpeg(sheet.scanned(rng)), "作業手順書", "jpeg", truth, ("scan",), day)


def _form(factory: Factory) -> File:
    rng = factory.rng("scans/form")
    day = factory.day(rng)
    inspector = factory.person(rng, "品質保証部")
    pairs = {
        "品名": "スプール", "品番": f"KG-{rng.randrange(1000, 9999)}-00",
        "ロット番号": factory.lot(rng, day), "検査日": wareki(day),
    }  # fmt: skip
    sheet = Sheet(A5_WIDE)
    sheet.text(640, 60, "受入検査記録", 18)
    fields = list(pairs.items())
    y = sheet.table(140, 170, (220, 460, 220, 460), [[*fields[0], *fields[1]], [*fields[2], *fields[3]]]) + 40
    rows = [["検査項目", "規格値", "測定値1", "測定値2", "判定"]]
    for name, nominal in (("外径", 25.0), ("全長", 120.5), ("穴径", 8.0)):
        values = [f"{nominal + rng.uniform(-0.02, 0.02):.2f}" for _ in range(2)]
        rows.append([name, f"{nominal:.2f}±0.03 mm", *values, "合格"])
    bottom = sheet.table(140, y, (260, 380, 240, 240, 240), rows)
    sheet.text(140, bottom + 60, f"検査者：{inspector}", 11)
    sheet.seal(1380, bottom + 110, inspector)
    truth: dict[str, object] = {
        "title": "受入検査記録", "pairs": pairs, "texts": [f"検査者：{inspector}"],
        "tables": [{"columns": rows[0], "rows": rows[1:], "header_rows": 1}], "stamps": 1, "pages": 1,
    }  # fmt: skip
    path = "02_品質保証部/受入検査/受入検査記録_捺印.jpg"
    return File(path, jpeg(sheet.scanned(rng)), "受入検査記録", "jpeg", truth, ("scan", "stamp"), day)


_FAX = (
    ("材質証明の送付について", "下記ロットの材質証明書を送付いたします。ご査収ください。"),
    ("化学成分の確認結果", "炭素及びマンガンの含有量は規格の範囲内です。"),
    ("次回納入の予定", "次回は数量 {count} 個を納入する予定です。"),
)


def _fax(factory: Factory) -> File:
    rng = factory.rng("scans/fax")
    day = factory.day(rng)
    count = rng.randrange(2, 9) * 100
    header = f"霧島鋼材株式会社　FAX送信　{wareki(day)}"
    pages, texts = [], []
    for order, (heading, line) in enumerate(_FAX, 1):
        sheet = Sheet(A4)
        sheet.text(150, 80, header, 9)
        body = [line.format(count=count), f"ロット番号：{factory.lot(rng, day)}"]
        y = sheet.text(150, 400, heading, 15) + 20
        for text in body:
            y = sheet.text(150, y, text, 12)
        sheet.text(790, 2230, f"{order} / {len(_FAX)}", 9)
        pages.append(sheet.scanned(rng))
        texts.append([heading, *body])
    truth: dict[str, object] = {"header": header, "page_texts": texts, "pages": len(_FAX)}
    return File("04_購買部/受信FAX/材質証明_送付状.tif", tiff(pages), "FAX", "tiff", truth, ("scan",), day)


def _certificates(factory: Factory) -> File:
    rng = factory.rng("scans/certificates")
    day = factory.day(rng)
    out = io.BytesIO()
    pdf = canvas.Canvas(out, pagesize=(595.28, 841.89), invariant=1)
    pdf.setTitle("校正証明書(控え)")
    texts = []
    for _ in range(2):
        gauge = f"G-{rng.randrange(100, 999)}"
        sheet = Sheet(A4)
        lines = [
            f"管理番号：{gauge}", f"校正日：{wareki(day)}", "使用した標準器：ブロックゲージ 1級",
            f"器差：{rng.choice('+-')}0.00{rng.randrange(1, 5)} mm", "判定：合格",
        ]  # fmt: skip
        y = sheet.text(560, 200, "校正証明書", 20) + 40
        for line in lines:
            y = sheet.text(200, y, line, 12)
        sheet.text(200, y + 100, company.NAME, 11)
        pdf.drawImage(ImageReader(io.BytesIO(jpeg(sheet.scanned(rng), 75))), 0, 0, 595.28, 841.89)
        pdf.showPage()
        texts.append(["校正証明書", *lines])
        day = factory.day(rng)
    pdf.save()
    truth: dict[str, object] = {"page_texts": texts, "pages": 2}
    return File("02_品質保証部/計測器/校正証明書_控え.pdf", out.getvalue(), "校正証明書", "pdf", truth, ("scan",), day)
