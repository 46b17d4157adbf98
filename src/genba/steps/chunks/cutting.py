"""Cuts where the structure cuts: by section, around steps, between nodes, then in tables."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from genba.formats.markup import grid_head, grid_rows, in_line, markdown, rendered, row_markdown, table_markdown
from genba.model.chunk import Chunk
from genba.model.document import Document, Node
from genba.model.marks import Mark
from genba.model.nodes import Chart, Choices, Comment, Figure, Flow, Grid, Heading, Pair, Paragraph, Role
from genba.model.place import NOWHERE, Place
from genba.steps.chunks.stepwise import StepText, stepwise

TARGET_CHARS = 600
LARGEST_CHARS = 1200  # about 800 tokens of Japanese, what common embedders take
PREVIEW_ROWS = 10
FRONT_MATTER_CHARS = 200
CAPTION_REACH = 4  # remarks may stand between a figure and its caption
# One text in four ends a chunk that is half full: where that is, its own words decide, so that a change further up
# moves the cuts of a long text only as far as the next such place.
CUT_SHARE = 4
# What tells documents of the same wording apart, in the order in which a person says it.
FRONT_MATTER = {
    "document_number": "文書番号",
    "revision": "改訂",
    "product": "製品",
    "part_number": "品番",
    "process": "工程",
    "equipment": "設備",
}
_UNSAID = re.compile(r"!\[\]\([^()]*\)|\s")  # a picture of which nobody has said a word
_WARNING = re.compile(
    r"[⚠※▲!！]|(?:【|\[|<|＜)?(?:注意|警告|危険|注記|注\d?[)）:：]|重要|ポイント|caution|warning|danger|note\b)", re.I
)


@dataclass(frozen=True, slots=True)
class _Unit:
    """Text that is not cut further, and what it came from."""

    text: str
    node: str
    kind: str
    place: Place
    clings: bool = False  # belongs to what stands before it
    step: StepText | None = None
    level: int = 0  # of a step that is an item of a list

    @property
    def length(self) -> int:
        return len(self.text) + 1


@dataclass(frozen=True, slots=True)
class _Piece:
    path: tuple[Heading, ...]
    units: tuple[_Unit, ...]


def split(
    document: Document,
    *,
    target_chars: int = TARGET_CHARS,
    largest_chars: int = LARGEST_CHARS,
    front_matter: bool = False,
) -> Document:
    """Cut into chunks of about `target_chars`, never beyond `largest_chars` unless a single line is longer.

    With `front_matter` each begins with a line that says which document and which section it is from.
    """
    seen: Counter[str] = Counter()
    pieces = [
        _Piece(path, units)
        for path, section in _sections(document, largest_chars)
        for units in _cut(section, target_chars, largest_chars)
        if any(_UNSAID.sub("", unit.text) for unit in units)
    ]
    chunks = [_chunk(piece, seen) for piece in pieces]
    about = _about(document) if front_matter else ""
    openers: dict[str, str] = {}  # heading → the chunk it stands in
    linked = []
    for position, (piece, chunk) in enumerate(zip(pieces, chunks, strict=True)):
        for unit in piece.units:
            if unit.kind == "heading":
                openers.setdefault(unit.node, chunk.id)
        above = [openers.get(heading.id, "") for heading in reversed(piece.path)]
        first = chunks[0].id if position and piece.path else ""
        linked.append(
            replace(
                chunk,
                text=_under(about, chunk) if front_matter else chunk.text,
                parent=next((opener for opener in (*above, first) if opener and opener != chunk.id), ""),
                previous=chunks[position - 1].id if position else "",
                next=chunks[position + 1].id if position + 1 < len(chunks) else "",
            )
        )
    return replace(document, chunks=tuple(linked))


def _about(document: Document) -> str:
    found: dict[str, str] = {}
    for item in document.properties:
        found.setdefault(item.name, item.value)
    title = found.get("title") or next((node.text for node in document.nodes if isinstance(node, Heading)), "")
    title = title or document.source.path.rpartition("/")[2]
    facts = [f"{label} {found[name]}" for name, label in FRONT_MATTER.items() if found.get(name)]
    return in_line("｜".join((title, *facts)))[:FRONT_MATTER_CHARS]


def _under(about: str, chunk: Chunk) -> str:
    """Put the lines of front matter above a chunk's text."""
    above = chunk.headings[1:] if chunk.headings and about.startswith(in_line(chunk.headings[0])) else chunk.headings
    path = in_line(" > ".join(above))[:FRONT_MATTER_CHARS]
    return "\n".join((*filter(None, (about, path)), "", chunk.text))


