"""Cedar's side of the benchmark of policies, run in the environment of the peers: the same policies, said in Cedar."""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import datetime
from typing import Any

import cedarpy


def condition(constraint: dict[str, Any]) -> str:
    """Say one ODRL constraint in Cedar."""
    operand, values = constraint["leftOperand"], constraint["rightOperand"]
    if operand == "UsagePurpose":
        return f"context.purpose in [{', '.join(f'Purpose::{json.dumps(value)}' for value in values)}]"
    if operand == "BusinessPartnerGroup":
        return f"context.groups.containsAny({json.dumps(values)})"
    if operand == "spatial":
        return f"{json.dumps(values)}.contains(context.place)"
    if operand == "count":
        return f"context.uses + 1 <= {int(values)}"
    if operand == "DataUsageEndDate":
        return f"context.now <= {int(datetime.fromisoformat(values).timestamp())}"
    raise ValueError(operand)


def policy_set(policy: dict[str, Any]) -> cedarpy.PolicySet:
    """Write every permission as a permit, and let Cedar parse them once."""
    permits = []
    for rule in policy["permission"]:
        conditions = " && ".join(f"({condition(one)})" for one in rule["constraint"])
        permits.append(f'permit(principal, action == Action::"use", resource) when {{ {conditions} }};')
    return cedarpy.PolicySet.from_str("\n".join(permits))


def request(facts: dict[str, Any], now: int) -> dict[str, Any]:
    """Ask about one set of circumstances."""
    return {
        "principal": 'Company::"partner"',
        "action": 'Action::"use"',
        "resource": 'Dataset::"one"',
        "context": {
            "purpose": {"__entity": {"type": "Purpose", "id": facts["purpose"]}},
            "groups": facts["groups"],
            "uses": facts["uses"],
            "place": facts["place"],
            "now": now,
        },
    }


def main() -> None:
    """Read the job, decide everything one by one and in batches, answer with rates and decisions."""
    job = json.load(sys.stdin)
    entities = [
        {
            "uid": {"type": "Purpose", "id": name},
            "attrs": {},
            "parents": [{"type": "Purpose", "id": one} for one in within if one != name],
        }
        for name, within in job["within"].items()
    ]
    known = cedarpy.Entities.from_json_str(json.dumps(entities))
    cases = [
        (policy_set(case["policy"]), [request(facts, job["now"]) for facts in case["facts"]]) for case in job["cases"]
    ]
    count = sum(len(requests) for _, requests in cases)
    single, batch = [], []
    allowed: list[bool] = []
    for _ in range(job["rounds"]):
        start = time.process_time()
        answers = [cedarpy.is_authorized(one, policies, known) for policies, requests in cases for one in requests]
        single.append(count / (time.process_time() - start))
        allowed = [answer.allowed for answer in answers]
        start = time.process_time()
        for policies, requests in cases:
            cedarpy.is_authorized_batch(requests, policies, known)
        batch.append(count / (time.process_time() - start))
    json.dump({"single": statistics.median(single), "batch": statistics.median(batch), "allowed": allowed}, sys.stdout)


if __name__ == "__main__":
    main()
