"""The catalogue with 10 to 100,000 datasets: pages from the database alone, and as a partner asks for them by HTTP.

    python -m benchmarks.exchange.catalogue --datasets 10,1000,10000,100000
    python -m benchmarks.exchange.catalogue --datasets 10,1000 --edc     (Eclipse EDC in the same run; JDK and Maven)
    python -m benchmarks.exchange.catalogue --postgres postgresql://…    (an empty schema of it is filled)

Three viewers: `all` sees everything through one audience, `many` sees everything through a thousand audiences,
`few` sees one dataset in a thousand. Datasets are invented from the seed; the clock of each figure is the median.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.results import BARS, Measure
from genba.dsp import catalog
from genba.model.exchange import Publication
from genba.model.policy import Audience
from genba.storage.exchange import catalogue as store
from genba.storage.exchange import publications
from genba.storage.exchange.audiences import Viewer
from genba.storage.exchange.migrations import ShapedDatabase, migrate
from genba.storage.exchange.sqlite import open_sqlite

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SUPPLIERS = 1000
VIEWERS = {
    "all": Viewer(id="did:web:everybody.example", now=NOW),
    "many": Viewer(id="did:web:insider.example", groups=("insiders",), now=NOW),
    "few": Viewer(id="did:web:supplier-7.example", now=NOW),
}
ASKED: dict[str, dict[str, Any]] = {
    "page": {},
    "word": {"search": "油圧"},
    "words": {"search": "射出成形 温度"},
    "facets": {"facets": {"kind": ["table", "signal"], "format": ["csv"]}},
}
WORDS = (
    "温度 振動 圧力 射出成形 組立 検査 溶接 塗装 切削 研磨 搬送 軸受 油圧 空圧 電流 電圧 記録 手順書 図面 品質 異常 "
    "保全 設備 工程 治具 金型 ロット ライン ロボット モーター バルブ ポンプ センサー カメラ PLC robot press weld"
).split()
IN_ONE = 500  # datasets put in one transaction


def invented(number: int, chance: random.Random, *, is_open: bool) -> tuple[Publication, Audience, str]:
    """A dataset as a factory would offer it: for everybody, or for insiders and one supplier."""
    id, title = f"urn:genba:dataset:{number:06}", f"{''.join(chance.sample(WORDS, 3))} {number:06}"
    keywords = chance.sample(WORDS, 6)
    facets = {
        "kind": (chance.choice(("table", "signal", "drawing", "instruction")),),
        "format": (chance.choice(("csv", "parquet", "json")),),
        "line": (f"L{chance.randint(1, 40):02}",),
    }
    described = {
        "dct:title": title,
        "dct:identifier": id,
        "dct:description": "".join(chance.choices(WORDS, k=30)),
        "dcat:keyword": keywords,
        "dct:issued": NOW.isoformat(),
        "dct:publisher": "did:web:maker.example",
    }
    offer = {"@id": f"{id}:offer", "@type": "Offer", "permission": [{"action": "use"}]}
    publication = Publication(
        id=id,
        version="1",
        title=title,
        dataset=json.dumps(described, ensure_ascii=False),
        facets=facets,
        text=" ".join(keywords),
        offer_id=f"{id}:offer",
        offer=json.dumps(offer),
        access="{}",
        folder=f"deliveries/{number:06}",
        manifest_sha256=f"{number:064}",
        published_at=NOW,
        personal_data="x" * 400,
    )
    entry = catalog.dataset(publication.dataset, [publication.offer], id=id, service_id="urn:genba:dsp")
    if is_open:
        return publication, Audience(), entry
    supplier = f"did:web:supplier-{number % SUPPLIERS}.example"
    return publication, Audience(all_of=((("group", "insiders"), ("participant", supplier)),)), entry


def fill(database: ShapedDatabase, numbers: range, seed: int, *, is_open: bool) -> float:
    """Publish datasets one by one, many in a transaction; how many a second."""
    began = time.perf_counter()
    for start in range(numbers.start, numbers.stop, IN_ONE):
        with database.transaction() as tx:
            for number in range(start, min(numbers.stop, start + IN_ONE)):
                publication, audience, entry = invented(
                    number, random.Random(seed * 1_000_003 + number), is_open=is_open
                )
                publications.put(tx, publication, audience, entry=entry)
    return len(numbers) / max(time.perf_counter() - began, 1e-9)


def timed(step: Callable[[], Any], *, times: int) -> dict[str, float]:
    """Median and 95th percentile in milliseconds, after three tries that do not count."""
    for _ in range(3):
        step()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        step()
        taken.append((time.perf_counter() - began) * 1000)
    return {"median_ms": statistics.median(taken), "p95_ms": sorted(taken)[math.ceil(times * 0.95) - 1]}


def pages(database: ShapedDatabase, names: tuple[str, ...], *, limit: int, times: int) -> dict[str, Any]:
    """Pages from the database alone: the first, one in the middle, searches, counts of facets."""
    found: dict[str, Any] = {}
    for name in names:
        viewer = VIEWERS[name]
        figures: dict[str, Any] = {}
        for asked, options in ASKED.items():

            def first(viewer: Viewer = viewer, options: dict[str, Any] = options) -> store.Page:
                with database.reading() as tx:
                    return store.page(tx, viewer, limit=limit, **options)

            figures[asked] = {"datasets": len(first().datasets), **timed(first, times=times)}
        middle = middle_of(database, viewer, limit)

        def further(viewer: Viewer = viewer, middle: str = middle) -> store.Page:
            with database.reading() as tx:
                return store.page(tx, viewer, limit=limit, after=middle)

        def counts(viewer: Viewer = viewer) -> dict[str, dict[str, int]]:
            with database.reading() as tx:
                return store.facet_counts(tx, viewer)

        figures["middle"] = {"datasets": len(further().datasets), **timed(further, times=times)}
        figures["facet counts"] = timed(counts, times=times)
        found[name] = figures
    return found


def middle_of(database: ShapedDatabase, viewer: Viewer, limit: int) -> str:
    """A cursor to about the middle of everything."""
    with database.reading() as tx:
        ((last,),) = tx.execute("SELECT value FROM counters WHERE name = 'publication'")
    return store.write_cursor(max(last // 2, 1), backwards=False)


@contextmanager
def served(database: Path, limit: int) -> Iterator[str]:
    """genba as it serves, over a filled database, with an identity that believes everybody, like EDC's in this run."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, __file__, "--serve", str(database), "--port", str(port), "--limit", str(limit)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("genba did not start")
        yield f"http://127.0.0.1:{port}/dsp/2025-1/catalog/request"
    finally:
        process.terminate()
        process.wait(30)


