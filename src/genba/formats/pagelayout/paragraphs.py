"""Lines of one column to paragraphs: by leading, indentation, short last lines, size, and list markers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from genba.formats.pagelayout.counters import hanging, openers, stands_alone
from genba.formats.pagelayout.glyphs import Box, Flow, around, into, is_wide
from genba.formats.pagelayout.items import Block, Item
from genba.formats.pagelayout.joining import LEADER, SENTENCE_END, glue, is_bracketed, is_marker, split_marker
from genba.formats.pagelayout.lines import Line, mean_confidence
from genba.formats.pagelayout.measure import Steps, tenths
from genba.model.marks import Reading

CONTENTS_LINE = re.compile(r"(?:…|[.．・‥·]{3,})\s*[0-9０-９ivx-]+$")
LABEL = re.compile(r"[^\W\d][^\s：:、。，．（(「]{0,11}\s?(?:：|:(?=\s)|…(?=\S))")  # 保護具：
NUMBER = re.compile(r"\d+")
BESIDE_EM = 2.5  # pieces of one row nearer than this belong together
MARKER_GAP_EM = 4.0
FREE_EM = 3.0  # so much free room up to the page's edge ends a paragraph


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of a page, before it is known whether it is a heading."""

    text: str
    box: Box
    flow: Flow
    em: float
    bold: bool
    font: str
    marker: str = ""
    indent: float = 0.0  # of its first line from the column's edge, in ems
    lines: int = 1
    readings: tuple[Reading, ...] = ()
    doubtful: int = 0
    length: int = 0
    confidence: float = 1.0
    gap: float = 9.0  # white space before it, in ems
    open_start: bool = False  # may go on with what stood before it in another column or on another page
    open_end: bool = False


