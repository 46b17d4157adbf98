"""Scores what was understood of an instruction: steps in order, quantities, warnings, figures, tools and parts."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from benchmarks.matching import Score, f1, squash
from benchmarks.meaningvalues import key, keys
from benchmarks.product import Output
from benchmarks.tally import Tally

Truth = dict[str, Any]


def score_file(tally: Tally, truth: Truth, output: Output) -> None:
    """Everything that one file says about how well it was understood."""
    name, found = truth["file"], output.document.get("instruction") or {}
    kind = found.get("kind", "")
    if not truth["kind"]:
        tally.add("instructions.others", "genba", Score(int(not kind), 1), name, [f"taken for {kind}"] if kind else [])
        return
    is_right = kind == truth["kind"]
    tally.add(
        "instructions.kind",
        "genba",
        Score(int(is_right), 1),
        name,
        [] if is_right else [f"{kind!r}, is {truth['kind']}"],
    )
    steps = found.get("steps", [])
    pairs = match_steps(truth["steps"], steps)
    _steps(tally, truth, steps, pairs, found)
    _parameters(tally, truth, steps, pairs)
    if truth["kind"] == "work_instruction":
        _warnings(tally, truth, found)
        _figures(tally, truth, steps, pairs, output)
        _rest(tally, truth, found, pairs)
    else:
        _checks(tally, truth, steps, pairs)


def text_of(step: dict[str, Any]) -> str:
    """All that a step's own wording may stand in."""
    characteristics = "".join(check.get("characteristic", "") for check in step.get("checks", ()))
    return squash(f"{step.get('text', '')}{step.get('object', '')}{characteristics}")


def likeness(wanted: str, text: str) -> float:
    """The share of a sentence that stands in a text in the same order."""
    if wanted in text:
        return 1.0 + len(wanted) / (1000 * max(len(text), 1))
    blocks = SequenceMatcher(None, wanted, text, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1) / max(len(wanted), 1)


def match_steps(truth: Sequence[Truth], found: Sequence[dict[str, Any]], least: float = 0.8) -> list[tuple[int, int]]:
    """Pair true steps with found ones by their wording, best first, each once."""
    texts = [text_of(step) for step in found]
    wanted = [squash(step["text"]) for step in truth]
    scored = []
    for i, words in enumerate(wanted):
        for j, text in enumerate(texts):
            alike = likeness(words, text)
            if alike >= least:
                # Of equally good ones, the nearest in order.
                scored.append((-round(alike, 6), abs(i - j), i, j))
    pairs, used_i, used_j = [], set(), set()
    for _, _, i, j in sorted(scored):
        if i not in used_i and j not in used_j:
            pairs.append((i, j))
            used_i.add(i)
            used_j.add(j)
    return sorted(pairs)


def in_order(pairs: Sequence[tuple[int, int]]) -> int:
    """How many pairs stand in the same order on both sides: the longest rising row."""
    best: list[int] = []
    for place, (_, j) in enumerate(pairs):
        best.append(1 + max((best[k] for k in range(place) if pairs[k][1] < j), default=0))
    return max(best, default=0)


def _steps(tally: Tally, truth: Truth, steps: list[dict[str, Any]], pairs: list[tuple[int, int]], found: Truth) -> None:
    name, wanted = truth["file"], truth["steps"]
    bar = "instructions.steps_scan" if truth["layout"] == "scan" else "instructions.steps"
    right = in_order(pairs)
    got_i, got_j = {i for i, _ in pairs}, {j for _, j in pairs}
    misses = [f"lacks {step['number']} {step['text']}" for i, step in enumerate(wanted) if i not in got_i]
    misses += [
        f"extra {step.get('number', '')} {step.get('text', '')[:60]}" for j, step in enumerate(steps) if j not in got_j
    ]
    misses += [f"order: {b[0]} before {a[0]}" for a, b in pairwise(pairs) if b[1] < a[1]]
    tally.add(bar, "genba", Score(right, len(wanted), len(steps)), name, misses)
    wrong = [(wanted[i]["number"], steps[j].get("number", "")) for i, j in pairs]
    wrong = [(a, b) for a, b in wrong if squash(a).rstrip(".)") != squash(b).rstrip(".)")]
    told = [f"number {a!r} read as {b!r}" for a, b in wrong]
    tally.add("instructions.numbers", "genba", Score(len(pairs) - len(wrong), len(wanted)), name, told)
    old = [i for i, step in enumerate(wanted) if step["is_withdrawn"]]
    marked = {i for i, j in pairs if steps[j].get("is_withdrawn")}
    score, lacks, extra = f1(old, marked)
    told = [f"not marked {wanted[i]['text']}" for i in lacks] + [f"marked {wanted[i]['text']}" for i in extra]
    tally.add("instructions.withdrawn", "genba", score, name, told)
    verbs = [(i, j) for i, j in pairs if wanted[i].get("verb")]
    bad = [
        f"{wanted[i]['verb']} read as {steps[j].get('action', '')!r}"
        for i, j in verbs
        if wanted[i]["verb"] != steps[j].get("action")
    ]
    tally.add("instructions.verbs", "genba", Score(len(verbs) - len(bad), len(verbs)), name, bad)


