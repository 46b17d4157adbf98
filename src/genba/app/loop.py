"""The page of a signal store, drawn anew at the end of every command that changed it."""

from __future__ import annotations

from pathlib import Path

from genba.formats.ledger import counted
from genba.model.clock import ClockModel, Timebase
from genba.model.loop import Kept, Loop
from genba.model.signals import Capture
from genba.storage.captures.store import CaptureStore
from genba.storage.files import ProductFolder
from genba.storage.models import ModelStore
from genba.storage.rendered import RenderedStore
from genba.storage.scan import root_name
from genba.writers import loop_html

REPORT = "report.html"


def write_report(store: Path, lang: str) -> Path:
    """Draw report.html of a store and say where it lies."""
    ProductFolder(store).put(REPORT, loop_html.encode(load_loop(store), lang))
    return store / REPORT


def load_loop(root: Path) -> Loop:
    """Gather what the store holds: captures with losses and clocks, datasets, models, deployments."""
    store, models = CaptureStore(root), ModelStore(root)
    return Loop(
        title=root_name(root),
        captures=tuple(_kept(capture, store.timebase(capture.id)) for capture in _in_order(store.captures())),
        datasets=RenderedStore(root).datasets(),
        models=models.models(),
        deployments=models.deployments(),
    )


def _in_order(captures: tuple[Capture, ...]) -> list[Capture]:
    """List what came by itself before what a model asked for, each by title."""
    return sorted(captures, key=lambda capture: (bool(capture.requests), capture.title, capture.id))


def _kept(capture: Capture, timebase: Timebase | None) -> Kept:
    clocks = {stream.clock for stream in capture.streams}
    aligned = {model.clock for model in timebase.models} & clocks if timebase else set[str]()
    refusals = timebase.refusals if timebase else ()
    return Kept(
        id=capture.id,
        title=capture.title,
        streams=len(capture.streams),
        samples=sum(segment.count for segment in capture.segments),
        raw_bytes=sum(segment.raw_bytes for segment in capture.segments),
        stored_bytes=sum(segment.size_bytes for segment in capture.segments),
        losses=counted(capture.losses),
        clocks=len(clocks),
        aligned=len(aligned),
        refused=tuple((item.clock, item.code, dict(item.details)) for item in refusals if item.clock in clocks),
        half_width_ns=_half_width(capture, timebase),
        asked_by=tuple(sorted({request.deployment for request in capture.requests})),
    )


def _half_width(capture: Capture, timebase: Timebase | None) -> int:
    """Give the widest half of a 95 % interval at either end of any segment whose clock is aligned."""
    if timebase is None:
        return 0
    clock_of = {stream.id: stream.clock for stream in capture.streams}
    widest = 0.0
    for model in timebase.models:
        ends = [
            time
            for segment in capture.segments
            if clock_of[segment.stream] == model.clock
            for time in (segment.first_ns, segment.last_ns)
            if model.valid_ns[0] <= time <= model.valid_ns[1]
        ]
        widest = max([widest, *_widths(ends, model)])
    return round(widest)


def _widths(times: list[int], model: ClockModel) -> list[float]:
    import numpy as np

    from genba.clocks.view import half_width

    return [float(width) for width in half_width(np.array(times, np.int64), model)] if times else []
