"""仕入先調査票 and other filled-in forms, and the personnel folder that is left out by default."""

from __future__ import annotations

from collections.abc import Iterator

from examples.factory import company
from examples.factory.company import Factory, File, wareki
from examples.factory.csv_logs import lines, table_truth
from examples.writing.cells import BOX, GRID, HEAD, TITLE, Style
from examples.writing.spreadsheet import Workbook

_LABEL = Style(fill="EDEDED", border=BOX, align="center", middle=True)
_HEADING = Style(bold=True, fill="C6E0B4", border=BOX)


def build(factory: Factory) -> Iterator[File]:
    """Supplier surveys, and personnel papers."""
    for number in range(2):
        yield _survey(factory, number)
    yield from _personnel(factory)


def _survey(factory: Factory, number: int) -> File:
    rng = factory.rng(f"forms/survey{number}")
    code, supplier, trade = company.SUPPLIERS[number]
    day = factory.day(rng, 300)
    book = Workbook("仕入先調査票", factory.person(rng, "購買部"))
    sheet = book.sheet("調査票")
    sheet.grid(40, 2.25, 16.5)
    sheet.merge((1, 1, 2, 40), "仕入先調査票", TITLE)
    sheet.merge((3, 29, 3, 33), "記入日", _LABEL)
    sheet.merge((3, 34, 3, 40), wareki(day), GRID)
    pairs = {"記入日": wareki(day)}
    sections = {
        "1. 会社概要": (("会社名", supplier), ("仕入先コード", code), ("業種", trade),
                     ("従業員数", f"{rng.randrange(8, 120)}名"),
                     ("資本金", f"{rng.randrange(3, 50) * 100}万円"), ("設立", wareki(factory.day(rng, 9000)))),
        "2. 品質管理体制": (("品質責任者", "窪之内 修"), ("ISO 9001", "取得済"),
                     ("直近1年の納入不良", f"{rng.randrange(0, 9)}件"), ("改善計画", "")),
    }  # fmt: skip
    top = 5
    for heading, fields in sections.items():
        sheet.merge((top, 1, top, 40), heading, _HEADING)
        top += 1
        for place, (label, value) in enumerate(fields):
            left = 1 + 20 * (place % 2)
            row = top + 2 * (place // 2)
            sheet.merge((row, left, row + 1, left + 6), label, _LABEL)
            sheet.merge((row, left + 7, row + 1, left + 19), value or None, GRID)
            pairs[label] = value
        top += 2 * -(-len(fields) // 2) + 1
    sheet.merge((top, 1, top, 40), "3. 環境・安全", _HEADING)
    groups = {
        "取得認証": {"ISO 14001": bool(number), "エコアクション21": not number, "なし": False},
        "有害物質の使用": {"有": False, "無": True},
    }
    for offset, (label, choices) in enumerate(groups.items(), 1):
        sheet.merge((top + offset, 1, top + offset, 7), label, _LABEL)
        marks = ("☑", "☐") if offset == 1 else ("■", "□")
        shown = "　".join((marks[0] if ticked else marks[1]) + choice for choice, ticked in choices.items())
        sheet.merge((top + offset, 8, top + offset, 40), shown, GRID)
    sheet.merge((top + 4, 1, top + 4, 40), "備考：太枠内をご記入のうえ、購買課までご返送ください。", GRID)
    truth: dict[str, object] = {
        "title": "仕入先調査票", "pairs": pairs, "sections": [*sections, "3. 環境・安全"], "check_groups": groups,
        "unfilled": ["改善計画"],
    }  # fmt: skip
    return File(f"04_購買部/仕入先調査/{code}_調査票.xlsx", book.to_bytes(), "仕入先調査票", "xlsx", truth, day=day)


def _personnel(factory: Factory) -> Iterator[File]:
    rng = factory.rng("forms/personnel")
    book = Workbook("人事評価", "人事課")
    sheet = book.sheet("評価")
    columns = ["社員番号", "氏名", "所属", "評価", "コメント"]
    sheet.row(1, 1, columns, HEAD)
    for row, person in enumerate(factory.people[:12], 2):
        sheet.row(row, 1, [person.number, person.name, person.section, rng.choice("SABC"), "期待どおり"], GRID)
    left_out: dict[str, object] = {"left_out_by_default": True}
    folder = "05_管理部/人事・給与/"
    yield File(folder + "人事評価_2025上期.xlsx", book.to_bytes(), "人事評価", "xlsx", left_out, ("personnel",))
    rows = [[person.number, person.name, rng.randrange(220, 480) * 1000] for person in factory.people[:20]]
    truth = table_truth(["社員番号", "氏名", "基本給"], rows) | left_out
    body = lines([["社員番号", "氏名", "基本給"], *rows]).encode("cp932")
    yield File(folder + "給与一覧_R7.csv", body, "給与", "csv", truth, ("personnel",))
