"""Dates of PDF (ISO 32000-1, 7.9.4) to ISO 8601."""

import re
from datetime import datetime

DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?\s*(Z|[+-]\d\d)?'?(\d\d)?")


def iso_date(text: str) -> str:
    """Give the date as precisely as it was written; empty when it is none."""
    match = DATE.match(text.strip())
    if match is None:
        return ""
    year, month, day, hour, minute, second, zone, zone_minute = match.groups()
    try:
        moment = datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        return ""
    if hour is None:
        return f"{moment:%Y-%m-%d}" if day else f"{moment:%Y-%m}" if month else f"{moment:%Y}"
    offset = "" if zone is None else "Z" if zone == "Z" else f"{zone}:{zone_minute or '00'}"
    return f"{moment:%Y-%m-%dT%H:%M:%S}{offset}"
