"""A1 notation is read and written without loss, and refuses what is off the sheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.ranges import (
    MAX_COLUMNS,
    MAX_ROWS,
    Area,
    cell_name,
    column_index,
    column_letters,
    parse_area,
    parse_areas,
    qualified,
    split_reference,
    split_union,
)

ROWS = st.integers(0, MAX_ROWS - 1)
COLUMNS = st.integers(0, MAX_COLUMNS - 1)


@given(COLUMNS)
def test_column_letters_come_back_as_the_same_column(column: int) -> None:
    assert column_index(column_letters(column)) == column


@given(ROWS, COLUMNS, ROWS, COLUMNS)
def test_an_area_written_in_a1_notation_reads_back_the_same(a: int, b: int, c: int, d: int) -> None:
    area = Area(min(a, c), min(b, d), max(a, c), max(b, d))
    assert parse_area(str(area)) == area


@given(ROWS, COLUMNS, ROWS, COLUMNS)
def test_corners_may_be_given_in_any_order(a: int, b: int, c: int, d: int) -> None:
    assert parse_area(f"{cell_name(a, b)}:{cell_name(c, d)}") == parse_area(f"{cell_name(c, d)}:{cell_name(a, b)}")


@given(st.text(max_size=12))
def test_any_text_is_a_range_on_the_sheet_or_none(text: str) -> None:
    area = parse_area(text)
    assert area is None or (0 <= area.top <= area.bottom < MAX_ROWS and 0 <= area.left <= area.right < MAX_COLUMNS)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("$B$3", Area(2, 1, 2, 1)),
        ("A:C", Area(0, 0, MAX_ROWS - 1, 2)),
        ("2:5", Area(1, 0, 4, MAX_COLUMNS - 1)),
        ("XFD1048576", Area(MAX_ROWS - 1, MAX_COLUMNS - 1, MAX_ROWS - 1, MAX_COLUMNS - 1)),
        ("XFE1", None),
        ("A1048577", None),
        ("A0", None),
        ("A", None),
        ("", None),
    ],
)
def test_whole_columns_and_rows_are_ranges_and_cells_off_the_sheet_are_not(text: str, area: Area | None) -> None:
    assert parse_area(text) == area


def test_sheet_names_with_quotes_blanks_and_commas_are_taken_apart() -> None:
    assert split_reference("'別 表''s'!$A$1") == ("別 表's", "$A$1")
    assert split_reference("$A$1") == ("", "$A$1")
    assert split_union("Sheet1!$A$1:$B$2,'a,b'!$C$3") == ("Sheet1!$A$1:$B$2", "'a,b'!$C$3")
    assert parse_areas("A1 x B2:C3") == (Area(0, 0, 0, 0), Area(1, 1, 2, 2))


@given(st.text(min_size=1, max_size=12), ROWS, COLUMNS)
def test_a_range_qualified_by_its_sheet_comes_apart_again(sheet: str, row: int, column: int) -> None:
    assert split_reference(qualified(sheet, cell_name(row, column))) == (sheet, cell_name(row, column))
