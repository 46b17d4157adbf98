"""The Japanese eras: when each begins, and how its name is written."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Era(NamedTuple):
    """One era; it ends the day before the next begins."""

    name: str  # 令和
    letter: str  # R
    sign: str  # ㋿
    start: date
    end: date | None

    @property
    def years(self) -> int:
        """How many years it has, the last one begun included; of the present one, as many as dates can hold."""
        return (self.end.year if self.end else 9999) - self.start.year + 1


ERAS = (
    Era("令和", "R", "㋿", date(2019, 5, 1), None),
    Era("平成", "H", "㍻", date(1989, 1, 8), date(2019, 4, 30)),
    Era("昭和", "S", "㍼", date(1926, 12, 25), date(1989, 1, 7)),
    Era("大正", "T", "㍽", date(1912, 7, 30), date(1926, 12, 24)),
    Era("明治", "M", "㍾", date(1868, 1, 25), date(1912, 7, 29)),
)
"""Newest first. 明治 counts from 1868-01-25 as Windows does; the Gregorian calendar was adopted in 明治6年 (1873)."""


def era_of(day: date) -> tuple[Era, int] | None:
    """The era of a day and the year within it; nothing before 明治."""
    for era in ERAS:
        if day >= era.start:
            return era, day.year - era.start.year + 1
    return None
