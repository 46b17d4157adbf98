"""The catalogue as a caller may see it: pages, single datasets, and whether an offer exists for it."""

from urllib.parse import parse_qs, urlencode

from genba.app.exchange.node import Exchange
from genba.app.exchange.protocol import JSON, ProtocolResponse
from genba.dsp import catalog, messages
from genba.dsp.filtering import read_filter
from genba.errors import InvalidInput, NotFound
from genba.model.exchange import Caller
from genba.ports.database import Transaction
from genba.storage.exchange import catalogue, partners, publications
from genba.storage.exchange.audiences import Viewer
from genba.storage.files import long_path

CATALOG_ID = "urn:genba:catalog"
SERVICE_ID = "urn:genba:dsp"  # our protocol endpoint, as datasets name it
# Beside a delivery's files: what may be seen before a contract.
DETAILS = "details.json"


def viewer(exchange: Exchange, tx: Transaction, caller: Caller) -> Viewer:
    """Say who looks: what was proven of it, and what we entered about it."""
    partner = partners.load(tx, caller.id)
    return Viewer(
        id=caller.id,
        groups=partner.groups if partner else (),
        corporate_number=caller.corporate_number or (partner.corporate_number if partner else ""),
        business_partner_number=caller.business_partner_number,
        memberships=caller.memberships,
        frameworks=caller.frameworks,
        now=exchange.now(),
    )


def is_offered(exchange: Exchange, tx: Transaction, caller: Caller, dataset: str, offer_id: str) -> bool:
    """Whether a caller may see a dataset and is offered it under this id."""
    if not dataset or not catalogue.may_see(tx, viewer(exchange, tx, caller), dataset):
        return False
    publication = publications.load(tx, dataset)
    return publication is not None and publication.offer_id == offer_id


def page(exchange: Exchange, caller: Caller, query: str, body: bytes) -> ProtocolResponse:
    """Answer a catalog request with a page, and with links to the pages beside it."""
    message = messages.read(body, messages.CatalogRequest)
    wanted = read_filter(message.filter)
    after, limit = _place(exchange, query)
    with exchange.database.reading() as tx:
        found = catalogue.page(
            tx,
            viewer(exchange, tx, caller),
            search=wanted.search,
            facets=wanted.facets,
            after=after,
            limit=limit,
        )
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
        found = catalogue.dataset(tx, viewer(exchange, tx, caller), dataset)
    if found is None:
        raise NotFound("exchange.no_such_dataset")
    return ProtocolResponse(status=200, body=catalog.single(found))


def details(exchange: Exchange, caller: Caller, dataset: str) -> ProtocolResponse:
    """Show schema and samples before a contract, where the terms let them be seen; else there are none."""
    with exchange.database.reading() as tx:
        seen = catalogue.may_see(tx, viewer(exchange, tx, caller), dataset)
        publication = publications.load(tx, dataset) if seen else None
    if publication is None or not publication.details_visible:
        raise NotFound("exchange.no_such_dataset")
    try:
        body = long_path(exchange.home / publication.folder / DETAILS).read_bytes()
    except OSError:
        raise NotFound("exchange.no_such_dataset") from None
    return ProtocolResponse(status=200, body=body)
