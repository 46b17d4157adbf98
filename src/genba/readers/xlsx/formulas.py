"""Formulas as texts: shared ones moved to the cell that uses them; nothing is ever computed."""

import re

from genba.formats.ranges import MAX_COLUMNS, MAX_ROWS, column_index, column_letters

# Texts in double quotes and sheet names in single quotes are passed over; functions are not cells (LOG10(…)).
_TOKENS = re.compile(
    r"(\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'!?)|(?<![A-Za-z0-9_.\u0080-\uffff])(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})"
    r"(?![A-Za-z0-9_.(\u0080-\uffff])"
)
_LINK = re.compile(r'HYPERLINK\(\s*"((?:[^"]|"")*)"', re.IGNORECASE)


def moved(formula: str, rows: int, columns: int) -> str:
    """Shift the relative references of a formula as Excel does when it is filled down or across."""

    def shift(found: re.Match[str]) -> str:
        text, fixed_column, letters, fixed_row, digits = found.groups()
        if text is not None:
            return text
        column = column_index(letters) + (0 if fixed_column else columns)
        row = int(digits) - 1 + (0 if fixed_row else rows)
        if column_index(letters) >= MAX_COLUMNS or int(digits) > MAX_ROWS:
            return found.group(0)
        # Excel wraps around the edge of the sheet.
        return f"{fixed_column}{column_letters(column % MAX_COLUMNS)}{fixed_row}{row % MAX_ROWS + 1}"

    return _TOKENS.sub(shift, formula)


def link_of(formula: str) -> str:
    """Find the literal address in a HYPERLINK formula."""
    found = _LINK.search(formula)
    return found.group(1).replace('""', '"') if found else ""