def _found_parameters(step: dict[str, Any]) -> list[dict[str, Any]]:
    found = list(step.get("parameters", ()))
    found += [parameter for check in step.get("checks", ()) for parameter in check.get("parameters", ())]
    return found


def _parameters(tally: Tally, truth: Truth, steps: list[dict[str, Any]], pairs: list[tuple[int, int]]) -> None:
    """Name aside: value or limits with unit, at the right step; said twice at one step counts once."""
    partner = {j: i for i, j in pairs}
    wanted = {(i, key(p, p["form"])) for i, step in enumerate(truth["steps"]) for p in step["parameters"]}
    hits: set[Any] = set()
    extra: dict[Any, dict[str, Any]] = {}
    for j, step in enumerate(steps):
        place = partner.get(j)
        if place is not None and truth["steps"][place]["is_withdrawn"]:
            continue
        for parameter in _found_parameters(step):
            readings = {(place, one) for one in keys(parameter)}
            if readings & wanted:
                hits |= readings & wanted
            elif not _is_optional(parameter, truth["steps"][place] if place is not None else {}):
                extra[(j, key(parameter))] = parameter
    misses = [
        f"lacks {truth['steps'][i]['number']} {truth['steps'][i]['text'][:40]}: {one}" for i, one in wanted - hits
    ]
    misses += [f"extra {steps[j].get('text', '')[:40]}: {p.get('as_written')!r} {one}" for (j, one), p in extra.items()]
    tally.add(
        "instructions.parameters", "genba", Score(len(hits), len(wanted), len(hits) + len(extra)), truth["file"], misses
    )


def _is_optional(parameter: dict[str, Any], step: Truth) -> bool:
    """The time a step takes and how many parts it needs may be told as quantities too."""
    value, unit = parameter.get("value"), parameter.get("unit", "")
    return (step.get("time_s") is not None and value == step["time_s"]) or unit in (
        "個",
        "本",
        "枚",
        "回",
        "か所",
        "箇所",
    )


def _warnings(tally: Tally, truth: Truth, found: Truth) -> None:
    name = truth["file"]
    got = [(w.get("level"), squash(w.get("text", ""))) for w in found.get("warnings", ())]
    got += [
        (w.get("level"), squash(w.get("text", ""))) for step in found.get("steps", ()) for w in step.get("warnings", ())
    ]
    got = list(dict.fromkeys(got))
    least = 0.75 if truth["layout"] == "scan" else 0.95
    free, lacks = list(range(len(got))), []
    for level, text in truth["warnings"]:
        fits = [j for j in free if got[j][0] == level and likeness(squash(text), got[j][1]) >= least]
        if fits:
            free.remove(fits[0])
        else:
            others = [got[j] for j in free if likeness(squash(text), got[j][1]) >= least]
            lacks.append(f"lacks {level}: {text}" + (f" (found as {others[0][0]})" if others else ""))
    total = len(truth["warnings"])
    tally.add("instructions.warnings", "genba", Score(total - len(lacks), total), name, lacks)
    extra = [f"extra {got[j][0]}: {got[j][1]}" for j in free]
    tally.add("instructions.warnings_precision", "genba", Score(len(got) - len(extra), len(got)), name, extra)


def _figures(
    tally: Tally, truth: Truth, steps: list[dict[str, Any]], pairs: list[tuple[int, int]], output: Output
) -> None:
    """A link counts when it leads to the right picture: known by its words, or by its turn if it has none."""
    known = _pictures(truth, output)
    wanted = [(i, squash(caption)) for i, step in enumerate(truth["steps"]) for caption in step["figures"]]
    partner = {j: i for i, j in pairs}
    found = [
        (partner.get(j), known.get(figure, "")) for j, step in enumerate(steps) for figure in step.get("figures", ())
    ]
    hits, free = 0, list(found)
    lacks = []
    for i, caption in wanted:
        subject = caption.lstrip("写真図0123456789:： ")
        fits = [
            one
            for one in free
            if one[0] == i and (likeness(caption, one[1]) >= 0.8 or likeness(subject, one[1]) >= 0.8)
        ]
        if fits:
            hits += 1
            free.remove(fits[0])
        else:
            lacks.append(f"lacks {truth['steps'][i]['number']} → {caption}")
    misses = lacks + [
        f"extra {truth['steps'][i]['number'] if i is not None else '?'} → {words[:40]}" for i, words in free
    ]
    tally.add("instructions.figures", "genba", Score(hits, len(wanted), len(found)), truth["file"], misses)


