"""Messages and records as tests need them."""

from datetime import UTC, datetime

import msgspec
from msgspec import Raw

from genba.dsp import messages
from genba.model.exchange import Negotiation, NegotiationState, Role, Transfer, TransferState

NOW = datetime(2026, 4, 1, tzinfo=UTC)
OFFER = {
    "@type": "Offer",
    "@id": "offer-7",
    "target": "dataset-7",
    "assigner": "did:web:maker.example",
    "permission": [
        {
            "action": "use",
            "constraint": [
                {"leftOperand": "UsagePurpose", "operator": "isAnyOf", "rightOperand": ["cx.quality.base:1"]},
                {"or": [{"leftOperand": "count", "operator": "lteq", "rightOperand": "3"}]},
            ],
        }
    ],
}
AGREEMENT = OFFER | {
    "@type": "Agreement",
    "@id": "agreement-7",
    "assignee": "did:web:buyer.example",
    "timestamp": "2026-04-01T00:00:00Z",
}
ADDRESS = {"@type": "DataAddress", "endpointType": "https://w3id.org/idsa/v4.1/HTTP", "endpoint": "https://m.example/d"}
BOTH = {"provider_pid": "urn:uuid:p-1", "consumer_pid": "urn:uuid:c-1"}


def raw(value: object) -> Raw:
    return Raw(msgspec.json.encode(value))


def every_message() -> list[messages.Body]:
    """One of each message, complete."""
    return [
        messages.ContractRequest(consumer_pid="c-1", offer=raw(OFFER), callback_address="https://buyer.example/dsp"),
        messages.ContractRequest(consumer_pid="c-1", provider_pid="p-1", offer=raw(OFFER)),
        messages.ContractOffer(provider_pid="p-1", offer=raw(OFFER), callback_address="https://maker.example/dsp"),
        messages.ContractOffer(provider_pid="p-1", consumer_pid="c-1", offer=raw(OFFER)),
        messages.ContractAgreement(**BOTH, agreement=raw(AGREEMENT)),
        messages.AgreementVerification(**BOTH),
        messages.NegotiationEvent(**BOTH, event_type=NegotiationState.ACCEPTED),
        messages.NegotiationEvent(**BOTH, event_type=NegotiationState.FINALIZED),
        messages.NegotiationTermination(**BOTH),
        messages.NegotiationTermination(**BOTH, code="exchange.refused", reason=("利用目的が異なります",)),
        messages.ContractNegotiation(**BOTH, state=NegotiationState.AGREED),
        messages.TransferRequest(
            consumer_pid="c-1", agreement_id="a-1", format="HttpData-PULL", callback_address="https://buyer.example/dsp"
        ),
        messages.TransferStart(**BOTH),
        messages.TransferStart(**BOTH, data_address=raw(ADDRESS)),
        messages.TransferSuspension(**BOTH, reason=("pause",)),
        messages.TransferCompletion(**BOTH),
        messages.TransferTermination(**BOTH, code="1", reason=("over",)),
        messages.TransferProcess(**BOTH, state=TransferState.STARTED),
        messages.CatalogRequest(filter=({"search": "vibration"},)),
        messages.CatalogRequest(),
    ]


def negotiation(role: Role, state: NegotiationState | None = None, **given: str) -> Negotiation:
    pids = BOTH | given
    return Negotiation(
        **pids,  # type: ignore[arg-type]
        role=role,
        state=state,
        partner="did:web:other.example",
        address="https://other.example/dsp/2025-1",
        dataset="dataset-7",
        offer="",
        changed_at=NOW,
    )


def transfer(role: Role, state: TransferState | None = None, **given: str) -> Transfer:
    pids = BOTH | given
    return Transfer(
        **pids,  # type: ignore[arg-type]
        role=role,
        state=state,
        partner="did:web:other.example",
        address="https://other.example/dsp/2025-1",
        agreement_id="a-1",
        format="HttpData-PULL",
        changed_at=NOW,
    )
