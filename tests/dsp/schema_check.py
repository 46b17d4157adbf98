"""Validates what we send against the protocol's own schemas."""

from functools import cache
from typing import Any

import msgspec
from jsonschema import Draft201909Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT201909

from genba.dsp.shipped import schemas

BASE = "https://w3id.org/dspace/2025/1/"
PLACES = {
    "ContractRequestMessage": "negotiation/contract-request-message-schema.json",
    "ContractOfferMessage": "negotiation/contract-offer-message-schema.json",
    "ContractAgreementMessage": "negotiation/contract-agreement-message-schema.json",
    "ContractAgreementVerificationMessage": "negotiation/contract-agreement-verification-message-schema.json",
    "ContractNegotiationEventMessage": "negotiation/contract-negotiation-event-message-schema.json",
    "ContractNegotiationTerminationMessage": "negotiation/contract-negotiation-termination-message-schema.json",
    "ContractNegotiation": "negotiation/contract-negotiation-schema.json",
    "ContractNegotiationError": "negotiation/contract-negotiation-error-schema.json",
    "TransferRequestMessage": "transfer/transfer-request-message-schema.json",
    "TransferStartMessage": "transfer/transfer-start-message-schema.json",
    "TransferCompletionMessage": "transfer/transfer-completion-message-schema.json",
    "TransferSuspensionMessage": "transfer/transfer-suspension-message-schema.json",
    "TransferTerminationMessage": "transfer/transfer-termination-message-schema.json",
    "TransferProcess": "transfer/transfer-process-schema.json",
    "TransferError": "transfer/transfer-error-schema.json",
    "CatalogRequestMessage": "catalog/catalog-request-message-schema.json",
    "CatalogError": "catalog/catalog-error-schema.json",
    "Catalog": "catalog/catalog-schema.json",
    "Dataset": "catalog/dataset-schema.json",
    "VersionResponse": "common/protocol-version-schema.json",
}


@cache
def _registry() -> Registry[Any]:
    resources = [(name, Resource(contents=schema, specification=DRAFT201909)) for name, schema in schemas().items()]
    return Registry().with_resources(resources)  # type: ignore[no-any-return]


@cache
def _validator(kind: str) -> Draft201909Validator:
    return Draft201909Validator(schemas()[BASE + PLACES[kind]], registry=_registry())


def problems(body: bytes, kind: str = "") -> list[str]:
    """What the schema of a document's type, or of the given kind, finds wrong."""
    value = msgspec.json.decode(body)
    return [f"{error.json_path}: {error.message}" for error in _validator(kind or value["@type"]).iter_errors(value)]
