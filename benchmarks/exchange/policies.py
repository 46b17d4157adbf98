"""Decisions a second: 5 permissions of 3 constraints with the hierarchy of purposes, on one core, beside Cedar.

    python -m benchmarks.exchange.policies
    python -m benchmarks.exchange.policies --cedar     (cedarpy, in .venv-peers/policies from peers-policies.lock)

Policies are read once into genba's model, as Cedar's are parsed once into its PolicySet; nothing is remembered from one
decision to the next. `random` mixes yes and no; in `worst` every permission fails at its last constraint, so that all
15 are decided. Both tools must decide every case alike. pyodre, the ODRL evaluator for Python, is not run: it passes
the text of a policy to eval(), which no machine that matters should do with what a partner sent.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.results import Measure
from genba.model.policy import Facts, Policy
from genba.policy import odrl
from genba.policy.evaluation import decide, explain
from genba.policy.purposes import WITHIN

ROOT = Path(__file__).resolve().parents[2]
CEDAR_PYTHON = ROOT / ".venv-peers/policies" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
WORKER = Path(__file__).with_name("policies_worker.py")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PURPOSES = sorted(WITHIN)
GROUPS = tuple(f"group-{number}" for number in range(8))
PLACES = ("JP", "DE", "US")
PERMISSIONS = 5
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """One policy and the circumstances it is asked about, written as JSON so that any tool can read them."""

    policy: dict[str, Any]
    facts: tuple[dict[str, Any], ...]


def case(rng: random.Random, shape: str, questions: int) -> Case:
    """Invent a policy and questions about it."""
    worst = shape == "worst"
    permissions = [{"action": "use", "constraint": _worst(rng) if worst else _mixed(rng)} for _ in range(PERMISSIONS)]
    facts = tuple(_facts(rng, holding=worst) for _ in range(questions))
    return Case({"@type": "Offer", "@id": "o", "permission": permissions}, facts)


def _mixed(rng: random.Random) -> list[dict[str, Any]]:
    rest = rng.sample([_group(rng), _end(rng), _count(rng), _place(rng)], 2)
    constraints = [_atom("UsagePurpose", "isAnyOf", rng.sample(PURPOSES, 3)), *rest]
    rng.shuffle(constraints)
    return constraints


def _worst(rng: random.Random) -> list[dict[str, Any]]:
    """Two conditions that hold for every question, and a purpose that no question states."""
    held = [_atom("BusinessPartnerGroup", "isAnyOf", [*rng.sample(GROUPS[1:], 2), GROUPS[0]])]
    held.append(rng.choice([_atom("count", "lteq", "99"), _atom("DataUsageEndDate", "eq", _time(rng, 1, 400))]))
    return [*held, _atom("UsagePurpose", "isAnyOf", ["urn:genba:purpose:research"])]


def _atom(operand: str, operator: str, values: object) -> dict[str, Any]:
    return {"leftOperand": operand, "operator": operator, "rightOperand": values}


def _group(rng: random.Random) -> dict[str, Any]:
    return _atom("BusinessPartnerGroup", "isAnyOf", rng.sample(GROUPS, 3))


def _end(rng: random.Random) -> dict[str, Any]:
    return _atom("DataUsageEndDate", "eq", _time(rng, -100, 300))


def _time(rng: random.Random, first: int, last: int) -> str:
    return (NOW + timedelta(days=rng.randint(first, last))).isoformat(timespec="seconds")


def _count(rng: random.Random) -> dict[str, Any]:
    return _atom("count", "lteq", str(rng.randint(1, 9)))


def _place(rng: random.Random) -> dict[str, Any]:
    return _atom("spatial", "isAnyOf", rng.sample(PLACES, 2))


def _facts(rng: random.Random, *, holding: bool) -> dict[str, Any]:
    purposes = [name for name in PURPOSES if name != "urn:genba:purpose:research"] if holding else PURPOSES
    return {
        "purpose": rng.choice(purposes),
        "groups": [GROUPS[0], rng.choice(GROUPS)] if holding else rng.sample(GROUPS, 2),
        "uses": rng.randint(0, 8),
        "place": rng.choice(PLACES),
    }


def read_facts(data: dict[str, Any]) -> Facts:
    """Give the facts as genba holds them."""
    return Facts(
        now=NOW, agreed_at=NOW, purposes=(data["purpose"],), groups=tuple(data["groups"]), uses=data["uses"],
        place=data["place"],
    )  # fmt: skip


def rate(ask: Callable[[Policy, Facts], Any], pairs: list[tuple[Policy, Facts]]) -> float:
    """Give how many questions a second of one core are answered: the median of several rounds of processor time."""
    rates = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for policy, facts in pairs:
            ask(policy, facts)
        rates.append(len(pairs) / (time.process_time() - start))
    return statistics.median(rates)


def cedar(cases: list[Case]) -> dict[str, Any] | None:
    """Let Cedar decide the same; None where it is not installed."""
    if not CEDAR_PYTHON.exists():
        return None
    job = {
        "now": int(NOW.timestamp()),
        "within": {name: sorted(within) for name, within in WITHIN.items()},
        "cases": [{"policy": one.policy, "facts": one.facts} for one in cases],
        "rounds": ROUNDS,
    }
    done = subprocess.run(
        [str(CEDAR_PYTHON), str(WORKER)], input=json.dumps(job), capture_output=True, text=True, check=True, timeout=600
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def measure(shape: str, *, seed: int, policies: int, questions: int, with_cedar: bool) -> list[Measure]:
    """Measure one shape of policies; raises when the tools do not agree."""
    rng = random.Random(f"{seed} {shape}")
    cases = [case(rng, shape, questions) for _ in range(policies)]
    pairs = [(odrl.read(one.policy), read_facts(facts)) for one in cases for facts in one.facts]
    # Policies in turn, so that no two decisions after each other are about the same one.
    pairs = [pairs[place] for first in range(questions) for place in range(first, len(pairs), questions)]
    peers, disagreeing = {}, 0
    answer = cedar(cases) if with_cedar else None
    if answer is not None:
        peers = {"cedarpy": answer["single"], "cedarpy, batch": answer["batch"]}
        ours = [decide(odrl.read(one.policy), read_facts(facts)).allowed for one in cases for facts in one.facts]
        disagreeing = sum(mine is not theirs for mine, theirs in zip(ours, answer["allowed"], strict=True))
        if disagreeing:
            raise SystemExit(f"{shape}: Cedar decides {disagreeing} of {len(ours)} cases otherwise")
    allowed = sum(decide(policy, facts).allowed for policy, facts in pairs) / len(pairs)
    told = f"generated, {policies} policies × {questions} questions, {allowed:.0%} yes"
    return [
        Measure(bar=f"policies.{shape}", value=rate(decide, pairs), data=told, peers=peers, count=len(pairs)),
        Measure(bar=f"policies.explained.{shape}", value=rate(explain, pairs), data=told, count=len(pairs)),
    ]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--policies", type=int, default=100)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--cedar", action="store_true", help="ask Cedar too, and compare every decision")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    measures = [
        one
        for shape in ("random", "worst")
        for one in measure(
            shape, seed=given.seed, policies=given.policies, questions=given.questions, with_cedar=given.cedar
        )
    ]
    for one in measures:
        others = "".join(f"; {name} {value:,.0f}/s" for name, value in one.peers.items())
        print(f"{one.bar}: {one.value:,.0f}/s ({one.data}){others}")
    if given.json:
        rows = [{"bar": one.bar, "value": one.value, "data": one.data, "peers": one.peers} for one in measures]
        given.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
