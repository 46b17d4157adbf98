"""All clocks of a capture on one: the narrowest chain, its interval, and refusals where none leads."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genba.clocks import chains, solve, view
from genba.model.clock import ClockModel, ClockRefusal
from genba.model.signals import Channel, Clock, Stream

UNIX = 1_700_000_000_000_000_000
CHANNELS = (Channel(name="x", dtype="<f4"),)


def _model(clock: str, reference: str, offset: int = 0, sd: float = 10.0, drift: float = 0.0) -> ClockModel:
    return ClockModel(
        clock=clock,
        reference=reference,
        method="pairs",
        epoch_ns=0,
        offset_ns=offset,
        drift=drift,
        variance=(sd * sd, 0.0, 0.0),
    )


def _stream(name: str, clock: str, host: str = "") -> Stream:
    return Stream(id=name, channels=CHANNELS, clock=clock, host_clock=host)


models = st.builds(
    ClockModel,
    clock=st.just("a"),
    reference=st.just("b"),
    method=st.just("pairs"),
    epoch_ns=st.integers(-(10**13), 10**13),
    offset_ns=st.sampled_from([0, 5, UNIX]),
    drift=st.floats(-1e-3, 1e-3),
    variance=st.just((100.0, 1e-9, 1e-18)),
    margin_ns=st.just((3.0, 7.0)),
)


@given(models, st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=5))
def test_a_model_turned_round_leads_back(model: ClockModel, times: list[int]) -> None:
    measured = np.array(times, np.int64)
    turned = chains.inverse(model)
    again = view.to_reference(view.to_reference(measured, model), turned)
    assert np.abs(again - measured).max() <= 1
    assert turned.margin_ns == (7.0, 3.0)


@given(models, models, st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=5))
def test_a_chain_reads_as_one_after_the_other(first: ClockModel, second: ClockModel, times: list[int]) -> None:
    second = replace(second, clock="b", reference="c")
    measured = np.array(times, np.int64)
    (model,) = chains.chained([first], [second])
    between = view.to_reference(measured, first)
    assert np.abs(view.to_reference(measured, model) - view.to_reference(between, second)).max() <= 50
    assert model.margin_ns == (6.0, 14.0)


def test_variances_add_along_a_chain() -> None:
    (model,) = chains.chained([_model("a", "b", sd=30)], [_model("b", "c", sd=40)])
    assert model.method == "chain"
    assert np.sqrt(model.variance[0]) == 50


def test_the_narrowest_way_is_taken() -> None:
    streams = (_stream("s", "a", "host"), _stream("t", "b", "host"))
    clocks = (Clock(id="a"), Clock(id="b"), Clock(id="host", epoch="unix"))
    found = [[_model("a", "host", sd=1000)], [_model("b", "host", sd=10)], [_model("a", "b", sd=10)]]
    timebase = solve.timebase(clocks, streams, found)
    assert timebase.reference == "host"
    (model,) = view.models_of(timebase, "a")
    assert model.method == "chain"


def test_a_better_of_two_relations_between_the_same_clocks_wins() -> None:
    streams = (_stream("s", "a", "host"),)
    found = [[_model("a", "host", sd=1000)], [replace(_model("a", "host", sd=5), method="correlation")]]
    timebase = solve.timebase((Clock(id="a"), Clock(id="host", epoch="unix")), streams, found)
    assert timebase.models[0].method == "correlation"


def test_a_clock_that_nothing_relates_is_refused() -> None:
    streams = (_stream("s", "a"), _stream("t", "b"))
    timebase = solve.timebase((Clock(id="a"), Clock(id="b")), streams, [])
    (refusal,) = timebase.refusals
    assert (refusal.clock, refusal.reference, refusal.code) == ("b", "a", "clock.no_relation")


def test_two_clocks_of_unix_time_are_not_taken_for_one() -> None:
    streams = (_stream("s", "a"), _stream("t", "b"))
    timebase = solve.timebase((Clock(id="a", epoch="unix"), Clock(id="b", epoch="unix")), streams, [])
    assert len(timebase.refusals) == 1


def test_the_reason_of_a_failed_comparison_is_kept() -> None:
    streams = (_stream("s", "a", "host"),)
    why = ClockRefusal(clock="a", reference="host", method="pairs", code="clock.too_few_pairs")
    timebase = solve.timebase((Clock(id="a"), Clock(id="host", epoch="unix")), streams, [], [why])
    assert timebase.refusals == (why,)


def test_a_clock_that_no_stream_uses_is_nobodys_loss() -> None:
    timebase = solve.timebase((Clock(id="a"), Clock(id="idle", epoch="unix")), (_stream("s", "a"),), [])
    assert (timebase.reference, timebase.refusals) == ("a", ())


def test_stretches_of_a_set_host_clock_stay_stretches_through_a_chain() -> None:
    early = replace(_model("a", "host", offset=0), valid_ns=(0, 99))
    late = replace(_model("a", "host", offset=1000), valid_ns=(100, 200))
    streams = (_stream("s", "a", "host"), _stream("t", "b"))
    clocks = (Clock(id="a"), Clock(id="b"), Clock(id="host", epoch="unix"))
    timebase = solve.timebase(clocks, streams, [[early, late], [_model("b", "a", offset=10)]])
    b = view.models_of(timebase, "b")
    assert [model.valid_ns for model in b] == [(-10, 89), (90, 190)]
    assert view.to_reference(np.array([0, 100], np.int64), b).tolist() == [10, 1110]
