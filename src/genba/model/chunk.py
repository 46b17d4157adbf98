"""A piece of a document for retrieval, cut where the structure cuts."""

from dataclasses import dataclass

from genba.model.place import NOWHERE, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Text that can stand alone with its heading path; linked to its neighbours and the nodes it came from."""

    id: str
    text: str
    headings: tuple[str, ...]  # path from the document's title down
    kind: str  # text | table | form | figure | flow | comment
    nodes: tuple[str, ...]  # ids
    place: Place = NOWHERE  # of the first node
    parent: str = ""  # the chunk that opens the section above
    previous: str = ""
    next: str = ""
