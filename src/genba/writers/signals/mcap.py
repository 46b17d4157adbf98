"""Writes streams as MCAP in the order of common time: log_time is the reference clock's, publish_time the device's."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BufferedWriter, RawIOBase
from typing import Any

CHUNK_BYTES = 1 << 20
# No message grows beyond this; with chunks of 1 MiB a reader never holds more than two of them.
MESSAGE_BYTES = 512 << 10
LATEST_NS = 2**64 - 1

Message = tuple[int, int, int, bytes]  # log time, publish time, sequence, data


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A stream's messages, in the order of their log times, with the definition that reads them."""

    name: str
    encoding: str  # of the messages: cdr, json …
    schema: str
    schema_encoding: str  # ros2msg, jsonschema …
    definition: bytes
    messages: Iterable[Message]
    metadata: Mapping[str, str] = field(default_factory=dict)


def write(stream: RawIOBase, topics: Sequence[Topic], *, library: str, metadata: Mapping[str, str]) -> int:
    """Write the topics merged by log time and return the number of messages; memory is one message a topic."""
    from mcap.writer import CompressionType, Writer

    buffered = BufferedWriter(stream)
    writer: Any = Writer(buffered, chunk_size=CHUNK_BYTES, compression=CompressionType.ZSTD, enable_data_crcs=True)
    writer.start(profile="", library=library)
    writer.add_metadata("genba", dict(sorted(metadata.items())))
    channels = [_register(writer, topic) for topic in topics]
    count = 0
    for log_ns, number, publish_ns, sequence, data in heapq.merge(
        *(_numbered(number, topic) for number, topic in enumerate(topics)), key=lambda item: item[:2]
    ):
        writer.add_message(
            channel_id=channels[number],
            log_time=_unsigned(log_ns),
            publish_time=_unsigned(publish_ns),
            sequence=sequence & 0xFFFFFFFF,
            data=data,
        )
        count += 1
    writer.finish()
    buffered.flush()
    buffered.detach()
    return count


def _register(writer: Any, topic: Topic) -> int:
    schema = 0
    if topic.schema:
        schema = writer.register_schema(name=topic.schema, encoding=topic.schema_encoding, data=topic.definition)
    channel: int = writer.register_channel(
        topic=topic.name, message_encoding=topic.encoding, schema_id=schema, metadata=dict(topic.metadata)
    )
    return channel


def _numbered(number: int, topic: Topic) -> Iterable[tuple[int, int, int, int, bytes]]:
    for log_ns, publish_ns, sequence, data in topic.messages:
        yield log_ns, number, publish_ns, sequence, data


def _unsigned(time_ns: int) -> int:
    """MCAP counts from zero; a device's clock before its zero stands in the message itself."""
    return min(max(time_ns, 0), LATEST_NS)
