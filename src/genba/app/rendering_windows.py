"""Windows for learning: stretches of equal length of one stream, or of several on one raster, a row of facts each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from genba.app.rendering_frames import numbers_at, place, raster, stretches
from genba.app.rendering_plan import Made, Plan
from genba.app.rendering_sources import Source, columns
from genba.app.rendering_truth import NORMAL, Truth, is_unix
from genba.errors import Conflict, InvalidInput
from genba.learning import features
from genba.learning.described import apply
from genba.storage.rendered import DatasetWriter
from genba.writers.signals import to_label
from genba.writers.signals import windows as writer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Array = NDArray[Any]
    Floats = NDArray[np.float32]

Group = tuple[Source, ...]
# A stated rate is believed within this share of the measured one.
RATE_TOLERANCE = 0.01
BLOCK_BYTES = 4 << 20  # of windows whose features are computed at a time
TABLES = {writer.TABLE: tuple((name, "sc:Integer" if name in writer.WHOLE else "sc:Text") for name in writer.COLUMNS)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """Where the windows of one capture lie: their first samples, and what is known of each."""

    group: Group
    starts: Times
    facts: dict[str, Any]
    rate_hz: float
    pieces: Callable[[], Iterator[Floats]]


def write(target: DatasetWriter, chosen: Sequence[tuple[Source, ...]], asked: Plan, truth: Truth) -> Made:
    """Write windows of a stream at its own samples, or at a rate of one stream or several; none spans a gap."""
    groups = [_group(found, asked) for found in chosen if found]
    if not groups:
        raise InvalidInput("render.nothing_aligned")
    shape = _shape(groups)
    cuts = [
        _cut(group, asked, truth) if asked.rate_hz is None else _cut_raster(group, asked, truth) for group in groups
    ]
    filled = [found for found in cuts if len(found.starts)]
    count = sum(len(found.starts) for found in filled)
    if not count:
        raise InvalidInput("render.no_windows", window=asked.window, stream=_name(groups[0]))
    rates = [found.rate_hz for found in filled]
    if max(rates) - min(rates) > RATE_TOLERANCE * rates[0]:
        raise Conflict("render.other_rates", stream=_name(groups[0]), low=min(rates), high=max(rates))
    with target.stream(writer.VALUES) as stream, target.stream(writer.FEATURES) as described:
        blocks = (block for found in filled for block in _values(found, asked.window))
        with writer.feature_table(described, features.names(shape[0]), features.units(shape[1])) as add:
            told = _described(blocks, rates[0], add)
            writer.write_values(stream, (count, asked.window, len(shape[0])), told)
    facts = _joined(filled)
    with target.stream(writer.TABLE) as stream:
        writer.write_table(stream, {"window": range(count), **facts})
    encoded = writer.encode_shape(
        channels=shape[0],
        units=shape[1],
        rate_hz=rates[0],
        window=asked.window,
        step=asked.step,
        stream=_name(groups[0]),
    )
    target.put(writer.SHAPE, encoded)
    asks = to_label.rows(facts, asked.step * 1e9 / rates[0])
    if asks:
        is_utc = {found.group[0].capture.id: is_unix(found.group[0]) for found in filled}
        target.put(to_label.TABLE, to_label.encode(asks, is_utc=is_utc))
    return Made(
        samples=count,
        farthest_ns=int(facts["farthest_ns"].max()),
        half_width_ns=int(facts["half_width_ns"].max()),
        tables=TABLES,
        left_out=tuple((item.group[0].capture.title, "render.too_short") for item in cuts if not len(item.starts)),
        amounts=_amounts(facts) | ({"to_label": len(asks)} if asks else {}),
    )


def _described(blocks: Iterator[Floats], rate_hz: float, add: Callable[[Any], None]) -> Iterator[Floats]:
    """Hand windows on, and their features aside, some at a time."""
    for block in blocks:
        rows = max(1, BLOCK_BYTES // max(1, block[:1].nbytes))
        for begin in range(0, len(block), rows):
            add(apply(block[begin : begin + rows], rate_hz))
        yield block


def _amounts(facts: dict[str, Any]) -> dict[str, int]:
    """Count what a person asks of windows first."""
    label = facts["label"]
    return {
        "normal": int((label == NORMAL).sum()),
        "faults": int(((label != NORMAL) & (label != "")).sum()),
        "unlabelled": int((label == "").sum()),
        "touched": int((facts["lost"] > 0).sum()),
    }


def _group(sources: tuple[Source, ...], asked: Plan) -> Group:
    """Give the streams that windows are cut from: one, or at a stated rate several that were named."""
    with_numbers = tuple(source for source in sources if source.numbers())
    if len(with_numbers) == 1 or (with_numbers and asked.rate_hz is not None and asked.streams):
        return with_numbers
    names = " ".join(source.stream.id for source in with_numbers) or "–"
    raise InvalidInput("render.which_stream", capture=sources[0].capture.title, streams=names)


def _name(group: Group) -> str:
    return "+".join(source.name or source.stream.id for source in group)


def _shape(groups: Sequence[Group]) -> tuple[list[str], list[str]]:
    """Give the names and units of the numbers; all captures must agree on them."""
    shapes = [
        (
            [
                name if len(group) == 1 else f"{source.stream.id}.{name}"
                for source in group
                for channel in source.numbers()
                for name in columns(channel)
            ],
            [channel.unit for source in group for channel in source.numbers() for _ in columns(channel)],
        )
        for group in groups
    ]
    for group, shape in zip(groups, shapes, strict=True):
        if shape != shapes[0]:
            raise Conflict("render.other_channels", stream=_name(group), capture=group[0].capture.title)
    return shapes[0]


def _cut(group: Group, asked: Plan, truth: Truth) -> Cut:
    """Cut a stream at its own measured samples."""
    import numpy as np

    (source,) = group
    moments = source.moments()
    usual_ns = moments.step_ns()
    starts = _starts([0, *moments.breaks(usual_ns).tolist(), moments.count], asked)
    last = starts + asked.window - 1
    half = np.maximum(moments.half_width_ns[starts], moments.half_width_ns[last])
    lost = source.touched(moments.device_ns[starts], moments.device_ns[last])
    facts = _facts(group, truth, (moments.reference_ns[starts], moments.reference_ns[last]), half, lost)
    rate = stated_rate(source.stream.rate_hz, usual_ns)
    return Cut(group=group, starts=starts, facts=facts, rate_hz=rate, pieces=source.values)


def _cut_raster(group: Group, asked: Plan, truth: Truth) -> Cut:
    """Cut streams on one raster; its values are held in memory for one capture at a time."""
    import numpy as np

    rate = asked.rate_hz or Fraction(1)
    axis = raster(group, rate)
    placed = [place(source, axis, rate, reading=asked.reading) for source in group]
    read = [
        numbers_at(one, np.concatenate(list(one.source.values())), axis, reading=asked.reading, rate_hz=rate)
        for one in placed
    ]
    present = np.logical_and.reduce([valid for _, valid in read]) if len(axis) else np.zeros(0, np.bool_)
    runs = stretches(present, max(len(axis), 1), np.zeros(0, np.int64))
    pieces = [_starts([begin, end], asked) for begin, end in runs]
    starts = np.concatenate(pieces) if pieces else np.zeros(0, np.int64)
    last = starts + asked.window - 1
    half, lost = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.int64)
    farthest = np.zeros(len(axis), np.int64)
    for one in placed:
        moments, index = one.source.moments(), np.maximum(one.index, 0)
        half = np.maximum(half, moments.half_width_ns[index[starts]])
        half = np.maximum(half, moments.half_width_ns[index[last]])
        lost += one.source.touched(moments.device_ns[index[starts]], moments.device_ns[index[last]])
        farthest = np.maximum(farthest, np.abs(one.distance_ns))
    facts = _facts(group, truth, (axis[starts], axis[last]), half, lost)
    if len(starts):
        windows = np.lib.stride_tricks.sliding_window_view(farthest, asked.window)
        facts["farthest_ns"] = np.array([windows[start].max() for start in starts], np.int64)
    values = np.concatenate([part for part, _ in read], axis=1) if len(axis) else None
    return Cut(
        group=group,
        starts=starts,
        facts=facts,
        rate_hz=float(rate),
        pieces=lambda: iter(() if values is None else (values.astype(np.float32),)),
    )


def _starts(edges: Sequence[int], asked: Plan) -> Times:
    """Name the first samples of the windows in stretches without a gap."""
    import numpy as np

    pieces = [np.arange(begin, end - asked.window + 1, asked.step) for begin, end in itertools.pairwise(edges)]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.int64)


def _facts(group: Group, truth: Truth, spans: tuple[Times, Times], half: Times, lost: Times) -> dict[str, Any]:
    import numpy as np

    first_ns, last_ns = spans
    capture, count = group[0].capture, len(first_ns)
    lot, machine, label = truth.of(group[0], first_ns, last_ns, half)
    return {
        "capture": np.full(count, capture.id),
        "stream": np.full(count, _name(group)),
        "first_ns": first_ns,
        "last_ns": last_ns,
        "half_width_ns": half,
        "farthest_ns": np.zeros(count, np.int64),
        "lot": lot,
        "machine": machine,
        "label": label,
        "lost": lost,
        "asked_by": np.full(count, next((item.model for item in capture.requests), "")),
    }


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
    for piece in cut.pieces():
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
