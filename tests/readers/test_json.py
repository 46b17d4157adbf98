"""Tests of the JSON reader."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.model.nodes import Pair, Paragraph
from genba.model.table import Table
from genba.ports.reader import Limits
from genba.readers.json import read
from tests.readers.blobs import blob_of, codes_of, names_of, of_kind, parts_of, rows_of


def test_a_list_of_objects_is_a_table_with_numbers_as_written() -> None:
    (table,) = parts_of(b'[{"a": 1.50, "b": {"c": true}}, {"a": "007", "d": null}]', "log.json")
    assert names_of(table) == ["a", "b/c", "d"]
    assert rows_of(table) == [["1.50", "true", None], ["007", None, None]]


def test_values_become_pairs_with_json_pointers() -> None:
    parts = parts_of('{"設備": {"名称/略称": "プレス"}, "tags": ["a", "b"]}'.encode("cp932"), "a.json")
    assert [(pair.label, pair.value, pair.place.pointer) for pair in of_kind(parts, Pair)] == [
        ("設備/名称/略称", "プレス", "/設備/名称~1略称"),
        ("tags", "a、b", "/tags"),
    ]


def test_lines_of_json_stream_into_one_table_and_broken_ones_are_kept() -> None:
    parts = parts_of(b'{"a":1}\n{"b":[1,2]}\nbroken\n', "a.jsonl")
    (table,) = of_kind(parts, Table)
    assert rows_of(table) == rows_of(table) == [["1", None, None], [None, "1、2", None], [None, None, "broken"]]
    assert codes_of(parts) == ["json.broken_lines"]


def test_records_with_a_time_are_a_series() -> None:
    lines = "".join(f'{{"time": "2024-01-05T10:00:0{n}+09:00", "torque": {n}.5}}\n' for n in range(5))
    assert of_kind(parts_of(lines.encode(), "a.jsonl"), Table)[0].time_column == "time"


def test_broken_and_bottomless_json_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"json\.broken"):
        parts_of(b'{"a": 1,', "a.json")
    with pytest.raises(InvalidInput, match=r"json\.too_deep"):
        parts_of(b'{"a":' * 5000 + b"1" + b"}" * 5000, "a.json")
    with pytest.raises(InvalidInput, match=r"json\.too_deep"):
        parts_of(b'{"a":' * 300 + b"1" + b"}" * 300, "a.json")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab漢\n", max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("xy/~", max_size=3), inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_every_text_of_any_json_comes_out(value: object) -> None:
    parts = list(read(blob_of(json.dumps(value, ensure_ascii=False).encode(), "a.json"), Limits()))
    seen = json.dumps(
        [part.value for part in of_kind(parts, Pair)]
        + [part.text for part in of_kind(parts, Paragraph)]
        + [[names_of(table), rows_of(table)] for table in of_kind(parts, Table)],
        ensure_ascii=False,
    )
    assert seen.count("漢") >= 1 or "漢" not in json.dumps(value, ensure_ascii=False)
