"""What a reader is: a function from a blob to the parts of a document, one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from genba.model.document import DefinedName, Edit, Node, Property, Revision
from genba.model.drawing import Drawing
from genba.model.finding import Finding
from genba.model.image import Image
from genba.model.sheet import CodeList
from genba.model.table import Table
from genba.ports.blob import Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A file found inside a file; `path` is its portable path inside the container."""

    path: str
    blob: Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on what comes from outside; a reader that meets one says so in a finding and goes on."""

    unpacked_bytes: int = 2 << 30  # all parts or members together
    member_bytes: int = 512 << 20
    ratio: int = 200  # unpacked ÷ packed, judged only above 16 MiB unpacked
    members: int = 100_000
    depth: int = 4  # archives within archives
    cells: int = 300_000  # cells of a sheet held as objects; a larger sheet is read as a table only
    text_chars: int = 20_000_000
    pages: int = 3_000
    image_bytes: int = 64 << 20
    nodes: int = 500_000


Part = Node | Table | Image | Property | Revision | CodeList | DefinedName | Finding | Edit | Drawing | Child


class Reader(Protocol):
    """Yields what a file holds in reading order.

    Raises InvalidInput where nothing (more) can be read; what was yielded before stays.
    """

    def __call__(self, blob: Blob, limits: Limits) -> Iterator[Part]: ...
