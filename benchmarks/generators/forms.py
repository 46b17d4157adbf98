"""Forms on graph paper (方眼紙) in six layouts, with their label–value pairs, sections and check boxes as truth."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.generators.vocabulary import CHOICES, HEADINGS, LABELS, UNIT_OF, VALUES, Words, write_corpus
from benchmarks.generators.workbooks import text_cells
from examples.writing.cells import BOX, Style
from examples.writing.displayed import FORMATS
from examples.writing.notes import Checkbox
from examples.writing.spreadsheet import PLAIN, Sheet, Workbook


@dataclass
class Form:
    """A form while it is laid out: the sheet, where the next row goes, and the truth so far."""

    sheet: Sheet
    words: Words
    columns: int
    row: int = 1
    labels: list[str] = field(default_factory=list)
    heading_pattern: str = "{}. {}"
    section: str = ""
    pairs: list[dict[str, str]] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    groups: list[dict[str, object]] = field(default_factory=list)
    tables: list[dict[str, object]] = field(default_factory=list)
    label_style: Style = PLAIN
    value_style: Style = PLAIN

    def label(self) -> str:
        """The next unused label; two-character ones are often spread by a space."""
        label = self.labels.pop()
        return "　".join(label) if len(label) == 2 and self.words.rng.random() < 0.3 else label

    def put(self, area: tuple[int, int, int, int], label: str) -> None:
        """Write a value that suits the label into an area and keep the pair."""
        value, shown, style, unit = _value(self.words, label.replace("　", ""), self.value_style)
        top, left, bottom, right = area
        if unit and right - left >= 5 and not style.format.startswith("["):
            cut = right - 2
            self.sheet.merge((top, left, bottom, cut), value, style)
            self.sheet.merge((top, cut + 1, bottom, right), unit, self.value_style)
        else:
            unit = ""
            self.sheet.merge(area, value, style)
        self.pairs.append({"label": label, "value": shown, "unit": unit, "section": self.section})


Layout = Callable[[Form, int], None]


def generate(out: Path, seed: int, count: int) -> dict[str, object]:
    """Write `count` forms and truth.json into `out`."""
    return write_corpus(out, seed, count, make, "forms")


def make(rng: random.Random, number: int) -> tuple[str, bytes, dict[str, object]]:
    """One form; the layouts take turns so that a small corpus holds all of them."""
    words = Words(rng)
    book = Workbook("様式", words.person())
    family = list(LAYOUTS)[number % len(LAYOUTS)]
    form = Form(book.sheet(words.pick(("様式1", "調査票", "申請書", "記入用"))), words, rng.choice((36, 42, 48)))
    form.heading_pattern = words.pick(("{0}. {1}", "■ {1}", "【{1}】", "（{0}）{1}"))
    form.labels = rng.sample(LABELS, len(LABELS))
    _looks(form, family)
    form.sheet.grid(form.columns + 2, rng.choice((1.63, 2.0, 2.25)), rng.choice((12.0, 13.5, 15.0)))
    title = words.pick(("仕入先", "設備", "品質", "不具合", "工程変更", "測定", "安全")) + words.pick(
        ("調査票", "点検表", "報告書", "申請書", "連絡書")
    )
    form.sheet.merge((1, 1, 2, form.columns), title, Style(bold=True, size=16, align="center", middle=True))
    form.row = 4
    for heading in rng.sample(HEADINGS, rng.randrange(1, 4)):
        _heading(form, heading)
        LAYOUTS[family](form, rng.randrange(3, 9))
        form.row += 1
        if rng.random() < 0.7:
            _checks(form)
        if rng.random() < 0.3:
            _detail(form)
    if rng.random() < 0.5:
        form.sheet.write(form.row + 1, 1, "※" + words.caution())
    truth: dict[str, object] = {
        "layout": family, "title": title, "pairs": form.pairs, "sections": form.sections, "check_groups": form.groups,
        "tables": form.tables, "text_cells": text_cells(book),
    }  # fmt: skip
    truth["source_characters"] = sum(len(words) for _, _, words in text_cells(book)) + sum(
        len(pair["value"]) for pair in form.pairs if pair["value"].isascii()
    )
    return f"form{number:03d}_{family}.xlsx", book.to_bytes(), truth


def _looks(form: Form, family: str) -> None:
    """Borders and fills differ from form to form; one family has neither around its labels."""
    shade = form.words.pick(("", "F2F2F2", "DDEBF7", "FFF2CC", "E2EFDA"))
    if family == "underlined":
        form.label_style, form.value_style = Style(middle=True), Style(border="b", middle=True)
        return
    centred = form.words.pick(("center", "", "distributed"))
    form.label_style = Style(border=BOX, fill=shade, align=centred, middle=True, bold=form.words.rng.random() < 0.3)
    form.value_style = Style(border=BOX, middle=True, wrap=True)


def _value(words: Words, label: str, style: Style) -> tuple[object, str, Style, str]:
    """What is filled in behind a label: value, how it shows, style, and a unit for the cell behind it."""
    rng = words.rng
    if rng.random() < 0.12:
        return None, "", style, ""
    if label.endswith(("日", "年月", "期限", "校正")):
        shown = FORMATS[rng.choice(("era", "slashed", "era_letter"))]
        day = words.day()
        if rng.random() < 0.3:
            return shown.show(day), shown.show(day), style, ""
        return day, shown.show(day), Style(shown.code, border=style.border, middle=True), ""
    if label in UNIT_OF:
        number = rng.choice((rng.randrange(1, 900), round(rng.uniform(0.1, 99), 1)))
        return number, str(number), style, UNIT_OF[label]
    if label in VALUES:
        text = words.pick(VALUES[label])
        return text, text, style, ""
    makers: dict[str, Callable[[], str]] = {
        "会社名": words.firm, "客先名": words.firm, "仕入先": words.firm, "配布先": words.firm,
        "電話番号": words.telephone, "FAX番号": words.telephone,
    }  # fmt: skip
    if label in makers:
        text = makers[label]()
    elif label.endswith(("者", "員", "担当")):
        text = words.person()
    elif label.endswith(("番号", "No.", "品番", "図番", "型式")):
        text = words.code()
    else:
        text = words.phrase()
    return text, text, style, ""


def _heading(form: Form, heading: str) -> None:
    rng, number = form.words.rng, len(form.sections) + 1
    shown = form.heading_pattern.format(number, heading)
    if form.heading_pattern[0] != "【" and rng.random() < 0.8:
        form.sheet.merge((form.row, 1, form.row, form.columns), shown, Style(bold=True, fill="BDD7EE", border=BOX))
    else:
        form.sheet.write(form.row, 1, shown, Style(bold=True, size=12))
    form.section = shown
    form.sections.append(shown)
    form.row += 1


def _beside(form: Form, count: int) -> None:
    """Label left of its value, two pairs a row."""
    half, share = form.columns // 2, form.words.rng.choice((5, 6, 7))
    height = form.words.rng.choice((1, 2))
    for place in range(count):
        left = 1 + half * (place % 2)
        if place % 2 == 0 and place:
            form.row += height
        label = form.label()
        form.sheet.merge((form.row, left, form.row + height - 1, left + share - 1), label, form.label_style)
        form.put((form.row, left + share, form.row + height - 1, left + half - 1), label)
    form.row += height


def _above(form: Form, count: int) -> None:
    """Label above its value, several pairs side by side."""
    abreast = form.words.rng.choice((2, 3, 4))
    width = form.columns // abreast
    for start in range(0, count, abreast):
        for place in range(min(abreast, count - start)):
            left = 1 + place * width
            label = form.label()
            form.sheet.merge((form.row, left, form.row, left + width - 1), label, form.label_style)
            form.put((form.row + 1, left, form.row + 2, left + width - 1), label)
        form.row += 3


def _boxed(form: Form, count: int) -> None:
    """One pair a row in a bordered box, the value as wide as the form."""
    share = form.words.rng.choice((6, 8, 10))
    for _ in range(count):
        label, height = form.label(), form.words.rng.choice((1, 1, 2, 3))
        form.sheet.merge((form.row, 1, form.row + height - 1, share), label, form.label_style)
        form.put((form.row, share + 1, form.row + height - 1, form.columns), label)
        form.row += height


def _mixed(form: Form, count: int) -> None:
    """Merges of every width on the fine grid, as people draw them: three pairs, then two, then one."""
    done = 0
    while done < count:
        abreast = min(form.words.rng.choice((1, 2, 3)), count - done)
        width = form.columns // abreast
        for place in range(abreast):
            left, share = 1 + place * width, form.words.rng.choice((4, 5))
            right = form.columns if place == abreast - 1 else left + width - 1
            label = form.label()
            form.sheet.merge((form.row, left, form.row + 1, left + share - 1), label, form.label_style)
            form.put((form.row, left + share, form.row + 1, right), label)
        done += abreast
        form.row += 2


def _underlined(form: Form, count: int) -> None:
    """No boxes: a label, perhaps with a colon, and a value over a line."""
    colon = form.words.pick(("", "：", ":"))
    for place in range(count):
        left = 1 + (form.columns // 2) * (place % 2)
        if place % 2 == 0 and place:
            form.row += 2
        label = form.label()
        form.sheet.write(form.row, left, label + colon, form.label_style)
        form.put((form.row, left + 6, form.row, left + form.columns // 2 - 2), label)
    form.row += 2


def _sidebar(form: Form, count: int) -> None:
    """A vertical caption at the left spans the pairs that belong to it."""
    caption = form.words.pick(("発行元", "発行先", "測定", "受入", "連絡先"))
    form.sheet.merge(
        (form.row, 1, form.row + count - 1, 2), caption, Style(border=BOX, middle=True, align="center", vertical=True)
    )
    for _ in range(count):
        label = form.label()
        form.sheet.merge((form.row, 3, form.row, 10), label, form.label_style)
        form.put((form.row, 11, form.row, form.columns), label)
        form.pairs[-1]["group"] = caption
        form.row += 1


LAYOUTS: dict[str, Layout] = {
    "beside": _beside, "above": _above, "boxed": _boxed, "mixed": _mixed, "underlined": _underlined,
    "sidebar": _sidebar,
}  # fmt: skip


def _checks(form: Form) -> None:
    """A check-box group: marks in one cell, marks in cells of their own, or form controls."""
    rng = form.words.rng
    label = rng.choice([name for name in CHOICES if name not in {group["label"] for group in form.groups}])
    choices = CHOICES[label]
    ticked = {choice: rng.random() < 0.4 for choice in choices}
    on, off = rng.choice((("☑", "☐"), ("■", "□"), ("☒", "☐"), ("☑", "□")))
    form.sheet.merge((form.row, 1, form.row, 7), label, form.label_style)
    way = rng.choice(("one_cell", "cells", "controls"))
    if way == "one_cell":
        gap = form.words.pick(("　", " ", "　　"))
        form.sheet.merge(
            (form.row, 8, form.row, form.columns),
            gap.join((on if ticked[c] else off) + c for c in choices),
            form.value_style,
        )
    elif way == "cells":
        _check_cells(form, choices, ticked, (on, off))
    else:
        form.sheet.merge((form.row, 8, form.row, form.columns), None, form.value_style)
        for place, choice in enumerate(choices):
            form.sheet.checkboxes.append(Checkbox(form.row, 8 + place * 7, choice, ticked[choice], 6))
    form.groups.append({"label": label, "choices": ticked, "way": way, "section": form.section})
    form.row += 2


def _check_cells(form: Form, choices: Sequence[str], ticked: dict[str, bool], marks: tuple[str, str]) -> None:
    apart = form.words.rng.random() < 0.5
    for place, choice in enumerate(choices):
        left, mark = 8 + place * 7, marks[0] if ticked[choice] else marks[1]
        if apart:
            form.sheet.write(form.row, left, mark)
            form.sheet.merge((form.row, left + 1, form.row, left + 6), choice)
        else:
            form.sheet.merge((form.row, left, form.row, left + 6), mark + choice)


def _detail(form: Form) -> None:
    """A small table inside the form."""
    names = form.words.rng.sample(("項目", "内容", "数量", "担当", "期限", "結果"), 4)
    width = form.columns // 4
    rows = [
        [form.words.phrase() if c < 2 else str(form.words.rng.randrange(1, 90)) for c in range(4)]
        for _ in range(form.words.rng.randrange(2, 5))
    ]
    for offset, values in enumerate([names, *rows]):
        style = form.label_style if offset == 0 else form.value_style
        for place, value in enumerate(values):
            held: object = int(value) if value.isdigit() else value
            form.sheet.merge(
                (form.row + offset, 1 + place * width, form.row + offset, (place + 1) * width), held, style
            )
    form.tables.append({"columns": names, "rows": rows})
    form.row += len(rows) + 2
