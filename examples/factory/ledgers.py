"""Ledgers, masters and monthly tables: several tables on a sheet, code lists, readings, 1904 dates, templates."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import openpyxl
import xlsxwriter

from examples.factory import company
from examples.factory.company import Factory, File, wareki
from examples.writing.cells import GRID, HEAD, TITLE, Furigana, Style
from examples.writing.displayed import FORMATS
from examples.writing.ole import compound
from examples.writing.opendocument import OdsCell, spreadsheet
from examples.writing.package import restamp
from examples.writing.spreadsheet import Workbook


def build(factory: Factory) -> Iterator[File]:
    """Every ledger-like workbook."""
    yield _equipment(factory)
    yield _parts(factory)
    yield _daily(factory)
    yield _monthly(factory)
    yield _epoch_1904(factory)
    yield _template(factory)
    yield _uncached(factory)
    yield _shipping(factory)
    yield _open_document(factory)


def _equipment(factory: Factory) -> File:
    rng = factory.rng("ledger/equipment")
    book = Workbook("設備台帳", factory.person(rng, "生産技術部"))
    sheet = book.sheet("設備台帳")
    sheet.merge((1, 1, 1, 8), "設備台帳（本社工場）", TITLE)
    columns = ["設備番号", "設備名", "型式", "導入", "設置場所", "取得価額", "耐用年数", "担当者"]
    sheet.row(3, 1, columns, HEAD)
    rows = []
    for row, (number, name, model, since, place) in enumerate(company.EQUIPMENT, 4):
        price, year = rng.randrange(800, 60000) * 1000, date(int(since[:4]), int(since[5:]), 1)
        person, life = factory.person(rng, "製造部"), rng.choice((7, 10, 12))
        sheet.row(row, 1, [number, name, model], GRID)
        sheet.write(row, 4, year, Style(FORMATS["month"].code, border="lrtb"))
        sheet.write(row, 5, place, GRID)
        sheet.write(row, 6, price, Style(FORMATS["thousands"].code, border="lrtb"))
        sheet.write(row, 7, life, Style('0"年"', border="lrtb"))
        sheet.write(row, 8, person, GRID)
        shown = [FORMATS["month"].show(year), FORMATS["thousands"].show(price)]
        rows.append([number, name, model, shown[0], place, shown[1], f"{life}年", person])
    notes = ("※取得価額は千円未満を省略して表示", "※網掛けは更新予定")
    for offset, note in enumerate(notes):
        sheet.write(15 + offset, 1, note)
    columns2 = ["保全区分", "周期", "担当課"]
    rows2 = [["日常点検", "毎日", "製造一課"], ["定期点検", "3か月", "設備保全課"], ["精密点検", "1年", "設備保全課"]]
    sheet.row(19, 2, columns2, HEAD)
    for row, values in enumerate(rows2, 20):
        sheet.row(row, 2, values, GRID)
    truth: dict[str, object] = {
        "title": "設備台帳（本社工場）", "notes": list(notes),
        "tables": [{"columns": columns, "rows": rows}, {"columns": columns2, "rows": rows2, "range": "B19:D22"}],
    }  # fmt: skip
    return File("03_生産技術部/設備保全課/設備台帳.xlsx", book.to_bytes(), "設備台帳", "xlsx", truth)


def _parts(factory: Factory) -> File:
    rng = factory.rng("ledger/parts")
    book = Workbook("品番マスタ", factory.person(rng, "購買部"))
    sheet, codes = book.sheet("品番マスタ"), book.sheet("コード表", hidden=True)
    columns = ["品番", "品名", "担当者", "工程区分", "単位", "在庫"]
    sheet.row(1, 1, columns, HEAD)
    readings = {
        "減速機ハウジング": "ゲンソクキハウジング",
        "減速機カバー": "ゲンソクキカバー",
        "端子カバー": "タンシカバー",
        "モーター取付板": "モータートリツケバン",
    }
    rows = []
    for row, product in enumerate(company.PRODUCTS, 2):
        person, stock = factory.person(rng, "購買部"), rng.randrange(0, 4000)
        kana = readings.get(product[1])
        name: object = Furigana(product[1], ((0, len(product[1]), kana),)) if kana else product[1]
        unit = rng.choice(("個", "枚", "台"))
        sheet.row(row, 1, [product[0], name, person, product[3], unit, stock], GRID)
        rows.append([product[0], product[1], person, product[3], unit, str(stock)])
    lists = {"工程区分": ["機械加工", "プレス", "組立", "外注"], "単位": ["個", "枚", "台", "式"]}
    for column, (name, values) in enumerate(lists.items(), 1):
        codes.write(1, column, name, HEAD)
        for row, value in enumerate(values, 2):
            codes.write(row, column, value)
    book.define("工程区分一覧", "コード表!$A$2:$A$5")
    sheet.validations.append((f"D2:D{len(rows) + 1}", "工程区分一覧"))
    sheet.validations.append((f"E2:E{len(rows) + 1}", '"個,枚,台,式"'))
    book.macro = compound(
        {
            "PROJECT": b'ID="{00000000-0000-0000-0000-000000000000}"\r\nDocument=ThisWorkbook/&H00000000\r\n',
            "dir": bytes(64),
        }
    )
    truth: dict[str, object] = {
        "tables": [{"columns": columns, "rows": rows}], "readings": dict(readings),
        "code_lists": lists, "defined_names": {"工程区分一覧": "コード表!$A$2:$A$5"},
        "hidden_sheets": ["コード表"], "macro": True,
    }  # fmt: skip
    return File("02_品質保証部/マスタ/品番マスタ.xlsm", book.to_bytes("xlsm"), "品番マスタ", "xlsm", truth)


def _daily(factory: Factory) -> File:
    rng = factory.rng("ledger/daily")
    day = factory.day(rng, 90)
    book = Workbook("作業日報", factory.person(rng, "製造部"))
    tables = []
    for offset in range(3):
        today = day - timedelta(days=offset)
        sheet = book.sheet(f"{today.month}月{today.day}日")
        sheet.merge((1, 1, 1, 7), "作業日報", TITLE)
        sheet.row(2, 1, ["日付", None, "作業者", None, "直"], HEAD)
        sheet.write(2, 2, today, Style(FORMATS["weekday"].code, border="lrtb"))
        worker, shift = factory.person(rng, "製造部"), rng.choice(("１直", "２直"))
        sheet.write(2, 4, worker, GRID)
        sheet.write(2, 6, shift, GRID)
        columns = ["時間帯", "設備", "品番", "良品数", "不良数", "不良内容", "備考"]
        sheet.row(4, 1, columns, HEAD)
        rows, good, bad = [], 0, 0
        for row in range(5, 11):
            made, failed = rng.randrange(30, 160), rng.randrange(0, 4)
            good, bad = good + made, bad + failed
            start = 8 + (row - 5) * 2
            equipment = rng.choice(company.EQUIPMENT[:4])[0] if row % 3 else "〃"
            values: list[object] = [
                f"{start}:00～{start + 2}:00",
                equipment if row > 5 else "MC-01",
                company.PRODUCTS[0][0] if row == 5 else "同上",
            ]
            values += [made, failed, rng.choice(company.DEFECTS) if failed else "－", None]
            sheet.row(row, 1, values, GRID)
            rows.append(["" if value is None else str(value) for value in values])
        sheet.row(11, 1, ["合計", None, None, good, bad, None, None], HEAD)
        pairs = {"日付": FORMATS["weekday"].show(today), "作業者": worker, "直": shift}
        tables.append(
            {
                "sheet": sheet.name,
                "pairs": pairs,
                "columns": columns,
                "rows": rows,
                "total": {"良品数": good, "不良数": bad},
            }
        )
    return File(
        f"01_製造部/日報/作業日報_{day:%Y%m}.xlsx",
        book.to_bytes(),
        "作業日報",
        "xlsx",
        {"title": "作業日報", "tables": tables},
        day=day,
    )


def _monthly(factory: Factory) -> File:
    rng = factory.rng("ledger/monthly")
    book = Workbook("不良集計", factory.person(rng, "品質保証部"))
    sheet = book.sheet("上期")
    months = [f"{month}月" for month in range(4, 10)]
    sheet.merge((1, 1, 1, 9), "令和７年度 上期 不良集計表", TITLE)
    sheet.merge((3, 1, 4, 1), "工程", HEAD)
    sheet.merge((3, 2, 4, 2), "不良内容", HEAD)
    sheet.merge((3, 3, 3, 8), "件数", HEAD)
    sheet.merge((3, 9, 4, 9), "計", HEAD)
    sheet.row(4, 3, months, HEAD)
    row, rows, totals = 5, [], [0] * 6
    for process in ("機械加工", "プレス", "組立"):
        sheet.merge((row, 1, row + 2, 1), process, GRID)
        for defect in rng.sample(company.DEFECTS, 3):
            counts = [rng.randrange(0, 20) for _ in months]
            totals = [a + b for a, b in zip(totals, counts, strict=True)]
            sheet.row(row, 2, [defect, *[count if count else "―" for count in counts], sum(counts)], GRID)
            rows.append([process, defect, *[str(count) if count else "―" for count in counts], str(sum(counts))])
            row += 1
    sheet.merge((row, 1, row, 2), "合計", HEAD)
    sheet.row(row, 3, [*totals, sum(totals)], HEAD)
    columns = ["工程", "不良内容", *[f"件数/{month}" for month in months], "計"]
    truth: dict[str, object] = {
        "title": "令和７年度 上期 不良集計表",
        "tables": [{"columns": columns, "header_rows": [3, 4], "rows": rows, "total": totals}],
    }
    return File("02_品質保証部/不良集計_R7上期.xlsx", book.to_bytes(), "不良集計", "xlsx", truth)


def _epoch_1904(factory: Factory) -> File:
    rng = factory.rng("ledger/1904")
    book = Workbook("校正記録", "計測管理室", date1904=True)
    sheet = book.sheet("校正")
    sheet.row(1, 1, ["計測器", "校正日", "所要"], HEAD)
    rows = []
    for row in range(2, 10):
        day, took = factory.day(rng, 900), timedelta(minutes=rng.randrange(20, 300))
        sheet.write(row, 1, f"G-{row + 99}")
        sheet.write(row, 2, day, Style(FORMATS["era"].code))
        sheet.write(row, 3, took, Style(FORMATS["elapsed"].code))
        rows.append([f"G-{row + 99}", FORMATS["era"].show(day), FORMATS["elapsed"].show(took)])
    truth: dict[str, object] = {"date1904": True, "tables": [{"columns": ["計測器", "校正日", "所要"], "rows": rows}]}
    return File("02_品質保証部/計測管理室/校正記録_Mac.xlsx", book.to_bytes(), "校正記録", "xlsx", truth)


def _template(factory: Factory) -> File:
    book = Workbook("不具合連絡書", "品質保証課")
    sheet = book.sheet("様式")
    sheet.grid(30, 2.5, 16.5)
    sheet.merge((1, 1, 2, 30), "不具合連絡書", TITLE)
    labels = ("発行日", "発行部門", "品番", "ロットNo.", "発生数", "内容")
    for place, label in enumerate(labels):
        sheet.merge((4 + place * 2, 1, 5 + place * 2, 6), label, HEAD)
        sheet.merge((4 + place * 2, 7, 5 + place * 2, 30), None, GRID)
    sheet.merge((17, 1, 17, 30), "□社内　□客先　□仕入先", GRID)
    truth: dict[str, object] = {"title": "不具合連絡書", "pairs": dict.fromkeys(labels, ""), "is_blank_form": True}
    return File("02_品質保証部/様式/不具合連絡書.xltx", book.to_bytes("xltx"), "様式", "xltx", truth)


def _uncached(factory: Factory) -> File:
    rng = factory.rng("ledger/uncached")
    book = openpyxl.Workbook()
    sheet = book["Sheet"]
    sheet.title = "原価"
    sheet.append(["品番", "材料費", "加工費", "合計"])
    rows = []
    for row, product in enumerate(company.PRODUCTS, 2):
        material, work = rng.randrange(50, 900), rng.randrange(100, 2000)
        sheet.append([product[0], material, work, f"=B{row}+C{row}"])
        rows.append([product[0], str(material), str(work), ""])
    last = len(rows) + 1
    sheet.append(["合計", f"=SUM(B2:B{last})", f"=SUM(C2:C{last})", f"=SUM(D2:D{last})"])
    buffer = io.BytesIO()
    book.save(buffer)
    truth: dict[str, object] = {
        "formulas_without_value": len(rows) + 3,
        "formulas": {"D2": "B2+C2"},
        "tables": [{"columns": ["品番", "材料費", "加工費", "合計"], "rows": rows}],
    }
    return File("04_購買部/原価試算_自動出力.xlsx", restamp(buffer.getvalue()), "原価", "xlsx", truth)


def _shipping(factory: Factory) -> File:
    rng = factory.rng("ledger/shipping")
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("出荷実績")
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#D9E1F2"})
    as_date = book.add_format({"num_format": "yyyy/mm/dd"})
    columns = ["出荷日", "客先", "品番", "数量", "金額"]
    sheet.write_row(0, 0, columns, head)
    money = book.add_format({"num_format": FORMATS["yen"].code})
    rows = []
    for row in range(1, 61):
        day, customer, product = factory.day(rng, 180), rng.choice(company.CUSTOMERS), rng.choice(company.PRODUCTS)
        count = rng.randrange(10, 500)
        sheet.write_datetime(row, 0, _midnight(day), as_date)
        sheet.write_row(row, 1, [customer, product[0], count])
        sheet.write_number(row, 4, count * 128, money)
        rows.append([f"{day:%Y/%m/%d}", customer, product[0], str(count), FORMATS["yen"].show(count * 128)])
    sheet.autofilter(0, 0, 60, 4)
    sheet.set_column(5, 6, 10, None, {"hidden": True})
    sheet.write(0, 5, "内部単価")
    sheet.write(1, 5, 128)
    plot = book.add_chart({"type": "column"})
    plot.add_series({"name": "数量", "categories": "=出荷実績!$C$2:$C$9", "values": "=出荷実績!$D$2:$D$9"})
    plot.set_title({"name": "出荷数量"})
    sheet.insert_chart("I2", plot)
    book.close()
    truth: dict[str, object] = {
        "tables": [{"columns": columns, "rows": rows}],
        "hidden_columns": ["F", "G"],
        "charts": ["出荷数量"],
    }
    return File("04_購買部/出荷実績.xlsx", restamp(buffer.getvalue()), "出荷実績", "xlsx", truth)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _open_document(factory: Factory) -> File:
    rng = factory.rng("ledger/ods")
    columns = ["工具No.", "名称", "交換基準(個)", "前回交換", "使用率"]
    rows: list[list[OdsCell | str]] = [
        [OdsCell("刃物管理表", span=5)],
        [OdsCell(columns[0], note="番号は刃物台の位置"), *columns[1:]],
    ]
    shown = []
    for number in range(10):
        day, limit, share = factory.day(rng, 60), rng.randrange(5, 40) * 100, round(rng.random(), 3)
        name = rng.choice(("エンドミル φ10", "ドリル φ6.8", "タップ M8", "リーマ φ24"))
        percent = FORMATS["percent"].show(share)
        dated = OdsCell(wareki(day, short=True), "date", day.isoformat())
        rows.append(
            [
                f"T{number + 1:02d}",
                name,
                OdsCell(f"{limit:,}", "float", str(limit)),
                dated,
                OdsCell(percent, "percentage", str(share)),
            ]
        )
        shown.append([f"T{number + 1:02d}", name, f"{limit:,}", wareki(day, short=True), percent])
    rows.insert(7, ["T99", "（予備・未使用）", "", "", ""])
    truth: dict[str, object] = {
        "title": "刃物管理表", "tables": [{"columns": columns, "rows": shown}], "merges": 1,
        "comments": [["A2", "番号は刃物台の位置"]], "hidden": ["（予備・未使用）"],
    }  # fmt: skip
    data = spreadsheet("刃物管理", rows, hidden_rows=[7])
    return File("01_製造部/刃物管理.ods", data, "刃物管理", "ods", truth)
