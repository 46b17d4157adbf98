"""MCAP from captures: one file a capture, a topic a stream, slow streams as JSON, fast ones and pictures as CDR."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from genba import __version__
from genba.app.rendering_plan import Made, Plan
from genba.app.rendering_sources import IMAGE, Source, physical
from genba.app.rendering_truth import Truth
from genba.clocks.view import runs_of, to_reference
from genba.errors import InvalidInput
from genba.model.signals import RAGGED, Block, Channel, Ragged
from genba.storage.rendered import DatasetWriter
from genba.writers.signals import cdr, mcap, pictures

if TYPE_CHECKING:
    from genba.writers.signals.mcap import Message

# Streams up to this rate are JSON, a message a sample, which every viewer plots; faster ones are blocks.
JSON_HZ = 100.0
BLOCK_NS = 1_000_000_000
NUMBER, TEXT = {"type": "number"}, {"type": "string"}


def write(target: DatasetWriter, chosen: Sequence[tuple[Source, ...]], asked: Plan, truth: Truth) -> Made:
    """Write every stream that has common time, in raw counts; what calibrates them stands beside."""
    count = width = 0
    for sources in chosen:
        if not sources:
            continue
        capture = sources[0].capture
        about = {
            "capture": capture.id,
            "title": capture.title,
            "reference_clock": sources[0].reference,
            "clocks": msgspec.json.encode({source.stream.clock: source.models for source in sources}).decode(),
            "log_time": "the reference clock; publish_time is the device's own",
        }
        topics = [topic for source in sources for topic in _topics(source)]
        with target.stream(f"mcap/{capture.id}.mcap") as stream:
            count += mcap.write(stream, topics, library=f"genba {__version__}", metadata=about)
        for source in sources:
            moments = source.moments()
            width = max(width, int(moments.half_width_ns.max()) if moments.count else 0)
    if not count:
        raise InvalidInput("render.nothing_aligned")
    return Made(samples=count, half_width_ns=width)


def _topics(source: Source) -> Iterator[mcap.Topic]:
    """Give a stream's topic: its messages as they came, its pictures, or its numbers."""
    channels = source.stream.channels
    whole = next((item for item in channels if item.dtype == RAGGED and item.properties.get("encoding")), None)
    if whole is not None and whole.kind == "message":
        yield _messages(source, whole)
        return
    picture = source.pictures()
    if picture is not None:
        yield _pictures(source, picture)
    rest = tuple(item for item in channels if item.kind != IMAGE)
    if not rest:
        return
    step_ns = source.moments().step_ns()
    numbers = tuple(item for item in rest if item.dtype in cdr.TYPES)
    if numbers and step_ns and 1e9 / step_ns > JSON_HZ:
        yield _blocks(source, numbers)
        rest = tuple(item for item in rest if item not in numbers)
    if rest:
        yield _json(source, rest)


def _timed(source: Source) -> Iterator[tuple[Block, Any]]:
    """Give blocks with their times on the reference clock, in the order in which they came."""
    import numpy as np

    first = 0
    device = np.concatenate([np.zeros(0, np.int64), *(block.device_ns for block in source.blocks())])
    reference = to_reference(device, source.models, runs=runs_of(device))
    for block in source.blocks():
        count = len(block.device_ns)
        yield block, reference[first : first + count]
        first += count


def _name(source: Source) -> str:
    return "/" + (source.name or source.stream.id)


def _about(source: Source, fields: dict[str, Channel]) -> dict[str, str]:
    described = {
        name: {
            "channel": channel.name,
            "unit": channel.unit,
            "kind": channel.kind,
            "shape": channel.shape,
            "calibration": channel.calibration.coefficients,
        }
        for name, channel in fields.items()
    }
    stream = source.stream
    return {
        "genba.stream": stream.id,
        "genba.clock": stream.clock,
        "genba.fields": msgspec.json.encode(described).decode(),
    }


