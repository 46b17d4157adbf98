"""How values lie in columns: moments as microseconds since 1970 in UTC, names as JSON, claims as 0 and 1."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def moment(value: datetime) -> int:
    """Give the column's value of a time; one without a zone is a mistake of ours."""
    if value.tzinfo is None:
        raise ValueError("a time without a zone")
    return (value - _EPOCH) // _MICROSECOND


def moment_or_none(value: datetime | None) -> int | None:
    """Give the column's value of a time that may be missing."""
    return None if value is None else moment(value)


def time(value: int) -> datetime:
    """Give the time in UTC that lies in a column."""
    return _EPOCH + timedelta(microseconds=value)


def time_or_none(value: int | None) -> datetime | None:
    """Give the time in UTC that lies in a column, if there is one."""
    return None if value is None else time(value)


def json_text(value: object) -> str:
    """Encode with sorted names, so that equal values are equal texts."""
    return msgspec.json.encode(value, order="sorted").decode()


def names(text: str) -> tuple[str, ...]:
    """Decode a list of texts."""
    return msgspec.json.decode(text, type=tuple[str, ...])


def mapping(text: str) -> Mapping[str, str]:
    """Decode a mapping of texts."""
    return msgspec.json.decode(text, type=dict[str, str])
