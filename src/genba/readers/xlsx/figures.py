"""Figures as sheets store them: numbers, measures, dates as serial numbers."""

import math
from datetime import UTC, datetime

_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)


def numeric(plain: str) -> int | float | None:
    """Read a stored number, whole ones as integers; None for what is no finite number."""
    if plain.isascii() and plain.isdigit() and len(plain) < 19:
        return int(plain)
    try:
        value = float(plain)
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    return (
        int(value)
        if value.is_integer() and abs(value) < 1e15 and "." not in plain and "E" not in plain.upper()
        else value
    )


def measure(text: str) -> float:
    """Read a height or width; 0 for what is none."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def serial(text: str, date1904: bool) -> float | None:
    """Turn an ISO 8601 date or time (`t="d"`) into Excel's serial number."""
    try:
        moment = datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return None
    days = (moment.replace(tzinfo=UTC) - _EPOCH).total_seconds() / 86400
    return days - 1462 if date1904 else days
