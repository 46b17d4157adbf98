"""What models give, as small protocols: text in pictures, words, meaning as vectors, names, prose.

Adapters stand in `recognisers`; they are cheap to make and load their model at the first call. Steps take them as
keyword-only parameters of the names in `Recognisers` and do without where they get None.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Protocol

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """A decoded picture: rows from the top, `channels` bytes a pixel (1 grey, 3 RGB), nothing between rows."""

    width: int
    height: int
    channels: int
    data: bytes
    dpi: float = 0.0  # 0 where unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """A line of text read in a picture: its corners in pixels from the top left, clockwise from the line's start."""

    text: str
    corners: Quad
    confidence: float  # 0 to 1
    vertical: bool = False
    # Where each character's middle stands along the line, 0 to 1, as far as the model tells; else empty.
    positions: tuple[float, ...] = ()


class TextRecogniser(Protocol):
    """Finds and reads the lines of text of a page (OCR)."""

    name: str  # model and version, for the lineage

    def lines(self, page: Raster) -> tuple[TextLine, ...]:
        """Read every line; their order means nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: where it begins, its normalised form (締付け → 締め付ける) and its part of speech."""

    surface: str
    normal: str
    reading: str
    pos: tuple[str, ...]  # (名詞, 普通名詞, サ変可能, …) in the words of UniDic
    begin: int
    is_known: bool = True  # in the dictionary


class Tokeniser(Protocol):
    """Cuts Japanese text into words."""

    name: str

    def tokens(self, text: str) -> tuple[Token, ...]:
        """Cut a text of any length; positions count in its characters."""
        ...

    def is_word(self, text: str) -> bool:
        """Tell whether the dictionary has this very word."""
        ...


class Embedder(Protocol):
    """Turns sentences into vectors of length 1 that lie near each other when they mean the same."""

    name: str
    dimensions: int

    def vectors(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Embed texts, one vector each, the same for a text whatever stands beside it."""
        ...


@dataclass(frozen=True, slots=True)
class Name:
    """A name found in a text; `kind` is person, company, place, product, …"""

    text: str
    begin: int
    kind: str


class NameRecogniser(Protocol):
    """Finds names of people, companies and places (NER)."""

    name: str

    def names(self, text: str) -> tuple[Name, ...]:
        """Find the names of a text in their order."""
        ...


class LanguageModel(Protocol):
    """Writes prose about what it is given; only ever one that the user has configured."""

    name: str

    def write(self, instruction: str, material: str, *, image: bytes = b"", media_type: str = "") -> str:
        """Answer an instruction about the material; raises Unavailable when there is no answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognisers:
    """What this machine has; each field's name is the parameter by which a step asks for it."""

    text_recogniser: TextRecogniser | None = None
    vertical_recogniser: TextRecogniser | None = None
    tokeniser: Tokeniser | None = None
    embedder: Embedder | None = None
    name_recogniser: NameRecogniser | None = None
    language_model: LanguageModel | None = None

    def by_name(self) -> dict[str, object]:
        """Give what steps may ask for, by parameter name; None where it is missing."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def key(self) -> str:
        """Name what is there: results change when it changes."""
        found = ((name, getattr(recogniser, "name", "")) for name, recogniser in self.by_name().items())
        return ",".join(f"{name}={model}" for name, model in found if model)


NO_RECOGNISERS = Recognisers()
