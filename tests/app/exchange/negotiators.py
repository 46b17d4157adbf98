"""What tests of negotiations ask of two companies."""

import json

from genba.app.exchange import negotiating
from genba.app.exchange.inbound import handle
from genba.app.exchange.negotiating import OfferRequest
from genba.app.exchange.protocol import ProtocolRequest, ProtocolResponse
from genba.model.exchange import Agreement, Negotiation, NegotiationState, Notice
from genba.storage.exchange import agreements, negotiations, notices
from tests.exchange_companies import OFFER, Company, Line, Sent

State = NegotiationState
OTHER = OFFER | {"permission": [{"action": "use"}]}


def ask(maker: Company, buyer: Company, offer: object = OFFER, dataset: str = "dataset-1") -> Negotiation:
    wanted = OfferRequest(partner=maker.did, address=maker.base, dataset=dataset, offer=json.dumps(offer))
    return negotiating.request_offer(buyer.exchange, wanted)


def find(company: Company, pid: str) -> Negotiation:
    with company.database.reading() as tx:
        found = negotiations.load(tx, pid)
    assert found is not None
    return found


def only(company: Company) -> Negotiation:
    with company.database.reading() as tx:
        (found,) = negotiations.listing(tx)
    return found


def kept(company: Company) -> list[Agreement]:
    with company.database.reading() as tx:
        return list(agreements.listing(tx))


def told(company: Company) -> list[Notice]:
    with company.database.reading() as tx:
        return list(notices.listing(tx))


def post(company: Company, path: str, body: object, *, caller: str) -> ProtocolResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = ProtocolRequest(method="POST", path=f"/dsp/2025-1{path}", headers={"authorization": caller}, body=raw)
    return handle(company.exchange, request)


def sent_to(line: Line, end: str) -> Sent:
    return next(sent for sent in line.sent if sent.url.endswith(end))
