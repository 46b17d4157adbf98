"""What the rules look at, in one shape for a file as it came and for the tables made of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Stored(StrEnum):
    """How a file holds a value, whatever it shows."""

    NOTHING = ""
    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    TRUTH = "truth"


class Value(NamedTuple):
    """A value as it is seen, and as it is stored."""

    text: str
    stored: Stored = Stored.TEXT


class Holds(StrEnum):
    """What most values of a column are."""

    NOTHING = "nothing"
    NUMBERS = "numbers"  # amounts; figures that name things (codes, years, serial numbers) are text
    MOMENTS = "moments"
    TEXT = "text"


class Format(StrEnum):
    """What kind of file the tables stand in."""

    WORKBOOK = "workbook"
    DELIMITED = "delimited"  # csv, tsv
    DATA = "data"  # json, xml
    PAGE = "page"  # made for people to read: pdf, docx, html
    COLUMNS = "columns"  # Parquet, as refinement writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column with the values that were looked at; `header` has its names from the top down, as written."""

    name: str
    header: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    holds: Holds = Holds.NOTHING
    is_choice: bool = False
    is_typed: bool = False  # the format could store numbers as numbers here
    unit: str = ""
    codes: tuple[str, ...] = ()
    description: str = ""
    distinct: tuple[Value, ...] = ()  # those of `values` that are not blank, each once, in order
    blanks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A data table; counts are of what the rules ask about."""

    columns: tuple[Column, ...]
    header_rows: int = 1
    opens: bool = True  # its header is the first row of its sheet or file
    notes: tuple[str, ...] = ()
    repeated_names: int = 0
    blank_rows: int = 0  # within the table
    blank_columns: int = 0
    is_continued: bool = False  # header repeated within, or rows go on after a gap
    merges: int = 0
    formulas: int = 0  # as formulas in a workbook; in refined tables those whose value is lost
    set_apart: int = 0  # body cells told from others by fill, bold or strike-through only
    struck: int = 0  # those of them that are struck through
    hidden: int = 0  # rows and columns out of sight and not told so in words
    torn_rows: int = 0  # rows cut apart at commas without quotes
    filled_down: int = 0  # cells of the body that a merged cell above stands for


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A sheet, or a file of text, with its tables and what stands around them."""

    tables: tuple[Table, ...]
    beside: tuple[str, ...] = ()  # texts that neither head nor explain a table
    around: tuple[str, ...] = ()  # titles, notes, units
    margins: int = 0  # blank rows above and blank columns left of the tables
    objects: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything the judgements need of one file."""

    kind: str
    format: Format
    parts: tuple[Part, ...]
    code_tables: int = 0  # lists of permitted values, tables that explain codes
    has_definitions: bool = False  # says what its columns mean
    has_history: bool = False  # says where it comes from and when it changed
    has_encoding: bool = True  # says how its characters are encoded; only text files need to

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables of all parts."""
        return tuple(table for part in self.parts for table in part.tables)

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns of all tables."""
        return tuple(column for table in self.tables for column in table.columns)
