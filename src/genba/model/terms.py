"""The words of a document that matter to a search or a link: terms, codes of things, references to other documents."""

from dataclasses import dataclass
from enum import StrEnum

from genba.model.place import NOWHERE, Place


class TermKind(StrEnum):
    """What a word or code names."""

    TERM = "term"
    PART = "part"  # 品番, 部品番号
    DRAWING = "drawing"  # 図番
    DOCUMENT = "document"  # 文書番号
    EQUIPMENT = "equipment"  # 設備番号, 号機
    LOT = "lot"
    PROCESS = "process"
    DEFECT = "defect"
    UNKNOWN = "unknown"  # a code of which nothing yet says what it names


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word that tells what the document is about; `text` is as written, `normal` folds spellings and synonyms."""

    text: str
    normal: str
    weight: float  # the document's heaviest term has 1
    kind: TermKind = TermKind.TERM
    count: int = 1
    concept: str = ""  # id from the user's vocabulary, IEC CDD or ECLASS


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A code in the text, with the words beside it that say what it names (品番, 図面, 号機)."""

    text: str
    normal: str  # NFKC, upper case, one kind of hyphen
    kind: TermKind = TermKind.UNKNOWN
    label: str = ""
    revision: str = ""
    confidence: float = 1.0
    node: str = ""  # id
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A pointer to another document, as written (「図面 A-1023 参照」); its target is found over all files."""

    as_written: str
    code: str = ""  # normalised number, where one is named
    title: str = ""  # 「…作業標準」, where a title is named
    revision: str = ""
    kind: TermKind = TermKind.DOCUMENT
    node: str = ""
    place: Place = NOWHERE
