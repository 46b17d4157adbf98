"""One turn of the loop as people take it: signals, datasets, a model at the machine, what it was unsure about."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from examples.machine_cell.records import SECOND, local
from genba.cli.main import main
from genba_edge.deployment import load_deployment
from genba_edge.simulator.program import Plan
from genba_edge.simulator.recording import record, record_watched

SECONDS = 45.0
STARTS_NS = 1_775_487_558 * SECOND
DAY_NS = 86_400 * SECOND
BY_EVENTS = ("--by-events", "plc/events=arm/events", "plc/events=spindle/trigger")
WINDOWS = ("--as", "windows", "--stream", "spindle/vibration", "--window", "1024/256")
LABELS = "windows/to_label.csv"

Run = Callable[..., Any]


def day(number: int) -> Plan:
    """The same machine, a day later; lots of one part, so that many of them are seen."""
    return Plan(
        seed=700 + number,
        duration_s=SECONDS,
        start_ns=STARTS_NS + number * DAY_NS,
        first_lot=260406001 + 1000 * number,
        parts_a_lot=(1, 1),
        hardware=7,
    )


def records_of(truth: dict[str, Any]) -> str:
    """What the factory wrote down of the lots."""
    rows = ["設備,ロット,品番,開始,終了,判定,不良区分"]
    for lot in truth["lots"]:
        first, last = (truth["start_ns"] + int(lot[name] * SECOND) for name in ("start_s", "end_s"))
        judged = ("NG", lot["fault"]) if lot["fault"] else ("OK", "")
        end = local(-(-last // SECOND) * SECOND)
        rows.append(",".join([truth["machine"], str(lot["number"]), lot["part"], local(first), end, *judged]))
    return "\n".join(rows) + "\n"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command that must do all it was asked for, and give what it tells programs."""

    def command(*arguments: str) -> Any:
        assert main([*arguments, "--lang", "en", "--json"]) == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    return command


def test_what_a_model_was_unsure_about_comes_back_and_is_seen_to(tmp_path: Path, run: Run) -> None:
    store, edge, slices = str(tmp_path / "store"), tmp_path / "edge", tmp_path / "slices"
    truth = record(day(1), tmp_path / "day1")
    (tmp_path / "lots.csv").write_text(records_of(truth), encoding="utf-8")
    lots = f"Asia/Tokyo={tmp_path / 'lots.csv'}"

    run("capture", str(tmp_path / "day1"), "--store", store)
    run("align", store, *BY_EVENTS)
    robot = ("arm/joints=observation.state", "camera/frames=observation.images.cell")
    run("render", store, "--as", "lerobot", "--rate", "15", "--stream", *robot)
    first = run("render", store, *WINDOWS, "--records", lots)["dataset"]["id"]
    assert not (tmp_path / "store" / "datasets" / first / LABELS).exists()  # nobody asked for these
    learnt = run("learn", store, "--dataset", first, "--false-alarms", "0.05")["model"]
    assert learnt["promoted"]
    deployed = run("deploy", store, "--to", str(edge), "--machine", "MC-07")["deployment"]["id"]

    _, seen = record_watched(day(2), tmp_path / "night", load_deployment(edge), slices)
    assert seen.kept.slices
    run("capture", str(slices), "--store", store)
    captures = [json.loads(path.read_bytes()) for path in (tmp_path / "store" / "captures").glob("*/capture.json")]
    (back,) = [capture for capture in captures if capture["requests"]]
    assert back["requests"] == [{"model": learnt["id"], "deployment": deployed, "rule": "uncertain"}]
    report = (tmp_path / "store" / "report.html").read_text(encoding="utf-8")
    assert deployed in report and back["title"] in report
    assert report.count('class="back"') == 1  # the arrow from the deployment to what came back

    run("align", store, *BY_EVENTS)
    second = run("render", store, *WINDOWS, "--records", lots)["dataset"]["id"]
    table = tmp_path / "store" / "datasets" / second / LABELS
    rows = table.read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) > 1 and all(row.startswith(back["id"]) for row in rows[1:])
    labelled = [rows[0], *(f"{row.rsplit(',', 2)[0]},normal,{row.rsplit(',', 1)[1]}" for row in rows[1:2]), *rows[2:]]
    (tmp_path / "labels.csv").write_text("\n".join(labelled), encoding="utf-8-sig")
    before, after = (
        run("render", store, *WINDOWS, "--records", lots, *more)["amounts"]
        for more in ([str(table)], [str(tmp_path / "labels.csv")])
    )
    assert after["normal"] > before["normal"] and after["unlabelled"] < before["unlabelled"]
