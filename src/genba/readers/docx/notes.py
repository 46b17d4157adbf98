"""Footnotes, endnotes and comments, read from their parts and written where the text refers to them."""

from dataclasses import replace

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.wordml import VAL, W14, W15, W
from genba.model.nodes import Comment, Role
from genba.model.place import Place
from genba.readers.docx.blocks import Blocks
from genba.readers.docx.inline import plain_text
from genba.readers.docx.opened import Opened, Story

KINDS = {"footnotes": "footnote", "endnotes": "endnote"}
_SEPARATORS = frozenset(("separator", "continuationSeparator", "continuationNotice"))


def load_notes(opened: Opened, main: str, settings: etree._Element | None) -> None:
    """Index footnotes and endnotes by id; the lines that separate them from the text are not notes."""
    for name, kind in KINDS.items():
        marks = settings.find(f"{W}{kind}Pr/{W}numFmt") if settings is not None else None
        if marks is not None and marks.get(VAL):
            opened.note_formats[kind] = marks.get(VAL) or ""
        for found in opened.package.related(main, name)[:1]:
            try:
                root = opened.package.xml(found.target)
            except InvalidInput as error:
                opened.note_error(error, Place(part=name))
                continue
            opened.note_parts[kind] = found.target
            opened.notes[kind] = {
                note.get(W + "id") or "": note
                for note in root.iterchildren(W + kind)
                if note.get(W + "type") not in _SEPARATORS
            }


class Notes:
    """Writes each note once, behind the paragraph that refers to it."""

    def __init__(self, opened: Opened) -> None:
        """Start with none written."""
        self.opened = opened

    def write(self, kind: str, key: str, mark: str) -> None:
        """Write a note as paragraphs numbered with the mark that the text shows."""
        element = self.opened.notes.get(kind, {}).pop(key, None)
        if element is None:
            return
        label = f"{kind} {mark or key}"
        story = Story(self.opened.note_parts[kind], label, Role.FOOTNOTE)
        blocks = Blocks(self.opened, story, self.write)
        pointer = f"/{kind}[{key}]"
        with self.opened.aside() as held:
            found = blocks.gather(element, pointer)
        first = True
        for said in found:
            number = mark if first and said.text else said.number
            first = first and not said.text
            blocks.write(replace(said, number=number))
        self.opened.out.extend(held)

    def rest(self) -> None:
        """Write notes that nothing refers to, so that they are not lost."""
        for kind, notes in self.opened.notes.items():
            for key in list(notes):
                self.write(kind, key, "")


def load_comments(opened: Opened, main: str) -> None:
    """Read comments with their replies; a thread is written where its first comment is attached."""
    for part in opened.package.related(main, "comments")[:1]:
        try:
            root = opened.package.xml(part.target)
            parents, done = _threads(opened, main)
        except InvalidInput as error:
            opened.note_error(error, Place(part="comments"))
            continue
        by_paragraph: dict[str, str] = {}
        found: dict[str, Comment] = {}
        last: dict[str, str] = {}
        for element in root.iterchildren(W + "comment"):
            key = element.get(W + "id") or ""
            paragraphs = [paragraph.get(W14 + "paraId") or "" for paragraph in element.iter(W + "p")]
            by_paragraph.update((paragraph, key) for paragraph in paragraphs)
            last[key] = paragraphs[-1] if paragraphs else ""
            found[key] = Comment(
                text=plain_text(element).strip(),
                author=element.get(W + "author") or "",
                written=element.get(W + "date") or "",
                place=Place(part=f"comment {key}"),
            )
        for key, comment in found.items():
            root_key, steps = key, 0
            while steps < 100 and (parent := by_paragraph.get(parents.get(last[root_key], ""))) not in (None, root_key):
                root_key, steps = parent or "", steps + 1
            resolved = last[root_key] in done
            thread = opened.remarks.setdefault(root_key, [])
            thread.append(replace(comment, thread=root_key, resolved=resolved))


def _threads(opened: Opened, main: str) -> tuple[dict[str, str], set[str]]:
    """Read which comment answers which, and which are resolved, by the id of their last paragraphs."""
    parents: dict[str, str] = {}
    done: set[str] = set()
    for part in opened.package.related(main, "commentsExtended")[:1]:
        for element in opened.package.xml(part.target).iterchildren(W15 + "commentEx"):
            key = element.get(W15 + "paraId") or ""
            parents[key] = element.get(W15 + "paraIdParent") or ""
            if element.get(W15 + "done") in ("1", "true"):
                done.add(key)
    return parents, done
