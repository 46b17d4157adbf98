"""The 30 rules by id, level and severity, and the published way to a score: what fails takes points away.

After 「行政データにおける機械可読性に関するルール」 (令和8年3月31日) and the Digital Agency's scoring table.
"""

from collections.abc import Mapping
from enum import StrEnum

LEVELS = (1, 2, 3)
FULL = 100


class Weight(StrEnum):
    """How heavy a rule's failing weighs."""

    FATAL = "fatal"  # the level has no points left
    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


DEDUCTIONS: dict[Weight, tuple[int, int, int]] = {
    Weight.FATAL: (FULL, FULL, FULL),
    Weight.CRITICAL: (10, 40, 15),
    Weight.MAJOR: (5, 30, 10),
    Weight.MINOR: (2, 10, 5),
}

RULES: dict[str, Weight] = {
    "L1-01": Weight.FATAL,
    "L1-02": Weight.FATAL,
    "L1-03": Weight.CRITICAL,
    "L1-04": Weight.MAJOR,
    "L1-05": Weight.CRITICAL,
    "L1-06": Weight.CRITICAL,
    "L1-07": Weight.CRITICAL,
    "L1-08": Weight.CRITICAL,
    "L1-09": Weight.MINOR,
    "L1-10": Weight.CRITICAL,
    "L1-11": Weight.CRITICAL,
    "L1-12": Weight.CRITICAL,
    "L1-13": Weight.CRITICAL,
    "L1-14": Weight.FATAL,
    "L1-15": Weight.FATAL,
    "L2-01": Weight.FATAL,
    "L2-02": Weight.FATAL,
    "L2-03": Weight.FATAL,
    "L2-04": Weight.CRITICAL,
    "L2-05": Weight.MAJOR,
    "L2-06": Weight.MAJOR,
    "L3-01": Weight.FATAL,
    "L3-02": Weight.CRITICAL,
    "L3-03": Weight.MAJOR,
    "L3-04": Weight.MAJOR,
    "L3-05": Weight.MAJOR,
    "L3-06": Weight.CRITICAL,
    "L3-07": Weight.CRITICAL,
    "L3-08": Weight.MAJOR,
    "L3-09": Weight.MAJOR,
}


def level_of(rule: str) -> int:
    """The level a rule belongs to, by its id."""
    return int(rule[1])


def level_score(judged: Mapping[str, bool], level: int) -> int | None:
    """A level's points from the rules that apply (True: passed); None where no rule of the level does."""
    mine = {rule: passed for rule, passed in judged.items() if level_of(rule) == level}
    if not mine:
        return None
    lost = sum(DEDUCTIONS[RULES[rule]][level - 1] for rule, passed in mine.items() if not passed)
    return max(0, FULL - lost)


def failed(judged: Mapping[str, bool], level: int) -> tuple[str, ...]:
    """The ids of a level's failed rules in order."""
    return tuple(sorted(rule for rule, passed in judged.items() if not passed and level_of(rule) == level))
