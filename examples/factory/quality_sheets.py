"""QC工程表, 検査成績書 and FMEA as workbooks: compound headers, displayed values, merged rows."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from examples.factory import company
from examples.factory.company import Factory, File, wareki
from examples.writing.cells import GRID, HEAD, TITLE, Formula, Style, ref
from examples.writing.displayed import FORMATS
from examples.writing.notes import Note
from examples.writing.spreadsheet import Sheet, Workbook

Header = Sequence[tuple[str, Sequence[str]]]


def build(factory: Factory) -> Iterator[File]:
    """Process charts, inspection records and an FMEA."""
    yield _process_chart(factory)
    for number in range(3):
        yield _inspection(factory, number)
    yield _inspection_standard(factory)
    yield _fmea(factory)


def compound_header(sheet: Sheet, row: int, header: Header) -> list[str]:
    """Write a header of two rows (group over columns) and return the compound names."""
    column, names = 1, []
    for group, members in header:
        if not members:
            sheet.merge((row, column, row + 1, column), group, HEAD)
            names.append(group)
            column += 1
            continue
        sheet.merge((row, column, row, column + len(members) - 1), group, HEAD)
        for member in members:
            sheet.write(row + 1, column, member, HEAD)
            names.append(f"{group}/{member}")
            column += 1
    return names


def _process_chart(factory: Factory) -> File:
    rng = factory.rng("quality/chart")
    product, day = company.PRODUCTS[0], factory.day(rng)
    book = Workbook("QC工程表", factory.person(rng, "品質保証部"))
    sheet = book.sheet("QC工程表")
    sheet.merge((1, 1, 1, 12), "ＱＣ工程表", TITLE)
    number = factory.document_numbers["QC工程表"]
    pairs = {"文書番号": number, "品番": product[0], "品名": product[1], "制定": wareki(day)}
    for place, (label, value) in enumerate(pairs.items()):
        sheet.write(2, 1 + place * 3, label, HEAD)
        sheet.merge((2, 2 + place * 3, 2, 3 + place * 3), value, GRID)
    header: Header = (
        ("工程No.", ()), ("工程名", ()), ("設備", ()), ("管理項目", ("項目", "規格")),
        ("管理方法", ("測定具", "頻度", "記録")),
        ("担当", ()), ("異常処置", ()),
    )  # fmt: skip
    names = compound_header(sheet, 4, header)
    items = (
        ("10", "素材受入", "―", (("外観", "鋳巣なきこと"), ("材質証明", "ADC12"))),
        ("20", "荒加工", "MC-05", (("全長", "120.0±0.2mm"), ("段差", "0.1mm以下"))),
        ("30", "内径仕上", "MC-05", (("内径", "φ24.00±0.02mm"), ("面粗さ", "Ra 1.6以下"), ("真円度", "0.01mm以下"))),
        ("40", "洗浄", "WS-01", (("液温", "60±5℃"),)),
        ("50", "最終検査", "CM-01", (("位置度", "φ0.05"), ("外観", "限度見本による"))),
    )
    row, rows = 6, []
    for step, name, equipment, controls in items:
        last = row + len(controls) - 1
        for column, value in (
            (1, step),
            (2, name),
            (3, equipment),
            (8 + 1, "検査課" if step in ("10", "50") else "製造一課"),
        ):
            sheet.merge((row, column, last, column), value, GRID)
        for item, spec in controls:
            gauge = rng.choice(("ノギス", "三次元測定機", "目視", "エアマイクロ", "温度計"))
            how = [
                item,
                spec,
                gauge,
                rng.choice(("全数", "1/50個", "始業時", "ロット毎")),
                rng.choice(("チェックシート", "検査成績書")),
            ]
            sheet.row(row, 4, how, GRID)
            sheet.write(row, 10, "班長へ連絡し隔離", GRID)
            rows.append(
                [step, name, equipment, *how, "検査課" if step in ("10", "50") else "製造一課", "班長へ連絡し隔離"]
            )
            row += 1
    assert len(names) == len(rows[0]) == 10
    truth: dict[str, object] = {
        "title": "ＱＣ工程表", "pairs": pairs, "document_number": number,
        "tables": [{"columns": names, "header_rows": [4, 5], "rows": rows}],
    }  # fmt: skip
    return File("02_品質保証部/QC工程表/QC工程表_KG-2140-01.xlsx", book.to_bytes(), "QC工程表", "xlsx", truth, day=day)


@dataclass
class _Record:
    """An inspection record's sheet and what its formatted cells show."""

    sheet: Sheet
    cells: list[dict[str, str]] = field(default_factory=list)

    def put(self, row: int, column: int, value: object, kind: str) -> str:
        """Write a value in one of the number formats; return what is shown."""
        form = FORMATS[kind]
        cell = self.sheet.write(row, column, value, Style(form.code, border="lrtb"))
        shown = form.show(value.cached if isinstance(value, Formula) else value)
        self.cells.append({"cell": cell, "shown": shown, "unit": form.unit})
        return shown

    def label(self, row: int, column: int, label: str) -> str:
        """Write a label and return it."""
        self.sheet.write(row, column, label, HEAD)
        return label


