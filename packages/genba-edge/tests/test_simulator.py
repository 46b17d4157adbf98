"""What the simulated cell promises: the same plan, the same bytes; and a truth in which nothing is missing."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba_edge.simulator.cell import Simulation
from genba_edge.simulator.devices import ChannelPlan, StreamPlan
from genba_edge.simulator.journey import Packet
from genba_edge.simulator.program import Plan, Ramp, program
from genba_edge.simulator.recording import record, rows_of

LOSSY = Plan(seed=11, duration_s=16.0, losses=6.0)


@pytest.fixture(scope="module")
def lossy() -> tuple[Simulation, list[Packet]]:
    simulation = Simulation(LOSSY)
    return simulation, list(simulation.packets())


def test_the_same_plan_writes_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    def written(name: str, seed: int) -> list[bytes]:
        record(Plan(seed=seed, duration_s=2.0), tmp_path / name)
        return [path.read_bytes() for path in sorted((tmp_path / name).glob("*.gbatch"))]

    assert written("a", 5) == written("b", 5)
    assert written("c", 6) != written("d", 5)


def test_packets_come_in_the_order_of_their_arrival(lossy: tuple[Simulation, list[Packet]]) -> None:
    arrivals = [packet.host_ns for packet in lossy[1]]
    assert arrivals == sorted(arrivals)


def test_every_sample_that_was_made_arrived_or_is_in_the_truth(lossy: tuple[Simulation, list[Packet]]) -> None:
    simulation, packets = lossy
    came: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    for packet in packets:
        came[packet.stream].update(zip(packet.sequence, packet.device_ns, strict=True))
    for stream, facts in simulation.truth()["streams"].items():
        kinds = Counter(loss["kind"] for loss in facts["losses"])
        dropped = sum(loss["count"] for loss in facts["losses"] if loss["kind"] == "drop")
        copied = sum(loss["count"] for loss in facts["losses"] if loss["kind"] == "duplicate")
        assert facts["delivered"] == came[stream].total() == facts["made"] - dropped + copied
        assert sum(count - 1 for count in came[stream].values()) == copied
        assert len(facts["losses"]) == sum(kinds.values())


def test_late_packets_and_restarts_are_where_the_truth_says(lossy: tuple[Simulation, list[Packet]]) -> None:
    simulation, packets = lossy
    for stream, facts in simulation.truth()["streams"].items():
        stamps = [time for packet in packets if packet.stream == stream for time in packet.device_ns]
        order = [(loss["first_ns"], loss["last_ns"]) for loss in facts["losses"] if loss["kind"] == "reset"]
        for before, after in order:
            assert stamps.index(before) + 1 == stamps.index(after)
        for loss in facts["losses"]:
            if loss["kind"] == "reorder":
                first = stamps.index(loss["first_ns"])
                assert stamps[first - 1] > stamps[first]


def test_a_cell_without_losses_has_every_number_once() -> None:
    simulation = Simulation(Plan(seed=3, duration_s=6.0, losses=0.0))
    numbers: dict[str, list[int]] = defaultdict(list)
    for packet in simulation.packets():
        numbers[packet.stream] += packet.sequence
    for stream in simulation.streams:
        first = stream.first_sequence
        assert numbers[stream.id] == list(range(first, first + len(numbers[stream.id])))
        assert simulation.truth()["streams"][stream.id]["losses"] == []


def test_no_sample_arrives_before_it_was_made_by_the_clocks_of_the_truth(
    lossy: tuple[Simulation, list[Packet]],
) -> None:
    simulation, packets = lossy
    truth = simulation.truth()
    for packet in packets:
        facts = truth["streams"][packet.stream]
        clock = truth["clocks"][facts["clock"]]
        if clock["restarts"]:
            continue
        last = max(packet.device_ns)
        host = last + clock["to_host"]["offset_ns"] + clock["to_host"]["drift"] * (last - clock["to_host"]["epoch_ns"])
        slack = 6 * clock["jitter_ns"] + clock["resolution_ns"] + 100_000_000 * (facts["rate_hz"] == 0)
        assert packet.host_ns - host > facts["shortest_delay_ns"] - slack


def test_faults_raise_the_vibration_while_they_last_and_only_then() -> None:
    plan = Plan(seed=5, duration_s=32.0, losses=0.0)
    simulation = Simulation(plan)
    pace = simulation.clocks["daq"].pace
    loud: dict[str, list[float]] = defaultdict(list)
    for packet in simulation.packets():
        if packet.stream == "spindle/vibration":
            time = packet.device_ns[0] / 1e9 / pace.rate()
            lot = next((lot for lot in simulation.program.lots if lot.start_s + 0.5 < time < lot.end_s), None)
            # between the cuts, where only the spindle is heard
            if lot is not None and simulation.program.cut.at(time) == 0:
                loud[lot.fault].append(_power(packet.columns[0]))
    assert {"imbalance", "bearing_wear"} & set(loud), "this seed has none of them"
    usual = sorted(loud[""])[len(loud[""]) // 2]
    for fault in {"imbalance", "bearing_wear"} & set(loud):
        assert sorted(loud[fault])[len(loud[fault]) // 2] > 3 * usual


def _power(counts: Iterable[int]) -> float:
    values = list(counts)
    return sum(value * value for value in values) / len(values)


def test_two_lots_of_five_are_made_under_a_fault_and_never_the_first() -> None:
    for seed in range(6):
        lots = program(Plan(seed=seed, duration_s=130.0)).lots
        assert not lots[0].fault
        assert sum(bool(lot.fault) for lot in lots[:5]) == 2
        assert {lot.fault for lot in lots[:10]} == {"", "bearing_wear", "chatter", "imbalance"}
        assert not any(lot.fault for lot in program(Plan(seed=seed, duration_s=130.0, has_faults=False)).lots)


def test_the_trigger_line_is_seen_by_three_devices_at_the_same_true_times() -> None:
    simulation = Simulation(Plan(seed=8, duration_s=12.0, losses=0.0))
    seen: dict[str, list[float]] = defaultdict(list)
    for packet in simulation.packets():
        if packet.stream in ("plc/events", "arm/events", "spindle/trigger"):
            clock = {"plc/events": "plc", "arm/events": "arm", "spindle/trigger": "daq"}[packet.stream]
            pace = simulation.clocks[clock].pace
            seen[packet.stream].append((packet.device_ns[0] - pace.zero_ns) / 1e9 / pace.rate())
    edges = [t for cycle in simulation.program.cycles for t in (cycle.start_s, cycle.cut_s, cycle.end_s)]
    for times in seen.values():
        assert len(times) >= 6
        assert times == pytest.approx(edges[: len(times)], abs=4e-4)
    steps = [round(b - a, 3) for a, b in zip(edges[::3], edges[3::3], strict=False)]
    assert len(set(steps)) == len(steps), "periodic events could not be told apart"


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(0.01, 5), st.floats(0, 100)), min_size=2, max_size=6), st.floats(0, 20))
def test_the_integral_of_a_ramp_is_its_area(steps: list[tuple[float, float]], until: float) -> None:
    time, points = 0.0, []
    for step, value in steps:
        time += step
        points.append((time, value))
    ramp = Ramp(points)
    first = points[0][0]
    cuts = sorted({first, *(t for t, _ in points if t < until), max(until, first)})
    area = sum((b - a) * (ramp.at(a) + ramp.at(b)) / 2 for a, b in pairwise(cuts))
    assert ramp.integral(max(until, first)) == pytest.approx(area, abs=1e-6, rel=1e-6)


@settings(max_examples=30)
@given(st.integers(0, 20), st.integers(1, 4), st.integers(1, 3))
def test_rows_hold_the_counts_of_all_channels_side_by_side(count: int, channels: int, width: int) -> None:
    codes = "hBiH"[:channels]
    plans = tuple(ChannelPlan(f"c{place}", code, "state", width=width) for place, code in enumerate(codes))
    columns = tuple(array(code, range(count * width)) for code in codes)
    packet = Packet("s", array("q", range(count)), array("q", range(count)), columns, 0)
    rows = rows_of(packet, StreamPlan("s", "c", 1.0, plans))
    little = [
        number.to_bytes(column.itemsize, "little")
        for sample in range(count)
        for column in columns
        for number in column[sample * width : (sample + 1) * width]
    ]
    assert rows == b"".join(little)
