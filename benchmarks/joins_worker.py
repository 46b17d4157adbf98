"""One tool joins jittered streams on the first one's times, in a process of its own: seconds, peak memory, checksum."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

TOLERANCE_NS = 2_000_000
START = 1_700_000_000_000_000_000
BLOCK = 1 << 20


def main() -> None:
    import numpy as np

    tool, rows, streams, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    if tool == "genba_blocks":
        print(json.dumps(_blocks(rows, streams, seed)))
        return
    inputs = [_stream(np.random.default_rng([seed, number]), rows, START) for number in range(streams)]
    best, checksum = float("inf"), 0.0
    sums: Callable[[], float] | None = None
    for _ in range(2):  # the second time without what is loaded and touched once
        sums = None  # lets go of the first result
        begin = time.perf_counter()
        sums = TOOLS[tool](inputs)
        best, checksum = min(best, time.perf_counter() - begin), sums()
    print(json.dumps({"seconds": best, "peak_mb": _peak_mb(), "checksum": round(checksum, 3)}))


def _stream(rng: Any, rows: int, start: int) -> tuple[Any, Any]:
    """1 kHz, each stamp up to 0.9 ms late."""
    import numpy as np

    times = np.arange(rows, dtype=np.int64)
    times *= 1_000_000
    times += start
    times += rng.integers(0, 900_000, rows, dtype=np.int32)
    return times, rng.standard_normal(rows, dtype=np.float32)


def _genba(inputs: list[tuple[Any, Any]]) -> Callable[[], float]:
    import numpy as np

    from genba.clocks.joins import join

    joined = join(inputs[0][0], [(times, (values,)) for times, values in inputs[1:]], tolerance_ns=TOLERANCE_NS)
    return lambda: sum(float(np.nansum(one.values[0], dtype=np.float64)) for one in joined)


def _polars(inputs: list[tuple[Any, Any]]) -> Callable[[], float]:
    import polars as pl

    frame = pl.DataFrame({"t": inputs[0][0], "v0": inputs[0][1]}).set_sorted("t")
    for number, (times, values) in enumerate(inputs[1:], start=1):
        other = pl.DataFrame({"t": times, f"v{number}": values}).set_sorted("t")
        frame = frame.join_asof(other, on="t", tolerance=TOLERANCE_NS)
    return lambda: sum(float(frame[f"v{number}"].cast(pl.Float64).sum()) for number in range(1, len(inputs)))


def _pandas(inputs: list[tuple[Any, Any]]) -> Callable[[], float]:
    import pandas as pd

    frame = pd.DataFrame({"t": inputs[0][0], "v0": inputs[0][1]})
    for number, (times, values) in enumerate(inputs[1:], start=1):
        other = pd.DataFrame({"t": times, f"v{number}": values})
        frame = pd.merge_asof(frame, other, on="t", tolerance=TOLERANCE_NS)
    return lambda: sum(float(frame[f"v{number}"].astype("float64").sum()) for number in range(1, len(inputs)))


def _duckdb(inputs: list[tuple[Any, Any]]) -> Callable[[], float]:
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    for number, (times, values) in enumerate(inputs):
        connection.register(f"s{number}", pa.table({"t": times, "v": values}))
    joins = " ".join(f"ASOF LEFT JOIN s{number} ON s0.t >= s{number}.t" for number in range(1, len(inputs)))
    columns = ", ".join(
        f"CASE WHEN s0.t - s{number}.t <= {TOLERANCE_NS} THEN s{number}.v END AS v{number}"
        for number in range(1, len(inputs))
    )
    table = connection.execute(f"SELECT s0.t, {columns} FROM s0 {joins}").to_arrow_table()
    return lambda: sum(
        float(table[f"v{number}"].to_numpy().astype("float64", copy=False)[~_missing(table, number)].sum())
        for number in range(1, len(inputs))
    )


def _missing(table: Any, number: int) -> Any:
    import numpy as np

    return np.isnan(table[f"v{number}"].to_numpy())


def _blocks(rows: int, streams: int, seed: int) -> dict[str, float]:
    """Join streams that are never in memory as a whole: blocks are made when they are asked for."""
    import numpy as np

    from genba.clocks.joins import join_blocks

    def blocks(number: int) -> Iterator[tuple[Any, tuple[Any, ...]]]:
        for first in range(0, rows, BLOCK):
            rng = np.random.default_rng([seed, number, first])
            times, values = _stream(rng, min(BLOCK, rows - first), START + first * 1_000_000)
            yield times, (values,)

    axis = (times for times, _ in blocks(0))
    begin = time.perf_counter()
    checksum = 0.0
    for _, joined in join_blocks(axis, [blocks(number) for number in range(1, streams)], tolerance_ns=TOLERANCE_NS):
        checksum += sum(float(np.nansum(one.values[0], dtype=np.float64)) for one in joined)
    return {"seconds": time.perf_counter() - begin, "peak_mb": _peak_mb(), "checksum": round(checksum, 3)}


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


TOOLS = {"genba": _genba, "polars": _polars, "pandas": _pandas, "duckdb": _duckdb}

if __name__ == "__main__":
    main()
