"""Tables among boxes: rows cut alike under a header, told from forms whose rows are cut alike too."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from genba.formats.layout.areas import Rect
from genba.formats.layout.boxes import Box
from genba.formats.layout.found import FoundTable
from genba.formats.layout.levels import Level, groups_columns, reaches_all, read_levels, spans_columns
from genba.formats.layout.roles import Roles
from genba.formats.layout.sequences import clipped, read_row
from genba.formats.layout.series import TOTALS, is_counted, is_series, looks_counted
from genba.formats.layout.wording import fold, is_number, is_value, label_score

# Header rows above the first row that is cut like the body (測定値 over 1回目 2回目 3回目).
MAX_HEADER_ROWS = 4
# Rows from which a run is judged; a list of thousands is no other than its beginning.
SAMPLE = 48
# Rows of a form tried above a header that is cut like them.
MAX_FORM_ROWS = 6
# A body is at least this many rows; with one row a header and its body are labels over values of a form.
MIN_BODY = 2
# An empty cell speaks for a table's body, but less than a figure does.
EMPTY_GAIN = 0.6
# Ordinary people make two- and three-column forms and many-column tables.
WIDE_GAIN = 0.25
# Forms seldom have so many rows cut alike; from here on every further row speaks for a table.
LONG = 6
LONG_GAIN = 0.15
# What looks (fill, bold) say: columns that differ in every row are a form's, one row unlike all others is a header.
TWO_COLUMNS = 2.0
COLUMN_LOOKS = 1.5
HEADER_LOOKS = 0.7
# First header cells that say "what follows is a list", whatever the rest looks like.
_LIST_HEADS = frozenset(
    "no no. № 番号 項番 項目 # 順 順番 sq seq 行 通番 連番 区分 日付 年月日 月 日 時刻 日時".split()
)


def find_tables(boxes: Sequence[Box], roles: Roles) -> list[Box | FoundTable]:
    """The boxes in their order, with those that make tables replaced by the tables."""
    levels = read_levels(boxes)
    tables: list[tuple[int, int, FoundTable]] = []
    index = 0
    while index < len(levels):
        stop = index + 1
        while stop < len(levels) and levels[stop].edges == levels[index].edges:
            stop += 1
        if len(levels[index].edges) >= 2:
            floor = tables[-1][1] if tables else 0
            made = _table(levels, index, stop, floor, roles)
            if made is not None:
                tables.append(made)
                index = made[1]
                continue
        index = stop
    if not tables:
        return list(boxes)
    return _interleave(levels, tables)


def _interleave(levels: list[Level], tables: list[tuple[int, int, FoundTable]]) -> list[Box | FoundTable]:
    parts: list[Box | FoundTable] = []
    position = 0
    for start, stop, table in tables:
        parts.extend(box for level in levels[position:start] for box in level.starting)
        parts.append(table)
        position = stop
    parts.extend(box for level in levels[position:] for box in level.starting)
    return parts


def _table(levels: list[Level], start: int, stop: int, floor: int, roles: Roles) -> tuple[int, int, FoundTable] | None:
    """The table whose body is cut like levels[start:stop], if it is one."""
    first = _header_start(levels, start, floor, roles)
    extra = start - first
    if not extra and stop - start < MIN_BODY + 1:
        return None
    if stop - start < MIN_BODY:
        return None
    if not extra:
        start = first = start + _form_rows(levels[start:stop], roles)
    # rows beside a merged header cell that reaches down from above are header too
    reach = max((box.bottom for level in levels[first:start] for box in level.starting), default=0)
    least = sum(1 for level in levels[start:stop] if level.top < reach)
    choice = _best_reading(levels[start : min(stop, start + SAMPLE)], roles, extra > 0, least)
    if choice is None:
        return None
    header, columns = choice
    end = _footer_end(levels, start, stop)
    covered = levels[first:end]
    boxes = [box for level in covered for box in level.starting]
    bottom = max(box.bottom for box in boxes)
    if end < len(levels) and bottom > levels[end].top:  # something reaches out below: not closed
        return None
    header_levels = extra + header
    cuts = tuple(level.top for level in covered)
    table = FoundTable(
        rect=Rect(cuts[0], levels[start].edges[0][0], bottom, levels[start].edges[-1][1]),
        boxes=tuple(box for level in covered for box in level.starting if box.cells),
        row_cuts=cuts,
        column_cuts=tuple(left for left, _ in levels[start].edges),
        header_rows=header_levels,
        header_columns=columns,
        reason=f"{stop - start} rows cut alike, {header_levels} header rows",
    )
    return first, end, table


def _header_start(levels: list[Level], start: int, floor: int, roles: Roles) -> int:
    """Climb over rows with coarser cuts: merged headers; a single full-width box is a title, not a header."""
    edges = levels[start].edges
    lefts = {left for left, _ in edges}
    rights = {right for _, right in edges} | lefts  # a narrow gap column belongs to either side
    first = start
    while first > floor and start - first < MAX_HEADER_ROWS - 1:
        above = levels[first - 1]
        same_extent = above.edges[0][0] == edges[0][0] and above.edges[-1][1] == edges[-1][1]
        if not (same_extent or groups_columns(above, levels[first])) or len(above.edges) < 2 or not above.starting:
            break
        if not all(left in lefts and right in rights for left, right in above.edges):
            break
        if any(is_value(box.text) and not looks_counted(box.text) for box in above.starting if box.cells):
            break
        if not _labelled(above) or any(box.is_empty and spans_columns(box, edges) for box in above.starting):
            break
        joins = any(box.bottom > levels[first].top or spans_columns(box, edges) for box in above.starting)
        groups = not same_extent and all(spans_columns(box, edges) for box in above.starting)
        if not joins or not reaches_all(above, levels[first]) or not (groups or _alike(above, roles)):
            break
        first -= 1
    return first


def _alike(above: Level, roles: Roles) -> bool:
    """Rows of one header are set alike; a form's row above a table shows labels in one look and values in another."""
    if not roles.fills and not roles.bold_tells:
        return True
    looks = {(box.fill, box.bold) for box in above.starting if box.cells}
    return len(looks) <= 1


