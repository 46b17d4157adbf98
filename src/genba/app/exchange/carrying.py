"""Messages that travel as files where no connection can come in: signed one by one, answered in the next parcel.

A parcel goes through the same handling as what comes over the network. Reading one twice, or an old one after a newer
one, does no harm: what was answered before gets the same answer, and an answer that nobody waits for is left alone.
"""

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from genba.app.exchange import acknowledging, cataloguing
from genba.app.exchange.inbound import ROOT, handle
from genba.app.exchange.node import Exchange
from genba.app.exchange.protocol import ProtocolRequest, ProtocolResponse
from genba.app.exchange.sending import FILE, NEVER, plain
from genba.dsp.catalog import read_catalog
from genba.dsp.errors import read_error
from genba.errors import Denied, GenbaError, InvalidInput
from genba.model.exchange import Caller, Outgoing, SeenOffer
from genba.storage.exchange import outbox, partners, seen
from genba.storage.files import long_path, replace_patiently, write_failed

FORMAT = "genba-parcel/1.0"
TYPE = "genba-parcel-item+jws"
MAX_BYTES = 64_000_000
MAX_ITEMS = 5_000
CATALOG = b'{"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"CatalogRequestMessage"}'


class _Item(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One signed thing in a parcel, bound to whom it is from and for."""

    sender: str
    receiver: str
    kind: Literal["message", "answer", "catalog"]
    made_at: datetime
    id: str = ""  # of the message, repeated in its answer
    path: str = ""
    status: int = 0
    state: str = ""  # the answering side's state of the process, where it refused
    body: str = ""


class _Parcel(msgspec.Struct, forbid_unknown_fields=True):
    """A file: what it is, and signed items."""

    format: str
    sender: str
    receiver: str
    items: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What was in a parcel."""

    partner: str
    messages: int = 0
    answers: int = 0
    offers: int = 0


@dataclass(frozen=True, slots=True)
class _Proven:
    """Satisfies ports.exchange.Identity for messages whose signature was verified already."""

    participant: str
    sender: str

    def authorization(self, audience: str) -> str:
        """Nothing is sent from here."""
        raise Denied("exchange.who_are_you")

    def caller(self, authorization: str, *, now: datetime) -> Caller:
        """Give who signed; of memberships and the like nothing is proven by a file."""
        return Caller(id=self.sender)


def write_parcel(exchange: Exchange, partner: str, out: Path, *, with_catalog: bool = False) -> Carried:
    """Write all that waits for a partner into one file, on demand with what the partner may see of our catalogue.

    Messages stay in the outbox until an answer comes back, so every later parcel holds them again.
    """
    with exchange.database.transaction() as tx:
        waiting = outbox.carried(tx, partner, limit=MAX_ITEMS)
    items = [_packed(exchange, partner, outgoing) for outgoing in waiting]
    if with_catalog:
        items += _catalog(exchange, partner)
    parcel = _Parcel(FORMAT, exchange.participant, partner, [_signed(exchange, item) for item in items])
    _write(out, msgspec.json.encode(parcel))
    answers = [outgoing for outgoing in waiting if outgoing.message == "answer"]
    with exchange.database.transaction() as tx:
        for answer in answers:  # whoever did not get it sends its message again, and is answered again
            outbox.done(tx, answer.id)
    counted = {kind: sum(item.kind == kind for item in items) for kind in ("message", "answer", "catalog")}
    return Carried(partner=partner, messages=counted["message"], answers=counted["answer"], offers=counted["catalog"])


def _packed(exchange: Exchange, partner: str, outgoing: Outgoing) -> _Item:
    if outgoing.message == "answer":
        return msgspec.structs.replace(msgspec.json.decode(outgoing.body, type=_Item), made_at=exchange.now())
    return _Item(
        sender=exchange.participant,
        receiver=partner,
        kind="message",
        made_at=exchange.now(),
        id=outgoing.id,
        path=outgoing.url.removeprefix(FILE),
        body=plain(exchange, outgoing).decode(),
    )


def _catalog(exchange: Exchange, partner: str) -> list[_Item]:
    """Give the catalogue page by page as the partner may see it."""
    items: list[_Item] = []
    query = ""
    while len(items) < MAX_ITEMS:
        page = cataloguing.page(exchange, Caller(id=partner), query, CATALOG)
        items.append(
            _Item(
                sender=exchange.participant,
                receiver=partner,
                kind="catalog",
                made_at=exchange.now(),
                body=page.body.decode(),
            )
        )
        following = [link for link in page.headers.get("link", "").split(", ") if link.endswith('rel="next"')]
        if not following:
            break
        query = following[0].partition("?")[2].partition(">")[0]
    return items


def _signed(exchange: Exchange, item: _Item) -> str:
    return exchange.signer.sign(msgspec.json.encode(item), typ=TYPE)


def _write(out: Path, data: bytes) -> None:
    partial = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        long_path(partial).write_bytes(data)
        replace_patiently(long_path(partial), long_path(out))
    except OSError as error:
        raise write_failed(error) from None


def read_parcel(exchange: Exchange, file: Path) -> Carried:
    """Take in a parcel: every item is verified before any takes effect; answers wait for the next parcel back."""
    parcel, items = _verified(exchange, file)
    counted = dict.fromkeys(("message", "answer", "catalog"), 0)
    believing = replace(exchange, identity=_Proven(exchange.participant, parcel.sender), hand_over=None)
    for item in items:
        if item.kind == "message":
            _receive(believing, item)
        elif item.kind == "answer":
            _settle(exchange, item)
        else:
            counted["catalog"] += _see(exchange, item)
            continue
        counted[item.kind] += 1
    exchange.nudge()
    return Carried(
        partner=parcel.sender,
        messages=counted["message"],
        answers=counted["answer"],
        offers=counted["catalog"],
    )


def _verified(exchange: Exchange, file: Path) -> tuple[_Parcel, list[_Item]]:
    try:
        with long_path(file).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        parcel = msgspec.json.decode(data, type=_Parcel) if len(data) <= MAX_BYTES else None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        parcel = None
    if parcel is None or parcel.format != FORMAT or len(parcel.items) > MAX_ITEMS:
        raise InvalidInput("exchange.no_parcel", file=file.name)
    if parcel.receiver != exchange.participant:
        raise Denied("exchange.parcel_for_another", partner=parcel.receiver[:200])
    _check_sender(exchange, parcel.sender)
    items = []
    for token in parcel.items:
        payload = exchange.verifier.verify(token, typ=TYPE, signer=parcel.sender)
        try:
            item = msgspec.json.decode(payload, type=_Item)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise InvalidInput("exchange.no_parcel", file=file.name) from None
        if (item.sender, item.receiver) != (parcel.sender, exchange.participant):
            raise Denied("exchange.parcel_for_another", partner=item.receiver[:200])
        items.append(item)
    return parcel, items


def _check_sender(exchange: Exchange, sender: str) -> None:
    """A file proves a key and nothing else: under every profile a person has to have entered who it is from."""
    with exchange.database.reading() as tx:
        partner = partners.load(tx, sender)
    if partner is None:
        raise Denied("trust.partner_unknown", partner=sender[:80])
    if partner.blocked:
        raise Denied("trust.partner_blocked", partner=sender[:80])


def _receive(exchange: Exchange, item: _Item) -> None:
    """Handle a message as if it had come over the network, and keep the answer for the way back."""
    response = handle(exchange, ProtocolRequest(method="POST", path=ROOT + item.path, body=item.body.encode()))
    answer = _Item(
        sender=exchange.participant,
        receiver=item.sender,
        kind="answer",
        made_at=exchange.now(),
        id=item.id,
        status=response.status,
        state=_state(exchange, item) if response.status >= 400 else "",
        body=response.body.decode(),
    )
    identifier = f"answer:{item.sender}:{item.id}"
    with exchange.database.transaction() as tx:
        outbox.done(tx, identifier)
        outbox.put(
            tx,
            Outgoing(
                id=identifier,
                process=identifier,
                kind="answer",
                message="answer",
                partner=item.sender,
                url=FILE,
                body=msgspec.json.encode(answer),
                due_at=NEVER,
            ),
        )


def _state(exchange: Exchange, item: _Item) -> str:
    """Say where we are in a process of which we refused a message, as a request over the network would find out."""
    parts = item.path.split("/")
    if len(parts) < 3 or parts[2] in ("request", "offers"):
        return ""
    shown: ProtocolResponse = handle(exchange, ProtocolRequest(method="GET", path="/".join([ROOT, *parts[1:3]])))
    if shown.status != 200:
        return ""
    found = msgspec.json.decode(shown.body, type=dict[str, object]).get("state")
    return found if isinstance(found, str) else ""


def _settle(exchange: Exchange, item: _Item) -> None:
    """Take in the answer to a message of ours; only from whom it was sent to, and only once."""
    with exchange.database.reading() as tx:
        outgoing = outbox.load(tx, item.id)
    if outgoing is None or outgoing.partner != item.sender or outgoing.message == "answer":
        return
    if 200 <= item.status < 300:
        acknowledging.acknowledged(exchange, outgoing, item.body.encode())
    elif 400 <= item.status < 500 and item.status != 401:
        reason = read_error(item.body.encode())[:300] or f"status {item.status}"
        acknowledging.refused(exchange, outgoing, item.state or None, reason)


def _see(exchange: Exchange, item: _Item) -> int:
    """Remember the offers of a carried catalogue; gives how many there were."""
    try:
        found = read_catalog(item.body.encode())
    except GenbaError:
        return 0
    offers = tuple(
        SeenOffer(
            offer_id=offer_id,
            partner=item.sender,
            address=FILE,
            dataset=dataset.id,
            title=dataset.title,
            policy=policy,
            seen_at=exchange.now(),
        )
        for dataset in found.datasets
        for offer_id, policy in dataset.offers
    )
    with exchange.database.transaction() as tx:
        seen.remember(tx, offers, exchange.now())
    return len(offers)
