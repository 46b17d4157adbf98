"""Zones that people state for clocks of local time."""

import pytest

from genba.clocks import zones
from genba.errors import InvalidInput

HOUR = 3_600_000_000_000
SUMMER, WINTER = 1_782_000_000_000_000_000, 1_767_000_000_000_000_000


@pytest.mark.parametrize(
    ("zone", "hours"), [("Asia/Tokyo", 9), ("JST", 9), ("UTC", 0), ("+09:00", 9), ("-0330", -3.5), ("UTC+5:30", 5.5)]
)
def test_zones_are_read_as_they_are_written(zone: str, hours: float) -> None:
    assert zones.offset_ns(zone, WINTER) == hours * HOUR


@pytest.mark.parametrize("zone", ["Mars/Base", "+99:00", "", "../../etc/passwd", "tokyo", "0900", "x09:00", "1900"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(InvalidInput, match=r"clock\.unknown_zone"):
        zones.offset_ns(zone, WINTER)


def test_a_recording_over_the_change_to_summer_time_is_refused() -> None:
    try:
        zones.offset_ns("Europe/Berlin", WINTER)
    except InvalidInput:
        pytest.skip("no zone database on this system")
    with pytest.raises(InvalidInput, match=r"clock\.zone_changes"):
        zones.declared("plc", "utc", "Europe/Berlin", (WINTER, SUMMER))
