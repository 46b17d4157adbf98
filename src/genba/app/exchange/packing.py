"""A product in one file, for partners whom only carried files reach: the same terms, proofs and receipts."""

import hashlib
import shutil
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from genba.app.exchange import holding, receipts, sessions
from genba.app.exchange.circumstances import stated
from genba.app.exchange.delivery import delivery_of, give_receipt
from genba.app.exchange.node import Exchange
from genba.app.exchange.placing import Arrived, Job, Pulled, agreement_of, log_begun, place, pulled, refuse_reserved
from genba.app.exchange.sessions import Grant
from genba.app.exchange.uses import is_held
from genba.errors import Conflict, Denied, InvalidInput, NotFound
from genba.model.exchange import Agreement, Role, Transfer, TransferState
from genba.storage.exchange import agreements, publications
from genba.storage.exchange.deliveries import FILES, INDEX, MAX_INDEX_BYTES, SIGNATURE, DeliveryIndex, check_index
from genba.storage.files import BLOCK_BYTES, ProductFolder, long_path, write_failed
from genba.storage.lock import FolderLock

FORMAT = "genba-package/1.0"
TYPE = "genba-package+jws"
HEAD = "package.jws"
MAX_TEXT_BYTES = 200_000


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider signs about a package: which pull it is, and what was stated."""

    format: str
    pull: str
    transfer: str
    agreement: str
    delivery_sha256: str
    made_at: datetime
    purposes: tuple[str, ...] = ()
    place: str = ""
    training: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A file to be carried to the partner."""

    file: Path
    pull: str
    partner: str
    files: int
    size_bytes: int


def pack(
    exchange: Exchange, agreement_id: str, *, out: Path, purpose: str, place: str = "", training: bool = False
) -> Packed:
    """Write the product of an agreement into one file, decided, counted and logged as a pull.

    `purpose`, `place` and `training` are what the partner has stated; they are signed into the file.
    """
    with exchange.database.reading() as tx:
        agreement = agreements.load(tx, agreement_id)
        publication = publications.load(tx, agreement.dataset) if agreement else None
    if agreement is None or publication is None or agreement.role is not Role.PROVIDER:
        raise NotFound("pull.no_such_agreement", id=agreement_id[:100])
    if long_path(out).exists():
        raise Conflict("pull.out_not_empty", out=out.name)
    said = stated(purpose, place, "yes" if training else "no")
    delivery = delivery_of(exchange, publication)
    transfer = _carried(exchange, agreement)
    grant = Grant(transfer=transfer, agreement=agreement, publication=publication, delivery=delivery)
    session = sessions.enter(exchange, grant, said, "")
    head = _Head(
        format=FORMAT,
        pull=session.id,
        transfer=transfer.provider_pid,
        agreement=agreement.id,
        delivery_sha256=publication.manifest_sha256,
        made_at=receipts.utc(exchange.now()),
        purposes=said.purposes or (),
        place=said.place or "",
        training=said.training,
    )
    with _writing(out) as package:
        package.writestr(HEAD, exchange.signer.sign(msgspec.json.encode(head), typ=TYPE))
        package.writestr(INDEX, delivery.body)
        package.writestr(SIGNATURE, delivery.signature)
        for file in delivery.index.files:
            package.write(delivery.open_path(file.path), f"{FILES}/{file.path}")
            sessions.sent(exchange, session, file.path, file.size_bytes)
        sessions.write_down(exchange)  # the receipt may be taken by another process
    return Packed(
        file=out,
        pull=session.id,
        partner=agreement.assignee,
        files=len(delivery.index.files),
        size_bytes=grant.size_bytes,
    )


def _carried(exchange: Exchange, agreement: Agreement) -> Transfer:
    """Stand in for a transfer: a carried file needs no address and no token."""
    return Transfer(
        provider_pid=f"carried:{agreement.id}",
        consumer_pid="",
        role=Role.PROVIDER,
        state=TransferState.STARTED,
        partner=agreement.assignee,
        address="file:",
        agreement_id=agreement.id,
        format="file",
        changed_at=exchange.now(),
    )


@contextmanager
def _writing(out: Path) -> Iterator[zipfile.ZipFile]:
    """Write a file that has its name only when it is whole."""
    part = out.with_name(f"{out.name}.part")
    try:
        with zipfile.ZipFile(long_path(part), "w", zipfile.ZIP_STORED, strict_timestamps=False) as package:
            yield package
        long_path(part).replace(long_path(out))
    except OSError as error:
        raise write_failed(error) from None
    finally:
        long_path(part).unlink(missing_ok=True)


def unpack(exchange: Exchange, file: Path, *, out: Path) -> Pulled:
    """Put the product of a carried file in place under its terms; our receipt, to be carried back, lies beside it."""
    try:
        with zipfile.ZipFile(long_path(file)) as package:
            return _unpack(exchange, package, file, out.absolute())
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, KeyError):  # RuntimeError: encrypted
        raise InvalidInput("pull.bad_package", file=file.name) from None
    except OSError as error:
        raise write_failed(error) from None


