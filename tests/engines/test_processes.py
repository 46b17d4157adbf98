"""The engine survives whatever its work does."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from genba.engines.processes import ProcessEngine
from genba.errors import Unavailable
from genba.ports.engine import Cause, Died, Event, Finished, Output, Task

MB = 1 << 20


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[ProcessEngine]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    with ProcessEngine(
        "work_for_tests:misbehave", workers=2, time_limit_s=3, memory_limit_bytes=300 * MB, scratch=None
    ) as made:
        yield made


def run(engine: ProcessEngine, *orders: str) -> dict[str, list[Event]]:
    for order in orders:
        engine.submit(Task(key=order, body=order.encode()))
    seen: dict[str, list[Event]] = {order: [] for order in orders}
    for event in engine.events():
        seen[event.key].append(event)
    return seen


def test_every_task_ends_with_its_output(engine: ProcessEngine) -> None:
    seen = run(engine, "a", "b", "c", "print")
    assert [event.body for event in seen["print"] if isinstance(event, Output)] == [b"PRINT"]
    assert all(isinstance(events[-1], Finished) for events in seen.values())


def test_a_worker_that_dies_costs_only_its_own_task(engine: ProcessEngine) -> None:
    seen = run(engine, "die", "a", "b")
    death = seen["die"][-1]
    assert isinstance(death, Died)
    assert (death.cause, death.label) == (Cause.CRASH, "at die")
    assert isinstance(seen["a"][-1], Finished)
    assert isinstance(seen["b"][-1], Finished)


def test_a_task_beyond_its_time_is_ended(engine: ProcessEngine) -> None:
    seen = run(engine, "sleep", "a")
    death = seen["sleep"][-1]
    assert isinstance(death, Died)
    assert death.cause is Cause.TIME
    assert isinstance(seen["a"][-1], Finished)


def test_a_task_beyond_its_memory_is_ended(engine: ProcessEngine) -> None:
    death = run(engine, "eat", "a")["eat"][-1]
    assert isinstance(death, Died)
    assert death.cause is Cause.MEMORY


def test_an_error_is_told_by_kind_and_line_never_by_its_message(engine: ProcessEngine) -> None:
    death = run(engine, "raise")["raise"][-1]
    assert isinstance(death, Died)
    assert death.detail.startswith("ValueError at work_for_tests.py:")
    assert "secret" not in death.detail


def test_tasks_submitted_while_events_are_taken_are_run(engine: ProcessEngine) -> None:
    engine.submit(Task(key="a", body=b"a"))
    keys = []
    for event in engine.events():
        if isinstance(event, Finished):
            keys.append(event.key)
            if len(keys) < 3:
                engine.submit(Task(key=f"next{len(keys)}", body=b"b"))
    assert keys == ["a", "next1", "next2"]


def test_closing_leaves_no_process_behind(engine: ProcessEngine) -> None:
    run(engine, "a")
    process = engine._workers[0].process
    engine.close()
    assert process.poll() is not None


def test_a_worker_that_is_lost_is_told_apart_from_one_that_failed(engine: ProcessEngine) -> None:
    seen = run(engine, "die", "raise")
    assert [event.lost for order in ("die", "raise") for event in seen[order] if isinstance(event, Died)] == [
        True,
        False,
    ]


def test_what_no_task_can_go_on_without_ends_the_run(engine: ProcessEngine) -> None:
    with pytest.raises(Unavailable, match="write_failed") as told:
        run(engine, "full")
    assert told.value.details == {"reason": "No space left on device"}


def test_workers_that_cannot_start_are_told_instead_of_blaming_files(tmp_path: Path) -> None:
    with ProcessEngine("no_such_module:work", workers=2, time_limit_s=9, memory_limit_bytes=300 * MB) as engine:
        engine.submit(Task(key="a", body=b"a"))
        with pytest.raises(Unavailable, match="cannot_start"):
            list(engine.events())


def test_what_is_too_much_together_is_run_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    with ProcessEngine(
        "work_for_tests:misbehave",
        workers=2,
        time_limit_s=20,
        memory_limit_bytes=400 * MB,
        memory_together_bytes=300 * MB,
    ) as engine:
        seen = run(engine, "hold 1", "hold 2", "a")
    for events in seen.values():
        assert isinstance(events[-1], Finished)


def test_large_work_is_given_more_time(engine: ProcessEngine) -> None:
    engine.submit(Task(key="nap", body=b"nap", extra_time_s=10))
    assert isinstance(list(engine.events())[-1], Finished)


def test_what_a_task_has_started_ends_with_it(engine: ProcessEngine) -> None:
    seen = run(engine, "start")
    death = seen["start"][-1]
    assert isinstance(death, Died)
    child = next(int(event.body) for event in seen["start"] if isinstance(event, Output))
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(child).wait(5)
    assert not psutil.pid_exists(child)
