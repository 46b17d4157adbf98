"""Goes through a document's nodes in reading order and gathers steps, warnings, materials and figures."""

from __future__ import annotations

import re
from dataclasses import replace

from genba.formats.captions import is_figure_caption, is_table_caption
from genba.model.document import Document, Node
from genba.model.instruction import Check, Hazard, InstructionKind
from genba.model.marks import Mark
from genba.model.nodes import Choices, Figure, Flow, Grid, Heading, Pair, Paragraph, Role
from genba.model.place import Place
from genba.steps.instructions import items
from genba.steps.instructions.columns import UNSEEN, parts_of, seen_rows
from genba.steps.instructions.columns import Part as GridPart
from genba.steps.instructions.drafts import Draft, Event, Loose
from genba.steps.instructions.figures import Seen
from genba.steps.instructions.hazards import has_sign_without_level, hazards_of, level_of, opening_level, split_hazards
from genba.steps.instructions.materials import Materials
from genba.steps.instructions.numbering import split_number
from genba.steps.instructions.quantities import parameters
from genba.steps.instructions.rows import RowReader
from genba.steps.instructions.verbs import is_imperative
from genba.steps.instructions.wording import Column, Zone, column_of, zone_of

_LABELLED = re.compile(
    r"^[\s・※*●■◆○◇▪-]*(?:[【\[＜<〔「](?P<boxed>[^】\]＞>〕」]{1,14})[】\]＞>〕」]\s*[:：]?|(?P<plain>[^:：。、\s]{1,14})\s*[:：])\s*(?P<rest>.*)$",
    re.DOTALL,
)
_INNER = re.compile(
    r"\s*[(（\[【<＜]?\s*(?P<label>急所|ポイント|要点|コツ|カン・コツ|留意点|理由|急所の理由|なぜ)\s*[】\]>＞]?\s*[:：】]\s*(?P<rest>[^()（）【】]*)[)）\]]?\s*[。]?"
)
_BULLET = re.compile(r"^[・･●○◎■□◆◇▪▶►※*＊✓✔☑‣•◦–—\-＊]$")
_FOOTNOTE = re.compile(r"\[\^\d+\]")
_STEP_HEADING = re.compile(r"^(?:作業)?(?:手順|ステップ|STEP|Step|工程)\s*(?:No\.?)?\s*[0-9①-⑳]")
_OF_STEP = (
    Column.KEY_POINT, Column.REASON, Column.PARAMETER, Column.CRITERION, Column.METHOD, Column.INSTRUMENT,
    Column.FREQUENCY, Column.TIME, Column.FIGURE, Column.BRANCH, Column.CHECK, Column.CHARACTERISTIC, Column.TOOL,
    Column.PART, Column.REMARK,
)  # fmt: skip
_CHECKED = {
    Column.METHOD: "method", Column.CRITERION: "criterion", Column.INSTRUMENT: "instrument", Column.FREQUENCY: "frequency",
    Column.CHARACTERISTIC: "characteristic",
}  # fmt: skip
_MATERIAL = re.compile(r"部品|部材|材料|資材|消耗|油脂")
_NOTED = re.compile(r"^\s*(?:※|\*|注\s?\d*[)）]|補足|備考|参考)")
_PAIR_STEP = re.compile(
    r"^(?:作業)?(?:手順|ステップ|STEP|Step|工程|作業)?\s*(?:No\.?)?\s*(?:[0-9]{1,3}(?:[-.][0-9]{1,2})*|[①-⑳])$"
)
_NO_STEPS = frozenset(
    (Zone.APART, Zone.TOOLS, Zone.PARTS, Zone.EQUIPMENT, Zone.QUALIFICATION, Zone.HAZARDS, Zone.ABNORMAL)
)
_STEPPED = frozenset((Zone.PROCEDURE, Zone.WORK, Zone.UNKNOWN, Zone.CHECKS))


