"""Documents of a factory that are no instructions, though they number things, warn, and give values."""

# ruff: noqa: E501 - tables of words; a full-width character counts as two

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.generators.instructions.blocks import Cell, Layout, Line, Pairs, Picture, Row, Table
from benchmarks.generators.instructions.content import PARTS_OF_REPORTS as PARTS
from benchmarks.generators.instructions.content import PRODUCTS


def report(rng: random.Random) -> Layout:
    """A report of a defect, with numbered headings and measured values."""
    product = rng.choice(PRODUCTS)
    page = Layout(f"{product} 不具合調査報告書")
    page.blocks = [
        Line(page.title, "title"),
        Pairs(
            (
                ("発行", "2025/04/11"),
                ("報告者", "渡会"),
                ("宛先", "品質保証部"),
                ("管理No.", f"R-{rng.randrange(100, 999)}"),
            )
        ),
        Line("1. 発生状況", "heading"),
        Line(
            f"4月10日の出荷検査で、{product}の締付トルクが{rng.randrange(5, 9)}.2N·mしかないものが{rng.randrange(2, 9)}台見付かった。"
        ),
        Line("2. 調査結果", "heading"),
        *(Line(f"({n}) {words}") for n, words in enumerate(rng.sample(PARTS["findings"], 4), 1)),
        Picture("図1 破面の観察結果", "破面"),
        Line("3. 対策", "heading"),
        *(Line(f"({n}) {words}") for n, words in enumerate(rng.sample(PARTS["measures"], 3), 1)),
    ]
    return page


def minutes(rng: random.Random) -> Layout:
    """Minutes of a meeting with decisions and who does what until when."""
    page = Layout(rng.choice(("品質会議議事録", "生産会議 議事録", "安全衛生委員会議事録")))
    rows = tuple(
        Row(tuple(map(Cell, (str(n), words, rng.choice(("佐久良", "榊谷")), f"5/{rng.randrange(1, 28)}"))))
        for n, words in enumerate(rng.sample(PARTS["measures"], 4), 1)
    )
    page.blocks = [
        Line(page.title, "title"),
        Line(f"日時：2025年5月{rng.randrange(1, 28)}日　13時〜14時　場所：第2会議室"),
        Line("出席：佐久良、三好野、榊谷（記）"),
        Line("■議題", "heading"),
        *(Line(f"{'①②③④'[n]} {words}") for n, words in enumerate(rng.sample(PARTS["findings"], 3))),
        Line("■決定事項", "heading"),
        Table(("No.", "実施事項", "担当", "期限"), (1, 8, 3, 2), rows),
    ]
    return page


def ledger(rng: random.Random) -> Layout:
    """A list of measuring tools and when they are calibrated."""
    page = Layout(rng.choice(("計測器管理台帳", "治工具台帳", "設備台帳")))
    rows = []
    for n in range(1, rng.randrange(8, 16)):
        name = rng.choice(("ノギス", "トルクレンチ", "ダイヤルゲージ", "温度計"))
        rows.append(
            Row(
                tuple(
                    map(
                        Cell,
                        (
                            str(n),
                            f"G-{rng.randrange(100, 999)}",
                            name,
                            f"0〜{rng.randrange(1, 9)}00",
                            "2025/10/01",
                            "榊谷",
                        ),
                    )
                )
            )
        )
    page.blocks = [
        Line(page.title, "title"),
        Table(("No.", "管理番号", "名称", "測定範囲", "次回校正", "保管"), (1, 3, 4, 3, 3, 2), tuple(rows)),
    ]
    return page


def record(rng: random.Random) -> Layout:
    """An inspection record: measured values beside their limits."""
    page = Layout(f"{rng.choice(PRODUCTS)} 検査成績書")
    rows = []
    for n, name in enumerate(("内径", "外径", "全長", "段差"), 1):
        base = rng.randrange(5, 80)
        rows.append(
            Row(
                tuple(
                    map(
                        Cell,
                        (
                            str(n),
                            name,
                            f"{base}±0.1",
                            f"{base + rng.uniform(-0.1, 0.1):.2f}",
                            f"{base + rng.uniform(-0.1, 0.1):.2f}",
                            "合",
                        ),
                    )
                )
            )
        )
    page.blocks = [
        Line(page.title, "title"),
        Pairs(
            (
                ("ロット", f"L{rng.randrange(2400, 2600)}-{rng.randrange(10, 99)}"),
                ("検査日", "2025/06/03"),
                ("検査員", "森戸"),
                ("判定", "合格"),
            )
        ),
        Table(("No.", "項目", "規格", "1回目", "2回目", "判定"), (1, 4, 3, 3, 3, 2), tuple(rows)),
    ]
    return page


def request(rng: random.Random) -> Layout:
    """A request for a change of process."""
    page = Layout("工程変更申請書")
    page.blocks = [
        Line(page.title, "title"),
        Pairs((("申請日", "2025/07/01"), ("申請者", "三好野"), ("対象品", rng.choice(PRODUCTS)), ("区分", "設備変更"))),
        Line("変更の理由", "heading"),
        Line(rng.choice(PARTS["findings"])),
        Line("変更の内容", "heading"),
        Line(f"加熱温度を{rng.randrange(80, 120)}℃から{rng.randrange(120, 160)}℃に上げる。注意：客先の承認が要る。"),
        *(Line(f"{n}. {words}") for n, words in enumerate(rng.sample(PARTS["measures"], 2), 1)),
    ]
    return page


OTHERS: dict[str, Callable[[random.Random], Layout]] = {
    "report": report, "minutes": minutes, "ledger": ledger, "record": record, "request": request,
}  # fmt: skip