class Column:
    """What the lines of a stack have in common, in the frame of their flow."""

    def __init__(self, lines: Sequence[Line], measure: float | None = None, parting: Steps = frozenset()) -> None:
        """`measure` is how far to the right a line could have gone here; `parting` has the steps between paragraphs."""
        self.parting = parting
        spans = [into(line.flow, line.box) for line in lines]
        self.left = min(span[0] for span in spans)
        self.right = max(span[2] for span in spans)
        pitches = sorted(
            (after[1] - before[1]) / line.em
            for before, after, line in zip(spans, spans[1:], lines, strict=False)
            if after[1] > before[1]
        )
        # In ems. The lower third, since gaps widen it; beyond double spacing lines are apart.
        self.pitch = min(pitches[len(pitches) // 3], 2.2) if pitches else 1.5
        self.count = len(lines)
        full = sum(self.right - span[2] < 1.6 * line.em for span, line in zip(spans, lines, strict=True))
        self.ragged = full < 0.5 * len(lines)  # few lines reach the edge: each may be a sentence of its own
        # Where lines do not show an edge of their own they could have gone on up to the page's.
        self.reach = self.right if measure is None or full > max(1, 0.3 * len(lines)) else max(self.right, measure)


def paragraphs(
    stack: Sequence[Item], measure: float | None = None, parting: Steps = frozenset()
) -> list[Passage | Block]:
    """Gather the lines of a stack; blocks stay where they are.

    `measure` is the edge that its lines could reach, `parting` has the steps that part paragraphs.
    """
    result: list[Passage | Block] = []
    lines: list[Line] = []
    opening = opening_lines(stack)
    for item in [*stack, None]:
        if isinstance(item, Line) and (not lines or item.flow == lines[-1].flow):
            lines.append(item)
            continue
        if lines:
            result.extend(gather(lines, opening, measure, parting))
            lines = []
        if isinstance(item, Line):
            lines = [item]
        elif item is not None:
            result.append(item)
    return result


def opening_lines(stack: Sequence[Item]) -> frozenset[str]:
    """The lines of a stack that a counter opens: STEP 4 between STEP 3 and STEP 5."""
    rows = join_rows([item for item in stack if isinstance(item, Line)])
    texts = [row.text for row in rows]
    return frozenset(texts[index] for index in openers(texts))


def gather(lines: list[Line], opening: frozenset[str], measure: float | None, parting: Steps) -> list[Passage]:
    """Cut a column's lines into paragraphs."""
    rows = join_rows(lines)
    column = Column(rows, measure, parting)
    groups: list[list[Line]] = []
    for line in rows:
        if groups and line.text not in opening and goes_on(groups[-1], line, column):
            groups[-1].append(line)
        else:
            groups.append([line])
    passages = []
    end: float | None = None
    for group in groups:
        passage = as_passage(group, column)
        top, bottom = into(passage.flow, passage.box)[1::2]
        passages.append(passage if end is None else replace(passage, gap=(top - end) / passage.em))
        end = bottom
    return passages


def join_rows(lines: list[Line]) -> list[Line]:
    """Join pieces of one row that stand near: a bullet and its text, a label and its value, dots to a page number."""
    rows: list[Line] = []
    for line in lines:
        if rows and beside(rows[-1], line):
            last = rows[-1]
            separator = "" if is_wide(last.text[-1:]) and LEADER.search(last.text[-6:]) else " "
            rows[-1] = replace(
                last,
                text=f"{last.text}{separator}{line.text}",
                box=around((last.box, line.box)),
                em=line.em if is_marker(last.text) else max(last.em, line.em),
                style=line.style if line.length > last.length else last.style,
                length=last.length + line.length,
                readings=last.readings + line.readings,
                doubtful=last.doubtful + line.doubtful,
                confidence=mean_confidence((last, line)),
            )
        else:
            rows.append(line)
    return rows


def beside(left: Line, right: Line) -> bool:
    """Say whether a piece continues the row of the one before."""
    a, b = into(left.flow, left.box), into(right.flow, right.box)
    if min(a[3], b[3]) - max(a[1], b[1]) < 0.5 * min(left.em, right.em) or b[0] < a[2] - 0.5 * left.em:
        return False
    gap = (b[0] - a[2]) / max(left.em, right.em)
    if is_marker(left.text) or stands_alone(left.text):
        return gap <= MARKER_GAP_EM
    return gap <= BESIDE_EM or LEADER.search(left.text[-8:]) is not None or LEADER.match(right.text) is not None


def goes_on(group: list[Line], line: Line, column: Column) -> bool:
    """Say whether a line belongs to the paragraph above it."""
    last = group[-1]
    before, after, first = into(last.flow, last.box), into(line.flow, line.box), into(group[0].flow, group[0].box)
    em = last.em
    if not 0.88 < line.em / em < 1.14 or last.style.bold != line.style.bold:
        return False
    if after[1] - before[1] > (1.35 * column.pitch + 0.1) * em or after[1] <= before[1]:
        return False
    if column.parting and tenths(last, line) in column.parting and not is_open(group):
        return False
    if CONTENTS_LINE.search(last.text) or (LABEL.match(group[0].text) and LABEL.match(line.text)):
        return False
    if split_marker(line.text)[0]:
        return points_back(group, line) and column.right - before[2] < 1.6 * em
    if len(group) == 1 and hangs(group[0], line, column):
        return True
    marked = bool(split_marker(group[0].text)[0])
    edge = before[0] if len(group) > 1 else None  # where its later lines start
    shift = (after[0] - (edge if edge is not None else first[0])) / em
    if edge is None:
        if marked:
            if not -0.7 < shift < 8:
                return False
        elif shift > 0.7 or shift < -3.2:
            return False
    elif abs(shift) > 0.7:
        return False
    if marked and after[0] - first[0] > 0.8 * em and last.text[-1:] not in SENTENCE_END:
        return True  # stands under the text of its item, not under the marker
    room = (column.right - before[2]) / em
    width = (column.right - column.left) / em
    if last.text[-1:] in SENTENCE_END:
        return room <= room_of_first_word(line.text) and not column.ragged
    if is_wide(last.text[-1:]) and width > 15 and column.count > 2 and abs(after[0] - before[0]) < 0.5 * em:
        if room > min(0.2 * width, 5.0):
            return False
    elif room > room_of_first_word(line.text):
        return False
    left_free = (column.reach - before[2]) / em
    return left_free <= max(FREE_EM, room_of_first_word(line.text)) or is_open(group)


def points_back(group: Sequence[Line], line: Line) -> bool:
    """Say whether the number that a line begins with is one that its item speaks of: (16) 手順 | (2) へ戻る."""
    own, other = split_marker(group[0].text)[0], split_marker(line.text)[0]
    numbers = [int(text) for marker in (own, other) for text in NUMBER.findall(marker)]
    if len(numbers) != 2 or NUMBER.sub("#", own) != NUMBER.sub("#", other):
        return False
    is_next = numbers[1] in (1, numbers[0] + 1)
    return not is_next and group[-1].text[-1:] not in SENTENCE_END


def hangs(first: Line, line: Line, column: Column) -> bool:
    """Say whether a line stands under the text that follows a counter, whose own line is full."""
    width = hanging(first.text)
    before, after = into(first.flow, first.box), into(line.flow, line.box)
    is_full = (column.reach - before[2]) / first.em <= max(FREE_EM, room_of_first_word(line.text))
    return bool(width) and is_full and width < (after[0] - before[0]) / first.em < width + MARKER_GAP_EM


def is_open(group: Sequence[Line]) -> bool:
    """Say whether a paragraph cannot end here: after a comma, or within a bracket."""
    text = "".join(line.text for line in group)
    return text[-1:] in "、，," or is_bracketed(text)


def room_of_first_word(text: str) -> float:
    """How much may stay free at the end of a line because what follows did not fit, in ems."""
    if is_wide(text):
        return 1.6
    word = re.split(r"[\s\u3000-\u9fff]", text, maxsplit=1)[0]
    return min(0.62 * len(word) + 1.6, 12.0)


def as_passage(group: list[Line], column: Column) -> Passage:
    """Join a paragraph's lines into text."""
    first, last = into(group[0].flow, group[0].box), into(group[-1].flow, group[-1].box)
    text = group[0].text
    for line in group[1:]:
        text = glue(text, line.text)
    text = LEADER.sub("…", text)
    marker, rest = split_marker(text)
    longest = max(group, key=lambda line: line.length)
    em = max(longest.em, 0.1)
    indent = (first[0] - column.left) / em
    enough = column.count > 2
    return Passage(
        text=rest,
        box=around([line.box for line in group]),
        flow=group[0].flow,
        em=em,
        bold=longest.style.bold,
        font=longest.style.font,
        marker=marker,
        indent=indent,
        lines=len(group),
        readings=tuple(reading for line in group for reading in line.readings),
        doubtful=sum(line.doubtful for line in group),
        length=sum(line.length for line in group),
        confidence=mean_confidence(group),
        open_start=not marker and indent < 0.5,
        open_end=enough and (column.right - last[2]) / em < 1.6 and text[-1:] not in SENTENCE_END + "」』）)】",
    )


def continued(before: Passage, after: Passage) -> Passage | None:
    """Join a paragraph with its rest in the next column or on the next page; None when they are two."""
    alike = before.flow == after.flow and 0.95 < after.em / before.em < 1.05 and before.bold == after.bold
    if not (alike and before.open_end and after.open_start and after.length > 1):
        return None
    return replace(
        before,
        text=glue(before.text, f"{after.marker}{after.text}"),
        lines=before.lines + after.lines,
        readings=before.readings + after.readings,
        doubtful=before.doubtful + after.doubtful,
        length=before.length + after.length,
        confidence=min(before.confidence, after.confidence),
        open_end=after.open_end,
    )
