"""Inspection standards and QC process charts, in two houses' columns, with the characteristics they ask for."""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.generators.instructions.blocks import Block, Cell, Layout, Line, Pairs, Row, Table
from benchmarks.generators.instructions.content import PRODUCTS
from benchmarks.generators.instructions.quantities import Quantity

_SIZES = (
    ("内径", "mm"),
    ("外径", "mm"),
    ("全長", "mm"),
    ("溝幅", "mm"),
    ("板厚", "mm"),
    ("段差", "mm"),
    ("深さ", "mm"),
)
_LOOKS = (
    ("外観", "キズ・打痕のないこと"), ("表示", "型番が読み取れること"), ("バリ", "手に掛かるバリがないこと"), ("めっき", "むら・はがれのないこと"), ("異物", "付着のないこと"),
)  # fmt: skip
_GAUGES = ("ノギス", "マイクロメーター", "三次元測定機", "ピンゲージ", "ハイトゲージ")
_OFTEN = ("全数", "n=5/ロット", "1回/日", "始業時1個", "1個/50個")
_PROCESSES = ("受入", "荒加工", "仕上加工", "洗浄", "熱処理", "研削", "組立", "最終検査", "梱包")


def _size(rng: random.Random, name: str, unit: str) -> Quantity:
    nominal, off = float(rng.randrange(4, 160)), rng.choice((0.02, 0.05, 0.1, 0.2))
    return Quantity("size", name, "pm", unit, 2, nominal, round(nominal - off, 4), round(nominal + off, 4))


def inspection_a(rng: random.Random) -> tuple[Layout, dict[str, object]]:
    """検査基準書: No., 検査項目, 規格, 測定具, 頻度."""
    product = rng.choice(PRODUCTS)
    page, steps = Layout(f"検査基準書（{product}）"), []
    rows = []
    for number, (name, unit) in enumerate(rng.sample(_SIZES, rng.randrange(3, 6)), 1):
        size = _size(rng, name, unit)
        assert size.upper is not None and size.value is not None
        written = f"{size.number(size.value)}±{size.number(size.upper - size.value)}{unit}"
        gauge, often = rng.choice(_GAUGES), rng.choice(_OFTEN)
        rows.append(Row(tuple(map(Cell, (str(number), name, written, gauge, often)))))
        steps.append(_step(str(number), name, size, gauge, often))
    for name, words in rng.sample(_LOOKS, 2):
        rows.append(Row(tuple(map(Cell, (str(len(rows) + 1), name, words, "目視", "全数")))))
        steps.append(_step(str(len(rows)), name, None, "目視", "全数", words))
    page.blocks = [
        Line(page.title, "title"),
        Pairs((("文書番号", f"QS-{rng.randrange(100, 999)}"), ("改訂", "2"), ("品名", product), ("承認", "榊谷"))),
        Table(("No.", "検査項目", "規格", "測定具", "頻度"), (1, 4, 5, 4, 3), tuple(rows)),
    ]
    return page, _truth("inspection_standard", page.title, steps)


def inspection_b(rng: random.Random) -> tuple[Layout, dict[str, object]]:
    """検査規格: limits in columns of their own, 確認方法 before 特性."""
    product = rng.choice(PRODUCTS)
    page, steps = Layout(f"{product}　完成品検査規格"), []
    rows = []
    for number, (name, unit) in enumerate(rng.sample(_SIZES, rng.randrange(3, 6)), 1):
        size = _size(rng, name, unit)
        gauge, often = rng.choice(_GAUGES), rng.choice(_OFTEN)
        limits = (size.number(size.lower), size.number(size.upper))
        rows.append(Row(tuple(map(Cell, (gauge, f"{number:02d}", f"{name}({unit})", *limits, often)))))
        steps.append(_step(f"{number:02d}", name, size, gauge, often))
    for name, words in rng.sample(_LOOKS, 2):
        rows.append(Row(tuple(map(Cell, ("目視", f"{len(rows) + 1:02d}", f"{name}：{words}", "―", "―", "全数")))))
        steps.append(_step(f"{len(rows):02d}", name, None, "目視", "全数", words))
    page.blocks = [
        Line(page.title, "title"),
        Line(f"管理No. {rng.randrange(1000, 9999)}　版：{rng.choice('ABCD')}"),
        Table(("確認方法", "番号", "管理特性", "下限", "上限", "抜取り"), (4, 2, 6, 3, 3, 3), tuple(rows)),
    ]
    return page, _truth("inspection_standard", page.title, steps)


def chart_a(rng: random.Random) -> tuple[Layout, dict[str, object]]:
    """QC工程表: 工程No., 工程名, 管理項目, 規格, 測定具, 頻度, 異常処置."""
    columns = ("工程No.", "工程名", "設備", "管理項目", "規格値", "測定方法", "頻度", "異常時の処置")
    return _chart(rng, f"QC工程表　{rng.choice(PRODUCTS)}", columns, lambda place: str((place + 1) * 10), "±")


def chart_b(rng: random.Random) -> tuple[Layout, dict[str, object]]:
    """工程管理表 with other names, other order and tolerances in brackets."""
    columns = ("工程", "機械", "番号", "特性", "管理値", "確認手段", "間隔", "NG時")
    return _chart(
        rng, f"{rng.choice(PRODUCTS)} 品質管理工程図（QC表）", columns, lambda place: f"OP{(place + 1) * 10}", "(±)"
    )


def _chart(
    rng: random.Random, title: str, columns: tuple[str, ...], number: Callable[[int], str], form: str
) -> tuple[Layout, dict[str, object]]:
    page, steps, rows = Layout(title), [], []
    for place, process in enumerate(sorted(rng.sample(_PROCESSES, rng.randrange(4, 7)), key=_PROCESSES.index)):
        name, unit = rng.choice(_SIZES)
        size = _size(rng, name, unit)
        assert size.upper is not None and size.value is not None
        off, value = size.number(size.upper - size.value), size.number(size.value)
        written = f"{value}±{off}{unit}" if form == "±" else f"{value}(±{off}){unit}"
        machine, gauge, often = f"MC-{rng.randrange(1, 30):02d}", rng.choice(_GAUGES), rng.choice(_OFTEN)
        no = number(place)
        if columns[0] == "工程":
            cells = (process, machine, no, name, written, gauge, often, "班長へ連絡")
        else:
            cells = (no, process, machine, name, written, gauge, often, "班長へ連絡し隔離")
        rows.append(Row(tuple(map(Cell, cells))))
        steps.append(_step(no, process, size, gauge, often))
    head: list[Block] = [Line(title, "title"), Pairs((("文書番号", f"QC-{rng.randrange(100, 999)}"), ("改訂", "1")))]
    page.blocks = [*head, Table(columns, (2, 3, 3, 3, 5, 4, 3, 4), tuple(rows))]
    return page, _truth("qc_process_chart", title, steps)


def _step(number: str, name: str, size: Quantity | None, gauge: str, often: str, words: str = "") -> dict[str, object]:
    return {
        "number": number, "text": name, "parameters": [size.truth] if size else [], "instrument": gauge,
        "frequency": often, "criterion": words, "figures": [], "is_withdrawn": False,
    }  # fmt: skip


def _truth(kind: str, title: str, steps: list[dict[str, object]]) -> dict[str, object]:
    return {"kind": kind, "title": title, "steps": steps, "warnings": []}


Drawn = Callable[[random.Random], tuple[Layout, dict[str, object]]]
STANDARDS: dict[str, tuple[Drawn, Drawn]] = {"A": (inspection_a, chart_a), "B": (inspection_b, chart_b)}
