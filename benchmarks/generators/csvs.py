"""Tables as text in the encodings, separators and layouts of Japanese machines and systems."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from benchmarks.generators.vocabulary import Words, write_corpus

CODECS = {"cp932": "cp932", "utf-8": "utf-8", "utf-8-bom": "utf-8-sig", "euc-jp": "euc_jp", "utf-16": "utf-16-le"}
_ERAS = ((date(2019, 5, 1), "令和", "R"), (date(1989, 1, 8), "平成", "H"))
# what people type and what it means
VARIANTS = {
    "ﾎﾞﾙﾄ M6": "ボルト M6",
    "ﾄﾙｸﾚﾝﾁ": "トルクレンチ",
    "１２０": "120",
    "ＡＢＣ－１": "ABC-1",
    "ｼﾘﾝﾀﾞ": "シリンダ",
    "Ｏリング": "Oリング",
}
PLATFORM = ("①工程", "㈱霧ヶ原", "髙瀬川", "№12", "㎜", "﨑山", "Ⅲ類")


def generate(out: Path, seed: int, count: int) -> dict[str, object]:
    """Write `count` files and truth.json into `out`."""
    return write_corpus(out, seed, count, make, "csvs")


def make(rng: random.Random, number: int) -> tuple[str, bytes, dict[str, object]]:
    """One file; encodings and cases take turns."""
    encodings = list(CODECS)
    encoding = encodings[number % len(encodings)]
    case = CASES[number % len(CASES)]
    body, truth = case(Words(rng))
    newline = rng.choice(("\r\n", "\n"))
    if encoding == "euc-jp":
        body, truth = _plain_characters(body), _plain_truth(truth)
    if encoding == "utf-16":
        body = "\ufeff" + body
    data = body.replace("\r\n", newline).encode(CODECS[encoding])
    extension = "tsv" if truth["separator"] == "\t" else rng.choice(("csv", "txt", "csv"))
    truth |= {"encoding": encoding, "newline": newline}
    return f"{case.__name__.strip('_')}{number:03d}.{extension}", data, truth


def _plain_characters(body: str) -> str:
    """EUC-JP as old systems wrote it lacks the vendors' characters."""
    old: dict[str, str | int | None] = {
        "①": "1",
        "㈱": "株",
        "髙": "高",
        "№": "番",
        "㎜": "粍",
        "﨑": "崎",
        "Ⅲ": "3",
        "－": "-",
    }
    return body.translate(str.maketrans(old))


def _plain_truth(value: object) -> dict[str, object]:
    def walk(item: object) -> object:
        if isinstance(item, str):
            return _plain_characters(item)
        if isinstance(item, list):
            return [walk(part) for part in item]
        if isinstance(item, dict):
            return {key: walk(part) for key, part in item.items()}
        return item

    found = walk(value)
    assert isinstance(found, dict)
    return found


def written(rows: Sequence[Sequence[str]], separator: str) -> str:
    """Rows as text, quoted only where needed; a break inside a cell stays a line feed, as Excel writes it."""

    def quoted(value: str) -> str:
        if any(sign in value for sign in (separator, '"', "\n")):
            return '"' + value.replace('"', '""') + '"'
        return value

    return "".join(separator.join(map(quoted, row)) + "\r\n" for row in rows)


def _truth(
    columns: Sequence[str], rows: Sequence[Sequence[str]], separator: str, before: int, **more: object
) -> dict[str, object]:
    base: dict[str, object] = {
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "separator": separator,
        "header_line": before + 1,
    }
    return base | more


def _parts_list(words: Words) -> tuple[str, dict[str, object]]:
    """Codes with leading zeros, half-width kana, vendors' characters, full-width digits."""
    rng = words.rng
    columns = ["コード", "品名", "数量", "仕入先", "登録日"]
    rows, meant = [], []
    for _ in range(rng.randrange(10, 40)):
        kind, day = rng.choice(list(VARIANTS)), words.day()
        rows.append([f"{rng.randrange(1, 999):05d}", kind, str(rng.randrange(1, 500)), words.pick(PLATFORM), _era(day)])
        meant.append({"品名": VARIANTS[kind], "登録日": day.isoformat()})
    separator = rng.choice((",", ",", "\t", ";"))
    return written([columns, *rows], separator), _truth(
        columns, rows, separator, 0, meant=meant, code_columns=["コード"]
    )


def _era(day: date) -> str:
    start, name, letter = next(era for era in _ERAS if day >= era[0])
    year = day.year - start.year + 1
    return (
        f"{letter}{year}.{day.month}.{day.day}"
        if day.day % 2
        else f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    )


