"""What the way a text is set says about it: hidden, withdrawn, outside the print area; and how it is read aloud."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """A state that the author gave a text by formatting or settings, not by words."""

    HIDDEN = "hidden"  # hidden row, column, sheet, slide or run
    OUTSIDE_PRINT_AREA = "outside_print_area"
    WITHDRAWN = "withdrawn"  # struck through
    PARTLY_WITHDRAWN = "partly_withdrawn"  # some runs struck through; the text keeps only what stands
    FURNITURE = "furniture"  # running header or footer, page number
    UNCERTAIN = "uncertain"  # the text layer is damaged


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a written date, time or quantity means to a machine; the writing itself stays in the text."""

    as_written: str
    iso: str = ""  # ISO 8601 date, time or date and time
    number: float | None = None
    lower: float | None = None
    upper: float | None = None
    unit: str = ""  # as written
    ucum: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a piece of text is read (ruby, furigana); never fused into the text."""

    base: str
    reading: str
