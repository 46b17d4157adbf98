"""PDFs: running headers, ruled and aligned tables, vertical text, an attachment, broken text layers."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from examples.factory import company
from examples.factory.company import Factory, File, wareki
from examples.writing.pdf import BROKEN, DOWN, PRIVATE, Page, Pdf, width


def build(factory: Factory) -> Iterator[File]:
    """Every PDF of the share."""
    yield _procedure(factory)
    yield _vertical(factory)
    yield _certificate(factory)
    yield _quotation(factory)
    yield _broken(factory)


_CHAPTERS = (
    ("1. 目的", ("本手順は、主軸潤滑油の交換作業を安全かつ確実に行うことを目的とする。",)),
    (
        "2. 適用範囲",
        ("本社工場の立形及び横形マシニングセンタに適用する。", "第二工場の設備には別に定める手順を用いる。"),
    ),
    ("3. 準備", ("潤滑油 VG32 を 2L 用意する。", "廃油缶とウエスを用意する。", "操作盤に「点検中」の札を掛ける。")),
    (
        "4. 作業手順",
        (
            "主電源を切り、施錠する。",
            "ドレンプラグを緩め、廃油を抜く。",
            "プラグを 15 N・m で締め付ける。",
            "規定線まで給油する。",
        ),
    ),
    (
        "5. 確認",
        (
            "試運転を10分間行い、油漏れがないことを確認する。",
            "油温が 45℃ を超えた場合は運転を止め、設備保全課へ連絡する。",
        ),
    ),
    ("6. 記録", ("点検記録表に実施日、実施者、油量を記入する。", "記録は3年間保管する。")),
)


def _procedure(factory: Factory) -> File:
    rng = factory.rng("pdf/procedure")
    number, day = factory.document_numbers["点検基準書"], factory.day(rng)
    pdf = Pdf("主軸潤滑油 交換手順", factory.person(rng, "生産技術部"))
    header, title = f"{number}　Rev.2　{wareki(day)}", "主軸潤滑油 交換手順"
    paragraphs: list[str] = []
    for order in range(3):
        page = pdf.page()
        page.text(60, 800, header, 9)
        page.line(60, 794, 535, 794)
        page.text(60, 40, f"{company.NAME}　社外秘", 9)
        page.text(500, 40, f"{order + 1} / 3", 9)
        y = 760.0
        if order == 0:
            page.text(180, y, title, 18)
            y -= 40
        for heading, words in _CHAPTERS[order * 2 : order * 2 + 2]:
            page.text(60, y, heading, 14)
            paragraphs.append(heading)
            y -= 26
            for paragraph in words:
                page.text(72, y, paragraph, 10.5)
                paragraphs.append(paragraph)
                y -= 18
            y -= 14
    truth: dict[str, object] = {
        "title": title, "document_number": number, "headings": [title, *[heading for heading, _ in _CHAPTERS]],
        "text": paragraphs,
        "header": header, "footer": f"{company.NAME}　社外秘", "pages": 3,
    }  # fmt: skip
    return File(
        "03_生産技術部/設備保全課/手順/主軸潤滑油交換手順.pdf", pdf.to_bytes(), "点検手順書", "pdf", truth, day=day
    )


def _vertical(factory: Factory) -> File:
    rng = factory.rng("pdf/vertical")
    pdf = Pdf("社長年頭挨拶", "総務課")
    page = pdf.page((842, 595))
    columns = [
        "年頭の挨拶", "新年明けましておめでとうございます。昨年は受注が伸び、",
        "二つの工場とも繁忙な一年でした。皆様の努力に心から感謝します。",
        "本年の目標は三つあります。第一に、労働災害をなくすこと。",
        "第二に、工程内不良を半分にすること。第三に、現場の記録を",
        "資産として生かすことです。手順書と検査記録を整え、若い人へ", "技能を確実に渡していきましょう。",
    ]  # fmt: skip
    for order, words in enumerate(columns):
        page.text(740 - order * 34, 500 if order else 520, words, 20 if order == 0 else 14, DOWN)
    truth: dict[str, object] = {"title": columns[0], "text": ["".join(columns[1:])], "is_vertical": True, "pages": 1}
    return File("05_管理部/総務課/年頭挨拶（縦書き）.pdf", pdf.to_bytes(), "挨拶", "pdf", truth, day=factory.day(rng))


def _ruled(page: Page, x: float, y: float, widths: Sequence[int], rows: Sequence[Sequence[str]]) -> float:
    height = 22
    for row in range(len(rows) + 1):
        page.line(x, y - row * height, x + sum(widths), y - row * height)
    for column in range(len(widths) + 1):
        at = x + sum(widths[:column])
        page.line(at, y, at, y - len(rows) * height)
    for order, row_values in enumerate(rows):
        for column, value in enumerate(row_values):
            page.text(x + sum(widths[:column]) + 4, y - order * height - 15, value, 9)
    return y - len(rows) * height


def _certificate(factory: Factory) -> File:
    rng = factory.rng("pdf/certificate")
    day = factory.day(rng)
    pdf = Pdf("材料試験成績書", "杉ノ目鋼材株式会社")
    page = pdf.page()
    page.text(210, 780, "材料試験成績書", 18)
    page.text(60, 745, f"御中　{company.NAME}")
    page.text(380, 745, f"発行日　{day:%Y年%m月%d日}")
    chemistry = [
        ["鋼種", "C", "Si", "Mn", "P", "S"],
        ["S45C", "0.45", "0.22", "0.76", "0.015", "0.009"],
        ["規格上限", "0.48", "0.35", "0.90", "0.030", "0.035"],
    ]
    strength = [["試験片", "引張強さ(N/mm2)", "伸び(%)", "硬さ(HB)"]]
    strength += [
        [f"No.{n}", str(rng.randrange(690, 760)), str(rng.randrange(17, 24)), str(rng.randrange(201, 250))]
        for n in (1, 2, 3)
    ]
    page.text(60, 710, "1. 化学成分（%）", 12)
    y = _ruled(page, 60, 700, (90, 70, 70, 70, 70, 70), chemistry)
    page.text(60, y - 30, "2. 機械的性質", 12)
    _ruled(page, 60, y - 40, (90, 130, 90, 90), strength)
    page.text(60, 420, "上記の試験結果は、規格に適合していることを証明します。")
    rows = "元素,値\r\nC,0.45\r\nSi,0.22\r\n".encode("cp932")
    pdf.attachments.append(("試験データ.csv", rows))
    truth: dict[str, object] = {
        "title": "材料試験成績書", "attachments": ["試験データ.csv"],
        "tables": [{"columns": t[0], "rows": t[1:], "kind": "ruled"} for t in (chemistry, strength)],
    }  # fmt: skip
    return File("04_購買部/杉ノ目鋼材/ミルシート_S45C.pdf", pdf.to_bytes(), "材料試験成績書", "pdf", truth, day=day)


def _quotation(factory: Factory) -> File:
    """Made with a library, and its table has no rules, only alignment."""
    rng = factory.rng("pdf/quotation")
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=A4, invariant=1)
    page.setTitle("御見積書")
    page.setFont("HeiseiMin-W3", 18)
    page.drawString(240, 780, "御見積書")
    page.setFont("HeiseiMin-W3", 10.5)
    page.drawString(60, 740, f"{company.NAME} 購買課 御中")
    page.drawString(400, 740, "里見野熱処理㈱")
    columns = ["品名", "数量", "単価", "金額"]
    rows, total = [], 0
    for name in ("浸炭焼入 スプール", "窒化処理 バルブボディ", "焼鈍 減速機カバー", "高周波焼入 軸"):
        count, price = rng.randrange(20, 400), rng.randrange(8, 90) * 10
        total += count * price
        rows.append([name, f"{count:,}個", f"{price:,}円", f"{count * price:,}円"])
    for order, row in enumerate([columns, *rows, ["合計", "", "", f"{total:,}円"]]):
        y = 690 - order * 20
        page.drawString(60, y, row[0])
        for right, value in zip((300, 380, 480), row[1:], strict=True):
            page.drawString(right - width(value, 10.5), y, value)
    page.drawString(60, 540, "有効期限：発行日より30日間")
    page.showPage()
    page.save()
    truth: dict[str, object] = {
        "title": "御見積書",
        "tables": [{"columns": columns, "rows": rows, "kind": "aligned", "total": f"{total:,}円"}],
    }
    return File("04_購買部/里見野熱処理/御見積書.pdf", buffer.getvalue(), "見積書", "pdf", truth)


def _broken(factory: Factory) -> File:
    pdf = Pdf("旧設備取扱説明書", "不明")
    words = (
        "第1章 安全上の注意",
        "運転中は扉を開けないでください。",
        "点検の前に必ず元電源を切ってください。",
        "異常音がしたときは直ちに停止してください。",
    )
    for font in (BROKEN, PRIVATE):
        page = pdf.page()
        for order, line in enumerate(words * 4):
            page.text(60, 780 - order * 22, line, 11, font)
    truth: dict[str, object] = {"unreadable_pages": [1, 2], "really_says": list(words)}
    return File(
        "03_生産技術部/設備保全課/取説/旧取扱説明書_GR-02.pdf",
        pdf.to_bytes(),
        "取扱説明書",
        "pdf",
        truth,
        ("mojibake",),
    )
