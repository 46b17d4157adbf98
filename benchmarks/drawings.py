"""Measures of drawings: facts of the title block, dimensions, lists and notes in DXF, and what reading them costs.

Beside genba stands what a plain dump of ezdxf gives: every text there is, without saying what it means.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import rmtree
from typing import Any

from benchmarks.generators import drawings
from benchmarks.matching import f1, recall, squash
from benchmarks.product import Output
from benchmarks.results import Measure
from benchmarks.semantics import refined
from benchmarks.tally import Tally
from benchmarks.tools import Bench

DRAWINGS = 48
TIMED = 12
Truth = dict[str, Any]


def measure(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Refine generated drawings and score them; then take the time of reading alone."""
    count = max(len(drawings.LAYOUTS), round(DRAWINGS * scale))
    tally = Tally(f"generated, seed {seed}, {count} drawings")
    folder = bench.out / "corpora" / "drawings"
    rmtree(folder, ignore_errors=True)
    truths = drawings.generate(folder, seed, count)
    _, outputs = refined(bench, "drawings", folder)
    by_name = {Path(path).name: output for path, output in outputs.items()}
    for truth in truths:
        score(tally, truth, by_name[truth["file"]], dump(folder / truth["file"]))
    return [*tally.measures(), *_costs(folder, truths, tally.data)]


def score(tally: Tally, truth: Truth, output: Output, dumped: str) -> None:
    """Score one drawing."""
    name, drawing = truth["file"], output.document.get("drawing", {})
    metadata = {item["name"]: item.get("as_written") or item["value"] for item in output.document["metadata"]}
    wanted = [(field, squash(value)) for field, value in truth["fields"].items()]
    found = [(field, squash(metadata[field])) for field in truth["fields"] if field in metadata]
    hits, lacks, extra = f1(wanted, found)
    tally.add("drawings.fields", "genba", hits, name, _told(lacks, extra))
    hits, lacks, extra = f1(map(_dimension, truth["dimensions"]), map(_dimension, drawing.get("dimensions", ())))
    tally.add(
        "drawings.dimensions",
        "genba",
        hits,
        name,
        _told(lacks, extra),
    )
    hits, lacks, extra = f1(map(repr, _rest(truth)), map(repr, _rest_found(output.document, drawing)))
    tally.add("drawings.rest", "genba", hits, name, _told(lacks, extra))
    values = [*truth["fields"].values(), *truth["notes"]]
    for tool, text in (("genba", output.squashed), ("ezdxf dump", squash(dumped))):
        there, misses = recall(values, text)
        tally.add("drawings.values", tool, there, name, misses)


def _told(lacks: Iterable[object], extra: Iterable[object]) -> list[str]:
    return [*(f"lacks {one}" for one in lacks), *(f"extra {one}" for one in extra)]


def _dimension(item: Truth) -> tuple[Any, ...]:
    def number(key: str) -> float | None:
        return None if item.get(key) is None else round(float(item[key]), 3) + 0.0

    kinds = ("value", "upper", "lower")
    told = (item.get("prefix", ""), item.get("fit", ""), item.get("unit", "mm"), item.get("count", 1))
    return (*map(number, kinds), *told, bool(item.get("is_reference", False)))


def _rest(truth: Truth) -> list[Any]:
    """Notes, parts, frames, roughness and changes in one form."""
    return [
        *(("note", squash(note)) for note in truth["notes"]),
        *(("part", squash(code), squash(name), count) for code, name, count in truth["parts"]),
        *(("frame", kind, value, datum) for kind, value, datum in truth["frames"]),
        *(("roughness", parameter, value) for parameter, value in truth["roughness"]),
        *(("change", *map(squash, row)) for row in truth["changes"]),
    ]


def _rest_found(document: Truth, drawing: Truth) -> list[Any]:
    notes = [squash(note) for note in drawing.get("notes", ())]
    notes = [note[2:] if note[:1].isdigit() else note for note in notes]
    changes = []
    for table in document["tables"]:
        if table["kind"] == "grid" and table.get("caption") == "改訂履歴":
            rows: dict[int, list[str]] = {}
            for cell in table["cells"]:
                rows.setdefault(cell["r"], []).append(squash(cell["text"]))
            changes += [("change", *row) for number, row in sorted(rows.items()) if number >= 1]
    return [
        *(("note", note) for note in notes),
        *(
            ("part", squash(part.get("number", "")), squash(part.get("name", "")), part.get("quantity"))
            for part in drawing.get("parts", ())
        ),
        *(
            ("frame", item["characteristic"], item["value"], "".join(item.get("datums", ())))
            for item in drawing.get("tolerances", ())
        ),
        *(("roughness", item.get("parameter", ""), item.get("value")) for item in drawing.get("roughness", ())),
        *changes,
    ]


def dump(path: Path) -> str:
    """Every text of a drawing, as a few lines with ezdxf give them."""
    import ezdxf

    document = ezdxf.readfile(path)  # type: ignore[attr-defined]
    texts: list[str] = []
    for layout in document.layouts:
        for entity in layout:
            kind = entity.dxftype()
            if kind == "TEXT" or kind == "MTEXT":
                texts.append(entity.plain_text())
            elif kind == "INSERT":
                texts += [attribute.dxf.text for attribute in entity.attribs]
            elif kind == "DIMENSION":
                texts.append(entity.dxf.get("text", ""))
    return "\n".join(texts)


def _costs(folder: Path, truths: list[Truth], data: str) -> list[Measure]:
    """The time of reading without the picture, as a factor of ezdxf.readfile, and the picture's by itself."""
    import ezdxf

    from genba.ports.reader import Limits
    from genba.readers.dxf.reading import parts_of
    from genba.storage.files import blob_of

    paths = [folder / truth["file"] for truth in truths[:TIMED]]
    paths.append(_large(folder.parent))
    factors, pictures = [], []
    for path in paths:
        blob = blob_of(path, path.name)
        plain = _time(lambda path=path: ezdxf.readfile(path))  # type: ignore[attr-defined,misc]
        read = _time(lambda blob=blob: list(parts_of(blob, Limits(), drawn=False)))  # type: ignore[misc]
        drawn = _time(lambda blob=blob: list(parts_of(blob, Limits())))  # type: ignore[misc]
        factors.append(read / plain)
        pictures.append(max(0.0, drawn - read))
    return [
        Measure(bar="drawings.time", value=statistics.median(factors[:-1]), data=data, count=len(factors) - 1),
        Measure(bar="drawings.time_large", value=factors[-1], data="generated, 20,000 lines and texts", count=1),
        Measure(bar="drawings.picture", value=statistics.median(pictures), data=data, count=len(pictures)),
    ]


def _large(folder: Path) -> Path:
    """A drawing of many entities, as assemblies are."""
    import random

    import ezdxf

    rng = random.Random("large drawing")
    document = ezdxf.new("R2010")  # type: ignore[attr-defined]
    space = document.modelspace()
    for _ in range(18_000):
        x, y = rng.uniform(0, 4000), rng.uniform(0, 3000)
        space.add_line((x, y), (x + rng.uniform(-90, 90), y + rng.choice((0.0, 40.0))))
    for number in range(2_000):
        space.add_text(f"P{number}", height=5).set_placement((rng.uniform(0, 4000), rng.uniform(0, 3000)))
    path = folder / "large-drawing.dxf"
    document.saveas(path)
    return path


def _time(act: Callable[[], object]) -> float:
    """The best of some runs, in processor time: others use this machine too."""
    best = float("inf")
    for _ in range(5):
        begin = time.process_time()
        act()
        best = min(best, time.process_time() - begin)
    return best
