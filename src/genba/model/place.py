"""Where in its file a value stands; which file it is, the document's source says."""

from dataclasses import dataclass

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A spot that a person can find again: only the fields that make sense for the format are set."""

    sheet: str = ""
    range: str = ""  # A1 notation: "B3" or "B3:D9"
    page: int = 0  # from 1; slide number in presentations; 0 where there are no pages
    box: Box | None = None  # left, top, right, bottom in points from the page's top left corner
    line: int = 0  # from 1, in text files
    line_end: int = 0
    part: str = ""  # a named part: "header1", "footnote 2", "shape 直方体 3"
    pointer: str = ""  # JSON pointer or XPath in structured files


NOWHERE = Place()
