"""Level 2: numbers are numbers, nothing is left out, names are unique, answers are spelt alike, formulas are values."""

import itertools
import re
from collections import Counter

from genba.formats.text import search_key
from genba.schemes.machine_readability.evidence import Column, Evidence, Format, Holds, Stored, Table
from genba.schemes.machine_readability.wording import DITTO, Reading, reading_of

LEFTOVERS = "（原文）"
# A leading column with so many gaps, each below a value, is filled in by the reader's eye.
OMITTED_SHARE = 0.3
MIN_OMITTED = 3
# How full the rest of a row with a gap must be for the gap to mean "as above".
FILLED_SHARE = 0.5

_CIRCLES = str.maketrans({"◯": "○", "〇": "○", "O": "○", "×": "x", "✕": "x", "✖": "x", "✓": "レ", "✔": "レ"})
_OTHER = re.compile(r"\s*(その他|他|other)\s*[（(：:・,、\s]\s*(?P<detail>[^）)\s].*)", re.IGNORECASE | re.DOTALL)
_IS_OTHER = re.compile(r"\s*(その他|others?)", re.IGNORECASE)


def numbers_are_numbers(evidence: Evidence) -> bool | None:
    """L2-01. Amounts hold digits only: no unit, comma, note mark or words, and no number stored as text.

    A number shown with ▲ or 円 by its format is one. Marks for missing values (-, X, 欠測) are a matter of L3-03.
    Text files have no types, so plain digits are all that is asked of them.
    """
    amounts = [c for c in evidence.columns if c.holds is Holds.NUMBERS and not c.name.endswith(LEFTOVERS)]
    if not amounts:
        return None
    return not any(_is_text_number(column) for column in amounts)


def _is_text_number(column: Column) -> bool:
    for value in column.distinct:
        if value.stored is not Stored.TEXT:
            continue
        reading = reading_of(value.text)
        if reading in (Reading.DECORATED, Reading.WORD, Reading.MOMENT) or (
            reading is Reading.NUMBER and column.is_typed
        ):
            return True
    return False


def nothing_is_omitted(evidence: Evidence) -> bool | None:
    """L2-02. No 同上 or 〃, no merged cell standing for others below it, no gaps below values in leading columns."""
    return not any(table.filled_down or _has_ditto(table) or _has_gaps(table) for table in evidence.tables)


def _has_ditto(table: Table) -> bool:
    return any(value.text.strip() in DITTO for column in table.columns for value in column.distinct)


def _has_gaps(table: Table) -> bool:
    columns = table.columns
    rows = len(columns[0].values) if columns else 0
    for index, column in enumerate(columns[:-1]):
        if column.holds is not Holds.TEXT or not column.values or not column.values[0].text.strip():
            return False
        if all(value.text.strip().isdigit() for value in column.distinct):
            continue  # running numbers: what has none is not counted
        blank = [row for row in range(rows) if not column.values[row].text.strip()]
        full = [
            row for row in blank if sum(bool(c.values[row].text.strip()) for c in columns[index + 1 :])
            >= FILLED_SHARE * (len(columns) - index - 1)
        ]  # fmt: skip
        if len(full) >= MIN_OMITTED and len(full) >= OMITTED_SHARE * rows and _never_repeats(column):
            return True
        if not blank:
            return False  # a full column names every row; gaps further right are missing values
    return False


def _never_repeats(column: Column) -> bool:
    """A column whose values are written once and then left out never has the same value in two rows running."""
    texts = [value.text.strip() for value in column.values]
    return not any(first and first == second for first, second in itertools.pairwise(texts))


def names_are_unique(evidence: Evidence) -> bool | None:
    """L2-03. One header row gives every column a name that no other column has; two rows must be joined first."""
    for table in evidence.tables:
        names = Counter(column.name for column in table.columns)
        if table.header_rows > 1 or table.repeated_names or max(names.values(), default=0) > 1:
            return False
        if table.header_rows == 0 and evidence.format is not Format.COLUMNS:
            return False
    return True


def answers_are_spelt_alike(evidence: Evidence) -> bool | None:
    """L2-04. In a column of answers none is written in two ways, and none lies outside the list of permitted ones."""
    choices = [column for column in evidence.columns if column.is_choice]
    if not choices:
        return None
    return not any(_varies(column) for column in choices)


def _varies(column: Column) -> bool:
    texts = {value.text for value in column.distinct}
    keys = {search_key(text).translate(_CIRCLES) for text in texts}
    return len(keys) < len(texts) or bool(column.codes and texts - set(column.codes))


def other_stands_apart(evidence: Evidence) -> bool | None:
    """L2-05. Where その他 is an answer, what is meant by it stands in a column of its own."""
    answers = [
        value.text for column in evidence.columns for value in column.distinct
        if column.holds is Holds.TEXT and _IS_OTHER.match(value.text)
    ]  # fmt: skip
    if not answers:
        return None
    return not any(_OTHER.match(text) for text in answers)


def formulas_are_values(evidence: Evidence) -> bool | None:
    """L2-06 (Excel). No formulas in a table; after refinement, none whose result the file did not hold."""
    formulas = any(table.formulas for table in evidence.tables)
    if evidence.format is Format.COLUMNS:
        return False if formulas else None
    return not formulas if evidence.format is Format.WORKBOOK else None
