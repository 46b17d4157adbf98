"""作業標準書 as Excel graph paper (方眼紙): sections, pairs, check boxes, pictures, withdrawn and hidden steps."""

from __future__ import annotations

from collections.abc import Iterator

from examples.factory import company
from examples.factory.company import Factory, File, wareki
from examples.writing import pictures
from examples.writing.cells import BOX, GRID, HEAD, TITLE, Rich, Style
from examples.writing.notes import Checkbox, Note
from examples.writing.spreadsheet import Sheet, Workbook

_LABEL = Style(fill="F2F2F2", border=BOX, align="center", middle=True, size=10)
_VALUE = Style(border=BOX, middle=True, size=10)
_SECTION = Style(bold=True, fill="BDD7EE", border=BOX, middle=True)
_STRUCK = Style(border=BOX, middle=True, wrap=True, strike=True)
COLUMNS = 44

_STEPS = {
    "機械加工": (
        ("素材をチャックに取り付ける", "着座面に切粉がないこと", "取付不良で寸法が狂うため"),
        ("プログラム番号を呼び出す", "O2140 であること", "誤加工を防ぐため"),
        ("荒加工を行う", "切削油が刃先に当たっていること", "刃物の焼付きを防ぐため"),
        ("内径を仕上げる", "内径 φ24.00 ±0.02mm", "組付けでガタが出るため"),
        ("面取りを行う", "C0.5 全周", "バリで手を切るため"),
        ("エアブローして置き台に置く", "重ね置きをしない", "打痕を防ぐため"),
    ),
    "プレス": (
        ("材料コイルをアンコイラにセットする", "板厚 1.5mm を測定する", "金型破損を防ぐため"),
        ("送り長さを設定する", "送り 32.0mm", "ピッチずれを防ぐため"),
        ("寸動で1個抜く", "バリ高さ 0.05mm 以下", "後工程で傷が付くため"),
        ("連続運転にする", "60spm 以下", "送りミスを防ぐため"),
        ("100個ごとに抜取検査する", "検査具 J-12 を使う", "連続不良を止めるため"),
    ),
}


def build(factory: Factory) -> Iterator[File]:
    """Two standards laid out as graph paper, one for machining and one for pressing."""
    yield _standard(
        factory, company.PRODUCTS[0], "機械加工", "MC-05", "01_製造部/作業標準書/WS_減速機ハウジング_加工.xlsx"
    )
    yield _standard(factory, company.PRODUCTS[2], "プレス", "PR-11", "01_製造部/作業標準書/WS_ｾﾝｻｰﾌﾞﾗｹｯﾄ_ﾌﾟﾚｽ.xlsx")


