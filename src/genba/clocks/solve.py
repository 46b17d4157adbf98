"""All clocks of a capture on one of them: the narrowest way through what was found, and a refusal where none leads.

Nothing is guessed: two clocks are related because pairs, events or signals showed it, or somebody said so. That both
call their zero Unix is no relation: two computers differ by as much as nobody looked.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from genba.clocks import chains
from genba.model.clock import ClockModel, ClockRefusal, Timebase
from genba.model.signals import Clock, Stream

if TYPE_CHECKING:
    Related = dict[str, dict[str, tuple[ClockModel, ...]]]

# A clock that nobody records by: true time, to which a stated zone ties clocks.
UTC = "utc"


def timebase(
    clocks: Sequence[Clock],
    streams: Sequence[Stream],
    found: Iterable[Sequence[ClockModel]],
    refusals: Sequence[ClockRefusal] = (),
    *,
    reference: str = "",
    spans: Mapping[str, tuple[int, int]] | None = None,
) -> Timebase:
    """Choose the reference, take the narrowest chain to it for each clock that a stream uses, refuse the others.

    `found`: for each two clocks that were compared, the stretches. `spans`: from when to when each clock is used.
    """
    reference = reference or choose_reference(clocks, streams)
    ways = _ways(_related(found), reference, spans or {})
    used = dict.fromkeys(name for stream in streams for name in (stream.clock, stream.host_clock) if name)
    models: list[ClockModel] = []
    refused: list[ClockRefusal] = []
    for clock in used:
        if clock == reference:
            continue
        if clock in ways:
            models += _sorted(_plain(replace(model, clock=clock, reference=reference)) for model in ways[clock])
        else:
            refused += _why(clock, reference, refusals)
    return Timebase(reference=reference, models=tuple(models), refusals=tuple(map(_plain_refusal, refused)))


def choose_reference(clocks: Sequence[Clock], streams: Sequence[Stream]) -> str:
    """Prefer clocks of Unix time, then hosts', then the one that most streams use; of equals the first named."""
    epochs = {clock.id: clock.epoch for clock in clocks}
    uses: dict[str, int] = {}
    hosts: set[str] = set()
    for stream in streams:
        for name in dict.fromkeys((stream.clock, stream.host_clock)):
            if name:
                uses[name] = uses.get(name, 0) + 1
        hosts.add(stream.host_clock)
    names = list(uses) or [clock.id for clock in clocks]
    if not names:
        return ""
    return max(names, key=lambda name: (epochs.get(name) == "unix", name in hosts, uses.get(name, 0)))


def width_ns(models: Sequence[ClockModel], span: tuple[int, int] | None = None) -> float:
    """The widest half interval over where a clock has evidence, or over the range in which it is used."""
    import numpy as np

    from genba.clocks import view

    widest = 0.0
    for model in models:
        ends = [end for end in model.valid_ns if end not in chains.ALWAYS] or [model.epoch_ns]
        if span is not None and len(models) == 1:
            ends = [*ends, *span]
        widest = max(widest, float(view.half_width(np.array(ends, np.int64), model).max()))
    return widest


def _related(found: Iterable[Sequence[ClockModel]]) -> Related:
    """Both ways between every two clocks; where two methods found a relation, the narrower."""
    related: Related = {}
    for models in found:
        if not models:
            continue
        one, other = models[0].clock, models[0].reference
        if one == other:
            continue
        known = related.get(one, {}).get(other)
        if known is None or width_ns(models) < width_ns(known):
            related.setdefault(one, {})[other] = tuple(models)
            related.setdefault(other, {})[one] = chains.inverses(models)
    return related


def _ways(related: Related, reference: str, spans: Mapping[str, tuple[int, int]]) -> dict[str, tuple[ClockModel, ...]]:
    """Walk from the reference outwards, always on from the clock that is known best."""
    done: dict[str, tuple[ClockModel, ...]] = {}
    waiting: list[tuple[float, int, str, tuple[ClockModel, ...]]] = [(0.0, 0, reference, ())]
    pushed = 0
    while waiting:
        *_, clock, models = heapq.heappop(waiting)
        if clock in done:
            continue
        done[clock] = models
        for other in related.get(clock, {}):
            if other in done:
                continue
            step = related[other][clock]
            way = chains.chained(step, models) if models else step
            if way:
                pushed += 1
                heapq.heappush(waiting, (width_ns(way, spans.get(other)), pushed, other, way))
    del done[reference]
    return done


def _plain(model: ClockModel) -> ClockModel:
    """Write numbers as Python has them, whatever array they came from: the model is going to be kept."""
    return replace(
        model,
        epoch_ns=int(model.epoch_ns),
        offset_ns=int(model.offset_ns),
        drift=float(model.drift),
        variance=(float(model.variance[0]), float(model.variance[1]), float(model.variance[2])),
        margin_ns=(float(model.margin_ns[0]), float(model.margin_ns[1])),
        valid_ns=(int(model.valid_ns[0]), int(model.valid_ns[1])),
        evidence={name: float(value) for name, value in model.evidence.items()},
    )


def _plain_refusal(refusal: ClockRefusal) -> ClockRefusal:
    details = {
        name: value if isinstance(value, (str, int)) else float(value) for name, value in refusal.details.items()
    }
    return replace(refusal, details=details, candidates=tuple(map(_plain, refusal.candidates)))


def _sorted(models: Iterable[ClockModel]) -> list[ClockModel]:
    return sorted(models, key=lambda model: (model.evidence.get("run", 0.0), model.valid_ns))


def _why(clock: str, reference: str, refusals: Sequence[ClockRefusal]) -> list[ClockRefusal]:
    own = [one for one in refusals if clock in (one.clock, one.reference)]
    if own:
        return [one if one.clock == clock else replace(one, clock=clock, reference=one.clock) for one in own]
    return [ClockRefusal(clock=clock, reference=reference, method="", code="clock.no_relation", details={})]
