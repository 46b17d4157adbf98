"""Another house's way: other names and order of columns, other numbers, other spellings of tolerances and warnings.

It lives here only; neither the program nor its tests may look at it.
"""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

from __future__ import annotations

import random

from benchmarks.generators.instructions.blocks import Box, Cell, Layout, Line, Pairs, Picture, Row, Table
from benchmarks.generators.instructions.content import POLITE, PPE, Content, Work
from benchmarks.generators.instructions.quantities import Quantity
from benchmarks.generators.instructions.record import Record

_WIDE = str.maketrans("0123456789.±-+", "０１２３４５６７８９．±－＋")
_COLUMNS = {
    "number": ("手順番号", "順序", "工順", "SEQ", "ステップ", "番"),
    "picture": ("写真", "図解", "イラスト・写真", "参考図"),
    "action": ("作業要素", "実施事項", "作業の内容と方法", "要領", "やること", "主な手順"),
    "condition": ("管理値", "条件", "設定値・規格", "基準値", "規格・公差", "設定"),
    "point": ("ポイント", "カンどころ", "要点(コツ)", "品質のポイント", "こつ", "気を付けること"),
    "why": ("なぜ", "根拠", "守る理由", "守らないと", "その理由"),
    "tool": ("治工具", "使用器具", "使用設備・治工具", "道具"),
    "safety": ("安全", "安全上の注意", "安全ポイント", "危険予知"),
    "time": ("時間［秒］", "所要時間(s)", "秒"),
}
_ORDERS = (
    ("number", "picture", "action", "condition", "point", "why", "safety"),
    ("number", "action", "point", "why", "condition", "tool", "picture"),
    ("picture", "number", "tool", "action", "condition", "point"),
    ("number", "time", "action", "condition", "safety", "point", "picture"),
)
_WIDTHS = {
    "number": 3,
    "picture": 6,
    "action": 9,
    "condition": 6,
    "point": 6,
    "why": 5,
    "tool": 4,
    "safety": 6,
    "time": 3,
}
_LEVELS = {"danger": "危険", "warning": "警告", "caution": "注意"}
_SIGNS = ("【{}】{}", "▲{}▲ {}", "〔{}〕{}", "＜{}＞{}", "{}!! {}", "⚠{}　{}", "《{}》 {}", "※{}※ {}")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚"


def lay_out(content: Content, rng: random.Random, layout: str) -> tuple[Layout, dict[str, object]]:
    """The whole document with its truth."""
    title = rng.choice((
        f"{content.process}作業指導票　{content.product}", f"{content.process}要領書（{content.product}）",
        f"標準作業書 [{content.product} {content.process}]", f"{content.product} {content.process}作業マニュアル",
        f"作業指示書：{content.product}の{content.process}",
    ))  # fmt: skip
    page, record = Layout(title), Record(content)
    page.has_boxes_as_shapes = rng.random() < 0.4
    writer = _Writer(page, record, rng, layout)
    year, month, day = content.day
    page.header = f"{content.number}  Rev.{content.revision}"
    page.blocks += [
        Line(title, "title"),
        Pairs((
            ("管理No.", content.number), ("版数", str(content.revision)), ("発行", f"{year}/{month:02d}/{day:02d}"),
            ("対象機種", content.product), ("型番", content.product_number), ("起案", content.people[0]), ("検認", content.people[1]),
        )),
    ]  # fmt: skip
    writer.preliminaries()
    mode = rng.choice(("table", "table", "cards") if layout == "excel" else ("table", "cards", "list"))
    getattr(writer, mode)()
    page.blocks.append(Line("以上"))
    return page, record.truth("work_instruction", title)


