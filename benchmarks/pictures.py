"""How long it takes to see that a picture is no document, and how often the first look is right."""

from __future__ import annotations

import io
import random
import statistics
import time
from collections.abc import Iterator

from PIL import Image, ImageDraw, ImageFilter

from benchmarks import tools
from benchmarks.generators import scans
from benchmarks.results import Measure

PHOTOGRAPHS = 24
SIZES = {"JPEG": ((4000, 3000), (1600, 1200), (640, 480)), "PNG": ((2600, 1950), (1280, 960), (320, 240))}
PAGES = 3
REPETITIONS = 3


def measure(bench: tools.Bench, seed: int, scale: float) -> list[Measure]:
    """Look at photographs drawn from the seed, and at pages of every kind that the generator of scans has."""
    del bench
    from genba.formats.picture_look import Look, look

    data = f"generated, seed {seed}"
    times: dict[str, list[float]] = {"JPEG": [], "PNG": []}
    taken: list[str] = []
    count = max(6, round(PHOTOGRAPHS * scale))
    for kind, picture in photographs(seed, count):
        tries = []
        for _ in range(REPETITIONS):
            start = time.perf_counter()
            seen = look(picture)
            tries.append(time.perf_counter() - start)
        times[kind].append(min(tries))
        if seen is not Look.NONE:
            taken.append(f"{kind} of {len(picture)} bytes: {seen}")
    measures = [
        Measure(
            bar=f"pictures.{kind.lower()}", value=statistics.quantiles(found, n=10)[-1], data=data, count=len(found)
        )
        for kind, found in times.items()
    ]
    measures.append(
        Measure(bar="pictures.photographs", value=1 - len(taken) / count, data=data, count=count, misses=taken)
    )
    if scans.can_draw():
        rng = random.Random(f"{seed}/pages")
        kinds = [kind for kind in scans.KINDS for _ in range(PAGES)]
        missed = [kind for kind in kinds if look(page(kind, rng)) is not Look.PAGE]
        share = 1 - len(missed) / len(kinds)
        measures.append(Measure(bar="pictures.pages", value=share, data=data, count=len(kinds), misses=missed))
    return measures


def page(kind: str, rng: random.Random) -> bytes:
    """A page of a kind, as JPEG."""
    image, _ = scans.draw(kind, rng)
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=88)
    return out.getvalue()


def photographs(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Pictures of shapes and shades with grain, as large as cameras make them and as small as on web pages."""
    rng = random.Random(f"{seed}/photographs")
    for number in range(count):
        kind = ("JPEG", "PNG")[number % 2]
        size = SIZES[kind][number // 2 % 3]
        coarse = Image.frombytes("RGB", (24, 18), rng.randbytes(24 * 18 * 3)).filter(ImageFilter.GaussianBlur(1.5))
        image = coarse.resize(size, Image.Resampling.BICUBIC)
        pen = ImageDraw.Draw(image)
        for _ in range(rng.randrange(3, 40)):
            x, y, r = rng.randrange(size[0]), rng.randrange(size[1]), rng.randrange(4, size[1] // 4)
            shape = (x - r, y - r, x + r, y + rng.randrange(r))
            colour = (rng.randrange(256), rng.randrange(256), rng.randrange(256))
            (pen.ellipse if rng.random() < 0.5 else pen.rectangle)(shape, fill=colour)
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 3)))
        grain = Image.frombytes("RGB", size, rng.randbytes(size[0] * size[1] * 3))
        out = io.BytesIO()
        Image.blend(image, grain, 0.03).save(out, kind, quality=88)
        yield kind, out.getvalue()