def serve_it(database: Path, port: int, limit: int) -> None:
    """Serve until stopped; the other half of `served`."""
    from genba.web.serve import serve
    from tests.conformance.connector import Place, ScriptedRules, open_exchange

    with tempfile.TemporaryDirectory() as folder:
        place = Place(participant="did:web:maker.example", port=port, home=Path(folder))
        exchange = open_exchange(place, ScriptedRules(), database=open_sqlite(database))
        settings = replace(exchange.settings, limits=replace(exchange.settings.limits, page_size=limit))
        exchange = replace(exchange, settings=settings)
        serve(exchange, ready=lambda _: print("ready", flush=True))


def by_http(database: Path, names: tuple[str, ...], options: argparse.Namespace) -> dict[str, Any]:
    """Requests for the first page a second, as partners send them."""
    from benchmarks.exchange.edc import CATALOG_REQUEST, Line, claim, closed_loop

    body = json.dumps(CATALOG_REQUEST).encode()
    found: dict[str, Any] = {}
    with served(database, options.limit) as url:
        line = Line(url)
        for name in names:
            header = claim(VIEWERS[name].id)
            page = line.post(body, header)
            ask = functools.partial(line.post, body, header)
            runs = [
                closed_loop(ask, concurrency=each, seconds=options.seconds, warm_s=1.0) for each in options.concurrency
            ]
            count = len(json.loads(page).get("dataset", []))
            found[name] = {"page_datasets": count, "page_bytes": len(page), "runs": runs}
    return found


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Fill, ask, and tell; datasets are added from size to size."""
    found: dict[str, Any] = {"page_size": options.limit}
    with tempfile.TemporaryDirectory() as folder:
        for is_open, names in ((True, ("all",)), (False, ("many", "few"))):
            path = Path(folder) / ("open.sqlite" if is_open else "closed.sqlite")
            database: ShapedDatabase
            if options.postgres:
                from genba.storage.exchange.postgres import open_postgres

                joined = "&" if "?" in options.postgres else "?"
                database = open_postgres(
                    f"{options.postgres}{joined}schema=catalogue_{'open' if is_open else 'closed'}"
                )
            else:
                database = open_sqlite(path)
            migrate(database)
            offered = 0
            for size in sorted(options.datasets):
                rate = fill(database, range(offered, size), options.seed, is_open=is_open)
                offered = size
                figures = found.setdefault(str(size), {"published_per_s": {}, "store": {}, "http": {}})
                figures["published_per_s"]["open" if is_open else "closed"] = rate
                figures["store"] |= pages(database, names, limit=options.limit, times=options.times)
                if not options.postgres:
                    asked = tuple(name for name in names if name != "many")
                    figures["http"] |= by_http(path, asked, options)
            database.close()
    if options.edc:
        from benchmarks.exchange import edc

        found["edc"] = edc.catalogue(
            [size for size in options.datasets if size <= options.edc_datasets],
            seed=options.seed,
            seconds=options.seconds,
            warm_s=options.warm,
            concurrency=options.concurrency,
            heap="512m",
        )
    return found


def measures(found: dict[str, Any], *, told: str = "generated") -> list[Measure]:
    """The figures that a bar stands for, then the rate at each size."""
    data = f"{told}, page of {found['page_size']}"
    sizes = sorted(int(size) for size in found if size.isdigit())
    edc = found.get("edc", {})
    made = []
    if sizes[-1] > 1000 and "1000" in found:
        grown = {
            (name, asked): found[str(sizes[-1])]["store"][name][asked]["median_ms"] / one["median_ms"]
            for name, figures in found["1000"]["store"].items()
            for asked, one in figures.items()
        }
        made.append(Measure(bar="catalogue.growth", value=grown["all", "page"], data=f"{data}; 1,000 → {sizes[-1]:,}"))
    if "1000" in edc and "1000" in found:
        pairs = zip(found["1000"]["http"]["all"]["runs"], edc["1000"]["runs"], strict=True)
        ratios = {ours["concurrency"]: ours["per_s"] / max(theirs["per_s"], 0.01) for ours, theirs in pairs}
        shown = ", ".join(f"{ratio:.1f} with {callers}" for callers, ratio in ratios.items())
        made.append(Measure(bar="catalogue.rate", value=min(ratios.values()), data=f"{data}; {shown} at once"))
    for size in map(str, sizes):
        if f"catalogue.page.{size}" not in BARS or "all" not in found[size]["http"]:
            continue
        best = max(found[size]["http"]["all"]["runs"], key=lambda run: float(run["per_s"]))
        peers = {"Eclipse EDC": max(run["per_s"] for run in edc[size]["runs"])} if size in edc else {}
        told_here = f"{data}; {best['concurrency']} at once"
        made.append(Measure(bar=f"catalogue.page.{size}", value=best["per_s"], data=told_here, peers=peers))
    return made


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def main() -> None:
    """Measure; JSON on standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--datasets", type=_numbers, default=[10, 1000, 10_000, 100_000])
    parser.add_argument("--limit", type=int, default=50)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--concurrency", type=_numbers, default=[1, 8])
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--warm", type=float, default=45.0, help="seconds of load for EDC's Java to get warm, once")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--postgres", default="")
    parser.add_argument("--edc", action="store_true")
    parser.add_argument("--edc-datasets", type=int, default=1000, help="EDC is asked with at most so many")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve_it(options.serve, options.port, options.limit)
        return
    found = run(options)
    print(json.dumps({"catalogue": found, "measures": [vars_of(one) for one in measures(found)]}, indent=1))


def vars_of(measure: Measure) -> dict[str, Any]:
    """A measure with whether its bar is met."""
    return {"bar": measure.bar, "value": measure.value, "met": measure.is_met, "data": measure.data}


if __name__ == "__main__":
    main()
