"""A batch remembers what comes back, tries lost parts again, and looks again at what was wrong for a moment only."""

import logging
from pathlib import Path

import msgspec
import pytest

from genba.app.batch import Batch
from genba.app.task import FileTask, Refined
from genba.model.record import DocumentRecord, FindingRecord, Usability
from genba.ports.engine import Cause, Died, Event, Finished, Output
from genba.recipes.recipe import load_recipe
from genba.storage.scan import Entry
from genba.storage.state import RunState
from tests.fakes import ScriptedEngine

NAME = "f/a.zip"


@pytest.fixture
def state(tmp_path: Path) -> RunState:
    return RunState(tmp_path / "state.sqlite")


def output(path: str, *codes: str) -> Output:
    findings = tuple(FindingRecord(code=code, severity="blocker", count=1) for code in codes)
    record = DocumentRecord(
        path=path, id=path[-4:], kind="csv", size_bytes=1, sha256="ab", modified="", usability=Usability.FULLY,
        findings=findings,
    )  # fmt: skip
    return Output(key=NAME, body=msgspec.json.encode(Refined(record=record, chunks=())))


def lost(label: str) -> Died:
    return Died(key=NAME, label=label, cause=Cause.CRASH, detail="exit -9", lost=True)


def run(state: RunState, *scripts: list[Event]) -> list[FileTask]:
    entry = Entry(NAME, Path("a.zip"), 3, 4)
    batch = Batch([entry], state, recipe=load_recipe("factory").recipe, recipe_key="key", out=Path("out"))
    engine = ScriptedEngine(*scripts)
    batch.run(engine, tell=lambda progress: None, log=logging.getLogger("test"))
    return [msgspec.json.decode(task.body, type=FileTask) for task in engine.submitted]


def test_a_lost_part_is_tried_once_more_without_what_is_done(state: RunState) -> None:
    tasks = run(
        state,
        [output("f/a.zip!/1"), lost("f/a.zip!/2")],
        [output("f/a.zip!/2"), output(NAME), Finished(key=NAME)],
    )
    assert [task.skip for task in tasks] == [[], ["f/a.zip!/1"]]
    assert not any(record.findings for record in state.records())


def test_a_part_lost_twice_becomes_a_finding_and_the_rest_goes_on(state: RunState) -> None:
    run(state, [lost("f/a.zip!/2")], [lost("f/a.zip!/2")], [output("f/a.zip!/3"), output(NAME), Finished(key=NAME)])
    found = {record.path: [finding.code for finding in record.findings] for record in state.records()}
    assert found == {"f/a.zip": [], "f/a.zip!/2": ["reading.crashed_reader"], "f/a.zip!/3": []}


@pytest.mark.parametrize("cause", [Cause.TIME, Cause.MEMORY])
def test_what_was_beyond_a_limit_is_not_tried_again(state: RunState, cause: Cause) -> None:
    assert len(run(state, [Died(key=NAME, label=NAME, cause=cause)])) == 1
    assert state.files()[NAME].recipe == "key"


@pytest.mark.parametrize(
    ("code", "recipe"), [("reading.locked", ""), ("reading.vanished", ""), ("file.truncated", "key")]
)
def test_only_what_may_pass_is_looked_at_again(state: RunState, code: str, recipe: str) -> None:
    run(state, [output(NAME, code), Finished(key=NAME)])
    assert state.files()[NAME].recipe == recipe


def test_a_large_file_is_given_more_time(state: RunState) -> None:
    entry = Entry(NAME, Path("a.zip"), 1 << 30, 4)
    batch = Batch([entry], state, recipe=load_recipe("factory").recipe, recipe_key="key", out=Path("out"))
    engine = ScriptedEngine([Finished(key=NAME)])
    batch.run(engine, tell=lambda progress: None, log=logging.getLogger("test"))
    assert engine.submitted[0].extra_time_s == 1024
