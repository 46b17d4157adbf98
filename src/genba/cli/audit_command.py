"""genba audit: show what was exchanged, prove that the log is whole, hand it to others."""

import argparse
import json
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from genba.cli.console import Console
from genba.cli.share_arguments import add_common
from genba.config import Config
from genba.i18n import translate

if TYPE_CHECKING:
    from genba.app.exchange.audit import Audited

ACTIONS = ("show", "verify", "export")
MOST_SHOWN = 1000
BODY_CHARS = 100
PREFIX = "urn:genba:purpose:"
TOLD = (
    *("title", "message", "state", "code", "reasons", "reason", "outcome", "purposes", "place", "training"),
    *("number", "size_bytes", "sent_bytes", "groups", "address", "types", "key"),
)


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("action", choices=ACTIONS, metavar="|".join(ACTIONS), help=translate("share.audit_do", lang))
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help=translate("share.audit_file", lang))
    parser.add_argument("--agreement", default="", metavar="ID", help=translate("share.audit_agreement", lang))
    parser.add_argument("--partner", default="", metavar="DID", help=translate("share.audit_partner", lang))
    parser.add_argument("--kind", default="", metavar="KIND", help=translate("share.audit_kind", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Show, verify or export; a problem in the log ends with 1."""
    from genba.app.exchange import audit
    from genba.app.exchange.home import open_home
    from genba.app.exchange.naming import company
    from genba.errors import InvalidInput

    exchange = open_home(parsed.home)
    names = lru_cache(maxsize=None)(partial(company, exchange))
    wanted = audit.AuditFilter(kind=parsed.kind, agreement=parsed.agreement, partner=parsed.partner)
    if parsed.action == "verify":
        return _verified(
            audit.compare(exchange, parsed.file) if parsed.file else audit.verify(exchange), parsed, console, names
        )
    if parsed.action == "export":
        if parsed.file is None:
            raise InvalidInput("share.audit_no_file")
        count = audit.export(exchange, wanted, parsed.file)
        if parsed.json:
            console.json({"entries": count, "file": str(parsed.file)})
        else:
            console.say("share.audit_exported", entries=count, file=str(parsed.file))
        return 0
    entries = audit.show(exchange, wanted, limit=MOST_SHOWN)
    if parsed.json:
        console.json(entries)
        return 0
    header = [translate(f"share.column_{name}", console.lang) for name in ("number", "at", "kind", "partner", "what")]
    rows = [
        [
            str(item.seq),
            f"{item.at.astimezone():%Y-%m-%d %H:%M:%S}",
            item.kind,
            names(item.partner),
            _gist(item.body),
        ]
        for item in entries
    ]
    console.table(header, rows, right=frozenset({0}))
    return 0


def _gist(body: str) -> str:
    """Say what a record is about in a line: what was stated, came or was refused; ids stand in the export."""
    try:
        read = json.loads(body)
    except ValueError:
        return ""
    flat = {**read, **(read["stated"] if isinstance(read.get("stated"), dict) else {})}
    named = [(name, flat[name]) for name in TOLD if flat.get(name) not in (None, "", [], {})]
    said = (f"{name}: {', '.join(map(str, told)) if isinstance(told, list) else told}" for name, told in named)
    return "  ".join(said).replace(PREFIX, "")[:BODY_CHARS]


def _verified(audited: "Audited", parsed: argparse.Namespace, console: Console, names: Callable[[str], str]) -> int:
    if parsed.json:
        console.json(audited)
        return audited.exit_status
    if not audited.findings:
        numbers = {"entries": audited.links, "pulls": audited.pulls, "receipts": audited.receipts}
        console.say("share.audit_whole", participant=names(audited.participant), **numbers)
        return 0
    console.say("share.audit_broken", participant=names(audited.participant), count=len(audited.findings))
    header = [translate(f"share.column_{name}", console.lang) for name in ("number", "what", "pull")]
    rows = [[str(item.seq or "–"), translate(item.code, console.lang), item.pull] for item in audited.findings]
    console.table(header, rows, right=frozenset({0}))
    return audited.exit_status
