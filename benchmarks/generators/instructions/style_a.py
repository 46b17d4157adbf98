"""A maker's own family of work instructions: chapters, 急所 and 理由, captions below, warnings in text boxes."""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

from __future__ import annotations

import random

from benchmarks.generators.instructions.blocks import Box, Cell, Layout, Line, Pairs, Picture, Row, Table
from benchmarks.generators.instructions.content import POLITE, Content, Work
from benchmarks.generators.instructions.quantities import Quantity
from benchmarks.generators.instructions.record import Record
from benchmarks.generators.numbers import Counter

_LISTS = (
    (("decimal", "(%1)"), ("decimalEnclosedCircle", "%2")),
    (("decimal", "%1."), ("decimal", "(%2)")),
    (("decimal", "%1)"), ("aiueoFullWidth", "%2．")),
)
_SIGNS = {"danger": "危険", "warning": "警告", "caution": "注意"}
_UNITS = {"s": "秒", "min": "分"}


def lay_out(content: Content, rng: random.Random, layout: str) -> tuple[Layout, dict[str, object]]:
    """The whole document with its truth; workbooks always hold a table of steps."""
    title = f"{content.product} {content.process}{rng.choice(('作業手順書', '作業標準書', '作業手順書', '作業要領書'))}"
    page, record = Layout(title, numbering=rng.choice(_LISTS)), Record(content)
    page.has_boxes_as_shapes = rng.random() < 0.7
    writer = _Writer(page, record, rng, layout)
    year, month, day = content.day
    page.blocks += [
        Line(title, "title"),
        Pairs((
            ("文書番号", content.number), ("改訂", f"第{content.revision}版"), ("制定日", f"{year}年{month}月{day}日"),
            ("品番", content.product_number), ("品名", content.product), ("作成", content.people[0]), ("承認", content.people[1]),
        )),
    ]  # fmt: skip
    writer.chapter("目的")
    page.blocks.append(Line(content.purpose))
    writer.chapter("使用部品及び工具")
    rows = tuple(Row((Cell(n), Cell(name), Cell(str(q)))) for n, name, q, _ in content.parts)
    page.blocks.append(Table(("品番", "品名", "数量"), (4, 6, 2), rows))
    page.blocks.append(Line("工具：" + "、".join(content.tools)))
    page.blocks.append(Line("保護具：" + "、".join(content.ppe)))
    if content.warnings:
        writer.chapter("安全上の注意")
        for level, text in content.warnings:
            page.blocks.append(Line(f"{_SIGNS[level]}：{text}。"))
            record.warning(level, text)
    writer.chapter("作業手順")
    if layout == "excel" or rng.random() < 0.4:
        writer.table()
    else:
        writer.paragraphs()
    return page, record.truth("work_instruction", title)


