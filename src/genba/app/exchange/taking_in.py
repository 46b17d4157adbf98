"""Take in whatever a partner handed over as a file: messages, a packed product, a receipt."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from genba.app.exchange import packing, receipts
from genba.app.exchange.carrying import read_parcel
from genba.app.exchange.node import Exchange
from genba.errors import InvalidInput
from genba.model.exchange import Role
from genba.storage.exchange import agreements
from genba.storage.files import long_path

_ZIP = b"PK"
_JSON = b"{"
MAX_TEXT_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What a file was, and which file has to travel back, if one has."""

    kind: Literal["messages", "product", "receipt"]
    messages: int = 0
    answers: int = 0
    offers: int = 0
    files: int = 0
    back: Path | None = None


def take_in(exchange: Exchange, file: Path, *, out: Path | None) -> TakenIn:
    """Tell a file by its beginning and take it in; `out` is where a product goes, or lies when its receipt comes."""
    try:
        with long_path(file).open("rb") as stream:
            beginning = stream.read(2)
    except OSError:
        raise InvalidInput("share.carry_unreadable", file=file.name) from None
    if beginning.startswith(_JSON):
        carried = read_parcel(exchange, file)
        return TakenIn(kind="messages", messages=carried.messages, answers=carried.answers, offers=carried.offers)
    if out is None:
        if not beginning.startswith(_ZIP) and _is_provider(exchange, file):
            return TakenIn(kind="receipt", back=packing.answer_receipt(exchange, file))
        raise InvalidInput("share.carry_needs_out", file=file.name)
    if beginning.startswith(_ZIP):
        pulled = packing.unpack(exchange, file, out=out)
        return TakenIn(kind="product", files=pulled.files, back=file.with_name(f"{file.name}.receipt"))
    packing.keep_answer(exchange, file, out)
    return TakenIn(kind="receipt")


def _is_provider(exchange: Exchange, file: Path) -> bool:
    """Whether a receipt is about an agreement that we gave."""
    try:
        with long_path(file).open("rb") as stream:
            token = stream.read(MAX_TEXT_BYTES).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise InvalidInput("share.carry_unreadable", file=file.name) from None
    with exchange.database.reading() as tx:
        agreement = agreements.load(tx, receipts.unverified(token).agreement)
    return agreement is not None and agreement.role is Role.PROVIDER
