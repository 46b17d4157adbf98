"""Drawings: a part and an assembly in DXF as CAD saves them, and the assembly's twin as an exported PDF.

The DXF files need ezdxf, which comes with the extra `drawings`; without it only the PDF is written.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from examples.factory import company
from examples.factory.company import Factory, File
from examples.writing.pdf import Page, Pdf

NOTES = (
    "指示なき角部は C0.3 とする。",
    "バリ・カエリなきこと。",
    "普通公差は JIS B 0405-m による。",
    "( )内寸法は参考とする。",
)
Facts = tuple[tuple[str, str], ...]


def build(factory: Factory) -> Iterator[File]:
    """The part, the assembly, and the assembly as PDF."""
    rng = factory.rng("drawings")
    part, assembly = _facts(factory, rng, 4), _facts(factory, rng, 7)
    if find_spec("ezdxf") is not None:
        yield _part(factory, rng, part)
        yield _assembly(factory, rng, assembly)
    yield _exported(factory, rng, assembly)


def _facts(factory: Factory, rng: random.Random, product: int) -> Facts:
    number, name, material, _ = company.PRODUCTS[product]
    day = factory.day(rng, 900)
    return (
        ("図番", number),
        ("図名", name),
        ("材質", material.split()[0] if material != "―" else "組立"),
        ("尺度", rng.choice(("1:1", "1:2", "2:1"))),
        ("改訂", rng.choice("ABC")),
        ("日付", f"{day:%Y/%m/%d}"),
        ("承認", factory.person(rng, "生産技術部").split()[0]),
        ("製図", factory.person(rng, "生産技術部").split()[0]),
    )


def _new(version: str) -> Any:
    import ezdxf

    with _unstamped():
        return ezdxf.new(version, setup=True)  # type: ignore[attr-defined]


def _data(document: Any) -> bytes:
    stream = io.StringIO()
    with _unstamped():
        document.write(stream)
    return stream.getvalue().encode(document.output_encoding, "dxfreplace")


@contextmanager
def _unstamped() -> Iterator[None]:
    """Keep the time and the random ids away that ezdxf would stamp on a file."""
    import ezdxf

    before = ezdxf.options.write_fixed_meta_data_for_testing
    ezdxf.options.write_fixed_meta_data_for_testing = True
    try:
        yield
    finally:
        ezdxf.options.write_fixed_meta_data_for_testing = before


def _box(space: Any, x0: float, y0: float, x1: float, y1: float) -> None:
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    for start, end in zip(corners, (*corners[1:], corners[0]), strict=True):
        space.add_line(start, end)


def _write(space: Any, words: str, x: float, y: float, height: float = 3.0) -> None:
    space.add_text(words, height=height).set_placement((x, y))


def _frame(space: Any, facts: Facts) -> None:
    """The sheet's border and its title block: two columns, labels left of their values."""
    _box(space, 10, 10, 410, 287)
    for number, (label, value) in enumerate(facts):
        column, row = divmod(number, 4)
        x, y = 230 + 90 * column, 10 + 8 * row
        _box(space, x, y, x + 20, y + 8)
        _box(space, x + 20, y, x + 90, y + 8)
        _write(space, label, x + 1.5, y + 2.5, 2.5)
        _write(space, value, x + 23, y + 2.2, 3.5)


def _notes(space: Any) -> None:
    lines = ("注記", *(f"{number}. {note}" for number, note in enumerate(NOTES, 1)))
    for row, line in enumerate(lines):
        _write(space, line, 20, 60 - 6 * row)


