"""What stands inside a paragraph: runs, fields, ruby, tracked changes, content controls, notes, symbols."""

from collections.abc import Callable

from lxml import etree

from genba.formats.ooxml.drawing import MC, R
from genba.formats.ooxml.math import M, linear, lowered, raised
from genba.formats.ooxml.symbols import from_symbols, symbol_font
from genba.formats.ooxml.wordml import VAL, W14, W16SE, W, character, is_on, value
from genba.model.marks import Reading
from genba.model.sheet import CodeList
from genba.readers.docx.fields import CHECKED, UNCHECKED, Field, computed, form_value
from genba.readers.docx.line import Line, State
from genba.readers.docx.opened import Opened, Story
from genba.readers.docx.styles import Style

_T, _RPR, _TAB, _R = W + "t", W + "rPr", W + "tab", W + "r"
# What a newer Word can show; for anything else the author's Word has stored a fallback.
_UNDERSTOOD = frozenset(("wps", "wpg", "wpc", "wp14", "w14", "w15", "a14", "wp", "pic", "c", "dgm"))
_VANISH, _STRIKE, _DSTRIKE = W + "vanish", W + "strike", W + "dstrike"
_RSTYLE, _FONTS, _ALIGN, _CHANGED = W + "rStyle", W + "rFonts", W + "vertAlign", W + "rPrChange"
_LOOKED_AT = frozenset((_VANISH, _STRIKE, _DSTRIKE, _RSTYLE, _FONTS, _ALIGN, _CHANGED))
_DRAWN = frozenset((W + "drawing", W + "pict", W + "object"))
_TEXTS = frozenset((W + "t", W + "delText", M + "t"))