def _labelled(level: Level) -> bool:
    """Short texts that may head columns, on the whole rather labels than not."""
    texts = [box.text for box in level.starting if box.cells]
    if not texts or any(len(text) > 40 for text in texts):
        return False
    return is_series(texts) or sum(label_score(text) for text in texts) >= -2.0 * len(texts)


def _footer_end(levels: list[Level], start: int, stop: int) -> int:
    """Go on below the body: total rows with merged captions, section rows between, rows after them."""
    edges = levels[start].edges
    lefts = {left for left, _ in edges}
    rights = {right for _, right in edges} | lefts  # a narrow gap column belongs to either side
    end = stop
    while end < len(levels):
        level = levels[end]
        fits = all(left in lefts and right in rights for left, right in level.edges)
        if not fits or level.edges[0][0] != edges[0][0] or level.edges[-1][1] != edges[-1][1]:
            break
        if level.edges == edges:
            end += 1
            continue
        words = [fold(box.text) for box in level.starting if box.cells]
        is_total = bool(words) and len(level.edges) >= 2 and bool(TOTALS.match(words[0]))
        resumes = end + 1 < len(levels) and levels[end + 1].edges == edges and len(level.edges) != len(edges)
        if is_total or (resumes and not _restarts(levels[end + 1])):
            end += 1
            continue
        break
    return end


def _restarts(level: Level) -> bool:
    """A row of labels after a separator begins another table."""
    texts = [box.text for box in level.starting if box.cells]
    return bool(texts) and sum(1 for text in texts if label_score(text) >= 1.0) * 2 > len(level.starting)


