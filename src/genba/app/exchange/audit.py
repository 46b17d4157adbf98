"""Show, export and prove what was shared: the own log as a chain, and a partner's against the receipts of both."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from genba.app.exchange import receipts
from genba.app.exchange.log_end import keep_end
from genba.app.exchange.node import Exchange
from genba.app.exchange.receipts import Receipt
from genba.errors import Denied, GenbaError, InvalidInput, NotFound
from genba.model.exchange import LogEntry, Role
from genba.ports.database import Transaction
from genba.ports.exchange import Verifier
from genba.storage.exchange import heads, log, usage
from genba.storage.exchange.log import Anchor
from genba.storage.files import ProductFolder, long_path

FORMAT = "genba-log/1.0"
MAX_LINE_BYTES = 8_000_000
PULL_KINDS = ("pull.begun", "pull.ended", "pull.refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which links are wanted; without anything all of them."""

    kind: str = ""
    agreement: str = ""
    partner: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out, so that the links form a chain."""
        return self == AuditFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFinding:
    """Something that does not hold: a message's code, the link it is about, and what else helps to find it."""

    code: str
    seq: int = 0
    pull: str = ""
    partner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What was checked, and what does not hold."""

    participant: str  # whose log it is
    links: int
    receipts: int
    pulls: int
    whole: bool  # a chain from its beginning; an extract can only be proven link by link
    findings: tuple[AuditFinding, ...] = ()

    @property
    def exit_status(self) -> int:
        """0 when all holds, 1 when something does not."""
        return 1 if self.findings else 0


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of an export."""

    format: str
    participant: str
    whole: bool
    for_partner: str = ""  # the extract holds everything about this partner


@dataclass(slots=True)
class _Seen:
    """What the links of one log tell about pulls."""

    begun: dict[str, LogEntry] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)  # pulls in which we deliver
    ended: dict[str, LogEntry] = field(default_factory=dict)
    receipts: dict[tuple[str, str], tuple[str, LogEntry]] = field(default_factory=dict)  # by pull and signer
    unreadable: list[LogEntry] = field(default_factory=list)

    def add(self, entry: LogEntry) -> None:
        if entry.kind == receipts.KIND:
            logged = receipts.logged_in(entry)
            if logged is None:
                self.unreadable.append(entry)
                return
            self.receipts[logged[0], logged[1]] = (logged[2], entry)
        elif entry.kind in PULL_KINDS[:2]:
            try:
                body = msgspec.json.decode(entry.body, type=_PullBody)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                self.unreadable.append(entry)
                return
            (self.begun if entry.kind == "pull.begun" else self.ended)[body.pull] = entry
            if body.number:
                self.given.add(body.pull)


class _PullBody(msgspec.Struct):
    """The body of a pull's link; a provider numbers the pulls of an agreement."""

    pull: str
    number: int = 0


def show(exchange: Exchange, wanted: AuditFilter, *, limit: int = 200, after: int = 0) -> tuple[LogEntry, ...]:
    """Give links in their order, beyond number `after`."""
    found: list[LogEntry] = []
    with exchange.database.reading() as tx:
        for entry in _entries(tx, wanted, after):
            found.append(entry)
            if len(found) >= limit:
                break
    return tuple(found)


def export(exchange: Exchange, wanted: AuditFilter, out: Path) -> int:
    """Write links as JSON lines that anybody with our public key can verify; gives how many."""
    count = 0
    for_partner = wanted.partner if wanted == AuditFilter(partner=wanted.partner) else ""
    head = _Head(format=FORMAT, participant=exchange.participant, whole=wanted.is_everything, for_partner=for_partner)
    with exchange.database.reading() as tx, ProductFolder(out.parent).stream(out.name) as stream:
        stream.write(msgspec.json.encode(head) + b"\n")
        for entry in _entries(tx, wanted, 0):
            stream.write(log.line(entry) + b"\n")
            count += 1
    return count


def _entries(tx: Transaction, wanted: AuditFilter, after: int) -> Iterator[LogEntry]:
    return log.entries(
        tx,
        kind=wanted.kind,
        agreement=wanted.agreement,
        partner=wanted.partner,
        since=wanted.since,
        until=wanted.until,
        after=after,
    )


