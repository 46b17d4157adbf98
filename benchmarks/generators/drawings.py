"""Drawings in DXF whose title block, dimensions and lists are known: layouts, scales, versions and encodings at random."""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.generators.numbering import LETTERS

LAYOUTS = ("beside", "above", "inside", "block", "free", "stamps", "english", "sheet")
VERSIONS = ("R12", "R2000", "R2004", "R2007", "R2010", "R2013", "R2018")
NAMES = (
    "軸受ホルダ",
    "ベースプレート",
    "ガイドブロック",
    "スペーサ",
    "カップリング",
    "取付ブラケット",
    "シャフト",
    "フランジ",
    "Ｖプーリ",
    "ﾛﾘﾝｸﾞｼｬﾌﾄ",
)
MATERIALS = ("S45C", "SS400", "SUS304", "A5052P", "ADC12", "SCM435H", "FC250", "C3604BD", "POM(白)", "SPCC-SD t2.3")
PEOPLE = ("長谷", "御園生", "髙嶋", "矢作", "桑名", "不破", "楠見", "鵜飼")
FINISHES = ("黒染め", "無電解ニッケル 5μm", "白アルマイト", "三価クロメート", "なし")
NOTES = (
    "指示なき角部はC0.3とする。",
    "バリ・カエリなきこと。",
    "表面にキズ・打痕なきこと。",
    "普通公差はJIS B 0405-mによる。",
    "( )内寸法は参考とする。",
    "焼入れ後、研磨のこと。",
    "組立前に脱脂すること。",
)
CHANGES = ("穴位置変更", "寸法公差見直し", "材質変更", "注記追加", "面取り追加")
FIELDS = {
    "drawing_number": ("図番", "図面番号", "図　番"),
    "title": ("図名", "名称", "図面名称"),
    "material": ("材質", "材　質", "材料"),
    "scale": ("尺度", "尺　度"),
    "revision": ("改訂", "訂番", "改番"),
    "dated": ("日付", "作成日", "年月日"),
    "approved_by": ("承認",),
    "reviewed_by": ("検図", "照査"),
    "created_by": ("製図",),
    "surface_treatment": ("表面処理",),
}
ENGLISH = {
    "drawing_number": "DWG NO.", "title": "TITLE", "material": "MATERIAL", "scale": "SCALE", "revision": "REV.", "dated": "DATE",
    "approved_by": "APPROVED", "reviewed_by": "CHECKED", "created_by": "DRAWN", "surface_treatment": "FINISH",
}  # fmt: skip
CHARACTERISTICS = {
    "j": "position",
    "b": "perpendicularity",
    "c": "flatness",
    "f": "parallelism",
    "r": "concentricity",
    "h": "circular_runout",
}


@dataclass
class Sheet:
    """A drawing in the making; `k` is what one millimetre on paper is in the drawing."""

    rng: random.Random
    space: Any
    document: Any
    k: float
    dimensions: list[dict[str, Any]] = field(default_factory=list)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.space.add_line((x0 * self.k, y0 * self.k), (x1 * self.k, y1 * self.k))

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        if self.document.dxfversion > "AC1009" and self.rng.random() < 0.4:
            points = [(x * self.k, y * self.k) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]
            self.space.add_lwpolyline(points, close=True)
            return
        for start, end in (((x0, y0), (x1, y0)), ((x1, y0), (x1, y1)), ((x1, y1), (x0, y1)), ((x0, y1), (x0, y0))):
            self.line(*start, *end)

    def text(self, words: str, x: float, y: float, height: float, *, middle: bool = False) -> None:
        from ezdxf.enums import TextEntityAlignment

        align = TextEntityAlignment.MIDDLE_CENTER if middle else TextEntityAlignment.LEFT
        self.space.add_text(words, height=height * self.k).set_placement((x * self.k, y * self.k), align=align)


