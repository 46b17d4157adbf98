"""What stands behind a slide: speaker notes, and comments of the old and the new (threaded) kind."""

from collections.abc import Iterator

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.drawing import drawn_text
from genba.formats.ooxml.drawingml_text import Bullets, text_lines
from genba.model.marks import Mark
from genba.model.nodes import Comment, Paragraph, Role
from genba.model.place import Place
from genba.readers.pptx.deck import Deck
from genba.readers.pptx.placeholders import P, placeholder_of

P188 = "{http://schemas.microsoft.com/office/powerpoint/2018/8/main}"
P15 = "{http://schemas.microsoft.com/office/powerpoint/2012/main}"
_SHAPE_MARK = "{http://schemas.microsoft.com/office/drawing/2013/main/command}spMk"


def load_authors(deck: Deck, main: str) -> None:
    """Read who wrote comments, by id."""
    for kind in ("commentAuthors", "authors"):
        for found in deck.related(main, kind)[:1]:
            try:
                for author in deck.package.xml(found.target).iterchildren("*"):
                    deck.authors[author.get("id") or ""] = author.get("name") or ""
            except InvalidInput as error:
                deck.note_error(error, Place(part=found.target))


def read_notes(deck: Deck, slide_part: str, number: int, marks: frozenset[Mark]) -> None:
    """Write a slide's speaker notes."""
    for found in deck.related(slide_part, "notesSlide")[:1]:
        try:
            root = deck.package.xml(found.target)
        except InvalidInput as error:
            deck.note_error(error, Place(page=number, part="notes"))
            continue
        for element in root.iter(P + "sp"):
            kind = placeholder_of(element)
            body = element.find(P + "txBody")
            if body is None or (kind is not None and kind[0] != "body"):
                continue
            lines = text_lines(body, Bullets(()))
            if lines:
                deck.emit(
                    Paragraph(
                        text="\n".join(line.numbered for line in lines),
                        role=Role.SPEAKER_NOTE,
                        place=Place(page=number, part="notes"),
                        marks=marks.union(*(line.marks for line in lines if Mark.WITHDRAWN not in line.marks)),
                    )
                )


def read_comments(deck: Deck, slide_part: str, number: int, names: dict[str, str], marks: frozenset[Mark]) -> None:
    """Write a slide's comments, replies after what they answer."""
    for found in deck.related(slide_part, "comments"):
        try:
            root = deck.package.xml(found.target)
        except InvalidInput as error:
            deck.note_error(error, Place(page=number, part="comments"))
            continue
        comments = (
            _threaded(deck, root, number, names, marks)
            if root.tag == P188 + "cmLst"
            else _plain(deck, root, number, marks)
        )
        for comment in comments:
            deck.emit(comment)


def _plain(deck: Deck, root: etree._Element, number: int, marks: frozenset[Mark]) -> Iterator[Comment]:
    found: list[tuple[str, Comment]] = []
    for element in root.iterchildren(P + "cm"):
        key = f"{element.get('authorId')}.{element.get('idx')}"
        parent = next(element.iter(P15 + "parentCm"), None)
        thread = f"{parent.get('authorId')}.{parent.get('idx')}" if parent is not None else key
        comment = Comment(
            text=(element.findtext(P + "text") or "").strip(),
            author=deck.authors.get(element.get("authorId") or "", ""),
            written=element.get("dt") or "",
            thread=f"{number}.{thread}",
            place=Place(page=number),
            marks=marks,
        )
        found.append((thread, comment))
    order = {thread: index for index, (thread, _) in reversed(list(enumerate(found)))}
    yield from (comment for _, comment in sorted(found, key=lambda entry: order[entry[0]]))


def _threaded(
    deck: Deck, root: etree._Element, number: int, names: dict[str, str], marks: frozenset[Mark]
) -> Iterator[Comment]:
    for element in root.iterchildren(P188 + "cm"):
        thread = element.get("id") or ""
        mark = next(element.iter(_SHAPE_MARK), None)
        name = names.get(mark.get("id") or "", "") if mark is not None else ""
        place = Place(page=number, part=f"shape {name}" if name else "")
        resolved = element.get("status") in ("resolved", "closed")
        replies = element.findall(f"{P188}replyLst/{P188}reply")
        for remark in (element, *replies):
            yield Comment(
                text=drawn_text(remark.find(P188 + "txBody")).text.strip(),
                author=deck.authors.get(remark.get("authorId") or "", ""),
                written=remark.get("created") or "",
                thread=thread,
                resolved=resolved,
                place=place,
                marks=marks,
            )
