"""genba demo: see on this machine how it works between two companies."""

import argparse
import sys
from pathlib import Path

from genba.cli.console import Console
from genba.config import Config
from genba.i18n import translate


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("what", choices=("share",), metavar="share", help=translate("share.demo_what", lang))
    parser.add_argument(
        "--out", type=Path, default=Path("genba-demo"), metavar="DIR", help=translate("share.demo_out", lang)
    )
    parser.add_argument("--yes", action="store_true", help=translate("share.demo_yes", lang))
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Show every command and what it says; a person approves the contract unless --yes says so ahead."""
    from genba.app.share_demo import Teller, demonstrate

    def chapter(code: str) -> None:
        console.line()
        console.line(f"# {translate(code, console.lang)}")

    def approve() -> bool:
        if parsed.yes or not sys.stdin.isatty():
            return True
        return input(translate("share.demo_ask", console.lang)).strip().lower() not in ("n", "no", "いいえ")

    demonstrate(
        parsed.out.absolute(),
        Teller(
            chapter=chapter,
            command=lambda text: console.line(f"\n$ {text}"),
            output=console.line,
            approve=approve,
            lang=console.lang,
        ),
    )
    console.line()
    console.say("share.demo_done", out=str(parsed.out))
    console.line()
    console.say("share.demo_try", maker=str(parsed.out / "maker"), buyer=str(parsed.out / "buyer"), out=str(parsed.out))
    return 0
