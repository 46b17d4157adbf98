"""Pull what was agreed: fetch and prove every byte, put the product in place under its terms, exchange receipts."""

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import msgspec

from genba.app.exchange import access, holding, receipts, received
from genba.app.exchange.circumstances import stated
from genba.app.exchange.downloading import Endpoint, download, refusal
from genba.app.exchange.fetching import Fetched, endpoint_of, fetch_index
from genba.app.exchange.node import Exchange
from genba.app.exchange.placing import Arrived, Job, Pulled, agreement_of, log_begun, place, pulled, refuse_reserved
from genba.app.exchange.refusals import reasons_of
from genba.app.exchange.transfer_steps import WITHDRAWN
from genba.app.exchange.uses import is_held
from genba.errors import Conflict, Denied, NotFound, Unavailable
from genba.model.exchange import Role, Transfer
from genba.model.policy import Reason
from genba.storage.exchange import transfers
from genba.storage.exchange.deliveries import FILES, DeliveryIndex, check_index
from genba.storage.files import ProductFolder, long_path
from genba.storage.lock import FolderLock

WAIT_S = 120.0
STATE = "pull.json"
_UNAUTHORISED = 401


class _State(msgspec.Struct, frozen=True, kw_only=True):
    """What an unfinished pull needs to go on."""

    agreement: str
    pull: str = ""
    stated: msgspec.Raw = msgspec.Raw(b"{}")


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
    # What arrived before a withdrawal can still be receipted.
    agreement = agreement_of(exchange, agreement_id, also_withdrawn=is_held(out.absolute()))
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
        done = _finish(job)
        if agreement.withdrawn_at is not None:
            raise Denied("pull.withdrawn")
        return done
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
    given = error.details.get("reason")
    codes = [reason.code for reason in (*reasons_of(error), *((given,) if isinstance(given, Reason) else ()))]
    if "pull.withdrawn" not in codes and WITHDRAWN not in codes:
        return
    with job.exchange.database.transaction() as tx:
        received.learn_withdrawal(job.exchange, tx, job.agreement.id, " ".join(codes))
    received.mark_withdrawn(job.exchange)


def _pull(job: Job) -> Pulled:
    transfer, fetched = _begun(job)
    if fetched.index is not None:
        index = _proven(job, fetched)
        pull_id, delivery_sha256 = fetched.index.pull, sha256(bytes(fetched.index.delivery)).hexdigest()
    else:
        index, pull_id, delivery_sha256 = _unsigned(job, fetched), job.exchange.new_id(), ""
    arrived = Arrived(
        index=index,
        pull=pull_id,
        transfer=transfer.provider_pid,
        delivery_sha256=delivery_sha256,
        begun_at=job.exchange.now(),
        moved_bytes=sum(file.size_bytes for file in index.files),
    )
    log_begun(job, arrived)
    endpoint = replace(fetched.endpoint, headers={**fetched.endpoint.headers, "Genba-Pull": pull_id}, pause=job.pause)
    if fetched.index is not None:
        tally = download(endpoint, index, job.part, progress=job.progress)
        arrived = replace(arrived, moved_bytes=tally.received_bytes)
    receipt, token = place(job, arrived)
    theirs = _exchange_receipts(job, endpoint, token) if delivery_sha256 else ""
    if theirs or not delivery_sha256:  # otherwise a later pull asks again
        access.finish(job.exchange, transfer)
    return pulled(job, receipt, index.title, token, theirs)


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
    refuse_reserved(index)
    return index


def _unsigned(job: Job, fetched: Fetched) -> DeliveryIndex:
    """Describe what a connector gave that signs nothing."""
    files = (fetched.file,) if fetched.file is not None else ()
    agreement = job.agreement
    return DeliveryIndex(
        dataset=agreement.dataset, version="", title=agreement.dataset, provider=agreement.assigner, files=files
    )


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
    return pulled(job, msgspec.structs.replace(receipt, moved_bytes=0), terms.title, held.consumer, theirs)
