"""Where products that we received lie, so that a withdrawal can be written beside them."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from genba.app.exchange import holding
from genba.app.exchange.node import Exchange
from genba.app.exchange.sending import record
from genba.app.exchange.uses import WITHDRAWN, is_held
from genba.errors import GenbaError
from genba.model.exchange import Role
from genba.ports.database import Transaction
from genba.storage.exchange import agreements
from genba.storage.files import ProductFolder, append_line, long_path, write_failed

RECEIVED = "received"
LIST = "held.jsonl"


class _Place(msgspec.Struct, frozen=True):
    """One product that was put in place."""

    agreement: str
    folder: str
    at: datetime


def remember(exchange: Exchange, agreement_id: str, folder: Path) -> None:
    """Write down where a product was put; the list stays in the home and is never shown to partners."""
    place = long_path(exchange.home / RECEIVED / LIST)
    line = msgspec.json.encode(_Place(agreement=agreement_id, folder=str(folder), at=exchange.now()))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        append_line(place, line)
    except OSError as error:
        raise write_failed(error) from None


def places(exchange: Exchange, agreement_id: str = "") -> tuple[Path, ...]:
    """Give the folders of received products that are still there, of one agreement or of all."""
    try:
        lines = long_path(exchange.home / RECEIVED / LIST).read_bytes().splitlines()
    except OSError:
        return ()
    found: dict[Path, None] = {}
    for line in lines:
        try:
            place = msgspec.json.decode(line, type=_Place)
        except msgspec.MsgspecError:
            continue  # a line that was cut off when the power failed
        if agreement_id in ("", place.agreement) and is_held(Path(place.folder)):
            found[Path(place.folder)] = None
    return tuple(found)


def learn_withdrawal(exchange: Exchange, tx: Transaction, agreement_id: str, reason: str) -> None:
    """Take down that the provider withdrew an agreement; once is enough. `mark_withdrawn` then tells the products."""
    agreement = agreements.load(tx, agreement_id)
    if agreement is None or agreement.role is not Role.CONSUMER or agreement.withdrawn_at is not None:
        return
    agreements.save(tx, replace(agreement, withdrawn_at=exchange.now(), withdrawn_because=reason[:500]))
    record(exchange, tx, "withdrawn", agreement=agreement_id, partner=agreement.assigner, reason=reason[:500])


def mark_withdrawn(exchange: Exchange, agreement_id: str = "") -> int:
    """Write beside every received product whose agreement was withdrawn that it may not be used; gives how many."""
    marked = 0
    for folder in places(exchange, agreement_id):
        try:
            terms, _ = holding.read_held(folder, exchange.verifier)
        except GenbaError:
            continue  # what was tampered with is refused anyway
        with exchange.database.reading() as tx:
            agreement = agreements.load(tx, terms.agreement.id)
        if agreement is None or agreement.withdrawn_at is None or long_path(folder / WITHDRAWN).exists():
            continue
        told = holding.Withdrawal(
            agreement=agreement.id, known_at=agreement.withdrawn_at, reason=agreement.withdrawn_because
        )
        ProductFolder(folder).put(WITHDRAWN, msgspec.json.encode(told) + b"\n", lasting=True)
        marked += 1
    return marked