def _pictures(truth: Truth, output: Output) -> dict[str, str]:
    """The words of each figure; pictures in cells, without words of their own, have the caption of their turn."""
    figures = [
        figure for figure in output.document.get("figures", ()) if figure.get("kind", "") not in ("flow", "chart")
    ]
    captions = [squash(caption) for step in truth["steps"] for caption in step["figures"]]
    is_in_turn = len(figures) == len(captions)
    known = {}
    for place, figure in enumerate(figures):
        words = squash(_words(figure))
        known[figure.get("id", "")] = words or (captions[place] if is_in_turn else "")
    return known


def _words(figure: dict[str, Any]) -> str:
    texts = [figure.get(name) or "" for name in ("caption", "alt", "description", "title")]
    return "".join(map(str, texts)) + "".join(map(str, figure.get("texts", ())))


def _rest(tally: Tally, truth: Truth, found: Truth, pairs: list[tuple[int, int]]) -> None:
    """What the issue sets no bar for: key points, reasons, tools, parts, protective equipment, times."""
    name, steps = truth["file"], found.get("steps", [])
    for bar, field in (
        ("instructions.key_points", "key_points"),
        ("instructions.reasons", "reasons"),
        ("instructions.step_tools", "tools"),
    ):
        wanted = [(i, words) for i, step in enumerate(truth["steps"]) for words in step.get(field, ())]
        partner = dict(pairs)
        lacks = [
            words for i, words in wanted if i not in partner or not _stands(words, steps[partner[i]].get(field, ()))
        ]
        tally.add(bar, "genba", Score(len(wanted) - len(lacks), len(wanted)), name, lacks)
    got_parts = [*found.get("parts", ()), *(part for step in steps for part in step.get("parts", ()))]
    numbers = {squash(part.get("number", "")) for part in got_parts} - {""}
    score, lacks, extra = f1({squash(number) for number, *_ in truth["parts"]}, numbers)
    tally.add(
        "instructions.parts",
        "genba",
        score,
        name,
        [f"lacks {one}" for one in lacks] + [f"extra {one}" for one in extra],
    )
    tools = [*found.get("tools", ()), *(tool for step in steps for tool in step.get("tools", ()))]
    score, lacks, extra = f1(set(map(squash, truth["tools"])), set(map(squash, tools)))
    tally.add(
        "instructions.tools",
        "genba",
        score,
        name,
        [f"lacks {one}" for one in lacks] + [f"extra {one}" for one in extra],
    )
    score, lacks, extra = f1(set(map(squash, truth["ppe"])), set(map(squash, found.get("protective_equipment", ()))))
    tally.add(
        "instructions.ppe", "genba", score, name, [f"lacks {one}" for one in lacks] + [f"extra {one}" for one in extra]
    )
    timed = [(i, j) for i, j in pairs if truth["steps"][i].get("time_s")]
    bad = [
        f"{truth['steps'][i]['time_s']} s read as {steps[j].get('time_s')}"
        for i, j in timed
        if steps[j].get("time_s") != truth["steps"][i]["time_s"]
    ]
    tally.add("instructions.times", "genba", Score(len(timed) - len(bad), len(timed)), name, bad)


def _stands(words: str, among: Sequence[str]) -> bool:
    return any(likeness(squash(words), squash(text)) >= 0.85 for text in among)


def _checks(tally: Tally, truth: Truth, steps: list[dict[str, Any]], pairs: list[tuple[int, int]]) -> None:
    """Characteristics of standards and charts with their instrument and frequency."""
    lacks, total = [], 0
    partner = dict(pairs)
    for i, step in enumerate(truth["steps"]):
        checks = steps[partner[i]].get("checks", ()) if i in partner else ()
        for field in ("instrument", "frequency"):
            total += 1
            said = squash("".join(f"{check.get(field, '')}{check.get('method', '')}" for check in checks))
            if squash(step[field]) not in said:
                lacks.append(f"{step['text']}: {field} {step[field]}")
    tally.add("instructions.checks", "genba", Score(total - len(lacks), total), truth["file"], lacks)
