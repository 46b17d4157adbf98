"""Sensor and machine logs, production records and masters as CSV, TSV and text, in every encoding of the share."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from examples.factory import company
from examples.factory.company import Factory, File, fullwidth, wareki

CODECS = {"utf-8": "utf-8", "utf-8-bom": "utf-8-sig", "cp932": "cp932", "euc-jp": "euc_jis_2004", "utf-16": "utf-16"}


def lines(rows: Sequence[Sequence[object]], separator: str = ",") -> str:
    """Rows as text with CRLF, quoted only where needed."""
    return "".join(separator.join(_quoted(value, separator) for value in row) + "\r\n" for row in rows)


def _quoted(value: object, separator: str) -> str:
    shown = "" if value is None else str(value)
    if any(sign in shown for sign in (separator, '"', "\n", "\r")):
        return '"' + shown.replace('"', '""') + '"'
    return shown


def table_truth(header: Sequence[str], rows: Sequence[Sequence[object]], **more: object) -> dict[str, object]:
    """The truth of one table: its columns and its number of rows, and the first and last row as written."""
    shown = [["" if value is None else str(value) for value in row] for row in rows]
    return {"columns": list(header), "rows": len(shown), "first": shown[0], "last": shown[-1], **more}


def _vibration(rng: random.Random, start: datetime, count: int) -> list[list[str]]:
    rows = []
    for n in range(count):
        stamp = start + timedelta(milliseconds=100 * n)
        base = 1.2 + 0.4 * math.sin(n / 9) + rng.gauss(0, 0.08) + (1.8 if 0.7 * count < n < 0.73 * count else 0)
        rows.append(
            [stamp.strftime("%Y/%m/%d %H:%M:%S.%f")[:-3], f"{base:.3f}", f"{41 + n / 300 + rng.gauss(0, 0.1):.1f}"]
        )
    return rows


def build(factory: Factory) -> Iterator[File]:
    """Every CSV-like file that has ordinary contents."""
    yield _sensor(factory)
    yield _temperature(factory)
    yield _equipment_log(factory)
    yield _production(factory)
    yield _parts_master(factory)
    yield _fill_down(factory)
    yield _utf16(factory)
    yield _injection(factory)
    yield _decimal_comma(factory)
    yield from _plain(factory)


def _sensor(factory: Factory) -> File:
    rng = factory.rng("csv/vibration")
    day = factory.day(rng, 60)
    start = datetime(day.year, day.month, day.day, 8, 30)
    rows = _vibration(rng, start, 1200)
    header = ["日時", "振動速度[mm/s]", "軸受温度[℃]"]
    notes = [["設備番号", "MC-05"], ["測定器", "VM-20 (S/N 00731)"], ["サンプリング", "10Hz"], []]
    body = lines([*notes, header, *rows])
    truth = table_truth(header, rows, encoding="cp932", header_row=5, units=["", "mm/s", "℃"], equipment="MC-05")
    path = f"03_生産技術部/設備保全課/振動測定/MC-05_主軸_{day:%Y%m%d}.csv"
    return File(path, body.encode("cp932"), "センサーデータ", "csv", truth, day=day)


def _temperature(factory: Factory) -> File:
    rng = factory.rng("csv/temperature")
    day = factory.day(rng, 90)
    rows = []
    for n in range(288):
        stamp = datetime(day.year, day.month, day.day) + timedelta(minutes=5 * n)
        values = [f"{zone + rng.gauss(0, 1.2):.1f}" for zone in (850, 862, 858)]
        rows.append([stamp.isoformat(sep=" "), *values, "" if n % 97 else "扉開"])
    header = ["time", "zone1_degC", "zone2_degC", "zone3_degC", "備考"]
    truth = table_truth(header, rows, encoding="utf-8-bom", header_row=1)
    return File(
        "03_生産技術部/IoT/浸炭炉温度.csv",
        lines([header, *rows]).encode("utf-8-sig"),
        "センサーデータ",
        "csv",
        truth,
        day=day,
    )


def _equipment_log(factory: Factory) -> File:
    rng = factory.rng("csv/machine")
    day = factory.day(rng, 40)
    moment = datetime(day.year, day.month, day.day, 8, 0)
    codes = (
        ("I0001", "運転開始"),
        ("I0002", "サイクル完了"),
        ("A0417", "主軸過負荷"),
        ("A0210", "クーラント圧低下"),
        ("I0003", "段取替え"),
    )
    rows = []
    for _ in range(160):
        moment += timedelta(seconds=rng.randrange(20, 300))
        code, message = rng.choice(codes)
        rows.append([f"{moment:%Y-%m-%dT%H:%M:%S}", rng.choice(("MC-01", "MC-02")), code, message])
    body = "".join("\t".join(row) + "\n" for row in rows)
    truth = {"rows": len(rows), "columns": [], "has_header": False, "encoding": "euc-jp", "time_column": 1}
    return File(
        "03_生産技術部/設備保全課/設備ログ/MCログ.tsv", body.encode("euc-jp"), "設備ログ", "tsv", truth, day=day
    )


def _production(factory: Factory) -> File:
    rng = factory.rng("csv/production")
    rows: list[list[object]] = []
    total = bad_total = 0
    for number in range(42):
        day = factory.today - timedelta(days=60 - number)
        product = rng.choice(company.PRODUCTS)
        made = rng.randrange(80, 900)
        bad = rng.randrange(0, 9)
        total, bad_total = total + made, bad_total + bad
        shown = product[0] if number % 5 else fullwidth(product[0])
        rows.append(
            [wareki(day, short=True), shown, factory.lot(rng, day), f"{made:,}", bad, "▲3" if number % 11 == 4 else "0"]
        )
    header = ["日付", "品番", "ロットNo.", "生産数", "不良数", "計画差"]
    title: list[list[str]] = [["生産実績一覧（上期）"], [f"出力日：{wareki(factory.today)}"], []]
    padded: list[list[object]] = [[*header, "", "", ""], *[[*row, "", "", ""] for row in rows]]
    closing: list[list[object]] = [["合計", "", "", f"{total:,}", bad_total, "", "", "", ""], ["※社外秘"]]
    body = lines([*title, *padded, *closing])
    truth = table_truth(
        header,
        rows,
        encoding="cp932",
        header_row=4,
        title="生産実績一覧（上期）",
        total={"生産数": total, "不良数": bad_total},
    )
    return File("01_製造部/生産実績/生産実績_上期.csv", body.encode("cp932"), "生産実績", "csv", truth)


def _parts_master(factory: Factory) -> File:
    rng = factory.rng("csv/parts")
    header = ["品番", "品名", "材質", "工程区分", "仕入先", "コード", "単価(円)"]
    rows: list[list[object]] = []
    for number in range(60):
        product = rng.choice(company.PRODUCTS)
        supplier = rng.choice(company.SUPPLIERS)
        names = (product[1], "六角ﾎﾞﾙﾄ M6×２０", "平座金 ①種", "Ｏリング", "ﾛｯｸﾅｯﾄ", "髙耐食ｶﾊﾞｰ")
        name = rng.choice(names)
        rows.append(
            [
                f"{product[0]}-{number:03d}",
                name,
                product[2],
                product[3],
                supplier[1],
                f"{number + 7:05d}",
                f"{rng.randrange(3, 9000)}",
            ]
        )
    body = lines([header, *rows])
    truth = table_truth(header, rows, encoding="cp932", header_row=1, leading_zero_column="コード")
    return File("02_品質保証部/マスタ/部品表_出力.csv", body.encode("cp932"), "品番マスタ", "csv", truth)


def _fill_down(factory: Factory) -> File:
    rng = factory.rng("csv/fill")
    header = ["測定日", "ロット", "測定者", "外径(mm)", "判定"]
    rows: list[list[str]] = []
    filled: list[list[str]] = []
    for _ in range(8):
        day = factory.day(rng, 100)
        head = [f"{day:%Y/%m/%d}", factory.lot(rng, day), factory.person(rng, "品質保証部")]
        for repeat in range(4):
            value = f"{rng.gauss(24.0, 0.01):.3f}"
            verdict = "○" if abs(float(value) - 24) <= 0.02 else "×"
            marks = head if repeat == 0 else [rng.choice(("〃", "同上", "″")) for _ in head]
            rows.append([*marks, value, verdict])
            filled.append([*head, value, verdict])
    truth = table_truth(header, rows, encoding="utf-8", header_row=1, filled_first=filled[1], filled=filled)
    return File(
        "02_品質保証部/測定結果/スプール外径_手入力.csv", lines([header, *rows]).encode(), "測定結果", "csv", truth
    )


def _utf16(factory: Factory) -> File:
    rng = factory.rng("csv/utf16")
    header = ["設備No", "設備名", "停止時間[分]", "理由"]
    rows = [
        [e[0], e[1], rng.randrange(5, 240), rng.choice(("刃物交換", "材料待ち", "故障", "朝礼"))]
        for e in company.EQUIPMENT
    ]
    body = "\ufeff" + lines([header, *rows], "\t")
    truth = table_truth(header, rows, encoding="utf-16", header_row=1)
    return File("01_製造部/停止時間_Unicodeテキスト.txt", body.encode("utf-16-le"), "設備停止", "txt", truth)


def _injection(factory: Factory) -> File:
    header = ["項目", "内容"]
    rows = [
        ["電話", "+81-3-0000-0000"],
        ["式", '=HYPERLINK("http://example.invalid/","開く")'],
        ["コマンド", "=cmd|' /C calc'!A0"],
        ["メンション", "@品質保証課"],
        ["公差", "-0.02"],
        ["タグ", "<script>alert('x')</script>"],
    ]
    truth = table_truth(header, rows, encoding="utf-8", header_row=1)
    return File(
        "99_共有/一時/アンケート回答.csv",
        lines([header, *rows]).encode(),
        "アンケート",
        "csv",
        truth,
        ("formula-start", "html-in-cell"),
    )


def _decimal_comma(factory: Factory) -> File:
    rng = factory.rng("csv/comma")
    header = ["Zeit", "Druck_bar", "Weg_mm"]
    values = [(rng.uniform(4, 6), rng.uniform(0, 90)) for _ in range(50)]
    start = datetime(2025, 6, 3, 10)
    rows = [
        [
            (start + timedelta(seconds=n)).strftime("%d.%m.%Y %H:%M:%S"),
            f"{a:.2f}".replace(".", ","),
            f"{b:.3f}".replace(".", ","),
        ]
        for n, (a, b) in enumerate(values)
    ]
    truth = table_truth(
        header, rows, encoding="utf-8", header_row=1, decimal=",", separator=";", first_value=round(values[0][0], 2)
    )
    return File(
        "03_生産技術部/IoT/Presse_PR-12_Export.csv",
        lines([header, *rows], ";").encode(),
        "センサーデータ",
        "csv",
        truth,
    )


def _plain(factory: Factory) -> Iterator[File]:
    rng = factory.rng("text")
    person = factory.person(rng, "製造部")
    memo = (
        "引継ぎメモ\r\n・NL-03 の刃物は 2,000 個で交換（髙さ補正を忘れない）\r\n"
        f"・ﾄﾙｸﾚﾝﾁは校正中、代替 No.7 を使用\r\n・連絡先：{person}\r\n"
    )
    yield File(
        "01_製造部/引継ぎ.txt",
        memo.encode("cp932"),
        "メモ",
        "txt",
        {"texts": ["引継ぎメモ", person], "encoding": "cp932"},
    )
    todo = "\n".join(f"{n}. {task}" for n, task in enumerate(("刃物在庫の確認", "5S 巡回", "日報の集計"), 1)) + "\n"
    yield File("99_共有/todo.txt", todo.encode(), "メモ", "txt", {"texts": ["刃物在庫の確認"], "encoding": "utf-8"})
