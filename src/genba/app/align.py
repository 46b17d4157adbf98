"""Align the clocks of captures: one common time for each, kept beside the capture; what cannot be told is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from genba.app import relations
from genba.app.loop import write_report
from genba.clocks import correlation, events, pairs, solve, view, zones
from genba.errors import InvalidInput, NotFound, Unavailable
from genba.model.clock import ClockModel, ClockRefusal, Timebase
from genba.model.signals import Capture, Stream
from genba.storage.captures.store import CaptureStore

if TYPE_CHECKING:
    from genba.model.signals import Times

    Found = tuple[ClockModel, ...] | ClockRefusal

SEARCHED_NS = 50_000_000  # to each side of what arrivals say, at least: their shortest delay is an assumption
MOST_PAIRS = 4_000_000  # of a stream; beyond, every second, third … is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignRequest:
    """Which captures of a store to align, and what somebody knows that the data does not say."""

    store: Path
    captures: tuple[str, ...] = ()  # without any, all
    reference: str = ""
    by_signal: tuple[str, ...] = ()  # STREAM[:CHANNEL]=STREAM[:CHANNEL]
    by_events: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()  # [CLOCK=]ZONE
    delay: str = ""  # LOW..HIGH milliseconds between which the shortest delay lies
    lang: str = "ja"  # of the store's report


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedClock:
    """A clock of a capture as its reader wants to see it: how it lies, how well that is known, or why it is not."""

    clock: str
    epoch: str
    streams: int
    method: str
    stretches: int = 0
    offset_ns: int = 0
    drift_ppm: float = 0.0
    half_width_ns: float = 0.0
    evidence: dict[str, float] | None = None
    refusals: tuple[ClockRefusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedCapture:
    """The common time of one capture; `asked` are refusals of what was asked for and not needed."""

    id: str
    title: str
    reference: str
    epoch: str
    clocks: tuple[AlignedClock, ...]
    asked: tuple[ClockRefusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """What a run found."""

    store: str
    captures: tuple[AlignedCapture, ...]

    @property
    def exit_status(self) -> int:
        """0 when every clock has a common time, 1 when some, 2 when there is no capture."""
        if not self.captures:
            return 2
        refused = any(one.asked or any(clock.refusals for clock in one.clocks) for one in self.captures)
        return 1 if refused else 0


def align(request: AlignRequest) -> Aligned:
    """Find the common time of each capture and keep it; a relation that the data does not show is refused."""
    for package in ("numpy", "scipy", "pcodec", "pyarrow"):
        if find_spec(package) is None:
            raise Unavailable("align.extra_missing", extra="sensors")
    store = CaptureStore(request.store)
    captures = store.captures() if not request.captures else tuple(store.load(name) for name in request.captures)
    if not captures:
        raise NotFound("align.no_captures", store=request.store.name)
    for text in request.zones:  # also where no clock of local time would read it
        zones.offset_ns(text.rpartition("=")[2], 0)
    is_asked = request.by_signal or request.by_events
    done = []
    for capture in captures:
        if is_asked and len(captures) > 1 and not _has_streams(capture, request):
            continue
        done.append(_capture(store, capture, request))
    if not done:
        _refuse_unknown(captures, request)
    write_report(request.store, request.lang)
    return Aligned(store=str(request.store), captures=tuple(done))


def _capture(store: CaptureStore, capture: Capture, request: AlignRequest) -> AlignedCapture:
    reference = _reference(capture, request)
    if reference not in {*(clock.id for clock in capture.clocks), solve.UTC}:
        known = ", ".join(clock.id for clock in capture.clocks)
        raise InvalidInput("align.no_such_clock", clock=reference[:80], known=known[:400])
    spans = _spans(capture)
    found: list[Sequence[ClockModel]] = []
    refusals: list[ClockRefusal] = []
    asked: list[ClockRefusal] = []
    for relation in _pairs(store, capture, _delay(request.delay)):
        _sort(relation, found, refusals)
    by_signal = _by_signal(store, capture, request.by_signal, tuple(found), spans)
    for relation in (*by_signal, *_by_events(store, capture, request.by_events)):
        _sort(relation, found, asked)
    found += _declared(capture, request.zones, spans)
    timebase = solve.timebase(
        capture.clocks, capture.streams, found, [*asked, *refusals], reference=reference, spans=spans
    )
    store.keep_timebase(capture.id, timebase)
    named = {one.clock for one in timebase.refusals}
    left = tuple(one for one in asked if not {one.clock, one.reference} & named)
    return _summary(capture, timebase, spans, left)


def _reference(capture: Capture, request: AlignRequest) -> str:
    """Take what was asked for; of a capture that only shows local time UTC, once its zone is stated."""
    if request.reference:
        return request.reference
    chosen = solve.choose_reference(capture.clocks, capture.streams)
    epoch = next((clock.epoch for clock in capture.clocks if clock.id == chosen), "")
    return solve.UTC if epoch == "local" and request.zones else chosen


def _sort(relation: Found, found: list[Sequence[ClockModel]], refusals: list[ClockRefusal]) -> None:
    if isinstance(relation, ClockRefusal):
        refusals.append(relation)
    else:
        found.append(relation)


def _spans(capture: Capture) -> dict[str, tuple[int, int]]:
    """From when to when each clock is used, on itself."""
    clocks = {stream.id: stream.clock for stream in capture.streams}
    spans: dict[str, tuple[int, int]] = {}
    for segment in capture.segments:
        clock = clocks[segment.stream]
        first, last = spans.get(clock, (segment.first_ns, segment.last_ns))
        spans[clock] = (min(first, segment.first_ns), max(last, segment.last_ns))
    return spans


def _pairs(store: CaptureStore, capture: Capture, delay_ns: tuple[int, int] | None) -> list[Found]:
    """Compare each device's clock with its host's; of several streams of a device the one that tells most."""
    found: dict[tuple[str, str], list[Found]] = {}
    for stream in capture.streams:
        if not stream.host_clock or stream.host_clock == stream.clock:
            continue
        device, host = _arrivals(store, capture, stream)
        if len(device):
            one = pairs.align(device, host, clock=stream.clock, reference=stream.host_clock, delay_ns=delay_ns)
            found.setdefault((stream.clock, stream.host_clock), []).append(one)
    return [_best(relations) for relations in found.values()]


def _best(relations: Sequence[Found]) -> Found:
    """Of those that see most of the time the narrowest; a refusal only where nothing else is."""
    models = [one for one in relations if not isinstance(one, ClockRefusal)]
    if not models:
        return relations[0]
    seen = [sum(model.valid_ns[1] - model.valid_ns[0] for model in one) for one in models]
    long = [one for one, span in zip(models, seen, strict=True) if span >= 0.8 * max(seen)]
    return min(long, key=solve.width_ns)


def _arrivals(store: CaptureStore, capture: Capture, stream: Stream) -> tuple[Times, Times]:
    import numpy as np

    device, host = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for block in store.blocks(capture, stream.id):
        if block.host_index is not None and block.host_ns is not None and len(block.host_index):
            device.append(block.device_ns[block.host_index])
            host.append(block.host_ns)
    thin = 1 + sum(map(len, device)) // MOST_PAIRS
    return np.concatenate(device)[::thin], np.concatenate(host)[::thin]


def _delay(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    low, dots, high = text.partition("..")
    try:
        limits = round(float(low) * 1e6), round(float(high if dots else low) * 1e6)
    except (ValueError, OverflowError):
        raise InvalidInput("align.bad_delay", text=text[:40]) from None
    if not 0 <= limits[0] <= limits[1] < 10**15:
        raise InvalidInput("align.bad_delay", text=text[:40])
    return limits


def _declared(capture: Capture, stated: Sequence[str], spans: dict[str, tuple[int, int]]) -> list[Sequence[ClockModel]]:
    """Tie clocks of local time to UTC by the stated zone, and with them those that count Unix time."""
    clocks = {clock.id: clock for clock in capture.clocks}
    named: dict[str, str] = {}
    for text in stated:
        clock, equals, zone = text.rpartition("=")
        if equals and clock not in clocks:
            raise InvalidInput("align.no_such_clock", clock=clock[:80], known=", ".join(clocks)[:400])
        names = [clock] if equals else [one.id for one in capture.clocks if one.epoch == "local"]
        named |= dict.fromkeys(names, zone)
    if not named:
        return []
    found: list[Sequence[ClockModel]] = []
    for name, zone in named.items():
        found.append([zones.declared(name, solve.UTC, zone, spans.get(name, (0, 0)))])
    # Somebody spoke of UTC: what counts Unix time says by its own epoch that it shows it.
    unix = [one.id for one in capture.clocks if one.epoch == "unix" and one.id not in named]
    if len(unix) == 1:
        found += [[zones.declared(name, solve.UTC, "UTC", spans.get(name, (0, 0)))] for name in unix]
    return found


def _by_signal(
    store: CaptureStore,
    capture: Capture,
    asked: Sequence[str],
    known: Sequence[Sequence[ClockModel]],
    spans: dict[str, tuple[int, int]],
) -> list[Found]:
    found: list[Found] = []
    for text in asked:
        a, b, clocks = relations.two(store, capture, text)
        outcome = correlation.align(
            a[0],
            a[1],
            b[0],
            b[1],
            clock=clocks[1],
            reference=clocks[0],
            search_ns=_bounds(capture, known, clocks, spans),
            a_sequence=a[2],
            b_sequence=b[2],
        )
        found.append(outcome if isinstance(outcome, ClockRefusal) else (outcome,))
    return found


def _bounds(
    capture: Capture,
    known: Sequence[Sequence[ClockModel]],
    clocks: tuple[str, str],
    spans: dict[str, tuple[int, int]],
) -> tuple[int, int] | None:
    """Between which offsets signals are compared, where arrivals already relate the clocks: wider than these say."""
    import numpy as np

    if clocks[1] not in spans:
        return None
    base = solve.timebase(capture.clocks, capture.streams, known, reference=clocks[0], spans=spans)
    models = view.models_of(base, clocks[1])
    if not models:
        return None
    edges = [edge for model in models for edge in model.valid_ns]
    times = np.array([*spans[clocks[1]], *edges], dtype=np.int64).clip(*spans[clocks[1]])
    apart = view.to_reference(times, models) - times
    wide = max(SEARCHED_NS, round(3 * float(view.half_width(times, models).max())))
    return int(apart.min()) - wide, int(apart.max()) + wide


def _by_events(store: CaptureStore, capture: Capture, asked: Sequence[str]) -> list[Found]:
    found: list[Found] = []
    for text in asked:
        a, b, clocks = relations.two(store, capture, text)
        outcome = events.align(
            relations.edges(a[0], a[1]), relations.edges(b[0], b[1]), clock=clocks[1], reference=clocks[0]
        )
        found.append(outcome if isinstance(outcome, ClockRefusal) else (outcome,))
    return found


def _has_streams(capture: Capture, request: AlignRequest) -> bool:
    """Tell whether a capture has what was named: of many captures, others are none of the question's business."""
    try:
        for text in (*request.by_signal, *request.by_events):
            for side in text.split("="):
                relations.named(capture, side.strip())
    except NotFound:
        return False
    return True


