"""The end of the log, kept as a signed file beside the database: a log that was cut off is found by it."""

from genba.app.exchange.node import Exchange
from genba.storage.exchange import heads, log


def keep_end(exchange: Exchange) -> None:
    """Write where the log ends now; done after what people do and every minute by the server.

    Whoever can write into the home can change database and file together, but holds no key to sign another end; what
    happened between two writings is proven by the partners' receipts alone.
    """
    with exchange.database.reading() as tx:
        end = log.head(tx)
    heads.keep(exchange.home, end, exchange.signer, at=exchange.now())
