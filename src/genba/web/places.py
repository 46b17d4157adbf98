"""What answers where on the outer listener: thin adapters around functions that know nothing of ASGI."""

import msgspec

from genba.app.exchange import delivery, inbound
from genba.app.exchange.node import Exchange
from genba.dsp import errors
from genba.dsp.versions import WELL_KNOWN
from genba.web.asgi import Response
from genba.web.outside import Call, Place, Reply
from genba.web.streaming import FileAnswer

LIVE = Response(status=204)


def places(exchange: Exchange) -> tuple[Place, ...]:
    """Give the places in the order in which they are tried."""
    most = exchange.settings.limits.body_bytes
    return (
        Place(
            prefix=f"{inbound.ROOT}/",
            answering=lambda call: _protocol(exchange, call),
            most_bytes=most,
            error=error_body,
        ),
        Place(prefix=WELL_KNOWN, answering=lambda call: _protocol(exchange, call)),
        Place(
            prefix=delivery.ROOT,
            answering=lambda call: _data(exchange, call),
            most_bytes=min(most, delivery.MAX_RECEIPT_BYTES),
            weight="data",
        ),
        *_documents(exchange),
        *_wallet(exchange),
        Place(prefix="/health/live", answering=lambda call: LIVE if call.path == "/health/live" else None),
    )


def _protocol(exchange: Exchange, call: Call) -> Reply:
    return inbound.handle(
        exchange,
        inbound.ProtocolRequest(
            method=call.method, path=call.raw_path, query=call.raw_query, headers=call.headers, body=call.body
        ),
    )


def _data(exchange: Exchange, call: Call) -> Response | FileAnswer:
    request = delivery.DataRequest(
        method=call.method, path=call.path, query=call.query, headers=call.headers, body=call.body
    )
    reply = delivery.handle(exchange, request)
    if reply.file is None:
        return Response(status=reply.status, body=reply.body, headers=reply.headers)
    return FileAnswer(
        status=reply.status,
        path=reply.file,
        first=reply.start,
        size=reply.length,
        headers=reply.headers,
        finish=reply.finished,
    )


def _documents(exchange: Exchange) -> tuple[Place, ...]:
    """Serve our DID document where the method did:web looks for it; other DIDs carry theirs in themselves."""
    did = exchange.settings.participant
    if not did.startswith("did:web:"):
        return ()
    from genba.app.exchange.home import KEYS
    from genba.app.exchange.identities import web_document
    from genba.trust.keys import load_keys

    document = web_document(exchange.settings, load_keys(exchange.home / KEYS, exchange.vault))
    below = did.removeprefix("did:web:").split(":")[1:]
    path = "/" + "/".join([*(below or [".well-known"]), "did.json"])
    answer = Response(status=200, body=msgspec.json.encode(document), headers={"content-type": "application/did+json"})
    return (Place(prefix=path, answering=lambda call: answer if call.path == path else None),)


def _wallet(exchange: Exchange) -> tuple[Place, ...]:
    """Serve our Credential Service where our DID document says that it is."""
    if not exchange.participant.startswith("did:web:"):
        return ()
    from genba.app.exchange import wallet
    from genba.trust.wallet import MAX_BODY_BYTES

    opened = wallet.open_wallet(exchange)

    def answer(call: Call) -> Reply:
        path = call.path.removeprefix(wallet.ROOT)
        authorization = call.headers.get("authorization", "")
        return opened.handle(call.method, path, authorization, call.body, now=exchange.now())

    return (Place(prefix=f"{wallet.ROOT}/", answering=answer, most_bytes=MAX_BODY_BYTES),)


def error_body(path: str, status: int, code: str, correlation: str) -> bytes:
    """Write an error in the protocol's form; of what failed inside it names the number in our log only."""
    reasons = (f"{code} {correlation}",)
    below = path.removeprefix(inbound.ROOT)
    if below.startswith("/negotiations"):
        return errors.negotiation_error("", "", str(status), *reasons)
    if below.startswith("/transfers"):
        return errors.transfer_error("", "", str(status), *reasons)
    return errors.catalog_error(str(status), *reasons)
