"""The companies that we know: entered, changed and blocked by a person, never learned from messages."""

from dataclasses import replace

from genba.app.exchange.node import Exchange
from genba.errors import InvalidInput, NotFound
from genba.formats.corporate_numbers import is_corporate_number
from genba.model.exchange import Partner
from genba.storage.exchange import log, partners

ROOT = "/dsp/2025-1"  # where the protocol begins on a genba


def endpoint(address: str) -> str:
    """Complete a partner's address that names the server alone; one with a path is taken as it is."""
    address = address.rstrip("/")
    is_bare = address.startswith(("http://", "https://")) and "/" not in address.partition("://")[2]
    return f"{address}{ROOT}" if is_bare else address


def changed(exchange: Exchange, given: Partner) -> Partner:
    """Fill in from what was entered before what is not given now."""
    with exchange.database.reading() as tx:
        known = partners.load(tx, given.id)
    if known is None:
        return given
    return replace(
        known,
        name=given.name or known.name,
        address=given.address or known.address,
        groups=given.groups or known.groups,
        corporate_number=given.corporate_number or known.corporate_number,
    )


def add_partner(exchange: Exchange, partner: Partner) -> None:
    """Enter a partner, or change what was entered; one that is blocked stays so."""
    partner = replace(partner, address=endpoint(partner.address))
    if not partner.id.startswith("did:") or len(partner.id) > 1000:
        raise InvalidInput("share.partner_no_did", did=partner.id[:100])
    if partner.address and not partner.address.startswith(("http://", "https://", "file:")):
        raise InvalidInput("share.partner_no_address", address=partner.address[:200])
    if partner.corporate_number and not is_corporate_number(partner.corporate_number):
        raise InvalidInput("share.no_corporate_number", number=partner.corporate_number[:40])
    with exchange.database.transaction() as tx:
        known = partners.load(tx, partner.id)
        partners.put(tx, replace(partner, blocked=partner.blocked or (known is not None and known.blocked)))
        body = {"partner": partner.id, "address": partner.address, "groups": list(partner.groups)}
        at = exchange.now()
        log.append(tx, exchange.signer, at=at, kind="partner entered", partner=partner.id, body=body)


def list_partners(exchange: Exchange) -> tuple[Partner, ...]:
    """Give all partners."""
    found: list[Partner] = []
    with exchange.database.reading() as tx:
        while page := partners.listing(tx, after=found[-1].id if found else ""):
            found += page
    return tuple(found)


def set_blocked(exchange: Exchange, did: str, *, blocked: bool) -> None:
    """Answer nothing to a partner any more, or answer again."""
    with exchange.database.transaction() as tx:
        if partners.load(tx, did) is None:
            raise NotFound("share.no_such_partner", did=did[:200])
        partners.block(tx, did, blocked=blocked)
        kind = "partner blocked" if blocked else "partner unblocked"
        log.append(tx, exchange.signer, at=exchange.now(), kind=kind, partner=did, body={"partner": did})