def _part(factory: Factory, rng: random.Random, facts: Facts) -> File:
    """A turned part with tolerances, fits, roughness and a position tolerance, saved for an old CAD in Shift_JIS."""
    document = _new("R2000")
    document.encoding = "cp932"
    space = document.modelspace()
    _frame(space, facts)
    _notes(space)
    length, bore, outer = rng.randrange(80, 140), rng.randrange(10, 30), rng.randrange(40, 60)
    _box(space, 60, 140, 60 + length, 140 + outer)
    style = {"dimtxt": 3.0, "dimlfac": 1.0, "dimdec": 2, "dimpost": ""}
    for text, more in (
        ("<>", {"dimtol": 1, "dimtp": 0.1, "dimtm": 0.1}),
        ("(<>)", {}),
    ):
        space.add_linear_dim(
            base=(60, 125), p1=(60, 140), p2=(60 + length, 140), text=text, override=style | more
        ).render()
    upright = {"base": (45, 140), "p1": (60, 140), "p2": (60, 140 + outer), "angle": 90}
    space.add_linear_dim(**upright, text="%%c<>h7", override=style).render()
    space.add_linear_dim(
        base=(40, 1), p1=(60, 150), p2=(60, 150 + bore), angle=90, text="%%c<> H7", override=style
    ).render()
    for row, text in enumerate(("4-%%c6.6 キリ", "C0.5", "Ra 1.6", "Ra 6.3")):
        _write(space, text, 250, 240 - 10 * row)
    frame = {"insert": (250, 190), "content": "{\\Fgdt;j}%%v{\\Fgdt;n}0.05%%vA%%vB%%v"}
    space.new_entity("TOLERANCE", frame)
    truth: dict[str, object] = {
        "title_block": dict(facts),
        "notes": list(NOTES),
        "dimensions": [f"{length} ±0.1", f"({length})", f"φ{outer}h7", f"φ{bore} H7", "4-φ6.6 キリ", "C0.5"],
        "roughness": ["Ra 1.6", "Ra 6.3"],
    }
    path = f"03_生産技術部/図面/{facts[0][1]}_{facts[1][1]}.dxf"
    return File(path, _data(document), "図面", "dxf", truth, day=factory.day(rng, 900))


def _parts(rng: random.Random) -> list[tuple[str, str, str, str, str]]:
    return [
        (str(number), code, name, str(rng.randrange(1, 5)), material.split()[0])
        for number, (code, name, material, _) in enumerate(company.PRODUCTS[:4], 1)
    ]


def _assembly(factory: Factory, rng: random.Random, facts: Facts) -> File:
    """An assembly with a parts list that grows from the title block upwards."""
    document = _new("R2010")
    space = document.modelspace()
    _frame(space, facts)
    _notes(space)
    rows = [("符号", "品番", "品名", "個数", "材質"), *_parts(factory.rng("drawings/parts"))]
    for number, row in enumerate(rows):
        x, y = 230, 50 + 8 * number
        for words, width in zip(row, (15, 45, 60, 15, 45), strict=True):
            _box(space, x, y, x + width, y + 8)
            _write(space, words, x + 2, y + 2.5, 2.8)
            x += width
    _box(space, 60, 130, 200, 230)
    for number in range(1, 5):
        x, y = 40 + 40 * number, 250
        space.add_circle((x, y), 5)
        _write(space, str(number), x - 1, y - 1.5)
        space.add_line((x, y - 5), (x, 230))
    truth: dict[str, object] = {
        "title_block": dict(facts),
        "notes": list(NOTES),
        "parts": [list(row) for row in rows[1:]],
    }
    path = f"03_生産技術部/図面/{facts[0][1]}_組立図.dxf"
    return File(path, _data(document), "図面", "dxf", truth, day=factory.day(rng, 900))


def _exported(factory: Factory, rng: random.Random, facts: Facts) -> File:
    """The same sheet as a CAD prints it to PDF: A3 across, text without any structure."""
    pdf = Pdf(f"{facts[0][1]}_組立図", "CAD")
    page = pdf.page((1191, 842))
    _rectangle(page, 28, 28, 1162, 814)
    for number, (label, value) in enumerate(facts):
        column, row = divmod(number, 4)
        x, y = 652 + 255 * column, 28 + 23 * row
        _rectangle(page, x, y, x + 57, y + 23)
        _rectangle(page, x + 57, y, x + 255, y + 23)
        page.text(x + 4, y + 7, label, 8)
        page.text(x + 63, y + 6, value, 11)
    for row, line in enumerate(("注記", *(f"{number}. {note}" for number, note in enumerate(NOTES, 1)))):
        page.text(60, 180 - 17 * row, line, 10)
    _rectangle(page, 170, 370, 570, 650)
    for x in range(200, 560, 40):
        page.line(x, 370, x + 20, 650)
    truth: dict[str, object] = {"title_block": dict(facts), "notes": list(NOTES)}
    path = f"03_生産技術部/図面/PDF/{facts[0][1]}_組立図.pdf"
    return File(path, pdf.to_bytes(), "図面", "pdf", truth, day=factory.day(rng, 900))


def _rectangle(page: Page, x0: float, y0: float, x1: float, y1: float) -> None:
    for ends in ((x0, y0, x1, y0), (x1, y0, x1, y1), (x1, y1, x0, y1), (x0, y1, x0, y0)):
        page.line(*ends)
