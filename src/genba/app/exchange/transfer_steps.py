"""What a step of a transfer does: the message it sends, the access it gives or takes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256

import msgspec

from genba.app.exchange import in_force, notices
from genba.app.exchange.node import Exchange
from genba.app.exchange.proven import Proven
from genba.app.exchange.sending import Letter, plain, queue, record
from genba.dsp import messages
from genba.dsp.data_address import DataAddress, write_data_address
from genba.dsp.repetition import may_send_transfer
from genba.dsp.transfer import FINAL, Message, allows
from genba.errors import Conflict, GenbaError
from genba.model.exchange import Outgoing, Role, Transfer, TransferState
from genba.ports.database import Transaction
from genba.ports.exchange import Step
from genba.storage.exchange import agreements, outbox

_START = messages.type_of(messages.TransferStart)
WITHDRAWN = "exchange.agreement_withdrawn"  # the code of a termination that takes back the agreement itself
STEPS: Mapping[str, Message] = {
    "start": Message.START,
    "suspend": Message.SUSPENSION,
    "complete": Message.COMPLETION,
    "terminate": Message.TERMINATION,
}


def settle(
    exchange: Exchange, tx: Transaction, before: Transfer, after: Transfer, *, message: Message, sender: Role
) -> Transfer:
    """Do all that belongs to a new state: log it, take access away, ask the rules, queue what they say."""
    after = note(exchange, tx, before, after, message=message, sender=sender)
    agreement = agreements.load(tx, after.agreement_id)
    if agreement is None:
        return after
    step = exchange.rules.transfer(str(after.state), agreement, role=str(after.role), steps=_steps(before))
    return carry_out(exchange, tx, after, step)


def _steps(before: Transfer) -> int:
    """Count the changes up to now: a provider's record begins with the first, a consumer's one before it."""
    if before.state is None:
        return 1
    return before.version + (2 if before.role is Role.PROVIDER else 1)


def note(
    exchange: Exchange, tx: Transaction, before: Transfer, after: Transfer, *, message: Message, sender: Role
) -> Transfer:
    """Log a new state; the access goes with it."""
    notices.over(exchange, tx, after.pid)
    if after.role is Role.PROVIDER:
        after = _with_access(after, sender)
    record(
        exchange,
        tx,
        "transfer",
        agreement=after.agreement_id,
        partner=after.partner,
        process=after.pid,
        consumer_pid=after.consumer_pid,
        provider_pid=after.provider_pid,
        state=after.state,
        message=message,
        sender=sender,
        reason=after.reason,
    )
    return after


def carry_out(exchange: Exchange, tx: Transaction, transfer: Transfer, step: Step) -> Transfer:
    """Queue the message of a step, or tell a person; gives the record to be saved."""
    if step.do == "nothing":
        return transfer
    if step.do == "wait":
        notices.tell(exchange, tx, step.reason, transfer.pid, partner=transfer.partner, **step.details)
        return transfer
    if step.do == "start" and transfer.role is Role.PROVIDER:
        step = _checked(exchange, tx, transfer, step)
    check(exchange, tx, transfer, step)
    changed, letter = _LETTERS[step.do](exchange, transfer, step)
    queue(
        exchange,
        tx,
        letter,
        process=transfer.pid,
        kind="transfer",
        partner=transfer.partner,
        address=transfer.address,
    )
    return changed


def _checked(exchange: Exchange, tx: Transaction, transfer: Transfer, step: Step) -> Step:
    """Start only what the agreement still allows; otherwise tell the partner why not."""
    try:
        in_force.check(exchange, tx, transfer.agreement_id)
    except GenbaError as error:
        return Step(do="terminate", reason=error.code)
    return step


def check(exchange: Exchange, tx: Transaction, transfer: Transfer, step: Step) -> None:
    """Refuse a step that we may not take now; a termination takes the place of a message that is on its way."""
    means = STEPS.get(step.do)
    if means is None or not allows(transfer.state, means, transfer.role):
        raise Conflict("exchange.step_not_allowed", step=step.do, state=transfer.state or "-")
    pending = outbox.pending(tx, transfer.pid)
    if pending is None:
        return
    if not may_send_transfer(transfer, means, pending=own_message(exchange, pending)):
        raise Conflict("exchange.message_on_its_way")
    outbox.drop(tx, transfer.pid)


def own_message(exchange: Exchange, pending: Outgoing) -> messages.TransferMessage:
    """Read a message of ours out of the outbox."""
    return messages.read_transfer_message(plain(exchange, pending))


def _start(exchange: Exchange, transfer: Transfer, step: Step) -> tuple[Transfer, Letter]:
    message = messages.TransferStart(
        id=exchange.new_id(), provider_pid=transfer.provider_pid, consumer_pid=transfer.consumer_pid
    )
    path = ("transfers", theirs(transfer), "start")
    if transfer.role is Role.CONSUMER:
        return transfer, Letter(message=message, path=path)
    token = exchange.new_token()
    endpoint = f"{exchange.settings.protocol.address}/data/{transfer.provider_pid}/"
    address = write_data_address(DataAddress(endpoint=endpoint, authorization=token))
    before = access_of(transfer)
    kept = Access(token_sha256=sha256(token.encode()).hexdigest(), proven=before.proven)
    message = msgspec.structs.replace(message, data_address=msgspec.Raw(address.encode()))
    changed = replace(transfer, data_address=msgspec.json.encode(kept).decode())
    return changed, Letter(message=message, path=path, secret=True)


def _suspend(exchange: Exchange, transfer: Transfer, step: Step) -> tuple[Transfer, Letter]:
    message = messages.TransferSuspension(
        id=exchange.new_id(),
        provider_pid=transfer.provider_pid,
        consumer_pid=transfer.consumer_pid,
        code=step.reason,
        reason=_reasons(step),
    )
    # Access ends at once, not when the partner has heard of it.
    return _closed(transfer), Letter(message=message, path=("transfers", theirs(transfer), "suspension"))


def _complete(exchange: Exchange, transfer: Transfer, step: Step) -> tuple[Transfer, Letter]:
    message = messages.TransferCompletion(
        id=exchange.new_id(), provider_pid=transfer.provider_pid, consumer_pid=transfer.consumer_pid
    )
    return _closed(transfer), Letter(message=message, path=("transfers", theirs(transfer), "completion"))


def _terminate(exchange: Exchange, transfer: Transfer, step: Step) -> tuple[Transfer, Letter]:
    message = messages.TransferTermination(
        id=exchange.new_id(),
        provider_pid=transfer.provider_pid,
        consumer_pid=transfer.consumer_pid,
        code=step.reason,
        reason=_reasons(step),
    )
    return _closed(transfer), Letter(message=message, path=("transfers", theirs(transfer), "termination"))


def _closed(transfer: Transfer) -> Transfer:
    return closed(transfer) if transfer.role is Role.PROVIDER else transfer


class Access(msgspec.Struct):
    """What a provider keeps of a token: its hash; where access has ended, the hash that receipts are still given to.

    What the consumer itself let rest is good again when it goes on, for no start of ours can bring it a new token then.
    """

    token_sha256: str = ""
    resting_sha256: str = ""
    receipts_sha256: str = ""
    proven: Proven | None = None


def access_of(transfer: Transfer) -> Access:
    """Read what a provider keeps of the access to a transfer."""
    return msgspec.json.decode(transfer.data_address, type=Access) if transfer.data_address else Access()


def _with_access(transfer: Transfer, sender: Role) -> Transfer:
    """Give a provider's record the access that its new state allows: none at an end, none at rest."""
    if transfer.state in FINAL:
        return closed(transfer)
    kept = access_of(transfer)
    if transfer.state is TransferState.SUSPENDED and kept.token_sha256:
        kept = Access(resting_sha256=kept.token_sha256, proven=kept.proven)
    elif transfer.state is TransferState.STARTED and sender is Role.CONSUMER and kept.resting_sha256:
        kept = Access(token_sha256=kept.resting_sha256, proven=kept.proven)
    else:
        return transfer
    return replace(transfer, data_address=msgspec.json.encode(kept).decode())