def generate(out: Path, seed: int, count: int) -> list[dict[str, Any]]:
    """Write drawings into a folder; gives what a perfect reader finds in each."""
    out.mkdir(parents=True, exist_ok=True)
    return [_one(out, random.Random(f"{seed}/drawing/{number}"), number) for number in range(count)]


def _one(out: Path, rng: random.Random, number: int) -> dict[str, Any]:
    import ezdxf

    layout = LAYOUTS[number % len(LAYOUTS)]
    version = rng.choice(VERSIONS[1:] if layout in ("sheet",) else VERSIONS)
    document = ezdxf.new(version, setup=True)  # type: ignore[attr-defined]
    document.header["$INSUNITS"] = 4
    if version in ("R12", "R2000", "R2004"):
        document.encoding = "cp932"
    for style in document.dimstyles:
        style.dxf.dimlfac = 1.0
    fields = _fields(rng)
    model = Sheet(rng, document.modelspace(), document, rng.choice((1.0, 1.0, 2.0, 5.0, 0.5)))
    block = model
    if layout == "sheet":
        block = Sheet(
            rng, document.layouts.new("図面1") if version >= "R2007" else document.layout("Layout1"), document, 1.0
        )
    written = _title_block(block, layout, fields)
    model.box(10, 10, 410, 287)
    _part(model)
    _dimensions(model)
    notes = _notes(model)
    parts = _parts_list(model) if rng.random() < 0.6 else []
    changes = _changes(model, fields["revision"]) if rng.random() < 0.6 else []
    frames = _frames(model)
    rough = _roughness(model)
    path = out / f"{number:03d}_{layout}_{version}.dxf"
    document.saveas(path, fmt="bin" if rng.random() < 0.2 else "asc")
    return {
        "file": path.name, "layout": layout, "fields": {name: fields[name] for name in written}, "dimensions": model.dimensions,
        "notes": notes, "parts": parts, "changes": changes, "frames": frames, "roughness": rough,
    }  # fmt: skip


def _fields(rng: random.Random) -> dict[str, str]:
    letters = "".join(rng.choice(LETTERS) for _ in range(rng.choice((1, 2, 3))))
    number = f"{letters}{rng.choice(('-', '', '_'))}{rng.randrange(100, 99999)}{rng.choice(('', '-01', '-A', '-102'))}"
    year, month, day = rng.randrange(2015, 2026), rng.randrange(1, 13), rng.randrange(1, 29)
    return {
        "drawing_number": number,
        "title": rng.choice(NAMES),
        "material": rng.choice(MATERIALS),
        "scale": rng.choice(("1:1", "1/2", "2:1", "1:5", "NTS")),
        "revision": rng.choice(("A", "B", "C", "0", "1", "2", "D1")),
        "dated": rng.choice(
            (
                f"{year}/{month}/{day}",
                f"{year}.{month:02d}.{day:02d}",
                f"R{year - 2018}.{month}.{day}" if year > 2019 else f"{year}-{month:02d}-{day:02d}",
            )
        ),
        "approved_by": rng.choice(PEOPLE),
        "reviewed_by": rng.choice(PEOPLE),
        "created_by": rng.choice(PEOPLE),
        "surface_treatment": rng.choice(FINISHES),
    }