class _Writer:
    def __init__(self, page: Layout, record: Record, rng: random.Random, layout: str) -> None:
        self.page, self.record, self.rng, self.layout = page, record, rng, layout
        self.content = record.content
        self.is_polite = rng.random() < 0.4
        self.sign, self.is_wide = rng.choice(_SIGNS), rng.random() < 0.15
        self.torque, self.turns = (
            rng.choice(("N･m", "N·m", "Nm", "N-m")),
            rng.choice(("min-1", "r/min", "rpm", "min⁻¹")),
        )
        self.range = rng.choice(("{lo}{u}～{hi}{u}", "{lo}-{hi}{u}", "{lo}～{hi}{u}", "{lo}から{hi}{u}"))
        self.plus_minus = rng.choice(("{v}(±{d}){u}", "{v} ± {d} [{u}]", "{v}{u}±{d}", "{v}±{d}{u}"))
        self.most = rng.choice(("{v}{u}以下", "≦{v}{u}", "MAX {v}{u}", "{v}{u} max"))
        self.least = rng.choice(("{v}{u}以上", "≧{v}{u}", "MIN {v}{u}", "{v}{u} min."))
        self.uneven = rng.choice(("{v}(+{a}/{b}){u}", "{v}{u} +{a} {b}", "{v} (+{a}, {b}) {u}"))
        self.figures = 0
        self.numbers: dict[int, str] = {}
        self.heading = rng.choice(("■{}", "＜{}＞", "【{}】", "◆ {}"))

    def preliminaries(self) -> None:
        """Parts in a table or in a line, tools, what to wear, warnings for everything."""
        blocks, rng, content = self.page.blocks, self.rng, self.content
        if rng.random() < 0.5:
            rows = tuple(Row((Cell(str(q)), Cell(name), Cell(n))) for n, name, q, _ in content.parts)
            blocks.append(Table(("使用数", "名称", "部品コード"), (2, 6, 5), rows))
        else:
            blocks.append(Line("使用部品：" + "、".join(f"{name} {n}×{q}{c}" for n, name, q, c in content.parts)))
        blocks.append(Line(rng.choice(("準備するもの：", "治工具…", "使用工具 : ")) + "／".join(content.tools)))
        if rng.random() < 0.5:
            boxes = (("■" if name in content.ppe else "□") + name for name in PPE)
            blocks.append(Line("着用保護具　" + "　".join(boxes)))
        else:
            blocks.append(Line("着用するもの：" + "・".join(content.ppe)))
        if content.warnings:
            for level, text in content.warnings:
                self.record.warning(level, text)
            if rng.random() < 0.5:
                rows = tuple(Row((Cell(_LEVELS[level]), Cell(text))) for level, text in content.warnings)
                blocks.append(Table(("表示", "内容"), (2, 10), rows))
            else:
                blocks += [Line(self.sign.format(_LEVELS[level], text)) for level, text in content.warnings]

    def quantity(self, quantity: Quantity) -> str:
        """24.5(±1.5)N･m, 60℃～70℃, ≧0.3MPa, 100(+0.2/-0.1)mm, Φ10(H7), Ra 1.6 MAX."""
        units = {"N·m": self.torque, "rpm": self.turns, "s": "秒", "min": "分間" if quantity.form == "plain" else "分"}
        unit, n = units.get(quantity.unit, quantity.unit), quantity.number
        text = ""
        if quantity.form == "fit":
            text = self.rng.choice(("Φ{}({})", "φ{} {}", "{}{}")).format(n(quantity.value), quantity.fit)
        elif quantity.form == "rough":
            text = self.rng.choice(("Ra {}以下", "Ra≦{}", "Ra{}μm以下")).format(n(quantity.upper))
        elif quantity.form == "pm":
            assert quantity.upper is not None and quantity.value is not None
            text = self.plus_minus.format(v=n(quantity.value), d=n(quantity.upper - quantity.value), u=unit)
        elif quantity.form == "asym":
            assert quantity.upper is not None and quantity.value is not None and quantity.lower is not None
            below = n(quantity.value - quantity.lower)
            below = f"-{below}" if float(below) else "0"
            text = self.uneven.format(v=n(quantity.value), a=n(quantity.upper - quantity.value), b=below, u=unit)
        elif quantity.form == "range":
            text = self.range.format(lo=n(quantity.lower), hi=n(quantity.upper), u=unit)
        elif quantity.form in ("min", "max"):
            pattern, value = (self.least, quantity.lower) if quantity.form == "min" else (self.most, quantity.upper)
            text = pattern.format(v=n(value), u=unit)
        else:
            text = f"{n(quantity.value)}{unit}"
        return text.translate(_WIDE) if self.is_wide and quantity.form != "fit" else text

    def sentence(self, work: Work) -> str:
        shown = self.quantity(work.quantity) if work.quantity and work.is_inside else ""
        return work.before.replace("{q}", shown) + (POLITE[work.verb] if self.is_polite else work.verb)

    def picture(self, work: Work, above: bool) -> Picture | None:
        if not work.figure:
            return None
        self.figures += 1
        return Picture(f"写真{self.figures}：{work.figure}", f"{work.figure}", above)

    def condition(self, work: Work) -> str:
        """What stands in the column of values."""
        if not work.quantity or work.is_inside:
            return ""
        shown = self.quantity(work.quantity)
        return self.rng.choice((f"{work.quantity.name}：{shown}", f"{work.quantity.name}＝{shown}", shown))

    def table(self) -> None:
        """One table for all; sections and warnings are rows over its whole width."""
        order = self.rng.choice(_ORDERS)
        columns = tuple(self.rng.choice(_COLUMNS[name]) for name in order)
        numbers = self.rng.choice(("1", "①", "1-1", "01", "STEP1"))
        rows: list[Row] = []
        section, within, chapter = "", 0, 0
        for place, work in enumerate(self.content.steps):
            if work.section != section:
                section, within, chapter = work.section, 0, chapter + 1
                if len(self.content.sections) > 1:
                    rows.append(Row((Cell(self.heading.format(section)),), is_whole=True))
            within += 1
            number = _number(numbers, place + 1, chapter, within)
            self.numbers[place] = number
            rows += self._rows(work, number, order)
        self.page.blocks.append(Table(columns, tuple(_WIDTHS[name] for name in order), tuple(rows)))

    def _rows(self, work: Work, number: str, order: tuple[str, ...]) -> list[Row]:
        rows: list[Row] = []
        safety = ""
        if work.warning:
            level, text = work.warning
            self.record.warning(level, text)
            safety = self.sign.format(_LEVELS[level], text)
            if "safety" not in order:
                rows.append(Row((Cell(safety),), is_whole=True))
        core, picture = self.sentence(work), self.picture(work, False)
        action, point = core, work.key_point
        if work.part is not None:
            part = self.content.parts[work.part]
            action += f"（{part[1]}：{part[0]}）"
        if "why" not in order and work.key_point and work.reason:
            point += f"（{work.reason}）"
        if "tool" not in order and work.tool:
            point += ("\n" if point else "") + f"使用：{work.tool}"
        if work.back_to in self.numbers and "point" in order:
            point += ("\n" if point else "") + f"不良なら{self.numbers[work.back_to]}からやり直し"
        is_struck = work.is_withdrawn and self.layout in ("word", "excel")
        if work.is_withdrawn and not is_struck:
            action = f"【削除】{action}"
        texts = {
            "number": number, "action": action, "condition": self.condition(work), "point": point,
            "why": work.reason if work.key_point else "", "tool": work.tool, "safety": safety,
            "time": str(work.time_s or ""), "picture": picture.caption if picture else "",
        }  # fmt: skip
        cells = (Cell(texts[name], picture if name == "picture" else None) for name in order)
        rows.append(Row(tuple(cells), is_struck=is_struck))
        shows = frozenset(("quantity", "key_point", "reason", "tool", "part", *(("time",) if "time" in order else ())))
        figure = picture.caption if picture else ""
        self.record.step(work, number, core, figure=figure, shows=shows)
        for place, below in enumerate(work.below, 1):
            words, own = self.sentence(below), f"{number}-{place}"
            below.section = work.section
            texts = {"number": own, "action": words}
            rows.append(Row(tuple(Cell(texts.get(name, "")) for name in order)))
            self.record.step(below, own, words)
        return rows

    def cards(self) -> None:
        """Each step a line with 手順n, and lines of its own for condition, point and tools; captions above."""
        head = self.rng.choice(("手順{}", "STEP {}", "Step{}．", "手順-{}", "作業{}", "No.{}", "〈{}〉"))
        marks = self.rng.choice(("・", "→ ", "　", "* ", "－ ", "◎ "))
        self._steps(lambda place, chapter, within: head.format(place), marks, above=True)

    def list(self) -> None:
        """Numbers like 1-1 or ①, with the conditions in brackets behind the sentence."""
        kind = self.rng.choice(("1-1", "①", "1"))
        self._steps(lambda place, chapter, within: _number(kind, place, chapter, within), "", above=False)

    def _steps(self, number_of: object, marks: str, *, above: bool) -> None:
        assert callable(number_of)
        blocks, section, chapter, within = self.page.blocks, "", 0, 0
        for place, work in enumerate(self.content.steps):
            if work.section != section:
                section, chapter, within = work.section, chapter + 1, 0
                if len(self.content.sections) > 1:
                    blocks.append(Line(self.heading.format(section), "heading"))
            within += 1
            number = str(number_of(place + 1, chapter, within))
            self.numbers[place] = number
            if work.warning:
                level, text = work.warning
                self.record.warning(level, text)
                line = self.sign.format(_LEVELS[level], text)
                blocks.append(Box((line,)) if self.rng.random() < 0.5 else Line(line))
            self._one(work, number, marks, above)

    def _one(self, work: Work, number: str, marks: str, above: bool) -> None:
        blocks = self.page.blocks
        core, picture, condition = self.sentence(work), self.picture(work, above), self.condition(work)
        lines: list[str] = []
        text = core
        if marks:
            lines += [f"{marks}条件：{condition}"] if condition else []
            lines += (
                [f"{marks}ポイント：{work.key_point}" + (f"（なぜ：{work.reason}）" if work.reason else "")]
                if work.key_point
                else []
            )
            lines += [f"{marks}治工具：{work.tool}"] if work.tool else []
        else:
            text += f"［{condition}］" if condition else ""
            text += f"　※{work.key_point}" if work.key_point else ""
            text += f"（{work.tool}使用）" if work.tool else ""
        if work.part is not None:
            part = self.content.parts[work.part]
            lines.append(f"{marks}部品：{part[1]} {part[0]}")
        if work.back_to in self.numbers:
            lines.append(f"{marks}NG → {self.numbers[work.back_to]}へ戻る")
        if picture:
            text += f"（{picture.caption.partition('：')[0]}）"
        is_struck = work.is_withdrawn and self.layout in ("word", "excel")
        if work.is_withdrawn and not is_struck:
            text = f"【削除】{text}"
        blocks.append(Line(text, "step", number, None, is_struck))
        shows = {"quantity", "key_point", "tool", "part"} | ({"reason"} if marks else set())
        self.record.step(work, number, core, figure=picture.caption if picture else "", shows=frozenset(shows))
        blocks += [Line(line) for line in lines]
        if picture:
            blocks.append(picture)
        for place, below in enumerate(work.below):
            words = self.sentence(below)
            below.section = work.section
            blocks.append(Line(words, "step", f"{'ab'[place]})"))
            self.record.step(below, f"{'ab'[place]})", words)


def _number(kind: str, place: int, chapter: int, within: int) -> str:
    if kind == "①":
        return _CIRCLED[place - 1]
    shown = {"1": str(place), "1-1": f"{chapter}-{within}", "01": f"{place:02d}", "STEP1": f"STEP{place}"}
    return shown[kind]