def is_open(tx: Transaction, transfer: Transfer) -> bool:
    """Whether data may flow now: it has started, or our start is on its way, which the consumer may have read."""
    if transfer.state is TransferState.STARTED:
        return True
    if transfer.state not in (TransferState.REQUESTED, TransferState.SUSPENDED):
        return False
    pending = outbox.pending(tx, transfer.pid)
    return pending is not None and pending.message == _START


def closed(transfer: Transfer) -> Transfer:
    """Take the access away as provider; what was delivered until then can still be receipted."""
    if not transfer.data_address:
        return transfer
    kept = access_of(transfer)
    receipted = kept.token_sha256 or kept.resting_sha256 or kept.receipts_sha256
    ended = Access(receipts_sha256=receipted, proven=kept.proven)
    return replace(transfer, data_address=msgspec.json.encode(ended).decode())


def _reasons(step: Step) -> tuple[str, ...]:
    return (step.details.get("text") or step.reason or "ended",)


def theirs(transfer: Transfer) -> str:
    """Give the other side's id of a transfer."""
    return transfer.consumer_pid if transfer.role is Role.PROVIDER else transfer.provider_pid


_LETTERS: Mapping[str, Callable[[Exchange, Transfer, Step], tuple[Transfer, Letter]]] = {
    "start": _start,
    "suspend": _suspend,
    "complete": _complete,
    "terminate": _terminate,
}
