"""Unifies width, kana and spelling, and reads dates and quantities; the original stays, every change is logged.

Values of tables that stream are looked at once for the log and unified again whenever their batches are asked for.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from genba.formats.calendar import parse_date
from genba.formats.text import Change, normalise
from genba.formats.textcolumns import NormalTexts, columns_to_change
from genba.formats.units import split_quantity
from genba.model.cells import Cell
from genba.model.document import Document, Edit, Node
from genba.model.marks import Value
from genba.model.nodes import Choice, Choices, Comment, Figure, Flow, Grid, Heading, Pair, Paragraph, Role
from genba.model.place import Place
from genba.model.table import Column, ColumnType, Table

STEP = "normalise.text"
LOGGED_CHARS = 40
VALUES_PER_NODE = 50
VALUE_CHARS = 20_000  # of a text in which values are looked for
# Changes in tables that are told one by one; further ones are counted together under their rule.
LOGGED_IN_TABLES = 2_000
OTHERS = "…"

# Where a date or a quantity may begin; what it means, and whether it is one, the parsers decide.
_DATE = re.compile(
    r"(?:令和|平成|昭和|大正|明治|㋿|[RHSTM]\.?)\s?(?:元|\d{1,2})\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}\s?日?"
    r"|(?<![\d./-])(?:19|20)\d{2}\s?[年/.-]\s?\d{1,2}\s?[月/.-]\s?\d{1,2}(?!\d)\s?日?"
)
_QUANTITY = re.compile(
    r"(?<![A-Za-z0-9_.\-])[φΦ±▲△\-+]?\s?\d[\d,]*(?:\.\d+)?(?:\s?±\s?\d+(?:\.\d+)?)?(?:\s?[～~〜-]\s?\d[\d,]*(?:\.\d+)?)?"
    r"\s?(?:°C|℃|°|%|‰|μm|µm|[kMGmμµn]?(?:Pa|Hz|W|V|A|Ω|N|J)(?:[・·]?m|/cm²|/cm2|/mm²|/mm2)?|kgf(?:[・·]cm|/cm²|/cm2)?"
    r"|mm|cm|km|m(?![a-z])|kg|mg|g(?![a-z])|mL|ml|L(?![a-z])|cc|rpm|min-1|min|sec|s(?![a-z])|h(?![a-z])|dB|lx|ppm"
    r"|秒|分|時間|個|本|枚|台|件|回|円|トン|ミクロン)(?:以上|以下|未満|超)?"
)


@dataclass(slots=True)
class _Log:
    """Changes of the same kind counted together, each with the place of the first."""

    places: dict[tuple[str, str, str], Place] = field(default_factory=dict)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def text(self, text: str, place: Place) -> str:
        normal, changes = normalise(text)
        for change in changes:
            key = (change.rule, change.before[:LOGGED_CHARS], change.after[:LOGGED_CHARS])
            self.places.setdefault(key, place)
            self.counts[key] += 1
        return normal

    def column(self, change: Change, count: int, place: Place) -> None:
        key = (change.rule, change.before[:LOGGED_CHARS], change.after[:LOGGED_CHARS])
        if key not in self.counts and len(self.counts) >= LOGGED_IN_TABLES:
            key = (change.rule, OTHERS, OTHERS)
        self.places.setdefault(key, place)
        self.counts[key] += count

    def edits(self) -> Iterator[Edit]:
        for (rule, before, after), place in self.places.items():
            count = self.counts[rule, before, after]
            yield Edit(step=STEP, rule=rule, before=before, after=after, place=place, count=count)


def text(document: Document) -> Document:
    """Unify the spelling of every text and add what its dates and quantities mean."""
    log = _Log()
    nodes = tuple(_node(node, log) for node in document.nodes)
    tables = tuple(_table(table, log) for table in document.tables)
    return replace(document, nodes=nodes, tables=tables, edits=(*document.edits, *log.edits()))


def _table(table: Table, log: _Log) -> Table:
    """Unify names, notes and columns of text: one pass tells what changes, the values follow when asked for."""
    columns = _named(table.columns, log, table.place)
    notes = tuple(log.text(note, table.place) for note in table.notes)
    texts = [index for index, column in enumerate(columns) if column.type is ColumnType.STRING]
    changing = columns_to_change(table.batches, texts, lambda change, count: log.column(change, count, table.place))
    renamed = {old.name: new.name for old, new in zip(table.columns, columns, strict=True)}
    if not changing and columns == table.columns:
        return replace(table, notes=notes)
    batches = NormalTexts(table.batches, changing, tuple(column.name for column in columns))
    return replace(table, columns=columns, batches=batches, notes=notes, time_column=renamed.get(table.time_column, ""))


def _named(columns: tuple[Column, ...], log: _Log, place: Place) -> tuple[Column, ...]:
    """Unify names, unless two would become one."""
    names = [normalise(column.name)[0] for column in columns]
    if len(set(names)) < len(names):
        return columns
    return tuple(replace(column, name=log.text(column.name, place)) for column in columns)


def _node(node: Node, log: _Log) -> Node:
    match node:
        case Heading():
            return replace(node, text=log.text(node.text, node.place))
        case Paragraph():
            if node.role is Role.CODE:
                return node
            unified = log.text(node.text, node.place)
            return replace(node, text=unified, values=tuple(_values(unified)))
        case Pair():
            label, value = log.text(node.label, node.label_place), log.text(node.value, node.place)
            written = f"{value} {node.unit}" if node.unit else value
            return replace(node, label=label, value=value, values=tuple(_values(written, label)))
        case Choices():
            options = tuple(
                Choice(text=log.text(item.text, node.place), selected=item.selected) for item in node.options
            )
            return replace(node, label=log.text(node.label, node.place), options=options)
        case Grid():
            cells = tuple(_cell(cell, node, log) for cell in node.cells)
            return replace(node, cells=cells, caption=log.text(node.caption, node.place))
        case Figure():
            texts = tuple(log.text(item, node.place) for item in node.texts)
            return replace(node, caption=log.text(node.caption, node.place), texts=texts)
        case Flow():
            steps = tuple(replace(item, text=log.text(item.text, node.place)) for item in node.nodes)
            return replace(node, nodes=steps)
        case Comment():
            return replace(node, text=log.text(node.text, node.place))
        case _:
            return node


def _cell(cell: Cell, grid: Grid, log: _Log) -> Cell:
    unified = log.text(cell.text, grid.place)
    return cell if unified == cell.text else replace(cell, text=unified)


def _values(text: str, context: str = "") -> Iterator[Value]:
    """Find dates and quantities in a text; what the parsers refuse is left to people."""
    text = text[:VALUE_CHARS]
    found = 0
    taken: list[tuple[int, int]] = []
    for match in _DATE.finditer(text):
        date = parse_date(match.group().strip())
        if date is not None and date.iso:
            taken.append(match.span())
            found += 1
            yield Value(as_written=match.group().strip(), iso=date.iso)
    for match in _QUANTITY.finditer(text):
        if found >= VALUES_PER_NODE:
            return
        if any(start <= match.start() < end for start, end in taken):
            continue
        quantity = split_quantity(match.group().strip(), context=context)
        if quantity is None or quantity.unit is None:
            continue
        found += 1
        yield Value(
            as_written=match.group().strip(),
            number=quantity.value,
            lower=quantity.lower,
            upper=quantity.upper,
            unit=quantity.unit.as_written,
            ucum=quantity.unit.ucum,
        )
