"""Where the tables of a delimited text are: one pass over the file that counts rows and notes what is irregular."""

from collections import deque
from dataclasses import dataclass, field
from itertools import repeat

from genba.formats.delimited.cells import is_remark, is_total, is_value, shape
from genba.formats.delimited.chunks import CHUNK_BYTES
from genba.formats.delimited.dialect import Dialect
from genba.formats.delimited.layout import Rows, filled, find_layout, is_blank, typed_columns
from genba.formats.delimited.records import Block

OPENING_ROWS = 200  # looked at to find notes, headers and body of a group of rows
SAMPLE_ROWS = 1000
EXCLUDED_LINES = 1000
PAIR_ROWS = 30
TAIL_ROWS = 10


@dataclass(slots=True)
class Segment:
    """One table of the file: where its body is, and what was found in it."""

    restart: tuple[int, int]  # offset and line where reading its body can begin
    header: Rows
    first_line: int  # of the header, or of the body where there is none
    body_line: int
    width: int  # cells of a regular row
    notes: list[str] = field(default_factory=list)
    last_line: int = 0
    rows: int = 0
    widest: int = 0
    short_or_long: int = 0
    repeated_headers: int = 0
    blank_rows: int = 0
    totals: int = 0
    subtotals: int = 0
    literal_quotes: int = 0
    excluded: set[int] = field(default_factory=set)  # lines that are notes or totals, not rows
    regular: bool = True
    to_the_end: bool = False  # nothing but its rows follows the header
    multi_line: bool = False
    size_chars: int = 0
    empty_tail: int = 0  # columns at the right end without name or value
    typed: list[int] = field(default_factory=list)
    sample: Rows = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows between blank ones."""

    lines: list[tuple[int, list[str]]]
    restart: tuple[int, int]
    gap: int  # blank rows above

    @property
    def rows(self) -> Rows:
        return [row for _, row in self.lines]


def note_of(row: list[str]) -> str:
    """Write a row that is no record as one line of text: two cells as label and value."""
    cells = [" ".join(cell.split()) for cell in row if cell.strip()]
    if len(cells) == 2 and cells[0][-1] not in ":：=":
        return f"{cells[0]}: {cells[1]}"
    return " ".join(cells)


class Survey:
    """Takes blocks of records in order; `finish` gives the tables and the notes that belong to none."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._segments: list[Segment] = []
        self._open: Segment | None = None
        self._in_body = False
        self._gap = 0  # blank rows just passed
        self._group: list[tuple[int, list[str]]] = []
        self._group_restart = (0, 1)
        self._held: list[_Group] = []
        self._notes: list[str] = []
        self._tail: deque[tuple[int, list[str]]] = deque(maxlen=TAIL_ROWS)

    def take(self, block: Block) -> None:
        """Look at the next block."""
        segment = self._open
        if segment is not None and self._in_body and not self._gap and self._take_regular(block, segment):
            return
        restart = (block.offset, block.offset_line)
        for index, row in enumerate(block.rows()):
            self._take_row(row, block.line_of(index), restart)
            if self._in_body and segment is not self._open and self._open is not None and not self._gap:
                segment = self._open  # a table has just begun: what is left of the block may be regular
                rest = block.after(index)
                if rest is not None and self._take_regular(rest, segment):
                    return
        if self._open is not None:
            self._note_block(block, self._open)

    def finish(self) -> tuple[list[Segment], list[str]]:
        """Close what is open; notes are left over only when there is no table at all."""
        if self._group:
            self._decide()
        last = self._open or (self._segments[-1] if self._segments else None)
        self._settle_held(as_notes=last is not None and last.width - last.empty_tail > 2)
        self._close()
        if self._segments:
            last = self._segments[-1]
            mended = last.excluded or last.repeated_headers or last.blank_rows or self._gap
            last.to_the_end = not mended and not last.multi_line
            self._segments[-1].notes.extend(self._notes)
            self._notes = []
        return self._segments, self._notes

    def _note_block(self, block: Block, segment: Segment) -> None:
        segment.literal_quotes += block.literal_quotes
        segment.multi_line |= block.multi_line
        segment.size_chars += len(block.text)
        if block.literal_quotes or len(block.text) > 4 * CHUNK_BYTES:
            segment.regular = False

    def _take_regular(self, block: Block, segment: Segment) -> bool:
        """Count a block whose records are all alike without cutting it into cells; False when one is not."""
        mark, text = self._dialect.delimiter, block.text
        if len(mark) != 1 or mark == " " or "計" in text or segment.width < 2:
            return False
        if block.plain:
            if not self._is_regular(block, segment):
                return False
            lines = block.lines
            count = len(lines)
            last = range(max(0, count - TAIL_ROWS), count)
            cells = (lines if block.inner is None else block.inner)[last.start :]
            split = mark if block.inner is None else f'"{mark}"'
            self._tail.extend((block.line + at, line.split(split)) for at, line in zip(last, cells, strict=True))
        else:
            rows = block.rows()
            if (
                set(map(len, rows)) != {segment.width}
                or not all(map(any, rows))
                or any(row in rows for row in segment.header)
            ):
                return False
            if segment.empty_tail and any(any(row[-segment.empty_tail :]) for row in rows):
                return False
            count = len(rows)
            self._tail.extend((block.line_of(at), rows[at]) for at in range(max(0, count - TAIL_ROWS), count))
        if len(segment.sample) < SAMPLE_ROWS:
            segment.sample.extend(block.rows()[: SAMPLE_ROWS - len(segment.sample)])
        segment.rows += count
        segment.last_line = self._tail[-1][0]
        self._note_block(block, segment)
        return True

    def _is_regular(self, block: Block, segment: Segment) -> bool:
        """Check lines that are cut at every delimiter: as many cells in each, none blank, no header again."""
        text, width = block.text, segment.width
        lines, mark = block.lines, self._dialect.delimiter
        if block.inner is not None:
            lines, mark = block.inner, f'"{mark}"'
        if set(map(str.count, lines, repeat(mark))) != {width - 1} or block.joined([""] * width) + "\n" in text:
            return False
        if any(block.joined(row) in text for row in segment.header):
            return False
        if not segment.empty_tail:
            return True
        end = (self._dialect.delimiter + ("" if block.inner is None else '""')) * segment.empty_tail
        return text.count(end + "\n") + (not text.endswith("\n") and text.endswith(end)) == len(lines)

    def _take_row(self, row: list[str], line: int, restart: tuple[int, int]) -> None:
        if is_blank(row):
            self._take_blank()
            return
        segment = self._open
        if segment is not None and self._in_body:
            if not self._gap or self._goes_on(row, segment):
                segment.blank_rows += self._gap
                self._gap = 0
                self._take_body_row(row, line, segment)
                return
            self._in_body = False
        if not self._group:
            self._group_restart = restart
        self._group.append((line, row))
        if len(self._group) >= OPENING_ROWS:
            self._decide()

    def _take_blank(self) -> None:
        if self._dialect.columns < 2:
            return
        if self._group:
            self._decide()
        self._gap += 1

    def _goes_on(self, row: list[str], segment: Segment) -> bool:
        """Say whether a row after blank ones is one more record of the table before them."""
        if row in segment.header:
            return True
        if len(row) != segment.width:
            return False
        return any(is_value(row[column]) for column in segment.typed if column < len(row))

    def _take_body_row(self, row: list[str], line: int, segment: Segment) -> None:
        if row in segment.header:
            segment.repeated_headers += 1
            return
        width = len(row)
        remark = segment.width >= 3 and filled(row) == 1 and (width < segment.width or is_remark("".join(row)))
        if remark and len(segment.excluded) < EXCLUDED_LINES:
            segment.excluded.add(line)
            segment.notes.append(note_of(row))
            return
        if width != segment.width:
            segment.regular = False
            if width < segment.width or any(row[segment.width :]):
                segment.short_or_long += 1
            segment.widest = max(segment.widest, width if any(row[segment.width :]) else 0)
        while segment.empty_tail and any(row[segment.width - segment.empty_tail : segment.width]):
            segment.empty_tail -= 1
        if is_total(row):
            segment.subtotals += 1
        if len(segment.sample) < SAMPLE_ROWS:
            segment.sample.append(row)
        segment.rows += 1
        segment.last_line = line
        self._tail.append((line, row))

    def _decide(self) -> None:
        """Find out what a group of rows is: more of the open table, notes, or a table of its own."""
        group = _Group(self._group, self._group_restart, self._gap)
        self._group, self._gap = [], 0
        rows = group.rows
        if self._dialect.columns >= 2 and all(filled(row) == 1 for row in rows):
            self._notes.extend(note_of(row) for row in rows)
        elif len(rows) <= PAIR_ROWS and all(filled(row) <= 2 for row in rows) and not _is_narrow_table(rows):
            self._held.append(group)  # labels and values above a wider table, or a narrow table: the next group tells
        else:
            self._settle_held(as_notes=max(map(filled, rows)) > 2)
            self._take_group(group)

    def _settle_held(self, *, as_notes: bool) -> None:
        held, self._held = self._held, []
        for group in held:
            if as_notes:
                self._notes.extend(note_of(row) for row in group.rows)
            else:
                self._take_group(group)

    def _take_group(self, group: _Group) -> None:
        rows = group.rows
        layout = find_layout(rows)
        segment = self._open
        if segment is not None and layout.notes == 0 and not self._notes:
            same = layout.headers == 0 and layout.width == segment.width and bool(segment.header)
            if same or (layout.headers and rows[: layout.headers] == segment.header):
                segment.blank_rows += group.gap
                self._in_body = True
                for line, row in group.lines:
                    self._take_body_row(row, line, segment)
                return
        self._close()
        body = layout.notes + layout.headers
        header = rows[layout.notes : body]
        width = max([layout.width, *(len(_trimmed(row)) for row in header)])
        self._notes.extend(note_of(row) for row in rows[: layout.notes])
        segment = Segment(
            restart=group.restart,
            header=header,
            first_line=group.lines[layout.notes][0],
            body_line=group.lines[body][0] if body < len(rows) else group.lines[-1][0] + 1,
            width=width,
            notes=self._notes,
            last_line=group.lines[-1][0],
            widest=width,
            empty_tail=width - max([len(_trimmed(row)) for row in header], default=width),
            typed=typed_columns(rows[layout.notes :], layout.width) if len(rows) > 1 else [],
        )
        if not header:
            segment.empty_tail = width - max(len(_trimmed(row)) for row in rows[layout.notes :])
        self._notes = []
        self._open = segment
        self._in_body = True
        for line, row in group.lines[body:]:
            self._take_body_row(row, line, segment)

    def _close(self) -> None:
        segment = self._open
        if segment is None:
            return
        while self._tail and segment.header and segment.rows > 1:
            line, row = self._tail.pop()
            if not is_total(row):
                break
            segment.excluded.add(line)
            segment.notes.append(note_of(row))
            segment.totals += 1
            segment.subtotals = max(0, segment.subtotals - 1)
            segment.rows -= 1
        self._tail.clear()
        self._segments.append(segment)
        self._open = None


def _is_narrow_table(rows: Rows) -> bool:
    """Tell a table of two columns from labels with values: below its header, all values are of one shape."""
    shapes = {shape(row[1]) for row in rows[1:] if len(row) > 1 and row[1].strip()}
    named = len(rows) > 2 and len(rows[0]) > 1 and not is_value(rows[0][1])
    return named and len(shapes) == 1 and not shapes & {"text", "placeholder"}


def _trimmed(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]
