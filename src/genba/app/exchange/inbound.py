"""Everything that partners ask for below the protocol root: found by path, from a proven caller, always answered."""

from collections.abc import Callable
from urllib.parse import unquote

from genba.app.exchange import cataloguing, negotiation_receiving, transfer_receiving
from genba.app.exchange.node import Exchange
from genba.app.exchange.protocol import ProtocolRequest, ProtocolResponse
from genba.dsp import errors
from genba.dsp.limits import MESSAGE_BYTES
from genba.dsp.versions import VERSION, WELL_KNOWN, Version, write_versions
from genba.errors import Conflict, Denied, GenbaError, InvalidInput, NotFound, Unavailable
from genba.model.exchange import Caller

__all__ = ["ProtocolRequest", "ProtocolResponse", "handle"]

ROOT = f"/dsp/{VERSION}"
MAX_PARTS = 5
_STATUS: tuple[tuple[type[GenbaError], int], ...] = (
    (NotFound, 404),
    (InvalidInput, 400),
    (Conflict, 400),
    # What somebody may not have does not exist for it; only an address that we may not call is its own mistake.
    (Denied, 404),
    (Unavailable, 503),
)


def handle(exchange: Exchange, request: ProtocolRequest) -> ProtocolResponse:
    """Answer one request; what goes wrong is answered in the protocol's words."""
    if request.path.rstrip("/") in (WELL_KNOWN, ROOT + WELL_KNOWN):
        return _versions(exchange) if request.method == "GET" else ProtocolResponse(status=405)
    parts = _parts(request.path)
    area = parts[0] if parts else ""
    if area not in ("catalog", "negotiations", "transfers"):
        return ProtocolResponse(status=404)
    if len(request.body) > MESSAGE_BYTES:
        return _error(area, parts, 413, "dsp.too_large")
    try:
        caller = exchange.identity.caller(request.headers.get("authorization", ""), now=exchange.now())
    except Denied:
        return _error(area, parts, 401, "exchange.who_are_you")
    except GenbaError:
        return _error(area, parts, 503, "exchange.identity_unavailable")
    try:
        found = _route(exchange, request, caller, parts)
        return ProtocolResponse(status=405) if found is None else found()
    except GenbaError as error:
        if error.code == "exchange.blocked":
            return _error(area, parts, 401, "exchange.who_are_you")
        return _error(area, parts, _status(error), error.code)


def _parts(path: str) -> tuple[str, ...]:
    if not path.startswith(f"{ROOT}/"):
        return ()
    return tuple(unquote(part) for part in path[len(ROOT) + 1 :].rstrip("/").split("/", MAX_PARTS))


def _route(
    exchange: Exchange, request: ProtocolRequest, caller: Caller, parts: tuple[str, ...]
) -> Callable[[], ProtocolResponse] | None:
    """Find what answers a path and method; None for a method that the path does not know."""
    body = request.body
    match (request.method, *parts):
        case ("POST", "catalog", "request"):
            return lambda: cataloguing.page(exchange, caller, request.query, body)
        case ("GET", "catalog", "datasets", dataset):
            return lambda: cataloguing.single(exchange, caller, dataset)
        case ("GET", "catalog", "datasets", dataset, "details"):
            return lambda: cataloguing.details(exchange, caller, dataset)
        case ("POST", "negotiations", "request"):
            return lambda: negotiation_receiving.open_request(exchange, caller, body)
        case ("POST", "negotiations", "offers"):
            return lambda: negotiation_receiving.open_offer(exchange, caller, body)
        case ("GET", "negotiations", pid):
            return lambda: negotiation_receiving.show(exchange, caller, pid)
        case ("POST", "negotiations", pid, *path):
            return lambda: negotiation_receiving.receive(exchange, caller, pid, tuple(path), body)
        case ("POST", "transfers", "request"):
            return lambda: transfer_receiving.open_request(exchange, caller, body)
        case ("GET", "transfers", pid):
            return lambda: transfer_receiving.show(exchange, caller, pid)
        case ("POST", "transfers", pid, event):
            return lambda: transfer_receiving.receive(exchange, caller, pid, event, body)
    if request.method in ("GET", "POST"):
        raise NotFound("exchange.no_such_path")
    return None


def _status(error: GenbaError) -> int:
    if error.code.startswith("connector."):
        return 400
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def _error(area: str, parts: tuple[str, ...], status: int, code: str) -> ProtocolResponse:
    """Write an error body; it names the process as the caller did, and nothing that it does not know."""
    pid = parts[1] if len(parts) > 1 else ""
    if area == "negotiations":
        return ProtocolResponse(status=status, body=errors.negotiation_error(pid, pid, code))
    if area == "transfers":
        return ProtocolResponse(status=status, body=errors.transfer_error(pid, pid, code))
    return ProtocolResponse(status=status, body=errors.catalog_error(code, code))


def _versions(exchange: Exchange) -> ProtocolResponse:
    profile = exchange.settings.identity.profile
    did = exchange.participant.split(":")
    version = Version(
        version=VERSION,
        path=ROOT,
        service_id=cataloguing.SERVICE_ID,
        identifier_type=":".join(did[:2]) if did[0] == "did" and len(did) > 2 else "",
        auth_protocol="DCP" if profile == "dcp" else "",
        auth_version="1.0" if profile == "dcp" else "",
        auth_profiles=("vc20-bssl/jwt", "vc11-sl2021/jwt") if profile == "dcp" else (),
    )
    return ProtocolResponse(status=200, body=write_versions(version))
