"""Tests of names of streams: portable, and never twice the same."""

from hypothesis import given
from hypothesis import strategies as st

from genba.formats.paths import is_inside
from genba.formats.recordings.naming import Names, unique


def test_topics_become_relative_paths() -> None:
    names = Names()
    assert [names.take(name) for name in ("/arm/imu", "arm/imu", "//a//b", "con", "a:b?", "..", "")] == [
        *("arm/imu", "arm/imu~2", "a/b", "con_", "a：b？", "stream", "stream~2")
    ]


@given(st.lists(st.text(max_size=30), max_size=20))
def test_names_are_inside_any_root_and_distinct_in_any_case(written: list[str]) -> None:
    names = Names()
    given = [names.take(name) for name in written]
    assert len({name.casefold() for name in given}) == len(given)
    assert all(is_inside("", name) for name in given)


@given(st.lists(st.text(max_size=5), max_size=20))
def test_channels_of_a_stream_have_distinct_names(written: list[str]) -> None:
    given = unique(written)
    assert len(set(given)) == len(written)
    assert all(given)
