"""Read SQLite bags of ROS 2 (.db3) without their metadata file: topics, messages and the recorder's times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from genba.errors import InvalidInput
from genba.formats.recordings.sqlitepages import Pages, Value
from genba.formats.recordings.topics import Topic, Topics
from genba.model.finding import Finding, Severity
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart

DUE_BYTES = 4 << 20
QOS_CHARS = 4000


def read(blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield a stream for each topic; the bytes of messages as they came, and the numbers that CDR messages bear."""
    with blob.open() as file:
        pages = Pages(file, blob.size_bytes, limits.sample_bytes)
        tables = pages.tables()
        if "messages" not in tables or "topics" not in tables:
            raise InvalidInput("signals.not_of_kind", kind="rosbag2")
        definitions = _definitions(pages, tables)
        topics = Topics(limits)
        by_id = _topics(pages, tables, topics, definitions)
        root, columns = tables["messages"]
        held = unknown = 0
        wanted = [columns.index(name) if name in columns else -1 for name in ("topic_id", "timestamp", "data")]
        if -1 in wanted:
            raise InvalidInput("signals.not_of_kind", kind="rosbag2")
        for _, row in pages.rows(root):
            number, stamp, data = (row[at] if at < len(row) else None for at in wanted)
            topic = by_id.get(number) if isinstance(number, int) else None
            if topic is None or not isinstance(stamp, int) or not isinstance(data, bytes):
                unknown += 1
                continue
            stamp &= (1 << 64) - 1
            topic.rows.append((0, stamp, stamp, data))
            held += len(data)
            if held >= DUE_BYTES:
                yield from topics.due(held)
                held = sum(len(kept[3]) for other in by_id.values() for kept in other.rows)
        yield from topics.finish()
        yield from _end(pages, topics, unknown, limits)


def _end(pages: Pages, topics: Topics, unknown: int, limits: SignalLimits) -> Iterator[SignalPart]:
    if pages.missing:
        yield from topics.truncated()
        yield Finding(code="signals.truncated", severity=Severity.PROBLEM)
        yield Finding(code="signals.damaged_blocks", count=pages.missing)
    if pages.too_large:
        limit = limits.sample_bytes >> 20
        yield Finding(code="signals.sample_too_large", details={"limit_mib": limit}, count=pages.too_large)
    if unknown:
        yield Finding(code="signals.unknown_channel", count=unknown)


def _records(
    pages: Pages, tables: Mapping[str, tuple[int, list[str]]], name: str
) -> Iterator[tuple[int, dict[str, Value]]]:
    if name in tables:
        root, columns = tables[name]
        for row_id, row in pages.rows(root):
            yield row_id, dict(zip(columns, row, strict=False))


def _definitions(pages: Pages, tables: Mapping[str, tuple[int, list[str]]]) -> dict[str, tuple[str, str]]:
    """Message definitions by type, in bags of ROS 2 Iron and later."""
    found: dict[str, tuple[str, str]] = {}
    for _, record in _records(pages, tables, "message_definitions"):
        name, text = record.get("topic_type"), record.get("encoded_message_definition")
        if isinstance(name, str) and isinstance(text, str):
            found[name] = (str(record.get("encoding") or "ros2msg"), text)
    return found


def _topics(
    pages: Pages,
    tables: Mapping[str, tuple[int, list[str]]],
    topics: Topics,
    definitions: Mapping[str, tuple[str, str]],
) -> dict[int, Topic]:
    found: dict[int, Topic] = {}
    for row_id, record in _records(pages, tables, "topics"):
        type_name = str(record.get("type") or "")
        encoding, text = definitions.get(type_name, ("", ""))
        number = record.get("id")
        qos = str(record.get("offered_qos_profiles") or "")
        found[number if isinstance(number, int) else row_id] = topics.add(
            Topic(
                name=str(record.get("name") or ""),
                type=type_name,
                encoding=str(record.get("serialization_format") or "cdr"),
                schema=text,
                schema_encoding=encoding,
                properties={"offered_qos_profiles": qos[:QOS_CHARS]} if qos else {},
            )
        )
    return found
