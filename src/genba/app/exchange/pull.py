"""Pull what was agreed: fetch and prove every byte, put the product in place under its terms, exchange receipts."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import msgspec

from genba.app.exchange import access, holding, receipts, received
from genba.app.exchange.circumstances import Stated, stated
from genba.app.exchange.downloading import Endpoint, download, refusal
from genba.app.exchange.fetching import Fetched, endpoint_of, fetch_index
from genba.app.exchange.node import Exchange
from genba.app.exchange.receipts import Receipt
from genba.app.exchange.sending import record
from genba.app.exchange.transfer_steps import WITHDRAWN
from genba.app.exchange.uses import RESERVED, is_held
from genba.errors import Conflict, Denied, InvalidInput, NotFound, Unavailable
from genba.model.exchange import Agreement, Role, Transfer
from genba.storage.exchange import agreements, transfers
from genba.storage.exchange.deliveries import FILES, DeliveryIndex, check_index
from genba.storage.files import ProductFolder, long_path, replace_patiently, write_failed
from genba.storage.lock import FolderLock

WAIT_S = 120.0
STATE = "pull.json"
_UNAUTHORISED = 401


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


class _State(msgspec.Struct, frozen=True, kw_only=True):
    """What an unfinished pull needs to go on."""

    agreement: str
    pull: str = ""
    stated: msgspec.Raw = msgspec.Raw(b"{}")


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


def pull(
    exchange: Exchange,
    agreement_id: str,
    *,
    out: Path,
    purpose: str,
    place: str = "",
    training: bool = False,
    wait_s: float = WAIT_S,
    pause: Callable[[float], None] = time.sleep,
    progress: Callable[[int], None] = lambda size_bytes: None,
) -> Pulled:
    """Get the product of an agreement into `out`; a pull that broke off goes on where it was.

    `place` is where the data will be processed: our own country unless another is named.
    """
    agreement = _agreement(exchange, agreement_id)
    job = Job(
        exchange=exchange,
        agreement=agreement,
        said=stated(purpose, place or exchange.settings.place, "yes" if training else "no"),
        out=out.absolute(),
        wait_s=wait_s,
        pause=pause,
        progress=progress,
    )
    if is_held(job.out):
        return _finish(job)
    there = long_path(job.out)
    if there.exists() and (not there.is_dir() or any(there.iterdir())):
        raise Conflict("pull.out_not_empty", out=out.name)
    with FolderLock(job.part / ".genba" / "lock"):
        try:
            done = _pull(job)
        except Denied as error:
            _learn(job, error)
            raise
    shutil.rmtree(long_path(job.part), ignore_errors=True)
    return done


def _learn(job: Job, error: Denied) -> None:
    """A provider that refuses because it has withdrawn the agreement tells us so, even where no message did."""
    told = f"{error.details.get('reasons', '')} {error.details.get('reason', '')}"
    if "pull.withdrawn" not in told and WITHDRAWN not in told:
        return
    with job.exchange.database.transaction() as tx:
        received.learn_withdrawal(job.exchange, tx, job.agreement.id, told.strip())
    received.mark_withdrawn(job.exchange)


def _agreement(exchange: Exchange, agreement_id: str) -> Agreement:
    with exchange.database.reading() as tx:
        agreement = agreements.load(tx, agreement_id)
    if agreement is None or agreement.role is not Role.CONSUMER:
        raise NotFound("pull.no_such_agreement", id=agreement_id[:100])
    if not agreement.final:
        raise Conflict("pull.not_agreed")
    if agreement.withdrawn_at is not None:
        raise Denied("pull.withdrawn")
    return agreement


def _pull(job: Job) -> Pulled:
    transfer, fetched = _begun(job)
    folder = job.part / FILES
    if fetched.index is not None:
        index = _proven(job, fetched)
        pull_id, delivery_sha256 = fetched.index.pull, sha256(bytes(fetched.index.delivery)).hexdigest()
    else:
        index, pull_id, delivery_sha256 = _unsigned(job, fetched), job.exchange.new_id(), ""
    begun_at = job.exchange.now()
    _log_begun(job, transfer, index, pull_id, delivery_sha256)
    endpoint = replace(fetched.endpoint, headers={**fetched.endpoint.headers, "Genba-Pull": pull_id})
    moved_bytes = sum(file.size_bytes for file in index.files)
    if fetched.index is not None:
        endpoint = replace(endpoint, pause=job.pause)
        moved_bytes = download(endpoint, index, job.part, progress=job.progress).received_bytes
    _keep_only(folder, index)
    receipt = Receipt(
        format=receipts.FORMAT,
        by=job.exchange.participant,
        role=Role.CONSUMER.value,
        pull=pull_id,
        transfer=transfer.provider_pid,
        agreement=job.agreement.id,
        terms_sha256=receipts.terms_hash(job.agreement.policy),
        provider=job.agreement.assigner,
        consumer=job.agreement.assignee,
        dataset=index.dataset,
        version=index.version,
        delivery_sha256=delivery_sha256,
        files=len(index.files),
        size_bytes=sum(file.size_bytes for file in index.files),
        moved_bytes=moved_bytes,
        begun_at=receipts.utc(begun_at),
        ended_at=receipts.utc(job.exchange.now()),
        purposes=job.said.purposes or (),
        place=job.said.place or "",
        training=job.said.training,
    )
    token = _receipted(job, receipt)
    holding.write_terms(job.exchange, folder, job.agreement, index, receipt, token)
    _put_in_place(folder, job.out)
    received.remember(job.exchange, job.agreement.id, job.out)
    theirs = _exchange_receipts(job, endpoint, token) if delivery_sha256 else ""
    if theirs or not delivery_sha256:  # otherwise a later pull asks again
        access.finish(job.exchange, transfer)
    return _pulled(job, receipt, index.title, token, theirs)


def _begun(job: Job) -> tuple[Transfer, Fetched]:
    """Begin the pull, or take up the one that broke off; an old access that is no longer good is replaced once."""
    state = _state(job)
    transfer = access.started(job.exchange, job.agreement)
    if transfer is not None:
        for pull_id in dict.fromkeys((state.pull, "")):
            try:
                return transfer, _ask(job, transfer, pull_id)
            except (Denied, Conflict) as error:
                if error.details.get("status") == _UNAUTHORISED:
                    break
                if not pull_id:
                    raise
    transfer = access.start(job.exchange, job.agreement, wait_s=job.wait_s, pause=job.pause)
    return transfer, _ask(job, transfer, "")


def _ask(job: Job, transfer: Transfer, pull_id: str) -> Fetched:
    endpoint = endpoint_of(transfer.data_address, job.exchange.http)
    headers = job.said.headers() | ({"Genba-Pull": pull_id} if pull_id else {})
    fetched = fetch_index(endpoint, headers, job.part / FILES)
    if fetched.index is not None:
        state = _State(agreement=job.agreement.id, pull=fetched.index.pull, stated=msgspec.Raw(job.told()))
        ProductFolder(job.part).put(STATE, msgspec.json.encode(state))
    return fetched


def _state(job: Job) -> _State:
    """Read what a broken pull left; a use that is stated differently now is another pull."""
    empty = _State(agreement=job.agreement.id)
    try:
        found = msgspec.json.decode(long_path(job.part / STATE).read_bytes(), type=_State)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return empty
    if found.agreement != job.agreement.id:
        raise Conflict("pull.part_of_other", folder=job.part.name)
    return found if bytes(found.stated) == job.told() else empty


def _proven(job: Job, fetched: Fetched) -> DeliveryIndex:
    """Check that the provider signed this list, and that it is of what was agreed."""
    if fetched.index is None or fetched.index.agreement != job.agreement.id:
        raise Denied("pull.other_dataset")
    delivery = bytes(fetched.index.delivery)
    provider = job.agreement.assigner
    index = check_index(delivery, fetched.index.signature, job.exchange.verifier, provider=provider)
    if index.dataset != job.agreement.dataset:
        raise Denied("pull.other_dataset")
    for file in index.files:
        if file.path.casefold() in RESERVED:
            raise InvalidInput("pull.reserved_name", path=file.path)
    return index


def _unsigned(job: Job, fetched: Fetched) -> DeliveryIndex:
    """Describe what a connector gave that signs nothing."""
    files = (fetched.file,) if fetched.file is not None else ()
    agreement = job.agreement
    return DeliveryIndex(
        dataset=agreement.dataset, version="", title=agreement.dataset, provider=agreement.assigner, files=files
    )


def _log_begun(job: Job, transfer: Transfer, index: DeliveryIndex, pull_id: str, delivery_sha256: str) -> None:
    with job.exchange.database.transaction() as tx:
        record(
            job.exchange,
            tx,
            "pull.begun",
            agreement=job.agreement.id,
            partner=job.agreement.assigner,
            pull=pull_id,
            transfer=transfer.provider_pid,
            dataset=index.dataset,
            version=index.version,
            delivery_sha256=delivery_sha256,
            files=len(index.files),
            size_bytes=sum(file.size_bytes for file in index.files),
            stated=job.said.record(),
        )


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


def _exchange_receipts(job: Job, endpoint: Endpoint, token: str) -> str:
    """Hand our receipt over and keep the provider's; where it cannot answer now, a later pull into `out` asks again."""
    try:
        answer = job.exchange.http.request(
            "POST", endpoint.url + "receipts", headers=endpoint.headers, body=token.encode("ascii")
        )
        if answer.status != 200:
            raise refusal(answer)
    except (Unavailable, NotFound, Conflict):
        return ""
    theirs = answer.body.decode("ascii", "replace").strip()
    receipts.answered(job.exchange, job.agreement, token, theirs)
    held = holding.read_held(job.out, job.exchange.verifier)[1]
    holding.put_receipts(job.exchange, job.out, msgspec.structs.replace(held, provider=theirs))
    return theirs


