"""Read batches of genba-edge: what holds is given, what is damaged, cut off or not authentic is said and left out.

A chain without a key shows that something is missing; with the key it also shows that something was changed, and then
a record that does not hold is not given at all.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from genba.errors import InvalidInput, Unavailable
from genba.formats.edgebatch import frames, headers
from genba.formats.edgebatch.blocks import Unreadable, block
from genba.formats.edgebatch.frames import Break, Record
from genba.formats.edgebatch.seals import NO_TRUST, Links, Trust, is_signed
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.signals import Block, Clock, Loss, LossEvidence, LossKind, Ragged, Stream
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart

if TYPE_CHECKING:
    from genba.model.signals import Values


def read(blob: Blob, limits: SignalLimits, *, trust: Trust = NO_TRUST) -> Iterator[SignalPart]:
    """Yield what a batch holds, in the order in which it was written."""
    with blob.open() as file:
        found = frames.version(file)
        if found is None and frames.is_beginning(file):
            yield Finding(code="edge.truncated")
            return
        if found is None:
            raise InvalidInput("edge.not_a_batch")
        if found != frames.VERSION:
            raise InvalidInput("edge.version", version=f"{found[0]}.{found[1]}")
        yield from _Batch(file, blob.size_bytes, limits, trust).parts()


class _Batch:
    """What was learnt of a batch so far, while its records go by."""

    def __init__(self, file: BinaryIO, size: int, limits: SignalLimits, trust: Trust) -> None:
        file.seek(0)
        self._preamble = file.read(frames.PREAMBLE_BYTES)
        self._records = frames.records(file, size, limits.block_bytes * 2)
        self._limits = limits
        self._trust = trust
        self._streams: list[Stream | None] = []
        self._clocks: set[str] = set()
        self._last: dict[str, int] = {}
        self._damaged = self._broken = self._unreadable = 0
        self._trailer: headers.Trailer | None = None
        self._sealed = b""
        self._signer = ""
        self._is_cut = False

    def parts(self) -> Iterator[SignalPart]:
        """The header first, then everything that it declares."""
        first = next(self._records, None)
        if not isinstance(first, Record) or first.kind != frames.HEADER or first.payload is None:
            raise InvalidInput("edge.header_unreadable")
        header = headers.header(first.payload)
        key = self._trust.keys.get(header.chain.key, b"")
        is_keyed = header.chain.algorithm == "hmac-sha256"
        links = Links(self._preamble, key)
        is_checked = bool(key) or not is_keyed
        if is_checked and not links.holds(first.head, first.payload, first.chain):
            raise InvalidInput("edge.header_changed")
        yield from _facts(header)
        yield from self._declare(header.clocks, header.streams)
        if header.request is not None:
            yield headers.request(header.request)
        for record in self._records:
            if isinstance(record, Break):
                yield from self._gap(record)
            elif record.payload is None:
                links.skip(record.chain)
                yield from self._damage(record)
            elif is_checked and not links.holds(record.head, record.payload, record.chain):
                self._broken += 1
                yield from self._damage(record) if key else self._part(record)
            else:
                yield from self._part(record)
        yield from self._end(is_keyed=is_keyed, key=key, key_id=header.chain.key)

    def _declare(
        self, clocks: list[headers.ClockEntry], streams: list[headers.StreamEntry]
    ) -> Iterator[Clock | Stream | Finding]:
        for entry in clocks:
            if entry.id not in self._clocks:
                self._clocks.add(entry.id)
                yield headers.clock(entry)
        for stream in streams:
            made = headers.stream(stream, self._limits)
            if len(self._streams) >= self._limits.streams or made is None or not self._knows(made):
                made = None
                yield Finding(code="edge.stream_unusable", details={"stream": stream.id[:100]})
            self._streams.append(made)
            if made is not None:
                yield made

    def _knows(self, stream: Stream) -> bool:
        """Its clocks are declared and it is declared once."""
        known = stream.clock in self._clocks and (not stream.host_clock or stream.host_clock in self._clocks)
        return known and all(other is None or other.id != stream.id for other in self._streams)

    def _part(self, record: Record) -> Iterator[SignalPart]:
        assert record.payload is not None
        if record.kind == frames.BLOCK:
            yield from self._block(record)
        elif record.kind == frames.LOSS:
            entry = headers.decoded(record.payload, headers.LossEntry)
            loss = headers.loss(entry) if entry is not None else None
            if loss is None:
                self._unreadable += 1
            else:
                yield loss
        elif record.kind == frames.STREAMS:
            added = headers.decoded(record.payload, headers.Streams)
            if added is None:
                self._unreadable += 1
            else:
                yield from self._declare(added.clocks, added.streams)
        elif record.kind == frames.TRAILER:
            self._trailer = headers.decoded(record.payload, headers.Trailer)
            self._sealed = record.chain
        elif record.kind == frames.SIGNATURE:
            yield from self._signature(record.payload)
        else:
            self._unreadable += 1

    def _block(self, record: Record) -> Iterator[Block | Loss]:
        stream = self._stream(record)
        if stream is None:
            self._unreadable += 1
            return
        try:
            whole = block(record, stream, self._limits.block_bytes * 2)
        except (Unreadable, ValueError, zlib.error):
            yield from self._damage(record)
            return
        self._last[stream.id] = record.last_ns
        yield from _bounded(whole, self._limits)

    def _stream(self, record: Record) -> Stream | None:
        return self._streams[record.stream] if record.stream < len(self._streams) else None

    def _damage(self, record: Record) -> Iterator[Loss]:
        """A record that cannot be used: its header still says which samples it held."""
        self._damaged += 1
        stream = self._stream(record)
        if record.kind == frames.BLOCK and stream is not None:
            yield Loss(
                kind=LossKind.DAMAGED,
                evidence=LossEvidence.FILE,
                stream=stream.id,
                first_ns=record.first_ns,
                last_ns=record.last_ns,
                count=record.count,
            )

    def _gap(self, gap: Break) -> Iterator[Loss]:
        """Bytes that are no record: of which stream they were cannot be known, so each may have lost something."""
        self._is_cut |= gap.at_end
        if not gap.at_end:
            self._damaged += 1
        if gap.at_end and self._trailer is not None:
            return  # behind the end of the batch there are no samples
        for stream in self._streams:
            if stream is not None:
                at = self._last.get(stream.id, 0)
                yield Loss(
                    kind=LossKind.TRUNCATED if gap.at_end else LossKind.DAMAGED,
                    evidence=LossEvidence.FILE,
                    stream=stream.id,
                    first_ns=at,
                    last_ns=at,
                )

    def _signature(self, payload: bytes) -> Iterator[Finding | Property]:
        found = headers.decoded(payload, headers.Signature)
        try:
            holds = found is not None and bool(self._sealed) and is_signed(found.key, found.signature, self._sealed)
        except Unavailable as error:
            yield Finding(code=error.code, severity=Severity.NOTICE, details={"extra": "sensors"})
            return
        if found is None or not holds:
            yield Finding(code="edge.signature_wrong", severity=Severity.PROBLEM)
        elif found.key not in self._trust.signers:
            yield Finding(code="edge.signer_unknown", severity=Severity.NOTICE, details={"key": found.key})
        else:
            yield Property(name="edge_signed_by", value=found.key, origin="content")

    def _end(self, *, is_keyed: bool, key: bytes, key_id: str) -> Iterator[Finding | Loss | Property]:
        """What is to be said of the batch as a whole."""
        if self._trailer is None:
            if not self._is_cut:  # it ends between two records: the recorder was stopped before the next
                yield from self._gap(Break(0, at_end=True))
            yield Finding(code="edge.truncated")
        else:
            yield Property(name="edge_end", value=self._sealed.hex(), origin="content")
            if self._trailer.last:
                yield Property(name="edge_last", value="true", origin="content")
            if self._trailer.recovered:
                yield Finding(code="edge.recovered", severity=Severity.NOTICE)
            elif self._is_cut:
                yield Finding(code="edge.left_over", severity=Severity.NOTICE)
        if self._damaged:
            yield Finding(code="edge.damaged", count=self._damaged)
        if self._broken:
            code = "edge.changed" if key else "edge.chain_broken"
            yield Finding(code=code, severity=Severity.BLOCKER if key else Severity.PROBLEM, count=self._broken)
        if self._unreadable:
            yield Finding(code="edge.unreadable", count=self._unreadable)
        if is_keyed and not key:
            severity = Severity.PROBLEM if self._trust.keys else Severity.NOTICE
            yield Finding(code="edge.not_verified", severity=severity, details={"key": key_id[:32]})
        elif self._trust.keys and not is_keyed:
            yield Finding(code="edge.without_key")


def _facts(header: headers.Header) -> Iterator[Property]:
    """Who recorded it and where it stands in its run."""
    facts = {"edge_recorder": header.recorder, "edge_run": header.run, "edge_batch": str(header.batch)}
    if header.previous is not None:
        facts["edge_previous"] = header.previous.end
    facts |= {name: value for name, value in header.properties.items() if not name.startswith("edge_")}
    for name, value in facts.items():
        yield Property(name=name, value=value, origin="content")


def _bounded(whole: Block, limits: SignalLimits) -> Iterator[Block]:
    """The block, in pieces that the limits allow."""
    import numpy as np

    count = len(whole.device_ns)
    size = sum(len(v.data) if isinstance(v, Ragged) else v.nbytes for v in whole.values)
    step = max(1, min(limits.block_samples, count * limits.block_bytes // max(size, 1)))
    if step >= count:
        yield whole
        return
    for first in range(0, count, step):
        last = min(first + step, count)
        index, arrivals = whole.host_index, whole.host_ns
        if index is not None and arrivals is not None:
            begin, end = np.searchsorted(index, (first, last))
            index, arrivals = index[begin:end] - first, arrivals[begin:end]
        yield Block(
            stream=whole.stream,
            device_ns=whole.device_ns[first:last],
            values=tuple(_piece(values, first, last) for values in whole.values),
            sequence=None if whole.sequence is None else whole.sequence[first:last],
            host_index=index,
            host_ns=arrivals,
        )


def _piece(values: Values | Ragged, first: int, last: int) -> Values | Ragged:
    if not isinstance(values, Ragged):
        return values[first:last]
    offsets = values.offsets[first : last + 1]
    return Ragged(offsets - offsets[0], values.data[int(offsets[0]) : int(offsets[-1])])
