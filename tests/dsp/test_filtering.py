import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.dsp.filtering import CatalogFilter, read_filter, write_filter
from genba.errors import InvalidInput

WORDS = st.text(min_size=1, max_size=20)


@given(
    st.builds(
        CatalogFilter, search=st.text(max_size=20), facets=st.dictionaries(WORDS, st.tuples(WORDS, WORDS), max_size=3)
    )
)
def test_a_filter_comes_back_as_it_was_written(wanted: CatalogFilter) -> None:
    assert read_filter(write_filter(wanted)) == wanted


@pytest.mark.parametrize(
    "item",
    [
        "words",
        3,
        {"@type": "Other"},
        {"sql": "x"},
        {"search": 3},
        {"facet": "kind", "value": []},
        {"search": "x" * 201},
    ],
)
def test_what_is_not_ours_is_refused(item: object) -> None:
    with pytest.raises(InvalidInput):
        read_filter([item])


def test_an_empty_item_asks_for_everything() -> None:
    assert read_filter([{}]) == CatalogFilter()


def query(**members: object) -> dict[str, object]:
    return {"@type": "QuerySpec", "limit": 50, "offset": 0, "sortOrder": "ASC", "filterExpression": [], **members}


def test_the_query_that_edc_always_sends_asks_for_a_page() -> None:
    assert read_filter([query(limit=20, offset=40)]) == CatalogFilter(limit=20, offset=40)


@pytest.mark.parametrize(
    "members",
    [
        {"filterExpression": [{"operandLeft": "id"}]},
        {"sortField": "id"},
        {"offset": -1},
        {"offset": 10_001},
        {"limit": "all"},
        {"limit": -1},
    ],
)
def test_conditions_and_sorting_of_edc_are_refused_and_not_ignored(members: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        read_filter([query(**members)])
