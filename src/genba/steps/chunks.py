"""Cuts a document for retrieval where its structure cuts: by section, then between nodes, then in tables."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from genba.formats.markup import flow_markdown, grid_rows, markdown
from genba.model.chunk import Chunk
from genba.model.document import Document, Node
from genba.model.marks import Mark
from genba.model.nodes import Chart, Choices, Comment, Figure, Flow, Grid, Heading, Pair, Paragraph
from genba.model.place import NOWHERE, Place

TARGET_CHARS = 600
LARGEST_CHARS = 1200  # about 800 tokens of Japanese, what common embedders take


@dataclass(slots=True)
class _Piece:
    headings: tuple[str, ...]
    kind: str
    texts: list[str] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)
    place: Place = NOWHERE

    @property
    def length(self) -> int:
        return sum(map(len, self.texts))


def split(document: Document, *, target_chars: int = TARGET_CHARS, largest_chars: int = LARGEST_CHARS) -> Document:
    """Cut into chunks of about `target_chars`, never beyond `largest_chars` unless a single line is longer."""
    seen: Counter[str] = Counter()
    pieces = [piece for piece in _pieces(document, target_chars, largest_chars) if "".join(piece.texts).strip()]
    chunks = [_chunk(piece, seen) for piece in pieces]
    openers: dict[tuple[str, ...], str] = {}
    linked = []
    for position, chunk in enumerate(chunks):
        openers.setdefault(chunk.headings, chunk.id)
        linked.append(
            replace(
                chunk,
                parent=_parent(chunk, openers),
                previous=chunks[position - 1].id if position else "",
                next=chunks[position + 1].id if position + 1 < len(chunks) else "",
            )
        )
    return replace(document, chunks=tuple(linked))


def _parent(chunk: Chunk, openers: dict[tuple[str, ...], str]) -> str:
    for length in range(len(chunk.headings) - 1, -1, -1):
        opener = openers.get(chunk.headings[:length])
        if opener is not None:
            return opener
    return ""


def _chunk(piece: _Piece, seen: Counter[str]) -> Chunk:
    text = "\n".join(piece.texts)
    content = "\0".join((*piece.headings, text))
    base = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    seen[base] += 1
    return Chunk(
        id=base if seen[base] == 1 else f"{base}-{seen[base]}",
        text=text,
        headings=piece.headings,
        kind=piece.kind,
        nodes=tuple(dict.fromkeys(piece.nodes)),
        place=piece.place,
    )


def _pieces(document: Document, target: int, largest: int) -> Iterator[_Piece]:
    path: list[Heading] = []
    current = _Piece((), "text")
    for node in document.nodes:
        if Mark.FURNITURE in node.marks:
            continue
        if isinstance(node, Heading):
            yield current
            path = [*(above for above in path if above.level < node.level), node]
            current = _Piece(_titles(path), "text", [markdown(node)], [node.id], node.place)
            continue
        kind = _kind(node)
        for text in _texts(node, largest):
            fits = current.length + len(text) <= target
            # A lone heading stays with whatever follows it: a chunk of a heading alone answers nothing.
            opening = len(current.texts) <= 1 and current.length < target // 4
            if current.texts and not opening and (not fits or kind != current.kind):
                yield current
                current = _Piece(_titles(path), kind)
            current.kind = kind
            current.texts.append(text)
            current.nodes.append(node.id)
            if current.place == NOWHERE:
                current.place = node.place
    yield current


def _titles(path: list[Heading]) -> tuple[str, ...]:
    return tuple(f"{heading.number} {heading.text}".strip() for heading in path)


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


def _texts(node: Node, largest: int) -> Iterator[str]:
    if isinstance(node, Grid):
        yield from _table_texts(node, largest)
        return
    text = flow_markdown(node) if isinstance(node, Flow) else markdown(node)
    if isinstance(node, Paragraph) and len(text) > largest:
        yield from _sentences(text, largest)
    elif text:
        yield text


def _table_texts(grid: Grid, largest: int) -> Iterator[str]:
    """Cut a long table between rows and repeat its header, so that every piece says what its columns are."""
    whole = markdown(grid)
    if len(whole) <= largest:
        if whole:
            yield whole
        return
    header, rows = grid_rows(grid)
    head = f"|{'|'.join(header)}|\n|{'-|' * len(header)}"
    lines: list[str] = []
    length = len(head)
    for row in rows:
        line = f"|{'|'.join(row)}|"
        if lines and length + len(line) > largest:
            yield "\n".join((head, *lines))
            lines, length = [], len(head)
        lines.append(line)
        length += len(line) + 1
    yield "\n".join((head, *lines))


def _sentences(text: str, largest: int) -> Iterator[str]:
    part = ""
    for sentence in text.replace("。", "。\n").split("\n"):
        while len(sentence) > largest:
            yield part + sentence[: largest - len(part)]
            sentence, part = sentence[largest - len(part) :], ""
        if len(part) + len(sentence) > largest:
            yield part
            part = ""
        part += sentence
    if part:
        yield part
