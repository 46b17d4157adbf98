"""The hierarchy of purposes of use: which purpose lies within which, as purposes.toml says."""

import pkgutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PREFIX = "urn:genba:purpose:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """A purpose that data may be used for, with everything broader than it and itself."""

    id: str
    within: frozenset[str]
    ja: str
    en: str


def _load() -> Mapping[str, Purpose]:
    """Read the shipped file: a table inside a table is narrower; `catena_x` are ids one step narrower still."""
    data = tomllib.loads((pkgutil.get_data("genba.policy", "purposes.toml") or b"").decode("utf-8"))
    purposes: dict[str, Purpose] = {}
    for name, table in data.items():
        above = frozenset(one for broad in table.get("broader", ()) for one in purposes[PREFIX + broad].within)
        _add(purposes, name, table, above)
    return purposes


def _add(purposes: dict[str, Purpose], name: str, table: Mapping[str, Any], above: frozenset[str]) -> None:
    within = above | {PREFIX + name}
    purposes[PREFIX + name] = Purpose(id=PREFIX + name, within=within, ja=table["ja"], en=table["en"])
    for foreign in table.get("catena_x", ()):
        purposes[foreign] = Purpose(
            id=foreign, within=within | {foreign}, ja=f"{table['ja']} ({foreign})", en=f"{table['en']} ({foreign})"
        )
    for part, inner in table.items():
        if isinstance(inner, dict):
            _add(purposes, f"{name}.{part}", inner, within)


PURPOSES = _load()
WITHIN: Mapping[str, frozenset[str]] = {name: purpose.within for name, purpose in PURPOSES.items()}
# For each purpose those that it has nothing to do with: neither lies within the other.
APART: Mapping[str, frozenset[str]] = {
    name: frozenset(other for other in WITHIN if other not in within and name not in WITHIN[other])
    for name, within in WITHIN.items()
}


def resolve(name: str) -> str:
    """Give the id of a purpose that a person named in short (`quality.analysis`); other ids stay as they are."""
    return PREFIX + name if PREFIX + name in PURPOSES else name


def label(name: str, lang: str) -> str:
    """Say a purpose in a language; a free text says itself."""
    purpose = PURPOSES.get(name)
    if purpose is None:
        return name
    return purpose.ja if lang == "ja" else purpose.en


def lies_within(stated: str, allowed: tuple[str, ...]) -> bool | None:
    """Say whether a stated purpose is one of those or narrower; None when it reaches further or nobody can tell."""
    broader = WITHIN.get(stated)
    if broader is None:
        return True if stated in allowed else None
    if not broader.isdisjoint(allowed):
        return True
    return False if APART[stated].issuperset(allowed) else None
