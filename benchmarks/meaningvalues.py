"""Quantities, units and spellings brought to one form, so that what is compared is what is meant."""

# ruff: noqa: E501 - a table of spellings

from __future__ import annotations

from typing import Any

from benchmarks.matching import squash

_UNITS = {
    "n·m": "N·m", "nm": "N·m", "n-m": "N·m", "n・m": "N·m", "n.m": "N·m", "n⋅m": "N·m", "℃": "℃", "°c": "℃", "cel": "℃", "c": "℃",
    "秒": "s", "秒間": "s", "s": "s", "sec": "s", "分": "min", "分間": "min", "min": "min", "時間": "h", "h": "h",
    "min-1": "rpm", "min−1": "rpm", "/min": "rpm", "r/min": "rpm", "rpm": "rpm", "回転/分": "rpm",
    "um": "μm", "μm": "μm", "µm": "μm", "mpa": "MPa", "kpa": "kPa", "mm": "mm", "n": "N", "g": "g", "v": "V",
}  # fmt: skip
Key = tuple[Any, ...]


def unit(written: str) -> str:
    """N・m, N･m and Nm are one unit; so are 秒 and s."""
    text = squash(written).casefold().replace("・", "·").replace("⋅", "·").replace("(min-1)", "min-1")
    return _UNITS.get(text, text)


def _rounded(value: object) -> float | None:
    return round(float(value), 4) if isinstance(value, int | float) else None


def key(parameter: dict[str, Any], kind: str = "") -> Key:
    """A quantity by its limits, or by its value where it has none; a fit counts as its symbol."""
    fit = parameter.get("fit") or ""
    own = unit(parameter.get("unit") or "")
    # φ10H7 and Ra1.6 stand without a unit; a reader may add the one that is meant.
    if own in ("", "mm", "μm") and kind in ("fit", "rough"):
        own = ""
    lower, upper = _rounded(parameter.get("lower")), _rounded(parameter.get("upper"))
    if fit:
        return ("fit", _rounded(parameter.get("value")), fit, own)
    if lower is not None or upper is not None:
        return ("limits", lower, upper, own)
    return ("value", _rounded(parameter.get("value")), "", own)


def keys(parameter: dict[str, Any]) -> set[Key]:
    """Every reading of a found quantity that the truth may have: with its fit, without a unit that is not written."""
    tolerance = squash(parameter.get("tolerance") or "").strip("()")
    found = {key(parameter), key(parameter, "rough")}
    if tolerance:
        found.add(key({**parameter, "fit": tolerance}, "fit"))
    return found
