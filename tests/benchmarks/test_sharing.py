"""What the programs of benchmarks/exchange find becomes Measures with known bars, peers beside where they took part."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks import sharing
from benchmarks.exchange import catalogue, dataplane, edc_processes, negotiations, start
from benchmarks.exchange.closed_loop import MOST_FAILURES, closed_loop
from benchmarks.results import BARS, Measure, markdown
from benchmarks.tools import Bench
from tests.interop import edc


def _row(what: str, database: str, concurrency: int, rate: float) -> dict[str, Any]:
    return {"what": what, "database": database, "concurrency": concurrency, "per_second": rate, "p95_ms": 1e3 / rate}


ROWS = [
    _row("negotiations", "memory", 16, 100.0),
    _row("negotiations", "memory", 64, 120.0),
    _row("negotiations", "sqlite", 16, 80.0),
    _row("transfers", "memory", 16, 200.0),
    {"what": "transfers", "database": "memory", "concurrency": 64, "error": "only 3 ended"},
]
EDC = {"concurrency": 64, "iteration_wait_ms": 5, "batch_size": 100, "per_s": 20.0, "p95_ms": 900.0, "ended": 230}
PEER = {"best": {"negotiations": EDC | {"failures": {"count": 4, "first": "409"}}, "transfers": EDC}}


def _by_bar(measures: list[Measure]) -> dict[str, Measure]:
    assert all(measure.bar in BARS for measure in measures)
    markdown(measures, "ja")
    return {measure.bar: measure for measure in measures}


def test_the_best_concurrency_of_each_database_counts_and_only_memory_stands_beside_edc():
    found = _by_bar(negotiations.measures(ROWS, PEER))
    assert found["exchange.negotiations"].value == 6.0 and found["exchange.transfers"].value == 10.0
    assert found["exchange.negotiated.memory"].peers == {"Eclipse EDC": 20.0}
    assert found["exchange.negotiated_p95.memory"].peers == {"Eclipse EDC": 900.0}
    assert found["exchange.negotiated.sqlite"].peers == {}
    assert "wait 5 ms, batch 100, 4 of 234 failed" in found["exchange.negotiations"].data


def test_without_edc_rates_are_told_and_no_ratio():
    found = _by_bar(negotiations.measures(ROWS, {}))
    assert found["exchange.moved.memory"].value == 200.0
    assert "exchange.negotiations" not in found


def test_the_lower_ratio_of_all_concurrencies_is_judged():
    def runs(*rates: float) -> list[dict[str, float]]:
        return [{"concurrency": callers, "per_s": rate} for callers, rate in zip((1, 8), rates, strict=True)]

    def size(milliseconds: float) -> dict[str, Any]:
        return {"store": {"all": {"page": {"median_ms": milliseconds}}}, "http": {"all": {"runs": runs(300.0, 600.0)}}}

    found = {"page_size": 50, "1000": size(2.0), "100000": size(3.0), "edc": {"1000": {"runs": runs(10.0, 40.0)}}}
    by_bar = _by_bar(catalogue.measures(found))
    assert by_bar["catalogue.rate"].value == 15.0
    assert by_bar["catalogue.growth"].value == 1.5
    assert by_bar["catalogue.page.1000"].peers == {"Eclipse EDC": 40.0}
    assert by_bar["catalogue.page.100000"].peers == {}


def test_who_checks_nothing_stands_beside_those_who_check_nothing():
    rates = {"genba": 450.0, "genba, unchecked": 900.0, "nginx": 500.0, "nginx, unchecked": 2000.0}
    found = {"median_mb_per_s": rates, "server_mb_before": 50.0, "server_mb_after": 60.0, "size_mb": 1000, "runs": 3}
    by_bar = _by_bar(dataplane.measures(found, {"edc_mb_per_s": 200.0, "resident_growth_mb": 70.0}))
    assert by_bar["exchange.dataplane"].peers == {"nginx": 500.0}
    assert by_bar["exchange.dataplane_unchecked"].peers == {"nginx, unchecked": 2000.0, "Eclipse EDC": 200.0}
    assert by_bar["exchange.dataplane_memory"].value == 10.0


def test_start_is_told_without_a_peer_too():
    found = _by_bar(start.measures({"genba": {"start_s": 0.5, "resident_mb": 50.0, "times": 5}}))
    assert found["serve.start"].is_met and found["serve.start"].peers == {}


def test_without_peers_none_is_looked_for(tmp_path: Path):
    assert sharing.versions(Bench(tmp_path), set(sharing.PARTS)) == {}


def test_load_goes_on_after_a_failure_but_not_after_too_many():
    turns = iter(range(1000))

    def step() -> None:
        if next(turns) not in (1, 2, 3):
            raise edc.Refused("409")

    run = closed_loop(step, concurrency=1, seconds=600, warm_s=0.0)
    assert run["ended"] == 3 and run["failures"]["count"] == MOST_FAILURES + 1


@pytest.mark.parametrize("part", sharing.PARTS)
def test_every_part_can_be_chosen(part: str):
    from benchmarks.run import PARTS

    assert PARTS.count(part) == 1


def test_the_best_settings_of_each_concurrency_run_again():
    def run(wait: int, concurrency: int, rate: float) -> dict[str, Any]:
        return {"iteration_wait_ms": wait, "batch_size": 20, "concurrency": concurrency, "per_s": rate}

    swept = [run(1, 16, 9.0), run(5, 16, 8.0), run(20, 16, 7.0), run(1, 64, 2.0), run(5, 64, 3.0), run(20, 64, 1.0)]
    assert edc_processes.finalists(swept) == [(1, 20, 16), (5, 20, 16), (5, 20, 64), (1, 20, 64)]
