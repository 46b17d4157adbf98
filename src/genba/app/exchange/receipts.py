"""Receipts of a pull: each side signs what it sent or got, keeps the other's in its own chain, and tells its head."""

from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from genba.app.exchange.circumstances import Stated
from genba.app.exchange.node import Exchange
from genba.app.exchange.sending import record
from genba.errors import Conflict, Denied, GenbaError, InvalidInput
from genba.model.exchange import Agreement, LogEntry, Role
from genba.ports.database import Transaction
from genba.ports.exchange import Verifier
from genba.storage.exchange import log
from genba.storage.exchange.log import Anchor

FORMAT = "genba-receipt/1.0"
TYPE = "genba-receipt+jws"
KIND = "receipt"
_CANONICAL = msgspec.json.Encoder(order="sorted")


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The last link of the signer's log when it signed: what is cut off behind it shows."""

    seq: int
    sha256: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who got what, when, under which agreement and for which stated purpose."""

    format: str
    by: str  # DID of who signs
    role: str
    pull: str
    transfer: str  # the provider's id
    agreement: str
    terms_sha256: str  # of the agreed policy, written with sorted names
    provider: str
    consumer: str
    dataset: str
    version: str
    delivery_sha256: str  # of the signed list of files, which holds all hashes
    files: int
    size_bytes: int  # of what is listed
    moved_bytes: int  # really sent, or really received
    begun_at: datetime
    ended_at: datetime
    head: Head = Head(seq=0, sha256="")
    purposes: tuple[str, ...] = ()
    place: str = ""
    training: bool | None = None
    answers: str = ""  # SHA-256 of the receipt that this one answers

    def stated(self) -> Stated:
        """Give what was said of the use."""
        return Stated(purposes=self.purposes or None, place=self.place or None, training=self.training)


class _Logged(msgspec.Struct):
    """The body of a receipt's link in the log."""

    pull: str
    by: str
    receipt: str


def terms_hash(policy: str) -> str:
    """Hash agreed terms so that both sides get the same, however they keep the JSON."""
    return sha256(_CANONICAL.encode(msgspec.json.decode(policy))).hexdigest()


def read(token: str, verifier: Verifier, *, signer: str) -> Receipt:
    """Verify and read a receipt; raises Denied when it was not signed by that participant."""
    payload = verifier.verify(token, typ=TYPE, signer=signer)
    try:
        receipt = msgspec.json.decode(payload, type=Receipt)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise InvalidInput("pull.bad_receipt", reason="not a receipt") from None
    if receipt.format != FORMAT or receipt.by != signer or {"provider", "consumer"} < {receipt.role}:
        raise InvalidInput("pull.bad_receipt", reason="format")
    if signer != (receipt.provider if receipt.role == Role.PROVIDER else receipt.consumer):
        raise InvalidInput("pull.bad_receipt", reason="who")
    return receipt


def unverified(token: str) -> Receipt:
    """Look what a receipt says it is about, so that it is known whose signature it needs; proves nothing."""
    from genba.trust import jws

    try:
        return msgspec.json.decode(jws.read(token).payload, type=Receipt)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise InvalidInput("pull.bad_receipt", reason="not a receipt") from None


def sign(exchange: Exchange, tx: Transaction, receipt: Receipt, *, partner: str) -> str:
    """Sign a receipt over the head of our log as it is now, and append it."""
    head = log.head(tx)
    told = msgspec.structs.replace(receipt, head=Head(seq=head.seq, sha256=head.sha256))
    token = exchange.signer.sign(_CANONICAL.encode(told), typ=TYPE)
    keep(exchange, tx, told, token, partner=partner)
    return token


def keep(exchange: Exchange, tx: Transaction, receipt: Receipt, token: str, *, partner: str) -> None:
    """Append a receipt, ours or the partner's, to our log."""
    record(
        exchange,
        tx,
        KIND,
        agreement=receipt.agreement,
        partner=partner,
        pull=receipt.pull,
        by=receipt.by,
        receipt=token,
    )


def of_pull(tx: Transaction, agreement: str, pull: str) -> dict[str, str]:
    """Give the receipts of a pull that our log holds, by who signed them."""
    found = {}
    for entry in log.entries(tx, kind=KIND, agreement=agreement):
        logged = logged_in(entry)
        if logged is not None and logged[0] == pull:
            found[logged[1]] = logged[2]
    return found


def logged_in(entry: LogEntry) -> tuple[str, str, str] | None:
    """Give pull, signer and receipt that a link of the log holds."""
    try:
        body = msgspec.json.decode(entry.body, type=_Logged)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return body.pull, body.by, body.receipt


def countersign(exchange: Exchange, agreement: Agreement, expected: Receipt, token: str) -> str:
    """Take the consumer's receipt, keep it, and give ours; the same receipt again gets the same answer.

    `expected` is what we say of the pull: where the consumer says otherwise, nothing is signed.
    """
    theirs = read(token, exchange.verifier, signer=agreement.assignee)
    for name in _AGREED:
        if getattr(theirs, name) != getattr(expected, name):
            raise InvalidInput("pull.bad_receipt", reason=name)
    with exchange.database.transaction() as tx:
        known = of_pull(tx, agreement.id, theirs.pull)
        if agreement.assignee in known and known[agreement.assignee] != token:
            raise Conflict("pull.other_receipt")
        if exchange.participant in known:
            return known[exchange.participant]
        keep(exchange, tx, theirs, token, partner=agreement.assignee)
        ours = msgspec.structs.replace(expected, answers=sha256(token.encode()).hexdigest())
        return sign(exchange, tx, ours, partner=agreement.assignee)


_AGREED = (
    "pull", "transfer", "agreement", "terms_sha256", "provider", "consumer", "dataset", "version", "delivery_sha256",
    "files", "size_bytes", "purposes", "place", "training",
)  # fmt: skip


def answered(exchange: Exchange, agreement: Agreement, ours: str, token: str) -> Receipt:
    """Check that the provider's receipt answers ours and says the same, and keep it."""
    theirs = read(token, exchange.verifier, signer=agreement.assigner)
    mine = read(ours, exchange.verifier, signer=exchange.participant)
    differing = [name for name in _AGREED if getattr(theirs, name) != getattr(mine, name)]
    if differing or theirs.answers != sha256(ours.encode()).hexdigest():
        raise Denied("pull.bad_answer", reason=", ".join(differing) or "answers")
    with exchange.database.transaction() as tx:
        if agreement.assigner not in of_pull(tx, agreement.id, theirs.pull):
            keep(exchange, tx, theirs, token, partner=agreement.assigner)
    return theirs


def anchors(tokens: list[str], verifier: Verifier, *, signer: str) -> tuple[Anchor, ...]:
    """Give the heads that a partner told in its receipts; its log has to hold these links unchanged."""
    found = []
    for token in tokens:
        try:
            head = read(token, verifier, signer=signer).head
        except GenbaError:
            continue  # told elsewhere: a receipt that does not hold is a finding of its own
        found.append(Anchor(seq=head.seq, sha256=head.sha256))
    return tuple(found)


def utc(moment: datetime) -> datetime:
    """Cut a time to the second, as receipts hold it."""
    return moment.astimezone(UTC).replace(microsecond=0)
