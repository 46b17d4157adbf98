"""Two exchanges under loss, doubling, delay and sudden death: afterwards both agree, nothing is lost, nothing doubled.

A few of the schedules of `python -m benchmarks.exchange.schedules`, which runs hundreds.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.exchange.schedule_checks import differences, remembered
from benchmarks.exchange.schedule_processes import ProcessSchedule
from benchmarks.exchange.schedule_steps import Schedule
from genba.model.exchange import NegotiationState
from genba.storage.exchange import negotiations
from tests.app.exchange.trading import Trade, trade


@pytest.mark.parametrize("seed", range(7_000, 7_030))
def test_after_a_bad_time_both_sides_agree(tmp_path: Path, seed: int) -> None:
    schedule = Schedule(seed=seed, folder=tmp_path)
    try:
        assert schedule.run() == []
    finally:
        schedule.close()
    assert schedule.line.counts


def test_after_processes_were_killed_both_sides_agree(tmp_path: Path) -> None:
    schedule = ProcessSchedule(seed=7_000, folder=tmp_path, steps=8)
    assert schedule.run() == []
    assert schedule.done["negotiations"]


def compared(made: Trade) -> list[str]:
    maker, buyer = (
        remembered(company.name, company.did, company.database, company.exchange.vault)
        for company in (made.maker, made.buyer)
    )
    return differences(maker, buyer, made.buyer.exchange.verifier)


def test_the_comparison_finds_what_differs(tmp_path: Path) -> None:
    """A comparison that finds nothing anywhere would prove nothing."""
    made = trade(tmp_path)
    assert compared(made) == []
    with made.buyer.database.transaction() as tx:
        (known,) = negotiations.listing(tx)
        negotiations.save(tx, replace(known, state=NegotiationState.VERIFIED))
    found = " ".join(compared(made))
    assert "is FINALIZED for the provider, VERIFIED for the consumer" in found
    assert "the log says" in found
    with made.maker.database.transaction() as tx:
        tx.execute("UPDATE log SET at = at + 1 WHERE seq = 1")
    assert any("link_changed" in text for text in compared(made))
