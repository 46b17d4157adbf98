"""How a delimited text is cut into cells, told from a sample: delimiter, quotes, spaces, fixed columns."""

import csv
import io
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

SAMPLE_CHARS = 256 << 10
SAMPLE_RECORDS = 500
TITLE_LINES = 8
FOOT_LINES = 4
CANDIDATES = ("\t", ",", ";", "|")
DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?")
SEPARATOR_LINE = re.compile(r"sep=(.)\s*\n", re.I)  # Excel's own hint in the first line
GROUPED = re.compile(r"\d,\d{3}(?!\d)")
NUMBER = re.compile(r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The rules by which lines become cells; `columns` is how many most lines have."""

    delimiter: str  # "" for a single column or fixed columns, " " for runs of white space
    columns: int
    skip_spaces: bool = False  # a space after the delimiter does not belong to the cell
    cuts: tuple[tuple[int, int], ...] = ()  # fixed columns, in half-width positions
    hint: bool = False  # the first line only names the delimiter


@dataclass(frozen=True, slots=True)
class _Score:
    delimiter: str
    columns: int
    share: float  # of the lines that have this many columns


def sniff(sample: str, *, promised: str = "csv") -> Dialect:
    """Decide the dialect; a text without any structure is a single column."""
    hint = SEPARATOR_LINE.match(sample)
    if hint:
        scored = _score(sample[hint.end() :], hint[1])
        return Dialect(delimiter=hint[1], columns=scored.columns if scored else 1, hint=True)
    scores = {found.delimiter: found for mark in CANDIDATES if (found := _score(sample, mark)) is not None}
    if "," in scores and _is_decimal_mark(sample, scores):
        del scores[","]
    if promised == "tsv" and "\t" in scores and scores["\t"].share > 0.5:
        best: _Score | None = scores["\t"]
    else:
        best = max(scores.values(), key=lambda s: (round(s.share * 10), s.columns), default=None)
    lines = _lines(sample)
    if best is None or best.share < 0.4:
        spaced = _white_space(lines) or _fixed(lines)
        if spaced is not None:
            return spaced
    if best is None:
        return Dialect(delimiter="", columns=1)
    spaces = best.delimiter != "\t" and f'{best.delimiter} "' in sample and f'{best.delimiter}"' not in sample
    return Dialect(delimiter=best.delimiter, columns=best.columns, skip_spaces=spaces)


def delimiter_of_plain_text(text: str) -> str:
    """Name the delimiter of a text that is a table although nobody called it one; empty for prose."""
    if not any(mark in text for mark in CANDIDATES):
        return ""
    bodies = {mark: _without_notes(_widths(text, mark)) for mark in CANDIDATES if mark in text}
    scores = {mark: found for mark, body in bodies.items() if (found := _score_of(body, mark)) is not None}
    if "," in scores and _is_decimal_mark(text, scores):
        del scores[","]
    best = max(scores.values(), key=lambda s: (round(s.share * 10), s.columns), default=None)
    if best is None or best.share < 0.8 or best.delimiter == "|":
        return ""
    if len(_lines(text)) < 3 or len(bodies[best.delimiter]) < 3:
        return ""
    lines = [line for line in _lines(text) if best.delimiter in line]
    cells = [cell.strip() for line in lines for cell in line.split(best.delimiter)]
    if sum(1 for cell in cells if len(cell) > 60) > len(cells) * 0.1 or _only_groups_digits(lines, best):
        return ""
    numbers = sum(1 for cell in cells if cell[:1].isdigit() or NUMBER.fullmatch(cell))
    if best.columns >= 3 or (numbers and (best.delimiter == "\t" or numbers >= len(cells) * 0.3)):
        return best.delimiter
    return best.delimiter if best.share > 0.98 and _is_list_of_pairs(text, lines, best.delimiter) else ""


def _without_notes(widths: list[int]) -> list[int]:
    """Leave aside the title and note lines around a table."""
    first = next((at for at, width in enumerate(widths[:TITLE_LINES]) if width > 1), 0)
    last = next((at for at, width in enumerate(reversed(widths[-FOOT_LINES:])) if width > 1), 0)
    body = widths[first : len(widths) - last]
    return body if len(body) >= max(3, len(widths) / 2) else widths


def _only_groups_digits(lines: list[str], best: _Score) -> bool:
    """Say whether the commas only group the digits of one amount a line: 合計 1,200円."""
    if best.delimiter != "," or best.columns != 2:
        return False
    grouping = sum(1 for line in lines if GROUPED.search(line) and not line[:1].isdigit())
    return grouping * 2 > len(lines)


def _is_list_of_pairs(text: str, lines: list[str], mark: str) -> bool:
    """Tell two columns of words from prose: names above, no blank behind the mark, or cells in quotes."""
    if mark == "\t" or len(lines) < 4:
        return False
    names = lines[0].split(mark)
    named = all(0 < len(name.strip()) <= 20 and name.strip()[-1] not in "。．.、!?！？:：" for name in names)
    spaced = sum(1 for line in lines if f"{mark} " in line)
    quoted = len(re.findall(rf'{re.escape(mark)}"[^"\n]*(?:""[^"\n]*)*"\r?$', text, re.M))
    return named and (spaced * 10 <= len(lines) or quoted * 2 >= len(lines))


def _lines(sample: str) -> list[str]:
    lines = sample[:SAMPLE_CHARS].split("\n")
    if len(sample) >= SAMPLE_CHARS or len(lines) > SAMPLE_RECORDS:
        lines.pop()
    return [line.rstrip("\r") for line in lines[:SAMPLE_RECORDS] if line.strip()]


def _score(sample: str, delimiter: str) -> _Score | None:
    return _score_of(_widths(sample, delimiter), delimiter) if delimiter in sample else None


def _widths(sample: str, delimiter: str) -> list[int]:
    """Count the cells of every row that is not blank; a last row that may be cut off is left out."""
    widths: list[int] = []
    reader = csv.reader(io.StringIO(sample[:SAMPLE_CHARS], newline="\n"), delimiter=delimiter)
    cut = len(sample) >= SAMPLE_CHARS
    try:
        for row in reader:
            if any(cell and not cell.isspace() for cell in row):
                widths.append(len(row))
            if reader.line_num >= SAMPLE_RECORDS:
                cut = False
                break
    except csv.Error:
        pass
    return widths[:-1] if cut and len(widths) > 1 else widths


def _score_of(widths: list[int], delimiter: str) -> _Score | None:
    counts = Counter(widths)
    several = [(count, width) for width, count in counts.items() if width > 1]
    if not several:
        return None
    count, width = max(several)
    return _Score(delimiter, width, count / len(widths))


def _is_decimal_mark(sample: str, scores: dict[str, _Score]) -> bool:
    """Say whether commas only stand inside the cells that another delimiter cuts: 27,875;-1,53."""
    for mark in (";", "\t", "|"):
        if mark in scores and scores[mark].share >= 0.8:
            cells = [cell.strip() for line in _lines(sample) for cell in line.split(mark) if "," in cell]
            if cells and sum(1 for cell in cells if DECIMAL_COMMA.fullmatch(cell)) >= len(cells) * 0.6:
                return True
    return False


def _white_space(lines: list[str]) -> Dialect | None:
    """Recognise numbers between single spaces, as simple loggers write them."""
    if len(lines) < 3 or " " not in lines[-1]:
        return None
    rows = [line.split() for line in lines]
    columns, count = Counter(map(len, rows)).most_common(1)[0]
    if columns < 2 or count < len(rows) * 0.9:
        return None
    cells = [cell for row in rows[1:] for cell in row]
    digits = sum(1 for cell in cells if cell[-1:].isdigit() and cell[:1] in "0123456789+-.")
    return Dialect(delimiter=" ", columns=columns) if digits >= len(cells) * 0.8 else None


def positions(line: str) -> str:
    """Spread a line over half-width positions: a full-width character takes two, the second marked by NUL."""
    if line.isascii():
        return line
    return "".join(c + "\0" if unicodedata.east_asian_width(c) in "WF" else c for c in line)


def _fixed(lines: list[str]) -> Dialect | None:
    """Find columns set apart by spaces at the same positions in (almost) every line."""
    body = [positions(line.rstrip()) for line in lines[:200]]
    if len(body) < 3:
        return None
    length = max(map(len, body))
    blank = [sum(1 for line in body if at >= len(line) or line[at] in " \u3000") for at in range(length)]
    free = [count >= len(body) for count in blank]
    cuts: list[tuple[int, int]] = []
    start = None
    for at in range(length + 1):
        empty = at == length or free[at]
        if not empty and start is None:
            start = at
        elif empty and start is not None:
            cuts.append((start, at))
            start = None
    filled = [sum(1 for line in body if line[a:b].strip(" \u3000\0")) for a, b in cuts]
    if len(cuts) < 2 or min(filled) < len(body) * 0.5:
        return None
    return Dialect(delimiter="", columns=len(cuts), cuts=(*tuple((a, b) for a, b in cuts[:-1]), (cuts[-1][0], 1 << 30)))