def _unpack(exchange: Exchange, package: zipfile.ZipFile, file: Path, out: Path) -> Pulled:
    token = _text(package, HEAD)
    signature, body = _text(package, SIGNATURE), _bytes(package, INDEX, MAX_INDEX_BYTES)
    named = _unverified(token)
    agreement = agreement_of(exchange, named.agreement)
    head = _head(exchange.verifier.verify(token, typ=TYPE, signer=agreement.assigner))
    index = check_index(body, signature, exchange.verifier, provider=agreement.assigner)
    sha256 = hashlib.sha256(body).hexdigest()
    if (index.dataset, sha256) != (agreement.dataset, head.delivery_sha256):
        raise Denied("pull.other_dataset")
    refuse_reserved(index)
    if is_held(out) or (long_path(out).exists() and any(long_path(out).iterdir())):
        raise Conflict("pull.out_not_empty", out=out.name)
    said = stated(", ".join(head.purposes), head.place, {True: "yes", False: "no", None: ""}[head.training])
    job = Job(
        exchange=exchange,
        agreement=agreement,
        said=said,
        out=out,
        wait_s=0.0,
        pause=time.sleep,
        progress=lambda size_bytes: None,
    )
    arrived = Arrived(
        index=index,
        pull=head.pull,
        transfer=head.transfer,
        delivery_sha256=sha256,
        begun_at=exchange.now(),
        moved_bytes=sum(one.size_bytes for one in index.files),
    )
    log_begun(job, arrived)
    with FolderLock(job.part / ".genba" / "lock"):
        _extract(package, index, job.part / FILES)
        receipt, ours = place(job, arrived)
    shutil.rmtree(long_path(job.part), ignore_errors=True)
    ProductFolder(file.parent).put(f"{file.name}.receipt", ours.encode("ascii"))
    return pulled(job, receipt, index.title, ours, "")


def _unverified(token: str) -> _Head:
    """Look which agreement a package is about, so that it is known whose signature it needs."""
    from genba.trust import jws

    return _head(jws.read(token).payload)


def _head(payload: bytes) -> _Head:
    try:
        head = msgspec.json.decode(payload, type=_Head)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise KeyError(HEAD) from None
    if head.format != FORMAT:
        raise KeyError(HEAD)
    return head


def _extract(package: zipfile.ZipFile, index: DeliveryIndex, folder: Path) -> None:
    """Write just the files of the list, each proven before it counts."""
    target = ProductFolder(folder)
    for file in index.files:
        with package.open(f"{FILES}/{file.path}") as source, target.stream(file.path) as stream:
            left = file.size_bytes + 1
            while left and (block := source.read(min(BLOCK_BYTES, left))):
                stream.write(block)
                left -= len(block)
            made = stream.record()
        if (made.size_bytes, made.sha256) != (file.size_bytes, file.sha256):
            raise InvalidInput("pull.wrong_bytes", path=file.path)


def _bytes(package: zipfile.ZipFile, name: str, limit: int) -> bytes:
    with package.open(name) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise KeyError(name)
    return data


def _text(package: zipfile.ZipFile, name: str) -> str:
    return _bytes(package, name, MAX_TEXT_BYTES).decode("ascii", "replace").strip()


def answer_receipt(exchange: Exchange, file: Path) -> Path:
    """Take a receipt that was carried back, and write ours beside it as FILE.answer."""
    token = _carried_text(file)
    theirs = receipts.unverified(token)
    with exchange.database.reading() as tx:
        agreement = agreements.load(tx, theirs.agreement)
        publication = publications.load(tx, agreement.dataset) if agreement else None
    if agreement is None or publication is None or agreement.role is not Role.PROVIDER:
        raise NotFound("pull.no_such_agreement", id=theirs.agreement[:100])
    delivery, transfer = delivery_of(exchange, publication), _carried(exchange, agreement)
    grant = Grant(transfer=transfer, agreement=agreement, publication=publication, delivery=delivery)
    session = sessions.known(exchange, transfer, theirs.pull)
    ours = give_receipt(exchange, grant, session, token.encode("ascii"))
    ProductFolder(file.parent).put(f"{file.name}.answer", ours.encode("ascii"))
    return file.with_name(f"{file.name}.answer")


def keep_answer(exchange: Exchange, file: Path, product: Path) -> None:
    """Keep the provider's receipt, which came as a file, in our log and beside the product."""
    terms, held = holding.read_held(product, exchange.verifier)
    agreement = agreement_of(exchange, terms.agreement.id)
    token = _carried_text(file)
    receipts.answered(exchange, agreement, held.consumer, token)
    holding.put_receipts(exchange, product, msgspec.structs.replace(held, provider=token))


def _carried_text(file: Path) -> str:
    try:
        with long_path(file).open("rb") as stream:
            return stream.read(MAX_TEXT_BYTES).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise InvalidInput("pull.bad_receipt", reason="file") from None
