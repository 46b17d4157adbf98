"""Comments on cells: notes with their author, and threads with replies and whether they are resolved."""

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.package import Package, Relationship
from genba.formats.ranges import Area, parse_area
from genba.formats.xml import whole_number
from genba.model.nodes import Comment
from genba.readers.xlsx.canonical import fragment
from genba.readers.xlsx.strings import rich_text

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TC = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"
_THREAD_AUTHOR = "tc="  # the note that stands for a thread in older versions of Excel is written by "tc={id}"


def read_persons(package: Package, workbook: str) -> dict[str, str]:
    """Read the names of those who take part in threads, by id."""
    names: dict[str, str] = {}
    for relationship in package.related(workbook, "person"):
        try:
            root = package.xml(relationship.target)
        except InvalidInput:
            continue  # the comments stay, without their authors' names
        for person in root.iter(TC + "person"):
            names[person.get("id") or ""] = person.get("displayName") or ""
    return names


def read_threads(root: etree._Element, persons: dict[str, str]) -> list[tuple[Area, Comment]]:
    """Read a part of threaded comments: replies after what they answer, in the order written."""
    entries = list(root.iterchildren(TC + "threadedComment"))
    places = {entry.get("id") or "": parse_area(entry.get("ref") or "") for entry in entries}
    found: list[tuple[Area, Comment]] = []
    done = {entry.get("id") or "" for entry in entries if entry.get("done") in ("1", "true")}
    for entry in entries:
        key = entry.get("id") or ""
        thread = entry.get("parentId") or key
        area = places.get(key) or places.get(thread)
        text = _text(entry)
        if area is None or not text:
            continue
        comment = Comment(
            text=text,
            author=persons.get(entry.get("personId") or "", ""),
            written=entry.get("dT") or "",
            thread=thread,
            resolved=thread in done,
        )
        found.append((area, comment))
    order: dict[str, int] = {}
    for _, comment in found:
        order.setdefault(comment.thread, len(order))
    return sorted(found, key=lambda pair: order[pair[1].thread])


def _text(entry: etree._Element) -> str:
    return (entry.findtext(TC + "text") or "").replace("\r\n", "\n").strip()


def read_notes(root: etree._Element, *, threaded: frozenset[Area]) -> list[tuple[Area, Comment]]:
    """Read a part of notes; the stand-in for a thread is left out where the thread itself was read."""
    authors = [author.text or "" for author in root.iterfind(f"{S}authors/{S}author")]
    found: list[tuple[Area, Comment]] = []
    for note in root.iterfind(f"{S}commentList/{S}comment"):
        area = parse_area(note.get("ref") or "")
        number = whole_number(note.get("authorId"))
        author = authors[number] if number < len(authors) else ""
        body = note.find(S + "text")
        if area is None or body is None or (author.startswith(_THREAD_AUTHOR) and area in threaded):
            continue
        told = rich_text("".join(fragment(child) for child in body.iterchildren("*")))
        text = told.text.strip("\n")
        if author.startswith(_THREAD_AUTHOR):  # the thread is lost: its text follows a fixed notice
            author, text = "", text.rpartition("Comment:\n")[2].strip() or text
        if text:
            found.append((area, Comment(text=text, author=author, marks=told.marks)))
    return found


def read_comments(
    package: Package, relationships: dict[str, Relationship], persons: dict[str, str]
) -> tuple[list[tuple[Area, Comment]], list[InvalidInput]]:
    """Read all comments of a sheet in the order of their cells, and what could not be read."""
    found: list[tuple[Area, Comment]] = []
    troubles: list[InvalidInput] = []
    inside = [relationship for relationship in relationships.values() if not relationship.external]
    for kind in ("threadedComment", "comments"):
        threaded = frozenset(area for area, _ in found)
        for relationship in inside:
            if relationship.type != kind:
                continue
            try:
                root = package.xml(relationship.target)
            except InvalidInput as error:
                troubles.append(error)
                continue
            found += read_threads(root, persons) if kind == "threadedComment" else read_notes(root, threaded=threaded)
    return sorted(found, key=lambda pair: (pair[0].top, pair[0].left)), troubles
