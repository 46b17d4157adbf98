"""Paragraphs, tables and boxes in reading order; what hangs on a paragraph follows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.drawing import MC, R
from genba.formats.ooxml.math import M
from genba.formats.ooxml.wordml import VAL, W, integer, properties
from genba.model.document import Revision
from genba.model.marks import Mark, Reading
from genba.model.nodes import Choices, Heading, Paragraph, Role
from genba.readers.docx.choices import read_group
from genba.readers.docx.drawings import Drawings
from genba.readers.docx.embedded import read_chunk
from genba.readers.docx.inline import Inline, alternative, plain_text
from genba.readers.docx.line import Line, State
from genba.readers.docx.opened import DEPTH, Opened, Story
from genba.readers.docx.styles import BODY_LEVEL, Style, numbering_of
from genba.readers.docx.tables import Filled, read_table, single_cell

_P, _TBL, _PPR, _SDT = W + "p", W + "tbl", W + "pPr", W + "sdt"
_RPR, _FRAME = W + "rPr", W + "framePr"
_PSTYLE, _OUTLINE, _NUMBERED = W + "pStyle", W + "outlineLvl", W + "numPr"
_TRANSPARENT = frozenset((W + "ins", W + "moveTo", W + "customXml", W + "smartTag", W + "sdtContent"))
_GONE = {W + "del": "deleted", W + "moveFrom": "moved"}
BOX_PARAGRAPHS = 12  # a frame with more than that is a page laid out in a frame, not a box


@dataclass(frozen=True, slots=True)
class Said:
    """A paragraph that has been read, before it is known where it goes."""

    text: str
    withdrawn: str
    hidden: str
    marks: frozenset[Mark]
    number: str
    level: int
    heading: int  # 0 for text
    role: Role
    line: Line
    pointer: str

    @property
    def numbered(self) -> str:
        """Give the text with its number in front, for places that hold text only."""
        return f"{self.number} {self.text}" if self.number and self.text else self.text


class Blocks:
    """Reads the blocks of one story."""

    def __init__(self, opened: Opened, story: Story, notes: Callable[[str, str, str], None]) -> None:
        """Set up for a story; `notes` writes the footnote of a kind, id and mark."""
        self.opened = opened
        self.story = story
        self.inline = Inline(opened, story)
        self.drawings = Drawings(opened, story, self.box)
        self._notes = notes
        self._sink: Callable[[Said], None] = self.write

    def read(self, container: etree._Element, pointer: str) -> None:
        """Read a container of blocks to its end."""
        self.story.depth += 1
        if self.story.depth <= DEPTH:
            self._children(container, pointer, {})
            self._flush(pointer)
        else:
            self.opened.note("docx.too_deep", self.story.place(pointer), limit=DEPTH)
        self.story.depth -= 1

    def _children(self, container: etree._Element, pointer: str, counts: dict[str, int]) -> None:
        for child in container:
            tag = child.tag
            if tag == _P:
                counts["p"] = counts.get("p", 0) + 1
                self._paragraph(child, f"{pointer}/p[{counts['p']}]")
            elif tag == _TBL:
                counts["tbl"] = counts.get("tbl", 0) + 1
                self._flush(pointer)
                self._table(child, f"{pointer}/tbl[{counts['tbl']}]")
            elif tag == _SDT:
                self._control(child, pointer, counts)
            elif tag in _TRANSPARENT:
                self._children(child, pointer, counts)
            elif tag == MC + "AlternateContent":
                branch = alternative(child)
                if branch is not None:
                    self._children(branch, pointer, counts)
            else:
                self._other(child, tag, pointer, counts)

    def _other(self, child: etree._Element, tag: str, pointer: str, counts: dict[str, int]) -> None:
        if tag in _GONE:
            self._revise(_GONE[tag], child, plain_text(child), pointer)
        elif tag == W + "altChunk":
            read_chunk(self.opened, self.story, child.get(R + "id"), pointer)
        elif tag == W + "commentRangeStart":
            self.story.remarks[child.get(W + "id") or ""] = (f"{pointer}/p[{counts.get('p', 0) + 1}]", 0)
        elif tag in (M + "oMath", M + "oMathPara"):
            wrapped = etree.Element(_P)
            wrapped.append(child)
            self._paragraph(wrapped, pointer)

    def _control(self, control: etree._Element, pointer: str, counts: dict[str, int]) -> None:
        gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
        contents = gallery is not None and gallery.get(VAL) == "Table of Contents"
        content = control.find(W + "sdtContent")
        self.inline.pointer = f"{pointer}/p[{counts.get('p', 0) + 1}]"
        shown = self.inline.control_value(control)
        if content is None:
            return
        self.story.contents += contents
        if shown is None:
            self._children(content, pointer, counts)
        else:
            counts["p"] = counts.get("p", 0) + max(1, len(content.findall(_P)))
            if shown:
                line = Line()
                line.add(shown, State.STANDS)
                self._finish(line, self.opened.styles.paragraph(None), {}, f"{pointer}/p[{counts['p']}]")
        self.story.contents -= contents

    def _revise(self, kind: str, element: etree._Element, text: str, pointer: str) -> None:
        if text.strip():
            self.opened.changes += 1
            author, date = element.get(W + "author") or "", element.get(W + "date") or ""
            place = self.story.place(pointer)
            self.opened.emit(Revision(kind=kind, text=text.strip(), author=author, date=date, place=place))

    # Paragraphs.

    def _paragraph(self, paragraph: etree._Element, pointer: str) -> None:
        found = properties(paragraph, _PPR)
        said = {child.tag: child for child in found} if found is not None else {}
        named = said.get(_PSTYLE)
        style = self.opened.styles.paragraph(named.get(VAL) if named is not None else None)
        line = self.story.carried or Line()
        self.story.carried = None
        inside = self.story.contents > 0 or style.contents
        self.inline.read(paragraph, style, line, pointer)
        if said and _runs_on(said):
            self.story.carried = line
            return
        self._finish(line, style, said, pointer, contents=inside or self.story.contents > 0)

    def _flush(self, pointer: str) -> None:
        if self.story.carried is not None:
            line, self.story.carried = self.story.carried, None
            self._finish(line, self.opened.styles.paragraph(None), {}, pointer)

    def _finish(
        self,
        line: Line,
        style: Style,
        properties: Mapping[str, etree._Element],
        pointer: str,
        *,
        contents: bool = False,
    ) -> None:
        text, withdrawn, hidden, marks = line.said()
        outline, number, level = style.outline, "", 0
        gone = not text and bool(hidden)
        direct = properties.get(_OUTLINE)
        if direct is not None:
            outline = integer(direct.get(VAL), BODY_LEVEL)
        if not gone:
            number, level = self._number(style, properties.get(_NUMBERED))
        role = self.story.role or style.role
        if contents:
            marks |= {Mark.FURNITURE}
        heading = outline + 1 if outline is not None and 0 <= outline < BODY_LEVEL else 0
        if contents or self.story.role is not None or role is Role.TITLE:
            heading = 0
        if role is Role.BODY and number:
            role = Role.LIST_ITEM
        self._sink(Said(text, withdrawn, hidden, marks | self.story.marks, number, level, heading, role, line, pointer))

    def _number(self, style: Style, direct: etree._Element | None) -> tuple[str, int]:
        number, level = numbering_of(direct) if direct is not None else (None, None)
        if number is None:
            number = style.num_id
            linked = self.opened.numbering.level_of_style(number, style.id) if number else None
            if level is None:
                level = linked if linked is not None else style.num_level
            if level is None and number:
                level = self.opened.numbering.level_of_style(number, style.num_style)
        if not number or number == "0":
            return "", 0
        return self.opened.numbering.advance(number, level or 0), level or 0

    def write(self, said: Said) -> None:
        """Write a paragraph as a node of its own, then what hangs on it."""
        if said.text:
            place = self.story.place(said.pointer)
            readings = tuple(said.line.readings)
            if said.heading:
                text = said.text.replace("\n", " ")
                self.opened.emit(
                    Heading(
                        text=text,
                        level=said.heading,
                        number=said.number,
                        place=place,
                        marks=said.marks,
                        readings=readings,
                    )
                )
            elif not self._choices(said):
                self.opened.emit(
                    Paragraph(
                        text=said.text,
                        role=said.role,
                        number=said.number,
                        level=said.level,
                        place=place,
                        marks=said.marks,
                        readings=readings,
                    )
                )
        self._attach(said)

    def _choices(self, said: Said) -> bool:
        """Write a paragraph of check boxes as a group of choices; say whether it was one."""
        if said.role not in (Role.BODY, Role.LIST_ITEM) or said.line.readings or said.line.comments or said.line.notes:
            return False
        group = read_group(said.text)
        if group is None or (said.number and (group.before or not group.label)):
            return False
        place = self.story.place(said.pointer)
        if group.before:
            self.opened.emit(Paragraph(text=group.before, role=said.role, place=place, marks=said.marks))
        label = f"{said.number} {group.label}".strip()
        self.opened.emit(Choices(label=label, options=group.options, place=place, marks=said.marks))
        return True

    def _attach(self, said: Said, *, in_cell: bool = False) -> None:
        line, pointer = said.line, said.pointer
        if said.hidden:
            self.opened.hidden += 1
            marks = self.story.marks | {Mark.HIDDEN}
            role = self.story.role or Role.BODY
            self.opened.emit(Paragraph(text=said.hidden, role=role, place=self.story.place(pointer), marks=marks))
        for index, drawing in enumerate(line.drawings, 1):
            self.drawings.read(drawing, f"{pointer}/drawing[{index}]")
        for kind, key, mark in line.notes:
            self._notes(kind, key, mark)
        for key, start, end in line.comments:
            self._remark(said, key, start, end)
        for change in line.changes:
            self.opened.changes += 1
            place = self.story.place(pointer)
            text = change.text.strip("\n")
            self.opened.emit(Revision(kind=change.kind, text=text, author=change.author, date=change.date, place=place))
        if said.withdrawn and not in_cell:  # a cell keeps what was struck out of it
            self.opened.emit(Revision(kind="withdrawn", text=said.withdrawn, place=self.story.place(pointer)))

    def _remark(self, said: Said, key: str, start: int, end: int) -> None:
        thread = self.opened.remarks.pop(key, ())
        if not thread:
            return
        pointer, leading = said.pointer, said.line.leading()
        if start >= 0:
            pointer = f"{pointer}#char={max(start - leading, 0)},{max(end - leading, 0)}"
        elif key in self.story.remarks:
            begun, offset = self.story.remarks[key]
            pointer = f"{begun}#char={offset},"
        for remark in thread:
            self.opened.emit(replace(remark, place=self.story.place(pointer)))

    # Boxes and tables.

    def gather(self, container: etree._Element, pointer: str) -> list[Said]:
        """Read a container's paragraphs without writing them; tables and what hangs on paragraphs are written."""
        outer, found = self._sink, list[Said]()
        self._sink = found.append
        try:
            self.read(container, pointer)
        finally:
            self._sink = outer
        return found

    def box(self, container: etree._Element, pointer: str, marks: frozenset[Mark] = frozenset()) -> None:
        """Read a text box: plain paragraphs become one node, so that a warning's sign and its text stay together."""
        carried, self.story.carried = self.story.carried, None
        with self.opened.aside() as held:
            found = self.gather(container, pointer)
        self._write_box(found, pointer, marks)
        self.opened.out.extend(held)
        self.story.carried = carried

    def _write_box(self, found: list[Said], pointer: str, marks: frozenset[Mark]) -> None:
        standing = [said for said in found if said.text]
        plain = len(standing) <= BOX_PARAGRAPHS and all(
            not said.heading and said.marks <= self.story.marks | {Mark.PARTLY_WITHDRAWN} for said in standing
        )
        if not plain:
            role = self.story.role or Role.TEXT_BOX
            for said in found:
                kept = said.role is not Role.BODY or len(standing) > BOX_PARAGRAPHS
                self.write(replace(said, role=said.role if kept else role, marks=said.marks | marks))
            return
        if standing:
            self.opened.emit(
                Paragraph(
                    text="\n".join(said.numbered for said in standing),
                    role=self.story.role or Role.TEXT_BOX,
                    place=self.story.place(pointer),
                    marks=frozenset().union(marks, *(said.marks for said in standing)),
                    readings=tuple(reading for said in standing for reading in said.line.readings),
                )
            )
        for said in found:
            self._attach(said)

    def _table(self, table: etree._Element, pointer: str) -> None:
        try:
            cell = single_cell(table)
            if cell is not None:
                self.box(cell, f"{pointer}/tr[1]/tc[1]")
                return
            with self.opened.aside() as held:
                grid = read_table(self.opened, self.story, table, pointer, self._fill, self._revise)
            if grid is not None:
                self.opened.emit(grid)
            self.opened.out.extend(held)
        except InvalidInput as error:
            self.opened.note_error(error, self.story.place(pointer))

    def _fill(self, cell: etree._Element, pointer: str) -> Filled:
        """Read a cell: its paragraphs as lines of text, the rest after the table."""
        found = self.gather(cell, pointer)
        for said in found:
            self._attach(said, in_cell=True)
        gone = [said for said in found if Mark.WITHDRAWN in said.marks]
        standing = [said for said in found if said.text and Mark.WITHDRAWN not in said.marks]
        marks = self.story.marks
        removed = "\n".join(
            said.text if said in gone else said.withdrawn for said in found if said.withdrawn or said in gone
        )
        if gone and not standing:
            standing, removed, marks = gone, "", marks | {Mark.WITHDRAWN}
        elif removed:
            marks |= {Mark.PARTLY_WITHDRAWN}
        readings: tuple[Reading, ...] = tuple(reading for said in found for reading in said.line.readings)
        link = next((said.line.link for said in found if said.line.link), "")
        return Filled("\n".join(said.numbered for said in standing), removed, marks, readings, link)


def _runs_on(properties: Mapping[str, etree._Element]) -> bool:
    """Say whether a paragraph continues in the next one: its end was deleted, or it is a drop cap."""
    run = properties.get(_RPR)
    if run is not None and any(child.tag in _GONE for child in run):
        return True
    frame = properties.get(_FRAME)
    return frame is not None and frame.get(W + "dropCap") in ("drop", "margin")
