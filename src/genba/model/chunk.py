"""A piece of a document for retrieval, cut where the structure cuts."""

from dataclasses import dataclass

from genba.model.place import NOWHERE, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Text that can stand alone with its heading path; linked to its neighbours and the nodes it came from."""

    id: str
    text: str
    headings: tuple[str, ...]  # path from the document's title down
    kind: str  # text | table | form | figure | flow | comment | step
    nodes: tuple[str, ...]  # ids
    place: Place = NOWHERE  # of the first node
    parent: str = ""  # the chunk that opens the section above
    previous: str = ""
    next: str = ""
    step: str = ""  # the number of the step of an instruction that it is, as displayed
    parameters: tuple[str, ...] = ()  # the step's quantities with name, unit and limits
    warnings: tuple[str, ...] = ()  # the step's warnings with their level
