"""What the parts of a document's file have in common when it is read back."""

import msgspec


class File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Common to all: keyword fields, immutable, nothing unknown."""


class Origin(File, frozen=True, kw_only=True):
    """Where in the source file something stands."""

    sheet: str = ""
    range: str = ""
    page: int = 0
    box: tuple[float, float, float, float] | None = None
    line: int = 0
    line_end: int = 0
    part: str = ""
    pointer: str = ""


class Reading(File, frozen=True, kw_only=True):
    """How a piece of text is read."""

    base: str
    reading: str