def _chunk(piece: _Piece, seen: Counter[str]) -> Chunk:
    text = "\n".join(unit.text for unit in piece.units)
    headings = tuple(f"{heading.number} {heading.text}".strip() for heading in piece.path)
    content = "\0".join((*headings, text))
    base = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    seen[base] += 1
    sizes: Counter[str] = Counter()
    for unit in piece.units:
        sizes[unit.kind] += unit.length if unit.kind != "heading" else 0
    kind = max(sizes, key=lambda name: sizes[name])
    steps = list(dict.fromkeys(unit.step for unit in piece.units if unit.step))
    return Chunk(
        id=base if seen[base] == 1 else f"{base}-{seen[base]}",
        text=text,
        headings=headings,
        kind="step" if steps else "text" if kind == "heading" else kind,
        nodes=tuple(dict.fromkeys(node for unit in piece.units for node in _nodes(unit))),
        place=next((unit.place for unit in piece.units if unit.place != NOWHERE), NOWHERE),
        step=steps[0].number if steps else "",
        parameters=tuple(text for step in steps for text in step.parameters),
        warnings=tuple(text for step in steps for text in step.warnings),
    )


def _nodes(unit: _Unit) -> tuple[str, ...]:
    return unit.step.nodes if unit.step else (unit.node,)


def _sections(document: Document, largest: int) -> Iterator[tuple[tuple[Heading, ...], list[_Unit]]]:
    """Give each heading's own text; a heading without any goes with the next: alone it answers nothing."""
    path: tuple[Heading, ...] = ()
    units: list[_Unit] = []
    texts = rendered(document)
    steps = stepwise(document, texts)
    for node, text in zip(document.nodes, texts, strict=True):
        if Mark.FURNITURE in node.marks:
            continue
        if isinstance(node, Heading):
            if any(unit.kind != "heading" for unit in units):
                yield path, units
                units = []
            path = (*(above for above in path if above.level < node.level), node)
        for step in steps.at.get(node.id, ()):
            units.extend(_step_units(step, node, largest, units))
        if node.id in steps.said:
            continue
        if node.id in steps.left:
            node = steps.left[node.id]
            text = markdown(node)
        opens = isinstance(node, Paragraph) and node.role is Role.TITLE and all(u.kind == "heading" for u in units)
        if opens or isinstance(node, Heading):
            units.append(_Unit(text, node.id, "heading", node.place))
        elif not _is_said(node, text, units):
            units.extend(_units(node, text, largest, units))
    units.extend(unit for step in steps.elsewhere for unit in _step_units(step, None, largest, units))
    if units:
        yield path, units
    for table in document.tables:
        if not table.grid:
            text = table_markdown(table, rows=PREVIEW_ROWS, chars=largest)
            yield (), [_Unit(part, table.id, "table", table.place) for part in _lines(text, largest)]