def _best_reading(run: list[Level], roles: Roles, has_header: bool, least: int) -> tuple[int, int] | None:
    """Header rows and header columns of a table, or None where the rows read better as a form."""
    lefts = {left: index for index, (left, _) in enumerate(run[0].edges)}
    width = len(lefts)
    rows: list[list[float | None]] = [[None] * width for _ in run]
    for line, level in zip(rows, run, strict=True):
        for box in level.starting:
            index = lefts.get(box.left)
            if index is not None:
                line[index] = -EMPTY_GAIN if box.is_empty else clipped(roles, box)
    form = _form_score(_without_repeats(run, rows, lefts))
    best: tuple[float, int, int] | None = None
    for header in (0,) if has_header else (0, 1, 2):
        if header < least or (header == 2 and _has_values(run[0], rows[0])):
            continue
        if len(run) - header < MIN_BODY or (not header and not has_header and width < 3):
            continue
        score, columns = _table_score(run, rows, header, lefts)
        if header:
            score += _looks(run, header, lefts)
            if width == 2 and columns and (rows[0][1] or 0.0) < 1.0:
                score -= TWO_COLUMNS  # 「氏名 | 山田」 over 「住所 | …」 is a form, 「項目 | 内容」 would be a header
        if not header and not has_header:  # a table without a header must be much unlike a form
            score -= 0.5 * len(run) + 1.0 * width
        if has_header:
            score += 1.0 * width
        if best is None or score > best[0]:
            best = (score, header, columns)
    if has_header:  # what stands right below a merged header names its columns
        gain = 1.0 * width
        for header in (1, 2):
            if len(run) - header < 1 or (len(run) - header < MIN_BODY and width < 4):
                break
            texts = [box.text for box in run[header - 1].starting if box.cells]
            named = bool(texts) and all(len(text) <= 24 and not is_number(text) for text in texts)
            named = named and not _recurs(run[header - 1], run[header:])
            partial = len(texts) < width or any(box.is_empty for box in run[0].starting)
            if header == 2 and not (named and partial and _same_looks(run[0], run[1], run[2:])):
                break
            if named and (len(texts) < width or all(label_score(text) > 0 for text in texts)):
                gain += (2.3 if header == 2 or len(texts) < width else 0.8) * len(texts)
                gain += 1.0 * width if _leaves_corner(run[header - 1], run[header:]) else 0.0
            if header < least:
                continue
            score, columns = _table_score(run, rows, header, lefts, merged=True)
            if best is None or score + gain > best[0]:
                best = (score + gain, header, columns)
    if best is None:
        return None
    heads = [fold(box.text) for box in run[0].starting[:1] if box.cells]
    bonus = 1.5 if heads and heads[0] in _LIST_HEADS and width >= 2 else 0.0
    bonus += LONG_GAIN * width * max(0, len(run) - LONG)
    if best[0] + bonus + WIDE_GAIN * max(0, width - 4) * len(run) <= form:
        return None
    return best[1], best[2]


def _form_rows(run: list[Level], roles: Roles) -> int:
    """Rows of a form right above the header of a table that is cut alike: 品番 | A-1023 | 品名 | 軸."""
    for count, level in enumerate(run[: min(MAX_FORM_ROWS + 1, len(run) - MIN_BODY)]):
        row = [-EMPTY_GAIN if box.is_empty else clipped(roles, box) for box in level.starting]
        if len(row) != len(level.edges):
            return 0
        if not _has_values(level, row):
            # a header: short labels throughout, and what stood above alternates
            return (
                count if count and read_row(row).score < sum(row) and not any(b.is_empty for b in level.starting) else 0
            )
        if len(row) < 2 or row[0] < 0.2:
            return 0
    return 0


def _has_values(level: Level, row: Sequence[float | None]) -> bool:
    """Figures, dates, codes or blanks beyond the first cell: not a header."""
    return any(
        item is not None and (item <= -2.0 or (box.is_empty and index > 0)) and not is_counted(box.text)
        for index, (box, item) in enumerate(zip(level.starting, row, strict=False))
    )


def _same_looks(first: Level, second: Level, body: Sequence[Level]) -> bool:
    """Whether a second row under merged headers is a header too: cells covered from above, or set like the first."""
    if len(second.starting) < len(second.edges):
        return True
    looks = {(box.fill, box.bold) for level in (first, second) for box in level.starting if box.cells}
    if len(looks) == 1 and not any((box.fill, box.bold) in looks for level in body for box in level.starting):
        return True
    # names above leave the same columns blank, which the body fills
    corner = {box.left for box in first.starting if box.is_empty}
    if _leaves_corner(first, body) and _leaves_corner(second, body):
        return True
    # or leave the columns blank that are named below
    scores = [label_score(box.text) for box in second.starting if box.left in corner]
    if first.edges[0][0] in corner and scores and sum(scores) >= 1.0 * len(scores):
        return True
    # words over figures
    named = {box.left for box in second.starting if box.cells and not is_number(box.text)}
    below = [box for level in body[:8] for box in level.starting if box.left in named and box.cells]
    return len(below) > 1 and sum(is_number(box.text) for box in below) * 2 > len(below)


def _recurs(level: Level, body: Sequence[Level]) -> bool:
    """Whether most of a row's texts stand in the rows below again, as names of columns do not."""
    written = {(box.left, box.text) for box in level.starting if box.cells}
    below = {(box.left, box.text) for row in body[:8] for box in row.starting if box.cells}
    return len(written & below) * 2 > len(written)