class Walker:
    """What has been gathered so far, and the section that the next node stands in."""

    def __init__(self, kind: InstructionKind, *, has_procedure: bool) -> None:
        self.kind, self.has_procedure = kind, has_procedure
        self.events: list[Event] = []
        self.unsure: dict[int, Zone] = {}  # unnumbered drafts by id, with their section's zone
        self.aside: set[int] = set()  # drafts by id that are steps only where there are no others
        self.materials = Materials()
        self.figures: list[Seen] = []
        self.flows: list[Flow] = []
        self.signs: list[Place] = []  # of warnings without a level
        self.zone, self.section = Zone.UNKNOWN, ""
        self.path: list[tuple[int, Zone, str]] = []
        self.current: Draft | None = None
        self.pending_level = ""
        self.is_adjacent = False
        self.caption = ""

    def walk(self, document: Document) -> None:
        """Take every node that a reader of the page sees."""
        nodes = document.nodes
        for index, node in enumerate(nodes):
            if node.marks & UNSEEN or Mark.FURNITURE in node.marks:
                continue
            self._take(node, nodes, index)

    def _take(self, node: Node, nodes: tuple[Node, ...], index: int) -> None:
        match node:
            case Heading():
                self._heading(node)
            case Paragraph():
                self._paragraph(node)
            case Pair():
                self._pair(node)
            case Choices():
                self.materials.take_choices(node, self.zone)
            case Grid():
                self._grid(node)
            case Figure():
                self._figure(node, nodes, index)
            case Flow():
                self.flows.append(node)
            case _:
                pass

    # Sections

    def _heading(self, node: Heading) -> None:
        text = node.text.strip()
        zone = zone_of(text)
        while self.path and self.path[-1][0] >= node.level:
            self.path.pop()
        above = self.path[-1][1] if self.path else Zone.UNKNOWN
        if self._is_step(node, zone, above):
            number, rest = (node.number, text) if node.number else split_number(text)
            draft = self._draft(number, rest, node)
            draft.level = 0
            return
        if opened := opening_level(f"{text}\n"):
            if not opened[1] and zone is Zone.HAZARDS:
                self.pending_level = text
        if zone in (Zone.UNKNOWN, Zone.WORK) and above not in (Zone.UNKNOWN, Zone.WORK):
            zone = above
        self.path.append((node.level, zone, text))
        self._enter(zone, text)

    def _is_step(self, node: Heading, zone: Zone, above: Zone) -> bool:
        """A heading may itself be a step: 手順1 …, 4.2 ドレンプラグを外す."""
        text = node.text.strip()
        if _STEP_HEADING.match(f"{node.number}{text}") and above not in _NO_STEPS:
            return True
        numbered = bool(node.number) or bool(split_number(text)[0])
        return above is Zone.PROCEDURE and numbered and zone is Zone.UNKNOWN and "を" in text and is_imperative(text)

    def _enter(self, zone: Zone, section: str) -> None:
        self.zone, self.section = zone, section
        self.current, self.is_adjacent = None, False

    # Text

    def _paragraph(self, node: Paragraph) -> None:
        text = _FOOTNOTE.sub("", node.text).strip()
        if not text or node.role in (Role.HEADER, Role.FOOTER, Role.FOOTNOTE, Role.CODE, Role.SPEAKER_NOTE):
            return
        if node.role is Role.TITLE or self._is_caption(node, text) or is_table_caption(text):
            return
        if self._hazard(node, text):
            return
        if node.role is Role.TEXT_BOX:
            self._text_box(node, text)
            return
        if self._is_section_name(node, text):
            return
        if self._labelled(node, text):
            return
        self._item(node, text)

    def _is_caption(self, node: Paragraph, text: str) -> bool:
        if node.role is not Role.CAPTION and not (is_figure_caption(text) and not node.number):
            return False
        if self.figures and not self.figures[-1].caption and node.role is not Role.LIST_ITEM:
            self.figures[-1].caption = text
        else:
            self.caption = text
        return True

    def _hazard(self, node: Paragraph, text: str) -> bool:
        words = text
        number = node.number
        if not number:
            number, words = split_number(text)
        if self.pending_level and not opening_level(words) and not number:
            level = level_of(self.pending_level)
            self.pending_level = ""
            return self._warn(hazards_of(text, node.place, level), node)
        opened = opening_level(words)
        if opened is None or (number and not opened[1]):
            return self._in_hazard_section(node, words)
        if not opened[1]:
            self.pending_level = words
            return True
        if has_sign_without_level(words):
            self.signs.append(node.place)
        return self._warn(hazards_of(words, node.place), node)

    def _in_hazard_section(self, node: Paragraph, words: str) -> bool:
        """Lines under 安全上の注意 are warnings of the level that the heading names."""
        if self.zone is not Zone.HAZARDS or _LABELLED.match(words):
            return False
        level = level_of(self.section) if len(self.section) <= 14 else None
        return level is not None and self._warn(hazards_of(words, node.place, level), node)

    def _warn(self, hazards: tuple[Hazard, ...], node: Paragraph) -> bool:
        for hazard in hazards:
            if (
                self.zone in (Zone.HAZARDS, Zone.APART, Zone.TOOLS, Zone.PARTS, Zone.EQUIPMENT)
                and not self._in_procedure()
            ):
                self.materials.warnings.append(hazard)
            elif self._is_inside(node):
                if self.current is not None:
                    self.current.warnings.append(hazard)
                    self.current.nodes.append(node.id)
            else:
                self.events.append(Loose(hazard, node=node.id))
        return bool(hazards)

    def _in_procedure(self) -> bool:
        return any(zone is Zone.PROCEDURE for _, zone, _ in self.path)

    def _is_inside(self, node: Paragraph) -> bool:
        """A warning set deeper than its step, or anchored in it, stands in the step."""
        if self.current is None:
            return False
        pointer = self.current.places[-1].pointer if self.current.places else ""
        if pointer and node.place.pointer.startswith(f"{pointer}/"):
            return True
        return not self.current.is_row and node.role is Role.LIST_ITEM and node.level > self.current.level

    def _text_box(self, node: Paragraph, text: str) -> None:
        label = _LABELLED.match(text)
        column = column_of((label["boxed"] or label["plain"]).strip()) if label is not None else None
        if label is not None and column is not None and not self._field(column, label["rest"].strip(), node):
            self.materials.take(column, label["rest"], node.place)

    def _is_section_name(self, node: Paragraph, text: str) -> bool:
        """A bar on a sheet, or a short line such as ■作業手順, opens a section without being a heading."""
        if node.role is Role.LIST_ITEM and node.number and not _BULLET.match(node.number):
            return False
        bare = text.strip("■□◆◇●○【】[]<>＜＞《》 　:：")
        if len(bare) > 16 or "。" in text or "、" in text or len(bare) < 2:
            return False
        zone = zone_of(bare)
        if zone is Zone.UNKNOWN or (zone is Zone.WORK and bare == text):
            return False
        if is_imperative(text) and zone in (Zone.WORK, Zone.CHECKS) and bare == text:
            return False
        if self.path and self.path[-1][0] == 90:
            self.path.pop()
        self.path.append((90, zone, bare))
        self._enter(zone, bare)
        return True

    def _labelled(self, node: Paragraph, text: str) -> bool:
        """急所: …, 【理由】…, 使用工具: …: a field of the step above, or of the document."""
        found = _LABELLED.match(text)
        if found is None or (node.number and not _BULLET.match(node.number) and self.zone in _STEPPED):
            return False
        label, rest = (found["boxed"] or found["plain"]).strip(), found["rest"].strip()
        column = column_of(label)
        if column is None:
            return False
        if not rest:
            zone = zone_of(label)
            return zone is Zone.UNKNOWN
        return self._field(column, rest, node) or self.materials.take(column, rest, node.place)

    def _field(self, column: Column, text: str, node: Paragraph) -> bool:
        draft = self.current
        if draft is None or column not in _OF_STEP or self.zone in _NO_STEPS:
            return False
        place = node.place
        bare, hazards = split_hazards(text, place)
        draft.warnings.extend(hazards)
        if column is Column.KEY_POINT or column is Column.REASON:
            (draft.key_points if column is Column.KEY_POINT else draft.reasons).extend(items.lines_of(bare))
            if column is Column.KEY_POINT:
                draft.add(parameters(bare, place=place))
        elif column is Column.TOOL:
            draft.tools.extend(name for name in items.names_of(bare) if name not in draft.tools)
        elif column is Column.PART:
            draft.parts.extend(items.parts_of(bare, place))
        elif column is Column.TIME:
            draft.time_s = items.seconds_of(bare) if draft.time_s is None else draft.time_s
        elif column is Column.PARAMETER:
            draft.add(parameters(bare, place=place, is_value=True))
        elif column in _CHECKED or column is Column.CHECK:
            _check(draft, _CHECKED.get(column, "criterion"), bare, place)
        draft.branches.extend(items.branches_of(bare))
        draft.figure_words.append(f"図{bare}" if column is Column.FIGURE and bare.isdigit() else bare)
        draft.nodes.append(node.id)
        return True

    def _item(self, node: Paragraph, text: str) -> None:
        number, words = node.number, text
        if number and _BULLET.match(number):
            number = ""
        elif not number:
            number, words = split_number(text)
        is_withdrawn = Mark.WITHDRAWN in node.marks
        if self.zone is Zone.ABNORMAL and number and is_imperative(words):
            self._draft(number, words, node)
            self.aside.add(id(self.current))
            return
        if self.zone in _NO_STEPS:
            if not is_withdrawn:
                self.materials.take_line(self.zone, words, node.place, self.section)
            return
        imperative = is_imperative(words)
        if number and (self.zone is Zone.PROCEDURE or self._may_be_step(imperative, words)):
            draft = self._draft(number, words, node)
            draft.confidence = min(draft.confidence, 1.0 if self.zone is Zone.PROCEDURE and imperative else 0.9)
        elif number and self._is_sub(node):
            self._draft(number, words, node)
        elif (imperative or is_withdrawn) and not number and self._is_procedural() and not _NOTED.match(text):
            self._unnumbered(node, words)
        elif self.current is not None:
            self._attach(node, text)

    def _may_be_step(self, imperative: bool, words: str) -> bool:
        """Numbered lines outside a section called 手順: where they tell what to do."""
        if self.zone is Zone.CHECKS:
            return not self.has_procedure and imperative
        return imperative or ("。" in words and len(words) > 8 and self.zone is Zone.WORK)

    def _is_sub(self, node: Paragraph) -> bool:
        return self.current is not None and node.level > self.current.level and node.number != ""

    def _is_procedural(self) -> bool:
        return self.zone is Zone.PROCEDURE or (self.zone is Zone.WORK and bool(self.path))

    def _unnumbered(self, node: Paragraph, words: str) -> None:
        draft = self._draft("", words, node)
        draft.confidence = min(draft.confidence, 0.7)
        self.unsure[id(draft)] = self.zone

    def _attach(self, node: Paragraph, text: str) -> None:
        """A line under a step that is no step: a note, a bullet, the rest of its words."""
        draft = self.current
        if draft is None or (draft.is_row and node.place.sheet != ""):
            return
        bare, hazards = split_hazards(text, node.place)
        draft.warnings.extend(hazards)
        draft.figure_words.append(bare)
        if self.zone not in _STEPPED or not bare:
            return
        draft.add(parameters(bare, place=node.place))
        draft.branches.extend(items.branches_of(bare))
        draft.nodes.append(node.id)
        if _BULLET.match(node.number) or node.role is Role.LIST_ITEM or bare[0] in "・※-*":
            draft.key_points.extend(items.lines_of(bare))

    def _draft(self, number: str, words: str, node: Paragraph | Heading) -> Draft:
        draft = Draft(
            number=number, section=self.section, nodes=[node.id], places=[node.place], confidence=node.confidence,
            level=node.level if isinstance(node, Paragraph) else 0, is_withdrawn=Mark.WITHDRAWN in node.marks,
        )  # fmt: skip
        words, hazards = split_hazards(words, node.place)
        draft.warnings.extend(hazards)
        draft.figure_words.append(words)
        draft.lines.append(_without_inner(words, draft, node.place))
        draft.add(parameters(draft.text, place=node.place))
        draft.branches.extend(items.branches_of(draft.text))
        draft.time_s = items.time_said(words)
        self.events.append(draft)
        self.current, self.is_adjacent = draft, True
        return draft

    # Fields and tables

    def _pair(self, node: Pair) -> None:
        label = node.label.rpartition("/")[2].strip()
        value = node.value.strip()
        column = column_of(label)
        if not value:
            return
        if _PAIR_STEP.match(label) and len(value) >= 4 and (is_imperative(value) or "を" in value):
            self._draft(label, value, _as_paragraph(node))
            return
        level = level_of(label) if len(label) <= 8 else None
        if level is not None and column is Column.HAZARD:
            hazards = hazards_of(value, node.place) or hazards_of(value, node.place, level)
            self._warn(hazards, _as_paragraph(node))
            return
        if column is Column.PART and not _MATERIAL.search(label):
            return  # 品名 names what is made, not what is used
        if column is not None and (self.current is None or not self._field(column, value, _as_paragraph(node))):
            self.materials.take(column, value, node.place)

    def _grid(self, grid: Grid) -> None:
        rows = seen_rows(grid)
        parts = parts_of(grid, rows)
        self._loose_rows(grid, rows, parts[0].top if parts else grid.rows)
        done = False
        for part in parts:
            done = self._part(grid, part, rows) or done
        self.is_adjacent = False
        if not parts and self.zone in (Zone.PROCEDURE, Zone.WORK, Zone.UNKNOWN):
            self._headless(grid, rows)

    def _part(self, grid: Grid, part: GridPart, rows: dict[int, list]) -> bool:  # type: ignore[type-arg]
        roles = part.roles
        inspects = Column.CHARACTERISTIC in roles and bool(
            roles & {Column.CRITERION, Column.METHOD, Column.INSTRUMENT, Column.NOMINAL, Column.TOLERANCE, Column.UPPER}
        )
        acts = Column.ACTION in roles
        if self.zone is Zone.APART or (self.zone in _NO_STEPS and not acts):
            acts = inspects = False
        if Column.KIND in roles and not inspects and self._hazard_table(grid, part, rows):
            return True
        by_action = acts and not (
            inspects and self.kind is not InstructionKind.WORK_INSTRUCTION and Column.KEY_POINT not in roles
        )
        if self.kind is InstructionKind.QC_PROCESS_CHART and Column.PROCESS in roles and not acts:
            inspects = True
        if not by_action and self.materials.take_table(part, rows, grid.row_places, self.zone, self.section):
            return True
        if not by_action and not inspects:
            return False
        if by_action and self.zone is Zone.ABNORMAL:
            return False
        if inspects and not by_action and self.kind is InstructionKind.WORK_INSTRUCTION and self._is_record(part):
            return False
        reader = RowReader(grid, part, rows, by_action=by_action, section=self.section)
        found = reader.read()
        self.events.extend(found)
        drafts = [event for event in found if isinstance(event, Draft)]
        self.current = drafts[-1] if drafts else self.current
        return True

    def _is_record(self, part: GridPart) -> bool:
        return Column.OTHER in part.roles and len(part.roles) <= 3

    def _hazard_table(self, grid: Grid, part: GridPart, rows: dict[int, list]) -> bool:  # type: ignore[type-arg]
        """A table with a column of levels."""
        kinds = [column for column, name in part.names.items() if name.column is Column.KIND]
        found: list[Hazard] = []
        level = None
        for row in range(part.first, part.last):
            words = []
            for cell in rows.get(row, ()):
                if cell.column in kinds:
                    level = level_of(cell.text)
                elif not cell.text.strip().isdigit():
                    words.append(cell.text.strip())
            if level is not None and words:
                place = grid.row_places[row] if row < len(grid.row_places) else grid.place
                found.append(Hazard(level=level, text=" ".join(words), place=place))
        self.materials.warnings.extend(found)
        return bool(found)

    def _loose_rows(self, grid: Grid, rows: dict[int, list], last: int) -> None:  # type: ignore[type-arg]
        """Above the header, or in a table without one: labels with their values beside them, warnings across."""
        for row in range(last):
            cells = rows.get(row, [])
            place = grid.row_places[row] if row < len(grid.row_places) else grid.place
            for index, cell in enumerate(cells):
                text = cell.text.strip()
                if opened := opening_level(f"{text}\n"):
                    rest = opened[1] or "\n".join(other.text.strip() for other in cells[index + 1 :])
                    hazards = hazards_of(text, place) or hazards_of(rest, place, opened[0])
                    self.events.extend(Loose(hazard, node=grid.id) for hazard in hazards)
                    if not opened[1]:
                        break
                elif (
                    index + 1 < len(cells)
                    and (column := column_of(text)) is not None
                    and (column is not Column.PART or _MATERIAL.search(text))
                ):
                    self.materials.take(column, cells[index + 1].text.strip(), place)

    def _headless(self, grid: Grid, rows: dict[int, list]) -> None:  # type: ignore[type-arg]
        """A table without header rows whose first column counts and whose next says what to do."""
        from genba.steps.instructions.columns import Name
        from genba.steps.instructions.numbering import is_number

        counted = [row for row, cells in rows.items() if len(cells) >= 2 and is_number(cells[0].text)]
        if len(counted) < 2 or len(counted) * 2 < len(rows) or (self.zone is Zone.UNKNOWN and not self._in_procedure()):
            return
        second = rows[counted[0]][1]
        deeds = sum(is_imperative(rows[row][1].text) for row in counted)
        if deeds * 2 < len(counted):
            return
        names = {rows[counted[0]][0].column: Name(Column.NUMBER, ""), second.column: Name(Column.ACTION, "")}
        part = GridPart(names, frozenset(), 0, 0, grid.rows)
        self.events.extend(RowReader(grid, part, rows, by_action=True, section=self.section).read())

    def _figure(self, node: Figure, nodes: tuple[Node, ...], index: int) -> None:
        caption = node.caption or self.caption
        self.caption = ""
        self.figures.append(Seen(node, self.current, self.current is not None, caption))


