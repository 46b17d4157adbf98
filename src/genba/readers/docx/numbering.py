"""Automatic numbering as Word displays it: counters per list, restarts, overrides, levels within levels."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lxml import etree

from genba.formats.ooxml.counting import show_number
from genba.formats.ooxml.symbols import bullet_sign
from genba.formats.ooxml.wordml import VAL, W, integer, is_on, value

LEVELS = 9
LARGEST = 32_767  # what Word lets a list reach
_FORMAT, _PLACEHOLDER = W + "numFmt", re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list."""

    start: int = 1
    format: str = "decimal"
    pad: int = 0  # digits of a custom format such as 001
    text: str = ""
    restart: int | None = None  # 0 never; otherwise the level (from 1) whose use restarts this one
    style: str = ""
    legal: bool = False
    hidden: bool = False
    bullet: str = ""


@dataclass(slots=True)
class _List:
    """An abstract list: its levels, and how far each has counted; None where a level has not begun."""

    levels: list[Level]
    counts: list[int | None] = field(default_factory=lambda: [None] * LEVELS)


@dataclass(slots=True)
class _Instance:
    shared: _List
    levels: list[Level]
    overrides: dict[int, int]  # start values that apply when this instance is first used at the level


class Numbering:
    """The lists of a document and how far each has counted."""

    def __init__(self, root: etree._Element | None, list_of_style: Callable[[str], str | None]) -> None:
        """Index the definitions; `list_of_style` tells which list a numbering style stands for."""
        self._abstract: dict[str, etree._Element] = {}
        self._numbers: dict[str, etree._Element] = {}
        self._lists: dict[str, _List] = {}
        self._instances: dict[str, _Instance | None] = {}
        self._list_of_style = list_of_style
        for element in root.iterchildren("*") if root is not None else ():
            if element.tag == W + "abstractNum":
                self._abstract[element.get(W + "abstractNumId") or ""] = element
            elif element.tag == W + "num":
                self._numbers[element.get(W + "numId") or ""] = element

    def level_of_style(self, num_id: str, style: str) -> int | None:
        """Tell the level of a list that is linked to a paragraph style."""
        instance = self._instance(num_id)
        if instance is not None:
            for index, level in enumerate(instance.levels):
                if level.style == style:
                    return index
        return None

    def advance(self, num_id: str, level: int) -> str:
        """Count one paragraph and give its number as displayed; empty for lists that are missing or show nothing."""
        instance = self._instance(num_id)
        if instance is None:
            return ""
        level = min(max(level, 0), LEVELS - 1)
        counts, levels = instance.shared.counts, instance.levels
        for index in range(level):  # a level above that was never used counts as begun
            if counts[index] is None:
                counts[index] = instance.overrides.pop(index, levels[index].start)
        override = instance.overrides.pop(level, None)
        current = counts[level]
        if override is not None:
            counts[level] = override
        else:
            counts[level] = levels[level].start if current is None else min(current + 1, LARGEST)
        for index in range(level + 1, LEVELS):
            restart = levels[index].restart
            if restart is None or level < restart:
                counts[index] = None
        return _display(levels, counts, level)

    def _instance(self, num_id: str) -> _Instance | None:
        if num_id not in self._instances:
            self._instances[num_id] = self._open(num_id)
        return self._instances[num_id]

    def _open(self, num_id: str) -> _Instance | None:
        element = self._numbers.get(num_id)
        if element is None:
            return None
        shared = self._list(value(element, "abstractNumId") or "", frozenset())
        if shared is None:
            return None
        levels, overrides = list(shared.levels), {}
        for override in element.iterchildren(W + "lvlOverride"):
            index = integer(override.get(W + "ilvl"), -1)
            if not 0 <= index < LEVELS:
                continue
            replaced = override.find(W + "lvl")
            if replaced is not None:
                levels[index] = _level(replaced)
            start = value(override, "startOverride")
            if start is not None:
                overrides[index] = integer(start, 1)
                levels[index] = replace(levels[index], start=overrides[index])
        return _Instance(shared, levels, overrides)

    def _list(self, key: str, seen: frozenset[str]) -> _List | None:
        if key in self._lists:
            return self._lists[key]
        element = self._abstract.get(key)
        if element is None or key in seen:
            return None
        linked = value(element, "numStyleLink")
        if linked is not None:
            number = self._numbers.get(self._list_of_style(linked) or "")
            target = value(number, "abstractNumId") if number is not None else None
            found = self._list(target or "", seen | {key})
            if found is not None:
                self._lists[key] = found
                return found
        levels = [Level()] * LEVELS
        for child in element.iterchildren(W + "lvl"):
            index = integer(child.get(W + "ilvl"), -1)
            if 0 <= index < LEVELS:
                levels[index] = _level(child)
        self._lists[key] = _List(levels)
        return self._lists[key]


def _level(element: etree._Element) -> Level:
    """Read a level; a custom format (001, 002, …) stands in alternate content with a plain one beside it."""
    kind, pad = "decimal", 0
    for found in element.iter(_FORMAT):
        kind = found.get(VAL) or "decimal"
        if kind == "custom":
            sample = (found.get(W + "format") or "").split(",")[0].strip()
            kind, pad = "decimal", min(len(sample), 9) if sample.isdigit() else 0
            break
    text = value(element, "lvlText") or ""
    run = element.find(W + "rPr")
    fonts = run.find(W + "rFonts") if run is not None else None
    vanish = run.find(W + "vanish") if run is not None else None
    restart = value(element, "lvlRestart")
    legal = element.find(W + "isLgl")
    return Level(
        start=integer(value(element, "start"), 1),
        format=kind,
        pad=pad,
        text=text,
        restart=integer(restart) if restart is not None else None,
        style=value(element, "pStyle") or "",
        legal=legal is not None and is_on(legal),
        hidden=vanish is not None and is_on(vanish),
        bullet=bullet_sign(text, fonts.get(W + "ascii") if fonts is not None else None) if kind == "bullet" else "",
    )


def _display(levels: list[Level], counts: list[int | None], index: int) -> str:
    level = levels[index]
    if level.hidden or (level.format == "none" and "%" not in level.text):
        return ""
    if level.format == "bullet":
        return level.bullet

    def shown(match: re.Match[str]) -> str:
        above = int(match.group(1)) - 1
        count = counts[above]
        if above > index or count is None:
            return ""
        source = levels[above]
        kind = source.format
        if level.legal and kind not in ("decimal", "decimalZero", "none"):
            kind = "decimal"
        return show_number(count, kind).zfill(source.pad) if source.pad else show_number(count, kind)

    return _PLACEHOLDER.sub(shown, level.text).strip()