def _inspection(factory: Factory, number: int) -> File:
    rng = factory.rng(f"quality/inspection{number}")
    product = company.PRODUCTS[(0, 4, 5)[number]]
    day, inspector = factory.day(rng, 200), factory.person(rng, "品質保証部")
    lot = factory.lot(rng, day)
    book = Workbook(f"検査成績書 {lot}", inspector)
    sheet = book.sheet("検査成績書")
    record = _Record(sheet)
    sheet.widths.update({1: 16, 2: 12, 3: 12})
    sheet.merge((1, 1, 1, 10), "検　査　成　績　書", TITLE)
    pairs = {"品番": product[0], "品名": product[1], "ロットNo.": lot, "検査員": inspector}
    for place, (label, value) in enumerate(pairs.items()):
        row, left = 2 + place // 2, 1 + 5 * (place % 2)
        sheet.merge((row, left + 1, row, left + 3), value, GRID)
        record.label(row, left, label)
    pairs[record.label(4, 1, "検査日")] = record.put(4, 2, day, "era")
    pairs[record.label(4, 6, "納入数")] = record.put(4, 7, rng.randrange(200, 3000), "pieces")
    pairs[record.label(5, 1, "検査時間")] = record.put(5, 2, timedelta(minutes=rng.randrange(70, 1600)), "elapsed")
    pairs[record.label(5, 6, "管理No.")] = record.put(5, 7, rng.randrange(1, 900), "code")
    names = compound_header(sheet, 7, _MEASURED)
    rows = [_measured(record, rng, row, item) for row, item in enumerate(_CHARACTERISTICS, 9)]
    pairs[record.label(14, 1, "不良率")] = record.put(14, 2, round(rng.uniform(0, 0.03), 4), "percent")
    sheet.notes.append(Note(9, 4, ((inspector, "再測定で確認済"),)))
    truth: dict[str, object] = {
        "title": "検査成績書",
        "pairs": pairs,
        "cells": record.cells,
        "comments": [[ref(9, 4), "再測定で確認済"]],
        "tables": [{"columns": names, "header_rows": [7, 8], "rows": rows}],
    }
    path = f"02_品質保証部/検査成績書/{day.year}年度/検査成績書_{product[0]}_{lot}.xlsx"
    return File(path, book.to_bytes(), "検査成績書", "xlsx", truth, day=day)


_MEASURED: Header = (
    ("測定項目", ()),
    ("規格", ("基準値", "公差")),
    ("測定値", ("1回目", "2回目", "3回目")),
    ("平均", ()),
    ("偏差", ()),
    ("判定", ()),
)
_CHARACTERISTICS = (("内径 A", 24.0, 0.02), ("外径 B", 48.0, 0.05), ("全長 C", 120.0, 0.2), ("段差 D", 3.5, 0.1))


def _measured(record: _Record, rng: random.Random, row: int, item: tuple[str, float, float]) -> list[str]:
    """One characteristic: nominal, tolerance, three readings, mean, deviation, verdict."""
    name, nominal, tolerance = item
    record.sheet.write(row, 1, name, GRID)
    values = [round(rng.gauss(nominal, tolerance / 2.2), 3) for _ in range(3)]
    mean = round(sum(values) / 3, 4)
    off = mean - nominal
    line = [name, record.put(row, 2, nominal, "millimetre"), record.put(row, 3, tolerance, "plus_minus")]
    line += [record.put(row, 4 + place, value, "millimetre") for place, value in enumerate(values)]
    line.append(record.put(row, 7, Formula(f"AVERAGE(D{row}:F{row})", mean), "millimetre"))
    line.append(record.put(row, 8, round(off, 4) if abs(off) >= 0.006 else 0, "triangle_red"))
    verdict = "合" if all(abs(value - nominal) <= tolerance for value in values) else "否"
    record.sheet.write(row, 9, verdict, GRID)
    return [*line, verdict]


