"""genba catalog: look through a partner's catalogue."""

import argparse

from genba.cli.console import Console
from genba.cli.share_arguments import add_common, pairs
from genba.config import Config
from genba.i18n import translate


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("url", metavar="URL", help=translate("share.catalog_url", lang))
    parser.add_argument("--partner", default="", metavar="DID", help=translate("share.catalog_partner", lang))
    parser.add_argument("--search", default="", metavar="WORDS", help=translate("share.search", lang))
    parser.add_argument(
        "--facet", action="append", default=[], metavar="NAME=VALUE", help=translate("share.facet", lang)
    )
    parser.add_argument("--all", action="store_true", help=translate("share.all_pages", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Show what is offered to us, with the id of each offer."""
    from genba.app.exchange.browse import MAX_PAGES, BrowseRequest, browse
    from genba.app.exchange.home import open_home
    from genba.app.exchange.naming import company

    facets = {name: tuple(value.split(",")) for name, value in pairs(parsed.facet).items()}
    exchange = open_home(parsed.home)
    found = browse(
        exchange,
        BrowseRequest(
            address=parsed.url,
            partner=parsed.partner,
            search=parsed.search,
            facets=facets,
            pages=MAX_PAGES if parsed.all else 1,
        ),
    )
    if parsed.json:
        console.json(found)
        return 0
    if found.datasets:
        header = [translate(f"share.column_{name}", console.lang) for name in ("title", "offer")]
        console.table(header, [[dataset.title, offer] for dataset in found.datasets for offer, _ in dataset.offers])
        console.line()
    console.say("share.catalog_count", count=len(found.datasets), partner=company(exchange, found.partner))
    if found.more:
        console.say("share.catalog_more")
    console.say("share.catalog_next" if found.datasets else "share.catalog_nothing")
    return 0
