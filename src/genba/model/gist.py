"""What a document leaves behind for everything that spans documents: short, and enough without opening it again."""

from dataclasses import dataclass
from typing import NamedTuple

from genba.model.place import Place


class Seen(NamedTuple):
    """A code or word found in a document, how often, and whether a label says what it names."""

    code: str  # normalised
    kind: str  # TermKind
    labelled: bool
    times: int
    text: str = ""  # as first written, where it differs


class Pointer(NamedTuple):
    """A reference to another document, with the place it stands at."""

    as_written: str
    code: str
    title: str
    revision: str
    kind: str
    node: str
    place: Place


class Claim(NamedTuple):
    """A quantity that a document states for what it is about: 締付トルク of 本体 in 組立 is 25 ± 2 N·m."""

    name: str
    about: str  # the part, object or step it is stated for
    process: str
    value: float | None
    lower: float | None
    upper: float | None
    unit: str  # UCUM where known
    as_written: str
    node: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """One document in short."""

    id: str
    path: str
    kind: str
    sha256: str
    title: str = ""
    titles: tuple[str, ...] = ()  # in the form in which titles are compared, from the text and the file's name
    numbers: tuple[
        tuple[str, str], ...
    ] = ()  # numbers it bears itself, each with how it is known: labelled, named, said
    revision: str = ""  # normalised
    date: str = ""  # ISO 8601, the latest it says of itself
    modified: str = ""
    subjects: tuple[str, ...] = ()  # part numbers and product names it is about
    process: str = ""
    is_record: bool = False  # filled in once, like 成績書 and 日報: never another's revision
    is_drawing: bool = False
    size_chars: int = 0
    sketch: tuple[int, ...] = ()  # the smallest hashes of its runs of words
    codes: tuple[Seen, ...] = ()
    words: tuple[Seen, ...] = ()  # names of processes and defects
    pointers: tuple[Pointer, ...] = ()
    claims: tuple[Claim, ...] = ()
    terms: tuple[tuple[str, int, str], ...] = ()  # folded, how often, as written