def _inspection_standard(factory: Factory) -> File:
    rng = factory.rng("quality/standard")
    book = Workbook("検査基準書", factory.person(rng, "品質保証部"))
    rows = [
        ["1", "内径", "φ24.00", "+0.02", "-0.02", "エアマイクロ", "n=5"],
        ["2", "面粗さ", "Ra 1.6", "", "", "粗さ計", "n=1"],
        ["3", "外観", "限度見本 G-03 による", "", "", "目視", "全数"],
        ["4", "硬さ", "HRC 58～62", "", "", "ロックウェル", "n=2"],
    ]
    sheet = book.sheet("検査基準書")
    sheet.merge((1, 1, 1, 7), "検査基準書（バルブボディ）", TITLE)
    names = compound_header(
        sheet, 3, (("No.", ()), ("特性", ()), ("規格", ("中央値", "上限", "下限")), ("測定具", ()), ("抜取", ()))
    )
    for row, values in enumerate(rows, 5):
        sheet.row(row, 1, [value or None for value in values], GRID)
    revisions = book.sheet("改訂履歴")
    day = factory.day(rng)
    history = [
        ["版", "改訂日", "内容"],
        ["1", wareki(date(day.year - 4, 4, 1)), "新規制定"],
        ["2", wareki(day, short=True), "硬さを追加"],
    ]
    for row, values in enumerate(history, 1):
        revisions.row(row, 1, values, HEAD if row == 1 else GRID)
    old = book.sheet("旧基準（参考）", hidden=True)
    old.row(1, 1, ["内径", "φ24.00±0.05"])
    truth: dict[str, object] = {
        "title": "検査基準書（バルブボディ）",
        "tables": [
            {"columns": names, "header_rows": [3, 4], "rows": rows},
            {"columns": history[0], "rows": history[1:]},
        ],
        "hidden_sheets": ["旧基準（参考）"],
    }
    return File(
        "02_品質保証部/検査課/検査基準書_KG-4102-03.xlsx", book.to_bytes(), "検査基準書", "xlsx", truth, day=day
    )


def _fmea(factory: Factory) -> File:
    rng = factory.rng("quality/fmea")
    book = Workbook("工程FMEA", factory.person(rng, "生産技術部"))
    sheet = book.sheet("PFMEA")
    sheet.merge((1, 1, 1, 12), "工程FMEA（組立 アクチュエーターASSY）", TITLE)
    header: Header = (
        ("工程", ()), ("故障モード", ()), ("影響", ()), ("現状", ("S", "O", "D", "RPN")), ("推奨処置", ()),
        ("処置後", ("S", "O", "D", "RPN")),
    )  # fmt: skip
    names = compound_header(sheet, 3, header)
    modes = (
        ("Oリング組付", "かみ込み", "油漏れ"), ("Oリング組付", "欠品", "油漏れ"),
        ("ボルト締付", "トルク不足", "ゆるみ・脱落"),
        ("ボルト締付", "締め忘れ", "脱落"), ("グリス塗布", "塗布量不足", "早期摩耗"), ("銘板貼付", "誤品番", "誤納入"),
    )  # fmt: skip
    rows: list[list[str]] = []
    groups: dict[str, list[int]] = {}
    for row, (process, mode, effect) in enumerate(modes, 5):
        before = [rng.randrange(4, 10), rng.randrange(2, 7), rng.randrange(2, 8)]
        after = [before[0], max(1, before[1] - 2), max(1, before[2] - 2)]
        products = [before[0] * before[1] * before[2], after[0] * after[1] * after[2]]
        action = rng.choice(("ポカヨケ設置", "画像検査を追加", "トルク管理システム導入", "教育訓練"))
        sheet.row(
            row,
            2,
            [
                mode,
                effect,
                *before,
                Formula(f"D{row}*E{row}*F{row}", products[0]),
                action,
                *after,
                Formula(f"I{row}*J{row}*K{row}", products[1]),
            ],
            GRID,
        )
        groups.setdefault(process, []).append(row)
        rows.append(
            [process, mode, effect, *map(str, before), str(products[0]), action, *map(str, after), str(products[1])]
        )
    for process, found in groups.items():
        sheet.merge((found[0], 1, found[-1], 1), process, GRID)
    truth: dict[str, object] = {
        "title": "工程FMEA（組立 アクチュエーターASSY）",
        "tables": [{"columns": names, "header_rows": [3, 4], "rows": rows}],
    }
    return File("03_生産技術部/FMEA/PFMEA_KG-6001.xlsx", book.to_bytes(), "FMEA", "xlsx", truth)
