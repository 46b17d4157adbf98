"""Many rows go to a server in few statements, and each row once."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from genba.storage.exchange.batches import AT_ONCE, batches

INSERT = "INSERT INTO t(a, b) VALUES (:a, :b) ON CONFLICT (a) DO UPDATE SET b = excluded.b"


@given(st.integers(0, 300))
def test_every_row_is_written_once_and_in_order(count):
    rows = [{"a": number, "b": -number} for number in range(count)]
    written = []
    for sql, values in batches(INSERT, rows):
        places = re.findall(r"\(:(a\w*), :(b\w*)\)", sql)
        assert len(places) <= AT_ONCE
        assert sql.endswith(" ON CONFLICT (a) DO UPDATE SET b = excluded.b")
        written += [{"a": values[a], "b": values[b]} for a, b in places]
        assert len(values) == 2 * len(places)
    assert written == rows


def test_few_different_statements_are_made():
    statements = {
        sql for count in range(200) for sql, _ in batches(INSERT, [{"a": number, "b": 0} for number in range(count)])
    }
    assert len(statements) <= 8


def test_what_is_no_insertion_goes_row_by_row():
    sql = "UPDATE t SET b = :b WHERE a = :a"
    assert list(batches(sql, [{"a": 1, "b": 2}, {"a": 3, "b": 4}])) == [
        (sql, {"a": 1, "b": 2}),
        (sql, {"a": 3, "b": 4}),
    ]
