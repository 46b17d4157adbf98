"""genba publish: offer a product on terms."""

import argparse
from pathlib import Path

from genba.cli.console import Console, size_text
from genba.cli.share_arguments import add_common, pairs
from genba.config import Config
from genba.i18n import translate


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("product", type=Path, metavar="PRODUCT", help=translate("share.publish_product", lang))
    parser.add_argument("--terms", required=True, metavar="TEMPLATE", help=translate("share.terms", lang))
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=translate("share.set", lang))
    parser.add_argument("--personal-data", default="", metavar="WHAT", help=translate("share.personal_data", lang))
    parser.add_argument("--signed-by", default="", metavar="NAME", help=translate("share.signed_by", lang))
    parser.add_argument("--rule", default="person", metavar="RULE", help=translate("share.rule", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Publish, and say under which id."""
    from genba.app.exchange.home import open_home
    from genba.app.exchange.publish import PublishRequest, publish

    published = publish(
        open_home(parsed.home),
        PublishRequest(
            product=parsed.product,
            terms=parsed.terms,
            parameters=pairs(parsed.set),
            personal_data=parsed.personal_data,
            signed_by=parsed.signed_by,
            rule=parsed.rule,
        ),
    )
    if parsed.json:
        console.json(published)
        return 0
    console.say(
        "share.published_again" if published.was_there else "share.published",
        title=published.title,
        version=published.version,
        files=published.files,
        size=size_text(published.size_bytes),
    )
    console.line(f"  {published.offer}")
    console.line()
    if published.empty_groups:
        console.say("share.published_nobody", groups=", ".join(published.empty_groups))
    console.say("share.published_next", home=str(parsed.home))
    return 0