def verify(exchange: Exchange) -> Audited:
    """Prove our own log: the chain, its end against the head file, every receipt, and that every pull has ended."""
    findings: list[AuditFinding] = []
    anchors: list[Anchor] = []
    try:
        kept = heads.kept(exchange.home, exchange.verifier, signer=exchange.participant)
        anchors += [kept] if kept else []
    except GenbaError as error:
        findings.append(AuditFinding(code=error.code))
    seen = _Seen()
    with exchange.database.reading() as tx:
        entries = _Counted(log.entries(tx), seen)
        anchors.append(log.head(tx))
        breaks = log.verify(entries, exchange.verifier, signer=exchange.participant, anchors=anchors)
        running = {pull.id for pull in usage.listing(tx, limit=100_000) if pull.ended_at is None}
    findings += [AuditFinding(code=one.code, seq=one.seq) for one in breaks]
    findings += _check_receipts(seen, exchange.verifier)
    for pull, entry in seen.begun.items():
        # A consumer's pull may lie broken for as long as it likes; a provider's has to end.
        if pull in seen.given and pull not in seen.ended and pull not in running:
            findings.append(AuditFinding(code="audit.no_end", seq=entry.seq, pull=pull, partner=entry.partner))
    if not findings:
        keep_end(exchange)
    return Audited(
        participant=exchange.participant,
        links=entries.count,
        receipts=len(seen.receipts),
        pulls=len(seen.begun),
        whole=True,
        findings=tuple(findings),
    )


class _Counted:
    """Passes links on, and takes down what they tell."""

    def __init__(self, entries: Iterable[LogEntry], seen: _Seen) -> None:
        self._entries, self._seen = entries, seen
        self.count = 0

    def __iter__(self) -> Iterator[LogEntry]:
        for entry in self._entries:
            self.count += 1
            self._seen.add(entry)
            yield entry


def _check_receipts(seen: _Seen, verifier: Verifier) -> Iterator[AuditFinding]:
    """Every receipt has to be signed by whom it names, and an answer has to answer what is there."""
    for entry in seen.unreadable:
        yield AuditFinding(code="audit.unreadable", seq=entry.seq)
    for (pull, by), (token, entry) in seen.receipts.items():
        receipt = _receipt(token, verifier, by)
        if receipt is None or receipt.pull != pull or receipt.agreement != entry.agreement:
            yield AuditFinding(code="audit.bad_receipt", seq=entry.seq, pull=pull, partner=entry.partner)
        elif receipt.role == Role.PROVIDER and not _answers(receipt, seen):
            yield AuditFinding(code="audit.no_question", seq=entry.seq, pull=pull, partner=entry.partner)


def _receipt(token: str, verifier: Verifier, by: str) -> Receipt | None:
    try:
        return receipts.read(token, verifier, signer=by)
    except GenbaError:
        return None


def _answers(receipt: Receipt, seen: _Seen) -> bool:
    asked = seen.receipts.get((receipt.pull, receipt.consumer))
    return asked is not None and sha256(asked[0].encode()).hexdigest() == receipt.answers


def verify_export(path: Path, verifier: Verifier, *, anchors: Iterable[Anchor] = ()) -> Audited:
    """Prove an exported log with nothing but public keys."""
    head, entries = _read(path)
    return _audited(head, entries, verifier, anchors)[0]


def compare(exchange: Exchange, path: Path) -> Audited:
    """Prove a partner's exported log, against what our log says of the same pulls and what its receipts told us."""
    head, entries = _read(path)
    if head.participant == exchange.participant:
        raise InvalidInput("audit.own_export")
    if not head.whole and head.for_partner != exchange.participant:
        raise InvalidInput("audit.partial_export")
    ours = _Seen()
    with exchange.database.reading() as tx:
        for entry in log.entries(tx, partner=head.participant):
            ours.add(entry)
    told = [token for (_, by), (token, _) in ours.receipts.items() if by == head.participant]
    anchors = receipts.anchors(told, exchange.verifier, signer=head.participant)
    audited, theirs = _audited(head, entries, exchange.verifier, anchors)
    findings = [*audited.findings, *_differences(ours, theirs, exchange.participant, head.participant)]
    return Audited(
        participant=head.participant,
        links=audited.links,
        receipts=audited.receipts,
        pulls=audited.pulls,
        whole=audited.whole,
        findings=tuple(findings),
    )