def _finish(job: Job) -> Pulled:
    """Take what lies in place already: only the provider's receipt may still be missing."""
    terms, held = holding.read_held(job.out, job.exchange.verifier)
    if terms.agreement.id != job.agreement.id:
        raise Conflict("pull.out_not_empty", out=job.out.name)
    receipt = receipts.read(held.consumer, job.exchange.verifier, signer=job.exchange.participant)
    theirs = held.provider
    with job.exchange.database.reading() as tx:
        transfer = transfers.by_peer(tx, Role.CONSUMER, receipt.transfer, receipt.provider, job.exchange.vault)
    if not theirs and receipt.delivery_sha256 and transfer is not None and transfer.data_address:
        # Also when the transfer has ended meanwhile: receipts are given for what was delivered before.
        endpoint = endpoint_of(transfer.data_address, job.exchange.http)
        endpoint = replace(endpoint, headers={**endpoint.headers, "Genba-Pull": receipt.pull})
        theirs = _exchange_receipts(job, endpoint, held.consumer)
        access.finish(job.exchange, transfer)
    return _pulled(job, msgspec.structs.replace(receipt, moved_bytes=0), terms.title, held.consumer, theirs)


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
        if long_path(out).is_dir():
            long_path(out).rmdir()
        replace_patiently(long_path(folder), long_path(out))
    except OSError as error:
        raise write_failed(error) from None


def _pulled(job: Job, receipt: Receipt, title: str, token: str, theirs: str) -> Pulled:
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
