"""Questions that people on the shop floor ask about generated instructions, with where the answer stands."""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Other words than the documents use.
_SYNONYMS = {
    "締め付ける": "締める", "加熱する": "温める", "固定する": "取り付ける", "調整する": "合わせる", "塗布する": "塗る", "圧入する": "押し込む", "乾燥させる": "乾かす",
    "設定する": "回す", "仕上げる": "加工する", "保持する": "押さえる", "印加する": "かける", "確認する": "見る",
}  # fmt: skip
_PLAIN_NAMES = {
    "torque": ("トルク", "締める強さ"), "temperature": ("温度", "熱さ"), "pressure": ("圧力", "エアの圧"), "hold": ("時間", "秒数"), "soak": ("時間", "待ち時間"),
    "gap": ("すき間", "間隔"), "length": ("高さ", "寸法"), "bore": ("穴の寸法", "穴の大きさ"), "speed": ("回転数", "速さ"), "force": ("荷重", "力"), "mass": ("量", "重さ"), "voltage": ("電圧", "ボルト数"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and the file, words and value of the right answer."""

    text: str
    file: str
    layout: str
    object: str
    kind: str
    truth: dict[str, Any]

    @property
    def numerals(self) -> list[float]:
        """The numbers of the answer, in the order in which they are written."""
        value, lower, upper = (self.truth[name] for name in ("value", "lower", "upper"))
        if self.truth["form"] == "pm":
            return [value, round(upper - value, 4)]
        if self.truth["form"] == "asym":
            return [value, round(upper - value, 4), round(value - lower, 4)]
        return [one for one in (value, lower, upper) if one is not None]


def draw(truth: dict[str, Any], seed: int, count: int) -> list[Question]:
    """Questions of values, half of them in other words than the document's; none that two documents could answer."""
    rng = random.Random(f"questions/{seed}")
    asked = [
        (entry, step, parameter)
        for entry in truth["files"]
        if entry["kind"] == "work_instruction"
        for step in entry["steps"]
        for parameter in step["parameters"]
        if parameter["form"] not in ("fit", "rough") and not step["is_withdrawn"]
    ]
    same = Counter(
        (entry["product"], entry["process"]) for entry in truth["files"] if entry["kind"] == "work_instruction"
    )
    asked = [one for one in asked if same[one[0]["product"], one[0]["process"]] == 1]
    found: list[Question] = []
    for entry, step, parameter in rng.sample(asked, min(count, len(asked))):
        found.append(
            Question(
                _asked(rng, entry, step, parameter),
                entry["file"],
                entry["layout"],
                step["object"],
                parameter["kind"],
                parameter,
            )
        )
    return found


def _asked(rng: random.Random, entry: dict[str, Any], step: dict[str, Any], parameter: dict[str, Any]) -> str:
    product, process, thing = entry["product"], entry["process"], step["object"]
    name, verb = parameter["name"], step["verb"]
    if rng.random() < 0.5:
        name, verb = rng.choice(_PLAIN_NAMES[parameter["kind"]]), _SYNONYMS.get(verb, verb)
    patterns: Sequence[str] = (
        f"{product}の{process}で、{thing}を{verb}ときの{name}はいくらですか",
        f"{product} {process} {thing} {name}",
        f"{product}の{process}作業：{thing}の{name}の規格を知りたい",
        f"{thing}を{verb}とき、{name}はどれだけか。製品は{product}、工程は{process}",
    )
    return rng.choice(patterns)
