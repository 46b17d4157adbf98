"""Put a product in place whose every byte has arrived: logged, receipted, under its terms, in one step."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from genba.app.exchange import holding, receipts, received
from genba.app.exchange.circumstances import Stated
from genba.app.exchange.node import Exchange
from genba.app.exchange.receipts import Receipt
from genba.app.exchange.sending import record
from genba.app.exchange.uses import RESERVED
from genba.errors import Conflict, Denied, InvalidInput, NotFound
from genba.model.exchange import Agreement, Role
from genba.storage.exchange import agreements
from genba.storage.exchange.deliveries import FILES, DeliveryIndex
from genba.storage.files import long_path, make_last, make_name_last, replace_patiently, write_failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What is in place now, and what both sides have in hand about it."""

    out: Path
    agreement: str
    dataset: str
    version: str
    title: str
    files: int
    size_bytes: int
    received_bytes: int
    proven: bool  # every byte is what the provider signed; not so with connectors that sign nothing
    receipt: str  # ours, compact JWS
    provider_receipt: str  # empty where the provider gives none, or did not answer yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One pull on its way."""

    exchange: Exchange
    agreement: Agreement
    said: Stated
    out: Path
    wait_s: float
    pause: Callable[[float], None]
    progress: Callable[[int], None]

    @property
    def part(self) -> Path:
        """Where the product grows until it is whole."""
        return self.out.with_name(f"{self.out.name}.part")

    def told(self) -> bytes:
        """What is stated of the use, as the state holds it."""
        return msgspec.json.encode(self.said.record(), order="sorted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What came, by whatever way."""

    index: DeliveryIndex
    pull: str
    transfer: str  # the provider's id
    delivery_sha256: str  # empty where nobody signed a list
    begun_at: datetime
    moved_bytes: int


def agreement_of(exchange: Exchange, agreement_id: str, *, also_withdrawn: bool = False) -> Agreement:
    """Give an agreement under which we may get data now, or could before it was withdrawn."""
    with exchange.database.reading() as tx:
        agreement = agreements.load(tx, agreement_id)
    if agreement is None or agreement.role is not Role.CONSUMER:
        raise NotFound("pull.no_such_agreement", id=agreement_id[:100])
    if not agreement.final:
        raise Conflict("pull.not_agreed")
    if agreement.withdrawn_at is not None and not also_withdrawn:
        raise Denied("pull.withdrawn")
    return agreement


def refuse_reserved(index: DeliveryIndex) -> None:
    """No file of a delivery may pass for its terms."""
    for file in index.files:
        if file.path.casefold() in RESERVED:
            raise InvalidInput("pull.reserved_name", path=file.path)


def log_begun(job: Job, arrived: Arrived) -> None:
    """Write down that a pull has begun, before anything is fetched."""
    index = arrived.index
    with job.exchange.database.transaction() as tx:
        record(
            job.exchange,
            tx,
            "pull.begun",
            agreement=job.agreement.id,
            partner=job.agreement.assigner,
            pull=arrived.pull,
            transfer=arrived.transfer,
            dataset=index.dataset,
            version=index.version,
            delivery_sha256=arrived.delivery_sha256,
            files=len(index.files),
            size_bytes=sum(file.size_bytes for file in index.files),
            stated=job.said.record(),
        )


def place(job: Job, arrived: Arrived) -> tuple[Receipt, str]:
    """Log the end, sign our receipt, write the terms and give the product its name; all bytes were proven before."""
    folder, index = job.part / FILES, arrived.index
    _keep_only(folder, index)
    receipt = Receipt(
        format=receipts.FORMAT,
        by=job.exchange.participant,
        role=Role.CONSUMER.value,
        pull=arrived.pull,
        transfer=arrived.transfer,
        agreement=job.agreement.id,
        terms_sha256=receipts.terms_hash(job.agreement.policy),
        provider=job.agreement.assigner,
        consumer=job.agreement.assignee,
        dataset=index.dataset,
        version=index.version,
        delivery_sha256=arrived.delivery_sha256,
        files=len(index.files),
        size_bytes=sum(file.size_bytes for file in index.files),
        moved_bytes=arrived.moved_bytes,
        begun_at=receipts.utc(arrived.begun_at),
        ended_at=receipts.utc(job.exchange.now()),
        purposes=job.said.purposes or (),
        place=job.said.place or "",
        training=job.said.training,
    )
    token = _receipted(job, receipt)
    holding.write_terms(job.exchange, folder, job.agreement, index, receipt, token)
    # Known before it is there: a withdrawal finds it, wherever a crash or a message came between.
    received.remember(job.exchange, job.agreement.id, job.out)
    _put_in_place(folder, job.out)
    received.mark_withdrawn(job.exchange, job.agreement.id)
    return receipt, token


def _receipted(job: Job, receipt: Receipt) -> str:
    """Log the end of the pull with our receipt, once: a pull that ended before a crash has them already."""
    with job.exchange.database.transaction() as tx:
        known = receipts.of_pull(tx, job.agreement.id, receipt.pull).get(job.exchange.participant)
        if known is not None:
            return known
        record(
            job.exchange,
            tx,
            "pull.ended",
            agreement=job.agreement.id,
            partner=job.agreement.assigner,
            pull=receipt.pull,
            outcome="received",
            received_bytes=receipt.moved_bytes,
            size_bytes=receipt.size_bytes,
            delivery_sha256=receipt.delivery_sha256,
        )
        return receipts.sign(job.exchange, tx, receipt, partner=job.agreement.assigner)


def _keep_only(folder: Path, index: DeliveryIndex) -> None:
    """Remove what an earlier attempt brought and the list no longer names."""
    root = long_path(folder)
    named = {file.path for file in index.files}
    try:
        root.mkdir(parents=True, exist_ok=True)
        for path in sorted(root.rglob("*"), reverse=True):
            if path.is_dir():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path.relative_to(root).as_posix() not in named:
                path.unlink()
    except OSError as error:
        raise write_failed(error) from None


def _put_in_place(folder: Path, out: Path) -> None:
    try:
        make_last(folder)
        if long_path(out).is_dir():
            long_path(out).rmdir()
        replace_patiently(long_path(folder), long_path(out))
        make_name_last(out.parent)
    except OSError as error:
        raise write_failed(error) from None


def pulled(job: Job, receipt: Receipt, title: str, token: str, theirs: str) -> Pulled:
    """Tell what is in place."""
    return Pulled(
        out=job.out,
        agreement=receipt.agreement,
        dataset=receipt.dataset,
        version=receipt.version,
        title=title,
        files=receipt.files,
        size_bytes=receipt.size_bytes,
        received_bytes=receipt.moved_bytes,
        proven=bool(receipt.delivery_sha256),
        receipt=token,
        provider_receipt=theirs,
    )
