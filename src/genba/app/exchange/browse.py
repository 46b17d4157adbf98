"""Look through a partner's catalogue, and remember its offers so that one can be asked for by its id."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin

import msgspec

from genba.app.exchange.node import Exchange
from genba.app.exchange.partnering import endpoint
from genba.dsp import messages
from genba.dsp.catalog import OfferedDataset, read_catalog
from genba.dsp.filtering import CatalogFilter, write_filter
from genba.errors import Denied, InvalidInput, NotFound, Unavailable
from genba.model.exchange import SeenOffer
from genba.storage.exchange import partners, seen

# More than this is asked for with a search instead.
MAX_PAGES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Browsed:
    """What a partner offers us."""

    partner: str
    address: str
    datasets: tuple[OfferedDataset, ...]
    more: bool = False  # there are further pages than were asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowseRequest:
    """Whose catalogue, and what of it."""

    address: str  # of the protocol endpoint
    partner: str = ""  # DID; empty for the one that a person has entered with this address
    search: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pages: int = 1


def browse(exchange: Exchange, request: BrowseRequest) -> Browsed:
    """Ask for pages of a catalogue; raises Denied where we may not look, Unavailable where nobody answers."""
    address = endpoint(request.address)
    partner = request.partner or _partner_at(exchange, address)
    wanted = CatalogFilter(search=request.search, facets=request.facets)
    body = messages.write(messages.CatalogRequest(filter=tuple(write_filter(wanted))))
    found: list[OfferedDataset] = []
    url = f"{address}/catalog/request"
    for _ in range(min(request.pages, MAX_PAGES)):
        answer = exchange.http.request(
            "POST",
            url,
            headers={"authorization": exchange.identity.authorization(partner), "content-type": "application/json"},
            body=body,
        )
        _raise_for(answer.status, partner)
        catalog = read_catalog(answer.body)
        if catalog.participant != partner:
            raise Denied("catalogue.other_participant", expected=partner, found=catalog.participant[:200])
        found += catalog.datasets
        url = next_page(url, answer.headers.get("link", ""))
        if not url:
            break
    _remember(exchange, partner, address, found)
    return Browsed(partner=partner, address=address, datasets=tuple(found), more=bool(url))


def _partner_at(exchange: Exchange, address: str) -> str:
    with exchange.database.reading() as tx:
        for partner in partners.listing(tx):
            if endpoint(partner.address) == address:
                return partner.id
    raise NotFound("catalogue.unknown_address", address=address[:200])


def _raise_for(status: int, partner: str) -> None:
    if status in (401, 403, 404):
        raise Denied("catalogue.not_for_us", partner=partner)
    if status == 400:
        raise InvalidInput("catalogue.filter_refused", partner=partner)
    if status != 200:
        raise Unavailable("catalogue.no_answer", partner=partner, status=status)


def next_page(url: str, link: str) -> str:
    """Read the address of the next page from a Link header (RFC 8288); only on the same server as this page."""
    for part in link.split(","):
        target, _, parameters = part.strip().partition(">")
        if target.startswith("<") and 'rel="next"' in parameters.replace("rel=next", 'rel="next"'):
            absolute = urljoin(url, target[1:])
            if urljoin(absolute, "/") == urljoin(url, "/"):
                return absolute
    return ""


def _remember(exchange: Exchange, partner: str, address: str, found: list[OfferedDataset]) -> None:
    at = exchange.now()
    offers = tuple(
        SeenOffer(
            offer_id=offer_id,
            partner=partner,
            address=address,
            dataset=dataset.id,
            title=dataset.title,
            policy=policy,
            seen_at=at,
        )
        for dataset in found
        for offer_id, policy in dataset.offers
    )
    with exchange.database.transaction() as tx:
        seen.remember(tx, offers, at)


def details(exchange: Exchange, request: BrowseRequest, dataset: str) -> Mapping[str, object]:
    """Ask a genba partner for the schema and samples of a dataset, where its terms let them be seen."""
    address = endpoint(request.address)
    partner = request.partner or _partner_at(exchange, address)
    url = f"{address}/catalog/datasets/{quote(dataset, safe='')}/details"
    answer = exchange.http.request("GET", url, headers={"authorization": exchange.identity.authorization(partner)})
    _raise_for(answer.status, partner)
    try:
        return msgspec.json.decode(answer.body, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Unavailable("catalogue.no_answer", partner=partner, status=answer.status) from None