def _title_block(sheet: Sheet, layout: str, fields: dict[str, str]) -> list[str]:
    rng = sheet.rng
    names = list(fields)
    rng.shuffle(names)
    label = {name: ENGLISH[name] if layout == "english" else rng.choice(FIELDS[name]) for name in names}
    if layout in ("beside", "english", "sheet"):
        _beside(sheet, names, label, fields)
    elif layout == "above":
        _above(sheet, names, label, fields)
    elif layout == "inside":
        _inside(sheet, names, label, fields)
    elif layout == "block":
        _block(sheet, names, label, fields)
    elif layout == "stamps":
        stamps = ["approved_by", "reviewed_by", "created_by"]
        for column, name in enumerate(stamps):
            x = 350 + 20 * column
            sheet.box(x, 58, x + 20, 64)
            sheet.box(x, 42, x + 20, 58)
            sheet.text(label[name], x + 10, 61, 2.5, middle=True)
            sheet.text(fields[name], x + 10, 50, 4, middle=True)
        _beside(sheet, [name for name in names if name not in stamps], label, fields, x0=280, rows=4)
    else:
        for row, name in enumerate(names):
            y = 12 + 7 * row
            if rng.random() < 0.4:
                sheet.text(f"{label[name]}：{fields[name]}", 300, y, 3)
            else:
                sheet.text(label[name], 300, y, 3)
                sheet.text(fields[name], 330, y, 3.5)
    return names


