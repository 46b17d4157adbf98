"""The store's page is drawn from what the store holds: captures, their clocks, losses and who asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from genba.app.loop import REPORT, load_loop, write_report
from genba.model.clock import ClockModel, ClockRefusal, Timebase
from genba.model.signals import (
    NOT_ASKED_FOR,
    Block,
    Channel,
    Clock,
    Loss,
    LossEvidence,
    LossKind,
    Request,
    SourceFile,
    Stream,
)
from genba.storage.captures.store import CaptureStore

SECOND = 1_000_000_000


def kept(root: Path, title: str, *, request: Request | None = None) -> str:
    """A capture of two streams on two clocks, with a loss and a stretch that nobody asked for."""
    store = CaptureStore(root)
    with store.writer(title) as writer:
        writer.source(SourceFile(name=f"{title}.gbatch", size_bytes=1, sha256=title.ljust(64, "0"), kind="edge"))
        for name in ("daq", "plc"):
            writer.add(Clock(id=name, epoch="boot"))
            channels = (Channel(name="v", dtype="<i2"),)
            writer.add(Stream(id=f"{name}/v", channels=channels, clock=name, host_clock="host"))
            writer.add(
                Block(stream=f"{name}/v", device_ns=np.arange(11) * SECOND, values=(np.arange(11, dtype="<i2"),))
            )
        recorder = {"evidence": LossEvidence.RECORDER, "stream": "daq/v"}
        writer.add(Loss(kind=LossKind.DROP, count=3, **recorder))
        writer.add(Loss(kind=LossKind.GAP, detail=NOT_ASKED_FOR, last_ns=SECOND, **recorder))
        if request is not None:
            writer.add(request)
        return str(writer.commit().id)


def model(valid_ns: tuple[int, int]) -> ClockModel:
    """Known to a microsecond at second 0, and ten times worse at second 10."""
    variance = (1e6 / 1.96**2, 0.0, (9.95e2 / 1.96) ** 2 / 1e18 * 1.0)
    return ClockModel(
        clock="daq", reference="host", method="pairs", epoch_ns=0, offset_ns=7, variance=variance, valid_ns=valid_ns
    )


def test_captures_come_before_what_a_model_asked_for_and_say_what_is_known_of_their_clocks(tmp_path: Path) -> None:
    back = kept(tmp_path, "a-slices", request=Request(model="m", deployment="d1", rule="uncertain"))
    whole = kept(tmp_path, "day1")
    refusal = ClockRefusal(clock="plc", reference="host", method="pairs", code="clock.too_short", details={"count": 2})
    other = ClockRefusal(clock="elsewhere", reference="host", method="pairs", code="clock.weak")
    base = Timebase(reference="host", models=(model((0, 10 * SECOND)),), refusals=(refusal, other))
    CaptureStore(tmp_path).keep_timebase(whole, base)

    first, second = load_loop(tmp_path).captures
    assert (first.id, first.asked_by, second.id, second.asked_by) == (whole, (), back, ("d1",))
    assert (first.streams, first.samples, first.clocks, first.aligned) == (2, 22, 2, 1)
    assert first.refused == (("plc", "clock.too_short", {"count": 2}),)
    assert first.losses == {"drop": 1}  # what nobody asked for is none
    assert (second.aligned, second.refused, second.half_width_ns) == (0, (), 0)
    page = write_report(tmp_path, "en")
    assert page.name == REPORT and "a-slices" in page.read_text(encoding="utf-8")


def test_clocks_are_judged_only_where_there_was_evidence(tmp_path: Path) -> None:
    name = kept(tmp_path, "day1")
    widths = []
    for valid in ((0, 10 * SECOND), (0, 5 * SECOND), (SECOND, 5 * SECOND)):
        CaptureStore(tmp_path).keep_timebase(name, Timebase(reference="host", models=(model(valid),)))
        (only,) = load_loop(tmp_path).captures
        widths.append(only.half_width_ns)
    assert widths[0] > 5 * widths[1] > 0  # the end at second 10 is without evidence in the second
    assert widths[2] == 0
