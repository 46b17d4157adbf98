"""Quantities as a step asks for them: what is meant, apart from how a house writes it."""

from __future__ import annotations

import random
from dataclasses import dataclass

# kind: names, unit, digits, lowest, highest, step of tolerance, forms that occur
KINDS: dict[str, tuple[tuple[str, ...], str, int, float, float, float, tuple[str, ...]]] = {
    "torque": (("締付けトルク", "締付トルク", "トルク"), "N·m", 1, 2, 90, 0.5, ("pm", "pm", "range", "plain")),
    "temperature": (("温度", "設定温度", "加熱温度"), "℃", 0, 40, 220, 5, ("pm", "range", "range", "max")),
    "pressure": (("圧力", "エア圧", "供給圧力"), "MPa", 2, 0.2, 0.9, 0.05, ("min", "max", "range", "pm")),
    "hold": (("保持時間", "加熱時間", "浸漬時間"), "s", 0, 5, 90, 5, ("plain", "min", "range")),
    "soak": (("乾燥時間", "放置時間", "硬化時間"), "min", 0, 3, 45, 1, ("plain", "min", "pm")),
    "gap": (("すき間", "クリアランス"), "mm", 2, 0.05, 1.2, 0.05, ("max", "range", "pm")),
    "length": (("全長", "突出し量", "取付け高さ"), "mm", 1, 8, 180, 0.1, ("pm", "asym", "asym", "range")),
    "bore": (("内径", "穴径"), "mm", 0, 6, 60, 1, ("fit", "asym")),
    "speed": (("回転数", "主軸回転数"), "rpm", 0, 300, 4000, 50, ("plain", "max", "pm")),
    "force": (("押付け荷重", "圧入荷重"), "N", 0, 200, 4800, 50, ("pm", "max", "range")),
    "mass": (("塗布量", "充填量"), "g", 1, 0.2, 12, 0.1, ("pm", "range")),
    "voltage": (("電圧", "印加電圧"), "V", 1, 3, 48, 0.1, ("pm", "range")),
    "roughness": (("面粗さ", "表面粗さ"), "μm", 1, 0.4, 6.3, 0.1, ("rough",)),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with its limits; `form` says which of them a writer states."""

    kind: str
    name: str
    form: str
    unit: str
    digits: int
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    fit: str = ""

    def number(self, value: float | None) -> str:
        """A number with as many digits as this quantity is given in."""
        return "" if value is None else f"{value:.{self.digits}f}"

    @property
    def truth(self) -> dict[str, object]:
        """What a reader must find."""
        return {
            "kind": self.kind, "name": self.name, "form": self.form, "unit": self.unit, "value": self.value,
            "lower": self.lower, "upper": self.upper, "fit": self.fit,
        }  # fmt: skip


def draw(rng: random.Random, kind: str) -> Quantity:
    """A quantity of a kind, in one of the forms that its kind comes in."""
    names, unit, digits, low, high, step, forms = KINDS[kind]
    form, name = rng.choice(forms), rng.choice(names)
    steps = int((high - low) / step)
    value = round(low + step * rng.randrange(steps), 3)
    if kind == "bore":
        value, fit = float(rng.randrange(6, 60)), rng.choice(("H7", "H8", "JS6", "g6", "f7"))
        if form == "fit":
            return Quantity(kind, name, form, unit, 0, value, fit=fit)
        digits, step = 3, 0.005
    if kind == "roughness":
        value = rng.choice((0.4, 0.8, 1.6, 3.2, 6.3))
        return Quantity(kind, name, form, unit, digits, upper=value)
    if form == "asym":
        above, below = step * rng.randrange(1, 6), step * rng.randrange(0, 5)
        below = 0.0 if below == above else below
        return Quantity(kind, name, form, unit, digits, value, round(value - below, 4), round(value + above, 4))
    if form == "pm":
        off = step * rng.randrange(1, 4)
        while off * 3 > value:
            value = round(value + step * 4, 3)
        return Quantity(kind, name, form, unit, digits, value, round(value - off, 4), round(value + off, 4))
    if form == "range":
        return Quantity(kind, name, form, unit, digits, None, value, round(value + step * rng.randrange(2, 6), 4))
    if form == "min":
        return Quantity(kind, name, form, unit, digits, lower=value)
    if form == "max":
        return Quantity(kind, name, form, unit, digits, upper=value)
    return Quantity(kind, name, form, unit, digits, value)
