"""A tidy table: one header row, typed columns, units beside the names; values are Arrow record batches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from genba.model.place import NOWHERE, Place

if TYPE_CHECKING:
    import pyarrow as pa


class ColumnType(StrEnum):
    """What the values of a column are."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    DURATION = "duration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column by its complete name; header rows above one another are joined with "/" (測定値/1回目)."""

    name: str
    type: ColumnType = ColumnType.STRING
    unit: str = ""  # as written
    ucum: str = ""
    codes: tuple[str, ...] = ()  # the values allowed, where the file says so
    source: str = ""  # the column as found: "C" on a sheet, its ordinal in a text file
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Columns and rows; `batches` can be iterated again and again and may stream from the file."""

    name: str
    columns: tuple[Column, ...]
    batches: Iterable[pa.RecordBatch]
    rows: int
    notes: tuple[str, ...] = ()  # title and note lines that stood around it
    time_column: str = ""  # set when the rows are a series in time
    place: Place = NOWHERE
    grid: str = ""  # id of the grid it was made from
    id: str = ""
