"""genba deploy: hand a promoted model to the folder that a machine's edge program reads."""

import argparse
from pathlib import Path

from genba.cli.console import Console
from genba.config import Config
from genba.i18n import translate


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("store", type=Path, metavar="STORE", help=translate("learn.store", lang))
    parser.add_argument("--to", type=Path, required=True, metavar="EDGE_FOLDER", help=translate("deploy.to", lang))
    parser.add_argument("--model", default="", metavar="ID", help=translate("deploy.model", lang))
    parser.add_argument("--machine", default="", metavar="NAME", help=translate("deploy.machine", lang))
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Deploy and say what the machine has now."""
    from genba.app.deploy import DeployRequest, deploy

    request = DeployRequest(
        store=parsed.store, to=parsed.to, model=parsed.model, machine=parsed.machine, lang=parsed.lang
    )
    done = deploy(request)
    if parsed.json:
        console.json(done)
        return done.exit_status
    console.say("deploy.done", model=done.model.id, to=done.to, deployment=done.deployment.id)
    if done.replaced:
        console.say("deploy.replaced", deployment=done.replaced)
    low, high = done.model.uncertain
    console.say("deploy.behaviour", threshold=f"{done.model.threshold:g}", low=f"{low:.3f}", high=f"{high:.3f}")
    console.say("deploy.next", store=str(parsed.store))
    return done.exit_status