def _audited(
    head: _Head, entries: Iterable[LogEntry], verifier: Verifier, anchors: Iterable[Anchor]
) -> tuple[Audited, _Seen]:
    seen = _Seen()
    counted = _Counted(entries, seen)
    if head.whole:
        breaks = log.verify(counted, verifier, signer=head.participant, anchors=anchors)
    else:
        breaks = _verify_extract(counted, verifier, head.participant, anchors)
    findings = [AuditFinding(code=one.code, seq=one.seq) for one in breaks]
    findings += _check_receipts(seen, verifier)
    audited = Audited(
        participant=head.participant,
        links=counted.count,
        receipts=len(seen.receipts),
        pulls=len(seen.begun),
        whole=head.whole,
        findings=tuple(findings),
    )
    return audited, seen


def _verify_extract(
    links: Iterable[LogEntry], verifier: Verifier, signer: str, anchors: Iterable[Anchor]
) -> tuple[log.Break, ...]:
    """Prove link by link what is no chain; links that were told to us have to be there."""
    expected = {anchor.seq: anchor.sha256 for anchor in anchors if anchor.seq}
    breaks: list[log.Break] = []
    seq = 0
    for link in links:
        if link.seq <= seq:
            breaks.append(log.Break(seq=link.seq, code="exchange_store.link_moved"))
        if expected.pop(link.seq, link.sha256) != link.sha256:
            breaks.append(log.Break(seq=link.seq, code="exchange_store.link_other"))
        if log.link_hash(link) != link.sha256:
            breaks.append(log.Break(seq=link.seq, code="exchange_store.link_changed"))
        else:
            try:
                signed = verifier.verify(link.signature, typ=log.TYP, signer=signer)
            except Denied:
                signed = b""
            if signed != link.sha256.encode():
                breaks.append(log.Break(seq=link.seq, code="exchange_store.link_forged"))
        seq = link.seq
    breaks.extend(log.Break(seq=missing, code="exchange_store.link_missing") for missing in sorted(expected))
    return tuple(breaks)


def _differences(ours: _Seen, theirs: _Seen, we: str, they: str) -> Iterator[AuditFinding]:
    """Find pulls and receipts that only one side has, and receipts that differ."""
    for pull, entry in ours.begun.items():
        if pull not in theirs.begun:
            yield AuditFinding(code="audit.missing_there", seq=entry.seq, pull=pull, partner=they)
    for pull, entry in theirs.begun.items():
        if entry.partner == we and pull not in ours.begun:
            yield AuditFinding(code="audit.missing_here", seq=entry.seq, pull=pull, partner=they)
    mine: Mapping[tuple[str, str], tuple[str, LogEntry]] = ours.receipts
    for key, (token, entry) in mine.items():
        found = theirs.receipts.get(key)
        if found is None:
            yield AuditFinding(code="audit.receipt_missing_there", seq=entry.seq, pull=key[0], partner=they)
        elif found[0] != token:
            yield AuditFinding(code="audit.receipt_differs", seq=entry.seq, pull=key[0], partner=they)
    for key, (_, entry) in theirs.receipts.items():
        if entry.partner == we and key not in mine:
            yield AuditFinding(code="audit.receipt_missing_here", seq=entry.seq, pull=key[0], partner=they)


def _read(path: Path) -> tuple[_Head, Iterator[LogEntry]]:
    """Read an export line by line; raises InvalidInput for what genba has not written."""
    lines = _lines(path)
    try:
        head = msgspec.json.decode(next(lines, b""), type=_Head)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise InvalidInput("audit.bad_export", line=1) from None
    if head.format != FORMAT:
        raise InvalidInput("audit.bad_export", line=1)
    return head, map(log.read_line, lines)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        stream = long_path(path).open("rb")
    except OSError:
        raise NotFound("audit.no_export", file=path.name) from None
    with stream:
        while line := stream.readline(MAX_LINE_BYTES):
            yield line.rstrip(b"\r\n")
