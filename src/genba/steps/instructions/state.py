"""What has been gathered while going through a document, and the section that the next node stands in."""

from __future__ import annotations

from genba.formats.ranges import Area
from genba.model.instruction import Hazard, InstructionKind
from genba.model.marks import Mark
from genba.model.nodes import Figure, Flow, Heading, Paragraph, Role
from genba.model.place import Place
from genba.steps.instructions.columns import Name
from genba.steps.instructions.drafts import Draft, Event, Loose
from genba.steps.instructions.figures import Seen
from genba.steps.instructions.filling import say
from genba.steps.instructions.materials import Materials
from genba.steps.instructions.zones import Zone

NO_STEPS = frozenset(
    (Zone.APART, Zone.TOOLS, Zone.PARTS, Zone.EQUIPMENT, Zone.QUALIFICATION, Zone.HAZARDS, Zone.ABNORMAL)
)
STEPPED = frozenset((Zone.PROCEDURE, Zone.WORK, Zone.UNKNOWN, Zone.CHECKS))
BAR_LEVEL = 90  # of a section that a bar or a short line opens: deeper than every heading


class State:
    """Events in their order, and everything that hangs on the place in the document."""

    def __init__(self, kind: InstructionKind, *, has_procedure: bool) -> None:
        self.kind, self.has_procedure = kind, has_procedure
        self.events: list[Event] = []
        self.unsure: dict[int, Zone] = {}  # unnumbered drafts by id, with their section's zone
        self.aside: set[int] = set()  # drafts by id that are steps only where there are no others
        self.materials = Materials()
        self.figures: list[Seen] = []
        self.flows: list[Flow] = []
        self.signs: list[Place] = []  # of warnings without a level
        self.captions: dict[str, str] = {}  # of figures by id, found in the cell beside them
        self.zone, self.section = Zone.UNKNOWN, ""
        self.path: list[tuple[int, Zone, str]] = []
        self.current: Draft | None = None
        self.number = ""  # that stood alone: the next words are its step's
        self.group = ""  # of the fields just taken
        self.level = ""  # a level that stood alone: the next words are its warning's
        self.names: dict[int, Name] = {}  # of the table above, for its rest without a header
        self.columns = 0
        self.is_header_open = False  # its rows have not been met yet
        self.spans: list[Area] = []  # of the columns of a header whose table came apart
        self.loose: list[list[tuple[int, Paragraph]]] = []  # rows of that table

    def enter(self, level: int, zone: Zone, section: str) -> None:
        """Begin a section."""
        while self.path and self.path[-1][0] >= level:
            self.path.pop()
        above = self.path[-1][1] if self.path else Zone.UNKNOWN
        if zone in (Zone.UNKNOWN, Zone.WORK) and above not in (Zone.UNKNOWN, Zone.WORK):
            zone = above
        self.path.append((level, zone, section))
        self.zone, self.section = zone, section.strip("■□◆◇●○◎【】[]<>＜＞《》 　:：")
        if zone in NO_STEPS:
            self.spans = []
        self.is_header_open = zone in STEPPED and bool(self.names)
        self.current, self.number, self.level = None, "", ""

    def above(self, level: int) -> Zone:
        """The zone of the section in which a heading of this level stands."""
        return next((zone for depth, zone, _ in reversed(self.path) if depth < level), Zone.UNKNOWN)

    def is_in_procedure(self) -> bool:
        """Tell whether a section around says that it holds the steps."""
        return any(zone is Zone.PROCEDURE for _, zone, _ in self.path)

    def warn(self, hazards: tuple[Hazard, ...], node: Paragraph) -> bool:
        """Put warnings where they stand: the document's, a step's, or waiting for the next step."""
        apart = (Zone.HAZARDS, Zone.APART, Zone.TOOLS, Zone.PARTS, Zone.EQUIPMENT, Zone.QUALIFICATION)
        for hazard in hazards:
            if self.zone in apart and not self.is_in_procedure():
                self.materials.warnings.append(hazard)
            elif self.current is not None and self._is_inside(node, self.current):
                self.current.warnings.append(hazard)
                self.current.nodes.append(node.id)
            else:
                self.events.append(Loose(hazard, node=node.id))
        return bool(hazards)

    def _is_inside(self, node: Paragraph, draft: Draft) -> bool:
        """A warning set deeper than its step, or anchored in it, stands in the step."""
        pointer = draft.places[-1].pointer if draft.places else ""
        if pointer and node.place.pointer.startswith(f"{pointer}/"):
            return True
        return not draft.is_row and node.role is Role.LIST_ITEM and node.level > draft.level

    def draft(self, number: str, words: str, node: Paragraph | Heading) -> Draft:
        """Begin a step."""
        found = Draft(
            number=number or self.number, section=self.section, nodes=[node.id], places=[node.place],
            confidence=node.confidence, level=node.level if isinstance(node, Paragraph) else 0,
            is_withdrawn=Mark.WITHDRAWN in node.marks,
        )  # fmt: skip
        self.number = ""
        self.events.append(found)
        self.current = found
        say(found, words, node.place)
        return found

    def last_number(self) -> str:
        """The number of the last step that has one."""
        return next((event.number for event in reversed(self.events) if isinstance(event, Draft) and event.number), "")

    def see(self, figure: Figure) -> None:
        """Remember a figure with the step before it."""
        self.figures.append(Seen(figure, self.current, self.current is not None, figure.caption))
