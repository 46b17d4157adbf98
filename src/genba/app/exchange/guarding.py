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
    _check(address, network.private, network.plain_http)
    return address.rstrip("/")


@lru_cache(maxsize=1024)
def _check(address: str, private: tuple[str, ...], plain_http: bool) -> None:
    """Check an address; partners use the same one again and again."""
    check_literal(address, _ranges(private), plain_http=plain_http)