def _check(draft: Draft, part: str, text: str, place: Place) -> None:
    """Add to the check that is being told, or begin one."""
    found = parameters(text, place=place, is_value=part == "criterion") if part in ("criterion", "method") else ()
    if draft.checks and not getattr(draft.checks[-1], part):
        last = draft.checks[-1]
        draft.checks[-1] = replace(last, **{part: text}, parameters=(*last.parameters, *found))
    else:
        draft.checks.append(replace(Check(parameters=found, place=place), **{part: text}))


def _without_inner(words: str, draft: Draft, place: Place) -> str:
    """Take 急所 and 理由 out of a step's own line: …を締める。(急所: 対角の順に)."""

    def take(found: re.Match[str]) -> str:
        points = draft.reasons if found["label"] in ("理由", "急所の理由", "なぜ") else draft.key_points
        points.extend(items.lines_of(found["rest"]))
        if points is draft.key_points:
            draft.add(parameters(found["rest"], place=place))
        return ""

    if (
        "急所" not in words
        and "理由" not in words
        and "ポイント" not in words
        and "コツ" not in words
        and "点" not in words
    ):
        return words
    shorter = _INNER.sub(take, words).strip()
    return shorter or words


def _as_paragraph(node: Pair) -> Paragraph:
    return Paragraph(text=node.value, place=node.place, marks=node.marks, confidence=node.confidence, id=node.id)
