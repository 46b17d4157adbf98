"""Clocks that show local time, tied to UTC by a zone that somebody states: a name such as Asia/Tokyo, or +09:00."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from genba.errors import InvalidInput
from genba.model.clock import ClockModel

_OFFSET = re.compile(r"(?:UTC|GMT)?([+\-−])(\d{1,2})(?::?(\d{2}))?")
_KNOWN = {"UTC": 0, "GMT": 0, "Z": 0, "JST": 9, "Asia/Tokyo": 9, "Japan": 9}  # also where no zone database is


def offset_ns(zone: str, local_ns: int) -> int:
    """How far local time is ahead of UTC at a local time; raises InvalidInput for an unknown zone."""
    zone = zone.strip()
    if zone in _KNOWN:
        return _KNOWN[zone] * 3_600_000_000_000
    if match := _OFFSET.fullmatch(zone):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes > 14 * 60:
            raise InvalidInput("clock.unknown_zone", zone=zone[:40])
        return (minutes if match[1] == "+" else -minutes) * 60_000_000_000
    return _named(zone, local_ns)


def declared(clock: str, reference: str, zone: str, span: tuple[int, int]) -> ClockModel:
    """Tie a clock to UTC by a stated zone; raises InvalidInput where the zone's offset changes within the span."""
    first, last = offset_ns(zone, span[0]), offset_ns(zone, span[1])
    if first != last:
        raise InvalidInput("clock.zone_changes", zone=zone[:40], clock=clock)
    return ClockModel(clock=clock, reference=reference, method="declared", epoch_ns=span[0], offset_ns=-first)


def _named(zone: str, local_ns: int) -> int:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        info = ZoneInfo(zone)
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=local_ns // 1_000_000_000)
        ahead = moment.replace(tzinfo=info).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):
        raise InvalidInput("clock.unknown_zone", zone=zone[:40]) from None
    return round(ahead.total_seconds()) * 1_000_000_000 if ahead is not None else 0