class Inline:
    """Reads the content of paragraphs of one story into lines."""

    def __init__(self, opened: Opened, story: Story) -> None:
        """Set up for one story."""
        self.opened = opened
        self.story = story
        self.line = Line()
        self.pointer = ""
        self._hidden = self._struck = False
        self._font: dict[int, str] | None = None
        self._muted = 0  # fields whose instruction is being read
        self._handlers: dict[str, Callable[[etree._Element], None]] = {
            _R: self._run,
            W + "hyperlink": self._hyperlink,
            W + "ins": self._inserted,
            W + "moveTo": self.content,
            W + "del": self._deleted,
            W + "moveFrom": self._moved,
            W + "sdt": self._control,
            W + "fldSimple": self._simple_field,
            W + "smartTag": self.content,
            W + "customXml": self.content,
            W + "dir": self.content,
            W + "bdo": self.content,
            W + "rubyBase": self.content,
            M + "oMath": self._math,
            M + "oMathPara": self._maths,
            MC + "AlternateContent": self._alternate,
            W + "commentRangeStart": self._remark_begins,
            W + "commentRangeEnd": self._remark_ends,
        }
        self._in_run: dict[str, Callable[[etree._Element], None]] = {
            W + "br": self._break,
            W + "cr": self._break,
            W + "ptab": lambda _: self._signs("\t"),
            W + "noBreakHyphen": lambda _: self._signs("-"),
            W + "sym": self._symbol,
            W16SE + "symEx": self._emoji,
            W + "ruby": self._ruby,
            W + "fldChar": self._field,
            W + "instrText": self._instruction,
            W + "footnoteReference": self._reference,
            W + "endnoteReference": self._reference,
            W + "commentReference": self._remark,
            MC + "AlternateContent": self._alternate_in_run,
            M + "oMath": self._math,
            W + "r": self._run,
        }

    def read(self, paragraph: etree._Element, style: Style, line: Line, pointer: str) -> Line:
        """Read a paragraph's runs onto a line."""
        self.line, self.pointer = line, pointer
        self._hidden, self._struck = style.hidden, style.struck
        self._font = symbol_font(style.font)
        self.content(paragraph)
        while self.story.fields and not self.story.fields[-1].shows:
            self.story.fields.pop()  # a broken field must not swallow the rest
        self._muted = 0
        return self.line

    def content(self, element: etree._Element) -> None:
        """Read everything in a container of runs."""
        handlers = self._handlers
        for child in element:
            handler = handlers.get(child.tag)
            if handler is not None:
                handler(child)

    def _run(self, run: etree._Element) -> None:
        state = State.STRUCK if self._struck else State.STANDS
        if self._hidden:
            state = State.HIDDEN
        font, align, changed = self._font, "", None
        for child in run:
            tag = child.tag
            if tag == _T:
                if self._muted:
                    continue
                text = child.text or ""
                if font:
                    text = from_symbols(text, font)
                elif align and self.line.pieces:
                    text = raised(text) if align == "superscript" else lowered(text)
                self.line.add(text, state)
                if changed is not None:
                    self._record("formatted", changed, text, len(self.line.pieces) - 1)
            elif tag == _RPR:
                state, font, align, changed = self._properties(child, state)
            elif tag == _TAB:
                if not self._muted:
                    self.line.add("\t", state)
            elif tag in _DRAWN:
                self.line.drawings.append(child)
            else:
                handler = self._in_run.get(tag)
                if handler is not None:
                    outer = self._hidden, self._struck
                    self._hidden, self._struck = state is State.HIDDEN, state is State.STRUCK
                    handler(child)
                    self._hidden, self._struck = outer

    def _properties(
        self, properties: etree._Element, state: State
    ) -> tuple[State, dict[int, str] | None, str, etree._Element | None]:
        hidden, struck, font, align, changed = self._hidden, self._struck, self._font, "", None
        own_strike: bool | None = None
        for child in properties:
            tag = child.tag
            if tag not in _LOOKED_AT:
                continue
            if tag == _FONTS:
                ascii_font = child.get(W + "ascii")
                if ascii_font is not None and child.get(W + "hint") != "eastAsia":
                    font = symbol_font(ascii_font)
            elif tag == _RSTYLE:
                style = self.opened.styles.character(child.get(VAL) or "")
                hidden, struck = hidden != style.hidden, struck != style.struck  # toggles, 17.7.3
            elif tag == _VANISH:
                hidden = is_on(child)
            elif tag == _ALIGN:
                align = child.get(VAL) or ""
                align = align if align in ("superscript", "subscript") else ""
            elif tag == _CHANGED:
                changed = child
            else:
                own_strike = bool(own_strike) or is_on(child)
        if own_strike is not None:
            struck = own_strike
        state = State.HIDDEN if hidden else State.STRUCK if struck else State.STANDS
        return state, font, align, changed

    def _hyperlink(self, link: etree._Element) -> None:
        if not self.line.link:
            found = self.opened.relationship(self.story, link.get(R + "id"))
            if found is not None and found.external:
                self.line.link = found.target
        self.content(link)

    # Tracked changes (17.13.5): what was inserted or moved here stands, what was deleted or moved away does not.

    def _record(self, kind: str, element: etree._Element, text: str, start: int) -> None:
        self.line.change(kind, element.get(W + "author") or "", element.get(W + "date") or "", text, start)

    def _inserted(self, element: etree._Element) -> None:
        before = len(self.line.pieces)
        self.content(element)
        self._record("inserted", element, "".join(self.line.pieces[before:]), before)

    def _deleted(self, element: etree._Element) -> None:
        self._record("deleted", element, plain_text(element), len(self.line.pieces))

    def _moved(self, element: etree._Element) -> None:
        self._record("moved", element, plain_text(element), len(self.line.pieces))

    # Content controls (17.5.2).

    def _control(self, control: etree._Element) -> None:
        text = self.control_value(control)
        if text is None:
            content = control.find(W + "sdtContent")
            if content is not None:
                self.content(content)
        else:
            self._signs(text)

    def control_value(self, control: etree._Element) -> str | None:
        """Say what a control shows where its content does not: a check box, or nothing while its prompt is shown."""
        properties = control.find(W + "sdtPr")
        if properties is None:
            return None
        box = properties.find(W14 + "checkbox")
        if box is not None:
            content = control.find(W + "sdtContent")
            if content is not None and next(content.iter(_T, W + "sym"), None) is not None:
                return None  # the sign as displayed
            state = box.find(W14 + "checked")
            return CHECKED if state is not None and state.get(W14 + "val", "1") in ("1", "true", "on") else UNCHECKED
        for name in ("dropDownList", "comboBox"):
            offered = properties.find(W + name)
            if offered is not None:
                self._offer(offered, value(properties, "alias") or value(properties, "tag") or "")
        prompt = properties.find(W + "showingPlcHdr")
        return "" if prompt is not None and is_on(prompt) else None

    def _offer(self, offered: etree._Element, name: str) -> None:
        entries = offered.iterchildren(W + "listItem")
        pairs = [(entry.get(W + "displayText") or "", entry.get(W + "value") or "") for entry in entries]
        values = tuple(shown or stored for shown, stored in pairs if stored or not shown)
        if values:
            self.opened.emit(CodeList(range=self.pointer, values=values, reference=name))

    # Fields (17.16): the result as stored, never the instruction.

    def _simple_field(self, element: etree._Element) -> None:
        before = len(self.line.pieces)
        self.content(element)
        if len(self.line.pieces) == before:
            self._compute(Field([element.get(W + "instr") or ""]))

    def _field(self, element: etree._Element) -> None:
        kind = element.get(W + "fldCharType")
        fields = self.story.fields
        if kind == "begin":
            fields.append(Field(form=element.find(W + "ffData")))
            self._muted += 1
        elif kind == "separate" and fields and not fields[-1].shows:
            fields[-1].separate()
            self.story.contents += fields[-1].contents
            self._muted -= 1
        elif kind == "end" and fields:
            found = fields.pop()
            self.story.contents -= found.contents
            if not found.shows:
                self._muted -= 1
            shown, values = form_value(found.form)
            if shown:
                self._signs(shown)
            elif not found.shows:
                self._compute(found)
            if values:
                self.opened.emit(CodeList(range=self.pointer, values=values))
        self._muted = max(self._muted, 0)

    def _compute(self, found: Field) -> None:
        text, reading = computed(found)
        if text and not self._muted:
            self._signs(text)
            if reading is not None:
                self.line.readings.append(reading)

    def _instruction(self, element: etree._Element) -> None:
        if self.story.fields and not self.story.fields[-1].shows:
            self.story.fields[-1].instruction.append(element.text or "")

    # Single signs.

    def _break(self, element: etree._Element) -> None:
        if element.get(W + "type") not in ("page", "column"):
            self._signs("\n")

    def _symbol(self, element: etree._Element) -> None:
        table = symbol_font(element.get(W + "font"))
        letter = character(element.get(W + "char"))
        self._signs(from_symbols(letter, table) if table else letter)

    def _emoji(self, element: etree._Element) -> None:
        self._signs(character(element.get(W16SE + "char")))

    def _signs(self, text: str) -> None:
        """Add text that no `w:t` holds, set as the run around it."""
        if not self._muted:
            self.line.add(text, State.HIDDEN if self._hidden else State.STRUCK if self._struck else State.STANDS)

    def _ruby(self, element: etree._Element) -> None:
        base, above = element.find(W + "rubyBase"), element.find(W + "rt")
        before = len(self.line.pieces)
        if base is not None:
            self.content(base)
        text = "".join(self.line.pieces[before:])
        reading = plain_text(above) if above is not None else ""
        if text and reading:
            self.line.readings.append(Reading(base=text, reading=reading))

    def _math(self, element: etree._Element) -> None:
        self._signs(linear(element))

    def _maths(self, element: etree._Element) -> None:
        for index, formula in enumerate(element.iterchildren(M + "oMath")):
            self._signs(("\n" if index else "") + linear(formula))

    # Notes and remarks.

    def _reference(self, element: etree._Element) -> None:
        if self._muted:
            return
        kind = "footnote" if element.tag == W + "footnoteReference" else "endnote"
        mark = ""
        if element.get(W + "customMarkFollows") not in ("1", "true", "on"):
            mark = self.opened.note_mark(kind)
            self._signs(f"[^{mark}]")
        self.line.notes.append((kind, element.get(W + "id") or "", mark))

    def _remark_begins(self, element: etree._Element) -> None:
        self.story.remarks[element.get(W + "id") or ""] = (self.pointer, self.line.length)

    def _remark_ends(self, element: etree._Element) -> None:
        self._place_remark(element.get(W + "id") or "")

    def _remark(self, element: etree._Element) -> None:
        key = element.get(W + "id") or ""
        if not any(found == key for found, _, _ in self.line.comments):
            self._place_remark(key)

    def _place_remark(self, key: str) -> None:
        begun = self.story.remarks.get(key)
        start = begun[1] if begun is not None and begun[0] == self.pointer else -1
        self.line.comments.append((key, start, self.line.length))

    # Alternate content (ISO/IEC 29500-3): one branch and never both.

    def _alternate(self, element: etree._Element) -> None:
        branch = alternative(element)
        if branch is not None:
            self.content(branch)

    def _alternate_in_run(self, element: etree._Element) -> None:
        branch = alternative(element)
        if branch is not None:
            for child in branch.iterchildren("*"):
                if child.tag in _DRAWN:
                    self.line.drawings.append(child)
                elif child.tag == _T:
                    self._signs(child.text or "")
                else:
                    handler = self._in_run.get(child.tag)
                    if handler is not None:
                        handler(child)


def alternative(element: etree._Element) -> etree._Element | None:
    """Choose the branch of alternate content: the first choice we understand, else the fallback, else any."""
    fallback = element.find(MC + "Fallback")
    choices = element.findall(MC + "Choice")
    for choice in choices:
        if _UNDERSTOOD.issuperset((choice.get("Requires") or "").split()) and len(choice):
            return choice
    if fallback is not None and len(fallback):
        return fallback
    return choices[0] if choices else fallback


def plain_text(element: etree._Element) -> str:
    """Give all text below an element, deleted text included, with paragraphs on lines of their own."""
    pieces: list[str] = []
    for child in element.iter("*"):
        tag = child.tag
        if tag in _TEXTS:
            pieces.append(child.text or "")
        elif tag == _TAB:
            pieces.append("\t")
        elif tag == W + "p" and pieces:
            pieces.append("\n")
    return "".join(pieces).strip("\n")
