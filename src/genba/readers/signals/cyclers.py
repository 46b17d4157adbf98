"""Read the text files of battery cyclers (Maccor, Arbin): test time is the device's clock, date and time the PC's."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from genba.errors import InvalidInput
from genba.formats.recordings.naming import stem
from genba.formats.recordings.stamps import MONTH_FIRST
from genba.formats.recordings.textstreams import Roles, log_stream
from genba.formats.recordings.texttables import TextTable, text_tables
from genba.formats.recordings.texttimes import STAMP, TimePlan, plan_column
from genba.formats.recordings.times import SECOND_NS
from genba.model.document import Property
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart

# Names of columns in lower case without blanks; Maccor first, then Arbin's exports.
TEST_TIME = ("test(sec)", "testtime(sec)", "testtime", "test_time(s)", "test_time", "testtime(s)")
WRITTEN = ("dpttime", "dpt_time", "datetime", "date_time", "date&time", "date/time")
UNITS = {
    "amps": "A",
    "volts": "V",
    "amp-hr": "A·h",
    "watt-hr": "W·h",
    "dcir/ohms": "Ω",
    "acimp/ohms": "Ω",
    "current(a)": "A",
    "voltage(v)": "V",
    "current": "A",
    "voltage": "V",
    "step(sec)": "s",
    "step_time": "s",
    "step_time(s)": "s",
    "charge_capacity": "A·h",
    "discharge_capacity": "A·h",
    "charge_energy": "W·h",
    "discharge_energy": "W·h",
    "internal_resistance": "Ω",
    "temperature": "°C",
}


def read(blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield one stream with steps, cycles and states as they stand; raises InvalidInput without a test time."""
    table = next((found for found in text_tables(blob) if _place(found, TEST_TIME) is not None), None)
    if table is None:
        raise InvalidInput("signals.no_time")
    at = _place(table, TEST_TIME)
    assert at is not None
    plan = plan_column(table, at, unit_ns=SECOND_NS) or TimePlan(columns=(at,), form="elapsed")
    written = _written(table)
    yield Property(name="recorder", value="battery cycler", origin="content")
    units = tuple(unit or UNITS.get(_folded(name), "") for name, unit in zip(table.names, table.units, strict=True))
    yield from log_stream(
        replace(table, units=units), stem(blob.name), Roles(time=plan, written=written, device="cycler"), limits
    )


def _written(table: TextTable) -> TimePlan | None:
    at = _place(table, WRITTEN)
    if at is None:
        return None
    plan = plan_column(table, at)
    if plan is None and _folded(table.names[at]) == "dpttime":  # Maccor writes American dates
        return TimePlan(columns=(at,), form=STAMP, days=MONTH_FIRST)
    return plan


def _place(table: TextTable, wanted: tuple[str, ...]) -> int | None:
    folded = [_folded(name) for name in table.names]
    return next((folded.index(name) for name in wanted if name in folded), None)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).lower().replace(" ", "")
