"""Workbooks with every kind of content that converters lose, and the truth of each cell, shape, edge and mark."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.generators import flows
from benchmarks.generators.vocabulary import GROUPS, MEMBERS, SINGLES, Words, write_corpus
from examples.writing.cells import BOX, GRID, Formula, Furigana, Rich, Style, letters, ref
from examples.writing.chart import Chart
from examples.writing.displayed import FORMATS, sample
from examples.writing.notes import Note
from examples.writing.spreadsheet import Sheet, Workbook

Truth = dict[str, Any]


def generate(out: Path, seed: int, count: int) -> Truth:
    """Write `count` workbooks and truth.json into `out`."""
    return write_corpus(out, seed, count, make, "workbooks")


def make(rng: random.Random, number: int) -> tuple[str, bytes, Truth]:
    """One workbook: values, tables, marks, notes, drawings and a flow, each on a sheet of its own."""
    words = Words(rng)
    book = Workbook(words.phrase(), words.person(), date1904=rng.random() < 0.15)
    parts = [_values, _tables, _marks, _notes, _drawings]
    rng.shuffle(parts)
    truth: Truth = {
        "displayed": [],
        "tables": [],
        "hidden": [],
        "outside_print_area": [],
        "withdrawn": [],
        "comments": [],
        "shapes": [],
        "smart_art": [],
        "charts": [],
        "readings": [],
    }
    for part in parts:
        part(book, words, truth)
    truth["flows"] = [flows.add(book, words) for _ in range(rng.randrange(1, 3))]
    truth["text_cells"] = text_cells(book)
    truth["date1904"] = book.date1904
    truth["source_characters"] = source_characters(book, truth)
    return f"book{number:03d}.xlsx", book.to_bytes(), truth


def text_cells(book: Workbook) -> list[list[str]]:
    """Every cell that holds text, as (sheet, cell, text)."""
    found = []
    for sheet in book.sheets:
        for (row, column), (value, _) in sorted(sheet.cells.items(), key=lambda item: item[0]):
            words = as_text(value)
            if words:
                found.append([sheet.name, ref(row, column), words])
    return found


def as_text(value: object) -> str:
    """The text in a cell, without its reading and what is struck through; nothing for numbers."""
    if isinstance(value, Rich):
        return "".join(part for part, is_struck in value.runs if not is_struck)
    if isinstance(value, Furigana):
        return value.base
    if isinstance(value, Formula):
        return value.cached if isinstance(value.cached, str) else ""
    return value if isinstance(value, str) else ""


def source_characters(book: Workbook, truth: Truth) -> int:
    """Characters a reader of the printed and drawn content sees: cells as displayed, shapes, comments."""
    shown = {(entry["sheet"], entry["cell"]): len(entry["shown"]) for entry in truth["displayed"]}
    total = 0
    for sheet in book.sheets:
        for (row, column), (value, _) in sheet.cells.items():
            if value is not None:
                plain = as_text(value) or str(getattr(value, "cached", value))
                total += shown.get((sheet.name, ref(row, column)), len(plain))
    drawn = [entry["text"] for key in ("shapes", "smart_art", "comments") for entry in truth[key]]
    drawn += [node["text"] for flow in truth["flows"] for node in flow["nodes"]]
    return total + sum(map(len, drawn))


def sheet_name(book: Workbook, words: Words, stem: str) -> str:
    """A name no other sheet has."""
    taken = {sheet.name for sheet in book.sheets}
    for suffix in ("", "（控）", " 2", "-B", "_旧", "③"):
        if stem + suffix not in taken:
            return stem + suffix
    return f"{stem}{len(taken)}"


def _values(book: Workbook, words: Words, truth: Truth) -> None:
    rng = words.rng
    sheet = book.sheet(sheet_name(book, words, words.pick(("検査結果", "実績", "単価", "条件表"))))
    top, left = rng.randrange(1, 5), rng.randrange(1, 4)
    is_table = rng.random() < 0.5
    kinds = rng.sample(list(FORMATS), rng.randrange(4, 8))
    if is_table:
        for offset, _ in enumerate(kinds):
            sheet.write(
                top, left + offset, f"{words.pick(SINGLES)}{offset + 1}", Style(bold=True, border=BOX, fill="DDEBF7")
            )
    for row in range(rng.randrange(8, 25)):
        for offset, kind in enumerate(kinds):
            if not is_table:
                kind = rng.choice(list(FORMATS))
            shown = FORMATS[kind]
            value = sample(shown.kind, rng)
            written: object = (
                Formula(f"SUM({letters(left)}900:{letters(left)}901)", value)
                if rng.random() < 0.08 and isinstance(value, int | float)
                else value
            )
            cell = sheet.write(top + 1 + row, left + offset, written, Style(shown.code, border=BOX if is_table else ""))
            truth["displayed"].append(
                {
                    "sheet": sheet.name,
                    "cell": cell,
                    "raw": value,
                    "shown": shown.show(value),
                    "unit": shown.unit,
                    "format": shown.code,
                }
            )


def _tables(book: Workbook, words: Words, truth: Truth) -> None:
    rng = words.rng
    sheet = book.sheet(sheet_name(book, words, words.pick(("QC工程表", "集計", "FMEA", "点検表"))))
    row = rng.randrange(1, 4)
    for _ in range(rng.randrange(1, 4)):
        left = rng.randrange(1, 4)
        if rng.random() < 0.6:
            sheet.write(row, left, "表 " + words.phrase(), Style(bold=rng.random() < 0.5, size=14))
            row += rng.randrange(1, 3)
        entry, row = _table(sheet, words, row, left)
        truth["tables"].append(entry)
        if rng.random() < 0.4:
            sheet.write(row, left, "※" + words.caution())
            row += 1
        row += rng.randrange(2, 4)


def _table(sheet: Sheet, words: Words, row: int, left: int) -> tuple[Truth, int]:
    rng = words.rng
    depth = rng.choice((1, 2, 2, 2, 3))
    looks = rng.choice(
        (
            Style(bold=True, fill="D9E1F2", border=BOX, align="center"),
            Style(border=BOX, align="center"),
            Style(bold=True, border=BOX),
        )
    )
    names = _header(sheet, words, (row, left), depth, looks)
    rows = []
    for offset in range(rng.randrange(3, 9)):
        values: list[object] = []
        for place in range(len(names)):
            text_column = place == 0 or (place * 7 + len(names)) % 3 == 0
            values.append(
                words.phrase() if text_column else rng.choice((rng.randrange(500), round(rng.uniform(0, 50), 2)))
            )
        sheet.row(row + depth + offset, left, values, GRID)
        rows.append([str(value) for value in values])
    bottom = row + depth + len(rows) - 1
    area = f"{ref(row, left)}:{ref(bottom, left + len(names) - 1)}"
    return {"sheet": sheet.name, "range": area, "header_rows": depth, "columns": names, "rows": rows}, bottom + 1


def _header(sheet: Sheet, words: Words, corner: tuple[int, int], depth: int, looks: Style) -> list[str]:
    """A header of one to three rows; single columns are merged downwards, or leave the cells over or under empty."""
    rng = words.rng
    row, column = corner
    style_of_singles = rng.choice(("merged", "merged", "top", "bottom"))
    names: list[str] = []
    singles, groups = rng.sample(SINGLES, 5), rng.sample(GROUPS, 4)
    plan = ["single", *rng.choices(("single", "group"), k=rng.randrange(2, 5))]
    if depth > 1 and "group" not in plan:
        plan.append("group")
    for kind in plan[:6]:
        if (kind == "single" or depth == 1) and singles:
            name = singles.pop()
            _single(sheet, (row, column, depth), name, style_of_singles, looks)
            names.append(name)
            column += 1
        elif groups:
            group = groups.pop()
            members = rng.sample(MEMBERS, rng.randrange(2, 5))
            column, below = _group(sheet, words, (row, column, depth), (group, members), looks)
            names += below
    return names


def _single(sheet: Sheet, place: tuple[int, int, int], name: str, how: str, looks: Style) -> None:
    row, column, depth = place
    if how == "merged" or depth == 1:
        sheet.merge((row, column, row + depth - 1, column), name, looks)
        return
    at = row if how == "top" else row + depth - 1
    for offset in range(depth):
        sheet.write(row + offset, column, name if row + offset == at else None, looks)


def _group(
    sheet: Sheet, words: Words, place: tuple[int, int, int], texts: tuple[str, Sequence[str]], looks: Style
) -> tuple[int, list[str]]:
    row, column, depth = place
    group, members = texts
    names: list[str] = []
    if depth == 2:
        sheet.merge((row, column, row, column + len(members) - 1), group, looks)
        for offset, member in enumerate(members):
            sheet.write(row + 1, column + offset, member, looks)
            names.append(f"{group}/{member}")
        return column + len(members), names
    start = column
    for sub in words.rng.sample(("日勤帯", "夜勤帯", "A面", "B面", "前半", "後半"), 2):
        chosen = list(members)[: words.rng.randrange(1, 3)]
        sheet.merge((row + 1, column, row + 1, column + len(chosen) - 1), sub, looks)
        for member in chosen:
            sheet.write(row + 2, column, member, looks)
            names.append(f"{group}/{sub}/{member}")
            column += 1
    sheet.merge((row, start, row, column - 1), group, looks)
    return column, names


def _marks(book: Workbook, words: Words, truth: Truth) -> None:
    """Hidden rows, columns and sheets; cells outside the print area; struck-through cells and parts of cells."""
    rng = words.rng
    sheet = book.sheet(sheet_name(book, words, words.pick(("手順", "作業標準", "改訂履歴"))))
    height, width = rng.randrange(10, 22), rng.randrange(4, 7)
    sheet.hidden_rows.update(rng.sample(range(3, height), rng.randrange(1, 4)))
    sheet.hidden_columns.update(rng.sample(range(2, width + 1), rng.randrange(0, 2)))
    sheet.print_area = f"A1:{ref(height, width)}"
    for row in range(1, height + 1):
        for column in range(1, width + 1):
            value, style = words.phrase(), Style(border=BOX)
            is_hidden = row in sheet.hidden_rows or column in sheet.hidden_columns
            mark = rng.random()
            if mark < 0.06:
                style = Style(border=BOX, strike=True)
                _mark(truth, "withdrawn", sheet, sheet.write(row, column, value, style), value)
            elif mark < 0.1:
                old = words.phrase()
                cell = sheet.write(row, column, Rich(((value + "。", False), (old, True))), style)
                _mark(truth, "withdrawn", sheet, cell, old)
                value += "。"
            else:
                sheet.write(row, column, value, style)
            if is_hidden:
                _mark(truth, "hidden", sheet, ref(row, column), value)
    for _ in range(rng.randrange(2, 6)):
        row, column = rng.randrange(1, height + 6), width + rng.randrange(2, 5)
        if row in sheet.hidden_rows or (row, column) in sheet.cells:
            continue
        value = words.phrase()
        _mark(truth, "outside_print_area", sheet, sheet.write(row, column, value), value)
    if rng.random() < 0.7:
        secret = book.sheet(sheet_name(book, words, words.pick(("作業用", "旧版", "リスト"))), hidden=True)
        for row in range(1, rng.randrange(3, 8)):
            value = words.phrase()
            _mark(truth, "hidden", secret, secret.write(row, 1, value), value)
    kana = rng.choice((("治具", "ジグ"), ("公差", "コウサ"), ("勘合", "カンゴウ"), ("焼鈍", "ショウドン")))
    cell = sheet.write(height + 8, 1, Furigana(kana[0], ((0, 2, kana[1]),)))
    _mark(truth, "outside_print_area", sheet, cell, kana[0])
    truth["readings"].append({"sheet": sheet.name, "cell": cell, "base": kana[0], "reading": kana[1]})


def _mark(truth: Truth, key: str, sheet: Sheet, cell: str, value: str) -> None:
    truth[key].append({"sheet": sheet.name, "cell": cell, "text": value})


def _notes(book: Workbook, words: Words, truth: Truth) -> None:
    rng = words.rng
    sheet = book.sheet(sheet_name(book, words, words.pick(("確認事項", "レビュー", "指摘一覧"))))
    for row in range(2, rng.randrange(5, 12)):
        sheet.write(row, 2, words.phrase())
        if rng.random() < 0.6:
            is_threaded = rng.random() < 0.5
            messages = tuple(
                (words.person(), words.caution()) for _ in range(rng.randrange(1, 4) if is_threaded else 1)
            )
            sheet.notes.append(Note(row, 2, messages, is_threaded))
            for author, message in messages:
                truth["comments"].append(
                    {
                        "sheet": sheet.name,
                        "cell": ref(row, 2),
                        "author": author,
                        "text": message,
                        "threaded": is_threaded,
                    }
                )


def _drawings(book: Workbook, words: Words, truth: Truth) -> None:
    """Shapes, text boxes, groups, SmartArt and a chart."""
    rng = words.rng
    sheet = book.sheet(sheet_name(book, words, words.pick(("図解", "掲示", "レイアウト"))))
    shapes: list[dict[str, object]] = truth["shapes"]
    for row in range(2, rng.randrange(8, 20), 3):
        label = words.caution() if rng.random() < 0.6 else f"{words.phrase()}\n{words.caution()}"
        is_box = rng.random() < 0.4
        preset = rng.choice(("rect", "roundRect", "ellipse", "wedgeRectCallout", "rightArrow"))
        column = rng.randrange(1, 4) + rng.random() * 0.8
        sheet.drawing.shape(
            (column, row, column + 3, row + 2), label, preset="rect" if is_box else preset, text_box=is_box
        )
        shapes.append({"sheet": sheet.name, "text": label, "kind": "text_box" if is_box else "shape"})
    members = [
        ((6 + 2.0 * n, 2.0, 7.5 + 2 * n, 4.0), words.phrase(), rng.choice(("rect", "ellipse")))
        for n in range(rng.randrange(2, 5))
    ]
    sheet.drawing.group(members, scale=rng.choice((1.0, 1.0, 0.75, 1.6)))
    shapes += [{"sheet": sheet.name, "text": label, "kind": "group"} for _, label, _ in members]
    nodes = [(0, words.phrase())]
    for _ in range(rng.randrange(2, 7)):
        nodes.append((rng.randrange(0, min(nodes[-1][0] + 2, 3)), words.phrase()))
    sheet.drawing.smart_art((6, 6, 14, 16), nodes, rng.choice(("process1", "list1", "cycle2", "hierarchy1")))
    truth["smart_art"] += [{"sheet": sheet.name, "level": level, "text": label} for level, label in nodes]
    months = tuple(f"{month}月" for month in range(4, 4 + rng.randrange(3, 7)))
    series = tuple(
        (name, tuple(rng.randrange(0, 90) for _ in months)) for name in rng.sample(GROUPS, rng.randrange(1, 3))
    )
    first = 25
    sheet.row(first - 1, 1, ["月", *[name for name, _ in series]])
    for offset, month in enumerate(months):
        sheet.row(first + offset, 1, [month, *[values[offset] for _, values in series]])
    plot = Chart(
        rng.choice(("bar", "line")),
        words.phrase(),
        ("月", rng.choice(("件数", "個"))),
        months,
        series,
        sheet.name,
        first,
    )
    sheet.drawing.chart((6, 18, 14, 30), plot)
    truth["charts"].append(
        {
            "sheet": sheet.name,
            "title": plot.title,
            "categories": list(months),
            "series": {n: list(v) for n, v in series},
        }
    )
