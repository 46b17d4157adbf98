"""genba doctor: show what is installed, what is missing for what, and where logs are."""

import argparse

from genba.cli.console import Console
from genba.config import Config
from genba.i18n import translate


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Print the diagnosis; 1 when something required is missing."""
    from genba.app.doctor import diagnose

    found = diagnose(config)
    if parsed.json:
        console.json(found)
        return 0 if found.is_complete else 1
    lang = console.lang
    console.say("cli.doctor_genba", version=found.genba)
    console.say("cli.doctor_python", version=found.python, platform=found.platform)
    console.line()
    rows = [
        [
            part.name,
            _version(part.name, part.version, lang),
            translate(f"cli.doctor_use_{part.name.replace('-', '_')}", lang),
        ]
        for part in found.parts
    ]
    console.table([translate(f"cli.doctor_{column}", lang) for column in ("name", "version", "for")], rows)
    console.line()
    console.say("cli.doctor_logs", path=found.logs)
    console.say("cli.doctor_ok" if found.is_complete else "cli.doctor_incomplete")
    return 0 if found.is_complete else 1


def _version(name: str, version: str, lang: str) -> str:
    """Programs do not tell their version without being started."""
    if version == name:
        return translate("cli.doctor_present", lang)
    return version or translate("cli.doctor_missing", lang)