def _step_units(step: StepText, node: Node | None, largest: int, before: Sequence[_Unit]) -> Iterator[_Unit]:
    """A step is one unit, which clings to the step it is a part of; a long one goes on under its first line."""
    head = step.text.partition("\n")[0][: largest // 4]
    level = node.level if isinstance(node, Paragraph) else 0
    above = next((unit for unit in reversed(before) if unit.step and not unit.clings), None)
    is_part = above is not None and above.level < level
    for position, part in enumerate(_lines(step.text, largest - len(head) - 1)):
        text = part if position == 0 else f"{head}\n{part}"
        yield _Unit(text, node.id if node else "", "step", step.place, is_part, step, level)


def _is_said(node: Node, text: str, before: Sequence[_Unit]) -> bool:
    """A figure carries its caption; the caption's own paragraph below it would say it twice."""
    if not isinstance(node, Paragraph) or node.role is not Role.CAPTION:
        return False
    return any(text in unit.text for unit in before[-CAPTION_REACH:] if unit.kind in ("figure", "step"))


def _cut(units: Sequence[_Unit], target: int, largest: int) -> Iterator[tuple[_Unit, ...]]:
    current: list[_Unit] = []
    length = 0
    in_step = False
    for position, unit in enumerate(units):
        room = unit.length + _followers(units, position, target // 2)
        if current and current[-1].kind != "heading":
            # A step has a chunk of its own, with what clings to it.
            apart = not unit.clings and (unit.step is not None or in_step)
            if apart or _ends(current, length, unit, room, target, largest):
                yield tuple(current)
                current, length, in_step = [], 0, False
        current.append(unit)
        length += unit.length
        in_step = in_step or unit.step is not None
    if current:
        yield tuple(current)


def _followers(units: Sequence[_Unit], position: int, most: int) -> int:
    """How much clings to a unit: a step is not begun where its warning would not fit any more."""
    length = 0
    for at in range(position + 1, len(units)):  # no slice: a text may have half a million units
        if not units[at].clings or length + units[at].length > most:
            break
        length += units[at].length
    return length


def _ends(current: list[_Unit], length: int, unit: _Unit, room: int, target: int, largest: int) -> bool:
    """Say whether a chunk ends before a unit."""
    if length + unit.length > largest:
        return True
    if unit.clings or length < target // 6:
        return False
    if length + room > target:
        return True
    if "table" in (unit.kind, current[-1].kind) and unit.kind != current[-1].kind:
        return length >= target // 3
    return length >= target // 2 and crc32(unit.text.encode("utf-8", "surrogatepass")) % CUT_SHARE == 0


def _units(node: Node, text: str, largest: int, before: Sequence[_Unit]) -> Iterator[_Unit]:
    kind = _kind(node)
    # What follows a heading shares its chunk.
    room = largest
    for unit in reversed(before):
        if unit.kind != "heading":
            break
        room -= unit.length
    room = max(room, largest // 2)
    texts = _table_texts(node, room) if isinstance(node, Grid) and len(text) > room else _lines(text, room)
    for position, part in enumerate(texts):
        clings = _clings(node) if position == 0 else kind not in ("text", "table")
        yield _Unit(part, node.id, kind, node.place, bool(before) and clings)


def _clings(node: Node) -> bool:
    """Warnings, captions, notes, pictures and sub-steps are nothing without what they belong to."""
    if isinstance(node, Paragraph):
        if node.level > 0 or node.role in (Role.CAPTION, Role.FOOTNOTE):
            return True
        return bool(_WARNING.match(node.text.lstrip()))
    return isinstance(node, Comment | Figure)


def _kind(node: Node) -> str:
    match node:
        case Grid():
            return "table"
        case Pair() | Choices():
            return "form"
        case Figure() | Chart():
            return "figure"
        case Flow():
            return "flow"
        case Comment():
            return "comment"
        case _:
            return "text"


def _table_texts(grid: Grid, largest: int) -> Iterator[str]:
    """Cut a long table between rows and repeat its caption and header, so that every piece says what it shows."""
    header, rows = grid_rows(grid)
    head = grid_head(grid, header)
    body = [row_markdown(row) for row in rows]
    lines: list[str] = []
    length = len(head)
    for line in body:
        full = length + len(line) + 1 > largest
        ripe = length > largest // 2 and crc32(line.encode("utf-8", "surrogatepass")) % CUT_SHARE == 0
        if lines and (full or ripe):
            yield "\n".join((head, *lines))
            lines, length = [], len(head)
        lines.append(line)
        length += len(line) + 1
    yield "\n".join((head, *lines))


def _lines(text: str, largest: int) -> Iterator[str]:
    """Cut a text that is too long after sentences, and where there are none, anywhere."""
    if len(text) <= largest:
        if text:
            yield text
        return
    part = ""
    for sentence in re.split(r"(?<=[。．!?！？\n])", text):
        if len(part) + len(sentence) > largest and part:
            yield part.rstrip("\n")
            part = ""
        for start in range(0, len(sentence) - largest, largest):
            yield sentence[start : start + largest]
        if len(sentence) > largest:
            sentence = sentence[(len(sentence) - 1) // largest * largest :]
        part += sentence
    if part.strip():
        yield part.rstrip("\n")
