"""Addresses that partners give us: checked before they are kept, and once more before each connection."""

from functools import lru_cache

from genba.app.exchange.node import Exchange
from genba.app.exchange.sending import FILE
from genba.connector.addresses import check_literal, ranges
from genba.errors import InvalidInput

_ranges = lru_cache(maxsize=16)(ranges)


def callback(exchange: Exchange, address: str) -> str:
    """Give a base address without a slash at the end; raises Denied or InvalidInput when we may not call it."""
    if address.rstrip("/") == FILE.rstrip("/"):
        return FILE
    if not address:
        raise InvalidInput("exchange.no_callback")
    network = exchange.settings.network
    check_literal(address, _ranges(network.private), plain_http=network.plain_http)
    return address.rstrip("/")
