"""Minutes in Markdown, a notice in HTML, and what systems export: JSON, JSON lines, XML."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from examples.factory import company
from examples.factory.company import Factory, File, wareki


def build(factory: Factory) -> Iterator[File]:
    """Every marked-up text."""
    yield _minutes(factory)
    yield _notice(factory)
    yield _recipe(factory)
    yield _events(factory)
    yield _orders(factory)


def _minutes(factory: Factory) -> File:
    rng = factory.rng("text/minutes")
    day = factory.day(rng, 120)
    people = [factory.person(rng) for _ in range(4)]
    body = f"""# 品質会議 議事録

- 日時：{wareki(day)} 13:30～14:20
- 場所：本社工場 会議室2
- 出席：{"、".join(people)}

## 1. 前回の宿題

| No. | 内容 | 担当 | 期限 | 状況 |
|---|---|---|---|---|
| 1 | バリ限度見本の更新 | {people[0]} | {day.month}/10 | 完了 |
| 2 | 検査治具の校正 | {people[1]} | {day.month}/20 | 遅れ |

## 2. 決定事項

1. 内径測定をエアマイクロに切り替える。
2. 切替は次のロットからとする。

> 注意：旧ゲージは赤札を付けて隔離する。

## 3. 次回

来月の第2火曜日。
"""
    truth: dict[str, object] = {
        "title": "品質会議 議事録", "headings": ["品質会議 議事録", "1. 前回の宿題", "2. 決定事項", "3. 次回"],
        "date": day.isoformat(), "tables": [{"columns": ["No.", "内容", "担当", "期限", "状況"], "rows": 2}],
    }  # fmt: skip
    return File("02_品質保証部/会議/品質会議議事録.md", body.encode(), "議事録", "md", truth, day=day)


def _notice(factory: Factory) -> File:
    body = """<!DOCTYPE html>
<html lang="ja"><head><meta charset="utf-8"><title>停電点検のお知らせ</title><script>var x = 1;</script></head>
<body><h1>停電点検のお知らせ</h1><p>下記の日程で<ruby>受電<rp>(</rp><rt>じゅでん</rt><rp>)</rp></ruby>設備の点検を行います。</p>
<table><thead><tr><th rowspan="2">棟</th><th colspan="2">停電</th></tr><tr><th>開始</th><th>終了</th></tr></thead>
<tbody><tr><td>本社工場</td><td>8:00</td><td>12:00</td></tr><tr><td>第二工場</td><td>13:00</td><td>17:00</td></tr></tbody></table>
<p hidden>下書き：日程未定</p></body></html>
"""
    truth: dict[str, object] = {
        "title": "停電点検のお知らせ", "ruby": [["受電", "じゅでん"]], "hidden": ["下書き：日程未定"],
        "tables": [{"columns": ["棟", "停電/開始", "停電/終了"],
                    "rows": [["本社工場", "8:00", "12:00"], ["第二工場", "13:00", "17:00"]]}],
    }  # fmt: skip
    return File("05_管理部/総務課/停電のお知らせ.html", body.encode(), "お知らせ", "html", truth)


def _recipe(factory: Factory) -> File:
    rng = factory.rng("text/recipe")
    data = {
        "設備": "NR-04", "プログラム": "P07", "品番": company.PRODUCTS[7][0],
        "締付": [{"順": n, "トルク_Nm": 24.5, "角度_deg": rng.randrange(30, 60)} for n in range(1, 9)],
    }  # fmt: skip
    body = json.dumps(data, ensure_ascii=False, indent=2)
    return File(
        "03_生産技術部/IoT/NR-04_P07.json", body.encode(), "設備条件", "json", {"records": 8, "equipment": "NR-04"}
    )


def _events(factory: Factory) -> File:
    rng = factory.rng("text/events")
    day = factory.day(rng, 30)
    moment = datetime(day.year, day.month, day.day, 8)
    rows = []
    for number in range(120):
        moment += timedelta(seconds=rng.randrange(40, 90))
        torque = round(rng.gauss(24.5, 0.3), 2)
        rows.append(
            {
                "time": moment.isoformat() + "+09:00",
                "serial": f"A{number:05d}",
                "torque": torque,
                "result": "OK" if abs(torque - 24.5) < 0.8 else "NG",
            }
        )
    body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    truth: dict[str, object] = {"columns": list(rows[0]), "rows": len(rows)}
    return File("03_生産技術部/IoT/締付結果.jsonl", body.encode(), "締付結果", "jsonl", truth, day=day)


def _orders(factory: Factory) -> File:
    rng = factory.rng("text/orders")
    rows = ""
    for number in range(15):
        product = rng.choice(company.PRODUCTS)
        item = f"<品番>{product[0]}</品番><品名>{html.escape(product[1])}</品名>"
        count = f'<数量 単位="個">{rng.randrange(10, 900)}</数量>'
        rows += f'<注文 番号="PO-{number + 4001}">{item}{count}</注文>'
    body = f'<?xml version="1.0" encoding="Shift_JIS"?>\n<注文一覧 客先="{company.CUSTOMERS[0]}">{rows}</注文一覧>\n'
    return File(
        "04_購買部/EDI/注文_20250601.xml", body.encode("cp932"), "注文", "xml", {"records": 15, "encoding": "cp932"}
    )
