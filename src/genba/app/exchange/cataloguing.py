"""The catalogue as a caller may see it: pages, single datasets, and whether an offer exists for it."""

from urllib.parse import parse_qs, urlencode

from genba.app.exchange.admission import admitted
from genba.app.exchange.node import Exchange
from genba.app.exchange.protocol import JSON, ProtocolResponse
from genba.dsp import catalog, messages
from genba.dsp.filtering import CatalogFilter, read_filter
from genba.errors import InvalidInput, NotFound
from genba.model.exchange import Caller, Partner, Publication
from genba.ports.database import Transaction
from genba.storage.exchange import catalogue, publications
from genba.storage.exchange.audiences import Viewer
from genba.storage.files import long_path

CATALOG_ID = "urn:genba:catalog"
SERVICE_ID = "urn:genba:dsp"  # our protocol endpoint, as datasets name it
# Beside a delivery's files: what may be seen before a contract.
DETAILS = "details.json"


def viewer(exchange: Exchange, caller: Caller, partner: Partner | None) -> Viewer:
    """Say who looks: what was proven of it, and what we entered about it."""
    return Viewer(
        id=caller.id,
        groups=partner.groups if partner else (),
        corporate_number=caller.corporate_number or (partner.corporate_number if partner else ""),
        business_partner_number=caller.business_partner_number,
        memberships=caller.memberships,
        frameworks=caller.frameworks,
        now=exchange.now(),
    )


def offered(
    exchange: Exchange, tx: Transaction, caller: Caller, partner: Partner | None, dataset: str
) -> Publication | None:
    """Give what is offered to a caller under an id; None where it may not see it, or nobody offers it."""
    if not dataset or not catalogue.may_see(tx, viewer(exchange, caller, partner), dataset):
        return None
    return publications.load(tx, dataset)


def page(exchange: Exchange, caller: Caller, query: str, body: bytes) -> ProtocolResponse:
    """Answer a catalog request with a page, and with links to the pages beside it."""
    message = messages.read(body, messages.CatalogRequest)
    wanted = read_filter(message.filter)
    after, limit = _place(exchange, query)
    limit = min(limit, wanted.limit or limit)
    with exchange.database.reading() as tx:
        found = _looked_up(tx, viewer(exchange, caller, admitted(tx, caller)), wanted, after, limit)
    address = exchange.protocol_address
    written = catalog.catalog(
        exchange.participant,
        id=CATALOG_ID,
        datasets=found.datasets,
        services=(catalog.service(SERVICE_ID, address),),
    )
    links = [
        f'<{address}/catalog/request?{urlencode({"after": cursor, "limit": limit})}>; rel="{rel}"'
        for rel, cursor in (("next", found.next), ("previous", found.previous))
        if cursor
    ]
    return ProtocolResponse(status=200, body=written, headers={**JSON, "link": ", ".join(links)} if links else JSON)


def _looked_up(tx: Transaction, who: Viewer, wanted: CatalogFilter, after: str, limit: int) -> catalogue.Page:
    """Give a page; who counts instead of following links is led there, once."""

    def look(after: str, limit: int) -> catalogue.Page:
        return catalogue.page(tx, who, search=wanted.search, facets=wanted.facets, after=after, limit=limit)

    left = 0 if after else wanted.offset
    while left:
        step = min(left, catalogue.LIMIT)
        after = look(after, step).next
        if not after:
            return catalogue.Page(datasets=())
        left -= step
    return look(after, limit)


def _place(exchange: Exchange, query: str) -> tuple[str, int]:
    most = exchange.settings.limits.page_size
    try:
        asked = parse_qs(query, max_num_fields=10) if query else {}
        limit = int(asked.get("limit", [str(most)])[0])
    except ValueError:
        raise InvalidInput("exchange.bad_page") from None
    return asked.get("after", [""])[0], max(1, min(limit, most))


def single(exchange: Exchange, caller: Caller, dataset: str) -> ProtocolResponse:
    """Answer with one dataset; one that the caller may not see is as unknown as one that does not exist."""
    with exchange.database.reading() as tx:
        found = catalogue.dataset(tx, viewer(exchange, caller, admitted(tx, caller)), dataset)
    if found is None:
        raise NotFound("exchange.no_such_dataset")
    return ProtocolResponse(status=200, body=catalog.single(found))


def details(exchange: Exchange, caller: Caller, dataset: str) -> ProtocolResponse:
    """Show schema and samples before a contract, where the terms let them be seen; else there are none."""
    with exchange.database.reading() as tx:
        publication = offered(exchange, tx, caller, admitted(tx, caller), dataset)
    if publication is None or not publication.details_visible:
        raise NotFound("exchange.no_such_dataset")
    try:
        body = long_path(exchange.home / publication.folder / DETAILS).read_bytes()
    except OSError:
        raise NotFound("exchange.no_such_dataset") from None
    return ProtocolResponse(status=200, body=body)
