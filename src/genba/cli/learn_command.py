"""genba learn: learn a detector from windows, judge it on the frozen set, and say whether it was promoted."""

import argparse
from pathlib import Path

from genba.cli.console import Console
from genba.config import Config
from genba.i18n import translate
from genba.model.loop import Metric


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("store", type=Path, metavar="STORE", help=translate("learn.store", lang))
    parser.add_argument("--dataset", nargs="+", default=[], metavar="ID", help=translate("learn.dataset", lang))
    parser.add_argument("--detector", default="pca", metavar="NAME", help=translate("learn.detector", lang))
    parser.add_argument("--frozen", default="", metavar="ID|SHARE", help=translate("learn.frozen", lang))
    parser.add_argument("--deployed", default="", metavar="ID", help=translate("learn.deployed", lang))
    parser.add_argument(
        "--false-alarms", type=float, default=0.01, metavar="SHARE", help=translate("learn.false_alarms", lang)
    )
    parser.add_argument("--assume-normal", action="store_true", help=translate("learn.assume_normal", lang))
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Learn and show the verdict first."""
    from genba.app.learn import LearnRequest, learn

    outcome = learn(
        LearnRequest(
            store=parsed.store,
            datasets=tuple(parsed.dataset),
            detector=parsed.detector,
            frozen=parsed.frozen,
            deployed=parsed.deployed,
            false_alarms=parsed.false_alarms,
            assume_normal=parsed.assume_normal,
            lang=parsed.lang,
        )
    )
    if parsed.json:
        console.json(outcome)
        return outcome.exit_status
    model, evidence = outcome.model, outcome.evidence
    sides = evidence.sides
    console.line(translate(evidence.decision, console.lang))
    console.say(
        "learn.summary",
        model=model.id,
        detector=model.detector,
        fitted=f"{sides.fitted:,}",
        held_out=f"{sides.held_out:,}",
        frozen=f"{sides.frozen:,}",
        name=model.frozen,
    )
    console.line()
    if model.metrics:
        _show(model.metrics, model.rival_metrics, evidence.difference, console)
    if sides.purged or sides.lost or sides.unlabelled or sides.faults:
        console.say(
            "learn.left_out", purged=sides.purged, lost=sides.lost, unlabelled=sides.unlabelled, faults=sides.faults
        )
    if evidence.slices:
        first = evidence.slices.difference[0]
        name = translate(f"learn.metric_{first.name}", console.lang)
        console.say("learn.bought", count=evidence.slices.count, metric=name, difference=_figure(first))
    if model.promoted:
        console.say("learn.next_deploy", store=str(parsed.store), model=model.id)
    else:
        console.say("learn.next_more", folder=outcome.folder)
    return outcome.exit_status


def _show(
    mine: tuple[Metric, ...], rival: tuple[Metric, ...], difference: tuple[Metric, ...], console: Console
) -> None:
    names = ("metric", "this", *(("rival", "difference") if rival else ()))
    others = [{one.name: one for one in metrics} for metrics in (rival, difference)] if rival else []
    rows = []
    for one in mine:
        beside = [_figure(found[one.name]) if one.name in found else "–" for found in others]
        rows.append([translate(f"learn.metric_{one.name}", console.lang), _figure(one), *beside])
    header = [translate(f"learn.column_{name}", console.lang) for name in names]
    console.table(header, rows, right=frozenset(range(1, len(names))))
    console.line()


def _figure(metric: Metric) -> str:
    return f"{metric.value:.3g} [{metric.low:.3g}, {metric.high:.3g}]"