def _leaves_corner(level: Level, body: Sequence[Level]) -> bool:
    """Whether the first columns are blank that the body fills: they are named in a row above or below."""
    blank = {box.left for box in level.starting if box.is_empty}
    under = [box for row in body[:8] for box in row.starting if box.left in blank]
    return level.edges[0][0] in blank and sum(not box.is_empty for box in under) >= max(1.0, 0.7 * len(under))


def _looks(run: list[Level], header: int, lefts: dict[int, int]) -> float:
    """A header looks alike throughout and unlike its body; columns of labels and values look unlike in every row."""
    tops = {(box.fill, box.bold) for level in run[:header] for box in level.starting if box.cells}
    columns: list[set[tuple[str, bool]]] = [set() for _ in lefts]
    for level in run:
        for box in level.starting:
            index = lefts.get(box.left)
            if index is not None and box.cells:
                columns[index].add((box.fill, box.bold))
    if len(tops) > 1 and all(len(column) <= 1 for column in columns):
        # two halves of a wide list may be coloured; labels and values of a form take turns
        looks = [look for column in columns for look in column]
        turns = sum(left != right for left, right in pairwise(looks))
        return -COLUMN_LOOKS * len(run) if turns > 1 or len(looks) <= 3 else 0.0
    body = {look for column in columns[1:] for look in column} - tops
    if len(tops) == 1 and body and all(len(column) == 2 or not column for column in columns[1:]):
        return HEADER_LOOKS * len(lefts)
    return 0.0


def _without_repeats(
    run: list[Level], rows: list[list[float | None]], lefts: dict[int, int]
) -> list[list[float | None]]:
    """A form does not ask the same thing twice: what repeats in a column is no label."""
    seen: list[dict[str, int]] = [{} for _ in lefts]
    for level in run:
        for box in level.starting:
            index = lefts.get(box.left)
            if index is not None and box.cells:
                text = box.cells[0].text
                seen[index][text] = seen[index].get(text, 0) + 1
    if all(count == 1 for column in seen for count in column.values()):
        return rows
    result = [list(line) for line in rows]
    for line, level in zip(result, run, strict=True):
        for box in level.starting:
            index = lefts.get(box.left)
            if index is not None and box.cells and seen[index][box.cells[0].text] > 1:
                item = line[index]
                line[index] = min(item, -0.5) if item is not None else None
    return result


def _form_score(rows: Sequence[Sequence[float | None]]) -> float:
    """Labels and values side by side: either every row alike, or each as it likes best."""
    sums = [sum(item for item in column if item is not None) for column in zip(*rows, strict=True)]
    alike = read_row(sums, len(rows))
    run = longest = 0
    for role in alike.roles:
        run = run + 1 if role else 0
        longest = max(longest, run)
    # a label with three values and more in every row is a table with a heading column, not a form
    together = alike.score - (1.0 * len(rows) * (longest - 2) if longest >= 3 else 0.0)
    stacked = sum((item or 0.0) * (1 if index % 2 == 0 else -1) for index, line in enumerate(rows) for item in line)
    if len(rows) % 2:  # the last labels have their values in a row cut otherwise
        stacked -= 1.0
    return max(together, stacked)


def _table_score(
    run: list[Level],
    rows: Sequence[Sequence[float | None]],
    header: int,
    lefts: dict[int, int],
    *,
    merged: bool = False,
) -> tuple[float, int]:
    score = 0.0
    for level, line in zip(run[:header], rows[:header], strict=True):
        texts = [box.text for box in level.starting if box.cells]
        counts = is_series(texts)
        for box in level.starting:
            item = line[lefts[box.left]] if box.left in lefts else None
            if item is None:
                continue
            if box.is_empty:  # an empty corner is usual; more are, where the name stands in a row above or below
                score += 0.0 if merged or box.left == run[0].edges[0][0] else -1.0
            elif counts and looks_counted(box.text):
                score += 1.0
            else:  # 日勤 and 6月 are values anywhere but below a merged header
                score += max(item, 0.3) if merged and not is_number(box.text) else item
    body = rows[header:]
    columns = list(zip(*body, strict=True))
    gains = [-sum(item for item in column if item is not None) for column in columns]
    heading = 0
    if gains and -gains[0] > gains[0] and len(columns) > 1:
        heading, gains[0] = 1, -gains[0]
    # a body that knows nothing of labels must not lose for it: unknown nouns stand in every table
    return score + sum(
        max(gain, -0.3 * len(body)) if index or not heading else gain for index, gain in enumerate(gains)
    ), heading