def _standard(factory: Factory, product: tuple[str, str, str, str], process: str, equipment: str, path: str) -> File:
    rng = factory.rng(path)
    day = factory.day(rng)
    author, checker, approver = (factory.person(rng, d) for d in ("製造部", "品質保証部", "生産技術部"))
    book = Workbook(f"作業標準書 {product[1]}", author)
    sheet = book.sheet("作業標準書")
    sheet.grid(COLUMNS + 8, 2.25, 15.0)
    number = f"{factory.document_numbers['作業標準書']}-{rng.randrange(10, 99)}"
    pairs: dict[str, str] = {}
    sheet.merge((1, 1, 2, 26), "作業標準書", TITLE)
    for place, (role, name) in enumerate((("作成", author), ("確認", checker), ("承認", approver))):
        left = 27 + place * 6
        sheet.merge((1, left, 1, left + 5), role, _LABEL)
        sheet.merge((2, left, 3, left + 5), name, _VALUE)
        pairs[role] = name
    fields = (
        ("文書番号", number), ("改訂", "4"), ("制定日", wareki(day)), ("品番", product[0]),
        ("品名", product[1]), ("材質", product[2]), ("設備", equipment), ("工程", process),
    )  # fmt: skip
    for place, (label, value) in enumerate(fields):
        top, left = 4 + 2 * (place // 2), 1 + 22 * (place % 2)
        sheet.merge((top, left, top + 1, left + 5), label, _LABEL)
        sheet.merge((top, left + 6, top + 1, left + 21), value, _VALUE)
        pairs[label] = value
    groups = _checks(sheet, 13)
    steps, withdrawn, hidden, bottom = _steps(sheet, 18, process)
    figures = _figures(factory, path, sheet, bottom + 2)
    shapes = _shapes(sheet, bottom)
    sheet.write(5, COLUMNS + 3, "（印刷しない）旧条件：送り 0.25mm/rev")
    sheet.print_area = f"A1:AR{bottom + 16}"
    sheet.notes.append(Note(18, 1, ((checker, "急所の表現を見直すこと"),)))
    truth: dict[str, object] = {
        "title": "作業標準書",
        "pairs": pairs,
        "check_groups": groups,
        "sections": ["保護具", "作業手順", "写真・図"],
        "steps": steps,
        "withdrawn": withdrawn,
        "hidden_rows": hidden,
        "outside_print_area": ["（印刷しない）旧条件：送り 0.25mm/rev"],
        "figures": figures,
        "shapes": shapes,
        "comments": [["A18", "急所の表現を見直すこと"]],
        "merges": len(sheet.merges),
    }
    return File(path, book.to_bytes(), "作業標準書", "xlsx", truth, day=day)


def _checks(sheet: Sheet, top: int) -> dict[str, dict[str, bool]]:
    sheet.merge((top, 1, top, COLUMNS), "保護具", _SECTION)
    sheet.merge((top + 1, 1, top + 1, 6), "着用", _LABEL)
    sheet.merge((top + 1, 7, top + 1, COLUMNS), "☑保護めがね　☑安全靴　☐耳栓　☑手袋", _VALUE)
    sheet.merge((top + 2, 1, top + 2, 6), "作業区分", _LABEL)
    sheet.merge((top + 2, 7, top + 2, COLUMNS), "■通常　□特殊　□試作", _VALUE)
    sheet.merge((top + 3, 1, top + 3, 6), "資格", _LABEL)
    sheet.merge((top + 3, 7, top + 3, COLUMNS), None, _VALUE)
    sheet.checkboxes.append(Checkbox(top + 3, 8, "玉掛け", True, 8))
    sheet.checkboxes.append(Checkbox(top + 3, 18, "プレス作業主任者", False, 10))
    return {
        "着用": {"保護めがね": True, "安全靴": True, "耳栓": False, "手袋": True},
        "作業区分": {"通常": True, "特殊": False, "試作": False},
        "資格": {"玉掛け": True, "プレス作業主任者": False},
    }


def _steps(sheet: Sheet, top: int, process: str) -> tuple[list[list[str]], list[str], list[str], int]:
    sheet.merge((top, 1, top, COLUMNS), "作業手順", _SECTION)
    spans = ((1, 3), (4, 19), (20, 32), (33, COLUMNS))
    for (left, right), label in zip(spans, ("No.", "作業内容", "急所", "理由"), strict=True):
        sheet.merge((top + 1, left, top + 1, right), label, HEAD)
    row = top + 2
    steps: list[list[str]] = []
    withdrawn: list[str] = []
    hidden: list[str] = []
    for number, (action, point, reason) in enumerate(_STEPS[process], 1):
        values = [str(number), action, point, reason]
        for (left, right), value in zip(spans, values, strict=True):
            sheet.merge((row, left, row + 1, right), value, GRID)
        steps.append(values)
        row += 2
        if number == 2:
            for (left, right), value in zip(spans, ("―", "手動で原点復帰する", "", "（Rev.3で廃止）"), strict=True):
                sheet.merge((row, left, row, right), value or None, _STRUCK)
            withdrawn.append("手動で原点復帰する")
            row += 1
        if number == 3:
            sheet.merge((row, 4, row, 19), "試作時のみ：送りを 0.10mm/rev に下げる", GRID)
            sheet.hidden_rows.add(row)
            hidden.append("試作時のみ：送りを 0.10mm/rev に下げる")
            row += 1
    rich = Rich((("異常時は作業を止め、", False), ("係長へ", True), ("班長へ連絡する。", False)))
    sheet.merge((row, 1, row, COLUMNS), rich, _VALUE)
    withdrawn.append("係長へ")
    return steps, withdrawn, hidden, row


def _figures(factory: Factory, path: str, sheet: Sheet, top: int) -> list[dict[str, str]]:
    rng = factory.rng(path + "/figures")
    sheet.merge((top, 1, top, COLUMNS), "写真・図", _SECTION)
    found = []
    for place, (subject, caption) in enumerate((("part", "図1 取付状態"), ("defect", "図2 不良の例（キズ）"))):
        left = 2 + place * 20
        data = pictures.photograph(rng, subject, size=(200, 150))
        sheet.drawing.picture((left, top + 1, left + 16, top + 11), data, extension="jpeg")
        sheet.write(top + 11, left, caption)
        found.append({"caption": caption, "cell": f"row {top + 2}"})
    return found


def _shapes(sheet: Sheet, row: int) -> list[str]:
    sheet.drawing.shape((34, row - 3, 44, row - 1), "急所は必ず\n指差し確認", preset="wedgeRectCallout")
    sheet.drawing.shape((2, row + 14, 20, row + 16), "注意：刃物は高温", text_box=True)
    sheet.drawing.group(
        [((24, row + 14, 30, row + 15), "良品", "ellipse"), ((32, row + 14, 38, row + 15), "不良品", "rect")]
    )
    return ["急所は必ず\n指差し確認", "注意：刃物は高温", "良品", "不良品"]