def _refuse_unknown(captures: Sequence[Capture], request: AlignRequest) -> None:
    """Name the stream that no capture has, or that none has together with the others."""
    for text in (*request.by_signal, *request.by_events):
        for side in text.split("="):
            if not any(_has_streams(one, replace(request, by_signal=(side,), by_events=())) for one in captures):
                relations.named(captures[0], side.strip())
    for text in (*request.by_signal, *request.by_events):
        for side in text.split("="):
            relations.named(captures[0], side.strip())


def _summary(
    capture: Capture,
    timebase: Timebase,
    spans: dict[str, tuple[int, int]],
    asked: tuple[ClockRefusal, ...],
) -> AlignedCapture:
    epochs = {solve.UTC: "unix", **{clock.id: clock.epoch for clock in capture.clocks}}
    counts: dict[str, int] = {}
    for stream in capture.streams:
        for name in dict.fromkeys((stream.clock, stream.host_clock)):
            if name:
                counts[name] = counts.get(name, 0) + (name == stream.clock)
    rows = []
    for clock, count in counts.items():
        models = [model for model in timebase.models if model.clock == clock]
        row = AlignedClock(clock=clock, epoch=epochs.get(clock, "unknown"), streams=count, method="")
        if clock == timebase.reference:
            row = replace(row, method="reference")
        elif models:
            widest = max(models, key=lambda model: solve.width_ns([model]))
            row = replace(
                row,
                method=widest.method,
                stretches=len(models),
                offset_ns=widest.offset_ns,
                drift_ppm=round(widest.drift * 1e6, 4),
                half_width_ns=round(solve.width_ns(models, spans.get(clock)), 1),
                evidence=dict(widest.evidence),
            )
        else:
            row = replace(row, refusals=tuple(one for one in timebase.refusals if one.clock == clock))
        rows.append(row)
    return AlignedCapture(
        id=capture.id,
        title=capture.title,
        reference=timebase.reference,
        epoch=epochs.get(timebase.reference, "unknown"),
        clocks=tuple(rows),
        asked=asked,
    )
