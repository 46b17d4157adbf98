"""Messages by topic, as MCAP and ROS bags hold them: the bytes as they came, and beside them the numbers they bear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from genba.formats.recordings.jsonfields import JsonFields
from genba.formats.recordings.layouts import Decoder, NotDecodable, Schema, schema_of
from genba.formats.recordings.naming import Names
from genba.formats.recordings.times import epoch_of
from genba.model.finding import Finding, Severity
from genba.model.signals import RAGGED, Block, Channel, Clock, Loss, LossEvidence, LossKind, Ragged, Stream
from genba.ports.signals import SignalLimits, SignalPart

if TYPE_CHECKING:
    from genba.model.signals import Times, Values

RECORDER, PUBLISHER = "recorder", "publisher"
MESSAGE = "message"
STAMP = ("header.stamp.sec", "header.stamp.nanosec")
BATCH_MESSAGES = 8192
HELD_BYTES = 48 << 20  # of all topics together
SCHEMA_CHARS = 16 << 10  # of a definition kept among a channel's properties
Row = tuple[int, int, int, bytes]  # sequence, log time, publish time, message


@dataclass(slots=True, kw_only=True)
class Topic:
    """What a recording says of a topic, the messages not yet given, and how they are decoded."""

    name: str
    type: str = ""
    encoding: str = ""  # of messages: cdr, ros1, json …
    schema: str = ""
    schema_encoding: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    stream: Stream | None = None
    decoder: Decoder | None = None
    fields: JsonFields | None = None
    stamped: bool = False
    numbered: bool = False
    undecoded: str = ""  # the stream of messages that are not what their definition says
    failed: int = 0
    last_ns: int = 0


class Topics:
    """Gives streams and blocks for messages that come in any order, holding a bounded number of them."""

    def __init__(self, limits: SignalLimits) -> None:
        self._limits = limits
        self._names = Names()
        self._all: list[Topic] = []
        self._clocks: set[str] = set()
        self._shared_numbers: bool | None = None
        self._channels = 0
        self._refused = 0

    def add(self, topic: Topic) -> Topic:
        """Take up a topic; its `rows` are filled by the reader."""
        self._all.append(topic)
        return topic

    def due(self, held_bytes: int) -> Iterator[SignalPart]:
        """Give what is held where it is much: the reader calls this now and then."""
        much = held_bytes >= HELD_BYTES
        for topic in self._all:
            if topic.rows and (much or len(topic.rows) >= BATCH_MESSAGES):
                yield from self._flush(topic)

    def finish(self) -> Iterator[SignalPart]:
        """Give the rest, and what is to be said of it."""
        for topic in self._all:
            if topic.rows:
                yield from self._flush(topic)
        failed = sum(topic.failed for topic in self._all)
        if failed:
            yield Finding(code="signals.undecodable_messages", severity=Severity.PROBLEM, count=failed)
        changed = sum(topic.decoder.changed for topic in self._all if topic.decoder)
        if changed:
            yield Finding(code="signals.sequence_length_varies", severity=Severity.NOTICE, count=changed)
        if self._refused:
            yield Finding(code="signals.too_many_streams", details={"limit": self._limits.streams}, count=self._refused)

    def truncated(self) -> Iterator[Loss]:
        """Say of every stream that the file ends where it should not."""
        for topic in self._all:
            if topic.stream is not None:
                yield Loss(
                    kind=LossKind.TRUNCATED,
                    evidence=LossEvidence.FILE,
                    stream=topic.stream.id,
                    first_ns=topic.last_ns,
                    last_ns=topic.last_ns,
                )

    def _flush(self, topic: Topic) -> Iterator[SignalPart]:
        if self._shared_numbers is None:
            self._shared_numbers = _numbers_are_shared([held.rows for held in self._all if held.rows])
        rows, topic.rows = topic.rows, []
        if topic.stream is None:
            if sum(1 for other in self._all if other.stream) >= self._limits.streams:
                self._refused += 1
                return
            yield from self._begin(topic, rows)
        size = 0
        begin = 0
        for at, row in enumerate(rows):
            size += len(row[3]) + 64
            if size >= self._limits.block_bytes // 4 or at + 1 - begin >= min(self._limits.block_samples, 1 << 16):
                yield from self._blocks(topic, rows[begin : at + 1])
                begin, size = at + 1, 0
        if begin < len(rows):
            yield from self._blocks(topic, rows[begin:])

    def _begin(self, topic: Topic, rows: Sequence[Row]) -> Iterator[SignalPart]:
        for clock in (RECORDER, PUBLISHER):
            if clock not in self._clocks:
                self._clocks.add(clock)
                what = "when the recorder took a message" if clock == RECORDER else "when a message was published"
                yield Clock(id=clock, epoch=epoch_of(rows[0][1]), description=what)
        name = self._names.take(topic.name, otherwise="topic")
        channels = [self._message_channel(topic), *self._number_channels(topic, rows)]
        clock = PUBLISHER
        if topic.stamped:
            clock = f"stamp {name}"
            device = self._stamps(topic, [rows[0][3]])
            yield Clock(id=clock, epoch=epoch_of(int(device[0])), description="header.stamp of the messages")
            channels.append(Channel(name="publish_time", dtype="<i8", kind="time", unit="ns"))
        topic.numbered = not self._shared_numbers and (len(rows) > 1 or rows[0][0] > 0) and any(row[0] for row in rows)
        if self._shared_numbers:
            channels.append(Channel(name="sequence", dtype="<i8", kind="state", properties={"of": "the whole file"}))
        if self._channels + len(channels) > self._limits.channels:
            channels = channels[:1]
            topic.decoder = topic.fields = None
            topic.stamped, clock = False, PUBLISHER
            self._shared_numbers = False
            yield Finding(code="signals.too_many_channels", details={"limit": self._limits.channels})
        self._channels += len(channels)
        properties = {"topic": topic.name, **({"type": topic.type} if topic.type else {}), **topic.properties}
        topic.stream = Stream(
            id=name, channels=tuple(channels), clock=clock, host_clock=RECORDER, properties=properties
        )
        yield topic.stream

    def _message_channel(self, topic: Topic) -> Channel:
        properties = {"encoding": topic.encoding}
        if topic.type:
            properties["schema_name"] = topic.type
        if topic.schema and len(topic.schema) <= SCHEMA_CHARS:
            properties |= {"schema": topic.schema, "schema_encoding": topic.schema_encoding}
        return Channel(name=MESSAGE, dtype=RAGGED, kind="message", properties=properties)

    def _number_channels(self, topic: Topic, rows: Sequence[Row]) -> list[Channel]:
        if topic.encoding == "json":
            topic.fields = JsonFields.of([row[3] for row in rows])
            return [
                Channel(name=path, dtype="<f8", kind=_kind_of(path), derived_from=MESSAGE)
                for path in topic.fields.paths
                if path != MESSAGE
            ]
        if topic.encoding not in ("cdr", "ros1"):
            return []
        schema = schema_of(topic.type, topic.schema, topic.schema_encoding, cdr=topic.encoding == "cdr")
        if schema is None:
            return []
        topic.decoder = _decoder(schema, rows)
        if topic.decoder is None:
            return []
        leaves = topic.decoder.leaves
        if {leaf.name for leaf in leaves}.issuperset(STAMP):
            stamps = self._stamps(topic, [row[3] for row in rows[:64]])
            topic.decoder.changed = 0  # that was only a look
            topic.stamped = bool(stamps.any())
        hidden = {*STAMP} if topic.stamped else set()
        return [
            Channel(
                name=_own(leaf.name),
                dtype=("|" if leaf.dtype[1:] == "1" else "<") + leaf.dtype,
                shape=(leaf.count,) if leaf.count else (),
                kind=_kind_of(leaf.name),
                derived_from=MESSAGE,
                properties={"length": "varies"} if leaf.varies else {},
            )
            for leaf in leaves
            if leaf.name not in hidden
        ]

    def _stamps(self, topic: Topic, messages: Sequence[bytes]) -> Times:
        import numpy as np

        assert topic.decoder is not None
        columns, _ = topic.decoder.decode(messages)
        return _stamp_ns(topic.decoder, columns) if columns else np.zeros(len(messages), np.int64)

    def _blocks(self, topic: Topic, rows: Sequence[Row]) -> Iterator[SignalPart]:
        messages = [row[3] for row in rows]
        columns: list[Values] = []
        if topic.decoder is not None:
            columns, failed = topic.decoder.decode(messages)
            if failed:
                yield from self._apart(topic, [rows[at] for at in failed])
                bad = set(failed)
                rows = [row for at, row in enumerate(rows) if at not in bad]
                if not rows:
                    return
                messages = [row[3] for row in rows]
                columns, _ = topic.decoder.decode(messages)
        elif topic.fields is not None:
            columns = topic.fields.decode(messages)
        yield self._block(topic, rows, messages, columns)

    def _block(self, topic: Topic, rows: Sequence[Row], messages: list[bytes], columns: list[Values]) -> Block:
        import numpy as np

        assert topic.stream is not None
        sequence, log, publish = _times(rows)
        values: list[Values | Ragged] = [ragged(messages)]
        device = publish
        if topic.decoder is not None:
            hidden = {*STAMP} if topic.stamped else set()
            if topic.stamped:
                device = _stamp_ns(topic.decoder, columns)
            values += [c for c, leaf in zip(columns, topic.decoder.leaves, strict=True) if leaf.name not in hidden]
            values += [publish] if topic.stamped else []
        else:
            values += columns
        if len(values) < len(topic.stream.channels):
            values.append(sequence)
        topic.last_ns = int(device[-1])
        return Block(
            stream=topic.stream.id,
            device_ns=device,
            values=tuple(values),
            sequence=sequence if topic.numbered else None,
            host_index=np.arange(len(rows), dtype=np.int64),
            host_ns=log,
        )

    def _apart(self, topic: Topic, rows: Sequence[Row]) -> Iterator[SignalPart]:
        import numpy as np

        assert topic.stream is not None
        topic.failed += len(rows)
        if not topic.undecoded:
            topic.undecoded = self._names.take(f"{topic.stream.id}/undecoded")
            yield Stream(
                id=topic.undecoded,
                channels=(self._message_channel(topic),),
                clock=PUBLISHER,
                host_clock=RECORDER,
                properties={"topic": topic.name},
            )
        sequence, log, publish = _times(rows)
        yield Block(
            stream=topic.undecoded,
            device_ns=publish,
            values=(ragged([row[3] for row in rows]),),
            sequence=sequence if topic.numbered else None,
            host_index=np.arange(len(rows), dtype=np.int64),
            host_ns=log,
        )


def ragged(pieces: Sequence[bytes]) -> Ragged:
    """Lay byte strings one after the other."""
    import numpy as np

    offsets = np.fromiter(accumulate(map(len, pieces), initial=0), np.int64, len(pieces) + 1)
    return Ragged(offsets=offsets, data=b"".join(pieces))


def _times(rows: Sequence[Row]) -> tuple[Times, Times, Times]:
    import numpy as np

    sequence, log, publish, _ = zip(*rows, strict=True)
    # Unsigned in the file; a time beyond 2262 comes out negative, and as it was written.
    return (
        np.array(sequence, np.int64),
        np.array(log, np.uint64).view(np.int64),
        np.array(publish, np.uint64).view(np.int64),
    )


def _stamp_ns(decoder: Decoder, columns: Sequence[Values]) -> Times:
    import numpy as np

    by_name = {leaf.name: column for leaf, column in zip(decoder.leaves, columns, strict=True)}
    stamp: Times = by_name[STAMP[0]].astype(np.int64) * 1_000_000_000 + by_name[STAMP[1]].astype(np.int64)
    return stamp


def _decoder(schema: Schema, rows: Sequence[Row]) -> Decoder | None:
    for row in rows[:8]:
        try:
            decoder = Decoder(schema, row[3])
        except NotDecodable:
            continue
        return decoder if decoder.leaves else None
    return None


def _numbers_are_shared(held: Sequence[Sequence[Row]]) -> bool:
    """Say whether one counter numbers the messages of all topics: its gaps within a topic are no losses."""
    numbers = sorted(row[0] for rows in held for row in rows)
    if len(held) < 2 or len(numbers) < 3:
        return False
    return numbers[-1] - numbers[0] == len(numbers) - 1 == len(set(numbers)) - 1


def _own(path: str) -> str:
    return f"{path}_" if path in (MESSAGE, "publish_time", "sequence") else path


KINDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("linear_acceleration", "accel"), "vibration"),
    (("angular_velocity", "gyro", "twist", "velocity", "speed"), "velocity"),
    (("wrench.force", "force"), "force"),
    (("torque", "effort"), "torque"),
    (("position", "pose", "orientation", "translation", "rotation"), "position"),
    (("temperature", "temp"), "temperature"),
    (("current",), "current"),
    (("pressure",), "pressure"),
    (("voltage",), "voltage"),
)


def _kind_of(path: str) -> str:
    """Guess the kind of a field by its name, as message definitions use them; empty where it says nothing."""
    lowered = path.lower()
    return next((kind for words, kind in KINDS if any(word in lowered for word in words)), "")
