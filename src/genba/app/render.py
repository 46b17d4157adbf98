"""Render captures as a dataset that training and other programs load; the captures stay as they are."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import msgspec

from genba import __version__
from genba.app.exchange.uses import HeldUse, check_use
from genba.app.loop import write_report
from genba.app.rendering_plan import Made, Plan, plan
from genba.app.rendering_sources import Source, sources_of
from genba.app.rendering_truth import Truth, read_truth
from genba.errors import NotFound, Unavailable
from genba.formats.ledger import counted
from genba.model.finding import Finding
from genba.model.loop import Rendered
from genba.model.record import DocumentRecord, Usability
from genba.model.signals import Capture
from genba.storage.captures.store import CaptureStore
from genba.storage.rendered import DatasetWriter, RenderedStore
from genba.writers import dataset_json
from genba.writers.signals import croissant

NEEDED = ("numpy", "scipy", "pcodec", "pyarrow", "mcap", "cv2")
Write = Callable[[DatasetWriter, Sequence[tuple[Source, ...]], Plan, Truth], Made]
_WRITERS = {
    "lerobot": "genba.app.rendering_lerobot:write",
    "mcap": "genba.app.rendering_mcap:write",
    "windows": "genba.app.rendering_windows:write",
    "parquet": "genba.app.rendering_parquet:write",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderRequest:
    """What to render: without captures all of the store, without streams all of a capture."""

    store: Path
    kind: str  # lerobot, mcap, windows, parquet
    captures: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()  # stream, or stream=name in the dataset
    rate: str = ""  # 30, 29.97, 30000/1001, with :linear and the like
    window: str = ""  # samples, or samples/step
    records: tuple[str, ...] = ()  # files of production records and annotations, ZONE=FILE for local time
    lang: str = "ja"  # of the store's report


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOutcome:
    """The dataset, where it lies in the store, and what is not in it."""

    dataset: Rendered
    folder: str
    amounts: dict[str, int] = field(default_factory=dict)
    left_out: tuple[tuple[str, str], ...] = ()  # a stream or capture and the code of the reason
    findings: tuple[Finding, ...] = ()  # about the production records

    @property
    def exit_status(self) -> int:
        """0 when all that was asked for is in it, 1 when some is not."""
        return 1 if self.left_out else 0


def render(request: RenderRequest, *, now: datetime) -> RenderOutcome:
    """Render and keep the dataset in the store; the same captures and options give the same dataset."""
    for package in NEEDED:
        if find_spec(package) is None:
            raise Unavailable("render.extra_missing", extra="sensors")
    for place in (request.store, *(Path(name.rpartition("=")[2]) for name in request.records)):
        check_use(place, HeldUse(action="render", now=now))
    asked = plan(request.kind, streams=request.streams, rate=request.rate, window=request.window)
    store = CaptureStore(request.store)
    captures = _captures(store, request.captures)
    truth = read_truth(request.records)
    chosen, left = [], []
    wanted = {stream for stream, _ in asked.streams}
    having = [capture for capture in captures if wanted <= {stream.id for stream in capture.streams}]
    if having and not request.captures:
        # Nobody named them: captures of other machines do not have the stream, and that is no mistake.
        left = [(capture.title, "render.without_stream") for capture in captures if capture not in having]
        captures = tuple(having)
    for capture in captures:
        sources, missing = sources_of(store, capture, asked.streams)
        left += [(f"{capture.title}: {stream}", code) for stream, code in missing]
        chosen.append(sources)
    module, _, name = _WRITERS[asked.kind].partition(":")
    write = cast(Write, getattr(importlib.import_module(module), name))
    with RenderedStore(request.store).writer() as target:
        made = write(target, chosen, asked, truth)
        used = [capture for capture, sources in zip(captures, chosen, strict=True) if sources]
        rendered = _rendered(used, asked, made, truth)
        _describe(target, used, chosen, rendered, made)
        run = {
            "format": "genba-run/1.0",
            "started": now.isoformat(),
            "software": f"genba {__version__}",
            "files": len(captures),
            "refined": len(used),
            "unchanged": 0,
            "removed": 0,
            "skipped": len(captures) - len(used),
        }
        kept = target.commit(rendered, run=msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n")
    write_report(request.store, request.lang)
    return RenderOutcome(
        dataset=kept,
        folder=f"datasets/{kept.id}",
        amounts=dict(made.amounts),
        left_out=(*left, *made.left_out),
        findings=truth.findings,
    )


def _captures(store: CaptureStore, wanted: Sequence[str]) -> tuple[Capture, ...]:
    """Find captures by id, the beginning of an id, or title."""
    there = store.captures()
    if not there:
        raise NotFound("render.nothing_captured", store=store.root.name)
    if not wanted:
        return there
    found: dict[str, Capture] = {}
    for name in wanted:
        matching = [
            capture for capture in there if name == capture.title or (len(name) >= 4 and capture.id.startswith(name))
        ]
        if not matching:
            raise NotFound("render.no_such_capture", name=name[:80])
        found.update((capture.id, capture) for capture in matching)
    return tuple(found[key] for key in sorted(found))


def _rendered(captures: Sequence[Capture], asked: Plan, made: Made, truth: Truth) -> Rendered:
    losses = counted(loss for capture in captures for loss in capture.losses)
    models = {item.model for capture in captures for item in capture.requests}
    tables = {"records": " ".join(truth.tables)} if truth.tables else {}
    titles = [capture.title for capture in captures]
    return Rendered(
        id="",
        title=titles[0] if len(titles) == 1 else f"{titles[0]} +{len(titles) - 1}",
        kind=asked.kind,
        captures=tuple(capture.id for capture in captures),
        samples=made.samples,
        options={**asked.options(), **made.options, **tables},
        asked_by=tuple(sorted(models)),
        clock_half_width_ns=made.half_width_ns,
        farthest_ns=made.farthest_ns,
        losses=losses,
    )


def _describe(
    target: DatasetWriter,
    captures: Sequence[Capture],
    chosen: Sequence[tuple[Source, ...]],
    rendered: Rendered,
    made: Made,
) -> None:
    """Write dataset.json and croissant.json: captures stand in it as documents do in other products."""
    streams = {sources[0].capture.id: sources for sources in chosen if sources}
    options = " ".join(f"{name}={value}" for name, value in sorted(rendered.options.items()))
    listed = [
        DocumentRecord(
            path=capture.title or capture.id,
            id=capture.id,
            kind="capture",
            size_bytes=sum(file.size_bytes for file in capture.sources),
            sha256="",
            modified="",
            usability=Usability.PARTLY if capture.losses else Usability.FULLY,
            title=capture.title,
            properties={
                **capture.properties,
                "streams": " ".join(source.stream.id for source in streams.get(capture.id, ())),
                "losses": str(len(capture.losses)),
            },
        )
        for capture in captures
    ]
    recipe, software = f"render {options}", f"genba {__version__}"
    target.put("dataset.json", dataset_json.encode(rendered.title, listed, recipe=recipe, software=software))
    description = f"genbaの取り込み{len(captures)}件から作ったデータセット（{rendered.kind}、{rendered.samples}件）"
    tabled = [item for item in target.records if not item.path.endswith(".parquet")]
    target.put("croissant.json", croissant.encode(rendered.title, description, tabled, made.tables))
