"""YAML: whatever is written is read back by an independent parser."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.yaml import to_yaml

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.one_of(TEXTS, st.integers(-(2**60), 2**60), st.booleans(), st.none(), st.floats(allow_nan=False, width=32))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=5))
def test_an_independent_parser_reads_what_was_written(value: dict[str, object]) -> None:
    assert yaml.safe_load(to_yaml(value)) == _as_yaml_1_1(value)


def _as_yaml_1_1(value: object) -> object:
    """PyYAML takes 1e+16 for a text: YAML 1.1 wants a point in a number with an exponent."""
    if isinstance(value, dict):
        return {name: _as_yaml_1_1(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_yaml_1_1(item) for item in value]
    if isinstance(value, float) and "e" in repr(value) and "." not in repr(value):
        return repr(value)
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def test_words_that_yaml_takes_for_truth_values_stay_words() -> None:
    assert yaml.safe_load(to_yaml({"on": "no", "版": "1.10"})) == {"on": "no", "版": "1.10"}


def test_half_a_character_does_not_break_the_file() -> None:
    assert yaml.safe_load(to_yaml({"title": "a\ud800"})) == {"title": "a\ufffd"}
