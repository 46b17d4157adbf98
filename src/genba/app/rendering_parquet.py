"""Parquet for exchange: a file for each stream of each capture, all samples as they came, common time beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from genba.app.rendering_plan import Made, Plan
from genba.app.rendering_sources import Source, physical
from genba.app.rendering_truth import Truth
from genba.clocks.view import half_width, runs_of, to_reference
from genba.errors import InvalidInput
from genba.formats.paths import safe_name
from genba.model.signals import Block, Ragged
from genba.storage.rendered import DatasetWriter
from genba.writers.signals import stream_parquet as writer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def write(target: DatasetWriter, chosen: Sequence[tuple[Source, ...]], asked: Plan, truth: Truth) -> Made:
    """Write every stream that has common time, in the order in which its samples came."""
    rows = width = 0
    tables: dict[str, list[tuple[str, str]]] = {}
    for source in (source for sources in chosen for source in sources):
        path = _path(source, tables)
        about = {
            "capture": source.capture.id,
            "stream": source.stream.id,
            "clock": source.stream.clock,
            "reference_clock": source.reference,
        }
        with target.stream(path) as stream:
            rows += writer.write(stream, source.stream, _pieces(source), about)
        tables[path] = writer.columns(source.stream)
        moments = source.moments()
        width = max(width, int(moments.half_width_ns.max()) if moments.count else 0)
    if not tables:
        raise InvalidInput("render.nothing_aligned")
    return Made(samples=rows, half_width_ns=width, tables=tables, amounts={"streams": len(tables)})


def _path(source: Source, taken: dict[str, list[tuple[str, str]]]) -> str:
    """Name the file by the stream; two names that a file system takes for one get a number."""
    name = safe_name((source.name or source.stream.id).replace("/", "."))
    known = {path.casefold() for path in taken}
    path, number = f"parquet/{source.capture.id}/{name}.parquet", 2
    while path.casefold() in known:
        path, number = f"parquet/{source.capture.id}/{name}-{number}.parquet", number + 1
    return path


def _pieces(source: Source) -> Iterator[tuple[Block, Array, Array, list[Array | None]]]:
    import numpy as np

    device = np.concatenate([np.zeros(0, np.int64), *(block.device_ns for block in source.blocks())])
    runs = runs_of(device)
    reference = to_reference(device, source.models, runs=runs)
    width = np.ceil(half_width(device, source.models, runs=runs)).astype(np.int64)
    first = 0
    for block in source.blocks():
        part = slice(first, first + len(block.device_ns))
        calibrated = [
            None if isinstance(values, Ragged) or not writer.is_calibrated(channel) else physical(channel, values)
            for channel, values in zip(source.stream.channels, block.values, strict=True)
        ]
        yield block, reference[part], width[part], calibrated
        first = part.stop