def _titled(words: Words) -> tuple[str, dict[str, object]]:
    """Title and note lines before the header, trailing empty columns, a total row and a note behind."""
    rng = words.rng
    notes = [words.pick(("生産実績一覧", "不良集計表", "出荷明細"))]
    notes += [
        rng.choice(
            (
                f"出力日：{words.day():%Y/%m/%d}",
                f"作成者：{words.person()}",
                f"部署：{words.pick(('製造一課', '検査課'))}",
            )
        )
        for _ in range(rng.randrange(1, 3))
    ]
    blank = rng.random() < 0.6
    columns = ["日付", "品番", "良品数", "不良数"]
    rows = [
        [f"{words.day():%Y/%m/%d}", words.code(), f"{rng.randrange(1000, 9999):,}", str(rng.randrange(20))]
        for _ in range(rng.randrange(6, 30))
    ]
    good, bad = sum(int(row[2].replace(",", "")) for row in rows), sum(int(row[3]) for row in rows)
    padding = [""] * rng.randrange(0, 4)
    lines = [[note] for note in notes] + ([[]] if blank else [])
    body = written(
        [
            *lines,
            *[[*row, *padding] for row in (columns, *rows, ["合計", "", f"{good:,}", str(bad)])],
            ["※" + words.caution()],
        ],
        ",",
    )
    before = len(lines)
    return body, _truth(
        columns,
        rows,
        ",",
        before,
        title=notes[0],
        notes=notes[1:],
        total={"良品数": good, "不良数": bad},
        trailing=len(padding),
    )


def _decimal_comma(words: Words) -> tuple[str, dict[str, object]]:
    """A machine from Europe: semicolons, comma as decimal mark."""
    rng = words.rng
    columns = ["Zeit", "Druck_bar", "Weg_mm"]
    start = datetime(2024, 1, 9, 8)
    values = [
        (start + timedelta(seconds=n), round(rng.uniform(0, 9), 2), round(rng.uniform(-40, 90), 3))
        for n in range(rng.randrange(20, 60))
    ]
    rows = [
        [f"{t:%d.%m.%Y %H:%M:%S}", f"{a:.2f}".replace(".", ","), f"{b:.3f}".replace(".", ",")] for t, a, b in values
    ]
    meant = [[t.isoformat(), a, b] for t, a, b in values]
    return written([columns, *rows], ";"), _truth(columns, rows, ";", 0, decimal=",", time_column="Zeit", meant=meant)


def _machine_log(words: Words) -> tuple[str, dict[str, object]]:
    """A log with a time column; its header may be missing, and key–value lines may stand before it."""
    rng = words.rng
    has_header = rng.random() < 0.6
    moment = datetime(2025, rng.randrange(1, 12), rng.randrange(1, 28), rng.randrange(6, 20))
    shape = rng.choice(("%Y/%m/%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%Y%m%d%H%M%S", "%Y/%m/%d %H:%M:%S"))
    columns = ["日時", "設備", "振動[mm/s]", "温度[℃]"]
    rows, times = [], []
    for _ in range(rng.randrange(30, 120)):
        moment += timedelta(milliseconds=rng.choice((100, 500, 1000)) if "%f" in shape else 1000 * rng.randrange(1, 60))
        shown = moment.strftime(shape)
        rows.append(
            [
                shown[:-3] if "%f" in shape else shown,
                words.pick(("MC-01", "MC-05", "PR-11")),
                f"{rng.gauss(1.5, 0.3):.3f}",
                f"{rng.gauss(42, 2):.1f}",
            ]
        )
        times.append(moment.isoformat())
    before = [["設備番号", "MC-05"], ["サンプリング周期", "100ms"], []] if has_header and rng.random() < 0.5 else []
    body = written([*before, *([columns] if has_header else []), *rows], ",")
    truth = _truth(
        columns if has_header else [], rows, ",", len(before), has_header=has_header, times=times, time_column=0
    )
    return body, truth | {"units": ["", "", "mm/s", "℃"] if has_header else []}


def _fill_down(words: Words) -> tuple[str, dict[str, object]]:
    """Same-as-above marks, quoted line breaks, blank against zero."""
    rng = words.rng
    columns = ["ロット", "測定者", "測定値", "所見"]
    rows, filled = [], []
    for _ in range(rng.randrange(3, 8)):
        head = [words.code(), words.person()]
        for place in range(rng.randrange(2, 5)):
            value = rng.choice((f"{rng.uniform(20, 30):.2f}", "0", ""))
            remark = rng.choice(("良", "", f"{words.phrase()}\n{words.phrase()}", "再測定,確認済"))
            marks = head if place == 0 else [rng.choice(("〃", "同上", "″")), rng.choice(("〃", "同上"))]
            rows.append([*marks, value, remark])
            filled.append([*head, value, remark])
    return written([columns, *rows], ","), _truth(columns, rows, ",", 0, filled=filled)


def _formulas(words: Words) -> tuple[str, dict[str, object]]:
    """Cells that a spreadsheet would run."""
    rng = words.rng
    columns = ["項目", "内容"]
    risky = [
        '=HYPERLINK("http://example.invalid","開く")',
        "+81-3-0000-0000",
        "-0.02",
        "@検査課",
        "=1+1",
        "<b>太字</b>",
        "\t先頭タブ",
    ]
    rows = [[words.phrase(), rng.choice(risky)] for _ in range(rng.randrange(6, 15))]
    return written([columns, *rows], ","), _truth(columns, rows, ",", 0)


CASES: tuple[Callable[[Words], tuple[str, dict[str, object]]], ...] = (
    _parts_list,
    _titled,
    _decimal_comma,
    _machine_log,
    _fill_down,
    _formulas,
)
