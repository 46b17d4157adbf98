"""The companies that we know: entered, changed and blocked by a person, never learned from messages."""

from dataclasses import replace

from genba.app.exchange.node import Exchange
from genba.errors import InvalidInput, NotFound
from genba.model.exchange import Partner
from genba.storage.exchange import log, partners

CORPORATE_NUMBER_DIGITS = 13


def add_partner(exchange: Exchange, partner: Partner) -> None:
    """Enter a partner, or change what was entered."""
    if not partner.id.startswith("did:") or len(partner.id) > 1000:
        raise InvalidInput("share.partner_no_did", did=partner.id[:100])
    if partner.address and not partner.address.startswith(("http://", "https://", "file:")):
        raise InvalidInput("share.partner_no_address", address=partner.address[:200])
    if partner.corporate_number and not is_corporate_number(partner.corporate_number):
        raise InvalidInput("share.no_corporate_number", number=partner.corporate_number[:40])
    with exchange.database.transaction() as tx:
        partners.put(tx, partner)
        body = {"partner": partner.id, "address": partner.address, "groups": list(partner.groups)}
        at = exchange.now()
        log.append(tx, exchange.signer, at=at, kind="partner entered", partner=partner.id, body=body)


def is_corporate_number(text: str) -> bool:
    """Tell a 法人番号 by its check digit (Ordinance on Designation of Corporate Numbers, article 2)."""
    if len(text) != CORPORATE_NUMBER_DIGITS or not (text.isascii() and text.isdigit()):
        return False
    weighed = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(text[1:])))
    return int(text[0]) == 9 - weighed % 9


def list_partners(exchange: Exchange) -> tuple[Partner, ...]:
    """Give all partners."""
    with exchange.database.reading() as tx:
        return partners.listing(tx)


def set_blocked(exchange: Exchange, did: str, *, blocked: bool) -> None:
    """Answer nothing to a partner any more, or answer again."""
    with exchange.database.transaction() as tx:
        partner = partners.load(tx, did)
        if partner is None:
            raise NotFound("share.no_such_partner", did=did[:200])
        partners.put(tx, replace(partner, blocked=blocked))
        kind = "partner blocked" if blocked else "partner unblocked"
        log.append(tx, exchange.signer, at=exchange.now(), kind=kind, partner=did, body={"partner": did})
