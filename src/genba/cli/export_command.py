"""genba export: write a data product in formats that other programs load."""

import argparse
from pathlib import Path

from genba.cli.console import Console
from genba.config import Config
from genba.i18n import translate


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("product", type=Path, metavar="PRODUCT", help=translate("cli.export_product", lang))
    parser.add_argument(
        "--as", dest="formats", required=True, metavar="FORMAT[,FORMAT…]", help=translate("cli.export_as", lang)
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=translate("cli.export_out", lang))
    parser.add_argument(
        "--document", nargs="+", default=[], metavar="ID|PATH", help=translate("cli.export_document", lang)
    )
    parser.add_argument("--base", default="", metavar="URL", help=translate("cli.export_base", lang))
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Export and say what was written."""
    from genba.app.export import ExportRequest, export

    exported = export(
        ExportRequest(
            product=parsed.product,
            out=parsed.out,
            formats=tuple(name.strip() for name in parsed.formats.split(",") if name.strip()),
            documents=tuple(parsed.document),
            base=parsed.base,
        )
    )
    if parsed.json:
        console.json(exported)
        return exported.exit_status
    header = [translate(f"cli.export_{name}", console.lang) for name in ("format", "written", "without")]
    rows = [[name, f"{count:,}", f"{exported.without[name]:,}"] for name, count in exported.files.items()]
    console.table(header, rows, right=frozenset({1, 2}))
    console.line()
    console.say("cli.exported", documents=exported.documents, out=exported.out)
    return exported.exit_status