def _blocks(source: Source, channels: Sequence[Channel]) -> mcap.Topic:
    names = cdr.field_names([channel.name for channel in channels])
    places = [source.stream.channels.index(channel) for channel in channels]

    def messages() -> Iterator[Message]:
        import numpy as np

        for block, reference in _timed(source):
            values = [np.asarray(block.values[place]) for place in places]
            sample_bytes = sum(array[:1].nbytes for array in values) + 24
            most = max(1, mcap.MESSAGE_BYTES // sample_bytes)
            begin, count = 0, len(reference)
            while begin < count:
                limit = np.searchsorted(reference[begin : begin + most], reference[begin] + BLOCK_NS)
                end = begin + max(1, int(limit))
                part = slice(begin, end)
                numbers = None if block.sequence is None else block.sequence[part]
                data = cdr.block(reference[part], block.device_ns[part], numbers, [array[part] for array in values])
                sequence = 0 if numbers is None else int(numbers[0])
                yield int(reference[begin]), int(block.device_ns[begin]), sequence, data
                begin = end

    fields = [(name, channel.dtype) for name, channel in zip(names, channels, strict=True)]
    return mcap.Topic(
        name=_name(source),
        encoding="cdr",
        schema="genba_msgs/msg/Block" + "".join(part.title() for part in source.stream.id.replace("/", "_").split("_")),
        schema_encoding="ros2msg",
        definition=cdr.block_definition(fields).encode(),
        messages=_ordered(messages()),
        metadata=_about(source, dict(zip(names, channels, strict=True))),
    )


def _json(source: Source, channels: Sequence[Channel]) -> mcap.Topic:
    """One message a sample: calibrated numbers, raw counts where they differ, texts as they came."""
    places = [source.stream.channels.index(channel) for channel in channels]
    names = [channel.name for channel in channels]
    kinds = {name: TEXT if channel.dtype == RAGGED else NUMBER for name, channel in zip(names, channels, strict=True)}
    for name, channel in zip(names, channels, strict=True):
        if channel.shape:
            kinds[name] = {"type": "array"}
    schema = {"type": "object", "properties": {"device_ns": {"type": "integer"}, **kinds, "raw": {"type": "object"}}}

    def messages() -> Iterator[Message]:
        for block, reference in _timed(source):
            columns, raw = {}, {}
            for channel, place in zip(channels, places, strict=True):
                values = block.values[place]
                if isinstance(values, Ragged):
                    columns[channel.name] = [_text(values, at) for at in range(len(reference))]
                    continue
                columns[channel.name] = physical(channel, values).tolist()
                if channel.calibration.coefficients != (0.0, 1.0):
                    raw[channel.name] = values.tolist()
            device = block.device_ns.tolist()
            for at, time in enumerate(reference.tolist()):
                row = {"device_ns": device[at], **{name: column[at] for name, column in columns.items()}}
                if raw:
                    row["raw"] = {name: column[at] for name, column in raw.items()}
                number = 0 if block.sequence is None else int(block.sequence[at])
                yield time, device[at], number, msgspec.json.encode(row)

    return mcap.Topic(
        name=_name(source) if source.pictures() is None else f"{_name(source)}/values",
        encoding="json",
        schema="genba.Sample." + source.stream.id.replace("/", "."),
        schema_encoding="jsonschema",
        definition=msgspec.json.encode(schema),
        messages=_ordered(messages()),
        metadata=_about(source, dict(zip(names, channels, strict=True))),
    )


def _pictures(source: Source, channel: Channel) -> mcap.Topic:
    place = source.stream.channels.index(channel)
    is_encoded = channel.dtype == RAGGED
    told = channel.properties.get("encoding", "")
    plain = told or ("mono" if len(channel.shape) < 3 or channel.shape[-1] == 1 else "rgb")
    if not told:
        plain += "16" if channel.dtype.endswith("u2") else "8"

    def messages() -> Iterator[Message]:
        for block, reference in _timed(source):
            values = block.values[place]
            device, times = block.device_ns.tolist(), reference.tolist()
            for at, time in enumerate(times):
                if isinstance(values, Ragged):
                    picture = values.data[int(values.offsets[at]) : int(values.offsets[at + 1])]
                    data = cdr.compressed(time, source.stream.id, picture, pictures.kind_of(picture) or told)
                else:
                    data = cdr.image(time, source.stream.id, values[at], plain)
                number = 0 if block.sequence is None else int(block.sequence[at])
                yield time, device[at], number, data

    definition = cdr.COMPRESSED_DEFINITION if is_encoded else cdr.IMAGE_DEFINITION
    return mcap.Topic(
        name=_name(source),
        encoding="cdr",
        schema=cdr.COMPRESSED if is_encoded else cdr.IMAGE,
        schema_encoding="ros2msg",
        definition=definition.encode(),
        messages=_ordered(messages()),
        metadata=_about(source, {"data": channel}),
    )


def _messages(source: Source, channel: Channel) -> mcap.Topic:
    """Pass messages that came with their own definition, byte for byte."""
    place = source.stream.channels.index(channel)

    def messages() -> Iterator[Message]:
        for block, reference in _timed(source):
            values = block.values[place]
            assert isinstance(values, Ragged)
            offsets, device = values.offsets.tolist(), block.device_ns.tolist()
            for at, time in enumerate(reference.tolist()):
                number = 0 if block.sequence is None else int(block.sequence[at])
                yield time, device[at], number, values.data[offsets[at] : offsets[at + 1]]

    told = channel.properties
    return mcap.Topic(
        name=source.stream.properties.get("topic", _name(source)),
        encoding=told["encoding"],
        schema=told.get("schema_name", "") if told.get("schema") else "",
        schema_encoding=told.get("schema_encoding", ""),
        definition=told.get("schema", "").encode(),
        messages=_ordered(messages()),
        metadata={"genba.stream": source.stream.id, "genba.clock": source.stream.clock},
    )


def _text(values: Ragged, at: int) -> str:
    data = values.data[int(values.offsets[at]) : int(values.offsets[at + 1])]
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(data).decode()


def _ordered(messages: Iterator[Message], ahead: int = 64) -> Iterator[Message]:
    """Put what came a little late back in order of time; what came later than that stays where it is."""
    import heapq

    waiting: list[tuple[int, int, Message]] = []
    for number, message in enumerate(messages):
        heapq.heappush(waiting, (message[0], number, message))
        if len(waiting) > ahead:
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]