def _beside(
    sheet: Sheet, names: list[str], label: dict[str, str], fields: dict[str, str], x0: float = 230, rows: int = 5
) -> None:
    columns = -(-len(names) // rows)
    width = (410 - x0) / columns
    for number, name in enumerate(names):
        column, row = divmod(number, rows)
        x, y = x0 + column * width, 10 + 8 * row
        sheet.box(x, y, x + 25, y + 8)
        sheet.box(x + 25, y, x + width, y + 8)
        sheet.text(label[name], x + 1.5, y + 2.5, 2.5)
        sheet.text(fields[name], x + 27, y + 2.2, 3.5)


def _above(sheet: Sheet, names: list[str], label: dict[str, str], fields: dict[str, str]) -> None:
    for number, name in enumerate(names):
        row, column = divmod(number, 5)
        x, y = 160 + 50 * column, 10 + 16 * row
        sheet.box(x, y + 10, x + 50, y + 16)
        sheet.box(x, y, x + 50, y + 10)
        sheet.text(label[name], x + 25, y + 13, 2.5, middle=True)
        sheet.text(fields[name], x + 25, y + 5, 4, middle=True)


def _inside(sheet: Sheet, names: list[str], label: dict[str, str], fields: dict[str, str]) -> None:
    for number, name in enumerate(names):
        row, column = divmod(number, 4)
        x, y = 170 + 60 * column, 10 + 14 * row
        sheet.box(x, y, x + 60, y + 14)
        sheet.text(label[name], x + 1, y + 11, 2)
        sheet.text(fields[name], x + 15, y + 3, 4.5)


def _block(sheet: Sheet, names: list[str], label: dict[str, str], fields: dict[str, str]) -> None:
    block = sheet.document.blocks.new("ZUWAKU")
    inner = Sheet(sheet.rng, block, sheet.document, 1.0)
    insert = sheet.space.add_blockref(
        "ZUWAKU", (250 * sheet.k, 10 * sheet.k), dxfattribs={"xscale": sheet.k, "yscale": sheet.k}
    )
    for number, name in enumerate(names):
        y = 8 * number
        inner.box(0, y, 30, y + 8)
        inner.box(30, y, 160, y + 8)
        inner.text(label[name], 2, y + 2.5, 2.5)
        at = ((250 + 33) * sheet.k, (10 + y + 2.5) * sheet.k)
        insert.add_attrib(f"ATT{number}", fields[name], at, dxfattribs={"height": 3.5 * sheet.k})


def _part(sheet: Sheet) -> None:
    """The outline of something, with holes and centre lines."""
    rng = sheet.rng
    sheet.box(60, 150, 200, 240)
    for _ in range(rng.randrange(3, 9)):
        x, y = rng.uniform(70, 190), rng.uniform(160, 230)
        sheet.space.add_circle((x * sheet.k, y * sheet.k), rng.uniform(2, 6) * sheet.k)
        sheet.line(x - 8, y, x + 8, y)
        sheet.line(x, y - 8, x, y + 8)
    for _ in range(rng.randrange(20, 200)):
        x, y = rng.uniform(220, 330), rng.uniform(150, 270)
        sheet.line(x, y, x + rng.uniform(-20, 20), y + rng.uniform(-20, 20))


def _dimensions(sheet: Sheet) -> None:
    for number in range(sheet.rng.randrange(8, 20)):
        sheet.rng.choice((_linear, _linear, _linear, _overridden, _diameter, _radius, _angle, _callout))(sheet, number)


def _finish(dimension: Any, rng: random.Random) -> None:
    """Draw the dimension, or leave that to the program that opens the file; its style is written either way."""
    if rng.random() < 0.7:
        dimension.render()
    else:
        dimension.commit()


def _know(sheet: Sheet, value: float, **told: Any) -> None:
    nothing = {"prefix": "", "upper": None, "lower": None, "fit": "", "unit": "mm", "count": 1, "is_reference": False}
    sheet.dimensions.append({"value": round(value, 4), **nothing, **told})


def _length(sheet: Sheet) -> float:
    return round(sheet.rng.choice((sheet.rng.randrange(5, 300), sheet.rng.uniform(5, 300))), 2)


def _linear(sheet: Sheet, number: int) -> None:
    rng = sheet.rng
    length = _length(sheet)
    style: dict[str, Any] = {"dimtxt": 3 * sheet.k, "dimdec": 2, "dimlfac": 1.0, "dimpost": ""}
    told: dict[str, Any] = {}
    text = "<>"
    way = rng.choice(("plain", "both", "two", "limits", "fit", "reference", "count"))
    if way == "both":
        deviation = rng.choice((0.01, 0.02, 0.05, 0.1, 0.5))
        style |= {"dimtol": 1, "dimlim": 0, "dimtp": deviation, "dimtm": deviation, "dimtdec": 2}
        told = {"upper": deviation, "lower": -deviation}
    elif way == "two":
        upper, lower = rng.choice(((0.1, 0.2), (0.05, 0.0), (0.0, 0.02), (0.3, 0.1)))
        style |= {"dimtol": 1, "dimlim": 0, "dimtp": upper, "dimtm": lower, "dimtdec": 2}
        told = {"upper": upper, "lower": -lower}
    elif way == "limits":
        style |= {"dimlim": 1, "dimtol": 0, "dimtp": 0.1, "dimtm": 0.2, "dimtdec": 2}
        told = {"upper": 0.1, "lower": -0.2}
    elif way == "fit":
        fit = rng.choice(("H7", "g6", "h6", "H8", "js9", "H7/g6", "k5"))
        text = rng.choice((f"%%c<>{fit}", f"%%c<> {fit}", f"<>({fit})"))
        told = {"prefix": "φ" if "%%c" in text else "", "fit": fit}
    elif way == "reference":
        text, told = "(<>)", {"is_reference": True}
    elif way == "count":
        count = rng.randrange(2, 9)
        text, told = rng.choice((f"{count}-%%c<>", f"{count}×%%c<>")), {"count": count, "prefix": "φ"}
    x, y = rng.uniform(20, 60) * sheet.k, rng.uniform(150, 250) * sheet.k
    horizontal = rng.random() < 0.6
    end = (x + length, y) if horizontal else (x, y + length)
    dimension = sheet.space.add_linear_dim(
        base=(x, y + 10 * sheet.k) if horizontal else (x - 10 * sheet.k, y),
        p1=(x, y),
        p2=end,
        angle=0 if horizontal else 90,
        text=text,
        override=style,
    )
    _finish(dimension, sheet.rng)
    _know(sheet, length, **told)


def _overridden(sheet: Sheet, number: int) -> None:
    """The number is written over what is measured."""
    rng = sheet.rng
    shown = rng.randrange(10, 400)
    upper, lower = rng.choice((("+0.1", "-0.2"), ("+0.021", "0"), ("0", "-0.013")))
    text, told = rng.choice((
        (f"{shown}%%p0.1", {"upper": 0.1, "lower": -0.1}),
        (f"{shown}\\S{upper}^{lower};", {"upper": float(upper), "lower": float(lower)}),
        (f"%%c{shown}{{\\H0.7x;\\S{upper}^ {lower};}}", {"prefix": "φ", "upper": float(upper), "lower": float(lower)}),
        (f"□{shown}", {"prefix": "□"}),
        (f"(%%c{shown})", {"prefix": "φ", "is_reference": True}),
    ))  # fmt: skip
    x, y = rng.uniform(20, 60) * sheet.k, rng.uniform(150, 250) * sheet.k
    style = {"dimtxt": 3 * sheet.k, "dimtol": 0, "dimlim": 0}
    sheet.space.add_linear_dim(base=(x, y + 9), p1=(x, y), p2=(x + 33, y), text=text, override=style).render()
    _know(sheet, shown, **told)


def _diameter(sheet: Sheet, number: int) -> None:
    radius = round(sheet.rng.uniform(2, 40), 1)
    style = {"dimtxt": 3 * sheet.k, "dimdec": 2, "dimlfac": 1.0, "dimtol": 0}
    made = sheet.space.add_diameter_dim(center=(120 * sheet.k, 190 * sheet.k), radius=radius, angle=45, override=style)
    _finish(made, sheet.rng)
    _know(sheet, 2 * radius, prefix="φ")


def _radius(sheet: Sheet, number: int) -> None:
    radius = round(sheet.rng.uniform(1, 30), 1)
    style = {"dimtxt": 3 * sheet.k, "dimdec": 2, "dimlfac": 1.0, "dimtol": 0}
    made = sheet.space.add_radius_dim(center=(120 * sheet.k, 190 * sheet.k), radius=radius, angle=30, override=style)
    _finish(made, sheet.rng)
    _know(sheet, radius, prefix="R")


def _angle(sheet: Sheet, number: int) -> None:
    angle = sheet.rng.randrange(10, 85)
    k = sheet.k
    made = sheet.space.add_angular_dim_cra(
        center=(90 * k, 170 * k),
        radius=20 * k,
        start_angle=0,
        end_angle=angle,
        distance=5 * k,
        override={"dimadec": 0, "dimtxt": 3 * k},
    )
    _finish(made, sheet.rng)
    _know(sheet, angle, unit="°")


def _callout(sheet: Sheet, number: int) -> None:
    """A dimension that is only a text at a leader."""
    rng = sheet.rng
    count = rng.randrange(2, 9)
    text, value, told = rng.choice((
        (f"{count}-%%c6.6 キリ", 6.6, {"prefix": "φ", "count": count}),
        (f"{count}-M6 深12", 6, {"prefix": "M", "count": count}),
        (f"{count}×R3", 3, {"prefix": "R", "count": count}),
        ("C0.5", 0.5, {"prefix": "C"}),
        ("%%c11 深ザグリ深6.5", 11, {"prefix": "φ"}),
        (f"M8×1.25 ({count}箇所)", 8, {"prefix": "M", "count": count}),
    ))  # fmt: skip
    x, y = rng.uniform(210, 300), 160 + 6 * number
    if sheet.document.dxfversion > "AC1009" and rng.random() < 0.5:
        sheet.space.add_mtext(text, dxfattribs={"insert": (x * sheet.k, y * sheet.k), "char_height": 3 * sheet.k})
    else:
        sheet.text(text, x, y, 3)
    _know(sheet, value, **told)


def _notes(sheet: Sheet) -> list[str]:
    rng = sheet.rng
    notes = rng.sample(NOTES, rng.randrange(2, 6))
    heading = rng.choice(("注記", "注 記", "注）", "NOTES:", "【注記】"))
    lines = [f"{number}{rng.choice(('.', '．', ')'))} {note}" for number, note in enumerate(notes, 1)]
    if sheet.document.dxfversion > "AC1009" and rng.random() < 0.5:
        insert = (20 * sheet.k, 130 * sheet.k)
        sheet.space.add_mtext("\\P".join((heading, *lines)), dxfattribs={"insert": insert, "char_height": 3 * sheet.k})
    else:
        for row, line in enumerate((heading, *lines)):
            sheet.text(line, 20, 125 - 5.5 * row, 3)
    return notes


def _table(
    sheet: Sheet, x0: float, y0: float, widths: tuple[float, ...], rows: list[tuple[str, ...]], upwards: bool
) -> None:
    for number, row in enumerate(rows):
        y = y0 + 7 * number if upwards else y0 - 7 * number
        x = x0
        for width, words in zip(widths, row, strict=True):
            sheet.box(x, y, x + width, y + 7)
            sheet.text(words, x + width / 2, y + 3.5, 2.8, middle=True)
            x += width


def _parts_list(sheet: Sheet) -> list[list[Any]]:
    rng = sheet.rng
    upwards = rng.random() < 0.5
    parts = [
        (f"P{rng.randrange(1000, 9999)}-{number:02d}", rng.choice(NAMES), rng.randrange(1, 12), rng.choice(MATERIALS))
        for number in range(1, rng.randrange(3, 8))
    ]
    header = (
        rng.choice(("符号", "照番", "No.")),
        rng.choice(("品番", "部品番号")),
        rng.choice(("品名", "名称")),
        rng.choice(("個数", "員数", "数量")),
        "材質",
    )
    rows = [
        header,
        *(
            (str(number), code, name, str(count), material)
            for number, (code, name, count, material) in enumerate(parts, 1)
        ),
    ]
    _table(sheet, 240, 90 if upwards else 140, (15, 45, 50, 15, 45), rows, upwards)
    return [[code, name, float(count)] for code, name, count, _ in parts]


def _changes(sheet: Sheet, revision: str) -> list[list[str]]:
    rng = sheet.rng
    rows = [
        (
            mark,
            f"20{20 + number}/{rng.randrange(1, 13)}/{rng.randrange(1, 29)}",
            rng.choice(CHANGES),
            rng.choice(PEOPLE),
        )
        for number, mark in enumerate(("△1", "△2", revision)[: rng.randrange(1, 4)])
    ]
    header = (
        rng.choice(("記号", "改訂", "訂番")),
        rng.choice(("日付", "年月日")),
        rng.choice(("内容", "改訂内容", "変更内容")),
        "担当",
    )
    _table(sheet, 280, 280, (15, 30, 60, 25), [header, *rows], upwards=False)
    return [list(row) for row in rows]


def _frames(sheet: Sheet) -> list[list[str]]:
    if sheet.document.dxfversion <= "AC1009":
        return []
    rng = sheet.rng
    found = []
    for number in range(rng.randrange(0, 3)):
        code = rng.choice(list(CHARACTERISTICS))
        value = rng.choice(("0.02", "0.05", "0.1"))
        diameter = "{\\Fgdt;n}" if code in "jr" else ""
        datum = "" if code == "c" else rng.choice("AB")
        content = f"{{\\Fgdt;{code}}}%%v{diameter}{value}%%v{datum}%%v%%v"
        sheet.space.new_entity(
            "TOLERANCE", {"insert": (100 * sheet.k, (140 - 8 * number) * sheet.k), "content": content}
        )
        found.append([CHARACTERISTICS[code], ("φ" if diameter else "") + value, datum])
    return found


def _roughness(sheet: Sheet) -> list[list[Any]]:
    rng = sheet.rng
    found = []
    for number in range(rng.randrange(0, 4)):
        parameter, value = rng.choice(("Ra", "Rz")), rng.choice((0.8, 1.6, 3.2, 6.3, 25.0))
        sheet.text(rng.choice((f"{parameter} {value:g}", f"{parameter}{value:g}")), 150 + 20 * number, 255, 2.5)
        found.append([parameter, value])
    return found
