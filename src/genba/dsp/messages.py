"""Messages of the Dataspace Protocol 2025-1: read tolerantly from bytes, written strictly as its schemas want them."""

from functools import lru_cache
from typing import Annotated, Any, TypeVar, cast

import msgspec
from msgspec import Meta, Raw, Struct, field

from genba.dsp.compaction import compact
from genba.dsp.limits import check_body
from genba.errors import InvalidInput
from genba.model.exchange import NegotiationState, TransferState

CONTEXT = "https://w3id.org/dspace/2025/1/context.jsonld"
_CONTEXT_MEMBER = b'{"@context":["' + CONTEXT.encode() + b'"],'

# No control characters: ids and addresses reach logs, headers and databases.
Name = Annotated[str, Meta(min_length=1, max_length=1_024, pattern=r"^[^\x00-\x1f\x7f]+$")]
Address = Annotated[str, Meta(min_length=1, max_length=2_048, pattern=r"^[^\x00-\x20\x7f]+$")]
Reasons = Annotated[tuple[Any, ...], Meta(max_length=100)]
REASON_CHARS = 1_000
B = TypeVar("B", bound="Body")


class Body(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """What every body has beside its own fields: an id of the message, which the protocol does not ask for."""

    id: str = field(name="@id", default="")


class Process(Body, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """A message about a negotiation or transfer that both sides have named."""

    provider_pid: Name
    consumer_pid: Name


class ContractRequest(Body, frozen=True, kw_only=True, tag_field="@type", tag="ContractRequestMessage"):
    """The consumer asks for a dataset, at first with a callback address, later with the provider's pid."""

    consumer_pid: Name
    provider_pid: str = ""
    offer: Raw
    callback_address: str = ""


class ContractOffer(Body, frozen=True, kw_only=True, tag_field="@type", tag="ContractOfferMessage"):
    """The provider offers terms, of its own accord with a callback address, else with the consumer's pid."""

    provider_pid: Name
    consumer_pid: str = ""
    offer: Raw
    callback_address: str = ""


class ContractAgreement(Process, frozen=True, kw_only=True, tag_field="@type", tag="ContractAgreementMessage"):
    """The provider agrees."""

    agreement: Raw


class AgreementVerification(
    Process, frozen=True, kw_only=True, tag_field="@type", tag="ContractAgreementVerificationMessage"
):
    """The consumer confirms the agreement."""


class NegotiationEvent(Process, frozen=True, kw_only=True, tag_field="@type", tag="ContractNegotiationEventMessage"):
    """The consumer accepts an offer (ACCEPTED), or the provider ends well (FINALIZED)."""

    event_type: NegotiationState


class NegotiationTermination(
    Process, frozen=True, kw_only=True, tag_field="@type", tag="ContractNegotiationTerminationMessage"
):
    """Either side breaks off."""

    code: str = ""
    reason: Reasons = ()


class ContractNegotiation(Process, frozen=True, kw_only=True, tag_field="@type", tag="ContractNegotiation"):
    """The state of a negotiation, as an answer."""

    state: NegotiationState


class TransferRequest(Body, frozen=True, kw_only=True, tag_field="@type", tag="TransferRequestMessage"):
    """The consumer wants the data of an agreement."""

    consumer_pid: Name
    agreement_id: Name
    format: Name
    callback_address: Address
    data_address: Raw = Raw(b"")


class TransferStart(Process, frozen=True, kw_only=True, tag_field="@type", tag="TransferStartMessage"):
    """The data can flow; for a pull, the provider says where."""

    data_address: Raw = Raw(b"")


class TransferCompletion(Process, frozen=True, kw_only=True, tag_field="@type", tag="TransferCompletionMessage"):
    """The transfer is done."""


class TransferSuspension(Process, frozen=True, kw_only=True, tag_field="@type", tag="TransferSuspensionMessage"):
    """The transfer rests."""

    code: str = ""
    reason: Reasons = ()


class TransferTermination(Process, frozen=True, kw_only=True, tag_field="@type", tag="TransferTerminationMessage"):
    """The transfer is broken off."""

    code: str = ""
    reason: Reasons = ()


class TransferProcess(Process, frozen=True, kw_only=True, tag_field="@type", tag="TransferProcess"):
    """The state of a transfer, as an answer."""

    state: TransferState


class CatalogRequest(Body, frozen=True, kw_only=True, tag_field="@type", tag="CatalogRequestMessage"):
    """Somebody wants to see the catalog."""

    filter: Annotated[tuple[Any, ...], Meta(max_length=100)] = ()


NegotiationMessage = (
    ContractRequest
    | ContractOffer
    | ContractAgreement
    | AgreementVerification
    | NegotiationEvent
    | NegotiationTermination
)
TransferMessage = TransferRequest | TransferStart | TransferCompletion | TransferSuspension | TransferTermination

NEGOTIATION_MESSAGES: tuple[type[Body], ...] = (
    ContractRequest,
    ContractOffer,
    ContractAgreement,
    AgreementVerification,
    NegotiationEvent,
    NegotiationTermination,
)
TRANSFER_MESSAGES: tuple[type[Body], ...] = (
    TransferRequest,
    TransferStart,
    TransferCompletion,
    TransferSuspension,
    TransferTermination,
)


def type_of(kind: type[Body] | Body) -> str:
    """Give the @type of a kind of message, or of a message."""
    return str(kind.__struct_config__.tag)


@lru_cache(maxsize=64)
def _decoder(kind: type[B]) -> msgspec.json.Decoder[B]:
    return msgspec.json.Decoder(kind)


_encoder = msgspec.json.Encoder()


def read(body: bytes, kind: type[B]) -> B:
    """Read a message of the kind that belongs to the path; other spellings of its terms are understood."""
    check_body(body)
    try:
        return cast(B, _decoder(kind).decode(body))
    except (msgspec.ValidationError, UnicodeDecodeError):
        return _read_otherwise(body, kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InvalidInput("dsp.not_json", message=type_of(kind)) from error


def _read_otherwise(body: bytes, kind: type[B]) -> B:
    """Read again, with prefixes, expanded terms and lists of one brought to the compact form."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput("dsp.not_json", message=type_of(kind)) from error
    try:
        return cast(B, _decoder(kind).decode(_encoder.encode(compact(value))))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        # The library's message names the path and the expected type, never a value.
        raise InvalidInput("dsp.message_invalid", message=type_of(kind), problem=str(error)) from error


def read_negotiation_message(body: bytes) -> NegotiationMessage:
    """Read any message of a negotiation, by its own @type; used for our own stored messages."""
    return read(body, _kind_of(body, NEGOTIATION_MESSAGES))  # type: ignore[return-value]


def read_transfer_message(body: bytes) -> TransferMessage:
    """Read any message of a transfer, by its own @type; used for our own stored messages."""
    return read(body, _kind_of(body, TRANSFER_MESSAGES))  # type: ignore[return-value]


class _Typed(Struct):
    type: str = field(name="@type", default="")


def _kind_of(body: bytes, kinds: tuple[type[Body], ...]) -> type[Body]:
    check_body(body)
    try:
        name = msgspec.json.decode(body, type=_Typed).type
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput("dsp.not_json", message="") from error
    for kind in kinds:
        if type_of(kind) == name.rpartition("/")[2].rpartition(":")[2]:
            return kind
    raise InvalidInput("dsp.message_unknown", message=name[:100])


def write(message: Body) -> bytes:
    """Write a message or a state as the schemas want it."""
    return _CONTEXT_MEMBER + _encoder.encode(message)[1:]


def reason_text(reason: tuple[Any, ...], code: str = "") -> str:
    """Put the reasons of a termination, which may be texts or objects, into one readable text of limited length."""
    parts = [text for item in reason if (text := _text(item))]
    return (" / ".join(parts) or code)[:REASON_CHARS]


def _text(item: object) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, dict):
        for key in ("message", "@value", "reason", "description"):
            if isinstance(item.get(key), str):
                return str(item[key])
    return msgspec.json.encode(item).decode()
