"""Take one turn of the loop with the example cell: signals, model, machine, what it was unsure about, next model."""

import argparse
import json
import shlex
import subprocess
import sys
from pathlib import Path

SIGNALS = "spindle/vibration"
WINDOW = "1024/512"
ZONE = "Asia/Tokyo"
RECORDS = "生産実績.csv"
HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run the commands that a person would type, and show them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cell", type=Path, help="what generate.py made")
    parser.add_argument("--out", type=Path, required=True, help="for the store, the machine's folder and its slices")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    cell, out = options.cell, options.out
    store, machine, night = str(out / "signals"), str(out / "machine"), out / "night"
    windows = ("render", store, "--as", "windows", "--stream", SIGNALS, "--window", WINDOW)
    lots = f"{ZONE}={cell / RECORDS}"

    say("記録を取り込み、時計を合わせます / capture the recordings, align their clocks")
    genba("capture", str(cell / "day1"), str(cell / "day2"), "--store", store)
    genba("align", store, "--by-events", "plc/events=arm/events", "plc/events=spindle/trigger")
    say("ロボット学習用と異常検知用に書き出します / render for robots and for a detector")
    robot = ("arm/joints=observation.state", "camera/frames=observation.images.cell")
    genba("render", store, "--as", "lerobot", "--rate", "15", "--capture", "day1", "--stream", *robot)
    genba(*windows, "--records", lots)
    say("学習し、機械のそばに配備します / learn, deploy to the machine")
    genba("learn", store, "--false-alarms", "0.02")
    genba("deploy", store, "--to", machine, "--machine", "MC-07")
    say("機械が動き、モデルが迷った区間を残します / the machine runs; the model keeps what it is unsure about")
    cell_again("night.py", str(night), "--deployment", machine, "--seed", str(options.seed))
    say("戻ってきた区間に印を付け、次のモデルを作ります / label what came back, learn the next model")
    genba("capture", str(night / "slices"), "--store", store)
    labels = night / "labels.csv"
    labels.write_text(labelled(store, night / "truth.json"), encoding="utf-8")
    genba("align", store, "--by-events", "plc/events=arm/events", "plc/events=spindle/trigger")
    genba(*windows, "--records", lots, str(labels))
    genba("learn", store, "--false-alarms", "0.02")
    print(f"\nsignals and models / 信号とモデルの記録: {Path(store, 'report.html').resolve()}")
    return 0


def say(sentence: str) -> None:
    """Head a stretch of commands."""
    print(f"\n# {sentence}", flush=True)


def genba(*arguments: str) -> None:
    """Run genba; some clocks or files may be left out, but never all."""
    _run("genba", (sys.executable, "-m", "genba", *arguments), arguments, worst=1)


def cell_again(script: str, *arguments: str) -> None:
    """Run a script of this folder."""
    _run(f"python {script}", (sys.executable, str(HERE / script), *arguments), arguments, worst=0)


def _run(name: str, command: tuple[str, ...], arguments: tuple[str, ...], *, worst: int) -> None:
    print(f"\n$ {name} {shlex.join(arguments)}", flush=True)
    status = subprocess.run(command, check=False).returncode
    if status > worst:
        sys.exit(f"{name} {arguments[0]} ended with {status}")


def labelled(store: str, truth: Path) -> str:
    """Play the inspector: the simulator knows when the machine was at fault."""
    known = json.loads(truth.read_text(encoding="utf-8"))
    slices = [found for found in _captures(store) if found["requests"]]
    rows = ["capture,stream,first_ns,last_ns,label"]
    for capture in slices:
        begin, end = known["start_ns"], known["start_ns"] + round(known["duration_s"] * 1e9)
        rows.append(f"{capture['id']},{SIGNALS},{begin},{end},normal")
        for fault in known["faults"]:
            first, last = (begin + round(fault[name] * 1e9) for name in ("start_s", "end_s"))
            rows.append(f"{capture['id']},{SIGNALS},{first},{last},{fault['kind']}")
    return "\n".join(rows) + "\n"


def _captures(store: str) -> list[dict[str, object]]:
    files = sorted(Path(store, "captures").glob("*/capture.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]


if __name__ == "__main__":
    sys.exit(main())
