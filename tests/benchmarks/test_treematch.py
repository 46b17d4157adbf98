"""Edits and tree edits, against slow and plain definitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.treematch import edits, error_rate, teds


def slow(a: str, b: str) -> int:
    row = [*range(len(b) + 1)]
    for i, x in enumerate(a, 1):
        row, before = [i], row
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
    return row[-1]


@given(st.text("あいう", max_size=12), st.text("あいう", max_size=12))
def test_edits_are_levenshteins(a: str, b: str) -> None:
    assert edits(a, b) == slow(a, b)


def test_width_and_white_space_are_no_errors() -> None:
    assert error_rate("トルク １２～13 N・m", "ﾄﾙｸ12〜13N·m") == (0, 11)


TABLE = [[("a", 1, 2)], [("b", 1, 1), ("c", 1, 1)]]


def test_a_table_is_like_itself() -> None:
    assert teds(TABLE, TABLE) == 1.0


def test_a_lost_cell_costs_its_share_of_the_tree() -> None:
    assert teds(TABLE, [[("a", 1, 2)], [("b", 1, 1)]]) == pytest.approx(1 - 1 / 6)


def test_another_span_counts_whole_and_another_text_by_its_edits() -> None:
    assert teds(TABLE, [[("a", 1, 1)], [("b", 1, 1), ("c", 1, 1)]]) == pytest.approx(1 - 1 / 6)
    assert teds([[("外径", 1, 1)]], [[("外形", 1, 1)]]) == pytest.approx(1 - 0.5 / 3)


def test_nothing_found_is_nearly_nothing_alike() -> None:
    assert teds(TABLE, []) == pytest.approx(1 / 6)
