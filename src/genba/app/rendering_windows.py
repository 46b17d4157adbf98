"""Windows for learning: stretches of equal length of one stream, or of several on one raster, a row of facts each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genba.app.rendering_plan import Made, Plan
from genba.app.rendering_sources import Source, columns
from genba.app.rendering_truth import NORMAL, Truth
from genba.errors import Conflict, InvalidInput
from genba.storage.rendered import DatasetWriter
from genba.writers.signals import windows as writer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Array = NDArray[Any]
    Floats = NDArray[np.float32]

# A stated rate is believed within this share of the measured one.
RATE_TOLERANCE = 0.01
TABLES = {writer.TABLE: tuple((name, "sc:Integer" if name in writer.WHOLE else "sc:Text") for name in writer.COLUMNS)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """Where the windows of one capture lie: their first samples, and what is known of each."""

    source: Source
    starts: Times
    facts: dict[str, Any]
    rate_hz: float


def write(target: DatasetWriter, chosen: Sequence[tuple[Source, ...]], asked: Plan, truth: Truth) -> Made:
    """Write windows of a stream at its own measured samples; none spans a gap."""
    sources = [_only(found) for found in chosen if found]
    if not sources:
        raise InvalidInput("render.nothing_aligned")
    shape = _shape(sources)
    cuts = [_cut(source, asked, truth) for source in sources]
    filled = [cut for cut in cuts if len(cut.starts)]
    count = sum(len(cut.starts) for cut in filled)
    if not count:
        raise InvalidInput("render.no_windows", window=asked.window, stream=sources[0].stream.id)
    rates = [cut.rate_hz for cut in filled]
    if max(rates) - min(rates) > RATE_TOLERANCE * rates[0]:
        raise Conflict("render.other_rates", stream=sources[0].stream.id, low=min(rates), high=max(rates))
    with target.stream(writer.VALUES) as stream:
        blocks = (block for cut in filled for block in _values(cut, asked.window))
        writer.write_values(stream, (count, asked.window, len(shape[0])), blocks)
    facts = _joined(filled)
    with target.stream(writer.TABLE) as stream:
        writer.write_table(stream, {"window": range(count), **facts})
    encoded = writer.encode_shape(
        channels=shape[0],
        units=shape[1],
        rate_hz=rates[0],
        window=asked.window,
        step=asked.step,
        stream=_name(sources[0]),
    )
    target.put(writer.SHAPE, encoded)
    return Made(
        samples=count,
        farthest_ns=int(facts["farthest_ns"].max()),
        half_width_ns=int(facts["half_width_ns"].max()),
        tables=TABLES,
        left_out=tuple((cut.source.capture.title, "render.too_short") for cut in cuts if not len(cut.starts)),
        amounts=_amounts(facts),
    )


def _amounts(facts: dict[str, Any]) -> dict[str, int]:
    """Count what a person asks of windows first."""
    label = facts["label"]
    return {
        "normal": int((label == NORMAL).sum()),
        "faults": int(((label != NORMAL) & (label != "")).sum()),
        "unlabelled": int((label == "").sum()),
        "touched": int((facts["lost"] > 0).sum()),
    }


def _only(sources: tuple[Source, ...]) -> Source:
    """Give the one stream that windows are cut from; nobody is asked to guess which."""
    with_numbers = [source for source in sources if source.numbers()]
    if len(with_numbers) != 1:
        names = " ".join(source.stream.id for source in with_numbers) or "–"
        raise InvalidInput("render.which_stream", capture=sources[0].capture.title, streams=names)
    return with_numbers[0]


def _name(source: Source) -> str:
    return source.name or source.stream.id


def _shape(sources: Sequence[Source]) -> tuple[list[str], list[str]]:
    """Give the names and units of the numbers; all captures must agree on them."""
    shapes = [
        (
            [name for channel in source.numbers() for name in columns(channel)],
            [channel.unit for channel in source.numbers() for _ in columns(channel)],
        )
        for source in sources
    ]
    if not shapes[0][0]:
        raise InvalidInput("render.no_numbers", stream=sources[0].stream.id)
    for source, shape in zip(sources, shapes, strict=True):
        if shape != shapes[0]:
            raise Conflict("render.other_channels", stream=source.stream.id, capture=source.capture.title)
    return shapes[0]


def _cut(source: Source, asked: Plan, truth: Truth) -> Cut:
    import numpy as np

    window = asked.window
    moments = source.moments()
    usual_ns = moments.step_ns()
    rate = stated_rate(source.stream.rate_hz, usual_ns)
    edges = [0, *moments.breaks(usual_ns).tolist(), moments.count]
    pieces = [
        np.arange(begin, end - window + 1, asked.step)
        for begin, end in itertools.pairwise(edges)
        if end - begin >= window
    ]
    starts = np.concatenate(pieces) if pieces else np.zeros(0, np.int64)
    last = starts + window - 1
    first_ns, last_ns = moments.reference_ns[starts], moments.reference_ns[last]
    half = np.maximum(moments.half_width_ns[starts], moments.half_width_ns[last])
    lot, machine, label = truth.of(source, first_ns, last_ns, half)
    count = len(starts)
    facts = {
        "capture": np.full(count, source.capture.id),
        "stream": np.full(count, _name(source)),
        "first_ns": first_ns,
        "last_ns": last_ns,
        "half_width_ns": half,
        "farthest_ns": np.zeros(count, np.int64),
        "lot": lot,
        "machine": machine,
        "label": label,
        "lost": source.touched(moments.device_ns[starts], moments.device_ns[last]),
        "asked_by": np.full(count, next((item.model for item in source.capture.requests), "")),
    }
    return Cut(source=source, starts=starts, facts=facts, rate_hz=rate)


def stated_rate(stated_hz: float, step_ns: float) -> float:
    """Give the rate as the source states it where the samples agree, else as measured, to four digits."""
    measured = 1e9 / step_ns if step_ns > 0 else 0.0
    if stated_hz > 0 and (not measured or abs(stated_hz - measured) <= RATE_TOLERANCE * stated_hz):
        return stated_hz
    return float(f"{measured:.4g}")


def _values(cut: Cut, window: int) -> Iterator[Floats]:
    """Give the windows' values; of the stream no more is held than a piece and a window."""
    import numpy as np

    held: Floats | None = None
    begin = done = 0
    for piece in cut.source.values():
        held = piece if held is None or not len(held) else np.concatenate([held, piece])
        until = int(np.searchsorted(cut.starts, begin + len(held) - window, side="right"))
        if until > done:
            rows = np.lib.stride_tricks.sliding_window_view(held, window, axis=0)[cut.starts[done:until] - begin]
            yield rows.transpose(0, 2, 1)
            done = until
        wanted = int(cut.starts[done]) if done < len(cut.starts) else begin + len(held)
        drop = min(max(wanted - begin, 0), len(held))
        held, begin = held[drop:], begin + drop


def _joined(cuts: Sequence[Cut]) -> dict[str, Any]:
    import numpy as np

    return {name: np.concatenate([cut.facts[name] for cut in cuts]) for name in cuts[0].facts}
