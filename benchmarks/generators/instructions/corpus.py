"""The corpus of instructions: layouts and styles take turns, with standards, charts and other documents between."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.generators.instructions import excel, pdf, style_a, style_b, word
from benchmarks.generators.instructions.blocks import Layout
from benchmarks.generators.instructions.content import draw_content
from benchmarks.generators.instructions.others import OTHERS
from benchmarks.generators.instructions.standards import STANDARDS

LAYOUTS = ("word", "excel", "pdf", "scan")
STYLES = {"A": style_a.lay_out, "B": style_b.lay_out}
_WRITERS: dict[str, tuple[str, Callable[[Layout, random.Random], bytes]]] = {
    "word": ("docx", word.write),
    "excel": ("xlsx", excel.write),
    "pdf": ("pdf", pdf.write),
}


def generate(out: Path, seed: int, count: int, layouts: Sequence[str] = LAYOUTS) -> dict[str, object]:
    """Write `count` instructions of each layout and style, some standards, charts and others; truth.json beside."""
    out.mkdir(parents=True, exist_ok=True)
    files: list[dict[str, object]] = []
    for layout in layouts:
        if layout == "scan" and not pdf.has_font():
            print("  left out: scans, for want of a Japanese font")
            continue
        for style in STYLES:
            files += [_instruction(out, seed, layout, style, number) for number in range(count)]
            if layout != "scan":
                files += [_standard(out, seed, layout, style, number) for number in range(max(2, count // 2))]
        if layout != "scan":
            files += [_other(out, seed, layout, number) for number in range(max(2, count))]
    truth: dict[str, object] = {"kind": "instructions", "seed": seed, "count": count, "files": files}
    (out / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return truth


def _instruction(out: Path, seed: int, layout: str, style: str, number: int) -> dict[str, object]:
    rng = random.Random(f"instructions/{seed}/{layout}/{style}/{number}")
    content = draw_content(rng, can_withdraw=layout != "scan")
    page, truth = STYLES[style](content, rng, layout)
    name = f"{content.product}_{content.process}_{content.number}"
    return {**_write(out, layout, page, name, rng, number), "layout": layout, "style": style, **truth}


def _standard(out: Path, seed: int, layout: str, style: str, number: int) -> dict[str, object]:
    rng = random.Random(f"standards/{seed}/{layout}/{style}/{number}")
    page, truth = STANDARDS[style][number % 2](rng)
    name = f"{truth['kind']}{style}{number:02d}"
    return {**_write(out, layout, page, name, rng, number), "layout": layout, "style": style, **truth}


def _other(out: Path, seed: int, layout: str, number: int) -> dict[str, object]:
    rng = random.Random(f"others/{seed}/{layout}/{number}")
    kind = list(OTHERS)[number % len(OTHERS)]
    page = OTHERS[kind](rng)
    return {**_write(out, layout, page, f"{kind}{number:02d}", rng, number), "layout": layout, "style": "", "kind": ""}


def _write(out: Path, layout: str, page: Layout, name: str, rng: random.Random, number: int) -> dict[str, object]:
    if layout == "scan":
        kind = ("pdf", "tiff")[number % 2]
        suffix, data = {"pdf": "pdf", "tiff": "tif"}[kind], pdf.scan(page, rng, kind)
    else:
        suffix, writer = _WRITERS[layout]
        data = writer(page, rng)
    # Names of files are no part of the test: two houses may number alike.
    path = out / f"{layout}_{name}.{suffix}"
    turn = 1
    while path.exists():
        turn += 1
        path = out / f"{layout}_{name}_{turn}.{suffix}"
    path.write_bytes(data)
    return {"file": path.name}