class _Writer:
    def __init__(self, page: Layout, record: Record, rng: random.Random, layout: str) -> None:
        self.page, self.record, self.rng, self.layout = page, record, rng, layout
        self.is_polite = rng.random() < 0.25
        self.dot = rng.choice(("N・m", "N·m", "N･m"))
        self.chapters = self.figures = 0
        self.numbers: dict[int, str] = {}

    def chapter(self, words: str) -> None:
        self.chapters += 1
        self.page.blocks.append(Line(f"{self.chapters}. {words}", "heading"))

    def quantity(self, quantity: Quantity) -> str:
        """24.5±1.5 N・m, 60〜70℃, 0.3MPa以上, 100 +0.2/-0.1 mm, φ10H7, Ra1.6以下."""
        unit = {"N·m": self.dot, **_UNITS}.get(quantity.unit, quantity.unit)
        gap = " " if self.rng.random() < 0.4 and unit not in ("℃", "秒", "分") else ""
        n, number = quantity.number, quantity.number(quantity.value)
        if quantity.form == "fit":
            return f"φ{number} {quantity.fit}" if self.rng.random() < 0.3 else f"φ{number}{quantity.fit}"
        if quantity.form == "rough":
            return f"Ra{n(quantity.upper)}以下"
        if quantity.form == "pm":
            assert quantity.upper is not None and quantity.value is not None
            return f"{number}±{n(quantity.upper - quantity.value)}{gap}{unit}"
        if quantity.form == "asym":
            assert quantity.upper is not None and quantity.value is not None and quantity.lower is not None
            above, below = n(quantity.upper - quantity.value), n(quantity.value - quantity.lower)
            below = f"-{below}" if float(below) else "0"
            return f"{number} +{above}/{below} {unit}"
        if quantity.form == "range":
            return f"{n(quantity.lower)}{self.rng.choice('〜～')}{n(quantity.upper)}{gap}{unit}"
        if quantity.form == "min":
            return f"{n(quantity.lower)}{gap}{unit}以上"
        if quantity.form == "max":
            return f"{n(quantity.upper)}{gap}{unit}以下"
        return f"{number}{gap}{unit}"

    def sentence(self, work: Work) -> str:
        """The core of a step: what is done to what."""
        shown = self.quantity(work.quantity) if work.quantity and work.is_inside else ""
        return work.before.replace("{q}", shown) + (POLITE[work.verb] if self.is_polite else work.verb)

    def picture(self, work: Work) -> Picture | None:
        if not work.figure:
            return None
        self.figures += 1
        return Picture(f"図{self.figures} {work.figure}", f"{work.figure}の写真")

    def paragraphs(self) -> None:
        """A numbered list in sections."""
        counter, blocks, section = Counter(self.page.numbering), self.page.blocks, ""
        is_anew = False
        for place, work in enumerate(self.record.content.steps):
            if work.section != section and len(self.record.content.sections) > 1:
                section = work.section
                blocks.append(
                    Line(f"{self.chapters}.{self.record.content.sections.index(section) + 1} {section}", "heading")
                )
            if work.warning:
                self._warn(work)
            core, picture = self.sentence(work), self.picture(work)
            text = core + "。" + self._tail(work, picture)
            number = counter.next(0)
            self.numbers[place] = number
            is_struck = work.is_withdrawn and self.layout == "word"
            text = text if is_struck or not work.is_withdrawn else f"（廃止）{text}"
            blocks.append(Line(text, "step", number, 0, is_struck, is_anew))
            is_anew = False
            shows = frozenset(("quantity", "key_point", "reason", "tool", "part", "time"))
            self.record.step(work, number, core, figure=picture.caption if picture else "", shows=shows)
            for below in work.below:
                words, number = self.sentence(below), counter.next(1)
                blocks.append(Line(words + "。", "step", number, 1))
                below.section = work.section
                self.record.step(below, number, words)
            if work.key_point:
                blocks.append(Line(f"急所：{work.key_point}" + (f"　理由：{work.reason}" if work.reason else "")))
            if picture:
                blocks.append(picture)

    def _tail(self, work: Work, picture: Picture | None) -> str:
        """What follows in the same paragraph."""
        tail = ""
        if work.quantity and not work.is_inside:
            tail += f"{work.quantity.name}は{self.quantity(work.quantity)}とする。"
        if work.part is not None:
            number, name, *_ = self.record.content.parts[work.part]
            tail += f"{name}（{number}）を使う。"
        if work.tool:
            tail += f"使用工具：{work.tool}。"
        if picture:
            tail += f"（{picture.caption.split()[0]}参照）"
        if work.time_s:
            tail += f"（標準時間 {work.time_s}秒）"
        if work.back_to is not None and work.back_to in self.numbers:
            tail += f"NGの場合は手順{self.numbers[work.back_to]}へ戻る。"
        return tail

    def _warn(self, work: Work) -> None:
        assert work.warning
        level, text = work.warning
        self.record.warning(level, text)
        sign = f"⚠ {_SIGNS[level]}" if self.rng.random() < 0.6 else _SIGNS[level]
        line = f"{sign}：{text}こと" if text.endswith("ない") else f"{sign}：{text}"
        self.page.blocks.append(Box((line,)) if self.rng.random() < 0.7 else Line(line))

    def table(self) -> None:
        """No., 作業内容, 急所, 理由, now and then 図 and 時間; a table for each section."""
        content = self.record.content
        has_time, has_picture = self.rng.random() < 0.4, self.rng.random() < 0.6
        columns, widths = ["No.", "作業内容", "急所", "理由"], [2, 9, 7, 6]
        for name, width, is_there in (("図", 6, has_picture), ("時間(秒)", 3, has_time)):
            if is_there:
                columns.append(name)
                widths.append(width)
        number = 0
        for section in content.sections:
            if len(content.sections) > 1:
                index = content.sections.index(section) + 1
                self.page.blocks.append(Line(f"{self.chapters}.{index} {section}", "heading"))
            rows: list[Row] = []
            loose: list[Picture] = []
            for work in content.steps:
                if work.section != section:
                    continue
                number += 1
                rows += self._rows(work, str(number), has_picture, has_time, loose)
            self.page.blocks.append(Table(tuple(columns), tuple(widths), tuple(rows)))
            self.page.blocks += loose

    def _rows(self, work: Work, number: str, has_picture: bool, has_time: bool, loose: list[Picture]) -> list[Row]:
        rows: list[Row] = []
        if work.warning:
            level, text = work.warning
            self.record.warning(level, text)
            rows.append(Row((Cell(f"⚠ {_SIGNS[level]}：{text}"),), is_whole=True))
        core, picture = self.sentence(work), self.picture(work)
        text = core
        if work.part is not None:
            part = self.record.content.parts[work.part]
            text += f"\n（{part[1]} {part[0]}）"
        if picture and not has_picture:
            text += f"（{picture.caption.split()[0]}参照）"
            loose.append(picture)
        point = work.key_point
        if work.quantity and not work.is_inside:
            point = f"{work.quantity.name} {self.quantity(work.quantity)}" + (f"\n{point}" if point else "")
        if work.tool:
            point += ("\n" if point else "") + f"工具：{work.tool}"
        is_struck = work.is_withdrawn and self.layout in ("word", "excel")
        text = text if is_struck or not work.is_withdrawn else f"（廃止）{text}"
        cells = [Cell(number), Cell(text), Cell(point), Cell(work.reason if work.key_point else "")]
        if has_picture:
            cells.append(Cell(picture.caption if picture else "", picture))
        if has_time:
            cells.append(Cell(str(work.time_s or "")))
        rows.append(Row(tuple(cells), is_struck=is_struck))
        shows = {"quantity", "key_point", "reason", "tool", "part"} | ({"time"} if has_time else set())
        self.record.step(work, number, core, figure=picture.caption if picture else "", shows=frozenset(shows))
        for place, below in enumerate(work.below, 1):
            words = self.sentence(below)
            below.section = work.section
            rows.append(Row((Cell(f"{number}.{place}"), Cell(words), *(Cell() for _ in cells[2:]))))
            self.record.step(below, f"{number}.{place}", words)
        return rows
